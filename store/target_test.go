package store

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// good is a target with everything in it.
func good() Target {
	return Target{
		Name:     "shop",
		URL:      "https://shop.example.com/login",
		Username: "scan-bot",
		Route:    RouteOTP,
		Origins:  Grants("https://sso.example.com"),
		Proof:    Proof{URL: "https://shop.example.com/account", Text: "Sign out"},
		Driver:   "http",
		Tags:     []string{"nightly", "eu"},
		Secrets:  []Kind{KindPassword, KindSeed},
	}
}

func TestAGoodTargetIsValid(t *testing.T) {
	if err := good().Validate(); err != nil {
		t.Error(err)
	}
	least := Target{Name: "a", URL: "http://localhost:1", Username: "u", Route: RoutePush}
	if err := least.Validate(); err != nil {
		t.Error(err)
	}
	for _, r := range Routes() {
		least.Route = r
		if err := least.Validate(); err != nil {
			t.Errorf("route %q: %v", r, err)
		}
	}
	for _, d := range Drivers() {
		least.Driver = d
		if err := least.Validate(); err != nil {
			t.Errorf("driver %q: %v", d, err)
		}
	}
}

func TestAWrongTargetSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Target)
		field  string
		says   []string
	}{
		{"no URL", func(t *Target) { t.URL, t.Secrets = "", nil }, "url", []string{"url is missing"}},
		{"plain http", func(t *Target) { t.URL = "http://shop.example.com" }, "url", []string{"url: plain http"}},
		{"a password in the URL", func(t *Target) { t.URL = "https://bot:hunter2@shop.example.com" }, "url", []string{"leave out everything from // up to the @"}},
		{"no user name", func(t *Target) { t.Username = "" }, "username", []string{"username is missing"}},
		{"a user name with a line break", func(t *Target) { t.Username = "a\nb" }, "username", []string{"a line break"}},
		{"a user name with an escape", func(t *Target) { t.Username = "a\x1b[2J" }, "username", []string{"an invisible character"}},
		{"a user name with a space behind", func(t *Target) { t.Username = "bot " }, "username", []string{"a space at the beginning or the end"}},
		{"a user name without end", func(t *Target) { t.Username = strings.Repeat("ü", 257) }, "username", []string{"longer than 256 characters"}},
		{"a user name in Latin-1", func(t *Target) { t.Username = "b\xf6t" }, "username", []string{"not UTF-8"}},
		{"no route", func(t *Target) { t.Route = "" }, "route", []string{"route is missing", "exemption, otp, bypass-code, trusted-device, push"}},
		{"a slip in the route", func(t *Target) { t.Route = "bypas-code" }, "route", []string{`"bypas-code" is not a route`, `did you mean "bypass-code"?`}},
		{"no such route", func(t *Target) { t.Route = "sms" }, "route", []string{`"sms" is not a route; allowed: exemption`}},
		{"an origin with a path", func(t *Target) { t.Origins = append(t.Origins, Grants("https://SSO.example.com/login")...) }, "origins[1]", []string{`origins[1]: `, `write "https://sso.example.com"`}},
		{"an origin with a star", func(t *Target) { t.Origins = Grants("https://*.example.com") }, "origins[0]", []string{"no *"}},
		{"a proof elsewhere than on the web", func(t *Target) { t.Proof.URL = "/account" }, "proof.url", []string{"must begin with https://"}},
		{"a proof of two lines", func(t *Target) { t.Proof.Text = "a\r\nb" }, "proof.text", []string{"a line break"}},
		{"a slip in the driver", func(t *Target) { t.Driver = "browsr" }, "driver", []string{`did you mean "browser"?`, "auto, http, browser"}},
		{"an empty tag", func(t *Target) { t.Tags = []string{""} }, "tags[0]", []string{"a tag is not empty"}},
		{"a tag twice", func(t *Target) { t.Tags = []string{"a", "b", "a"} }, "tags[2]", []string{"twice"}},
		{"a secret in place of its kind", func(t *Target) { t.Secrets = []Kind{"hunter2"} }, "secrets[0]", []string{"never a secret itself", "password, otp"}},
		{"a kind twice", func(t *Target) { t.Secrets = []Kind{KindSeed, KindSeed} }, "secrets[1]", []string{"twice"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			target := good()
			c.change(&target)
			err := target.Validate()
			var field *FieldError
			if !errors.As(err, &field) {
				t.Fatalf("Validate = %v, want a FieldError", err)
			}
			if field.Field != c.field || field.File != "" || field.Line != 0 {
				t.Errorf("field %q at %s:%d, want %q", field.Field, field.File, field.Line, c.field)
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("it says %q, want %q in it", err, s)
				}
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("it repeats a secret: %v", err)
			}
		})
	}
}

func TestEverythingWrongIsSaidAtOnce(t *testing.T) {
	target := good()
	target.URL, target.Route, target.Driver = "x", "y", "z"
	err := target.Validate()
	for _, want := range []string{"url:", "route:", "driver:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in %q", want, err)
		}
	}
}

func TestCheckName(t *testing.T) {
	for _, name := range []string{"a", "0", "shop", "shop-2", "shop.example.com", "a_b", "console", "com", "com10", "nul-x", strings.Repeat("x", 63)} {
		if err := CheckName(name); err != nil {
			t.Errorf("CheckName(%q) = %v", name, err)
		}
	}
	for name, better := range map[string]string{
		"":                      "",
		"Shop":                  `"shop"`,
		"my shop":               `"my-shop"`,
		" shop ":                `"shop"`,
		"shop/admin":            `"shop-admin"`,
		`..\shop`:               `"shop"`,
		"..":                    "",
		".":                     "",
		".hidden":               `"hidden"`,
		"-rf":                   `"rf"`,
		"shop.":                 `"shop"`,
		"shop.yaml":             `"shop"`,
		"shop.yml":              `"shop"`,
		"con":                   `"target-con"`,
		"nul.txt":               `"target-nul.txt"`,
		"lpt1":                  `"target-lpt1"`,
		"shöp":                  `"sh-p"`,
		"日本":                    "",
		"a\x00b":                `"a-b"`,
		"a\nb":                  `"a-b"`,
		"con.yaml":              `"target-con"`,
		"a.yaml.yml":            "",
		strings.Repeat("x", 64): `"` + strings.Repeat("x", 63) + `"`,
	} {
		err := CheckName(name)
		if !errors.Is(err, ErrBadName) {
			t.Errorf("CheckName(%q) = %v, want ErrBadName", name, err)
			continue
		}
		hints := strings.Join(Hints(err), " ")
		if better == "" && hints != "" || !strings.Contains(hints, better) {
			t.Errorf("CheckName(%q) proposes %s, want %s", name, hints, better)
		}
	}
}

func TestTheLoginPagesOriginIsAllowed(t *testing.T) {
	target := good()
	target.URL = "https://Shop.example.com:443/login"
	target.Origins = Grants("https://sso.example.com", "https://shop.example.com", "HTTPS://SSO.example.com:443")
	want := []string{"https://shop.example.com", "https://sso.example.com"}
	if got := target.AllowedOrigins(); !slices.Equal(got, want) {
		t.Errorf("AllowedOrigins = %q, want %q", got, want)
	}
	target.URL, target.Origins = "http://shop.example.com", Grants("https://sso.example.com/path")
	if got := target.AllowedOrigins(); len(got) != 0 {
		t.Errorf("what is not valid is allowed: %q", got)
	}
}

func TestHas(t *testing.T) {
	target := Target{Secrets: []Kind{KindSeed}}
	if !target.Has(KindSeed) || target.Has(KindPassword) {
		t.Error("Has does not go by Secrets")
	}
}

func TestNearest(t *testing.T) {
	options := []string{"url", "username", "route", "origins", "secrets"}
	for word, want := range map[string]string{
		"usrname": "username", "usernmae": "username", "user": "", "urls": "url", "ulr": "url",
		"rute": "route", "orgins": "origins", "x": "", "": "", "secret": "secrets", "description": "",
	} {
		if got := nearest(word, options); got != want {
			t.Errorf("nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

// A seed in a name's place must not end in an error, which is kept in logs.
func TestBadNameThatLooksLikeASecretIsNotRepeated(t *testing.T) {
	for _, name := range []string{"otpauth://totp/Shop:bot?secret=JBSWY3DPEHPK3PXP", "JBSWY3DPEHPK3PXP", "JBSW Y3DP EHPK 3PXP"} {
		err := CheckName(name)
		if !errors.Is(err, ErrBadName) {
			t.Errorf("it was taken for a name: %v", err)
			continue
		}
		told := strings.ToUpper(err.Error() + strings.Join(Hints(err), ""))
		if strings.Contains(told, "JBSW") {
			t.Error("the error repeats it")
		}
	}
}

// An entry from an authenticator's backup has a seed and no login page.
func TestATargetForItsCodesAloneNeedsNoLoginPage(t *testing.T) {
	codes := Target{Name: "bank", Route: RouteOTP, Secrets: []Kind{KindSeed}}
	if err := codes.Validate(); err != nil || !codes.CodesOnly() {
		t.Errorf("it is refused: %v", err)
	}
	codes.URL = "https://bank.example.com/login"
	if err := codes.Validate(); err == nil || codes.CodesOnly() {
		t.Error("with a login page, it needs a username")
	}
}
