package store

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// byHand is a file as people write them.
const byHand = `# The shop, test account 3.
# Ask Kim before changing the route.

url:      'https://shop.example.com/login'   # the staging host
username: "scan-bot"      # not a person

route: otp

# single sign-on
origins:
    # the old one
    - https://sso.example.com
    # the new one
    - https://login.example.com   # since May

proof:
      url:  https://shop.example.com/account   # needs a session
      text: Sign out

tags: [nightly, eu]   # for the scheduler

secrets:
- password
- otp     # enrolled by hand

# the end
`

// edited saves a change to a file and gives its text.
func edited(t *testing.T, text string, change func(*Target)) string {
	t.Helper()
	s := withFile(t, "shop", text)
	target, err := s.Get("shop")
	if err != nil {
		t.Fatal(err)
	}
	change(&target)
	if err := s.Save(target); err != nil {
		t.Fatal(err)
	}
	got, err := s.Get("shop")
	if err != nil || !sameTarget(got, target.normal()) {
		t.Fatalf("after Save it is %+v, %v", got, err)
	}
	after, err := os.ReadFile(s.Path("shop"))
	if err != nil {
		t.Fatal(err)
	}
	return string(after)
}

// editedInMemory is edited without a disk, for many edits.
func editedInMemory(t *testing.T, text string, change func(*Target)) string {
	t.Helper()
	d := &document{}
	if err := d.parse([]byte(text)); err != nil {
		t.Fatal(err)
	}
	have, err := decodeTarget("shop", d)
	if err != nil {
		t.Fatal(err)
	}
	want := have.normal()
	change(&want)
	after, err := d.edit(have.entries(), want.entries(), func(d *document) bool {
		got, err := decodeTarget("shop", d)
		return err == nil && sameTarget(got, want)
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(after)
}

// lines swaps lines of a text.
func lines(text string, swaps ...string) string {
	for i := 0; i+1 < len(swaps); i += 2 {
		if !strings.Contains(text, swaps[i]) {
			panic("no such line: " + swaps[i])
		}
		text = strings.Replace(text, swaps[i], swaps[i+1], 1)
	}
	return text
}

func TestSaveTouchesOnlyWhatChanged(t *testing.T) {
	for _, c := range []struct {
		name   string
		text   string
		change func(*Target)
		want   string
	}{
		{"nothing", byHand, func(*Target) {}, byHand},
		{"a value between quotes", byHand,
			func(t *Target) { t.Username = "scan-admin" },
			lines(byHand, `"scan-bot" `, `scan-admin `)},
		{"a value that needs quotes", byHand,
			func(t *Target) { t.Username = "12" },
			lines(byHand, `"scan-bot" `, `"12" `)},
		{"a value before a comment", byHand,
			func(t *Target) { t.URL = "https://shop.example.org/" },
			lines(byHand, `'https://shop.example.com/login' `, `https://shop.example.org/ `)},
		{"a plain value", byHand,
			func(t *Target) { t.Route = RoutePush },
			lines(byHand, "route: otp", "route: push")},
		{"a value below another", byHand,
			func(t *Target) { t.Proof.URL = "https://shop.example.com/me" },
			lines(byHand, "https://shop.example.com/account ", "https://shop.example.com/me ")},
		{"one of two values goes", byHand,
			func(t *Target) { t.Proof.Text = "" },
			lines(byHand, "      text: Sign out\n", "")},
		{"all values of a key go", byHand,
			func(t *Target) { t.Proof = Proof{} },
			lines(byHand, "proof:\n      url:  https://shop.example.com/account   # needs a session\n      text: Sign out\n", "")},
		{"an item is added", byHand,
			func(t *Target) { t.Origins = append(t.Origins, Grants("https://third.example.com")...) },
			lines(byHand, "# since May\n", "# since May\n    - https://third.example.com\n")},
		{"an item goes", byHand,
			func(t *Target) { t.Origins = t.Origins[1:] },
			lines(byHand, "    - https://sso.example.com\n", "")},
		{"the last item goes", byHand,
			func(t *Target) { t.Secrets = t.Secrets[:1] },
			lines(byHand, "- otp     # enrolled by hand\n", "")},
		{"one goes and one comes", byHand,
			func(t *Target) { t.Origins = Grants("https://login.example.com", "https://third.example.com") },
			lines(byHand, "    - https://sso.example.com\n", "", "# since May\n", "# since May\n    - https://third.example.com\n")},
		{"a list in brackets", byHand,
			func(t *Target) { t.Tags = []string{"eu", "a, b", "no"} },
			lines(byHand, "[nightly, eu] ", `[eu, 'a, b', "no"] `)},
		{"a new key goes to its place", byHand,
			func(t *Target) { t.Driver = "browser" },
			lines(byHand, "      text: Sign out\n", "      text: Sign out\ndriver: browser\n")},
		{"several at once", byHand,
			func(t *Target) {
				t.Username, t.Driver, t.Tags, t.Secrets = "x", "http", nil, []Kind{KindPassword, KindSeed}
			},
			lines(byHand, `"scan-bot" `, "x ", "      text: Sign out\n", "      text: Sign out\ndriver: http\n", "tags: [nightly, eu]   # for the scheduler\n", "")},
		{"a key behind the last line", "url: https://a.example.com\nusername: u\nroute: otp",
			func(t *Target) { t.Tags = []string{"x"} },
			"url: https://a.example.com\nusername: u\nroute: otp\ntags:\n  - x\n"},
		{"the last value, without a line end", "url: https://a.example.com\nusername: u\nroute: otp",
			func(t *Target) { t.Route = RoutePush },
			"url: https://a.example.com\nusername: u\nroute: push"},
		{"an item behind the last line", least + "tags:\n- x",
			func(t *Target) { t.Tags = []string{"x", "z"} },
			least + "tags:\n- x\n- z\n"},
		{"an empty value is filled", least + "driver:   # later\n",
			func(t *Target) { t.Driver = "http" },
			least + "driver: http # later\n"},
		{"an empty list is filled", least + "tags: [] # none yet\n",
			func(t *Target) { t.Tags = []string{"x"} },
			least + "tags: [x] # none yet\n"},
		{"a mapping in braces", least + "proof: {url: 'https://a.example.com/', text: x} # p\n",
			func(t *Target) { t.Proof.Text = "it's {here}" },
			least + "proof: {url: 'https://a.example.com/', text: 'it''s {here}'} # p\n"},
		{"between the marks of a document", "---\n" + least + "...\n",
			func(t *Target) { t.Tags = []string{"x"} },
			"---\n" + least + "tags:\n  - x\n...\n"},
		{"Windows line ends", strings.ReplaceAll(byHand, "\n", "\r\n"),
			func(t *Target) { t.Username, t.Driver = "x", "http" },
			strings.ReplaceAll(lines(byHand, `"scan-bot" `, "x ", "      text: Sign out\n", "      text: Sign out\ndriver: http\n"), "\n", "\r\n")},
		{"indented as a whole", "  url: https://a.example.com\n  username: u\n  route: otp\n",
			func(t *Target) { t.Tags = []string{"x"} },
			"  url: https://a.example.com\n  username: u\n  route: otp\n  tags:\n    - x\n"},
		{"letters of more than one byte before the value", "url: https://a.example.com\nusername: u\nroute: otp\ntags: [größe, 日本] # ü\n",
			func(t *Target) { t.Tags = append(t.Tags, "ß") },
			"url: https://a.example.com\nusername: u\nroute: otp\ntags: [größe, 日本, ß] # ü\n"},
		{"keys in another order", "route: otp\nusername: u # me\nurl: https://a.example.com\n",
			func(t *Target) { t.Username = "v" },
			"route: otp\nusername: v # me\nurl: https://a.example.com\n"},
		{"a value over several lines", strings.Replace(least, "scan-bot", "\"scan\n  bot\" # me", 1),
			func(t *Target) { t.Username = "x" },
			strings.Replace(least, "scan-bot", "x # me", 1)},
		{"a value as a block", strings.Replace(least, "scan-bot", ">-\n  scan\n  bot", 1),
			func(t *Target) { t.Username = "x" },
			strings.Replace(least, "scan-bot", "x", 1)},
		{"items in another order", least + "tags:\n- a # first\n- b\n",
			func(t *Target) { t.Tags = []string{"b", "a"} },
			least + "tags:\n- b\n- a\n"},
		{"origins spelled otherwise", least + "origins: [HTTPS://A.example.com]\n",
			func(t *Target) { t.Origins = Grants("https://a.example.com:443"); t.Username = "u" },
			strings.Replace(least, "scan-bot", "u", 1) + "origins: [HTTPS://A.example.com]\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := edited(t, c.text, c.change); got != c.want {
				t.Errorf("the file is now\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestAnUnusualLayoutKeepsItsComments(t *testing.T) {
	for name, text := range map[string]string{
		"all in braces":     "# head\n{url: https://a.example.com, username: u, route: otp} # tail\n",
		"a line separator":  "# head \u2028# tail\n" + least,
		"old Mac line ends": "# head\r" + strings.ReplaceAll(least, "\n", "\r") + "# tail\r",
	} {
		t.Run(name, func(t *testing.T) {
			got := edited(t, text, func(t *Target) { t.Username = "changed"; t.Tags = []string{"x"} })
			if !strings.Contains(got, "# head") || strings.Contains(text, "tail") && !strings.Contains(got, "tail") {
				t.Errorf("a comment is gone:\n%s", got)
			}
		})
	}
}

func TestAnUnchangedSaveDoesNotTouchTheFile(t *testing.T) {
	s := withFile(t, "shop", byHand)
	before, err := os.Stat(s.Path("shop"))
	if err != nil {
		t.Fatal(err)
	}
	target, err := s.Get("shop")
	if err != nil {
		t.Fatal(err)
	}
	target.Driver = "auto" // which is what no driver means
	if err := s.Save(target); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(s.Path("shop"))
	if err != nil || !os.SameFile(before, after) || before.ModTime() != after.ModTime() {
		t.Error("the file was written")
	}
	wantText(t, s.Path("shop"), byHand)
}

// Every value on and off, one after the other: whatever the path, the file says
// what was saved and no comment is lost.
func TestEveryChangeFromEveryLayout(t *testing.T) {
	changes := []func(*Target){
		func(t *Target) { t.Origins = nil },
		func(t *Target) { t.Origins = Grants("https://n.example.com", "https://sso.example.com") },
		func(t *Target) { t.Proof = Proof{} },
		func(t *Target) { t.Proof = Proof{Text: "a: b"} },
		func(t *Target) { t.Proof = Proof{URL: "https://n.example.com/"} },
		func(t *Target) { t.Driver = "" },
		func(t *Target) { t.Driver = "browser" },
		func(t *Target) { t.Tags = nil },
		func(t *Target) { t.Tags = []string{"z", "#y"} },
		func(t *Target) { t.Secrets = nil },
		func(t *Target) { t.Secrets = []Kind{KindSeed} },
		func(t *Target) { t.Username = "#1 'bot'" },
	}
	layouts := []string{byHand, strings.ReplaceAll(byHand, "\n", "\r\n"), least, "---\n" + least + "...\n# after\n", strings.TrimSuffix(byHand, "# the end\n")}
	for _, layout := range layouts {
		for i := range changes {
			for j := range changes {
				got := editedInMemory(t, layout, func(t *Target) { changes[i](t); changes[j](t) })
				for _, comment := range []string{"# The shop", "# Ask Kim", "# the staging host", "# not a person", "# single sign-on", "# the end", "# after"} {
					if strings.Contains(layout, comment) && !strings.Contains(got, comment) {
						t.Errorf("changes %d and %d lost %q:\n%s", i, j, comment, got)
					}
				}
			}
		}
	}
}

func TestABrokenFileIsNotEdited(t *testing.T) {
	s := withFile(t, "shop", byHand+"colour: red\n")
	if err := s.Save(good()); err == nil || !strings.Contains(err.Error(), `unknown key "colour"`) {
		t.Errorf("Save = %v", err)
	}
	wantText(t, s.Path("shop"), byHand+"colour: red\n")
}

func TestSaveFollowsALink(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege on Windows")
	}
	s := withFile(t, "other", least)
	elsewhere := filepath.Join(t.TempDir(), "dotfiles-shop.yaml")
	mustWrite(t, elsewhere, least)
	if err := os.Symlink(elsewhere, s.Path("shop")); err != nil {
		t.Fatal(err)
	}
	target, err := s.Get("shop")
	if err != nil {
		t.Fatal(err)
	}
	target.Username = "x"
	if err := s.Save(target); err != nil {
		t.Fatal(err)
	}
	wantText(t, elsewhere, strings.Replace(least, "scan-bot", "x", 1))
	if info, err := os.Lstat(s.Path("shop")); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link became a file")
	}
}

func TestAFailedSaveLeavesTheFile(t *testing.T) {
	s := withFile(t, "shop", byHand)
	target, err := s.Get("shop")
	if err != nil {
		t.Fatal(err)
	}
	failAt(t, stepSync, os.ErrDeadlineExceeded)
	target.Username = "x"
	if err := s.Save(target); err == nil {
		t.Error("Save said nothing")
	}
	wantText(t, s.Path("shop"), byHand)
	if got := files(t, s.dir); !slices.Equal(got, []string{"shop.yaml"}) {
		t.Errorf("there is %q", got)
	}
}
