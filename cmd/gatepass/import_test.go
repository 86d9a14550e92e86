//go:build unix

package main

import (
	"bufio"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatepass/store"
	"gatepass/store/storetest"
)

// manyLinks is a list of n entries, each with a seed of its own.
func manyLinks(n int) string {
	var b strings.Builder
	for i := range n {
		seed := make([]byte, 20)
		binary.BigEndian.PutUint64(seed, uint64(i)+1)
		fmt.Fprintf(&b, "otpauth://totp/Acme:user%d?secret=%s&issuer=Acme\n", i, base32.StdEncoding.EncodeToString(seed))
	}
	return b.String()
}

// keyringWorld is a home whose secrets live in a real keyring.
func keyringWorld(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{t: t, dir: dir, home: filepath.Join(dir, "home")}
	w.env = append(storetest.Keyring(t), "GATEPASS_HOME="+w.home, "GATEPASS_STORE=keyring", "NO_COLOR=1", "TERM=dumb", "PATH="+os.Getenv("PATH"))
	return w
}

// An import that is interrupted half-way leaves nothing: no target, no seed. One that
// is interrupted while it takes back leaves that to the next, and says so.
func TestAnInterruptedImportLeavesNothing(t *testing.T) {
	t.Parallel()
	w := keyringWorld(t)
	const entries = 150
	cmd := w.command("import", "-", "--yes")
	cmd.Stdin = strings.NewReader(manyLinks(entries))
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for in := bufio.NewReader(said); ; {
		line, err := in.ReadString('\n')
		all.WriteString(line)
		if strings.Contains(line, fmt.Sprintf("kept 50 of %d", entries)) || strings.Contains(line, "interrupt again") {
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
		}
		if err != nil {
			if err != io.EOF {
				t.Fatal(err)
			}
			break
		}
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		t.Errorf("exit code %d:\n%s", code, all.String())
	}
	for _, words := range []string{"taking back", "left before all was taken back", "The next gatepass import takes it back"} {
		if !strings.Contains(all.String(), words) {
			t.Errorf("it does not say %q:\n%s", words, all.String())
		}
	}
	if out := w.must("", "list", "--json"); strings.TrimSpace(out) != "[]" {
		t.Errorf("targets are left: %.200s", out)
	}
	// The next takes back what was left, and then goes through.
	if out := w.must(manyLinks(3), "import", "-", "--yes", "--json"); strings.Count(out, `"target"`) != 3 || !strings.Contains(out, "cut off; what it had kept was taken back") {
		t.Errorf("afterwards: %s", out)
	}
	if n := seedsInKeyring(t, w); n != 3 {
		t.Errorf("%d seeds are in the keyring, and 3 were imported", n)
	}
}

// fileWorld is a home whose secrets live in the encrypted file.
func fileWorld(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	w := &world{t: t, dir: dir, home: filepath.Join(dir, "home")}
	identity := filepath.Join(dir, "identity")
	if _, err := store.InitIdentityFile(identity); err != nil {
		t.Fatal(err)
	}
	w.env = []string{"GATEPASS_HOME=" + w.home, "GATEPASS_STORE=file", "GATEPASS_IDENTITY=" + identity, "NO_COLOR=1", "TERM=dumb", "PATH=" + os.Getenv("PATH")}
	return w
}

// seedsInKeyring counts the seeds of an import by what the keyring itself says.
func seedsInKeyring(t *testing.T, w *world) int {
	t.Helper()
	search := exec.Command("secret-tool", "search", "--all", "service", "gatepass")
	search.Env = w.env
	out, _ := search.CombinedOutput() // it tells attributes on one and secrets on the other
	return strings.Count(string(out), "username = acme-user")
}

// seedsInFile counts them in the encrypted file.
func seedsInFile(t *testing.T, w *world) int {
	t.Helper()
	f := store.OpenFile(store.FileOptions{Path: store.HomeAt(w.home).SecretsFile(), Identity: filepath.Join(w.dir, "identity")})
	var refs []store.Ref
	for i := range killedEntries {
		refs = append(refs, store.Ref{Owner: fmt.Sprintf("acme-user%d", i), Kind: store.KindSeed})
	}
	found, err := f.GetMany(t.Context(), refs)
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

const killedEntries = 60

// An import that is killed at any moment has kept all or nothing, once the next run
// has looked.
func TestAKilledImportLeavesAllOrNothing(t *testing.T) {
	t.Parallel()
	const kills = 3
	for name, c := range map[string]struct {
		world   func(testing.TB) *world
		seeds   func(*testing.T, *world) int
		longest time.Duration // about as long as the import takes
	}{
		"the keyring": {keyringWorld, seedsInKeyring, 900 * time.Millisecond},
		"the file":    {fileWorld, seedsInFile, 400 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := c.world(t)
			for i := range kills {
				cmd := w.command("import", "-", "--yes")
				cmd.Stdin = strings.NewReader(manyLinks(killedEntries))
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				moment := c.longest*time.Duration(i)/kills + rand.N(c.longest/kills)
				kill := time.AfterFunc(moment, func() { _ = cmd.Process.Kill() })
				_ = cmd.Wait()
				kill.Stop()
				before := c.seeds(t, w)
				said := w.must("", "doctor", "--offline", "--json")
				targets, seeds := w.targets(), c.seeds(t, w)
				if testing.Verbose() {
					t.Logf("killed after %v with %d seeds kept; then there are %d targets and %d seeds", moment, before, targets, seeds)
				}
				if targets != seeds || targets != 0 && targets != killedEntries {
					t.Fatalf("killed after %v with %d seeds kept: then there are %d targets and %d seeds\n%s", moment, before, targets, seeds, said)
				}
				if targets > 0 {
					return // it was through
				}
			}
		})
	}
}

// BenchmarkImportThousand imports 1,000 entries into a real keyring, whole process,
// with its progress.
func BenchmarkImportThousand(b *testing.B) {
	for range b.N {
		w := keyringWorld(b)
		cmd := w.command("import", "-", "--yes")
		cmd.Stdin = strings.NewReader(manyLinks(1000))
		began := time.Now()
		out, err := cmd.CombinedOutput()
		if err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		if !strings.Contains(string(out), "kept 500 of 1000") || !strings.Contains(string(out), "kept 1000 in the keyring") {
			b.Fatalf("no progress: %.300s", out)
		}
		b.ReportMetric(time.Since(began).Seconds(), "s/1000")
	}
}
