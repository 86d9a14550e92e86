package watch_test

import (
	"errors"
	"testing"
	"time"

	"gatepass/auth/keeper"
	"gatepass/auth/login"
	"gatepass/tui/internal/page/watch"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

var sizes = map[string][2]int{"80x24": {78, 20}, "120x40": {118, 36}, "200x50": {198, 46}}

// open watches the shop. The keeper is the real one, and waits by the clock of the test's
// bubble.
func open(t *testing.T, held *login.Session, setup uitest.Setup, change func(*uitest.Gate)) *uitest.Screen {
	t.Helper()
	clock := uitest.NewClock()
	g := uitest.NewGate(clock.Now)
	uitest.Town(g)
	if change != nil {
		change(g)
	}
	return uitest.Open(t, g, clock, setup, func(e *ui.Env) ui.Page { return watch.New(e, "shop", held) })
}

// pass lets time go by for the page and for the keeper, five seconds at a time.
func pass(s *uitest.Screen, d time.Duration) *uitest.Screen {
	for ; d > 0; d -= 5 * time.Second {
		s.Clock.Turn(5 * time.Second)
		<-time.After(5 * time.Second)
		s.Settle()
	}
	return s.Pass(0)
}

func looks(kinds string) []uitest.Look {
	var all []uitest.Look
	for _, k := range kinds {
		l := uitest.Look{Look: keeper.Look{Alive: k == 'a', Why: "the proof is seen with the session, and not without it"}}
		switch k {
		case 'l':
			l.Why = "asked for a login"
		case '?':
			l.Err = errors.New("no answer from shop.example.com in 30 s")
		}
		all = append(all, l)
	}
	return all
}

func lost(g *uitest.Gate)    { g.Scan.Looks = looks("aaa?aal") }
func renewed(g *uitest.Gate) { g.Scan.Looks = looks("aaa?aalaaalaaaaaaaa") }

func TestLooks(t *testing.T) {
	held := func() *login.Session { return &login.Session{Target: "shop", At: uitest.Noon.Add(-40 * time.Second)} }
	states := map[string]func(t *testing.T, setup uitest.Setup) *uitest.Screen{
		"signing": func(t *testing.T, setup uitest.Setup) *uitest.Screen {
			return open(t, nil, setup, func(g *uitest.Gate) {
				l := uitest.Green("shop")
				l.Events = append(l.Events[:6:6], login.Event{Run: "7f3a09c2", Stage: login.StagePasscode, State: login.Running, At: 1317 * time.Millisecond,
					Note: "waiting 19 s for an unused code", Until: uitest.Noon.Add(19 * time.Second)})
				l.Stay = true
				g.Logins["shop"] = l
			})
		},
		"begun": func(t *testing.T, setup uitest.Setup) *uitest.Screen { return open(t, held(), setup, nil) },
		"lost": func(t *testing.T, setup uitest.Setup) *uitest.Screen {
			return pass(open(t, held(), setup, lost), 4*time.Minute)
		},
		"renewed": func(t *testing.T, setup uitest.Setup) *uitest.Screen {
			return pass(open(t, held(), setup, renewed).Press("r"), 9*time.Minute)
		},
	}
	for state, reach := range states {
		for size, wh := range sizes {
			uitest.Run(t, state+"-"+size, func(t *testing.T) {
				uitest.Golden(t, state+"-"+size, reach(t, uitest.Setup{W: wh[0], H: wh[1]}).View())
			})
		}
		for look, styles := range uitest.Looks() {
			uitest.Run(t, state+"-"+look, func(t *testing.T) {
				uitest.Golden(t, state+"-"+look, reach(t, uitest.Setup{Styles: styles}).View())
			})
		}
	}
}

func TestALostSessionSaysWhatEndedIt(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, nil, uitest.Setup{}, lost).Sees("not looked at yet")
		pass(s, 31*time.Second).Sees("seen signed in", "signed in ×1")
		pass(s, 4*time.Minute).Sees("✗ lost ×1", "could not tell ×1", "the session was lost after 3m30s: asked for a login", "there is no session any more")
		if n := s.Gate.Count("Login"); n != 1 {
			t.Errorf("%d logins, though it is not renewed", n)
		}
		s.Press("enter").Sees("not looked at yet")
	})
}

func TestASessionThatIsThereIsNotMadeAgain(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, &login.Session{At: uitest.Noon.Add(-time.Minute)}, uitest.Setup{}, nil)
		pass(s, time.Minute).Sees("2:00 min old")
		if n := s.Gate.Count("Login"); n != 0 {
			t.Errorf("%d logins were made", n)
		}
	})
}

func TestPaceAndRenewalChangeWhileItRuns(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, nil, uitest.Setup{}, renewed).Sees("looked at every 30 s", "it is not renewed")
		s.Press("-", "-", "-", "-").Sees("looked at every 5 s")
		pass(s, 6*time.Second)
		if n := s.Gate.Count("Check"); n == 0 {
			t.Error("it is not looked at sooner")
		}
		s.Press("r").Sees("it is renewed when it is lost")
		pass(s, time.Minute).Sees("new session ×3", "lost ×2")
		for range 12 {
			s.Press("+")
		}
		s.Sees("looked at every 30 min")
	})
}

func TestLeavingEndsTheWatch(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, nil, uitest.Setup{}, nil).Press("esc")
		s.Leave()
		s.Settle()
		if s.Host.Backs != 1 || !s.Env.Crew.Wait(time.Second) {
			t.Error("it goes on though its page was left")
		}
	})
}

func TestALoginInVainEndsIt(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, nil, uitest.Setup{}, func(g *uitest.Gate) { g.Logins["shop"] = uitest.Refused("shop") })
		s.Sees("! login failed", "clock-skew", "there is no session any more")
	})
}

func TestEverySizeHolds(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := pass(open(t, nil, uitest.Setup{}, renewed).Press("r"), 9*time.Minute)
		for w := 58; w < 220; w += 3 {
			for _, h := range []int{12, 13, 17, 30} {
				s.Page.SetSize(w, h)
				uitest.CheckSize(t, s.Page.View(), w, h)
			}
		}
	})
}
