package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func newTargets(t testing.TB) *Targets {
	t.Helper()
	return NewTargets(filepath.Join(t.TempDir(), "gatepass", "targets"))
}

func named(name string) Target {
	t := good()
	t.Name = name
	return t
}

func TestCreateThenGet(t *testing.T) {
	s := newTargets(t)
	if err := s.Create(good()); err != nil {
		t.Fatal(err)
	}
	got, err := s.Get("shop")
	if err != nil || !sameTarget(got, good()) || got.Name != "shop" {
		t.Errorf("got %+v, %v", got, err)
	}
	wantMode(t, s.Path("shop"), 0o600)
	wantMode(t, s.dir, 0o700)
	wantMode(t, filepath.Dir(s.dir), 0o700)
	wantText(t, s.Path("shop"), `# A target of gatepass. No secret is in this file, and none may be.
url: https://shop.example.com/login
username: scan-bot
route: otp
origins:
  - https://sso.example.com
proof:
  url: https://shop.example.com/account
  text: Sign out
driver: http
tags:
  - nightly
  - eu
secrets:
  - password
  - otp
`)
}

func TestValuesThatYAMLWouldReadOtherwiseComeBack(t *testing.T) {
	s := newTargets(t)
	for i, v := range []string{
		"12", "0815", "1e3", "0x1f", "1_000", "true", "no", "on", "~", "null", "2026-01-02", "- a", "a: b", "a #b", "#a", "&a", "*a", "!a", "%a", "@a", "`a",
		"'a'", `"a"`, `a"b'c\d`, "[a]", "{a}", "a,b", "|", ">", "?", "? a", ":", "=", "<<", "…", "日本語", "a\\nb", "👩‍💻", "--- a", "...",
	} {
		want := named(fmt.Sprintf("t%d", i))
		want.Username, want.Proof.Text, want.Tags = v, v, []string{v, "x"}
		if err := s.Create(want); err != nil {
			t.Errorf("Create with %q: %v", v, err)
			continue
		}
		got, err := s.Get(want.Name)
		if err != nil || !sameTarget(got, want) {
			t.Errorf("%q came back as %+v, %v", v, got, err)
		}
		want.Username = "first"
		if err := s.Save(want); err != nil {
			t.Fatal(err)
		}
		want.Username = v
		if err := s.Save(want); err != nil {
			t.Errorf("Save with %q: %v", v, err)
			continue
		}
		if got, err = s.Get(want.Name); err != nil || !sameTarget(got, want) {
			t.Errorf("after Save %q came back as %+v, %v", v, got, err)
		}
	}
}

func TestCreateDoesNotOverwrite(t *testing.T) {
	s := withFile(t, "shop", "# not even valid\n")
	err := s.Create(good())
	if !errors.Is(err, ErrTargetExists) || len(Hints(err)) == 0 {
		t.Errorf("Create = %v, hints %q", err, Hints(err))
	}
	wantText(t, s.Path("shop"), "# not even valid\n")
}

func TestWhatIsWrongIsNotWritten(t *testing.T) {
	s := newTargets(t)
	bad := good()
	bad.URL = "http://shop.example.com"
	var field *FieldError
	if err := s.Create(bad); !errors.As(err, &field) {
		t.Errorf("Create = %v", err)
	}
	if err := s.Create(named("../shop")); !errors.Is(err, ErrBadName) {
		t.Errorf("Create = %v", err)
	}
	if err := s.Create(good()); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(bad); !errors.As(err, &field) {
		t.Errorf("Save = %v", err)
	}
	if got, err := s.Get("shop"); err != nil || !sameTarget(got, good()) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestNoSuchTarget(t *testing.T) {
	s := newTargets(t)
	_, err := s.Get("shop")
	if !errors.Is(err, ErrNoTarget) || !slices.Contains(Hints(err), "There are no targets yet. Set one up: gatepass setup shop") {
		t.Errorf("without any: %v, %q", err, Hints(err))
	}
	for _, name := range []string{"shop", "intranet"} {
		if err := s.Create(named(name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, hint := range map[string]string{
		"shpo":      `Did you mean "shop"?`,
		"intrenet":  `Did you mean "intranet"?`,
		"elsewhere": "See which there are: gatepass list",
	} {
		for op, err := range map[string]error{
			"Get":    func() error { _, err := s.Get(name); return err }(),
			"Save":   s.Save(named(name)),
			"Rename": s.Rename(name, "new"),
			"Delete": s.Delete(name),
		} {
			if !errors.Is(err, ErrNoTarget) || !slices.Contains(Hints(err), hint) {
				t.Errorf("%s(%q) = %v, hints %q; want %q", op, name, err, Hints(err), hint)
			}
		}
	}
}

func TestNoNameLeadsOutOfTheFolder(t *testing.T) {
	s := newTargets(t)
	if err := s.Create(good()); err != nil {
		t.Fatal(err)
	}
	outside := filepath.Join(filepath.Dir(s.dir), "outside.yaml")
	mustWrite(t, outside, least)
	for _, name := range []string{"../outside", "..\\outside", "/etc/passwd", "", ".", "..", "a/../../outside", "shop\x00"} {
		_, err := s.Get(name)
		for op, err := range map[string]error{
			"Get": err, "Save": s.Save(named(name)), "Create": s.Create(named(name)),
			"Delete": s.Delete(name), "Rename from": s.Rename(name, "new"), "Rename to": s.Rename("shop", name),
		} {
			if !errors.Is(err, ErrBadName) {
				t.Errorf("%s(%q) = %v, want ErrBadName", op, name, err)
			}
		}
	}
	wantText(t, outside, least)
}

func TestListIsSortedAndPassesOverWhatIsNoTarget(t *testing.T) {
	s := newTargets(t)
	if all, err := s.List(); err != nil || len(all) != 0 {
		t.Errorf("List of no folder = %v, %v", all, err)
	}
	for _, name := range []string{"b", "a.2", "a-1", "c"} {
		if err := s.Create(named(name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"README.md", ".a.yaml.swp", ".git", "a.yaml~", "a.yaml.orig", ".hidden.yaml", "#a.yaml#"} {
		mustWrite(t, filepath.Join(s.dir, name), "x")
	}
	all, err := s.List()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, target := range all {
		names = append(names, target.Name)
	}
	if want := []string{"a-1", "a.2", "b", "c"}; !slices.Equal(names, want) {
		t.Errorf("List = %q, want %q", names, want)
	}
}

func TestListGivesTheGoodOnesWithTheErrorsOfTheBad(t *testing.T) {
	s := newTargets(t)
	for _, name := range []string{"good", "fine"} {
		if err := s.Create(named(name)); err != nil {
			t.Fatal(err)
		}
	}
	mustWrite(t, s.Path("bad"), least+"colour: red\n")
	mustWrite(t, s.Path("worse"), "[")
	mustWrite(t, filepath.Join(s.dir, "Shop.yaml"), least)
	mustWrite(t, filepath.Join(s.dir, "late.yml"), least)
	all, err := s.List()
	if len(all) != 2 {
		t.Errorf("List gave %d targets", len(all))
	}
	for _, want := range []string{
		`targets/bad.yaml:4: unknown key "colour"`,
		"targets/worse.yaml:1: not valid YAML",
		`targets/Shop.yaml: not a name for a target: "Shop"`,
		"targets/late.yml: a target's file ends in .yaml",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("List = %v, want %q in it", err, want)
		}
	}
	hints := strings.Join(Hints(err), "\n")
	for _, want := range []string{"mv " + filepath.Join(s.dir, "Shop.yaml") + " " + s.Path("shop"), "mv " + filepath.Join(s.dir, "late.yml") + " " + s.Path("late")} {
		if !strings.Contains(hints, want) {
			t.Errorf("hints %s\nwant %s", hints, want)
		}
	}
}

func TestRenameKeepsTheFile(t *testing.T) {
	text := "# mine\n" + least
	s := withFile(t, "shop", text)
	if err := s.Create(named("other")); err != nil {
		t.Fatal(err)
	}
	if err := s.Rename("shop", "other"); !errors.Is(err, ErrTargetExists) {
		t.Errorf("Rename onto another = %v", err)
	}
	if err := s.Rename("shop", "shop"); !errors.Is(err, ErrTargetExists) {
		t.Errorf("Rename onto itself = %v", err)
	}
	if err := s.Rename("shop", "store"); err != nil {
		t.Fatal(err)
	}
	wantText(t, s.Path("store"), text)
	if _, err := s.Get("shop"); !errors.Is(err, ErrNoTarget) {
		t.Errorf("the old name is still there: %v", err)
	}
}

func TestDelete(t *testing.T) {
	s := withFile(t, "shop", "# not even valid\n")
	if err := s.Delete("shop"); err != nil {
		t.Fatal(err)
	}
	if got := files(t, s.dir); len(got) != 0 {
		t.Errorf("there is %q", got)
	}
}

func TestOfManyThatCreateOneTargetOneSucceeds(t *testing.T) {
	s := newTargets(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	created := 0
	for range 20 {
		wg.Go(func() {
			err := s.Create(good())
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				created++
			} else if !errors.Is(err, ErrTargetExists) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if created != 1 {
		t.Errorf("%d created it", created)
	}
}

func init() {
	Roles["add tags"] = func(args []string) int {
		s := NewTargets(args[0])
		for _, tag := range args[1:] {
			if err := addTag(s, tag); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
		}
		return 0
	}
}

// addTag shows that Save does not lose what another process saved in between, as
// long as each saves what it has just read.
func addTag(s *Targets, tag string) error {
	t, err := s.Get("shop")
	if err != nil {
		return err
	}
	t.Tags = append(t.Tags, tag)
	return s.Save(t)
}

func TestReadersNeverSeeHalfAFile(t *testing.T) {
	s := withFile(t, "shop", least+"tags: [x]\n")
	writer := Process(t, "add tags", append([]string{s.dir}, strings.Split("a b c d e f g h i j k l m n o p q r s t", " ")...)...)
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- writer.Wait() }()
	reads := 0
	for {
		got, err := s.Get("shop")
		if err != nil || got.Tags[0] != "x" {
			t.Fatalf("read %d: %+v, %v", reads, got, err)
		}
		reads++
		select {
		case err := <-ended:
			if err != nil {
				t.Error(err)
			}
			if got, _ := s.Get("shop"); len(got.Tags) != 21 {
				t.Errorf("there are %d tags", len(got.Tags))
			}
			return
		default:
		}
	}
}
