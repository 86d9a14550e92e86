package home_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/store"
	"gatepass/tui/internal/page/home"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// sizes are what 80x24, 120x40 and 200x50 terminals leave for a page.
var sizes = map[string][2]int{"80x24": {78, 20}, "120x40": {118, 36}, "200x50": {198, 46}}

func page(e *ui.Env) ui.Page { return home.New(e) }

func keyring() ui.Place { return ui.Place{Backend: store.BackendKeyring} }

func open(t *testing.T, fill func(*uitest.Gate)) *uitest.Screen {
	t.Helper()
	clock := uitest.NewClock()
	g := uitest.NewGate(clock.Now)
	if fill != nil {
		fill(g)
	}
	return uitest.Open(t, g, clock, uitest.Setup{Place: keyring(), AddLab: func(context.Context) error { return nil }}, page)
}

func TestLooks(t *testing.T) {
	states := map[string]struct {
		fill func(*uitest.Gate)
		do   func(*uitest.Screen)
	}{
		"empty":   {fill: func(*uitest.Gate) {}},
		"town":    {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("G", "up") }},
		"filter":  {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("/").Type("shop") }},
		"nothing": {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("/").Type("zzz") }},
		"remove":  {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("G", "up", "x") }},
		"rename":  {fill: uitest.Town, do: func(s *uitest.Screen) { s.Press("R").Type(" X").Press("enter") }},
		"broken-file": {fill: func(g *uitest.Gate) {
			uitest.Town(g)
			g.Fail["Overview"] = store.WithHint(errors.New("targets/old.yaml:4: unknown key \"usename\"; did you mean \"username\"?"), "Edit it: gatepass edit old")
		}},
		"unreadable": {fill: func(g *uitest.Gate) {
			g.Fail["Overview"] = store.WithHint(errors.New("read the targets: permission denied"), "Give yourself the folder back: chmod u+rwx ~/.config/gatepass")
		}},
	}
	for state, st := range states {
		for size, wh := range sizes {
			uitest.Run(t, state+"-"+size, func(t *testing.T) {
				clock := uitest.NewClock()
				g := uitest.NewGate(clock.Now)
				st.fill(g)
				s := uitest.Open(t, g, clock, uitest.Setup{W: wh[0], H: wh[1], Place: keyring(), AddLab: func(context.Context) error { return nil }}, page)
				if st.do != nil {
					st.do(s)
				}
				uitest.Golden(t, state+"-"+size, s.View())
			})
		}
	}
	for name, styles := range uitest.Looks() {
		uitest.Run(t, "town-"+name, func(t *testing.T) {
			clock := uitest.NewClock()
			g := uitest.NewGate(clock.Now)
			uitest.Town(g)
			s := uitest.Open(t, g, clock, uitest.Setup{Styles: styles, Place: keyring()}, page)
			uitest.Golden(t, "town-"+name, s.View())
		})
	}
}

func TestSelectedTargetIsOpenedVerifiedAndShown(t *testing.T) {
	for k, want := range map[string]ui.Dest{
		"enter": ui.ToVerify{Name: "legacy-hotp"},
		"v":     ui.ToVerify{Name: "legacy-hotp", Run: true},
		"c":     ui.ToCodes{Name: "legacy-hotp"},
		"n":     ui.ToWizard{},
	} {
		uitest.Run(t, k, func(t *testing.T) {
			s := open(t, uitest.Town).Press("down", k)
			if len(s.Host.Opened) != 1 || s.Host.Opened[0] != want {
				t.Errorf("%s opened %+v, want %+v", k, s.Host.Opened, want)
			}
		})
	}
}

func TestAnEmptyHomeOffersTheWizardAndTheRange(t *testing.T) {
	uitest.Run(t, "range", func(t *testing.T) {
		clock := uitest.NewClock()
		g := uitest.NewGate(clock.Now)
		s := uitest.Open(t, g, clock, uitest.Setup{AddLab: func(context.Context) error {
			uitest.Town(g)
			return nil
		}}, page)
		s.Sees("set up a target", "practice range").Press("l").Sees("shop.example.com").SeesNot("No targets yet")
	})
	uitest.Run(t, "range fails", func(t *testing.T) {
		clock := uitest.NewClock()
		s := uitest.Open(t, uitest.NewGate(clock.Now), clock, uitest.Setup{AddLab: func(context.Context) error {
			return errors.New("listen on 127.0.0.1: address in use")
		}}, page)
		s.Press("l").Sees("address in use", "No targets yet")
	})
	uitest.Run(t, "without a range", func(t *testing.T) {
		clock := uitest.NewClock()
		s := uitest.Open(t, uitest.NewGate(clock.Now), clock, uitest.Setup{}, page)
		s.SeesNot("practice range").Press("l", "n")
		if len(s.Host.Opened) != 1 {
			t.Errorf("opened %+v", s.Host.Opened)
		}
	})
}

func TestRemovingNeedsTheName(t *testing.T) {
	uitest.Run(t, "typed", func(t *testing.T) {
		s := open(t, uitest.Town).Press("x").Type("intrane").Press("enter")
		if s.Gate.Count("Remove") > 0 {
			t.Fatal("removed though the name was not complete")
		}
		s.Type("t").Press("enter")
		if s.Gate.Count("Remove intranet") != 1 {
			t.Errorf("not removed; calls: %q", s.Gate.Calls())
		}
		s.SeesNot("intranet")
	})
	uitest.Run(t, "pasted", func(t *testing.T) {
		s := open(t, uitest.Town).Press("x").Paste("intranet").Press("enter")
		if s.Gate.Count("Remove") > 0 {
			t.Error("a paste confirmed a removal")
		}
	})
	uitest.Run(t, "escaped", func(t *testing.T) {
		s := open(t, uitest.Town).Press("x").Type("intranet").Press("esc").Sees("TARGET")
		if s.Gate.Count("Remove") > 0 {
			t.Error("esc removed it")
		}
	})
	uitest.Run(t, "failed", func(t *testing.T) {
		s := open(t, func(g *uitest.Gate) {
			uitest.Town(g)
			g.Fail["Remove"] = store.WithHint(store.ErrLocked, "Unlock the keyring.")
		})
		s.Press("x").Type("intranet").Press("enter").Sees("the secret store is locked", "Unlock the keyring.", "> intranet")
	})
}

func TestRenamingFollowsTheTarget(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town).Press("R", "ctrl+u").Type("wiki").Press("enter")
		// Its bypass codes stay under the name that they came with.
		s.Sees("> wiki", "stock intranet").SeesNot("> intranet", "  intranet")
	})
}

func TestFilterTakesEveryWordAndGivesTheListBack(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town).Press("/").Type("example admin")
		s.Sees("1 of 6", "shop-admin").SeesNot("payroll")
		// Letters are text while filtering: none of these may do anything.
		s.Type("vcxq")
		if len(s.Host.Opened) > 0 || s.Host.Quits > 0 {
			t.Fatal("a letter of the filter was taken for a command")
		}
		s.Press("ctrl+u").Type("admin").Press("enter", "v")
		if len(s.Host.Opened) != 1 || s.Host.Opened[0] != (ui.ToVerify{Name: "shop-admin", Run: true}) {
			t.Errorf("opened %+v", s.Host.Opened)
		}
		s.Press("esc").Sees("payroll", "> shop-admin")
	})
}

func TestComingBackReadsAnewAndKeepsThePlace(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town).Press("G").Sees("> shop-admin")
		s.Gate.Do(func() {
			s.Gate.Targets = append([]auth.Summary{{Target: uitest.Target("aaa", "https://a.example.com", "u", store.RouteOTP)}}, s.Gate.Targets...)
		})
		s.Send(ui.ShownMsg{}).Sees("aaa", "> shop-admin")
	})
}

func TestAnAnswerThatIsTooLateIsNotTaken(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town)
		hold := make(chan struct{})
		s.Gate.Do(func() { s.Gate.Hold["Overview"] = hold })
		s.Press("r") // this reading waits …
		s.Gate.Do(func() {
			delete(s.Gate.Hold, "Overview")
			s.Gate.Targets = s.Gate.Targets[:1]
		})
		s.Press("r").SeesNot("payroll") // … and a newer one overtakes it
		s.Gate.Do(func() { uitest.Town(s.Gate) })
		close(hold)
		s.Settle()
		s.SeesNot("payroll")
	})
}

func TestTimesGoOn(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		open(t, uitest.Town).Press("G", "up").Sees("2 min ago").Pass(time.Hour).Sees("1 h ago")
	})
}

func TestEverySizeHolds(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town)
		for _, keys := range [][]string{{}, {"/"}, {"s"}, {"enter"}, {"x"}, {"esc", "R"}} {
			s.Press(keys...)
			for w := 58; w < 220; w += 3 {
				for _, h := range []int{12, 13, 17, 30} {
					s.Page.SetSize(w, h)
					uitest.CheckSize(t, s.Page.View(), w, h)
				}
			}
			if t.Failed() {
				t.Fatalf("after %q", keys)
			}
		}
	})
}

func BenchmarkFirstFrame(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			clock := uitest.NewClock()
			g := uitest.NewGate(clock.Now)
			uitest.Crowd(g, n)
			for b.Loop() {
				p := home.New(uitest.BenchEnv(b, g, clock))
				p.SetSize(118, 36)
				p.Update(p.Init()())
				if len(p.View()) == 0 {
					b.Fatal("nothing to see")
				}
			}
		})
	}
}

// Bypass codes run out: a target's line says how many are left and until when, and
// says a login that failed before that.
func TestALineSaysWhatIsLeftOfTheCodes(t *testing.T) {
	codes := func(name string, stock *store.Stock, last *store.Verification) auth.Summary {
		return auth.Summary{Target: uitest.Target(name, "https://a.example.com/", "u", store.RouteBypassCode), Stock: stock, Last: last}
	}
	uitest.Run(t, "codes", func(t *testing.T) {
		s := open(t, func(g *uitest.Gate) {
			g.Targets = []auth.Summary{
				codes("failed", uitest.Codes("failed", 10, 9, 48*time.Hour), uitest.Verified("failed", "refused", "wrong-password", time.Minute)),
				codes("few", uitest.Codes("few", 10, 3, 6*time.Hour), nil),
				codes("none", uitest.Codes("none", 10, 0, 6*time.Hour), uitest.Verified("none", "refused", "nothing-fresh", time.Minute)),
				codes("well", uitest.Codes("shared", 10, 9, 48*time.Hour), uitest.Verified("well", "signed-in", "", time.Minute)),
			}
		})
		s.Sees("! 3 of 10 left, end 18:00", "✗ none of 10 codes left", "✗ wrong-passwo…", "✓ 9 of 10 left, end 8 May").
			Press("G").Sees("9 of 10 codes left, end 8 May 12:00 · stock shared")
	})
	uitest.Run(t, "what is to be revoked", func(t *testing.T) {
		s := open(t, func(g *uitest.Gate) {
			open, over := uitest.Codes("open", 10, 3, 6*time.Hour), uitest.Codes("over", 2, 0, 0)
			open.Open, open.OpenUntil, over.Over = 3, uitest.Noon.Add(6*time.Hour), 2
			g.Targets = []auth.Summary{codes("open", open, nil), codes("over", over, nil)}
		})
		s.Sees("3 codes issued here good until 18:00: when the scan is done, d, then x").
			Press("x").Sees("3 codes that gatepass had issued for u stay good at Duo until 18:00.", "then d and x").Press("esc").
			Press("G").Sees("the time of 2 codes is over: d, then x, takes them away")
	})
}

// What is pasted on the list is meant to be imported, as on the codes' page.
func TestWhatIsPastedIsImported(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town).Paste(" " + uitest.CanarySeed + "\n").SeesNot(uitest.CanarySeed)
		if len(s.Host.Opened) != 1 {
			t.Fatalf("opened %v", s.Host.Opened)
		}
		if to, ok := s.Host.Opened[0].(ui.ToImport); !ok || to.Pasted == nil || to.Pasted.Reveal() != uitest.CanarySeed {
			t.Errorf("opened %+v, not the import with what was pasted", s.Host.Opened[0])
		}
		// Blanks are nothing, the filter's text is its own, and a question takes no paste.
		if s.Paste("  ").Press("/").Paste("shop").Press("esc", "x").Paste("shop"); len(s.Host.Opened) != 1 {
			t.Errorf("opened %v", s.Host.Opened)
		}
	})
}

// In a low window the details are short lines, and none of them ends in the middle.
func TestALowWindowShortensTheDetails(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town)
		s.W, s.H = 58, 12
		s.Page.SetSize(58, 12)
		s.Sees("in t…", "anoth…", "TARGET").SeesNot("……")
	})
}
