package duo_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	changes = regexp.MustCompile(`http\.Method(Post|Put|Patch|Delete)\b`)
	address = regexp.MustCompile(`"(/(?:auth|admin)/[^"]*)"(?: ?\+ ?\w+ ?\+ ?"([^"]*)")?`)
)

// An administrator reads in SECURITY.md what can be sent to a tenant. Whatever is more
// than a reading stands there, and reading is the only thing that is summed up.
func TestWhatChangesSomethingAtDuoIsInThePapers(t *testing.T) {
	paper, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	sent := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(code), "\n") {
			method := changes.FindStringSubmatch(line)
			if method == nil {
				continue
			}
			path := address.FindStringSubmatch(line)
			if path == nil {
				t.Errorf("%s:%d: the path of a %s does not stand beside it, so that nobody can look it up", file, i+1, method[1])
				continue
			}
			call := strings.ToUpper(method[1]) + " " + path[1]
			if strings.HasSuffix(path[1], "/") {
				call += "…" + path[2]
			}
			if strings.HasSuffix(path[2], "/") {
				call += "…"
			}
			if sent++; !strings.Contains(string(paper), "`"+call+"`") {
				t.Errorf("%s:%d: SECURITY.md does not tell of %s", file, i+1, call)
			}
		}
	}
	if sent < 8 {
		t.Errorf("%d calls were found: the test does not find what it looks for", sent)
	}
}
