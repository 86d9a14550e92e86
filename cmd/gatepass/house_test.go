package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// floors are the top-level folders from top to bottom. An import may go down or
// stay, and skip floors, but never up.
var floors = []string{"cmd", "tui", "auth", "store"}

// homes says which rooms may know an outside package, by the longest prefix.
var homes = []struct {
	module string
	rooms  []string
}{
	{"github.com/charmbracelet/bubbletea", []string{"tui"}},
	{"github.com/charmbracelet/bubbles", []string{"tui"}},
	{"github.com/charmbracelet/lipgloss", []string{"tui", "cmd/internal/termprobe"}},
	{"github.com/atotto/clipboard", []string{"tui/clipboard"}},
	{"github.com/spf13/cobra", []string{"cmd/internal/cli"}},
	{"github.com/zalando/go-keyring", []string{"store"}},
	{"github.com/godbus/dbus", []string{"store"}},
	{"filippo.io/age", []string{"store"}},
	{"go.etcd.io/bbolt", []string{"store"}},
	{"go.yaml.in/yaml", []string{"store", "auth/advice", "auth/handoff"}},
	{"github.com/pquerna/otp", []string{"auth/otp"}},
	{"golang.org/x/net/html", []string{"auth/login"}},
	{"golang.org/x/term", []string{"cmd/internal/prompt", "cmd/internal/streams"}},
	{"net/http", []string{"auth/login", "auth/lab", "auth/duo", "auth/broker"}},
	{"github.com/duosecurity", []string{"auth/duo"}},
	{"github.com/chromedp", []string{"auth/login/chrome"}},
}

// strangers must not know each other: the lab checks the engine and the codes
// only as long as it is built from nothing of theirs.
var strangers = []struct{ room, stranger string }{
	{"auth/lab", "auth/login"},
	{"auth/lab", "auth/otp"},
	{"auth/lab", "store"},
	{"auth/login", "auth/otp"},
	{"auth/login", "auth/lab"},
	{"auth/otp", "auth/login"},
	{"auth/duo", "auth/login"},
	{"auth/duo", "auth/otp"},
	{"auth/duo", "auth/lab"},
	{"auth/lab", "auth/duo"},
	{"auth/advice", "auth/login"},
	{"auth/advice", "auth/duo"},
	{"auth/handoff", "auth/duo"},
	{"auth/handoff", "auth/advice"},
	{"auth/handoff", "auth/lab"},
}

type pkg struct {
	ImportPath string
	Dir        string
	Imports    []string
	GoFiles    []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,Imports,GoFiles", "gatepass/...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		all = append(all, p)
	}
}

func room(path string) string { return strings.TrimPrefix(path, "gatepass/") }

func within(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

func TestImportsPointDown(t *testing.T) {
	for _, p := range packages(t) {
		here := room(p.ImportPath)
		from := slices.Index(floors, strings.Split(here, "/")[0])
		if from < 0 {
			t.Errorf("%s is on no floor", p.ImportPath)
		}
		for _, path := range p.Imports {
			if within(path, "gatepass") {
				if to := slices.Index(floors, strings.Split(room(path), "/")[0]); to < from {
					t.Errorf("%s imports %s, which is above it", here, room(path))
				}
			}
			for _, h := range homes {
				if within(path, h.module) && !slices.ContainsFunc(h.rooms, func(r string) bool { return within(here, r) }) {
					t.Errorf("%s imports %s, which belongs in %s", here, path, strings.Join(h.rooms, ", "))
				}
			}
			for _, s := range strangers {
				if within(here, s.room) && within(room(path), s.stranger) {
					t.Errorf("%s imports %s: they must not know each other", here, room(path))
				}
			}
		}
	}
}

// calls that belong to one floor: what a function is, and where it may be called.
var callsAtHome = map[string][]string{
	"os.Getenv":    {"cmd/internal/cli"},
	"os.LookupEnv": {"cmd/internal/cli"},
	"os.Environ":   {"cmd/internal/cli", "store/storetest"},
	"os.Exit":      {"cmd/gatepass"},
	"log.Fatal":    {},
	"log.Fatalf":   {},
	"fmt.Print":    {},
	"fmt.Printf":   {},
	"fmt.Println":  {},
	"time.Sleep":   {},
}

func TestCallsStayHome(t *testing.T) {
	files := token.NewFileSet()
	for _, p := range packages(t) {
		here := room(p.ImportPath)
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(files, filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				sel, ok := n.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				x, ok := sel.X.(*ast.Ident)
				if !ok || x.Obj != nil { // a variable, not a package
					return true
				}
				call := x.Name + "." + sel.Sel.Name
				if rooms, watched := callsAtHome[call]; watched && !slices.Contains(rooms, here) {
					t.Errorf("%s: %s has no business in %s", files.Position(sel.Pos()), call, here)
				}
				return true
			})
		}
	}
}
