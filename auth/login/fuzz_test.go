package login_test

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gatepass/auth/login"
)

// FuzzReadHTML reads anything and decides about it. Whatever a server sends: no
// panic, texts that can be shown, indexes that exist, and never a password where a
// code belongs.
func FuzzReadHTML(f *testing.F) {
	files, err := filepath.Glob("testdata/pages/*.html")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Add("<table><form><tr><td><input type=password></table></form><input form=x>")
	f.Add("<form><input maxlength=1><input maxlength=1><input maxlength=1><input maxlength=1></form>")
	f.Add("\x1b]0;\x07<title>\u202e</title><base href=//[><form action=:>")
	base, err := url.Parse("https://app.example.com/login")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if len(body) > 1<<16 {
			t.Skip("longer documents are tested for their time by themselves")
		}
		worked := workOf(t)
		p := login.ReadDocument(body, base)
		for _, s := range texts(p) {
			if why := unclean(s); why != "" {
				t.Errorf("%q %s", s, why)
			}
		}
		checkReading(t, p, login.Read(p))
		for _, m := range memories() {
			step := login.Decide(p, m)
			if step.Do == login.DoStop == (step.Stop == "") {
				t.Errorf("a step that stops and names no reason, or the other way round: %+v", step)
			}
		}
		if took := worked(); took > 10*time.Second {
			t.Errorf("%d bytes took %s of work", len(body), took)
		}
	})
}

func memories() []login.Memory {
	told := map[string]bool{}
	return []login.Memory{
		{},
		{Exempt: true},
		{SentUsername: true, Told: told},
		{SentUsername: true, SentPassword: true, Told: told},
		{SentUsername: true, SentPassword: true, SentCode: true, Challenged: true, Told: told},
	}
}
