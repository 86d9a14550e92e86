package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/handoff"
	"gatepass/auth/keeper"
	"gatepass/store"
)

// keepFlags are what the commands that keep a session have in common.
type keepFlags struct {
	verify auth.VerifyOptions
	check  time.Duration
}

// add adds the flags that say how to sign in.
func (f *keepFlags) add(c flagSet) {
	c.StringVar(&f.verify.Driver, "driver", "", "how to sign in: http, browser, or auto")
	c.StringVar(&f.verify.Browser, "browser", "", "the browser's program, instead of the one that is found")
	c.StringVar(&f.verify.Proxy, "proxy", "", "sign in through this proxy (http://HOST:PORT, socks5://HOST:PORT)")
	c.DurationVar(&f.verify.Timeout, "timeout", auth.DefaultTimeout, "how long the pages of a login may take")
	c.StringVar(&f.verify.Clock, "clock", "", "whose time decides which code is right: own or target")
	c.DurationVar(&f.check, "check", time.Minute, "how often to look whether the session still holds; 0 is never")
}

// notNegative refuses lengths of time below zero.
func notNegative(c *cobra.Command, flags ...string) error {
	for _, name := range flags {
		if d, err := c.Flags().GetDuration(name); err == nil && d < 0 {
			return usageError(c, fmt.Errorf("--%s is %s: a length of time is 0 or more", name, d))
		}
	}
	return nil
}

// tellLife says how long a session of a target was seen to live, if one was watched, and
// what that means here.
func (a *app) tellLife(ctx context.Context, gate *auth.Gate, name, meaning string) error {
	seen, err := gate.Watched(ctx, name)
	if text := seen.Sentence(); text != "" {
		a.say("%s%s\n", text, meaning)
	}
	return err
}

// flagSet is the part of pflag's that is needed here.
type flagSet interface {
	StringVar(p *string, name, value, usage string)
	DurationVar(p *time.Duration, name string, value time.Duration, usage string)
}

// tellSession says on standard error what became of the session.
func (a *app) tellSession(name string, quiet bool) func(keeper.Event) {
	return func(e keeper.Event) {
		if line := sessionLine(name, e); line != "" && !(quiet && e.Kind == keeper.Alive) {
			a.say("%s  %s\n", e.At.Format(time.TimeOnly), line)
		}
	}
}

func sessionLine(name string, e keeper.Event) string {
	age := e.Age.Round(time.Second)
	switch e.Kind {
	case keeper.SignedIn:
		return "✓ signed in to " + name
	case keeper.Alive:
		return fmt.Sprintf("✓ the session holds, %s old: %s", age, e.Note)
	case keeper.Lost:
		return fmt.Sprintf("✗ the session was lost after %s: %s", age, e.Note)
	case keeper.Unsure:
		return fmt.Sprintf("? the session could not be looked at: %s", e.Note)
	case keeper.Failed:
		return "✗ " + e.Note
	}
	return ""
}

// keepable refuses what cannot be signed in to, before anything is made for it.
func (a *app) keepable(gate *auth.Gate, name string) (store.Target, error) {
	t, err := gate.Targets.Get(name)
	if err != nil {
		return t, err
	}
	if t.CodesOnly() {
		return t, store.WithHint(misuse("%q has no login page, only a seed", name), "Give it one: gatepass edit "+name+" --url URL --username USER")
	}
	return t, nil
}

// ofSessions are the variables that a session and its broker are given in.
var ofSessions = []string{
	handoff.EnvCookie, handoff.EnvHeader, handoff.EnvCookiesTxt, handoff.EnvStorageState,
	handoff.EnvFolder, handoff.EnvBroker, handoff.EnvBrokerToken,
}

// A shape is a form of the session in a command's environment.
type shape struct {
	variable string // of handoff's names
	format   string
	file     string // "" where the value itself goes into the environment
}

var shapes = []shape{
	{handoff.EnvCookie, "cookie", ""},
	{handoff.EnvHeader, "header", ""},
	{handoff.EnvCookiesTxt, "cookies.txt", "cookies.txt"},
	{handoff.EnvStorageState, "playwright", "storage-state.json"},
}
