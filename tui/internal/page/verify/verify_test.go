package verify_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui/internal/page/verify"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// sizes are what 80x24, 120x40 and 200x50 terminals leave for a page.
var sizes = map[string][2]int{"80x24": {78, 20}, "120x40": {118, 36}, "200x50": {198, 46}}

func open(t *testing.T, name string, run bool, change func(*uitest.Gate)) *uitest.Screen {
	t.Helper()
	return openAt(t, name, run, change, uitest.Setup{})
}

func openAt(t *testing.T, name string, run bool, change func(*uitest.Gate), setup uitest.Setup) *uitest.Screen {
	t.Helper()
	clock := uitest.NewClock()
	g := uitest.NewGate(clock.Now)
	uitest.Town(g)
	if change != nil {
		change(g)
	}
	return uitest.Open(t, g, clock, setup, func(e *ui.Env) ui.Page { return verify.New(e, name, verify.Options{Run: run}) })
}

// partWay is the first n events of a login that goes on.
func partWay(name string, n int, last login.Event) func(*uitest.Gate) {
	return func(g *uitest.Gate) {
		l := uitest.Green(name)
		l.Events = append(l.Events[:n:n], last)
		l.Stay = true
		g.Logins[name] = l
	}
}

// waits is a login that waits for a code, because this step's was used.
func waits(g *uitest.Gate) {
	partWay("shop", 6, login.Event{Run: "7f3a09c2", Stage: login.StagePasscode, State: login.Running, At: 1317 * time.Millisecond,
		Note: "waiting 19 s for an unused code", Until: uitest.Noon.Add(19 * time.Second)})(g)
}

// pushes is a login that waits for a person, who has a number to type.
func pushes(g *uitest.Gate) {
	partWay("payroll", 6, login.Event{Run: "7f3a09c2", Stage: login.StagePasscode, State: login.Running, At: 1317 * time.Millisecond,
		Note: "waiting for somebody to type 492 into the phone and approve", Until: uitest.Noon.Add(58 * time.Second), Number: "492", Person: true})(g)
}

// asks is a login that comes to an origin that nobody allowed yet.
func asks(g *uitest.Gate) {
	l := uitest.Green("shop")
	l.Asks = []uitest.Question{{Before: 3, Origin: "https://login.identity.example.net", Roles: []login.Role{login.RoleUsername, login.RolePassword}}}
	g.Logins["shop"] = l
}

// known is a green login of whose session much is known.
func known(g *uitest.Gate) {
	l := uitest.Green("shop")
	l.Result.Facts = login.SessionFacts{
		Cookies: []string{"sid@shop.example.com", "remember@shop.example.com"}, LocalStorage: []string{"token@https://shop.example.com"},
		Header: true, Until: uitest.Noon.Add(2 * time.Hour), BareClient: login.No,
	}
	l.Result.Learned = []login.Grant{{Origin: "https://login.identity.example.net", For: []login.Role{login.RolePassword}}}
	l.Result.Session = &login.Session{Target: "shop", At: uitest.Noon}
	g.Logins["shop"] = l
}

var states = map[string]struct {
	name   string
	run    bool
	change func(*uitest.Gate)
}{
	"ready":   {name: "shop"},
	"push":    {name: "payroll"},
	"number":  {name: "payroll", run: true, change: pushes},
	"asking":  {name: "shop", run: true, change: asks},
	"facts":   {name: "shop", run: true, change: known},
	"green":   {name: "shop", run: true},
	"refused": {name: "shop-admin", run: true},
	"running": {name: "shop", run: true, change: partWay("shop", 2, login.Event{Run: "7f3a09c2", Stage: login.StageCredentials, State: login.Running, At: 412 * time.Millisecond})},
	"waiting": {name: "shop", run: true, change: waits},
	"locked": {name: "shop", run: true, change: func(g *uitest.Gate) {
		g.Fail["Verify"] = store.WithHint(store.ErrLocked, "Unlock the keyring: log in to the desktop, or run gnome-keyring-daemon --unlock")
	}},
	"unprompted": {name: "shop", run: true, change: func(g *uitest.Gate) {
		l := uitest.Green("shop")
		l.Result.MFA = login.MFA{}
		l.Result.Diagnosis = &login.Diagnosis{
			Code: login.NotChallenged, Title: "Signed in, but no second factor was asked for",
			Detail: "The route is otp, but the login went from the password straight to “Your account”.",
			Remedy: "Something let this machine through: an exemption, a remembered device, or MFA is off.",
		}
		g.Logins["shop"] = l
	}},
}

func TestLooks(t *testing.T) {
	for state, st := range states {
		for size, wh := range sizes {
			uitest.Run(t, state+"-"+size, func(t *testing.T) {
				s := openAt(t, st.name, st.run, st.change, uitest.Setup{W: wh[0], H: wh[1]})
				uitest.Golden(t, state+"-"+size, s.View())
			})
		}
	}
	for look, styles := range uitest.Looks() {
		for _, state := range []string{"green", "refused", "number", "asking", "facts"} {
			uitest.Run(t, state+"-"+look, func(t *testing.T) {
				s := openAt(t, states[state].name, true, states[state].change, uitest.Setup{Styles: styles})
				uitest.Golden(t, state+"-"+look, s.View())
			})
		}
	}
}

func TestNothingIsSentBeforeEnter(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", false, nil).Sees("signs in for real", "Last time")
		if s.Gate.Count("Verify") > 0 {
			t.Fatal("opening the page signed in")
		}
		s.Press("enter").Sees("SIGNED IN", "proven in 1.8 s")
		if n := s.Gate.Count("Verify shop"); n != 1 {
			t.Errorf("signed in %d times", n)
		}
	})
}

func TestStagesAppearAsTheyHappen(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", true, states["running"].change)
		s.Sees("✓ reach", "credentials", "– control").SeesNot("SIGNED IN", "✓ credentials")
		s.Pass(1500 * time.Millisecond).Sees("1.1 s")
		s.Press("enter", "r") // a login that is on is not begun again
		if n := s.Gate.Count("Verify"); n != 1 {
			t.Errorf("signed in %d times", n)
		}
	})
}

func TestWaitingForACodeIsCountedDown(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", true, waits)
		s.Sees("19 s", "until the next code").Pass(7 * time.Second).Sees("12 s until the next code")
		s.Pass(12 * time.Second).SeesNot("until the next code")
	})
}

func TestARefusalSaysWhatToDoAndCanBeRunAgain(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop-admin", true, nil)
		s.Sees("✗ passcode", "REFUSED clock-skew", "1m4s ahead", "→ Set this machine's clock").SeesNot("SIGNED IN")
		s.Gate.Do(func() { s.Gate.Logins["shop-admin"] = uitest.Green("shop-admin") })
		s.Press("r").Sees("SIGNED IN").SeesNot("REFUSED")
	})
}

func TestLeavingEndsTheLogin(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", true, states["running"].change)
		s.Press("esc")
		if s.Host.Backs != 1 {
			t.Fatal("esc did not leave")
		}
		s.Leave()
		s.Settle()
		if !s.Env.Crew.Wait(time.Second) {
			t.Error("the login goes on though its page was left")
		}
	})
}

func TestALoginThatCannotStartSaysWhy(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", true, states["locked"].change)
		s.Sees("NOT STARTED", "the secret store is locked", "→ Unlock the keyring")
		s.Gate.Do(func() { delete(s.Gate.Fail, "Verify") })
		s.Press("r").Sees("SIGNED IN")
	})
}

func TestAVerdictIsShownEvenIfItCouldNotBeKept(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", true, func(g *uitest.Gate) {
			l := uitest.Green("shop")
			l.Err = errors.New("keep the evidence: no space left on device")
			g.Logins["shop"] = l
		})
		s.Sees("SIGNED IN", "no space left on device")
	})
}

func TestABrokenLoginIsAnErrorWithoutItsSecrets(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", true, func(g *uitest.Gate) { g.Panic["Verify"] = uitest.CanaryPassword })
		s.Sees("NOT STARTED", "something in gatepass broke", "gate.go").SeesNot(uitest.CanaryPassword)
	})
}

func TestForeignTextIsTamed(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", true, func(g *uitest.Gate) {
			l := uitest.Refused("shop")
			l.Result.Diagnosis.Detail = "The page says: \x1b[2J\x1b]52;c;aGk=\x07gone\u202e" + strings.Repeat("日本語", 80)
			for i := range l.Result.Stages {
				l.Result.Stages[i].Note = strings.Repeat("n\x07", 400)
			}
			g.Logins["shop"] = l
		})
		view := s.View()
		if strings.ContainsAny(view, "\x1b\x07\u202e") {
			t.Errorf("control characters reach the terminal: %q", view)
		}
	})
}

func TestLongOutcomesScroll(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, "shop-admin", true, func(g *uitest.Gate) {
			l := uitest.Refused("shop-admin")
			l.Result.Diagnosis.Detail = strings.Repeat("It went on and on. ", 60)
			g.Logins["shop-admin"] = l
		}, uitest.Setup{W: 58, H: 12})
		s.Sees("more").SeesNot("→ Set this").Press("end").Sees("→ Set this").Press("home").Sees("reach")
	})
}

func TestEverySizeHolds(t *testing.T) {
	for state, st := range states {
		uitest.Run(t, state, func(t *testing.T) {
			s := open(t, st.name, st.run, st.change)
			for w := 58; w < 220; w += 3 {
				for _, h := range []int{12, 13, 17, 30} {
					s.Page.SetSize(w, h)
					uitest.CheckSize(t, s.Page.View(), w, h)
				}
			}
		})
	}
}
