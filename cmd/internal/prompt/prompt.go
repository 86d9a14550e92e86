// Package prompt asks one question at a time, in plain lines, on the terminal
// itself: the answers to commands whose input and output are pipes. A typed
// secret is not echoed. The end of input and ctrl+c are errors, never an answer.
package prompt

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"gatepass/store"
)

// ErrNoTerminal says that there is nobody to ask.
var ErrNoTerminal = errors.New("there is no terminal to ask on")

// ErrCancelled says that the question was left without an answer.
var ErrCancelled = errors.New("cancelled")

// Terminal asks on the controlling terminal.
type Terminal struct {
	// open gives what is read from and what is written to, which may be the same
	// file; tests put a pseudo-terminal here.
	open func() (in, out *os.File, err error)
}

// New asks on the controlling terminal of this process.
func New() *Terminal { return &Terminal{open: openTTY} }

// Secret asks for something that must not be seen. An empty answer is asked
// again twice.
func (t *Terminal) Secret(ctx context.Context, question string) (store.Secret, error) {
	for range 3 {
		answer, err := t.ask(ctx, question, readSecret)
		if err != nil {
			return store.Secret{}, err
		}
		if answer != "" {
			return store.NewSecret(answer), nil
		}
	}
	return store.Secret{}, fmt.Errorf("%w: nothing was entered", ErrCancelled)
}

// NewSecret asks twice and takes the answer only if both are the same.
func (t *Terminal) NewSecret(ctx context.Context, question string) (store.Secret, error) {
	for range 3 {
		first, err := t.Secret(ctx, question)
		if err != nil {
			return store.Secret{}, err
		}
		second, err := t.Secret(ctx, "Once more: ")
		if err != nil {
			return store.Secret{}, err
		}
		if first.Equal(second) {
			return first, nil
		}
		question = "They differ. " + strings.TrimPrefix(question, "They differ. ")
	}
	return store.Secret{}, fmt.Errorf("%w: the two entries differed three times", ErrCancelled)
}

// Optional is Secret where nothing is an answer too.
func (t *Terminal) Optional(ctx context.Context, question string) (store.Secret, error) {
	answer, err := t.ask(ctx, question, readSecret)
	return store.NewSecret(answer), err
}

// Confirm asks for a word to be typed, and reports whether it was.
func (t *Terminal) Confirm(ctx context.Context, question, word string) (bool, error) {
	answer, err := t.ask(ctx, question, readLine)
	return strings.TrimSpace(answer) == word, err
}

// YesNo asks for yes or no, and once more where the answer is neither; what is neither
// twice is no.
func (t *Terminal) YesNo(ctx context.Context, question string) (bool, error) {
	for range 2 {
		answer, err := t.ask(ctx, question, readLine)
		if err != nil {
			return false, err
		}
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "y", "yes":
			return true, nil
		case "n", "no":
			return false, nil
		}
		question = "Please answer yes or no. " + question
	}
	return false, nil
}

func (t *Terminal) ask(ctx context.Context, question string, read func(in, out *os.File) (string, error)) (string, error) {
	in, out, err := t.open()
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoTerminal, err)
	}
	defer func() { _ = in.Close() }()
	state, _ := term.GetState(int(in.Fd()))
	suspended, stop := suspensions()
	defer stop()
	if _, err := io.WriteString(out, question); err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoTerminal, err)
	}
	type reply struct {
		text string
		err  error
	}
	ch := make(chan reply, 1)
	go func() {
		text, err := read(in, out)
		ch <- reply{text, err}
	}()
	for {
		select {
		case r := <-ch:
			if errors.Is(r.err, io.EOF) {
				return "", ErrCancelled
			}
			return r.text, r.err
		case <-suspended:
			away(in, state)
			_, _ = io.WriteString(out, question)
		case <-ctx.Done():
			// The read goes on until the terminal says something; the echo must not
			// stay off until then.
			restore(in, state)
			_, _ = io.WriteString(out, "\n")
			return "", ctx.Err()
		}
	}
}

// away gives the shell the terminal as it was before the question, and takes it back as
// the question had it: a shell puts the echo on, and what is typed next may be a secret.
func away(in *os.File, before *term.State) {
	asking, _ := term.GetState(int(in.Fd()))
	restore(in, before)
	suspend()
	restore(in, asking)
}

func restore(in *os.File, state *term.State) {
	if state != nil {
		_ = term.Restore(int(in.Fd()), state)
	}
}

func readSecret(in, out *os.File) (string, error) {
	b, err := term.ReadPassword(int(in.Fd()))
	_, _ = io.WriteString(out, "\n")
	return string(b), err
}

func readLine(in, _ *os.File) (string, error) {
	line, err := bufio.NewReader(in).ReadString('\n')
	return strings.TrimRight(line, "\r\n"), err
}
