package store

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
)

// A machine is what the keyring's guard and its hints know about where they run.
type machine struct {
	goos   string
	getenv func(string) string
	// runtimeDir is where a session bus is found that no variable names.
	runtimeDir string
}

func machineFrom(goos string, getenv func(string) string) machine {
	m := machine{goos: goos, getenv: getenv}
	if u, err := user.Current(); err == nil {
		m.runtimeDir = filepath.Join("/run/user", u.Uid)
	}
	return m
}

func (m machine) overSSH() bool {
	return m.getenv("SSH_CONNECTION") != "" || m.getenv("SSH_TTY") != ""
}

func (m machine) inWSL() bool { return m.getenv("WSL_DISTRO_NAME") != "" }

func (m machine) hasDisplay() bool {
	return m.getenv("DISPLAY") != "" || m.getenv("WAYLAND_DISPLAY") != ""
}

// usesBus reports whether the keyring is reached over D-Bus.
func (m machine) usesBus() bool { return m.goos != "darwin" && m.goos != "windows" }

// name is the platform as people say it.
func (m machine) name() string {
	switch m.goos {
	case "darwin":
		return "macOS"
	case "windows":
		return "Windows"
	default:
		return m.goos
	}
}

// bus answers why no session bus can be reached. Where there is none the D-Bus
// library would launch one: a private bus for each process, which nobody ends and
// on which the activation of a keyring can hang. So we look where the library
// looks before it does that, and stop there.
func (m machine) bus() error {
	if !m.usesBus() {
		return nil
	}
	if address := m.getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return nil
	}
	if m.runtimeDir != "" {
		if _, err := os.Stat(filepath.Join(m.runtimeDir, "bus")); err == nil {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(m.runtimeDir, "dbus-session"))
		if err == nil && strings.HasPrefix(string(text), "DBUS_SESSION_BUS_ADDRESS=") {
			return nil
		}
	}
	return fmt.Errorf("%w: no D-Bus session here (DBUS_SESSION_BUS_ADDRESS is not set)", ErrUnavailable)
}

// lies reports whether the keyring's client may say yes and have kept nothing.
func (m machine) lies() bool { return m.goos == "darwin" }

// largest gives how many bytes of secret an item can hold on this platform.
func (m machine) largest(account string) int {
	switch m.goos {
	case "windows":
		return 2560 // CRED_MAX_CREDENTIAL_BLOB_SIZE
	case "darwin":
		// The security command reads one line of at most 4,096 bytes, which
		// holds the secret in base64. Stay below it.
		const line = 4000
		around := len("add-generic-password -U -s  -a  -w go-keyring-base64:\n") + len(keyringService) + len(account)
		return (line - around) / 4 * 3
	default:
		return maxSecret
	}
}

const (
	hintUseFile  = "Keep secrets in an encrypted file instead: gatepass store use file"
	hintTryAgain = "Answer the keyring's window, then try again."
)

// hints gives the next steps for a class of errors on this platform.
func (m machine) hints(class error) []string {
	switch class {
	case ErrLocked:
		return append(m.unlockHints(), hintUseFile)
	case ErrUnavailable:
		return append(m.installHints(), hintUseFile)
	case ErrTimeout:
		return append(m.waitHints(), hintUseFile)
	case ErrTooBig:
		return []string{hintUseFile}
	case ErrCrashed:
		return []string{"The connection to the keyring broke. Try again.", hintUseFile}
	default:
		return nil
	}
}

// hintUnlockDaemon feeds the password without a line break, which would become part
// of it. Without --replace a second daemon is unlocked and the first stays locked.
const hintUnlockDaemon = `Unlock it from this terminal: read -rs P; printf %s "$P" | gnome-keyring-daemon --replace --unlock; unset P`

func (m machine) unlockHints() []string {
	switch {
	case m.goos == "darwin" && m.overSSH():
		return []string{"Unlock the keychain for this SSH session: security unlock-keychain ~/Library/Keychains/login.keychain-db"}
	case m.goos == "darwin":
		return []string{"Unlock the login keychain: security unlock-keychain ~/Library/Keychains/login.keychain-db"}
	case m.goos == "windows":
		return []string{"Sign in to Windows at the machine itself, then try again."}
	case m.hasDisplay() && !m.overSSH():
		return []string{"Unlock the keyring in its own program (Passwords and Keys, KWalletManager or KeePassXC), then try again.", hintUnlockDaemon}
	default:
		return []string{hintUnlockDaemon}
	}
}

func (m machine) installHints() []string {
	switch {
	case m.goos == "darwin":
		return []string{"See which keychain is the default: security default-keychain"}
	case m.goos == "windows" && m.overSSH():
		return []string{"Windows opens the Credential Manager only to who signed in at the machine, not over SSH."}
	case m.goos == "windows":
		return []string{"Windows opens the Credential Manager only to who signed in at the machine: not to a service or over the network."}
	case m.inWSL():
		return []string{"WSL comes without a keyring."}
	case m.bus() != nil && m.overSSH():
		return []string{"An SSH session has no keyring unless the user's D-Bus session is running (systemd's package dbus-user-session provides it)."}
	case m.bus() != nil:
		return []string{"Sign in to a desktop, or run under a session bus of its own: dbus-run-session -- bash"}
	default:
		return []string{
			"If no keyring is installed, install one, on Debian and Ubuntu: apt install gnome-keyring",
			"If one is installed but has no keyring to write to yet, make one in Passwords and Keys (seahorse), KWalletManager or KeePassXC.",
			"If it runs but was never unlocked, as without a desktop: " + strings.TrimPrefix(hintUnlockDaemon, "Unlock it from this terminal: "),
		}
	}
}

func (m machine) waitHints() []string {
	switch {
	case m.usesBus() && m.overSSH():
		return []string{"The keyring may be asking for its password on the machine's own screen.", hintUnlockDaemon}
	default:
		return []string{"The keyring may be asking for its password in a window.", hintTryAgain}
	}
}
