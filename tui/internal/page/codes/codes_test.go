package codes_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui/internal/page/codes"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// sizes are what 80x24, 120x40 and 200x50 terminals leave for a page.
var sizes = map[string][2]int{"80x24": {78, 20}, "120x40": {118, 36}, "200x50": {198, 46}}

func openAt(t *testing.T, fill func(*uitest.Gate), setup uitest.Setup, name string) *uitest.Screen {
	t.Helper()
	clock := uitest.NewClock()
	g := uitest.NewGate(clock.Now)
	fill(g)
	return uitest.Open(t, g, clock, setup, func(e *ui.Env) ui.Page { return codes.New(e, codes.Options{Name: name}) })
}

func open(t *testing.T, fill func(*uitest.Gate)) *uitest.Screen {
	t.Helper()
	return openAt(t, fill, uitest.Setup{}, "shop")
}

// codeOf is a target's present code, n steps from now, as the screen groups it.
func codeOf(s *uitest.Screen, name string, n int64) string {
	k := s.Gate.Keys[name]
	c, err := k.At(k.Step(s.Clock.Now()) + n)
	if err != nil {
		s.T.Fatal(err)
	}
	v := c.Reveal()
	return v[:len(v)/2] + " " + v[len(v)/2:]
}

var states = map[string]struct {
	fill func(*uitest.Gate)
	do   func(*uitest.Screen)
}{
	"list":   {fill: uitest.Town},
	"shown":  {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press(" ") }},
	"all":    {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("a", "down") }},
	"soon":   {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("a").Pass(15 * time.Second) }},
	"hotp":   {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("home", " ", "y").Pass(5 * time.Second) }},
	"take":   {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("home", " ") }},
	"filter": {fill: func(g *uitest.Gate) { uitest.Crowd(g, 240) }, do: func(s *uitest.Screen) { s.Press("/").Type("p17") }},
	"sites":  {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("t", "a") }},
	"tags":   {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("t", "t", "s") }},
	"big":    {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("b").Pass(12 * time.Second) }},
	"big8":   {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("b", "down") }},
	"cover":  {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("b", " ") }},
	"clock":  {fill: uitest.Town, do: func(s *uitest.Screen) { askClock(s, 64*time.Second) }},
	"phone":  {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("Q").Type("sh") }},
	"empty":  {fill: func(*uitest.Gate) {}},
	"locked": {fill: func(g *uitest.Gate) {
		uitest.Town(g)
		g.Fail["Key"] = store.WithHint(store.ErrLocked, "Unlock the keyring: log in to the desktop, or run gnome-keyring-daemon --unlock")
	}},
	"lost": {fill: func(g *uitest.Gate) {
		uitest.Town(g)
		delete(g.Keys, "shop")
	}},
}

// askClock presses the key that compares clocks; the target's is ahead by so much.
func askClock(s *uitest.Screen, ahead time.Duration) {
	s.Gate.Do(func() {
		s.Gate.Skews["https://shop.example.com/login"] = login.Skew{Offset: ahead, Within: 500 * time.Millisecond, Known: true}
	})
	s.Press("o")
}

// looks are the pages that are looked at in colour too.
var looks = []string{"soon", "filter", "sites", "big", "clock"}

func TestLooks(t *testing.T) {
	for state, st := range states {
		for size, wh := range sizes {
			uitest.Run(t, state+"-"+size, func(t *testing.T) {
				s := openAt(t, st.fill, uitest.Setup{W: wh[0], H: wh[1]}, "shop")
				if st.do != nil {
					st.do(s)
				}
				uitest.Golden(t, state+"-"+size, s.View())
			})
		}
	}
	for look, styles := range uitest.Looks() {
		for _, state := range looks {
			for size, wh := range sizes {
				name := state + "-" + size + "-" + look
				uitest.Run(t, name, func(t *testing.T) {
					s := openAt(t, states[state].fill, uitest.Setup{W: wh[0], H: wh[1], Styles: styles}, "shop")
					states[state].do(s)
					uitest.Golden(t, name, s.View())
				})
			}
		}
	}
}

func TestCodesAreCoveredUntilTheyAreAskedFor(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town)
		shop, admin := codeOf(s, "shop", 0), codeOf(s, "shop-admin", 0)
		s.SeesNot(shop, admin, codeOf(s, "shop", 1)).Sees("••• •••", "•••• ••••")
		s.Press(" ").Sees(shop).SeesNot(admin).Press(" ").SeesNot(shop)
		// What the cursor leaves is covered, and stays so when it comes back.
		s.Press(" ", "down").SeesNot(shop, admin).Press("up").SeesNot(shop)
		s.Press("a").Sees(shop, admin).Press("a").SeesNot(shop, admin)
		// Space on one of all that are shown covers them all: better one too many.
		s.Press("a", " ").SeesNot(shop, admin)
	})
	uitest.Run(t, "asked for at the start", func(t *testing.T) {
		clock := uitest.NewClock()
		g := uitest.NewGate(clock.Now)
		uitest.Town(g)
		s := uitest.Open(t, g, clock, uitest.Setup{}, func(e *ui.Env) ui.Page { return codes.New(e, codes.Options{Reveal: true}) })
		s.Sees(codeOf(s, "shop", 0), codeOf(s, "shop-admin", 0))
		s.Send(ui.HideMsg{}).SeesNot(codeOf(s, "shop", 0))
	})
}

func TestCodesFollowTheClockEachByItsOwnPeriod(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town).Press("a")
		// 12:00:11: shop's 30 s step has 19 s left, shop-admin's 60 s step 49 s.
		s.Sees("19 s", "49 s")
		shop, next, admin := codeOf(s, "shop", 0), codeOf(s, "shop", 1), codeOf(s, "shop-admin", 0)
		s.Pass(19*time.Second).Sees(next, admin, "30 s").SeesNot(shop)
		// The clock jumps: back by an hour, then ahead by a day.
		s.Pass(-time.Hour).Sees(codeOf(s, "shop", 0)).SeesNot(next)
		s.Pass(24*time.Hour).Sees(codeOf(s, "shop", 0), codeOf(s, "shop-admin", 0))
	})
}

func TestNoFrameShowsACodeThatIsOver(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town).Press("a")
		shop, next := codeOf(s, "shop", 0), codeOf(s, "shop", 1)
		s.Clock.Turn(19 * time.Second) // drawn before any tick
		s.SeesNot(shop)
		s.Page.Update(ui.TickMsg{}) // and before anything was computed
		s.Sees(next).SeesNot(shop)
	})
}

func TestTheNextCodeShowsInTheLastTenSeconds(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town).Press(" ")
		row := "next " + codeOf(s, "shop", 1)
		seen := func() int { return strings.Count(s.View(), row) }
		if seen() != 1 { // in the details only
			t.Errorf("the next code is shown %d times at 19 s", seen())
		}
		s.Pass(9 * time.Second)
		if seen() != 2 {
			t.Errorf("the next code is shown %d times at 10 s", seen())
		}
	})
}

func TestUsedCodesAreMarked(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town)
		s.Sees("! sent 4 s ago by verify")
		// Another process signs in with shop's code.
		s.Gate.Do(func() {
			k := s.Gate.Keys["shop"]
			s.Gate.LastUsed[k.Seed().Reveal()] = store.Spent{Step: k.Step(s.Clock.Now()), At: s.Clock.Now(), By: "verify"}
		})
		s.Pass(3 * time.Second).Sees("! sent 3 s ago by verify")
		s.Pass(16 * time.Second).SeesNot("by verify; most sites") // the next step's is unused
	})
}

func TestCopyingSpendsAndSaysUntilWhen(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town)
		want := strings.ReplaceAll(codeOf(s, "shop", 0), " ", "")
		s.Press("enter")
		if len(s.Host.Copied) != 1 {
			t.Fatalf("copied %d times", len(s.Host.Copied))
		}
		c := s.Host.Copied[0]
		if c.Secret.Reveal() != want || c.Keep != 19*time.Second || c.Doubt || c.Remark != "" {
			t.Errorf("copied %+v (the right code: %v)", c, c.Secret.Reveal() == want)
		}
		s.Sees("copied just now")
		s.Press("enter")
		if c := s.Host.Copied[1]; !c.Doubt || !strings.Contains(c.Remark, "most sites refuse it") || c.Secret.Reveal() != want {
			t.Errorf("a used code was copied without a word: %+v", c)
		}
	})
}

func TestCountersAreTakenOnPurpose(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town).Press("home").Sees("counter 41", "space: take the next")
		s.Press("enter")
		if len(s.Host.Copied) > 0 || len(s.Host.Said) != 1 {
			t.Fatalf("copied %d, said %d", len(s.Host.Copied), len(s.Host.Said))
		}
		k := s.Gate.Keys["legacy-hotp"]
		counter := func() uint64 { return s.Gate.Counters[k.Seed().Reveal()] }
		// A key that is held down, a paste and a change of mind take nothing.
		s.Press(" ", " ", " ", "enter").Paste("y").Sees("Take the next code of legacy-hotp?", "Counter 41")
		s.Press("n").Sees("counter 41", "space: take the next")
		if counter() != 41 {
			t.Fatalf("the counter went to %d without a yes", counter())
		}
		c, _ := k.HOTP(41)
		v := c.Reveal()
		s.Press(" ", "y").Sees("counter 41, taken just now", v[:3]+" "+v[3:])
		s.Press(" ", "y").Sees("taken just now")
		if counter() != 42 {
			t.Errorf("the counter ran away to %d", counter())
		}
		s.Press("enter")
		if len(s.Host.Copied) != 1 || s.Host.Copied[0].Secret.Reveal() != v || s.Host.Copied[0].Keep != 30*time.Second {
			t.Errorf("copied %+v", s.Host.Copied)
		}
		s.Pass(3 * time.Second).Press(" ").Sees("Counter 42").Press("y").Sees("counter 42, taken")
	})
}

func TestSuspendingCoversEverything(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town).Press("home", " ", "y", "a")
		c, _ := s.Gate.Keys["legacy-hotp"].HOTP(41)
		s.Send(ui.HideMsg{})
		v := c.Reveal()
		s.SeesNot(codeOf(s, "shop", 0), codeOf(s, "shop-admin", 0), v[:3]+" "+v[3:])
		s.Clock.Turn(time.Hour)
		s.Send(ui.ShownMsg{}).SeesNot(codeOf(s, "shop", 0)).Press("end", " ").Sees(codeOf(s, "shop-admin", 0))
	})
}

func TestOnlyVisibleRowsAreRead(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, func(g *uitest.Gate) { uitest.Crowd(g, 10_000) }, uitest.Setup{}, "")
		rows := s.H - 5
		if n := s.Gate.Count("Key"); n != rows {
			t.Errorf("%d seeds were read for %d rows", n, rows)
		}
		for range 5 {
			s.Pass(30 * time.Second)
		}
		if n := s.Gate.Count("Key"); n != rows {
			t.Errorf("after five steps %d seeds were read for %d rows: they are kept", n, rows)
		}
		s.Press("end", " ").Sees("> app-09999 / scan-bot", codeOf(s, "app-09999", 0))
		if n := s.Gate.Count("Key"); n != 2*rows {
			t.Errorf("%d seeds were read for two screens of %d rows", n, rows)
		}
		s.Press("/").Type("app-05").Type("432").Sees("1 of 10000", "[app-05432] / scan-bot")
		s.Press("esc").Sees("> app-05432")
	})
}

func TestALockedStoreIsAStateThatCanBeLeft(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, states["locked"].fill)
		s.Sees("The seeds cannot be read now.", "the secret store is locked", "→ Unlock the keyring")
		if n := s.Gate.Count("Key"); n != 1 {
			t.Errorf("a locked store was asked %d times", n)
		}
		s.Pass(time.Minute)
		if n := s.Gate.Count("Key"); n != 1 {
			t.Errorf("a locked store was asked again by itself: %d times", n)
		}
		s.Gate.Do(func() { delete(s.Gate.Fail, "Key") })
		s.Press("r", " ").Sees(codeOf(s, "shop", 0))
	})
}

func TestOneLostSeedLeavesTheOthersAlone(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, states["lost"].fill)
		s.Sees("✗ no seed is kept for it any more").Press("down", " ").Sees(codeOf(s, "shop-admin", 0))
		asked := s.Gate.Count("Key")
		s.Pass(time.Minute)
		if n := s.Gate.Count("Key"); n != asked {
			t.Errorf("a seed that is lost is asked for again and again")
		}
	})
}

func TestAnEmptyViewerLeadsToTheWizard(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, func(g *uitest.Gate) {
			g.Targets = []auth.Summary{{Target: uitest.Target("portal", "https://p.example.com", "u", store.RouteExemption)}}
		}, uitest.Setup{}, "").Sees("No target has a seed yet.").Press("n")
		if len(s.Host.Opened) != 1 {
			t.Errorf("opened %+v", s.Host.Opened)
		}
	})
}

func TestLettersOfTheFilterAreNoCommands(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town).Press("/").Type("a qrn").Press("enter")
		if s.Host.Backs+s.Host.Quits+len(s.Host.Opened)+len(s.Host.Copied) > 0 {
			t.Errorf("a letter was taken for a command: %+v", s.Host)
		}
	})
}

func TestEverySizeHolds(t *testing.T) {
	for state, st := range states {
		uitest.Run(t, state, func(t *testing.T) {
			s := openAt(t, st.fill, uitest.Setup{}, "shop")
			if st.do != nil {
				st.do(s)
			}
			for w := 58; w < 220; w += 3 {
				for _, h := range []int{12, 13, 17, 30} {
					s.Page.SetSize(w, h)
					uitest.CheckSize(t, s.Page.View(), w, h)
				}
			}
		})
	}
}

// bench is a viewer with n rows, as many of them on the screen as h allows.
func bench(b *testing.B, n, h int) (ui.Page, *uitest.Clock) {
	clock := uitest.NewClock()
	g := uitest.NewGate(clock.Now)
	uitest.Crowd(g, n)
	p := codes.New(uitest.BenchEnv(b, g, clock), codes.Options{Reveal: true})
	p.SetSize(118, h)
	uitest.Finish(p, p.Init())
	return p, clock
}

func BenchmarkRefresh(b *testing.B) {
	for _, c := range []struct{ rows, h int }{{1_000, 1_005}, {10_000, 36}} {
		b.Run(fmt.Sprintf("%d_of_%d", min(c.rows, c.h-5), c.rows), func(b *testing.B) {
			p, clock := bench(b, c.rows, c.h)
			b.ReportAllocs()
			for b.Loop() {
				clock.Turn(10 * time.Millisecond)
				uitest.Finish(p, p.Update(ui.TickMsg{}))
				if p.View() == "" {
					b.Fatal("nothing to see")
				}
			}
		})
	}
}
