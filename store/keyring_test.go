package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
)

// A fakeRing keeps secrets in a map, unless it is told to do something worse.
type fakeRing struct {
	mu    sync.Mutex
	kept  map[string]string
	calls int
	worse func(op, account string) error
	lie   bool // says yes to Set and keeps something else
}

func (r *fakeRing) Get(service, account string) (string, error) {
	if err := r.begin("get", account); err != nil {
		return "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.kept[service+":"+account]
	if !ok {
		return "", keyring.ErrNotFound
	}
	return v, nil
}

func (r *fakeRing) Set(service, account, secret string) error {
	if err := r.begin("set", account); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lie {
		secret = secret[:len(secret)/2]
	}
	r.kept[service+":"+account] = secret
	return nil
}

func (r *fakeRing) Delete(service, account string) error {
	if err := r.begin("delete", account); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.kept[service+":"+account]; !ok {
		return keyring.ErrNotFound
	}
	delete(r.kept, service+":"+account)
	return nil
}

// made counts the calls so far.
func (r *fakeRing) made() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls
}

func (r *fakeRing) begin(op, account string) error {
	r.mu.Lock()
	r.calls++
	worse := r.worse
	r.mu.Unlock()
	if worse == nil {
		return nil
	}
	return worse(op, account)
}

// onFake is a Keyring on a fake ring, as if on a platform.
func onFake(goos string, vars ...string) (*Keyring, *fakeRing) {
	r := &fakeRing{kept: map[string]string{}}
	m := machine{goos: goos, getenv: env(append(vars, "DBUS_SESSION_BUS_ADDRESS", "unix:path=/fake")...)}
	return &Keyring{ring: r, guard: newGuard(10 * time.Second), machine: m, reachable: m.bus}, r
}

// NewKeyringOnFake lets the conformance suite run as if on a platform.
func NewKeyringOnFake(goos string) *Keyring {
	k, _ := onFake(goos)
	return k
}

var shopOTP = Ref{Owner: "shop", Kind: KindSeed}

func TestKeyringItemsAreNamedAsPromised(t *testing.T) {
	k, r := onFake("linux")
	if err := k.Set(t.Context(), shopOTP, NewSecret(canary)); err != nil {
		t.Fatal(err)
	}
	if r.kept["gatepass:shop/otp"] != canary {
		t.Errorf("kept under other names: %d items", len(r.kept))
	}
	if k.Backend() != BackendKeyring {
		t.Errorf("Backend = %q", k.Backend())
	}
}

func TestAnItemThatWasEmptiedIsNotFound(t *testing.T) {
	k, r := onFake("linux")
	r.kept["gatepass:shop/otp"] = ""
	if _, err := k.Get(t.Context(), shopOTP); !errors.Is(err, ErrNotFound) {
		t.Errorf("Get = %v", err)
	}
}

// exitError is what a program's exit code becomes.
func exitError(t *testing.T, code int) error {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there is no shell to exit with a code")
	}
	err := exec.CommandContext(t.Context(), "sh", "-c", fmt.Sprintf("exit %d", code)).Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != code {
		t.Fatalf("sh -c 'exit %d' = %v", code, err)
	}
	return err
}

func TestEveryFailureOfAKeyringIsNamed(t *testing.T) {
	bus := func(name string) error { return dbus.Error{Name: name, Body: []any{"some text"}} }
	text := func(s string) error { return errors.New(s) }
	for _, c := range []struct {
		name, goos string
		err        error
		want       error
	}{
		{"not found", "linux", keyring.ErrNotFound, ErrNotFound},
		{"removed meanwhile", "linux", bus("org.freedesktop.Secret.Error.NoSuchObject"), ErrNotFound},
		{"the collection is locked", "linux", text("failed to unlock correct collection '/org/freedesktop/secrets/collection/login'"), ErrLocked},
		{"an item is locked", "linux", text("failed to unlock correct collection '/org/freedesktop/secrets/collection/login/4'"), ErrLocked},
		{"locked at writing", "linux", bus("org.freedesktop.Secret.Error.IsLocked"), ErrLocked},
		{"locked at writing, wrapped", "linux", fmt.Errorf("set: %w", bus("org.freedesktop.Secret.Error.IsLocked")), ErrLocked},
		{"a locked wallet, seen closer", "linux", fmt.Errorf("%w: %w", ErrLocked, text("x")), ErrLocked},
		{"no default collection", "linux", text("failed to unlock correct collection '/org/freedesktop/secrets/aliases/default'"), ErrUnavailable},
		{"no provider", "linux", bus("org.freedesktop.DBus.Error.ServiceUnknown"), ErrUnavailable},
		{"no owner", "linux", bus("org.freedesktop.DBus.Error.NameHasNoOwner"), ErrUnavailable},
		{"the provider does not start", "linux", bus("org.freedesktop.DBus.Error.Spawn.ChildExited"), ErrUnavailable},
		{"no permission to start it", "linux", bus("org.freedesktop.DBus.Error.Spawn.PermissionsInvalid"), ErrUnavailable},
		{"the start takes too long", "linux", bus("org.freedesktop.DBus.Error.TimedOut"), ErrTimeout},
		{"no reply", "linux", bus("org.freedesktop.DBus.Error.NoReply"), ErrTimeout},
		{"something new on the bus", "linux", bus("org.example.Surprise"), ErrUnavailable},
		{"no dbus-launch", "linux", &exec.Error{Name: "dbus-launch", Err: exec.ErrNotFound}, ErrUnavailable},
		{"a dead socket", "linux", &net.OpError{Op: "dial", Net: "unix", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, ErrUnavailable},
		{"no socket", "linux", &net.OpError{Op: "dial", Net: "unix", Err: os.NewSyscallError("connect", syscall.ENOENT)}, ErrUnavailable},
		{"the connection was closed", "linux", dbus.ErrClosed, ErrUnavailable},
		{"a bad address", "linux", text("dbus: invalid bus address (invalid or unsupported transport)"), ErrUnavailable},
		{"FreeBSD without cgo", "freebsd", keyring.ErrUnsupportedPlatform, ErrUnavailable},
		{"macOS: not found", "darwin", keyring.ErrNotFound, ErrNotFound},
		{"macOS: no interaction", "darwin", exitError(t, 36), ErrLocked},
		{"macOS: wrong password", "darwin", exitError(t, 51), ErrLocked},
		{"macOS: cancelled", "darwin", exitError(t, 128), ErrLocked},
		{"macOS: over SSH", "darwin", exitError(t, 154), ErrLocked},
		{"macOS: no item", "darwin", exitError(t, 44), ErrNotFound},
		{"macOS: no default keychain", "darwin", exitError(t, 37), ErrUnavailable},
		{"macOS: no such keychain", "darwin", exitError(t, 50), ErrUnavailable},
		{"macOS: not available", "darwin", exitError(t, 53), ErrUnavailable},
		{"macOS: too large", "darwin", keyring.ErrSetDataTooBig, ErrTooBig},
		{"macOS: no security command", "darwin", &fs.PathError{Op: "fork/exec", Path: "/usr/bin/security", Err: syscall.ENOENT}, ErrUnavailable},
		{"Windows: no logon session", "windows", syscall.Errno(1312), ErrUnavailable},
		{"Windows: not found", "windows", syscall.Errno(1168), ErrNotFound},
		{"Windows: too large", "windows", syscall.Errno(1783), ErrTooBig},
		{"Windows: something else", "windows", syscall.Errno(5), ErrUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, r := onFake(c.goos)
			r.worse = func(string, string) error { return c.err }
			_, getErr := k.Get(t.Context(), shopOTP)
			setErr := k.Set(t.Context(), shopOTP, NewSecret(canary))
			deleteErr := k.Delete(t.Context(), shopOTP)
			for op, err := range map[string]error{"Get": getErr, "Set": setErr, "Delete": deleteErr} {
				if op == "Delete" && errors.Is(c.want, ErrNotFound) {
					if err != nil {
						t.Errorf("Delete of nothing = %v", err)
					}
					continue
				}
				wantClass(t, err, c.want)
				if !strings.Contains(err.Error(), "shop/otp") {
					t.Errorf("%s does not say which secret: %v", op, err)
				}
				wantNoCanary(t, op, err.Error())
				if c.want != ErrNotFound && len(Hints(err)) == 0 {
					t.Errorf("%s = %v, without a hint", op, err)
				}
			}
		})
	}
}

// wantClass wants err to be of one class and of no other.
func wantClass(t testing.TB, err, want error) {
	t.Helper()
	for _, class := range []error{ErrNotFound, ErrLocked, ErrUnavailable, ErrTimeout, ErrTooBig, ErrCrashed} {
		if is, should := errors.Is(err, class), errors.Is(want, class); is != should {
			t.Errorf("err = %v; errors.Is(err, %q) = %v", err, class, is)
		}
	}
}

func TestAKeyringThatHangsOrCrashes(t *testing.T) {
	k, r := onFake("linux")
	k.guard.timeout = short
	release := make(chan struct{})
	defer close(release)
	r.worse = func(op, _ string) error {
		if op == "delete" {
			panic(canary)
		}
		<-release
		return nil
	}
	err := k.Delete(t.Context(), shopOTP)
	wantClass(t, err, ErrCrashed)
	wantNoCanary(t, "a crash", err.Error())
	before := runtime.NumGoroutine()
	for range 50 {
		_, err := k.Get(t.Context(), shopOTP)
		wantClass(t, err, ErrTimeout)
		if len(Hints(err)) == 0 {
			t.Fatal("a time-out without a hint")
		}
	}
	if n := runtime.NumGoroutine() - before; n > 1 {
		t.Errorf("%d goroutines more after 50 time-outs", n)
	}
	if n := r.made(); n != 2 {
		t.Errorf("the ring was called %d times; at most one call may hang", n)
	}
}

func TestWithoutABusTheRingIsNotCalled(t *testing.T) {
	run := t.TempDir()
	for _, goos := range []string{"linux", "freebsd", "openbsd"} {
		for _, address := range []string{"", "autolaunch:"} {
			k, r := onFake(goos)
			m := machine{goos: goos, getenv: env("DBUS_SESSION_BUS_ADDRESS", address), runtimeDir: run}
			k.machine, k.reachable = m, m.bus
			_, err := k.Get(t.Context(), shopOTP)
			wantClass(t, err, ErrUnavailable)
			if !strings.Contains(err.Error(), "DBUS_SESSION_BUS_ADDRESS") {
				t.Errorf("it does not say what is missing: %v", err)
			}
			wantHint(t, err, "gatepass store use file")
			if r.made() != 0 {
				t.Error("the ring was called: the D-Bus library would have launched a bus")
			}
		}
	}
}

func TestABusIsFoundWhereTheLibraryLooks(t *testing.T) {
	for name, prepare := range map[string]func(dir string) machine{
		"by the variable": func(dir string) machine {
			return machine{goos: "linux", getenv: env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/x"), runtimeDir: dir}
		},
		"by the socket": func(dir string) machine {
			mustWrite(t, filepath.Join(dir, "bus"), "")
			return machine{goos: "linux", getenv: env(), runtimeDir: dir}
		},
		"by the file": func(dir string) machine {
			mustWrite(t, filepath.Join(dir, "dbus-session"), "DBUS_SESSION_BUS_ADDRESS=unix:path=/x\n")
			return machine{goos: "linux", getenv: env(), runtimeDir: dir}
		},
		"macOS needs none":   func(dir string) machine { return machine{goos: "darwin", getenv: env(), runtimeDir: dir} },
		"Windows needs none": func(dir string) machine { return machine{goos: "windows", getenv: env(), runtimeDir: dir} },
	} {
		if err := prepare(t.TempDir()).bus(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	dir := t.TempDir()
	mustWrite(t, filepath.Join(dir, "dbus-session"), "something else")
	if err := (machine{goos: "linux", getenv: env(), runtimeDir: dir}).bus(); err == nil {
		t.Error("a file without an address was taken for a bus")
	}
}

func wantHint(t testing.TB, err error, want string) {
	t.Helper()
	if hints := strings.Join(Hints(err), "\n"); !strings.Contains(hints, want) {
		t.Errorf("hints of %v are\n%s\nwant %q", err, hints, want)
	}
}

func TestHintsFitThePlace(t *testing.T) {
	const desktop, ssh = "DISPLAY", "SSH_CONNECTION"
	for _, c := range []struct {
		name  string
		goos  string
		vars  []string
		class error
		want  string
	}{
		{"Linux, a locked keyring on a desktop", "linux", []string{desktop, ":0"}, ErrLocked, "in its own program"},
		{"Linux, a locked keyring over SSH", "linux", []string{ssh, "x"}, ErrLocked, "gnome-keyring-daemon --replace --unlock"},
		{"Linux, a locked keyring over SSH with a display", "linux", []string{ssh, "x", desktop, "localhost:10"}, ErrLocked, "gnome-keyring-daemon --replace --unlock"},
		{"Linux, no keyring", "linux", nil, ErrUnavailable, "apt install gnome-keyring"},
		{"Linux, no keyring, WSL", "linux", []string{"WSL_DISTRO_NAME", "Debian"}, ErrUnavailable, "WSL comes without"},
		{"Linux, no answer", "linux", []string{desktop, ":0"}, ErrTimeout, "Answer the keyring's window"},
		{"Linux, no answer over SSH", "linux", []string{"SSH_TTY", "/dev/pts/0"}, ErrTimeout, "the machine's own screen"},
		{"macOS, locked", "darwin", nil, ErrLocked, "security unlock-keychain ~/Library/Keychains/login.keychain-db"},
		{"macOS, locked over SSH", "darwin", []string{ssh, "x"}, ErrLocked, "for this SSH session"},
		{"macOS, none", "darwin", nil, ErrUnavailable, "security default-keychain"},
		{"Windows over SSH", "windows", []string{ssh, "x"}, ErrUnavailable, "not over SSH"},
		{"Windows in a service", "windows", nil, ErrUnavailable, "signed in at the machine"},
		{"too large", "windows", nil, ErrTooBig, "gatepass store use file"},
		{"a crash", "linux", nil, ErrCrashed, "Try again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, _ := onFake(c.goos, c.vars...)
			err := k.machine.explain(fmt.Errorf("%w: x", c.class))
			wantHint(t, err, c.want)
			wantHint(t, err, "gatepass store use file")
		})
	}
	noBus := machine{goos: "linux", getenv: env("SSH_TTY", "x"), runtimeDir: t.TempDir()}
	wantHint(t, noBus.explain(noBus.bus()), "dbus-user-session")
	noBus.getenv = env()
	wantHint(t, noBus.explain(noBus.bus()), "dbus-run-session")
}

func TestSizesArePlatformsOwn(t *testing.T) {
	for _, c := range []struct {
		goos    string
		fits    int
		exceeds int
	}{
		{"linux", 64 << 10, 0},
		{"windows", 2560, 2561},
		{"darwin", 2880, 3000},
	} {
		k, r := onFake(c.goos)
		if err := k.Set(t.Context(), shopOTP, NewSecret(strings.Repeat("x", c.fits))); err != nil {
			t.Errorf("%s: %d bytes: %v", c.goos, c.fits, err)
		}
		if c.exceeds == 0 {
			continue
		}
		calls := r.made()
		err := k.Set(t.Context(), shopOTP, NewSecret(strings.Repeat("x", c.exceeds)))
		wantClass(t, err, ErrTooBig)
		wantHint(t, err, "gatepass store use file")
		if r.made() != calls {
			t.Errorf("%s: the ring was called with a secret that is too large", c.goos)
		}
	}
}

// The longest account leaves room for a secret of Windows' size on macOS too, and
// go-keyring's line stays below the 4,096 bytes that the security command reads.
func TestTheLongestAccountFitsOnMacOS(t *testing.T) {
	m := machine{goos: "darwin", getenv: env()}
	account := Ref{Owner: "." + strings.Repeat("n", 63), Kind: Kind(strings.Repeat("k", 32) + "/" + strings.Repeat("i", 64))}
	if err := account.Validate(); err != nil {
		t.Fatal(err)
	}
	most := m.largest(account.String())
	if most < 2560 {
		t.Errorf("at most %d bytes fit", most)
	}
	line := len("add-generic-password -U -s gatepass -a  -w go-keyring-base64:\n") + len(account.String()) + (most+2)/3*4
	if line > 4096 {
		t.Errorf("the line is %d bytes long", line)
	}
}

func TestMacOSIsReadBackAfterWriting(t *testing.T) {
	for _, c := range []struct {
		name string
		set  func(*fakeRing)
	}{
		{"something else was kept", func(r *fakeRing) { r.lie = true }},
		{"nothing was kept", func(r *fakeRing) {
			r.worse = func(op, _ string) error {
				if op == "get" {
					return keyring.ErrNotFound
				}
				return nil
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, r := onFake("darwin")
			c.set(r)
			err := k.Set(t.Context(), shopOTP, NewSecret(canary))
			wantClass(t, err, ErrUnavailable)
			wantNoCanary(t, "Set", err.Error())
			wantHint(t, err, "security unlock-keychain")
		})
	}
	k, _ := onFake("darwin")
	if err := k.Set(t.Context(), shopOTP, NewSecret(canary)); err != nil {
		t.Errorf("an honest keychain: %v", err)
	}
}

func TestProbe(t *testing.T) {
	k, r := onFake("linux")
	if err := k.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(r.kept) != 0 {
		t.Errorf("the probe left %d items behind", len(r.kept))
	}

	r.lie = true
	wantClass(t, k.Probe(t.Context()), ErrUnavailable)
	if len(r.kept) != 0 {
		t.Errorf("a failed probe left %d items behind", len(r.kept))
	}
	r.lie = false

	// Interrupted between keeping and reading: what was kept goes all the same.
	ctx, cancel := context.WithCancel(t.Context())
	r.worse = func(op, _ string) error {
		if op == "get" {
			cancel()
		}
		return nil
	}
	_ = k.Probe(ctx) // whether the answer or the interruption is seen first is open
	if len(r.kept) != 0 {
		t.Errorf("an interrupted probe left %d items behind", len(r.kept))
	}

	for _, op := range []string{"set", "get", "delete"} {
		r.worse = func(now, _ string) error {
			if now == op {
				return dbus.Error{Name: "org.freedesktop.Secret.Error.IsLocked"}
			}
			return nil
		}
		wantClass(t, k.Probe(t.Context()), ErrLocked)
	}
}

func TestNewKeyringSeesNothingWithoutGetenv(t *testing.T) {
	k := NewKeyring(KeyringOptions{})
	if k.guard.timeout != 3*time.Second {
		t.Errorf("patience is %v", k.guard.timeout)
	}
	if got := k.machine.getenv("PATH"); got != "" {
		t.Errorf("it sees PATH=%s", got)
	}
	if k := NewKeyring(KeyringOptions{Timeout: time.Minute}); k.guard.timeout != time.Minute {
		t.Errorf("patience is %v", k.guard.timeout)
	}
}
