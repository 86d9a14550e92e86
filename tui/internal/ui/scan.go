package ui

import (
	"context"

	"gatepass/auth"
	"gatepass/auth/handoff"
	"gatepass/auth/keeper"
)

// Scan is what the pages ask for a scan: how the login is handed to a scanner, and what
// becomes of a session.
type Scan interface {
	// Offers lists every way to hand a target's login off, with the reasons where one
	// does not fit.
	Offers(ctx context.Context, name string, o auth.HandoffOptions) ([]auth.Offer, error)
	// Handoff writes a login as a scanner takes it, and signs in where a session is
	// needed. Nothing is written to disk.
	Handoff(ctx context.Context, name, scanner string, o auth.HandoffOptions, emit auth.Sink) (handoff.Output, error)
	// Keep makes a keeper of a target's session; it does nothing until it is run.
	Keep(name string, v auth.VerifyOptions, o keeper.Options, emit auth.Sink) *keeper.Keeper
	// Serve gives codes and sessions to those who have its token, until ctx ends.
	Serve(ctx context.Context, name string, o auth.ServeOptions) error
	// Timeline reads what a verification kept.
	Timeline(ctx context.Context, file string) (auth.Timeline, error)
}

// Outside is what else there may be around the screens. The zero Outside is nothing.
type Outside struct {
	// SignIn is how every login is made, unless a page says otherwise.
	SignIn auth.VerifyOptions
	// Put writes files into a folder, made if it is not there, and tells their paths. It
	// writes all or none; where one is there already it answers [fs.ErrExist], unless it
	// is to be replaced. nil: nothing can be written.
	Put func(ctx context.Context, folder string, files []handoff.File, replace bool) ([]string, error)
	// Open shows a file or a folder in the desktop's own program. nil: there is none.
	Open func(ctx context.Context, path string) error
}
