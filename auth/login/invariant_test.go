package login_test

import (
	"strings"
	"testing"

	"gatepass/auth/login"
)

// checkReading holds every reading to what must never be wrong, whatever the rules
// make of a page. It uses few and plain words of its own, not the vocabularies.
func checkReading(t *testing.T, p login.Page, r login.Reading) {
	t.Helper()
	inRange := func(what string, i, n int) bool {
		if i < -1 || i >= n {
			t.Errorf("%s is %d of %d", what, i, n)
			return false
		}
		return i >= 0
	}
	inRange("the form", r.Form, len(p.Forms))
	inRange("the button", r.Button, len(p.Buttons))
	used := map[int]bool{}
	take := func(what string, i int) {
		if !inRange(what, i, len(p.Fields)) {
			return
		}
		if f := p.Fields[i]; used[i] || f.Form != r.Form || f.Disabled || f.Type == "hidden" {
			t.Errorf("%s was put into %q, which is another's, disabled or hidden", what, f.Name)
		}
		used[i] = true
	}
	take("the username", r.Username)
	take("the password", r.Password)
	for _, i := range r.Code {
		take("the code", i)
	}
	if t.Failed() {
		return
	}
	if r.Password >= 0 && !plainlyPassword(p.Fields[r.Password]) && speaksOf(p.Fields[r.Password], "one-time", "otp", "totp", "2fa", "mfa", "passcode", "authenticator", "verification code", "twofactor") {
		t.Errorf("the password was put into %q, which is for a code", p.Fields[r.Password].Name)
	}
	for _, i := range r.Code {
		if f := p.Fields[i]; !speaksOf(f, "authenticator", "totp") && speaksOf(f, "sms", "backup code", "recovery code", "scratch code") {
			t.Errorf("a code was put into %q, which is for another kind", f.Name)
		}
		if f := p.Fields[i]; f.Autocomplete == "current-password" {
			t.Errorf("a code was put into %q, which says that it is the password", f.Name)
		}
	}
}

// plainlyPassword reports whether people read "Password" on a field and nothing else,
// whatever it is named.
func plainlyPassword(f login.Field) bool {
	return f.Label == "Password" || f.Label == "" && f.Placeholder == "Password"
}

// speaksOf reports whether a field says one of the words of itself.
func speaksOf(f login.Field, words ...string) bool {
	for _, s := range []string{f.Name, f.ID, f.Label, f.Placeholder, f.Autocomplete} {
		s = " " + strings.Map(wordRune, strings.ToLower(s)) + " "
		for _, w := range words {
			if strings.Contains(s, " "+strings.Map(wordRune, w)+" ") {
				return true
			}
		}
	}
	return false
}

func wordRune(r rune) rune {
	if strings.ContainsRune("-_.[]:$#", r) {
		return ' '
	}
	return r
}

// TestRead_KeepsSecretsApart goes through every sample.
func TestRead_KeepsSecretsApart(t *testing.T) {
	for _, s := range samples(t) {
		t.Run(s.name, func(t *testing.T) {
			r := login.Read(s.page)
			checkReading(t, s.page, r)
			for key, why := range map[string]string{
				"other-channel-code": "a code that was sent", "backup-code": "a backup code", "enrolment": "a new seed's code",
			} {
				if s.want["kind"] == key && (len(r.Code) > 0 || r.Password >= 0) {
					t.Errorf("something was put where the page wants %s", why)
				}
			}
			if s.want["code"] != "" && r.Password >= 0 && s.want["password"] == "" {
				t.Error("the password was put where the page wants a code")
			}
		})
	}
}
