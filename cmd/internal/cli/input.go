package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"gatepass/store"
)

// maxSecretFile is more than any seed, password or list of codes needs.
const maxSecretFile = 64 << 10

// noFile says that a secret's file cannot be opened, without its name: people give
// the secret itself where a file's name is wanted, and errors are kept in logs.
func noFile(what string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return usage{
		error: fmt.Errorf("the file with the %s cannot be opened: %w", what, err),
		hint:  "Give the name of a file, or - to give the " + what + " on standard input.",
	}
}

// readAll reads to the end, or until ctx ends: a pipe may never say anything. The
// read itself goes on, and ends with the process.
func readAll(ctx context.Context, in io.Reader) ([]byte, error) {
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := io.ReadAll(in)
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// secretFrom reads a secret from a file, or from standard input for "-". Typed
// at a terminal it is asked for and not shown. The line end that editors and
// echo add is not part of it.
func (a *app) secretFrom(ctx context.Context, file, what string) (store.Secret, error) {
	if file == "-" && a.InIsTerminal() {
		return a.ask.Secret(ctx, what+": ")
	}
	in := a.In
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return store.Secret{}, noFile(what, err)
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	b, err := readAll(ctx, io.LimitReader(in, maxSecretFile+1))
	if err != nil {
		return store.Secret{}, fmt.Errorf("read the %s: %w", what, err)
	}
	if len(b) > maxSecretFile {
		return store.Secret{}, misuse("the file with the %s is larger than %d bytes", what, maxSecretFile)
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r")
	if text == "" {
		return store.Secret{}, misuse("what was given as the %s is empty", what)
	}
	return store.NewSecret(text), nil
}
