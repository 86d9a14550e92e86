package cli

import (
	"context"
	"errors"
	"fmt"

	"gatepass/auth"
	"gatepass/auth/lab"
	"gatepass/store"
	"gatepass/tui"
	"gatepass/tui/clipboard"
)

// screens opens the interface on the user's own targets. Where secrets live is
// settled first: a passphrase is asked for in plain lines before the screen is
// taken, and a missing keyring becomes a question on the first page.
func (a *app) screens(ctx context.Context, start tui.Start) error {
	if !a.Screen() {
		return a.noScreen("Every door is a command as well: gatepass --help")
	}
	home, err := a.home()
	if err != nil {
		return err
	}
	c, err := a.chosen(home)
	if err != nil {
		return err
	}
	deps := a.deps(start)
	deps.Place = a.place(home, c.backend)
	problem := a.probe(ctx, home, c.backend)
	switch {
	case problem == nil, !unusable(problem):
		secrets, err := a.unlocked(ctx, home, c.backend)
		if err != nil {
			return err
		}
		gate := a.gateAt(home, secrets)
		deps.Gate, deps.AddLab = gate, a.labFor(gate)
	default:
		deps.Place.Problem = problem
	}
	return tui.Run(ctx, deps)
}

// noScreen says why no screen is shown.
func (a *app) noScreen(hint string) error {
	why := "input and output must be a terminal"
	switch {
	case a.getenv("ACCESSIBLE") != "":
		why = "ACCESSIBLE asks for lines"
	case a.getenv("TERM") == "dumb":
		why = "TERM=dumb cannot move its cursor"
	}
	return usage{fmt.Errorf("no screens can be shown here: %s", why), hint}
}

// unusable reports whether a place does not exist at all, so that the user must
// choose; one that is locked exists.
func unusable(err error) bool { return errors.Is(err, store.ErrUnavailable) }

// unlocked opens a place; an encrypted file asks for its passphrase now, while
// there are still plain lines.
func (a *app) unlocked(ctx context.Context, home store.Home, backend store.Backend) (store.Secrets, error) {
	if backend != store.BackendFile {
		return a.secrets(home, backend), nil
	}
	file := a.file(home, a.passphrase)
	if err := file.Unlock(ctx); err != nil {
		return nil, err
	}
	return file, nil
}

// screensOn opens the interface on a Gate that stands already.
func (a *app) screensOn(ctx context.Context, gate *auth.Gate, welcome string) error {
	deps := a.deps(tui.Home())
	deps.Gate, deps.Welcome = gate, welcome
	deps.Place = tui.Place{Backend: gate.Secrets.Backend()}
	return tui.Run(ctx, deps)
}

func (a *app) deps(start tui.Start) tui.Deps {
	return tui.Deps{
		Now:       a.now,
		Start:     start,
		Clipboard: a.clipboard(),
		Files:     a.dropped,
		Save:      a.saved,
		Outside:   tui.Outside{Put: a.putOnScreen, Open: a.opener()},
		Version:   version(),
	}
}

// place tells the screens where secrets live, and lets them choose.
func (a *app) place(home store.Home, backend store.Backend) tui.Place {
	return tui.Place{
		Backend: backend,
		Use: func(ctx context.Context, b store.Backend, passphrase store.Secret) (tui.Gate, error) {
			var secrets store.Secrets
			if b == store.BackendFile {
				file := a.file(home, func(context.Context, store.PassphrasePurpose) (store.Secret, error) { return passphrase, nil })
				if err := file.Unlock(ctx); err != nil {
					return nil, err
				}
				secrets = file
			} else {
				keyring := store.NewKeyring(store.KeyringOptions{Getenv: a.getenv})
				if err := keyring.Probe(ctx); err != nil {
					return nil, err
				}
				secrets = keyring
			}
			if err := store.SaveSettings(home.SettingsFile(), store.Settings{Store: b}); err != nil {
				return nil, err
			}
			return a.gateAt(home, secrets), nil
		},
	}
}

// labFor starts the practice range for as long as the screens are open and adds
// its applications.
func (a *app) labFor(gate *auth.Gate) func(context.Context) error {
	return func(ctx context.Context) error {
		practice, err := lab.Start(ctx, lab.Options{})
		if err != nil {
			return err
		}
		return addLab(ctx, gate, practice.Describe())
	}
}

// clipboard writes its escape sequences, where there is need of them, to a terminal
// and never to a file.
func (a *app) clipboard() *clipboard.Clipboard {
	return clipboard.New(clipboard.Options{
		SSHTTY:        a.getenv("SSH_TTY"),
		SSHConnection: a.getenv("SSH_CONNECTION"),
		Tmux:          a.getenv("TMUX"),
		Term:          a.getenv("TERM"),
		Wayland:       a.getenv("WAYLAND_DISPLAY"),
		X11:           a.getenv("DISPLAY"),
		Terminal:      a.Terminal(),
	})
}
