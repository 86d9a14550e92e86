package storetest

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

// A Bus is a private D-Bus session for one test. Nothing is started on it by
// itself, and nothing of it is left when the test is over.
type Bus struct {
	dir     string // short, because a socket's path is
	address string
	kill    func()
}

// startPatience bounds how long a helper program may take to be ready.
const startPatience = 20 * time.Second

// StartBus starts a bus without a keyring on it.
func StartBus(t testing.TB) *Bus {
	t.Helper()
	daemon := program(t, "dbus-daemon")
	dir, err := os.MkdirTemp("", "gp-bus")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	b := &Bus{dir: dir, address: "unix:path=" + filepath.Join(dir, "bus")}
	for _, sub := range []string{b.runtimeDir(), b.dataDir()} {
		if err := os.Mkdir(sub, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	config := filepath.Join(dir, "bus.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, busConfig, b.address), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(daemon, "--config-file="+config, "--nofork", "--nopidfile", "--print-address=1")
	cmd.Env = b.Env()
	ready, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	b.kill = start(t, cmd)
	if _, err := bufio.NewReader(ready).ReadString('\n'); err != nil {
		t.Fatalf("dbus-daemon did not start: %v", err)
	}
	return b
}

// busConfig lets everybody talk and starts no services.
const busConfig = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>%s</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`

func (b *Bus) runtimeDir() string { return filepath.Join(b.dir, "run") }
func (b *Bus) dataDir() string    { return filepath.Join(b.dir, "data") }

// Env gives the whole environment for a process on this bus: the test's own, with
// nothing left in it that leads to the user's real session.
func (b *Bus) Env() []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(sessionVariables, name)
	})
	return append(env,
		"DBUS_SESSION_BUS_ADDRESS="+b.address,
		"XDG_RUNTIME_DIR="+b.runtimeDir(),
		"XDG_DATA_HOME="+b.dataDir(),
	)
}

var sessionVariables = []string{
	"DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "GNOME_KEYRING_CONTROL",
	"XDG_RUNTIME_DIR", "XDG_DATA_HOME", "SSH_CONNECTION", "SSH_TTY", "WSL_DISTRO_NAME",
}

// Kill ends the bus at once, as a crash would.
func (b *Bus) Kill() { b.kill() }

// connect joins the bus.
func (b *Bus) connect(t testing.TB) *dbus.Conn {
	t.Helper()
	conn, err := dbus.Connect(b.address)
	if err != nil {
		t.Fatalf("join the private bus: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// program finds a program that a real keyring needs, or ends the test.
func program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil && runtime.GOOS == "linux" {
		return path
	}
	why := fmt.Sprintf("%s is not installed; on Debian and Ubuntu: apt install dbus-daemon gnome-keyring", name)
	if runtime.GOOS != "linux" {
		why = "a private keyring can be started on Linux only"
	}
	if Required("keyring") {
		t.Fatalf("GATEPASS_TEST_REQUIRE lists keyring, but %s", why)
	}
	t.Skip(why)
	return ""
}

// Required reports whether GATEPASS_TEST_REQUIRE, a list with commas or spaces,
// names what a test needs: then it must not be skipped.
func Required(what string) bool {
	for _, v := range os.Environ() {
		if list, ok := strings.CutPrefix(v, "GATEPASS_TEST_REQUIRE="); ok {
			return slices.Contains(strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }), what)
		}
	}
	return false
}

// start runs cmd until the test is over or kill is called, and no longer than this
// process.
func start(t testing.TB, cmd *exec.Cmd) (kill func()) {
	t.Helper()
	started, ended := make(chan error, 1), make(chan struct{})
	go func() {
		defer close(ended)
		// The signal of a parent's death comes when the thread that started the
		// child ends, so this one lives as long as the child.
		runtime.LockOSThread()
		endWithParent(cmd)
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	if err := <-started; err != nil {
		t.Fatalf("start %s: %v", filepath.Base(cmd.Path), err)
	}
	kill = func() {
		_ = cmd.Process.Kill()
		<-ended
	}
	t.Cleanup(kill)
	return kill
}

// await looks again and again until done says yes, and ends the test when it never
// does.
func await(t testing.TB, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.NewTimer(startPatience)
	defer deadline.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("waited %v in vain for %s", startPatience, what)
		}
	}
}
