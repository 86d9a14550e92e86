package store

import (
	"slices"
	"strings"
	"testing"
)

const passcodeOnly = "https://prompt.example.com"

func limited() Grant { return Grant{Origin: passcodeOnly, For: []string{ForPasscode}} }

func TestAnOriginMayBeLimitedToSomeSecrets(t *testing.T) {
	for name, text := range map[string]string{
		"below each other": "origins:\n  - https://sso.example.com\n  - origin: HTTPS://Prompt.example.com:443 # Duo\n    for: [passcode]\n",
		"in braces":        "origins: [https://sso.example.com, {origin: 'https://prompt.example.com', for: [passcode]}]\n",
		"said twice":       "origins:\n- {origin: https://sso.example.com, for: [password, username, passcode]}\n- origin: https://prompt.example.com\n  for:\n  - passcode\n- https://sso.example.com\n",
	} {
		t.Run(name, func(t *testing.T) {
			target, err := withFile(t, "shop", least+text).Get("shop")
			if err != nil {
				t.Fatal(err)
			}
			want := []Grant{{Origin: "https://shop.example.com"}, {Origin: "https://sso.example.com"}, limited()}
			if got := target.Grants(); !slices.EqualFunc(got, want, sameGrant) {
				t.Errorf("the grants are %+v, want %+v", got, want)
			}
		})
	}
}

func sameGrant(a, b Grant) bool { return a.Origin == b.Origin && slices.Equal(a.For, b.For) }

func TestGrantsOfOneOriginAllowWhatAllOfThemAllow(t *testing.T) {
	of := func(uses ...string) Grant { return Grant{Origin: passcodeOnly, For: uses} }
	for _, c := range []struct {
		grants []Grant
		want   Grant
	}{
		{[]Grant{of(ForPasscode), of(ForPassword)}, of(ForPassword, ForPasscode)},
		{[]Grant{of(ForPasscode, ForPassword), of(ForPassword)}, of(ForPasscode, ForPassword)},
		{[]Grant{of(ForPassword), of(ForPasscode, ForPassword)}, of(ForPasscode, ForPassword)},
		{[]Grant{of(ForPasscode), of()}, of()},
		{[]Grant{of(), of(ForPasscode)}, of()},
		{[]Grant{of(ForPasscode, ForPassword), of(ForUsername)}, of()},
	} {
		if got := Granted(c.grants); len(got) != 1 || !sameGrant(got[0], c.want) {
			t.Errorf("%v together are %v, want %v", c.grants, got, c.want)
		}
	}
}

func TestAWrongGrantSaysWhereAndWhat(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a slip in what it is for", "origins:\n  - origin: https://a.example.com\n    for: [passcodes]\n",
			`targets/shop.yaml:6: origins[0].for[0]: "passcodes" is nothing that an origin is sent; did you mean "passcode"? allowed: username, password, passcode`},
		{"a passcode in place of the word", "origins:\n  - origin: https://a.example.com\n    for: ['hunter2 is my password']\n",
			`targets/shop.yaml:6: origins[0].for[0]: (not shown) is nothing that an origin is sent; allowed: username, password, passcode`},
		{"one word, not a list", "origins:\n  - https://b.example.com\n  - origin: https://a.example.com\n    for: password\n",
			`targets/shop.yaml:7: origins[1].for must be a list; write for: [first, second]`},
		{"twice the same", "origins:\n  - origin: https://a.example.com\n    for: [password, password]\n",
			`targets/shop.yaml:6: origins[0].for[1]: this stands in the list twice`},
		{"no origin", "origins:\n  - for: [password]\n",
			`targets/shop.yaml:5: origins[0]: the origin is missing; write origin: https://host`},
		{"a slip in a key", "origins:\n  - orign: https://a.example.com\n",
			`targets/shop.yaml:5: unknown key "orign"; did you mean "origin"? allowed: origin, for`},
		{"a path", "origins:\n  - origin: https://a.example.com/x\n    for: [password]\n",
			`targets/shop.yaml:5: origins[0]: an origin ends after the host and port; write "https://a.example.com"`},
		{"an origin that is a list", "origins:\n  - [https://a.example.com]\n",
			`targets/shop.yaml:5: origins[0] must be one value, not a list`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := withFile(t, "shop", least+c.text).Get("shop")
			if err == nil || err.Error() != c.want {
				t.Errorf("it says\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

// byHandGrants is a list with comments in every place.
const byHandGrants = least + `origins:
  # single sign-on
  - https://sso.example.com   # since May
  # the prompt
  - origin: https://prompt.example.com # Duo
    for: [passcode] # nothing else
  - https://old.example.com

# the end
`

func TestSaveKeepsTheCommentsAroundGrants(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Target)
		want   string
	}{
		{"one is limited", func(t *Target) { t.Origins[0].For = []string{ForPassword} },
			lines(byHandGrants, "  - https://sso.example.com   # since May\n", "  - origin: https://sso.example.com # since May\n    for: [password]\n")},
		{"one may have more", func(t *Target) { t.Origins[1].For = []string{ForPassword, ForPasscode} },
			lines(byHandGrants, "[passcode] ", "[password, passcode] ")},
		{"one is not limited any more", func(t *Target) { t.Origins[1].For = nil },
			lines(byHandGrants, "  - origin: https://prompt.example.com # Duo\n    for: [passcode] # nothing else\n", "  - https://prompt.example.com # Duo\n")},
		{"a limited one goes", func(t *Target) { t.Origins = slices.Delete(t.Origins, 1, 2) },
			lines(byHandGrants, "  - origin: https://prompt.example.com # Duo\n    for: [passcode] # nothing else\n", "")},
		{"a limited one comes", func(t *Target) {
			t.Origins = append(t.Origins, Grant{"https://new.example.com", []string{ForUsername, ForPassword}})
		},
			lines(byHandGrants, "  - https://old.example.com\n", "  - https://old.example.com\n  - origin: https://new.example.com\n    for: [username, password]\n")},
		{"all go", func(t *Target) { t.Origins = nil },
			lines(byHandGrants, byHandGrants[strings.Index(byHandGrants, "origins:"):strings.Index(byHandGrants, "\n# the end")], "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := edited(t, byHandGrants, c.change); got != c.want {
				t.Errorf("the file is now\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestATargetKnowsItsDuoAccountItsStockAndItsRecording(t *testing.T) {
	s := newTargets(t)
	want := good()
	want.Duo = TargetDuo{Tenant: "acme", Integration: "DIABCDEFGHIJ12345678", Username: "svc-scan"}
	want.Stock, want.Recording, want.Secrets = "scan-account", "shop.json", Kinds()
	if err := s.Create(want); err != nil {
		t.Fatal(err)
	}
	got, err := s.Get("shop")
	if err != nil || !sameTarget(got, want) || got.Duo != want.Duo || got.StockName() != "scan-account" || got.Recording != "shop.json" {
		t.Errorf("it came back as %+v, %v", got, err)
	}
	got.Stock, got.Duo.Username = "", got.Username
	if err := s.Save(got); err != nil {
		t.Fatal(err)
	}
	if got, err = s.Get("shop"); err != nil || got.Stock != "" || got.Duo.Username != "" || got.StockName() != "shop" {
		t.Errorf("what goes without saying is said: %+v, %v", got, err)
	}
}

func TestAWrongDuoAccountStockOrRecordingIsRefused(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"an application without its tenant", "duo:\n  integration: DIABCDEFGHIJ12345678\n",
			`targets/shop.yaml: duo.tenant: the Duo tenant is missing; name the one that knows this account (gatepass duo add NAME)`},
		{"a secret key in place of the integration", "duo:\n  tenant: acme\n  integration: hunter2hunter2hunter2hunter2hunter2hunter2\n",
			`targets/shop.yaml:6: duo.integration: an integration key of Duo is DI and 18 capital letters and digits; the secret key belongs in the secret store`},
		{"a secret key among the keys", "duo:\n  tenant: acme\n  skey: hunter2\n",
			`targets/shop.yaml:6: key "skey" does not belong here: secrets never live in this file, only in the secret store`},
		{"a code in place of the stock", "stock: '407176182'\n",
			`targets/shop.yaml:4: stock: this looks like a bypass code; the stock has a name, and its codes are in the secret store`},
		{"a stock that is no name", "stock: Scan Account\n",
			`targets/shop.yaml:4: stock: names have 1 to 63 small letters, digits, dots, dashes and underscores, and begin with a letter or digit`},
		{"a recording elsewhere", "recording: ../../shop.json\n",
			`targets/shop.yaml:4: recording: a recording is a file's name among the recordings, without a folder; write shop.json`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := withFile(t, "shop", least+c.text).Get("shop")
			if err == nil || err.Error() != c.want {
				t.Errorf("it says\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

func TestEveryRefOfATargetAndATenantCanBeKept(t *testing.T) {
	longest := strings.Repeat("x", 63)
	for _, r := range []Ref{BypassRef(longest, "20260102-00ff00ff"), TenantRef(longest, KindAdminKey), {Owner: longest, Kind: KindDevice}} {
		if err := r.Validate(); err != nil {
			t.Error(err)
		}
	}
	if err := (Ref{Owner: ".other." + longest, Kind: "x"}).Validate(); err == nil {
		t.Error("an owner longer than any name is kept")
	}
}
