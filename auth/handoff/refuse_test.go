package handoff

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// Which seeds each scanner can be told: + it can, - it cannot, by its facts.
func TestSeedsThatAScannerCannotExpress(t *testing.T) {
	seeds := []struct {
		name string
		key  Key
	}{
		{"SHA1/6/30", Key{otp.TOTP, otp.SHA1, 6, 30 * time.Second}},
		{"SHA256", Key{otp.TOTP, otp.SHA256, 6, 30 * time.Second}},
		{"SHA512", Key{otp.TOTP, otp.SHA512, 6, 30 * time.Second}},
		{"8 digits", Key{otp.TOTP, otp.SHA1, 8, 30 * time.Second}},
		{"60 s", Key{otp.TOTP, otp.SHA1, 6, time.Minute}},
		{"HOTP", Key{otp.HOTP, otp.SHA1, 6, 0}},
		{"Steam", Key{otp.Steam, otp.SHA1, 5, 30 * time.Second}},
	}
	for _, row := range []struct{ scanner, variant, can string }{
		{"zap", "login", "+++++--"},
		{"invicti", "enterprise", "++++++-"},
		{"invicti", "standard", "++++++-"},
		{"acunetix", "login", "++++++-"},
		{"burp", "recording", "+++-+--"},
		{"gitlab", "login", "+------"},
		{"appscan", "url", "++++++-"},
		{"appscan", "totp", "+++++--"},
	} {
		for i, s := range seeds {
			in := with(inlined(shop()), func(in *Input) { in.Key, in.Options.Variant = &s.key, row.variant })
			_, err := Make(row.scanner, in)
			if can := row.can[i] == '+'; can != (err == nil) {
				t.Errorf("%s %s with %s: %v", row.scanner, row.variant, s.name, err)
			}
			var refused *Refused
			if err != nil && (!errors.As(err, &refused) || !errors.Is(err, ErrRefused) || len(refused.Refusals[0].Reasons) == 0) {
				t.Errorf("%s %s with %s is refused without a reason: %v", row.scanner, row.variant, s.name, err)
			}
		}
	}
	_, err := Make("gitlab", with(variantOf(shop(), "login"), func(in *Input) { in.Key = &Key{otp.TOTP, otp.SHA256, 8, time.Minute} }))
	for _, part := range []string{"SHA256", "8 digits", "60 s"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%q is not among the reasons: %v", part, err)
		}
	}
	if hints := strings.Join(store.Hints(err), " "); !strings.Contains(hints, "--variant session") {
		t.Errorf("hints: %s", hints)
	}
}

// Every route but the two that a scanner can repeat leaves the session alone.
func TestRoutesThatAScannerCannotTake(t *testing.T) {
	for _, route := range []store.Route{store.RouteBypassCode, store.RouteTrustedDevice, store.RoutePush} {
		in := with(signedIn(inlined(shop())), func(in *Input) { in.Target.Route, in.Key = route, nil })
		for _, s := range Scanners() {
			out, err := Make(s.Name(), in)
			if err != nil {
				if !errors.Is(err, ErrRefused) {
					t.Errorf("%s by %s: %v", s.Name(), route, err)
				}
				continue
			}
			for _, v := range s.Variants() {
				if v.Name == out.Variant && v.SignsIn {
					t.Errorf("%s would sign in by %s", s.Name(), route)
				}
			}
		}
	}
}

func TestWhatTheTrailDoesNotTell(t *testing.T) {
	for name, want := range map[string]struct {
		change func(*Input)
		reason string
	}{
		"no selector": {func(in *Input) { in.Proven.Trail[4].At = login.Selectors{} }, "no selector"},
		"a captcha": {func(in *Input) {
			in.Proven.Trail = slices.Insert(in.Proven.Trail, 3, fill(shopLogin, login.KindBoth, login.RoleCaptcha, "captcha"))
		}, "captcha"},
		"a password twice":  {func(in *Input) { in.Proven.Trail = append(in.Proven.Trail, in.Proven.Trail[2], in.Proven.Trail[3]) }, "twice"},
		"nobody was asked":  {func(in *Input) { in.Proven.Trail = in.Proven.Trail[:4] }, "not asked for a code"},
		"no seed":           {func(in *Input) { in.Key = nil }, "no seed"},
		"a frame elsewhere": {func(in *Input) { in.Proven.Trail[1].Frame = "https://sso.example.com/f" }, "frame"},
	} {
		for _, scanner := range []string{"zap", "gitlab", "burp"} {
			variant := map[string]string{"burp": "recording"}[scanner]
			if variant == "" {
				variant = "login"
			}
			_, err := Make(scanner, with(inlined(variantOf(shop(), variant)), want.change))
			if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), want.reason) {
				t.Errorf("%s, %s: %v", name, scanner, err)
			}
		}
	}
}

func TestNamesThatAreNot(t *testing.T) {
	for name, want := range map[string]string{"zapp": `Did you mean "zap"?`, "play": `Did you mean "playwright"?`, "qualys": "There are invicti"} {
		_, err := Make(name, shop())
		if !errors.Is(err, ErrNoScanner) || !strings.Contains(strings.Join(store.Hints(err), " "), want) {
			t.Errorf("%s: %v, %q", name, err, store.Hints(err))
		}
	}
	if _, err := Make("zap", variantOf(shop(), "magic")); !errors.Is(err, ErrNoVariant) {
		t.Errorf("got %v", err)
	}
	if _, err := Write("xml", signedIn(shop())); !errors.Is(err, ErrNoFormat) {
		t.Errorf("got %v", err)
	}
}

// What was not proven is written on demand alone, and says so where it can be seen.
func TestUnprovenIsMarked(t *testing.T) {
	in := signedIn(shop())
	in.Proven = nil
	for _, f := range FormatNames() {
		if _, err := Write(f, in); !errors.Is(err, ErrUnproven) || len(store.Hints(err)) == 0 {
			t.Errorf("%s: %v", f, err)
		}
	}
	in.Options.Unproven = true
	in = inlined(in)
	written := 0
	for _, s := range Scanners() {
		out, err := Make(s.Name(), in)
		if err != nil {
			continue
		}
		written++
		for _, f := range out.Files {
			if !strings.HasPrefix(f.Name, "shop.unproven.") {
				t.Errorf("%s: %s", s.Name(), f.Name)
			}
		}
		if sheet := out.Files[len(out.Files)-1]; !out.Unproven || !strings.Contains(sheet.Content.Reveal(), "UNPROVEN") {
			t.Errorf("%s does not say so", s.Name())
		}
		if strings.HasSuffix(out.Files[0].Name, ".yaml") || strings.HasSuffix(out.Files[0].Name, ".yml") {
			wantText(t, s.Name(), first(out), "# UNPROVEN")
		}
	}
	if written < 8 {
		t.Errorf("%d were written", written)
	}
	if strings.Contains(all(must(t, "zap", shop())), "UNPROVEN") {
		t.Error("a proven one is called unproven")
	}
}

// A login that was refused since it was proven is not handed off as a proven one; what
// is written all the same has the selectors of the one that passed.
func TestALaterRefusalUnproves(t *testing.T) {
	in := with(shop(), func(in *Input) { in.Denied = &Denial{At: noon.Add(-time.Minute), Diagnosis: "wrong-credentials"} })
	_, err := Make("zap", in)
	if !errors.Is(err, ErrUnproven) || !strings.Contains(err.Error(), "refused at 2026-11-23 11:59:00 UTC (wrong-credentials)") {
		t.Errorf("got %v", err)
	}
	if _, err := Write("cookies.txt", signedIn(in)); !errors.Is(err, ErrUnproven) {
		t.Errorf("a session: %v", err)
	}
	in.Options.Unproven = true
	out := must(t, "zap", in)
	if out.Variant != "login" || !out.Unproven || out.Files[0].Name != "shop.unproven.zap.yaml" {
		t.Errorf("%s, unproven %v: %v", out.Variant, out.Unproven, out.Files[0].Name)
	}
	wantText(t, "the plan", first(out), "# UNPROVEN: the last login", "refused (wrong-credentials)", "TOTP_FIELD")
	wantText(t, "the sheet", out.Files[len(out.Files)-1].Content.Reveal(), "UNPROVEN: the last login")
}

// Of several variants each says why in one sentence, the route's before any other.
func TestReasonsDoNotPileUp(t *testing.T) {
	in := with(shop(), func(in *Input) { in.Target.Route, in.Key = store.RouteBypassCode, nil })
	_, err := Make("appscan", in)
	if err == nil || strings.Count(err.Error(), ".") != 0 || !strings.HasSuffix(err.Error(), "only the session is handed off") {
		t.Errorf("one reason for all: %v", err)
	}
	_, err = Make("selenium", shop())
	if err == nil || strings.Contains(err.Error(), "--inline-secrets") {
		t.Errorf("secrets are asked for although they would not help: %v", err)
	}
	drawn := with(shop(), func(in *Input) { in.Proven.ProofText = ""; in.Proven.Trail = in.Proven.Trail[:4] })
	if _, err = Make("zap", drawn); err == nil || strings.Contains(err.Error(), "nobody knows where it goes") {
		t.Errorf("more than the first reason of each: %v", err)
	}
}

func TestASessionIsNeeded(t *testing.T) {
	for _, s := range Scanners() {
		c, err := Choose(s.Name(), shop())
		if err != nil || !c.Session {
			continue
		}
		if _, err := Make(s.Name(), shop()); !errors.Is(err, ErrNoSession) {
			t.Errorf("%s: %v", s.Name(), err)
		}
	}
	c, err := Choose("zap", shop())
	if err != nil || c.Session || c.Secrets || c.Variant.Name != "login" {
		t.Errorf("%+v, %v", c, err)
	}
	if c, err = Choose("zap", inlined(shop())); err != nil || !c.Secrets {
		t.Errorf("%+v, %v", c, err)
	}
	// Whoever signs in for a session proves it by that, so it need not be proven yet.
	in := shop()
	in.Proven = nil
	if c, err := Choose("cookies.txt", in); err != nil || !c.Session {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := Choose("zap", in); !errors.Is(err, ErrUnproven) {
		t.Errorf("got %v", err)
	}
}
