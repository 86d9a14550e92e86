package cli

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"gatepass/auth"
	"gatepass/auth/broker"
	"gatepass/auth/handoff"
	"gatepass/auth/keeper"
	"gatepass/auth/login"
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
	c.DurationVar(&f.check, "check", time.Minute, "how often to look whether the session still holds; 0 is never")
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

// views are the session in the shapes that a broker gives.
func views(ctx context.Context, gate *auth.Gate, name string) []broker.View {
	view := func(path, media, format, what string) broker.View {
		return broker.View{Path: path, Type: media, What: what, Render: func(s login.Session) ([]byte, error) {
			ticket, err := gate.Ticket(ctx, name, format, s)
			return []byte(ticket.File.Content.Reveal()), err
		}}
	}
	return []broker.View{
		view("/session.json", "application/json", "json", "Headers and cookies, as StackHawk's external command answers."),
		view("/cookies.txt", "text/plain; charset=utf-8", "cookies.txt", "Netscape's cookies.txt."),
		view("/storage-state.json", "application/json", "playwright", "Playwright's storageState."),
		view("/header", "text/plain; charset=utf-8", "header", "Header lines."),
	}
}

// newBroker makes the broker of a target, over the session that k keeps.
func (a *app) newBroker(ctx context.Context, gate *auth.Gate, name string, k *keeper.Keeper, l *broker.Listener, token store.Secret, tell func(broker.Asked)) (*broker.Broker, error) {
	codes, period, err := gate.Passcodes(ctx, name)
	if err != nil && !errors.Is(err, auth.ErrUsage) {
		return nil, err
	}
	o := broker.Options{
		Target: name, Token: token, Hosts: l.Hosts, Sessions: k, Views: views(ctx, gate, name),
		Period: period, Now: a.now, Tell: tell,
	}
	if err == nil {
		o.Codes = codes
	}
	return broker.New(o)
}

// newToken makes a bearer token of 256 bits.
func newToken() store.Secret {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return store.NewSecret(base64.RawURLEncoding.EncodeToString(b[:]))
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
