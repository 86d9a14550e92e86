package storetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

const (
	secretsName = "org.freedesktop.secrets"
	secretsPath = dbus.ObjectPath("/org/freedesktop/secrets")
	loginPath   = secretsPath + "/collection/login"
)

// Keyring starts a private bus with a real gnome-keyring on it, unlocked and empty,
// and gives the whole environment for processes that shall use it. Both are gone
// when the test is over. See the package's doc for what happens where they are not
// installed.
func Keyring(t testing.TB) (env []string) {
	t.Helper()
	b := StartBus(t)
	b.StartKeyring(t)
	return b.Env()
}

// keyringPassword unlocks the private keyring.
const keyringPassword = "private"

// StartKeyring starts a real gnome-keyring on the bus, unlocked and empty.
func (b *Bus) StartKeyring(t testing.TB) {
	t.Helper()
	b.runKeyring(t)
	conn := b.connect(t)
	await(t, "gnome-keyring", func() bool {
		return exists(filepath.Join(b.runtimeDir(), "keyring", "control")) &&
			exists(filepath.Join(b.dataDir(), "keyrings", "login.keyring")) &&
			unlocked(conn)
	})
}

// UnlockKeyring unlocks a keyring that LockKeyring locked, as a person does from a
// terminal: gnome-keyring-daemon --replace --unlock.
func (b *Bus) UnlockKeyring(t testing.TB) {
	t.Helper()
	b.runKeyring(t, "--replace")
	conn := b.connect(t)
	await(t, "gnome-keyring to be unlocked", func() bool { return unlocked(conn) })
}

func (b *Bus) runKeyring(t testing.TB, options ...string) {
	t.Helper()
	options = append(options, "--unlock", "--foreground", "--components=secrets")
	cmd := exec.Command(program(t, "gnome-keyring-daemon"), options...)
	cmd.Env = b.Env()
	// Without a line break, which would be part of the password.
	cmd.Stdin = strings.NewReader(keyringPassword)
	start(t, cmd)
}

// LockKeyring locks the keyring's login collection, as the end of a desktop session
// would.
func (b *Bus) LockKeyring(t testing.TB) {
	t.Helper()
	var locked []dbus.ObjectPath
	var prompt dbus.ObjectPath
	err := b.connect(t).Object(secretsName, secretsPath).
		CallWithContext(t.Context(), "org.freedesktop.Secret.Service.Lock", 0, []dbus.ObjectPath{loginPath}).
		Store(&locked, &prompt)
	if err != nil || len(locked) != 1 {
		t.Fatalf("lock the keyring: %v, %d locked", err, len(locked))
	}
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// unlocked reports whether a keyring answers on the bus with its login collection
// open.
func unlocked(conn *dbus.Conn) bool {
	v, err := conn.Object(secretsName, loginPath).GetProperty("org.freedesktop.Secret.Collection.Locked")
	locked, ok := v.Value().(bool)
	return err == nil && ok && !locked
}
