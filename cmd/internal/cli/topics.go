package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// exitMeanings is what each exit code says, for who reads the help; the README's table
// says the same.
var exitMeanings = []struct {
	code    int
	meaning string
}{
	{exitDone, "done"},
	{exitFailed, "failed, or it could not be found out"},
	{exitUsage, "usage or bad input"},
	{exitRefused, "the login was tried and refused"},
	{exitNothing, "no such target or code"},
	{exitStore, "the secret store is locked or missing"},
	{exitSpent, "nothing left to spend"},
	{exitInterrupted, "interrupted"},
}

// topics are what the help tells that belongs to no command alone.
func topics() []*cobra.Command {
	var codes strings.Builder
	for _, m := range exitMeanings {
		fmt.Fprintf(&codes, "  %-4d %s\n", m.code, m.meaning)
	}
	return []*cobra.Command{
		{
			Use:   "exit-codes",
			Short: "What each exit code means",
			Long:  "Every command ends with one of these:\n\n" + codes.String() + "\nexec ends with the exit code of its command, and with 127 where there is no such command.",
		},
		{
			Use:   "environment",
			Short: "Which environment variables count",
			Long: `  GATEPASS_HOME      the folder of everything that gatepass keeps; without it, where the
                     platform keeps such things
  GATEPASS_STORE     where secrets live: keyring or file; --store counts more
  GATEPASS_IDENTITY  a file that opens the encrypted store without a passphrase
                     (gatepass store init --identity FILE)
  VISUAL, EDITOR     the program that gatepass edit opens
  ACCESSIBLE         with any value: plain lines and questions instead of screens
  NO_COLOR           with any value: no colours
  TERM               with the value dumb: plain lines instead of screens

A secret never comes in by the environment.`,
		},
	}
}
