// Package ui is what pages and the root agree on: what a page is, what it may ask
// of the world, how work is done in the background and how its result comes home.
package ui

import (
	"context"

	"gatepass/auth"
	"gatepass/auth/advice"
	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/auth/otp/importer"
	"gatepass/store"
)

// Gate is what the pages ask of the rooms below; [*auth.Gate] is one. Every call
// may read disks, keyrings and networks, so it is made in commands only.
type Gate interface {
	// Overview lists every target by name. With an error, what it could read
	// comes along.
	Overview(ctx context.Context) ([]auth.Summary, error)
	// Add keeps a new target and its secrets: all of it or nothing.
	Add(ctx context.Context, e auth.Enrolment) error
	// Rename keeps a target and its secrets under another name.
	Rename(ctx context.Context, from, to string) error
	// Remove deletes a target and its secrets.
	Remove(ctx context.Context, name string) error
	// Key reads a target's OTP key from the secret store.
	Key(ctx context.Context, name string) (otp.Key, error)
	// Spent tells the newest time step of key that was handed out, if any was.
	Spent(ctx context.Context, key otp.Key) (store.Spent, bool, error)
	// Uses tells of each of many keys, in their order, which code was handed out last.
	Uses(ctx context.Context, keys []otp.Key) ([]store.Use, error)
	// Skew compares this machine's clock with that of an address.
	Skew(ctx context.Context, address string) (login.Skew, error)
	// Collect sorts entries of a backup into new ones and those that are here
	// already. It keeps nothing.
	Collect(ctx context.Context, entries []importer.Entry) (auth.Collection, error)
	// AddAll keeps every enrolment or none, and tells how far it is.
	AddAll(ctx context.Context, list []auth.Enrolment, o auth.Importing) error
	// SettleImport finishes or takes back what an import that was killed left behind.
	SettleImport(ctx context.Context, o auth.Importing) (auth.SettledImport, error)
	// Draw gives a passcode of key and, unless it only peeks, records it as spent
	// first.
	Draw(ctx context.Context, key otp.Key, o auth.CodeOptions) (otp.Code, error)
	// FindCounter looks for the counter at which a counting key gives these codes.
	FindCounter(ctx context.Context, name string, codes []store.Secret) (auth.CounterMatch, error)
	// MoveCounter makes next the counter of a target's next code; back lets it go back.
	MoveCounter(ctx context.Context, name string, next uint64, back bool) (uint64, error)
	// Verify signs in for real. An error means that it could not start.
	Verify(ctx context.Context, name string, o auth.VerifyOptions, emit auth.Sink) (login.Result, error)
	// Survey reads a login page without signing in, and says what fits it.
	Survey(ctx context.Context, url string) (login.Survey, error)
	// KeepAnswers remembers what was answered when a route was looked for, so that
	// nobody has to answer it again for the request.
	KeepAnswers(ctx context.Context, target string, a advice.Answers) error
	Duo
	Scan
}
