package login_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"

	"gatepass/auth/login"
	"gatepass/store"
)

func TestSecrets_AreFoundHoweverTheyAreWritten(t *testing.T) {
	var s login.Secrets
	s.Add(login.RolePassword, store.NewSecret(canaryPassword))
	quoted, _ := json.Marshal(canaryPassword)
	percent := ""
	for _, b := range []byte(canaryPassword) {
		percent += fmt.Sprintf("%%%02x", b)
	}
	b64 := base64.StdEncoding.EncodeToString
	for name, text := range map[string]string{
		"as it is":             canaryPassword,
		"in a query":           url.QueryEscape(canaryPassword),
		"in a path":            url.PathEscape(canaryPassword),
		"every byte escaped":   percent,
		"beside a bad escape":  "%zz" + percent + "%",
		"escaped twice":        url.QueryEscape(url.QueryEscape(canaryPassword)),
		"in HTML":              html.EscapeString(canaryPassword),
		"in JSON":              string(quoted),
		"in hexadecimal":       hex.EncodeToString([]byte(canaryPassword)),
		"in HEXADECIMAL":       strings.ToUpper(hex.EncodeToString([]byte(canaryPassword))),
		"in base64":            b64([]byte(canaryPassword)),
		"in base64 with a":     b64([]byte("a:" + canaryPassword)),
		"in base64 with bc":    b64([]byte("bc:" + canaryPassword + ";")),
		"in base64 with def":   b64([]byte("def:" + canaryPassword + ";;")),
		"in base64 for URLs":   base64.RawURLEncoding.EncodeToString([]byte(canaryPassword)),
		"base64, then escaped": url.QueryEscape(b64([]byte(canaryPassword))),
	} {
		text = "before " + text + " after"
		if !s.In(text) || s.Names(text) != "the password" {
			t.Errorf("%s: not found in %s", name, text)
		}
		cleaned := s.Clean(text)
		if s.In(cleaned) || !strings.Contains(cleaned, "[secret]") {
			t.Errorf("%s: cleaned to %s", name, cleaned)
		}
	}
	for _, text := range []string{"", "Pa55", "nothing of the kind", b64([]byte("something else entirely"))} {
		if s.In(text) || s.Clean(text) != text {
			t.Errorf("found in %q", text)
		}
	}
}

func TestSecrets_OfAForm(t *testing.T) {
	var s login.Secrets
	inputs := []login.Input{{Field: 0, Role: login.RoleUsername, Value: store.NewSecret("scan-bot")}, {Field: 1, Role: login.RolePassword, Value: store.NewSecret("abc")}}
	for i, c := range canaryCode {
		inputs = append(inputs, login.Input{Field: 2 + i, Role: login.RoleCode, Value: store.NewSecret(string(c))})
	}
	s.AddInputs(inputs)
	for text, want := range map[string]string{"scan-bot": "", "abc": "", "7": "", "code=" + canaryCode: "the one-time code"} {
		if got := s.Names(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	u, err := url.Parse("https://app.example.com/verify/" + canaryCode + "?x=1")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Bare(u); got != "https://app.example.com/[secret]" {
		t.Errorf("got %s", got)
	}
}
