package store

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
)

// Home is where gatepass keeps its files, as two folders. What people edit and may
// share through version control is under Config; what belongs to this machine
// alone is under State, secrets among it: an encrypted file must not travel with
// somebody's dotfiles.
type Home struct {
	Config string // targets and settings
	State  string // ledger, evidence and the encrypted secrets
}

// HomeAt keeps everything under dir, which is what $GATEPASS_HOME names.
func HomeAt(dir string) Home { return Home{Config: dir, State: dir} }

// PlatformHome follows the platform's conventions: on Linux and the BSDs the XDG
// base directories, on macOS "Application Support", on Windows the roaming folder
// for settings and the local one for state. getenv is os.Getenv or a stand-in.
// A relative XDG folder is refused by its specification and so here.
func PlatformHome(getenv func(string) string) (Home, error) {
	return platformHome(runtime.GOOS, getenv)
}

var errNoHome = errors.New("no home folder is known")

func platformHome(goos string, getenv func(string) string) (Home, error) {
	var config, state string
	var err error
	switch goos {
	case "windows":
		config, err = folder(getenv, "AppData", "", "")
		if err == nil {
			state, err = folder(getenv, "LocalAppData", "", "")
		}
	case "darwin", "ios":
		config, err = folder(getenv, "", "HOME", filepath.Join("Library", "Application Support"))
		state = config
	default:
		config, err = folder(getenv, "XDG_CONFIG_HOME", "HOME", ".config")
		if err == nil {
			state, err = folder(getenv, "XDG_STATE_HOME", "HOME", filepath.Join(".local", "state"))
		}
	}
	if err != nil {
		return Home{}, WithHint(err, "Name a folder for gatepass's files in GATEPASS_HOME.")
	}
	return Home{Config: filepath.Join(config, "gatepass"), State: filepath.Join(state, "gatepass")}, nil
}

// folder gives the folder that the variable direct names, or else sub below the
// one that base names.
func folder(getenv func(string) string, direct, base, sub string) (string, error) {
	if direct != "" {
		if dir := getenv(direct); dir != "" {
			if !filepath.IsAbs(dir) {
				return "", fmt.Errorf("%s is %q: a relative path names no folder", direct, dir)
			}
			return dir, nil
		}
	}
	if base == "" {
		return "", fmt.Errorf("%w: %s is not set", errNoHome, direct)
	}
	dir := getenv(base)
	if dir == "" {
		return "", fmt.Errorf("%w: %s is not set", errNoHome, base)
	}
	if !filepath.IsAbs(dir) {
		return "", fmt.Errorf("%s is %q: a relative path names no folder", base, dir)
	}
	return filepath.Join(dir, sub), nil
}

// TargetsDir holds one YAML file a target.
func (h Home) TargetsDir() string { return filepath.Join(h.Config, "targets") }

// TenantsDir holds one YAML file a Duo tenant.
func (h Home) TenantsDir() string { return filepath.Join(h.Config, "duo") }

// RecordingsDir holds recorded logins, which targets name.
func (h Home) RecordingsDir() string { return filepath.Join(h.Config, "recordings") }

// SettingsFile remembers the user's choices.
func (h Home) SettingsFile() string { return filepath.Join(h.Config, "settings.yaml") }

// LedgerFile is the ledger, a bbolt database.
func (h Home) LedgerFile() string { return filepath.Join(h.State, "ledger.db") }

// LedgerKeyLock is the lock under which the ledger's key is first made.
func (h Home) LedgerKeyLock() string { return filepath.Join(h.State, "ledger-key.lock") }

// SecretsFile holds the secrets of the file backend.
func (h Home) SecretsFile() string { return filepath.Join(h.State, "secrets.age") }

// IdentityFile holds the key to SecretsFile, wrapped with the user's passphrase.
func (h Home) IdentityFile() string { return filepath.Join(h.State, "identity.age") }

// EvidenceDir holds what the verifications of one target left behind.
func (h Home) EvidenceDir(target string) string {
	return filepath.Join(h.State, "evidence", target)
}
