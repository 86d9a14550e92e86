//go:build unix

package main

import (
	"bufio"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

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

// An import that is interrupted half-way leaves nothing: no target, no seed.
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
		if strings.Contains(line, fmt.Sprintf("kept 50 of %d", entries)) {
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
	if out := w.must("", "list", "--json"); strings.TrimSpace(out) != "[]" {
		t.Errorf("targets are left: %.200s", out)
	}
	for _, user := range []string{"acme-user0", "acme-user49", "acme-user50"} {
		search := exec.Command("secret-tool", "search", "--all", "service", "gatepass", "username", user+"/otp")
		search.Env = w.env
		if out, _ := search.CombinedOutput(); strings.Contains(string(out), "secret =") {
			t.Errorf("the seed of %s is left in the keyring", user)
		}
	}
	// The same again goes through: nothing stands in its way.
	if out := w.must(manyLinks(3), "import", "-", "--yes", "--json"); strings.Count(out, `"target"`) != 3 {
		t.Errorf("afterwards: %s", out)
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
