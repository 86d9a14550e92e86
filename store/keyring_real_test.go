package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"gatepass/store"
	"gatepass/store/storetest"
)

// again runs the test that calls it in a second process with another environment.
func again(t *testing.T, env []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(slices.Clone(env), store.RoleEnv("")...)
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: "+t.Name()+" ")) {
		t.Fatalf("on the private bus: %v\n%s", err, out)
	}
	if testing.Verbose() {
		t.Logf("on the private bus:\n%s", out)
	}
}

// A report is what the role "read the keyring" saw.
type report struct {
	Class      string // the error's
	Error      string
	Hints      []string
	Took       time.Duration
	Goroutines int // more than before
}

var classes = map[string]error{
	"not found":   store.ErrNotFound,
	"locked":      store.ErrLocked,
	"unavailable": store.ErrUnavailable,
	"timeout":     store.ErrTimeout,
	"too big":     store.ErrTooBig,
	"crashed":     store.ErrCrashed,
}

func init() {
	// Calls a keyring some times, the first argument's way, and reports each as a
	// line of JSON.
	store.Roles["use the keyring"] = func(args []string) int {
		timeout, err := time.ParseDuration(args[1])
		if err != nil {
			return 2
		}
		k := store.NewKeyring(store.KeyringOptions{Timeout: timeout, Getenv: os.Getenv})
		ref := store.Ref{Owner: "shop", Kind: store.KindPassword}
		before := runtime.NumGoroutine()
		for range len(args[2]) {
			begin := time.Now()
			switch args[0] {
			case "get":
				_, err = k.Get(context.Background(), ref)
			case "set":
				err = k.Set(context.Background(), ref, store.NewSecret("hunter2"))
			case "probe":
				err = k.Probe(context.Background())
			}
			r := report{Took: time.Since(begin), Hints: store.Hints(err), Goroutines: runtime.NumGoroutine() - before}
			for class, e := range classes {
				if errors.Is(err, e) {
					r.Class += class
				}
			}
			if err != nil {
				r.Error = err.Error()
			}
			if json.NewEncoder(os.Stdout).Encode(r) != nil {
				return 2
			}
		}
		return 0
	}
}

// useKeyring calls the keyring in a process with the environment, as often as times
// has letters.
func useKeyring(t *testing.T, env []string, op string, timeout time.Duration, times string) []report {
	t.Helper()
	cmd := keyringProcess(t, env, op, timeout, times)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the process that uses the keyring: %v", err)
	}
	return reports(t, out)
}

func keyringProcess(t *testing.T, env []string, op string, timeout time.Duration, times string) *exec.Cmd {
	t.Helper()
	cmd := store.Process(t, "use the keyring", op, timeout.String(), times)
	cmd.Env = append(slices.Clone(env), store.RoleEnv("use the keyring")...)
	return cmd
}

func reports(t *testing.T, out []byte) []report {
	t.Helper()
	var all []report
	for line := range bytes.Lines(out) {
		var r report
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatalf("%v in %q", err, out)
		}
		if strings.Contains(r.Error, "hunter2") {
			t.Errorf("an error holds the secret: %s", r.Error)
		}
		if r.Class != "" && r.Class != "not found" && len(r.Hints) == 0 {
			t.Errorf("no hint with %s", r.Error)
		}
		all = append(all, r)
	}
	return all
}

// within is generous: machines that run tests are busy.
const within = 20 * time.Second

func wantReports(t *testing.T, got []report, class string) {
	t.Helper()
	if len(got) == 0 {
		t.Fatal("nothing was reported")
	}
	for i, r := range got {
		if r.Class != class {
			t.Errorf("call %d: %q (%s), want %q", i+1, r.Class, r.Error, class)
		}
		if r.Took > within {
			t.Errorf("call %d took %v", i+1, r.Took)
		}
	}
}

func TestALockedRealKeyring(t *testing.T) {
	bus := storetest.StartBus(t)
	bus.StartKeyring(t)
	wantReports(t, useKeyring(t, bus.Env(), "set", within, "x"), "")
	bus.LockKeyring(t)
	for _, op := range []string{"get", "set", "probe"} {
		wantReports(t, useKeyring(t, bus.Env(), op, within, "xx"), "locked")
	}
	// What the hint says to run does unlock it.
	locked := useKeyring(t, bus.Env(), "get", within, "x")[0]
	if !strings.Contains(strings.Join(locked.Hints, "\n"), `printf %s "$P" | gnome-keyring-daemon --replace --unlock`) {
		t.Errorf("hints are %q", locked.Hints)
	}
	bus.UnlockKeyring(t)
	wantReports(t, useKeyring(t, bus.Env(), "get", within, "x"), "")
}

func TestNoBusIsStartedWhereThereIsNone(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other platforms reach their keyring without a bus, or from cgo alone")
	}
	// A dbus-launch that tells on us: the D-Bus library would run it.
	dir := t.TempDir()
	told := filepath.Join(dir, "told")
	script := fmt.Sprintf("#!/bin/sh\n: > %s\nexit 1\n", told)
	if err := os.WriteFile(filepath.Join(dir, "dbus-launch"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{"", "autolaunch:"} {
		env := []string{"PATH=" + dir + ":" + os.Getenv("PATH"), "HOME=" + dir, "DBUS_SESSION_BUS_ADDRESS=" + address}
		if _, err := os.Stat(fmt.Sprintf("/run/user/%d/bus", os.Getuid())); err == nil {
			t.Skip("this user has a session bus of their own, which is found without a variable")
		}
		wantReports(t, useKeyring(t, env, "get", within, "xx"), "unavailable")
		if _, err := os.Stat(told); err == nil {
			t.Fatal("dbus-launch was run")
		}
	}
}

func TestABusThatIsDead(t *testing.T) {
	for name, address := range map[string]string{
		"no socket":          "unix:path=/nowhere/bus",
		"disabled":           "disabled:",
		"no transport":       "nonsense",
		"an unknown address": "autolaunch:scope=*install-path",
	} {
		t.Run(name, func(t *testing.T) {
			if runtime.GOOS != "linux" {
				t.Skip("other platforms reach their keyring without a bus, or from cgo alone")
			}
			env := []string{"PATH=/nowhere", "HOME=" + t.TempDir(), "DBUS_SESSION_BUS_ADDRESS=" + address}
			wantReports(t, useKeyring(t, env, "get", within, "xx"), "unavailable")
		})
	}
	t.Run("killed", func(t *testing.T) {
		bus := storetest.StartBus(t)
		bus.Kill()
		wantReports(t, useKeyring(t, bus.Env(), "set", within, "xx"), "unavailable")
	})
}

func TestABusWithoutAKeyring(t *testing.T) {
	bus := storetest.StartBus(t)
	got := useKeyring(t, bus.Env(), "probe", within, "xx")
	wantReports(t, got, "unavailable")
	if !strings.Contains(strings.Join(got[0].Hints, "\n"), "apt install gnome-keyring") {
		t.Errorf("hints are %q", got[0].Hints)
	}
}

func TestKeyringsInABadMood(t *testing.T) {
	for _, c := range []struct {
		mood  storetest.Mood
		op    string
		class string
	}{
		{storetest.Dismissing, "get", "locked"},
		{storetest.Dismissing, "set", "locked"},
		{storetest.Locked, "set", "locked"},
		{storetest.LockedWallet, "get", "locked"},
		{storetest.LockedWallet, "set", "locked"},
		{storetest.NoCollection, "get", "unavailable"},
		{storetest.NoCollection, "set", "unavailable"},
	} {
		t.Run(string(c.mood)+" "+c.op, func(t *testing.T) {
			bus := storetest.StartBus(t)
			bus.StartFake(t, c.mood)
			wantReports(t, useKeyring(t, bus.Env(), c.op, within, "xx"), c.class)
		})
	}
}

func TestKeyringsThatNeverAnswer(t *testing.T) {
	const patience = 150 * time.Millisecond
	for _, mood := range []storetest.Mood{storetest.Hanging, storetest.PromptOpen} {
		t.Run(string(mood), func(t *testing.T) {
			bus := storetest.StartBus(t)
			bus.StartFake(t, mood)
			got := useKeyring(t, bus.Env(), "get", patience, "xxxxxxxxxx")
			wantReports(t, got, "timeout")
			for i, r := range got {
				if r.Took < patience || r.Took > patience+within/4 {
					t.Errorf("call %d took %v, and the deadline is %v", i+1, r.Took, patience)
				}
			}
			// A call that leaves something behind leaves it every time; what the last
			// call or two have not yet put away is no leak.
			first, last := got[0].Goroutines, got[len(got)-1].Goroutines
			if last-first > len(got)/2 {
				t.Errorf("goroutines grew from %d to %d over %d time-outs", first, last, len(got))
			}
		})
	}
}

// The client library dereferences nil when the bus dies while its prompt is open.
func TestABusThatDiesUnderAnOpenPrompt(t *testing.T) {
	bus := storetest.StartBus(t)
	fake := bus.StartFake(t, storetest.PromptOpen)
	cmd := keyringProcess(t, bus.Env(), "get", within, "xx")
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-fake.Prompted:
	case <-time.After(within):
		t.Error("no prompt was asked for")
	}
	bus.Kill()
	if err := cmd.Wait(); err != nil {
		t.Fatalf("the process crashed: %v", err)
	}
	got := reports(t, out.Bytes())
	if len(got) != 2 {
		t.Fatalf("%d reports", len(got))
	}
	// The library panics, or sees the closed connection first.
	if c := got[0].Class; c != "crashed" && c != "unavailable" {
		t.Errorf("the open call: %q (%s)", c, got[0].Error)
	}
	wantReports(t, got[1:], "unavailable")
}

func TestNothingIsLeftOfAPrivateKeyring(t *testing.T) {
	var env []string
	t.Run("start", func(t *testing.T) {
		env = storetest.Keyring(t)
		wantReports(t, useKeyring(t, env, "set", within, "x"), "")
	})
	if env == nil {
		t.Skip("no keyring could be started; the test before says why")
	}
	for _, v := range env {
		if dir, ok := strings.CutPrefix(v, "XDG_RUNTIME_DIR="); ok {
			if _, err := os.Stat(filepath.Dir(dir)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("%s is still there", filepath.Dir(dir))
			}
		}
	}
	wantReports(t, useKeyring(t, env, "get", within, "x"), "unavailable")
}
