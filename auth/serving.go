package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"gatepass/auth/broker"
	"gatepass/auth/keeper"
	"gatepass/auth/login"
	"gatepass/store"
)

// ServeOptions say how a target's codes and sessions are given to a scanner.
type ServeOptions struct {
	Verify    VerifyOptions // how to sign in, when a session is first asked for
	Every     time.Duration // how often the session is looked at; 0 is never
	Where     broker.Where
	TokenFile string // "" is one in the state folder, of the target's name
	// Held is a session to begin with; nil makes one when it is first asked for.
	Held *login.Session
	// Ready is told once, when it can be asked. An error of it ends the serving.
	Ready func(Serving) error
	// Asked is told who asked for what; it may be called by several at once.
	Asked func(broker.Asked)
	// Session is told what becomes of the session; may be nil.
	Session func(keeper.Event)
	// Emit is told what happens in each login; may be nil.
	Emit Sink
}

// Serving is where a broker can be asked.
type Serving struct {
	URL       string
	Unix      string // the socket's path, where it is one
	TokenFile string // only its owner reads it; it goes with the serving
	Codes     bool   // it gives passcodes; the route may have none
}

// Ask is how a shell asks for a path. The token is in no program's arguments, which
// everybody on the machine can read.
func (s Serving) Ask(path string) string {
	socket := ""
	if s.Unix != "" {
		socket = "--unix-socket " + store.QuoteShell(s.Unix) + " "
	}
	return "sed 's/^/Authorization: Bearer /' " + store.QuoteShell(s.TokenFile) + " | curl -sS " + socket + "-H @- " + s.URL + path
}

// Path is the first thing that can be asked for.
func (s Serving) Path() string {
	if s.Codes {
		return "/code"
	}
	return "/session.json"
}

// Serve answers those who have the token until ctx ends, which is no error. The token is
// made anew, and its file is removed at the end. A session that was lost is made anew
// when the next one asks for it.
func (g *Gate) Serve(ctx context.Context, name string, o ServeOptions) (err error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return err
	}
	if err := possible(t); err != nil {
		return err
	}
	l, err := broker.Listen(o.Where)
	if err != nil {
		return err
	}
	defer func() { _ = l.Close() }() // the server has closed it already
	token := NewToken()
	file, err := g.keepToken(name, o.TokenFile, token)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, removeToken(file, token)) }()

	made := make(chan struct{}, 1)
	if o.Held != nil {
		made <- struct{}{}
	}
	k := g.Keep(name, o.Verify, keeper.Options{Every: o.Every, Held: o.Held, Tell: o.Session, Made: func(login.Session) {
		select {
		case made <- struct{}{}:
		default: // it is not looked after yet, and will be
		}
	}}, o.Emit)
	defer k.Close()
	b, err := g.Broker(ctx, name, k, l, token, o.Verify, o.Asked)
	if err != nil {
		return err
	}
	if err := o.Ready(Serving{URL: l.URL, Unix: o.Where.Unix, TokenFile: file, Codes: b.GivesCodes()}); err != nil {
		return err
	}
	var looking sync.WaitGroup
	defer looking.Wait()
	ctx, end := context.WithCancel(ctx)
	defer end()
	looking.Go(func() { lookAfter(ctx, k, made) })
	return b.Serve(ctx, l)
}

// lookAfter looks at each session that is made, until it is lost.
func lookAfter(ctx context.Context, k *keeper.Keeper, made <-chan struct{}) {
	for {
		select {
		case <-made:
			_ = k.Run(ctx) // what ended it was told
		case <-ctx.Done():
			return
		}
	}
}

// Broker makes the broker of a target, over the session that k keeps. Of v the clock
// counts, by which its codes go.
func (g *Gate) Broker(ctx context.Context, name string, k *keeper.Keeper, l *broker.Listener, token store.Secret, v VerifyOptions, tell func(broker.Asked)) (*broker.Broker, error) {
	codes, period, err := g.Passcodes(ctx, name, v.Clock)
	if err != nil && !errors.Is(err, ErrUsage) {
		return nil, err
	}
	o := broker.Options{
		Target: name, Token: token, Hosts: l.Hosts, Sessions: k, Views: g.views(ctx, name),
		Period: period, Now: g.Now, Tell: tell,
	}
	if err == nil {
		o.Codes = codes
	}
	return broker.New(o)
}

// views are the session in the shapes that a broker gives.
func (g *Gate) views(ctx context.Context, name string) []broker.View {
	view := func(path, media, format, what string) broker.View {
		return broker.View{Path: path, Type: media, What: what, Render: func(s login.Session) ([]byte, error) {
			ticket, err := g.Ticket(ctx, name, format, s)
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

// NewToken makes a bearer token of 256 bits.
func NewToken() store.Secret {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return store.NewSecret(base64.RawURLEncoding.EncodeToString(b[:]))
}

// keepToken writes the token where only its owner reads it, into a file that is not
// there yet: one that is may be somebody's.
func (g *Gate) keepToken(name, file string, token store.Secret) (string, error) {
	if file == "" {
		folder := filepath.Join(g.Home.State, "serve")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return "", fmt.Errorf("keep the token: %w", err)
		}
		// Each process has its own, so that two brokers of a target do not take each
		// other's away.
		file = filepath.Join(folder, fmt.Sprintf("%s.%d.token", name, os.Getpid()))
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) { // of a process that was killed
			return "", fmt.Errorf("keep the token: %w", err)
		}
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return "", store.WithHint(fmt.Errorf("%w: the token's file is there already: %q", ErrUsage, file), "Name another, or remove it.")
	}
	if err != nil {
		return "", fmt.Errorf("keep the token: %w", err)
	}
	_, err = f.WriteString(token.Reveal() + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("keep the token: %w", err), os.Remove(file))
	}
	return file, nil
}

// removeToken removes the token's file if the token is still in it.
func removeToken(file string, token store.Secret) error {
	text, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) || err == nil && strings.TrimSpace(string(text)) != token.Reveal() {
		return nil
	}
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("remove the token: %w", err)
	}
	return nil
}
