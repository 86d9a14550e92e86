package auth_test

import (
	"bytes"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatepass/auth"
	"gatepass/auth/lab"
	"gatepass/auth/login"
	"gatepass/store"
)

// kept is a timeline as its readers know it.
type kept struct {
	Pictures []struct{ Stage, File string }
	Traffic  []struct {
		Method, URL string
		Values      []struct{ In, Name, Token string }
	}
}

func readTimeline(t *testing.T, file string) (kept, string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var k kept
	if err := json.Unmarshal(text, &k); err != nil {
		t.Fatal(err)
	}
	return k, string(text)
}

// TestTrafficHasTokensForValues: a value can be followed from where it was set to
// where it was sent, and is not told.
func TestTrafficHasTokensForValues(t *testing.T) {
	t.Parallel()
	for _, driver := range []string{"http", "browser"} {
		t.Run(driver, func(t *testing.T) { tokensForValues(t, driver) })
	}
}

func tokensForValues(t *testing.T, driver string) {
	if driver == "browser" {
		needsBrowser(t)
	}
	l := newLabLogin(t, "shop", lab.Options{}, nil)
	r := l.verify(t, auth.VerifyOptions{Driver: driver}, nil)
	if !r.OK() {
		t.Fatalf("%+v", r.Diagnosis)
	}
	k, text := readTimeline(t, r.Evidence)
	set, sent := map[string]string{}, map[string]string{}
	for _, x := range k.Traffic {
		for _, v := range x.Values {
			switch v.In {
			case "set-cookie":
				set[v.Token] = v.Name
			case "cookie", "form":
				sent[v.Name] = v.Token
			}
		}
	}
	if set[sent["shop_session"]] != "shop_session" {
		t.Errorf("the session's cookie cannot be followed: set %v, sent %v", set, sent)
	}
	if sent["password"] != "password" || sent["code"] != "otp" || !strings.HasPrefix(sent["csrf_token"], "token") {
		t.Errorf("sent %v", sent)
	}
	for _, c := range r.Session.Cookies {
		if strings.Contains(text, c.Value.Reveal()) {
			t.Errorf("the timeline holds the value of %s", c.Name)
		}
	}
	if r.Hidden.In(text) {
		t.Errorf("the timeline holds %s", r.Hidden.Names(text))
	}
}

// TestPicturesLieBesideTheTimeline, masked, and go with it.
func TestPicturesLieBesideTheTimeline(t *testing.T) {
	needsBrowser(t)
	l := newLabLogin(t, "portal", lab.Options{}, nil)
	var told []login.Stage
	r := l.verify(t, auth.VerifyOptions{Driver: "browser", Pictures: func(s login.Stage, p login.Picture) { told = append(told, s) }}, nil)
	if !r.OK() || len(told) == 0 {
		t.Fatalf("%+v, pictures of %v", r.Diagnosis, told)
	}
	k, _ := readTimeline(t, r.Evidence)
	if len(k.Pictures) == 0 || k.Pictures[0].Stage != string(login.StageReach) {
		t.Fatalf("got %+v", k.Pictures)
	}
	folder := filepath.Dir(r.Evidence)
	for _, p := range k.Pictures {
		file := filepath.Join(folder, p.File)
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if at, err := png.DecodeConfig(bytes.NewReader(raw)); err != nil || at.Width < 100 {
			t.Errorf("%s is no picture: %v", p.File, err)
		}
		if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %s", p.File, info.Mode())
		}
	}
	for range 10 {
		l.verify(t, auth.VerifyOptions{Driver: "http"}, nil)
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 10 {
		t.Errorf("%d entries are left, %v", len(left), err)
	}
	for _, e := range left {
		if e.IsDir() {
			t.Errorf("the pictures of a run that is gone are still there: %s", e.Name())
		}
	}
}

// TestEvidenceOfASecretLeavesNoPictures: where an address has the password in it,
// nothing of the run is written.
func TestEvidenceOfASecretLeavesNoPictures(t *testing.T) {
	needsBrowser(t)
	l := newLabLogin(t, "portal", lab.Options{}, func(e *auth.Enrolment, _ lab.App) { e.Password = store.NewSecret("login") })
	r, err := l.Verify(t.Context(), "portal", auth.VerifyOptions{Driver: "browser"}, nil)
	if err == nil || r.Evidence != "" {
		t.Errorf("it was written: %q, %v", r.Evidence, err)
	}
	if left, _ := os.ReadDir(l.Home.EvidenceDir("portal")); len(left) > 0 {
		t.Errorf("%d files are left", len(left))
	}
}
