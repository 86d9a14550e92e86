package uitest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the goldens anew")

// Golden compares what is seen with testdata/NAME.golden. Escape characters are
// kept as ␛, so that a golden can be read and does nothing to a terminal. With
// -update it is written instead.
func Golden(t testing.TB, name, view string) {
	t.Helper()
	var lines []string
	for l := range strings.SplitSeq(view, "\n") {
		lines = append(lines, strings.TrimRight(l, " "))
	}
	got := strings.ReplaceAll(strings.Join(lines, "\n"), "\x1b", "␛") + "\n"
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if got != string(want) {
		t.Errorf("%s differs (look at it, then -update):\n--- want\n%s--- got\n%s", file, want, got)
	}
}
