package wizard_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui/internal/page/wizard"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// sizes are what 80x24, 120x40 and 200x50 terminals leave for a page.
var sizes = map[string][2]int{"80x24": {78, 20}, "120x40": {118, 36}, "200x50": {198, 46}}

const link = "otpauth://totp/Wiki:scan-bot?secret=" + uitest.CanarySeed + "&issuer=Wiki"

// wiki is an application that can be set up.
func wiki(g *uitest.Gate) {
	uitest.Town(g)
	g.Pages["https://wiki.example.com/login"] = login.Survey{Inspection: login.Inspection{
		URL: "https://wiki.example.com/login", Status: 200, Title: "Log in – Wiki", Kind: login.KindBoth, Username: true, Password: true,
	}, Driver: "http"}
	g.Pages["https://sso-only.example.com/"] = login.Survey{Inspection: login.Inspection{
		URL: "https://login.elsewhere.example/start", Status: 200, Title: "Anmelden", Kind: login.KindUsername, Username: true,
		Notes: []string{"The login is on another origin, https://login.elsewhere.example: give that address, or allow that origin."},
	}, Driver: "http"}
	g.Pages["https://spa.example.com/"] = login.Survey{Inspection: login.Inspection{
		URL: "https://spa.example.com/", Status: 200, Title: "App", Kind: login.KindScript,
		Diagnosis: &login.Diagnosis{Code: login.NeedsBrowser, Title: "This login is drawn by scripts", Detail: "It has no form.", Remedy: "See gatepass edit NAME"},
	}, Driver: "http"}
}

func openAt(t *testing.T, setup uitest.Setup, name string, fill func(*uitest.Gate)) *uitest.Screen {
	t.Helper()
	clock := uitest.NewClock()
	g := uitest.NewGate(clock.Now)
	fill(g)
	setup.Place = ui.Place{Backend: store.BackendKeyring}
	return uitest.Open(t, g, clock, setup, func(e *ui.Env) ui.Page { return wizard.New(e, name) })
}

func open(t *testing.T) *uitest.Screen {
	t.Helper()
	return openAt(t, uitest.Setup{}, "", wiki)
}

// The ways through the wizard, step by step.
func toInterview(s *uitest.Screen) { s.Paste("https://wiki.example.com/login").Press("enter", "enter") }
func toRoute(s *uitest.Screen)     { toInterview(s); s.Press("r") }

// answered has been through the interview, to an exemption.
func answered(s *uitest.Screen) {
	toInterview(s)
	s.Press("1", "2", "1", "1", "4", "1", "2", "3", "2")
}

// fillLetter fills in all that the request leaves open.
func fillLetter(s *uitest.Screen) {
	s.Press("enter", "e")
	for _, v := range []string{"scan-bot", "203.0.113.10, 203.0.113.16/28", "2030-06-01", "2030-06-14T18:00", "400", "Ada"} {
		s.Type(v).Press("enter")
	}
}

func toWho(s *uitest.Screen) { toRoute(s); s.Press("enter") }
func toSeed(s *uitest.Screen) {
	toWho(s)
	s.Type("scan-bot").Press("enter").Paste(uitest.CanaryPassword).Press("enter", "enter")
}
func toProof(s *uitest.Screen) { toSeed(s); s.Paste(link).Press("enter") }
func toReview(s *uitest.Screen) {
	toProof(s)
	s.Type("/me").Press("enter").Type("Sign out").Press("enter")
}

var states = map[string]func(*uitest.Screen){
	"1-empty":     func(*uitest.Screen) {},
	"1-seen":      func(s *uitest.Screen) { s.Paste("https://wiki.example.com/login") },
	"1-elsewhere": func(s *uitest.Screen) { s.Paste("https://sso-only.example.com/").Press("tab", "tab", " ") },
	"1-spa":       func(s *uitest.Screen) { s.Paste("https://spa.example.com/") },
	"1-taken": func(s *uitest.Screen) {
		s.Paste("https://wiki.example.com/login").Press("enter", "ctrl+u").Type("shop").Press("enter")
	},
	"2-otp":    toRoute,
	"2-push":   func(s *uitest.Screen) { toRoute(s); s.Press("5") },
	"2-ask":    toInterview,
	"2-ask-4":  func(s *uitest.Screen) { toInterview(s); s.Press("1", "2", "1", "down") },
	"2-ranked": answered,
	"2-letter": func(s *uitest.Screen) { answered(s); s.Press("enter") },
	"2-filled": func(s *uitest.Screen) { answered(s); fillLetter(s); s.Press("m") },
	"2-fill": func(s *uitest.Screen) {
		answered(s)
		s.Press("enter", "e")
		s.Type("scan-bot").Press("tab").Type("nowhere").Press("enter")
	},
	"2-save":   func(s *uitest.Screen) { answered(s); s.Press("enter", "w") },
	"3-who":    func(s *uitest.Screen) { toWho(s); s.Type("scan-bot").Press("enter").Paste(uitest.CanaryPassword) },
	"4-seed":   func(s *uitest.Screen) { toSeed(s); s.Paste(link) },
	"4-bad":    func(s *uitest.Screen) { toSeed(s); s.Paste("JBSW Y3D1 0000") },
	"4-hotp":   func(s *uitest.Screen) { toSeed(s); s.Paste(strings.Replace(link, "totp", "hotp", 1) + "&counter=7") },
	"5-proof":  func(s *uitest.Screen) { toProof(s); s.Type("/me").Press("enter").Type("Sign out") },
	"6-review": toReview,
	"6-failed": func(s *uitest.Screen) {
		toReview(s)
		s.Gate.Do(func() {
			s.Gate.Fail["Add"] = store.WithHint(store.ErrLocked, "Unlock the keyring: log in to the desktop, or run gnome-keyring-daemon --unlock")
		})
		s.Press("enter")
	},
	"leave": func(s *uitest.Screen) { s.Type("https://wiki").Press("esc") },
}

func TestLooks(t *testing.T) {
	for state, do := range states {
		for size, wh := range sizes {
			uitest.Run(t, state+"-"+size, func(t *testing.T) {
				s := openAt(t, uitest.Setup{W: wh[0], H: wh[1]}, "", wiki)
				do(s)
				s.SeesNot(uitest.CanarySeed, uitest.CanaryPassword)
				uitest.Golden(t, state+"-"+size, s.View())
			})
		}
	}
	for look, styles := range uitest.Looks() {
		uitest.Run(t, "4-seed-"+look, func(t *testing.T) {
			s := openAt(t, uitest.Setup{Styles: styles}, "", wiki)
			states["4-seed"](s)
			uitest.Golden(t, "4-seed-"+look, s.View())
		})
	}
}

func TestFromNothingToALogin(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		toReview(s)
		s.Sees("wiki", "https://wiki.example.com/login", "scan-bot", "“Sign out” on https://wiki.example.com/me", "given, not shown", "Wiki: scan-bot · TOTP · SHA1 · 6 digits · 30 s")
		if n := s.Gate.Count("Add"); n > 0 {
			t.Fatal("something was stored before the review was agreed to")
		}
		s.Press("enter")
		if len(s.Host.Replaced) != 1 || s.Host.Replaced[0] != (ui.ToVerify{Name: "wiki", Run: true}) {
			t.Fatalf("after storing, went to %+v", s.Host.Replaced)
		}
		last := s.Gate.Targets[len(s.Gate.Targets)-1].Target
		if last.Name != "wiki" || last.Username != "scan-bot" || last.Route != store.RouteOTP || last.Proof.URL != "https://wiki.example.com/me" ||
			!last.Has(store.KindPassword) || !last.Has(store.KindSeed) || len(last.Origins) > 0 {
			t.Errorf("stored %+v", last)
		}
		if s.Gate.Keys["wiki"].Seed().Reveal() != uitest.CanarySeed {
			t.Error("another seed was stored than was pasted")
		}
	})
}

func TestARouteWithoutCodesAsksForNoSeed(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		toRoute(s)
		s.Press("down").Sees("(•) 2 exemption")
		if got := s.Page.Title(); got != "Set up · 2 of 6 · which way past the challenge?" {
			t.Errorf("the title is %q", got)
		}
		s.Press("enter").Sees("Still to be filled in").Press("enter").Type("scan-bot").Press("enter", "enter", "enter")
		s.Sees("public addresses").Press("enter").Sees("prove the login").Press("enter", "enter").Sees("exemption", "nothing").Press("enter")
		if last := s.Gate.Targets[len(s.Gate.Targets)-1].Target; last.Route != store.RouteExemption || len(last.Secrets) > 0 {
			t.Errorf("stored %+v", last)
		}
	})
}

func TestGoingBackKeepsWhatWasTyped(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		toReview(s)
		s.Press("esc", "esc", "esc").Sees("scan-bot", strings.Repeat("•", len(uitest.CanaryPassword)))
		s.Press("esc", "esc", "esc").Sees("https://wiki.example.com/login")
		s.Press("enter", "enter", "r", "enter", "enter", "enter", "enter", "enter", "enter", "enter").Sees("given, not shown", "OTP seed")
	})
}

func TestLeavingAsksOnlyIfSomethingIsLost(t *testing.T) {
	uitest.Run(t, "untouched", func(t *testing.T) {
		if s := open(t).Press("esc"); s.Host.Backs != 1 {
			t.Error("esc did not leave an untouched wizard")
		}
	})
	uitest.Run(t, "typed", func(t *testing.T) {
		s := open(t).Type("https://w").Press("esc").Sees("Leave without storing?")
		s.Press("enter", "x")
		if s.Host.Backs > 0 {
			t.Fatal("left without a clear yes")
		}
		s.Press("n").Sees("https://w").Press("esc", "y")
		if s.Host.Backs != 1 {
			t.Error("y did not leave")
		}
	})
}

func TestTheAddressIsInspectedLive(t *testing.T) {
	uitest.Run(t, "pasted", func(t *testing.T) {
		open(t).Paste("https://wiki.example.com/login\n").Sees("✓ “Log in – Wiki” asks for username and password.", "wiki")
	})
	uitest.Run(t, "typed", func(t *testing.T) {
		s := open(t).Type("wiki.example.com/login")
		if n := s.Gate.Count("Survey"); n > 0 {
			t.Fatalf("a half-typed address was asked for: %q", s.Gate.Calls())
		}
		s.Pass(300 * time.Millisecond)
		if n := s.Gate.Count("Survey"); n > 0 {
			t.Fatal("the page was asked for before the typing had stopped")
		}
		s.Pass(500 * time.Millisecond).Sees("✓ “Log in – Wiki”")
	})
	uitest.Run(t, "half a host", func(t *testing.T) {
		s := open(t).Type("https://wik").Pass(time.Second)
		if n := s.Gate.Count("Survey"); n > 0 {
			t.Errorf("asked for %q", s.Gate.Calls())
		}
	})
	uitest.Run(t, "an answer for an older address", func(t *testing.T) {
		s := open(t)
		hold := make(chan struct{})
		s.Gate.Do(func() { s.Gate.Hold["Survey"] = hold })
		s.Paste("https://wiki.example.com/login").Sees("looking at the page").Type("x")
		close(hold)
		s.Settle()
		s.SeesNot("Log in – Wiki")
	})
	uitest.Run(t, "not encrypted", func(t *testing.T) {
		s := open(t).Paste("http://wiki.example.com/login").Press("enter").Sees("✗")
		if n := s.Gate.Count("Survey"); n > 0 {
			t.Error("an address that can never be used was asked for")
		}
	})
	uitest.Run(t, "a page that does not come", func(t *testing.T) {
		s := open(t)
		s.Gate.Do(func() {
			s.Gate.Pages["https://down.example.com/"] = login.Survey{Driver: "http", Inspection: login.Inspection{
				Diagnosis: &login.Diagnosis{Title: "The application did not accept a connection"},
			}}
		})
		s.Paste("https://down.example.com/").Sees("! The application did not accept").SeesNot("driver")
	})
	uitest.Run(t, "a login that scripts draw", func(t *testing.T) {
		open(t).Paste("https://spa.example.com/").Sees("! This login is drawn by scripts.", "gatepass edit spa")
	})
	uitest.Run(t, "fails", func(t *testing.T) {
		s := open(t)
		s.Gate.Do(func() { s.Gate.Fail["Survey"] = errors.New("read the page: too large") })
		s.Paste("https://wiki.example.com/login").Sees("too large").Press("enter", "enter", "r").Sees("exemption")
	})
}

func TestAnotherOriginGetsThePasswordOnlyIfAllowed(t *testing.T) {
	for _, allow := range []bool{false, true} {
		uitest.Run(t, map[bool]string{false: "not", true: "allowed"}[allow], func(t *testing.T) {
			s := open(t).Paste("https://sso-only.example.com/").Sees("[ ] The login is at https://login.elsewhere.example")
			s.Press("enter", "enter")
			if allow {
				s.Press(" ").Sees("[x]")
			}
			s.Press("enter", "r", "down", "enter", "enter").Type("u").Press("enter", "enter", "enter", "enter", "enter", "enter", "enter")
			last := s.Gate.Targets[len(s.Gate.Targets)-1].Target
			if got := strings.Join(store.Origins(last.Origins), " "); (got == "https://login.elsewhere.example") != allow {
				t.Errorf("the origins are %q", got)
			}
		})
	}
}

func TestFurtherOriginsAreAllowedForWhatTheySay(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		toWho(s)
		s.Type("u").Press("enter", "enter").Type("sso.example.com=pin").Press("enter").Sees("✗ an origin may be sent the username, the password").Press("ctrl+u")
		s.Type("https://sso.example.com/=password https://idp.example.com").Press("enter").Paste(link).Press("enter", "enter", "enter")
		s.Sees("https://sso.example.com, for the password", "https://idp.example.com, for everything").Press("enter")
		if got := s.Gate.Kept["wiki"].Target.Origins; len(got) != 2 || len(got[0].For)+len(got[1].For) != 1 {
			t.Errorf("stored %+v", got)
		}
	})
}

func TestNamesAreSuggestedAndChecked(t *testing.T) {
	for address, want := range map[string]string{
		"https://wiki.example.com/login":  "wiki",
		"https://login.acme.example/":     "acme",
		"https://www.shop.example.com/":   "shop-2", // shop is taken
		"https://127.0.0.1:8443/x":        "127.0.0.1",
		"http://localhost:8080/login":     "localhost",
		"https://日本.example.com/":         "",
		"https://UPPER.example.com/login": "upper",
	} {
		uitest.Run(t, address, func(t *testing.T) {
			s := open(t).Paste(address)
			if want == "" {
				s.Sees("what you will call it")
			} else {
				s.Sees("Name        " + want)
			}
		})
	}
	uitest.Run(t, "a typed name stays", func(t *testing.T) {
		open(t).Press("tab").Type("mine").Press("shift+tab").Paste("https://wiki.example.com/login").Sees("mine").SeesNot("Name        wiki")
	})
	uitest.Run(t, "a given name stays", func(t *testing.T) {
		openAt(t, uitest.Setup{}, "given", wiki).Sees("given").Paste("https://wiki.example.com/login").Sees("Name        given")
	})
	uitest.Run(t, "taken", func(t *testing.T) {
		s := open(t)
		states["1-taken"](s)
		s.Sees("there is a target called shop already", "shop-2")
	})
}

func TestSeedsAreReadAsTheyArePasted(t *testing.T) {
	uitest.Run(t, "with spaces and a line break", func(t *testing.T) {
		s := open(t)
		toSeed(s)
		s.Paste("knsw k3dm nfxg oidt mvsw\ni2df ojss aysl smu\n").Sees("✓ TOTP · SHA1 · 6 digits · 30 s", "19 s")
		k := uitest.MustKey("KNSWK3DMNFXGOIDTMVSWI2DFOJSSAYSLSMU")
		c, _ := k.At(k.Step(s.Clock.Now()))
		s.Sees(c.Reveal()[:3] + " " + c.Reveal()[3:])
		s.Pass(19 * time.Second).SeesNot(c.Reveal()[:3] + " " + c.Reveal()[3:])
	})
	uitest.Run(t, "wrong", func(t *testing.T) {
		s := open(t)
		toSeed(s)
		s.Paste("JBSW Y3D1 0000").Sees("✗").Press("enter")
		if !strings.Contains(s.Page.Title(), "4 of 6") {
			t.Errorf("a seed that is none was taken: %s", s.Page.Title())
		}
		s.Press("ctrl+u").SeesNot("✗").Press("enter").Sees("✗ the route otp needs a seed")
	})
}

func TestSuspendingCoversTheCodeOfTheSeed(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		states["4-seed"](s)
		k := uitest.MustKey(link)
		c, _ := k.At(k.Step(s.Clock.Now()))
		code := c.Reveal()[:3] + " " + c.Reveal()[3:]
		s.Sees(code).Send(ui.HideMsg{}).SeesNot(code).Send(ui.ShownMsg{}).SeesNot(code).Press("left").Sees(code)
	})
}

func TestAFailureToStoreKeepsEverything(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		states["6-failed"](s)
		s.Sees("✗ the secret store is locked", "→ Unlock the keyring", "Nothing was stored.", "given, not shown")
		if len(s.Host.Replaced) > 0 {
			t.Fatal("went on to the login though nothing was stored")
		}
		s.Gate.Do(func() { delete(s.Gate.Fail, "Add") })
		s.Press("enter")
		if len(s.Host.Replaced) != 1 {
			t.Error("storing again did not go on")
		}
	})
}

func TestNothingIsStoredTwice(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		toReview(s)
		hold := make(chan struct{})
		s.Gate.Do(func() { s.Gate.Hold["Add"] = hold })
		s.Press("enter", "enter", "esc").Sees("storing…")
		if n := s.Gate.Count("Add"); n != 1 {
			t.Errorf("stored %d times", n)
		}
		close(hold)
		s.Settle()
		if len(s.Host.Replaced) != 1 {
			t.Error("did not go on")
		}
	})
}

func TestWhatCannotBeStoredIsSaidBeforeItIsTried(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		toWho(s)
		s.Type(strings.Repeat("u", 300)).Press("enter", "enter", "enter").Paste(link).Press("enter", "enter", "enter")
		s.Sees("✗ username", "esc back, to mend it").Press("enter")
		if n := s.Gate.Count("Add"); n > 0 {
			t.Error("tried to store what cannot be stored")
		}
	})
}

func TestEverySizeHolds(t *testing.T) {
	for state, do := range states {
		uitest.Run(t, state, func(t *testing.T) {
			s := open(t)
			do(s)
			for w := 58; w < 220; w += 3 {
				for _, h := range []int{12, 13, 17, 30} {
					s.Page.SetSize(w, h)
					uitest.CheckSize(t, s.Page.View(), w, h)
				}
			}
		})
	}
}
