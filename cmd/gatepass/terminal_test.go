//go:build unix

package main

import (
	"bytes"
	"errors"
	"io"
	"syscall"
	"testing"

	"github.com/creack/pty"
)

// A terminal that never answers must neither be asked anything nor be waited for:
// serial consoles, expect scripts and pipelines with a pseudo-terminal are such.
func TestCodeAsksTheTerminalNothing(t *testing.T) {
	w := newWorld(t)
	w.must(seed("totp", "&period=1"), "add", "shop", "--url", "https://shop.example.com/", "--username", "u", "--route", "otp", "--otp-file", "-")
	for _, args := range [][]string{{"code", "shop", "--peek"}, {"list"}, {"--version"}} {
		cmd := w.command(args...)
		cmd.Env = append(cmd.Env, "TERM=xterm-256color", "NO_COLOR=")
		terminal, err := pty.Start(cmd)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		// The far end of a terminal that was closed is an I/O error on Linux.
		if _, err := io.Copy(&out, terminal); err != nil && !errors.Is(err, syscall.EIO) {
			t.Fatal(err)
		}
		_ = terminal.Close()
		if err := cmd.Wait(); err != nil {
			t.Fatalf("gatepass %v: %v", args, err)
		}
		if bytes.ContainsRune(out.Bytes(), 0x1b) {
			t.Errorf("gatepass %v printed an escape byte: %q", args, out.Bytes())
		}
		if out.Len() == 0 {
			t.Errorf("gatepass %v printed nothing", args)
		}
	}
}
