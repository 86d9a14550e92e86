// Package streams is where a command reads and writes, and what it may assume of
// the terminal there. Results go to Out; all else goes to Err.
package streams

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Streams are a command's input and outputs.
type Streams struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer

	inTTY, outTTY, errTTY bool
	getenv                func(string) string
}

// System gives the process's own streams.
func System(getenv func(string) string) *Streams {
	return &Streams{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		inTTY:  term.IsTerminal(int(os.Stdin.Fd())),
		outTTY: term.IsTerminal(int(os.Stdout.Fd())),
		errTTY: term.IsTerminal(int(os.Stderr.Fd())),
		getenv: getenv,
	}
}

// InIsTerminal reports whether somebody types into In.
func (s *Streams) InIsTerminal() bool { return s.inTTY }

// OutIsTerminal reports whether Out is read by a person.
func (s *Streams) OutIsTerminal() bool { return s.outTTY }

// Screen reports whether a full-screen interface can be shown: somebody types,
// somebody reads, the terminal can move its cursor, and nobody asked for lines.
func (s *Streams) Screen() bool {
	return s.inTTY && s.outTTY && s.getenv("TERM") != "dumb" && s.getenv("ACCESSIBLE") == ""
}

// Terminal gives Out, or else Err, where that is a terminal; nil where neither is.
// What is meant for a terminal's own ears must not land in a file.
func (s *Streams) Terminal() io.Writer {
	switch {
	case s.outTTY:
		return s.Out
	case s.errTTY:
		return s.Err
	}
	return nil
}
