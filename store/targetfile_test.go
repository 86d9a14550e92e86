package store

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"testing"
)

// least is a target's file with nothing but what it must have.
const least = "url: https://shop.example.com/login\nusername: scan-bot\nroute: otp\n"

// withFile gives Targets with one file.
func withFile(t testing.TB, name, text string) *Targets {
	t.Helper()
	s := NewTargets(filepath.Join(t.TempDir(), "targets"))
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	mustWrite(t, s.Path(name), text)
	return s
}

func TestAHandWrittenFileIsRead(t *testing.T) {
	s := withFile(t, "shop", `# our shop
---
"url": 'https://shop.example.com/login'   # the page
username:   scan-bot
route:      otp

secrets: [password, otp]
origins:
- HTTPS://SSO.example.com:443   # single sign-on
- https://sso.example.com
tags: [ nightly, "eu" ]
proof: { url: https://shop.example.com/account, text: "Sign out" }
driver: http
...
`)
	got, err := s.Get("shop")
	if err != nil {
		t.Fatal(err)
	}
	if !sameTarget(got, good()) || got.Name != "shop" {
		t.Errorf("got %+v\nwant %+v", got, good())
	}
}

func TestWhatIsLeftOutOrEmptyIsNothing(t *testing.T) {
	s := withFile(t, "shop", least+"origins:\nproof:\ntags: []\ndriver: \"\"\nsecrets: ~\n")
	got, err := s.Get("shop")
	if err != nil {
		t.Fatal(err)
	}
	want := Target{Name: "shop", URL: "https://shop.example.com/login", Username: "scan-bot", Route: RouteOTP}
	if !sameTarget(got, want) {
		t.Errorf("got %+v", got)
	}
}

const keys = "url, username, route, origins, proof, driver, duo, stock, recording, tags, secrets"

// Every case gives the file's text and, line by line, the errors in full.
func TestAWrongFileSaysWhereAndWhat(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a slip in a key", least + "usernme: x\n",
			`targets/shop.yaml:4: unknown key "usernme"; did you mean "username"? allowed: ` + keys},
		{"a slip in password", least + "pasword: hunter2\n",
			`targets/shop.yaml:4: unknown key "pasword"; did you mean "secrets"? allowed: ` + keys},
		{"a slip in secrets", least + "secrts: [otp]\n",
			`targets/shop.yaml:4: unknown key "secrts"; did you mean "secrets"? allowed: ` + keys},
		{"no such key", least + "colour: red\n",
			`targets/shop.yaml:4: unknown key "colour"; allowed: ` + keys},
		{"a key below proof", least + "proof:\n  uri: https://shop.example.com/a\n",
			`targets/shop.yaml:5: unknown key "uri"; did you mean "url"? allowed: url, text`},
		{"a key that is no word", least + "\"hunter2 is my password\": x\n",
			`targets/shop.yaml:4: key (not shown) does not belong here: secrets never live in this file, only in the secret store`},
		{"a secret instead of a key", least + "hunter2!: x\n",
			`targets/shop.yaml:4: unknown key (not shown); allowed: ` + keys},
		{"a missing value", "username: bot\nroute: otp\n",
			`targets/shop.yaml: url is missing; every target has one`},
		{"an empty value", strings.Replace(least, "scan-bot", "", 1),
			`targets/shop.yaml:2: username is missing; every target has one`},
		{"a wrong route", strings.Replace(least, "otp", "opt", 1),
			`targets/shop.yaml:3: route: "opt" is not a route; did you mean "otp"? allowed: exemption, otp, bypass-code, trusted-device, push`},
		{"a URL over plain http", strings.Replace(least, "https", "http", 1),
			`targets/shop.yaml:1: url: plain http is for this machine only (localhost, 127.0.0.1, [::1]); credentials go over https`},
		{"a password in the URL", strings.Replace(least, "//", "//bot:hunter2@", 1),
			`targets/shop.yaml:1: url: no user name or password in a URL; leave out everything from // up to the @`},
		{"an origin with a path", least + "origins:\n  # first\n  - https://a.example.com\n\n  - https://B.example.com/x\n",
			`targets/shop.yaml:8: origins[1]: an origin ends after the host and port; write "https://b.example.com"`},
		{"one origin, not a list", least + "origins: https://a.example.com\n",
			`targets/shop.yaml:4: origins must be a list; write origins: [first, second]`},
		{"a list of lists", least + "tags: [[a]]\n",
			`targets/shop.yaml:4: tags[0] must be one value, not a list`},
		{"a list in place of a value", strings.Replace(least, "scan-bot", "[scan-bot]", 1),
			`targets/shop.yaml:2: username must be one value, not a list`},
		{"keys in place of a value", strings.Replace(least, "scan-bot", "{a: b}", 1),
			`targets/shop.yaml:2: username must be one value; one with a colon in it needs quotes`},
		{"a number for a name", strings.Replace(least, "scan-bot", "0815", 1),
			`targets/shop.yaml:2: username must be text and this is a number; put the value in quotes`},
		{"true for a name", strings.Replace(least, "scan-bot", "true", 1),
			`targets/shop.yaml:2: username must be text and this is true or false; put the value in quotes`},
		{"a date for a tag", least + "tags: [2026-01-02]\n",
			`targets/shop.yaml:4: tags[0] must be text and this is a date; put the value in quotes`},
		{"a proof that is one value", least + "proof: https://shop.example.com/a\n",
			`targets/shop.yaml:4: proof must have keys of its own, indented below it; allowed: url, text`},
		{"a secret in the list of kinds", least + "secrets:\n- password\n- hunter2\n",
			`targets/shop.yaml:6: secrets[1]: secrets names what the secret store keeps, never a secret itself; allowed: password, otp, bypass, device`},
		{"a key twice", least + "url: https://other.example.com\n",
			`targets/shop.yaml:4: key "url" stands here a second time; keep one`},
		{"a key twice below", least + "proof: {url: https://a.example.com, url: https://b.example.com}\n",
			`targets/shop.yaml:4: key "url" stands here a second time; keep one`},
		{"two documents", least + "---\n" + least,
			`targets/shop.yaml:4: a second document begins here; one file holds one, so remove the --- line and what follows`},
		{"two documents, the second broken", least + "---\nurl: [\n",
			`targets/shop.yaml:5: not valid YAML: did not find expected node content`},
		{"an anchor", "url: &u https://shop.example.com/login\nusername: bot\nroute: otp\n",
			`targets/shop.yaml:1: anchors and aliases (& and *) are not read here; write the value out, in quotes if it begins so`},
		{"an alias of nothing", least + "tags: *hunter2\n",
			`targets/shop.yaml: not valid YAML: anchors and aliases (& and *) are not read here; write the value out, in quotes if it begins so`},
		{"a tag", strings.Replace(least, "scan-bot", "!!str scan-bot", 1),
			`targets/shop.yaml:2: tags (!) are not read here; write the plain value, in quotes if it begins so`},
		{"binary data", strings.Replace(least, "scan-bot", "!!binary aHVudGVyMg==", 1),
			`targets/shop.yaml:2: tags (!) are not read here; write the plain value, in quotes if it begins so`},
		{"a merge key", least + "<<: {driver: http}\n",
			`targets/shop.yaml:4: merge keys (<<) are not read here; write the keys out`},
		{"a key that is a list", least + "[a, b]: c\n",
			`targets/shop.yaml:4: a key must be a word`},
		{"a list of targets", "- " + strings.ReplaceAll(strings.TrimSpace(least), "\n", "\n  ") + "\n",
			`targets/shop.yaml:1: the file must be a list of keys with values, such as url: https://shop.example.com/login`},
		{"one word", "hunter2\n",
			`targets/shop.yaml:1: the file must be a list of keys with values, such as url: https://shop.example.com/login`},
		{"an unclosed quote", least + "tags: ['a]\n",
			`targets/shop.yaml:4: not valid YAML: found unexpected end of stream`},
		{"bad indentation", "url: https://shop.example.com\n  username: x\n",
			`targets/shop.yaml:2: not valid YAML: mapping values are not allowed in this context`},
		{"Latin-1", least + "tags: [b\xf6se]\n",
			`targets/shop.yaml:4: not UTF-8 text; save the file as UTF-8`},
		{"UTF-16", "\xff\xfeu\x00r\x00l\x00",
			`targets/shop.yaml:1: not UTF-8 text; save the file as UTF-8`},
		{"a zero byte", least + "tags: [\x00]\n",
			`targets/shop.yaml: not valid YAML: control characters are not allowed`},
		{"more than a mebibyte", least + "# " + strings.Repeat("x", 1<<20),
			`targets/shop.yaml: larger than 1048576 bytes; a file of this kind has a few lines`},
		{"nothing", "",
			"targets/shop.yaml: url is missing; every target has one\n" +
				"targets/shop.yaml: username is missing; every target has one\n" +
				"targets/shop.yaml: route is missing; every target has one; allowed: exemption, otp, bypass-code, trusted-device, push"},
		{"several things", "url: x\nusrname: bot\ndriver: curl\nroute: totp\nproof: {urll: x}\n",
			"targets/shop.yaml: username is missing; every target has one\n" +
				"targets/shop.yaml:1: url: a URL must begin with https://\n" +
				`targets/shop.yaml:2: unknown key "usrname"; did you mean "username"? allowed: ` + keys + "\n" +
				`targets/shop.yaml:3: driver: "curl" is not a driver; allowed: auto, http, browser` + "\n" +
				`targets/shop.yaml:4: route: "totp" is not a route; did you mean "otp"? allowed: exemption, otp, bypass-code, trusted-device, push` + "\n" +
				`targets/shop.yaml:5: unknown key "urll"; did you mean "url"? allowed: url, text`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := withFile(t, "shop", c.text)
			got, err := s.Get("shop")
			if err == nil {
				t.Fatalf("it was read as %+v", got)
			}
			if err.Error() != c.want {
				t.Errorf("it says\n%v\nwant\n%s", err, c.want)
			}
			var field *FieldError
			if !errors.As(err, &field) || field.Path != s.Path("shop") {
				t.Errorf("err is not a FieldError of this file: %#v", err)
			}
			if !slices.Contains(Hints(err), "Edit the file: "+QuoteShell(s.Path("shop"))) {
				t.Errorf("hints %q do not name the file", Hints(err))
			}
			wantNoHunter(t, err)
		})
	}
}

func wantNoHunter(t *testing.T, err error) {
	t.Helper()
	if out := err.Error() + strings.Join(Hints(err), "\n"); strings.Contains(out, "hunter2") {
		t.Errorf("the error repeats what may be a secret: %s", out)
	}
}

func TestASecretsKeyIsSentToTheSecretStore(t *testing.T) {
	for _, key := range []string{
		"password", "Password", "PASSWORD", "passwd", "passphrase", "pass", "pwd", "secret", "secret-key", "client_secret",
		"seed", "otp", "otp_secret", "otp-seed", "totp", "totp_secret", "otpauth", "skey", "bypass-codes", "token", "api_key",
		"my_password", "password2", "pasword", "passwrd", "sed", "ottp", "'otp secret'",
	} {
		t.Run(key, func(t *testing.T) {
			s := withFile(t, "shop", least+key+": hunter2\n")
			_, err := s.Get("shop")
			var field *FieldError
			if !errors.As(err, &field) || field.Line != 4 {
				t.Fatalf("err = %v, want a FieldError in line 4", err)
			}
			wantNoHunter(t, err)
			all := err.Error() + "\n" + strings.Join(Hints(err), "\n")
			if !strings.Contains(all, "never lives in a target's file") || !strings.Contains(all, "gatepass setup shop") {
				t.Errorf("nothing says where secrets live and how: %s", all)
			}
		})
	}
	for _, key := range []string{"secrts", "secretes", "user", "colour", "prof", "routes"} {
		s := withFile(t, "shop", least+key+": x\n")
		_, err := s.Get("shop")
		if all := strings.Join(Hints(err), "\n"); err == nil || strings.Contains(all, "secret store") {
			t.Errorf("key %q: %v, hints %s", key, err, all)
		}
	}
}

func TestAnAliasBombIsRefusedAtOnce(t *testing.T) {
	var b strings.Builder
	b.WriteString(least + "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n")
	for i := 1; i < 10; i++ {
		prev := "*a" + string(rune('0'+i-1))
		b.WriteString("a" + string(rune('0'+i)) + ": &a" + string(rune('0'+i)) + " [" + strings.Repeat(prev+",", 9) + prev + "]\n")
	}
	_, err := withFile(t, "shop", b.String()).Get("shop")
	if err == nil || !strings.Contains(err.Error(), "anchors and aliases") {
		t.Errorf("err = %v", err)
	}
}

func TestDeepNestingIsRefused(t *testing.T) {
	for _, text := range []string{strings.Repeat("[", 500_000), strings.Repeat("{a: ", 200_000), "tags: " + strings.Repeat("- ", 400_000)} {
		if _, err := withFile(t, "shop", text).Get("shop"); err == nil {
			t.Errorf("%.20q… was read", text)
		}
	}
}
