package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gatepass/auth/lab"
	"gatepass/store"
)

// built keeps the programs that were built for this test run.
var built struct {
	sync.Mutex
	dir   string
	paths map[string]string
}

// build builds a package once for each test run and gives the program's path. The
// program is built as it is shipped, so the race detector learns nothing from it.
func build(t testing.TB, pkg string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("whole programs take long to build and to start")
	}
	built.Lock()
	defer built.Unlock()
	if path := built.paths[pkg]; path != "" {
		return path
	}
	if built.dir == "" {
		dir, err := os.MkdirTemp("", "gatepass-build-")
		if err != nil {
			t.Fatal(err)
		}
		built.dir, built.paths = dir, map[string]string{}
	}
	path := filepath.Join(built.dir, filepath.Base(pkg)+exe)
	if out, err := exec.Command("go", "build", "-o", path, pkg).CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", pkg, err, out)
	}
	built.paths[pkg] = path
	return path
}

// a world is a home of its own for the real program, with an encrypted file store
// that an identity opens.
type world struct {
	t    testing.TB
	dir  string
	home string
	env  []string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	identity := filepath.Join(dir, "identity.txt")
	if _, err := store.InitIdentityFile(identity); err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: dir, home: filepath.Join(dir, "home")}
	w.env = append(bareEnv(), "GATEPASS_HOME="+w.home, "GATEPASS_STORE=file", "GATEPASS_IDENTITY="+identity)
	return w
}

// bareEnv is an environment in which nothing is configured and nothing is coloured.
func bareEnv() []string {
	env := []string{"TERM=dumb", "NO_COLOR=1"}
	for _, name := range []string{"PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "GOCOVERDIR"} {
		if v := os.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	return env
}

// command prepares the real program.
func (w *world) command(args ...string) *exec.Cmd {
	w.t.Helper()
	cmd := exec.Command(build(w.t, "gatepass/cmd/gatepass"), args...)
	cmd.Env = w.env
	return cmd
}

// must runs the real program and gives its standard output.
func (w *world) must(stdin string, args ...string) string {
	w.t.Helper()
	cmd := w.command(args...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		w.t.Fatalf("gatepass %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return out.String()
}

// startLab opens a lab for the test.
func startLab(t testing.TB, o lab.Options) *lab.Lab {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	l, err := lab.Start(ctx, o)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close(); cancel() })
	return l
}

// addApp adds a lab's application as a target under another name.
func (w *world) addApp(l *lab.Lab, app, name string) {
	w.t.Helper()
	a, ok := l.Describe().App(app)
	if !ok {
		w.t.Fatalf("the lab has no %s", app)
	}
	password := filepath.Join(w.dir, name+".password")
	if err := os.WriteFile(password, []byte(a.Password), 0o600); err != nil {
		w.t.Fatal(err)
	}
	w.must(a.OTPAuth, "add", name, "--url", a.URL, "--username", a.Username, "--route", "otp",
		"--password-file", password, "--otp-file", "-", "--proof-url", a.ProofURL, "--proof-text", a.ProofText)
}

// seed is a link with a key of the test's own.
func seed(kind, rest string) string {
	return fmt.Sprintf("otpauth://%s/Test:scan-bot?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Test%s", kind, rest)
}
