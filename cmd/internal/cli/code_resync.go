package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/store"
)

// resync sets a counter to where another device or the server stands.
func (a *app) resync(cmd *cobra.Command, gate *auth.Gate, name string, back bool) error {
	ctx := cmd.Context()
	key, err := gate.Key(ctx, name)
	if err != nil {
		return err
	}
	codes, err := a.codesRead(ctx, key.Digits())
	if err != nil {
		return err
	}
	match, err := gate.FindCounter(ctx, name, codes)
	if err != nil {
		return err
	}
	if match.Back() && !back {
		if back, err = a.mayGoBack(cmd, match); err != nil || !back {
			return err
		}
	}
	was, err := gate.MoveCounter(ctx, name, match.Next, back)
	if err != nil {
		return err
	}
	a.say("the counter was %d and is %d: the next code is the one after those you gave\n", was, match.Next)
	return nil
}

// codesRead reads codes that follow one another from standard input, as people write
// them; at a terminal it asks for two, which are enough.
func (a *app) codesRead(ctx context.Context, digits int) ([]store.Secret, error) {
	var codes []store.Secret
	if !a.InIsTerminal() {
		b, err := readAll(ctx, io.LimitReader(a.In, maxSecretFile))
		if err != nil {
			return nil, fmt.Errorf("read the codes: %w", err)
		}
		return auth.CodesIn(store.NewSecret(string(b)), digits), nil
	}
	for _, question := range []string{"A code that the other device shows: ", "The code after it: "} {
		code, err := a.ask.Secret(ctx, question)
		if err != nil {
			return nil, err
		}
		codes = append(codes, code)
	}
	return codes, nil
}

// mayGoBack asks before codes can be given out a second time.
func (a *app) mayGoBack(cmd *cobra.Command, m auth.CounterMatch) (bool, error) {
	why := fmt.Sprintf("these codes were given out before: the counter would go back from %d to %d, and a server that counted on would refuse what comes", m.Known, m.Next)
	if !a.InIsTerminal() {
		return false, usageError(cmd, errors.New(why+"; --back does it all the same"))
	}
	sure, err := a.ask.Confirm(cmd.Context(), strings.ToUpper(why[:1])+why[1:]+".\nType back to do it: ", "back")
	if err == nil && !sure {
		a.say("the counter stays at %d\n", m.Known)
		err = status(exitFailed)
	}
	return sure, err
}
