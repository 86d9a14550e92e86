package cli

import (
	"context"

	"gatepass/tui"
)

// front is what the command without a name shows: the screens or, where a person
// wants lines, what the first screen would say and which commands go on from there.
func (a *app) front(ctx context.Context) error {
	if !a.byLine() {
		return a.screens(ctx, tui.Home())
	}
	gate, err := a.gate()
	if err != nil {
		return err
	}
	all, broken := gate.Overview(ctx)
	if err := a.table(all); err != nil {
		return err
	}
	a.say(`
gatepass setup          set up a target, question by question
gatepass verify NAME    sign in for real, and say at every stage what happened
gatepass codes          the codes, a line whenever one changes
gatepass import FILE    bring in entries of another program
gatepass --help         all commands
`)
	return broken
}

// byLine reports whether there is a person to talk to, in lines and not on a screen:
// one who asked for it, or whose terminal cannot do otherwise.
func (a *app) byLine() bool {
	if a.Screen() {
		return false
	}
	return a.getenv("ACCESSIBLE") != "" || a.InIsTerminal() && a.OutIsTerminal()
}
