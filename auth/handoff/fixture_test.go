package handoff

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// The canaries: whatever stands for a secret in these tests.
const (
	canaryPassword = "Canary-Pa55word"
	canarySeed     = "CANARYCANARYCANARY234567CANARY22"
	canaryCookie   = "canary-session=with=equals=="
	canaryRemember = "canary-remember"
	canaryIdP      = "canary-identity-provider"
	canaryToken    = "canary.bearer.token"
	canaryBearer   = "Bearer " + canaryToken
	canaryLocal    = "canary-local-storage"
	canaryTab      = "canary-tab-storage"
)

func canaries() []string {
	return []string{canaryPassword, canarySeed, canaryCookie, canaryRemember, canaryIdP, canaryToken, canaryLocal, canaryTab}
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// fill, press and enter are acts of a trail.
func fill(page string, kind login.Kind, role login.Role, id string) login.Act {
	return login.Act{Do: login.ActFill, Page: page, Kind: kind, Role: role, Boxes: 1, At: login.Selectors{ID: id, Name: strings.ReplaceAll(id, "-", "_"), CSS: "#" + id}}
}

func press(page string, kind login.Kind, text string) login.Act {
	return login.Act{Do: login.ActSubmit, Page: page, Kind: kind, At: login.Selectors{CSS: "form button[type=submit]", XPath: "//form//button[@type=\"submit\"]", Text: text}}
}

func enter(page string, kind login.Kind) login.Act {
	return login.Act{Do: login.ActSubmit, Page: page, Kind: kind}
}

const shopLogin = "https://shop.example.com/login"

// shop is a login as most are: username and password on one page, the code on the
// next.
func shop() Input {
	return Input{
		Target: store.Target{
			Name: "shop", URL: shopLogin, Username: "scan-bot", Route: store.RouteOTP,
			Proof:   store.Proof{URL: "https://shop.example.com/account", Text: "Orders of scan-bot"},
			Secrets: []store.Kind{store.KindPassword, store.KindSeed},
		},
		Proven: &Proven{
			Run: "7f3a", At: noon.Add(-time.Hour), Driver: "http",
			MFA: login.MFA{Challenged: true, Provider: "app", Factor: "totp"},
			Trail: login.Trail{
				{Do: login.ActOpen, Page: shopLogin},
				fill(shopLogin, login.KindBoth, login.RoleUsername, "username"),
				fill(shopLogin, login.KindBoth, login.RolePassword, "password"),
				press(shopLogin, login.KindBoth, "Sign in"),
				fill(shopLogin+"/code", login.KindCode, login.RoleCode, "code"),
				press(shopLogin+"/code", login.KindCode, "Verify"),
			},
			Facts:    login.SessionFacts{Cookies: []string{"shop_session@shop.example.com"}, BareClient: login.Yes},
			ProofURL: "https://shop.example.com/account", ProofText: "Orders of scan-bot",
			Landed: "https://shop.example.com/", Logout: []string{"https://shop.example.com/logout"},
		},
		Key:     &Key{Type: otp.TOTP, Algorithm: otp.SHA1, Digits: 6, Period: 30 * time.Second},
		Options: Options{Now: noon},
	}
}

// bank signs in with the help of Duo's prompt, on a host of its own.
func bank() Input {
	in := shop()
	in.Target.Name = "bank"
	const prompt = "https://api-1234abcd.duosecurity.com/frame/v4/auth/prompt"
	trail := in.Proven.Trail[:4:4]
	in.Proven.Trail = append(trail,
		press(prompt, login.KindMethods, "Other options"),
		fill(prompt, login.KindCode, login.RoleCode, "passcode-input"),
		enter(prompt, login.KindCode),
		press(prompt, login.KindTrust, "No, other people use this device"),
	)
	in.Proven.MFA = login.MFA{Challenged: true, Provider: "duo", Factor: "totp"}
	in.Proven.DuoHost = "api-1234abcd.duosecurity.com"
	return in
}

// session is what the login of shop left behind.
func session() *login.Session {
	return &login.Session{
		Target: "shop", URL: "https://shop.example.com/", At: noon.Add(-time.Minute), Driver: "http", Agent: "Mozilla/5.0 gatepass",
		Cookies: []login.Cookie{
			{Name: "shop_session", Value: store.NewSecret(canaryCookie), Domain: "shop.example.com", HostOnly: true, Path: "/", HTTPOnly: true, Secure: true, SameSite: "Lax", Fresh: true},
			{Name: "remember", Value: store.NewSecret(canaryRemember), Domain: "example.com", Path: "/", Expires: noon.Add(3 * time.Hour), Secure: true, SameSite: "strict", Fresh: true},
			{Name: "sso", Value: store.NewSecret(canaryIdP), Domain: "sso.example.net", HostOnly: true, Path: "/", Secure: true, Fresh: true},
		},
	}
}

// bearer is a session that the application's scripts keep.
func bearer() *login.Session {
	s := session()
	s.Cookies, s.Driver = nil, "browser"
	s.Authorization = store.NewSecret(canaryBearer)
	s.Storage = []login.Storage{{
		Origin:  "https://shop.example.com",
		Local:   []login.StorageItem{{Name: "access_token", Value: store.NewSecret(canaryLocal), Fresh: true}},
		Session: []login.StorageItem{{Name: "tab_token", Value: store.NewSecret(canaryTab), Fresh: true}},
	}}
	return s
}

func with(in Input, change func(*Input)) Input {
	p := *in.Proven
	p.Trail = slices.Clone(p.Trail)
	in.Proven = &p
	if in.Key != nil {
		k := *in.Key
		in.Key = &k
	}
	change(&in)
	return in
}

func inlined(in Input) Input {
	in.Options.Inline = &Secrets{Password: store.NewSecret(canaryPassword), Seed: store.NewSecret(canarySeed)}
	return in
}

func signedIn(in Input) Input {
	in.Session = session()
	return in
}

func exempt(in Input) Input {
	return with(in, func(in *Input) {
		in.Target.Route, in.Key = store.RouteExemption, nil
		in.Target.Secrets = []store.Kind{store.KindPassword}
		in.Proven.Trail = in.Proven.Trail[:4]
		in.Proven.MFA = login.MFA{}
	})
}

func variantOf(in Input, name string) Input {
	in.Options.Variant = name
	return in
}

func must(t *testing.T, scanner string, in Input) Output {
	t.Helper()
	out, err := Make(scanner, in)
	if err != nil {
		t.Fatalf("%s: %v", scanner, err)
	}
	return out
}

// first is the text of the file that the scanner reads.
func first(o Output) string { return o.Files[0].Content.Reveal() }

// all is everything that an output shows or writes.
func all(o Output) string {
	var b strings.Builder
	for _, f := range o.Files {
		b.WriteString(f.Name + "\n" + f.Content.Reveal() + "\n")
	}
	for _, lines := range [][]string{o.Run, o.Check, o.Silent, o.Notes} {
		b.WriteString(strings.Join(lines, "\n") + "\n")
	}
	for _, s := range o.Steps {
		b.WriteString(s.Do + " " + s.Value + " " + s.Secret.Reveal() + "\n")
	}
	return b.String()
}

// fromYAML reads a file as a scanner would.
func fromYAML(t *testing.T, text string) map[string]any {
	t.Helper()
	var v map[string]any
	if err := yaml.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("not YAML: %v\n%s", err, text)
	}
	return v
}

func fromJSON(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, text)
	}
	return v
}

// at walks into a value: names for mappings, numbers for lists.
func at(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, key := range path {
		switch k := key.(type) {
		case string:
			m, ok := v.(map[string]any)
			if !ok || m[k] == nil {
				return nil
			}
			v = m[k]
		case int:
			l, ok := v.([]any)
			if !ok || k >= len(l) {
				return nil
			}
			v = l[k]
		}
	}
	return v
}

func wantText(t *testing.T, where, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s does not have %q:\n%s", where, part, text)
		}
	}
}
