package duo_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	authduo "gatepass/auth/duo"
	"gatepass/auth/otp/importer"
	"gatepass/store"
	"gatepass/tui/internal/page/duo"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// sizes are what 80x24, 120x40 and 200x50 terminals leave for a page.
var sizes = map[string][2]int{"80x24": {78, 20}, "120x40": {118, 36}, "200x50": {198, 46}}

func openAt(t *testing.T, setup uitest.Setup, name string, fill func(*uitest.Gate)) *uitest.Screen {
	t.Helper()
	clock := uitest.NewClock()
	g := uitest.NewGate(clock.Now)
	fill(g)
	setup.Place = ui.Place{Backend: store.BackendKeyring}
	return uitest.Open(t, g, clock, setup, func(e *ui.Env) ui.Page { return duo.New(e, name) })
}

func open(t *testing.T) *uitest.Screen {
	t.Helper()
	return openAt(t, uitest.Setup{}, "intranet", uitest.DuoTown)
}

// limited makes a method wait as for a rate limit, for ever.
func limited(g *uitest.Gate, method string) {
	g.Do(func() {
		g.Hold[method] = make(chan struct{})
		g.Duo.Events = map[string][]auth.DuoEvent{method: {
			{Note: "looking for “scan-bot”"}, {Note: "Duo limits the rate of calls", Until: uitest.Noon.Add(16 * time.Second)},
		}}
	})
}

// seesAll asserts that texts are on the page, wherever it has to be scrolled to.
func seesAll(t *testing.T, s *uitest.Screen, texts ...string) {
	t.Helper()
	s.Page.SetSize(s.W, 200)
	h := s.H
	s.H = 200
	s.Sees(texts...)
	s.H = h
	s.Page.SetSize(s.W, s.H)
}

func fillTenant(s *uitest.Screen) {
	s.Press("n")
	for _, v := range []string{"beta", "api-99999999.duosecurity.com", "DIAUTHAUTHAUTHAUTHAU", uitest.CanaryKey, "", "", ""} {
		s.Paste(v).Press("enter")
	}
}

var states = map[string]struct {
	fill func(*uitest.Gate)
	name string
	do   func(*uitest.Screen)
}{
	"account": {uitest.DuoTown, "intranet", func(*uitest.Screen) {}},
	"tenant":  {uitest.DuoTown, "", func(*uitest.Screen) {}},
	"none":    {uitest.Town, "intranet", func(*uitest.Screen) {}},
	"add":     {uitest.Town, "intranet", func(s *uitest.Screen) { fillTenant(s); s.Press("n") }},
	"keep":    {uitest.Town, "intranet", fillTenant},
	"issue":   {uitest.DuoTown, "intranet", func(s *uitest.Screen) { s.Press("i").Type("x").Press("enter") }},
	"agree":   {uitest.DuoTown, "intranet", func(s *uitest.Screen) { s.Press("i", "enter", "enter", "enter", "enter") }},
	"revoke":  {uitest.DuoTown, "intranet", func(s *uitest.Screen) { s.Press("x", "down", "enter") }},
	"token":   {uitest.DuoTown, "intranet", func(s *uitest.Screen) { s.Press("t").Type("enrol").Press("enter") }},
	"log":     {uitest.DuoTown, "intranet", func(s *uitest.Screen) { s.Press("l") }},
	"apps":    {uitest.DuoTown, "intranet", func(s *uitest.Screen) { s.Press("a") }},
	"several": {several, "shop", func(*uitest.Screen) {}},
	"waiting": {uitest.DuoTown, "intranet", func(s *uitest.Screen) {
		limited(s.Gate, "DuoLog")
		s.Press("l").Pass(5 * time.Second)
	}},
	"wrong": {uitest.DuoTown, "intranet", func(s *uitest.Screen) {
		s.Gate.Do(func() { s.Gate.Fail["DuoStatus"] = store.WithHint(store.ErrLocked, "Unlock the keyring.") })
		s.Press("r")
	}},
}

func several(g *uitest.Gate) {
	uitest.DuoTown(g)
	g.Duo.Tenants = append(g.Duo.Tenants, uitest.Tenant("beta"))
}

func TestLooks(t *testing.T) {
	for state, c := range states {
		for size, wh := range sizes {
			uitest.Run(t, state+"-"+size, func(t *testing.T) {
				s := openAt(t, uitest.Setup{W: wh[0], H: wh[1]}, c.name, c.fill)
				c.do(s)
				s.SeesNot(uitest.CanaryKey, "004815162", "342004815")
				uitest.Golden(t, state+"-"+size, s.View())
				for w := 58; w < 220; w += 9 {
					for _, h := range []int{12, 13, 17, 30} {
						s.Page.SetSize(w, h)
						uitest.CheckSize(t, s.Page.View(), w, h)
					}
				}
			})
		}
	}
	for look, styles := range uitest.Looks() {
		for _, state := range []string{"account", "waiting", "log"} {
			uitest.Run(t, state+"-"+look, func(t *testing.T) {
				s := openAt(t, uitest.Setup{W: 118, H: 36, Styles: styles}, states[state].name, states[state].fill)
				states[state].do(s)
				uitest.Golden(t, state+"-"+look, s.View())
			})
		}
	}
}

func TestEverythingAboutAnAccountIsThere(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		seesAll(t, s, "Tenant acme", "✓ Auth API keys, kind", "! host clock: Duo's clock is 12 s ahead", "→ Set the clock",
			"? Admin API Grant write resource", "✗ Admin API Grant read log", "Account scan-bot active", "phone Ada's phone", "takes pushes",
			"token gatepass-intranet-0a1b2c TOTP, 6 digits, enrolled by gatepass", "7 of 12 left", "3 of 3, end 12:40, in 40:00 min", "4 of 9, end 18:00",
			"4 used, 1 handed out with an outcome that nobody knows", "Duo has 1 code more", "✗ exemption blocked", "✓ otp allowed", "? trusted-device unknown",
			"10 refusals in a row", "revoke them")
	})
	uitest.Run(t, "codes end while the page is looked at", func(t *testing.T) {
		s := open(t)
		s.Pass(39 * time.Minute)
		seesAll(t, s, "3 of 3, end 12:40, in 60 s")
	})
}

func TestAReasonThatHoldsForSeveralRoutesIsSaidOnce(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, uitest.Setup{W: 118, H: 100}, "intranet", func(g *uitest.Gate) {
			uitest.DuoTown(g)
			g.Do(func() {
				v := g.Duo.Status["intranet"].Policy.Verdicts
				for i := range v {
					v[i].State, v[i].Section, v[i].Why = authduo.Blocked, authduo.SectionAccount, "The account is disabled."
				}
			})
		})
		seesAll(t, s, "✗ exemption blocked The account is disabled. (account)", "✗ push blocked likewise")
		if n := strings.Count(s.View(), "is disabled"); n != 1 {
			t.Errorf("it is said %d times", n)
		}
	})
}

func TestAnAddressIsAskedAbout(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t).Press("p").Type("nowhere").Press("enter").Sees("✗ one address is needed").Press("ctrl+u").Type(" 203.0.113.10 ").Press("enter")
		seesAll(t, s, "from 203.0.113.10")
		if s.Gate.Count("DuoStatus intranet 203.0.113.10") != 1 {
			t.Errorf("asked %q", s.Gate.Calls())
		}
	})
}

func TestCodesAreIssuedOnAWord(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t).Press("i", "ctrl+u").Type("0").Press("enter").Sees("✗ a number from 1 on").Press("ctrl+u").Type("25").Press("enter", "ctrl+u").Type("90m").Press("enter", "enter")
		s.Sees("[ ] Delete every other code").Press("enter").Sees("who watches its alerts", "Type issue to confirm").Press("enter").Type("yes").Press("enter")
		s.Paste("issue").Press("enter")
		if len(s.Gate.Duo.Orders) > 0 {
			t.Fatal("codes were issued without the word")
		}
		s.Press("ctrl+u").Type("issue").Press("enter")
		if o := s.Gate.Duo.Orders; len(o) != 1 || o[0] != (auth.BypassOrder{Count: 25, Valid: 90 * time.Minute, Uses: 1}) {
			t.Errorf("ordered %+v", o)
		}
		if said := s.Host.Said; len(said) != 1 || said[0].Text != "Kept 2 codes in the keyring, good until 14:00." {
			t.Errorf("said %+v", said)
		}
		s.Sees("Tenant acme")
	})
	uitest.Run(t, "half of them", func(t *testing.T) {
		s := open(t)
		s.Press("i", "enter", "enter", "enter", "enter")
		s.Gate.Do(func() { s.Gate.Fail["DuoIssueBypass"] = errors.New("2 of 12 are kept: no answer came") })
		s.Type("issue").Press("enter").Sees("✗ 2 of 12 are kept", "Tenant acme")
	})
}

func TestCodesAreRevokedOnAWord(t *testing.T) {
	for _, c := range []struct {
		keys []string
		word string
		want string
	}{{[]string{"x", "enter"}, "revoke", "DuoRevokeBypass intranet ours"}, {[]string{"x", "down", "enter"}, "revoke all", "DuoRevokeBypass intranet all"}} {
		uitest.Run(t, c.word, func(t *testing.T) {
			s := open(t).Press(c.keys...).Press("enter", "y")
			if s.Gate.Count("DuoRevokeBypass") > 0 {
				t.Fatal("revoked without the word")
			}
			s.Press("backspace").Type(c.word).Press("enter")
			if s.Gate.Count(c.want) != 1 || len(s.Host.Said) != 1 || !strings.Contains(s.Host.Said[0].Text, "Deleted 5 codes at Duo") {
				t.Errorf("called %q, said %+v", s.Gate.Calls(), s.Host.Said)
			}
		})
	}
}

// What never arrived and what was deleted at Duo is said on the page too.
func TestCodesThatAreNobodysAreSaid(t *testing.T) {
	uitest.Run(t, "never arrived", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "intranet", func(g *uitest.Gate) {
			uitest.DuoTown(g)
			status := g.Duo.Status["intranet"]
			status.Bypass.Stray.Codes = []authduo.BypassCode{{ID: "DB9"}}
			status.Bypass.States[store.CodeMissing] = 2
			g.Duo.Status["intranet"] = status
		})
		seesAll(t, s, "Duo has 1 code that this machine asked for and never got.", "2 deleted at Duo")
	})
}

// Codes that outlive any scan want another word than others.
func TestLongLivedCodesWantAWordMore(t *testing.T) {
	uitest.Run(t, "a month", func(t *testing.T) {
		s := open(t).Press("i", "enter", "ctrl+u").Type("720h").Press("enter", "enter", "enter")
		s.Sees("Have Duo issue them?", "Type issue long-lived to confirm").Type("issue").Press("enter")
		if n := s.Gate.Count("DuoIssueBypass"); n != 0 {
			t.Errorf("issued %d times without the word", n)
		}
	})
}

func TestATokenIsEnrolledAndRemoved(t *testing.T) {
	uitest.Run(t, "of a new seed", func(t *testing.T) {
		s := open(t).Press("T").Sees("Tenant acme") // there is no seed whose token could be removed
		s.Press("t").Sees("Give scan-bot a token?").Type("enrol").Press("enter").Sees("✓ Duo accepted a passcode of it.").Press("esc").Sees("Tenant acme")
		if o := s.Gate.Duo.Tokens; len(o) != 1 || o[0] != (auth.TokenOrder{}) {
			t.Errorf("enrolled %+v", o)
		}
	})
	uitest.Run(t, "there is a seed", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "shop", uitest.DuoTown)
		s.Press("t").Sees("Of which seed?").Press("down", "enter").Sees("given up").Type("replace").Press("enter")
		s.Press("esc", "t", "enter").Type("enrol").Press("enter", "esc")
		if o := s.Gate.Duo.Tokens; len(o) != 2 || !o[0].Replace || !o[1].UseKept || o[1].Replace {
			t.Errorf("enrolled %+v", o)
		}
		s.Press("T").Type("remove").Press("enter")
		if s.Gate.Count("DuoRemoveToken shop") != 1 {
			t.Errorf("called %q", s.Gate.Calls())
		}
	})
	uitest.Run(t, "not proven", func(t *testing.T) {
		s := open(t)
		s.Gate.Duo.Token = auth.TokenEnrolment{Serial: "gatepass-intranet-0a1b2c", ByHand: true, Steps: []string{"Open the Admin Panel."}}
		s.Press("t").Type("enrol").Press("enter").Sees("– No passcode of it was accepted yet.", "→ Open the Admin Panel.")
	})
}

func TestTheLogKnowsOfTheDelay(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t).Press("l")
		seesAll(t, s, "two minutes late", "(run 1b2c3d4e) at 11:59:41 is not in the log yet", "Duo has no record of gatepass code", "✓ 6 May 11:50:11",
			"this was gatepass verify (run 7f3a09c2)", "✗ 6 May 09:00:11", "not by gatepass on this machine", "→ Have somebody")
	})
}

func TestWaitsAreSeenAndEndAtOnce(t *testing.T) {
	for method, keys := range map[string][]string{
		"DuoLog": {"l"}, "DuoPlanBypass": {"i", "enter", "enter", "enter", "enter"}, "CheckTenant": {"c"}, "DuoStatus": {"r"}, "DuoApplications": {"a"},
	} {
		uitest.Run(t, method, func(t *testing.T) {
			s := open(t)
			limited(s.Gate, method)
			s.Press(keys...).Sees("16 s Duo limits the rate of calls").Pass(9 * time.Second).Sees("7 s Duo limits")
			s.Press("esc").SeesNot("Duo limits")
			if s.Host.Backs > 0 {
				t.Error("esc left the page instead of ending the wait")
			}
			s.Press("esc", "esc")
			if s.Host.Backs == 0 {
				t.Error("esc does not leave the page")
			}
		})
	}
	uitest.Run(t, "what changes something is heard to its end", func(t *testing.T) {
		s := open(t)
		limited(s.Gate, "DuoIssueBypass")
		s.Press("i", "enter", "enter", "enter", "enter").Type("issue").Press("enter").Sees("Duo limits")
		s.Press("esc")
		if said := s.Host.Said; len(said) != 1 || said[0].Text != "Stopped." {
			t.Errorf("said %+v", said)
		}
		s.Sees("Tenant acme").SeesNot("✗ context")
	})
}

func TestATenantIsAddedAfterASecondLook(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "intranet", uitest.Town)
		s.Sees("No Duo tenant is known yet.", "gatepass duo add NAME")
		fillTenant(s)
		s.Sees("Keep the Duo tenant beta?", "Admin API: none.").SeesNot(uitest.CanaryKey)
		if len(s.Gate.Duo.Added) > 0 {
			t.Fatal("kept without a yes")
		}
		s.Press("y")
		if a := s.Gate.Duo.Added; len(a) != 1 || a[0].AuthKey.Reveal() != uitest.CanaryKey || !a[0].AdminKey.IsZero() || a[0].Replace || a[0].Tenant.AuthIKey != "DIAUTHAUTHAUTHAUTHAU" {
			t.Errorf("kept %+v", a)
		}
		seesAll(t, s, "Tenant beta")
		if s.Gate.Count("CheckTenant beta") != 1 {
			t.Errorf("called %q", s.Gate.Calls())
		}
	})
	uitest.Run(t, "its key in a file", func(t *testing.T) {
		read := func(_ context.Context, paths []string) ([]importer.File, error) {
			return []importer.File{{Name: paths[0], Data: []byte(uitest.CanaryKey + "\n")}}, nil
		}
		s := openAt(t, uitest.Setup{Files: read}, "", uitest.Town).Press("n")
		for _, v := range []string{"beta", "api-99999999.duosecurity.com", "", "", "DIADMINADMINADMINADM", "/run/skey", ""} {
			s.Paste(v).Press("enter")
		}
		s.Press("y")
		if a := s.Gate.Duo.Added; len(a) != 1 || a[0].AdminKey.Reveal() != uitest.CanaryKey {
			t.Errorf("kept %d", len(a))
		}
	})
	uitest.Run(t, "fails, and keeps what was typed", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "intranet", uitest.Town)
		s.Gate.Do(func() { s.Gate.Fail["AddTenant"] = store.WithHint(store.ErrLocked, "Unlock the keyring.") })
		fillTenant(s)
		s.Press("y").Sees("✗ the secret store is locked", "→ Unlock", "beta", strings.Repeat("•", 40))
	})
	uitest.Run(t, "wrong", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "intranet", uitest.Town).Press("n").Type("Ümlaut").Press("enter").Sees("✗").Press("ctrl+u").Type("beta").Press("enter")
		s.Type("not a host").Press("enter").Sees("not a host; write it").Press("ctrl+u").Type("api-1.duosecurity.com").Press("enter").Type(uitest.CanaryKey[:20]).Press("enter").Sees("✗")
	})
}

func TestWhoseAccountItIs(t *testing.T) {
	uitest.Run(t, "one of several tenants", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "shop", several).Sees("Which Duo tenant?").Press("down", "enter")
		if got := find(s, "shop").Duo.Tenant; got != "beta" {
			t.Errorf("the target is in the tenant %q", got)
		}
		s.Sees("Tenant beta")
	})
	uitest.Run(t, "one of the tenant's applications", func(t *testing.T) {
		s := open(t).Press("a").Sees("Which of the tenant's applications is it?", "(•) Intranet").Press("down", "enter")
		if got := find(s, "intranet").Duo.Integration; got != "DISHOPSHOPSHOPSHOPSH" {
			t.Errorf("the target is the application %q", got)
		}
	})
	uitest.Run(t, "a tenant is removed by its name", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "", uitest.DuoTown).Press("X").Sees("At Duo nothing changes").Type("acme").Press("enter")
		if s.Gate.Count("RemoveTenant acme") != 1 {
			t.Errorf("called %q", s.Gate.Calls())
		}
		s.Sees("No Duo tenant is known yet.")
	})
	uitest.Run(t, "changed, and its keys stay", func(t *testing.T) {
		s := open(t).Press("e").Sees("stays as it is").Press("enter", "enter", "enter", "enter", "enter", "enter", "y")
		if a := s.Gate.Duo.Added; len(a) != 1 || !a[0].Replace || !a[0].AuthKey.IsZero() || a[0].Tenant.APIHost != "api-1a2b3c4d.duosecurity.com" {
			t.Errorf("kept %+v", a)
		}
	})
}

func find(s *uitest.Screen, name string) store.Target {
	for _, t := range s.Gate.Targets {
		if t.Target.Name == name {
			return t.Target
		}
	}
	return store.Target{}
}
