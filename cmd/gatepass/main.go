// Command gatepass gets a security scanner through a login that is protected by
// multi-factor authentication, with permission.
package main

import (
	"os"

	_ "gatepass/cmd/internal/termprobe" // before anything that draws: see there

	"gatepass/cmd/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
