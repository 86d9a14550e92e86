package tui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// banned are calls that have no place on the screens, and where they may stand
// all the same.
var banned = map[string]string{
	"os.Getenv": "", "os.LookupEnv": "", "os.Environ": "", // Deps brings what the environment says
	"os.Exit": "", "log.Fatal": "", "log.Fatalf": "", "log.Panic": "", // they leave the terminal raw
	"fmt.Print": "", "fmt.Println": "", "fmt.Printf": "", "print": "", "println": "",
	"time.Sleep": "", // work waits for events
	"time.Now":   "internal/uitest",
	"time.Since": "",
	"time.Until": "",
}

// goers may start goroutines: a panic in one that is not recovered leaves the
// terminal raw. clipboard recovers; the other is for tests.
var goers = []string{filepath.Join("clipboard", "native.go"), filepath.Join("internal", "uitest")}

func TestRulesOfTheHouse(t *testing.T) {
	var files int
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		where := func(n ast.Node) token.Position { return set.Position(n.Pos()) }
		imports(t, path, file, where)
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				if !within(path, goers) {
					t.Errorf("%s: a bare goroutine; use a command", where(n))
				}
			case *ast.CallExpr:
				name := called(n)
				if allowed, ok := banned[name]; ok && (allowed == "" || !strings.HasPrefix(path, filepath.FromSlash(allowed))) {
					t.Errorf("%s: %s has no place here", where(n), name)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 30 {
		t.Errorf("only %d files were looked at", files)
	}
}

func within(path string, places []string) bool {
	for _, p := range places {
		if strings.HasPrefix(path, p) {
			return true
		}
	}
	return false
}

// called names what a call calls, if it is a plain name.
func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
	}
	return ""
}

// imports checks who knows whom: pages know neither the root nor each other, the
// pieces below know no pages, and nobody but tests knows the test pieces.
func imports(t *testing.T, path string, file *ast.File, where func(ast.Node) token.Position) {
	page := filepath.Join("internal", "page")
	for _, i := range file.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		deep := strings.HasPrefix(path, "internal")
		switch {
		case deep && name == "gatepass/tui",
			deep && strings.HasPrefix(name, "gatepass/tui/internal/page/"),
			!strings.HasPrefix(path, filepath.Join("internal", "uitest")) && strings.HasSuffix(name, "/uitest"),
			strings.HasPrefix(name, "gatepass/cmd"),
			strings.HasPrefix(path, page) && (name == "os" || name == "net/http" || name == "os/exec"):
			t.Errorf("%s: %s must not know %s", where(i), path, name)
		}
	}
}
