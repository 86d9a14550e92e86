//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// appLinks are n links with seeds of their own.
func appLinks(n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	var b strings.Builder
	for i := range n {
		seed := "GEZDGNBVGY3TQOJQGEZDGNBVGY3T" + string(letters[i%32]) + string(letters[i/32%32]) + "AA"
		fmt.Fprintf(&b, "otpauth://totp/App:scan-%03d?secret=%s&issuer=App\n", i, seed)
	}
	return b.String()
}

// targets counts what is kept.
func (w *world) targets() int {
	w.t.Helper()
	var all []json.RawMessage
	if err := json.Unmarshal([]byte(w.must("", "list", "--json")), &all); err != nil {
		w.t.Fatal(err)
	}
	return len(all)
}

// Entries come in by a dropped file and by pasting, and nothing is kept before it
// was seen and agreed to.
func TestImportOnScreen(t *testing.T) {
	eachSize(t, func(t *testing.T, cols, rows int) {
		w := newWorld(t)
		file := filepath.Join(w.dir, "my list.txt")
		if err := os.WriteFile(file, []byte(appLinks(2)), 0o600); err != nil {
			t.Fatal(err)
		}
		s := w.open(cols, rows, "codes")
		s.await("No target has a seed yet.")
		s.press("i")
		s.await("Paste it here")
		s.paste("rubbish, and more\nrubbish")
		s.await("the format is unknown")
		s.paste("'" + file + "' ")
		s.await("+ app-scan-000", "+ app-scan-001", "Enter keeps 2 entries.")
		s.paste(seed("hotp", "&counter=5"))
		s.await("+ test-scan-bot", "Enter keeps 3 entries.")
		if n := w.targets(); n != 0 {
			t.Errorf("%d were kept before anybody agreed", n)
		}
		s.press("Enter")
		s.await("Keep 3 entries?")
		s.write("yes")
		s.press("Enter")
		s.await("Kept 3 entries", "3 codes", "counter 5")
		if strings.Contains(s.all(), "GEZDGNBV") {
			t.Error("a seed is on the screen")
		}
		s.press("C-c")
		s.await("ended with 130")
		if n := w.targets(); n != 3 {
			t.Errorf("%d targets are kept", n)
		}
	})
}

// Whoever leaves half-way has all of it or nothing, also when the whole program is
// left.
func TestAnImportThatIsLeftHalfWay(t *testing.T) {
	t.Parallel()
	const all = 400
	for _, key := range []string{"Escape", "C-c"} {
		t.Run(key, func(t *testing.T) {
			w := newWorld(t)
			file := filepath.Join(w.dir, "list.txt")
			if err := os.WriteFile(file, []byte(appLinks(all)), 0o600); err != nil {
				t.Fatal(err)
			}
			s := w.open(80, 24, "codes")
			s.await("No target has a seed yet.")
			s.press("i")
			s.paste(file)
			s.await(fmt.Sprintf("Enter keeps %d entries.", all))
			s.press("Enter")
			s.write("yes")
			s.press("Enter")
			s.await("keeping ")
			s.press(key)
			if key == "C-c" {
				s.await("ended with 130")
			} else {
				s.until(func(now string) bool {
					return strings.Contains(now, "Nothing was kept.") || strings.Contains(now, "Kept 400")
				}, "how it ended")
			}
			if n := w.targets(); n != 0 && n != all {
				t.Errorf("%d of %d are kept", n, all)
			}
		})
	}
}
