package cli

import (
	"context"
	"errors"
	"fmt"

	"gatepass/auth"
	"gatepass/cmd/internal/prompt"
	"gatepass/store"
)

// home is where the files are.
func (a *app) home() (store.Home, error) {
	if dir := a.getenv("GATEPASS_HOME"); dir != "" {
		return store.HomeAt(dir), nil
	}
	return store.PlatformHome(a.getenv)
}

// choice is where secrets live, and who said so.
type choice struct {
	backend store.Backend
	by      string // "--store", "GATEPASS_STORE", the settings file, or "the default"
}

// chosen settles where secrets live: the flag, the environment, what was
// remembered, the keyring. It never looks whether the place works, so that a
// keyring that does not is an error and not another place.
func (a *app) chosen(home store.Home) (choice, error) {
	for _, c := range []choice{
		{store.Backend(a.store), "--store"},
		{store.Backend(a.getenv("GATEPASS_STORE")), "GATEPASS_STORE"},
	} {
		switch c.backend {
		case "":
		case store.BackendKeyring, store.BackendFile:
			return c, nil
		default:
			return choice{}, misuse("%s is %q: secrets live in %q or %q", c.by, c.backend, store.BackendKeyring, store.BackendFile)
		}
	}
	settings, err := store.LoadSettings(home.SettingsFile())
	if err != nil {
		return choice{}, err
	}
	if settings.Store != "" {
		return choice{settings.Store, home.SettingsFile()}, nil
	}
	return choice{store.BackendKeyring, "the default"}, nil
}

// secrets opens the place where secrets live; nothing is read yet.
func (a *app) secrets(home store.Home, backend store.Backend) store.Secrets {
	if backend == store.BackendFile {
		return a.file(home, a.passphrase)
	}
	return store.NewKeyring(store.KeyringOptions{Getenv: a.getenv})
}

// file opens the encrypted file with a way to ask for its passphrase.
func (a *app) file(home store.Home, passphrase func(context.Context, store.PassphrasePurpose) (store.Secret, error)) *store.File {
	return store.OpenFile(store.FileOptions{
		Path:         home.SecretsFile(),
		IdentityPath: home.IdentityFile(),
		Identity:     a.getenv("GATEPASS_IDENTITY"),
		Passphrase:   passphrase,
	})
}

// passphrase asks on the terminal.
func (a *app) passphrase(ctx context.Context, purpose store.PassphrasePurpose) (store.Secret, error) {
	ask, question := a.ask.Secret, "Passphrase for gatepass's secrets: "
	if purpose == store.PassphraseCreate {
		ask, question = a.ask.NewSecret, "New passphrase for gatepass's secrets: "
	}
	secret, err := ask(ctx, question)
	if errors.Is(err, prompt.ErrNoTerminal) {
		return secret, store.WithHint(fmt.Errorf("%w: its passphrase cannot be asked for where there is no terminal", store.ErrLocked),
			"For pipelines, name an identity that opens it: GATEPASS_IDENTITY=FILE (made by gatepass store init --identity FILE).")
	}
	return secret, err
}

// gate opens what the commands share.
func (a *app) gate() (*auth.Gate, error) {
	home, err := a.home()
	if err != nil {
		return nil, err
	}
	c, err := a.chosen(home)
	if err != nil {
		return nil, err
	}
	return a.gateAt(home, a.secrets(home, c.backend)), nil
}

func (a *app) gateAt(home store.Home, secrets store.Secrets) *auth.Gate {
	return &auth.Gate{
		Home:    home,
		Targets: store.NewTargets(home.TargetsDir()),
		Secrets: secrets,
		Ledger:  store.NewLedger(home.LedgerFile(), a.now),
		Now:     a.now,
		Environ: a.environ(),

		Guardian: a.guardian,
	}
}
