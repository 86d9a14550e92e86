//go:build unix

package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gatepass/auth/lab"
	"gatepass/auth/login/chrome"
	"gatepass/store/storetest"
)

// needsBrowser skips what only a browser can do.
func needsBrowser(t *testing.T) {
	t.Helper()
	if _, err := chrome.Find("", false, os.Environ()); err != nil {
		if storetest.Required("browser") {
			t.Fatalf("a browser is required: %v", err)
		}
		t.Skip("no browser is installed, and this login is drawn by scripts")
	}
}

// needsCurl skips what shows that a written file is of use to another program.
func needsCurl(t *testing.T) string {
	t.Helper()
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not installed, and it is the reader of the file")
	}
	return curl
}

// choose moves the cursor to the row of that name.
func (s *screen) choose(name string) {
	s.t.Helper()
	s.press("Home")
	for range 60 {
		now := s.text()
		for line := range strings.SplitSeq(now, "\n") {
			if row, ok := strings.CutPrefix(strings.TrimSpace(line), "> "); ok && strings.HasPrefix(strings.TrimSpace(row), name+" ") {
				return
			}
		}
		s.press("Down")
		s.until(func(then string) bool { return then != now }, "another row")
	}
	s.t.Fatalf("there is no row %q on\n%s", name, s.text())
}

// From a green verdict to a file that another program signs in with.
func TestScreenFromAGreenVerdictToAFile(t *testing.T) {
	eachSize(t, func(t *testing.T, cols, rows int) {
		curl := needsCurl(t)
		l := startLab(t, lab.Options{})
		app, _ := l.Describe().App("shop")
		w := newWorld(t)
		w.addApp(l, "shop", "shop")
		s := w.open(cols, rows, "verify", "shop")
		s.await("SIGNED IN", "kept by", "shop_session", "h hand off")
		s.press("e")
		s.await("evidence of shop", "TIMELINE", "folder", filepath.Join("evidence", "shop"))
		s.press("End")
		s.await("shop_session=token")
		s.press("Escape")
		s.await("SIGNED IN") // an escape and a letter in one would be another key
		s.press("h")
		s.await("SCANNER", "invicti")
		s.choose("cookies.txt")
		s.await("The session that was just proven goes into")
		s.press("Enter")
		s.await("[sheet]", "Nothing is written yet")
		s.press("Tab")
		preview := s.await("[shop.cookies.txt]", "# Netscape HTTP Cookie File")
		s.press("w")
		s.await("Into which folder?", "0600")
		s.press("C-u")
		folder := filepath.Join(w.dir, "scan")
		s.write(folder)
		s.press("Enter")
		s.await("✓ Written", "0600")

		file := filepath.Join(folder, "shop.cookies.txt")
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Fatalf("the file is %v, %v", info, err)
		}
		if out, err := exec.Command(curl, "--silent", "--cookie", file, app.ProofURL).CombinedOutput(); err != nil || !strings.Contains(string(out), app.ProofText) {
			t.Errorf("curl is not signed in by the file: %v\n%s", err, out)
		}
		if len(l.Accepted("shop")) != 1 {
			t.Errorf("%d codes were spent, though the session was there already", len(l.Accepted("shop")))
		}
		fields := strings.Split(strings.TrimSpace(w.read(file)), "\t")
		value := fields[len(fields)-1]
		if len(value) < 16 || strings.Contains(preview+s.all(), value) {
			t.Error("the session is on the screen")
		}

		// What is there is not overwritten by itself.
		if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
			t.Fatal(err)
		}
		s.press("w")
		s.await("Into which folder?")
		s.press("Enter")
		s.await("Replace what is there?")
		s.press("Enter", "n")
		s.await("Into which folder?")
		if text := w.read(file); text != "precious" {
			t.Errorf("the file was overwritten with %q", text)
		}
		s.press("C-c")
		s.await("ended with 130")
		s.clean(app)
	})
}

// The first login of a target with another origin asks before each secret, and what was
// allowed is pinned.
func TestScreenLearnsOrigins(t *testing.T) {
	t.Parallel()
	l := startLab(t, lab.Options{Period: map[string]time.Duration{"": time.Hour}})
	app, _ := l.Describe().App("wiki")
	other := app.Origins[0].Origin
	w := newWorld(t)
	w.addApp(l, "wiki", "wiki")

	s := w.open(80, 24, "verify", "wiki")
	s.await("MAY THIS ORIGIN BE SENT A SECRET?", other, "username")
	s.answer("n")
	s.await("ERROR", "unexpected-origin")
	if strings.Contains(w.read(w.home+"/targets/wiki.yaml"), other) {
		t.Error("an origin was pinned though the answer was no")
	}
	s.press("r")
	for _, what := range []string{"username", "password", "one-time code"} {
		s.await("MAY THIS ORIGIN BE SENT A SECRET?", other, what)
		s.answer("y")
	}
	s.await("SIGNED IN", "learned", "pinned")
	if !strings.Contains(w.read(w.home+"/targets/wiki.yaml"), other) {
		t.Errorf("the origin was not pinned: %s", w.read(w.home+"/targets/wiki.yaml"))
	}
	s.press("q")
	s.await("ended with 0")
	s.clean(app)
}

// A prompt that nobody told of is asked about on the screen as well.
func TestScreenLearnsAPrompt(t *testing.T) {
	needsBrowser(t)
	l := startLab(t, lab.Options{Period: map[string]time.Duration{"": time.Hour}})
	app, _ := l.Describe().App("bank")
	other := app.Origins[0].Origin
	w := newWorld(t)
	w.addApp(l, "bank", "bank")

	s := w.open(80, 24, "verify", "bank", "--driver", "browser")
	for _, what := range []string{"what signs in", "one-time code"} {
		s.await("MAY THIS ORIGIN BE SENT A SECRET?", other, what)
		s.answer("y")
	}
	s.await("SIGNED IN", "learned", "pinned")
	s.press("q")
	s.await("ended with 0")
	s.clean(app)
}

// answer presses a key until the question that stands is answered: right after it came
// it takes none, so that nobody answers it by accident.
func (s *screen) answer(k string) {
	s.t.Helper()
	asked := s.text()
	question := func(screen string) string {
		_, q, _ := strings.Cut(screen, "MAY THIS ORIGIN")
		return q
	}
	s.until(func(now string) bool {
		if question(now) != question(asked) {
			return true
		}
		s.press(k)
		return false
	}, "what comes after the question")
}

// pushNumber is how the stages say which number is for the phone.
var pushNumber = regexp.MustCompile(`to type ([0-9]+) into the phone`)

// A verified push shows its number large, and is waited for until somebody approves it.
func TestScreenShowsThePushNumber(t *testing.T) {
	needsBrowser(t)
	eachSize(t, func(t *testing.T, cols, rows int) {
		l := startLab(t, lab.Options{Switches: map[string][]string{"bank": {lab.SwitchVerifiedPush}}})
		app, _ := l.Describe().App("bank")
		w := newWorld(t)
		args := []string{"add", "bank", "--url", app.URL, "--username", app.Username, "--route", "push", "--password-file", "-"}
		for _, o := range app.Origins {
			args = append(args, "--allow-origin", o.Origin)
		}
		w.must(app.Password, args...)
		s := w.open(cols, rows, "verify", "bank")
		now := s.await("Type this into the phone:", "█")
		words := strings.Join(strings.Fields(strings.ReplaceAll(now, "▀", "")), " ") // without the picture beside them
		number := pushNumber.FindStringSubmatch(words)
		if number == nil {
			t.Fatalf("no number in words on\n%s", now)
		}
		s.tmux("resize-window", "-x", "60", "-y", "20")
		s.await("Type this into the phone")
		s.tmux("resize-window", "-x", "80", "-y", "24")
		if err := l.Approve("bank", number[1]); err != nil {
			t.Fatal(err)
		}
		s.await("SIGNED IN", "somebody approved a push")
		s.press("q")
		s.await("ended with 0")
	})
}

// Serving on the screen shows who asked, and ends with its page: nobody is answered
// then, and the token is gone.
func TestScreenServes(t *testing.T) {
	t.Parallel()
	l := startLab(t, lab.Options{})
	app, _ := l.Describe().App("shop")
	w := newWorld(t)
	w.addApp(l, "shop", "shop")
	s := w.open(200, 50, "verify", "shop")
	s.await("SIGNED IN")
	s.press("h")
	s.await("SCANNER")
	s.press("s")
	now := s.until(func(now string) bool {
		return strings.Contains(now, "Nobody has asked") || strings.Contains(now, "NOT SERVING")
	}, "serving")
	if strings.Contains(now, "NOT SERVING") { // somebody else has the usual port
		s.press("f")
		now = s.await("Nobody has asked")
	}
	address := regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`).FindString(now)
	file := regexp.MustCompile(`token file +(\S+)`).FindStringSubmatch(now)
	if address == "" || file == nil {
		t.Fatalf("where to ask is not told:\n%s", now)
	}
	token := strings.TrimSpace(w.read(file[1]))
	ask := func(token string) int {
		r, err := http.NewRequest(http.MethodGet, address+"/cookies.txt", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("User-Agent", "nightly-scan")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return 0
		}
		_ = answer.Body.Close()
		return answer.StatusCode
	}
	if got := ask(token); got != http.StatusOK {
		t.Errorf("with the token: %d", got)
	}
	if got := ask("wrong-wrong-wrong-wrong"); got != http.StatusUnauthorized {
		t.Errorf("without the token: %d", got)
	}
	s.await("nightly-scan", "/cookies.txt", "200", "401", "2 in all")
	if strings.Contains(s.all(), token) {
		t.Error("the token is on the screen")
	}
	s.press("Escape")
	s.await("SCANNER")
	s.until(func(string) bool { _, err := os.Stat(file[1]); return os.IsNotExist(err) }, "the end of the token")
	if got := ask(token); got != 0 {
		t.Errorf("after the page was left: %d", got)
	}
	s.press("C-c")
	s.await("ended with 130")
	s.clean(app)
}

// A watch tells how the session stands, and what ended it.
func TestScreenWatches(t *testing.T) {
	t.Parallel()
	l := startLab(t, lab.Options{Session: 6 * time.Second})
	w := newWorld(t)
	w.addApp(l, "shop", "shop")
	s := w.open(120, 40, "verify", "shop")
	s.await("SIGNED IN")
	s.press("w")
	s.await("old, not looked at yet", "looked at every 30 s")
	s.press("-", "-", "-")
	s.await("looked at every 5 s")
	s.await("✗ lost", "the session was lost after", "signed in ×")
	s.press("q")
	s.await("SIGNED IN")
	s.press("q")
	s.await("ended with 0")
}
