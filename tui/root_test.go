package tui

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/store"
	"gatepass/tui/clipboard"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

var terminals = map[string][2]int{"60x16": {60, 16}, "80x24": {80, 24}, "120x40": {120, 40}, "200x50": {200, 50}}

func TestWholeScreens(t *testing.T) {
	screens := map[string]func(*rig){
		"home":  func(*rig) {},
		"help":  func(r *rig) { r.press("?") },
		"codes": func(r *rig) { r.press("G", "c", "enter") },
		"setup": func(r *rig) { r.press("n") },
	}
	for name, do := range screens {
		for size, wh := range terminals {
			uitest.Run(t, name+"-"+size, func(t *testing.T) {
				r := start(t, nil).size(wh[0], wh[1])
				do(r)
				uitest.Golden(t, name+"-"+size, r.view())
			})
		}
	}
}

func TestAKeyPressedTwiceInAHurryOpensOnePage(t *testing.T) {
	for _, msg := range []tea.Msg{
		tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("vv")}, // as terminals hand over fast typing
		tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("v")},
	} {
		uitest.Run(t, "", func(t *testing.T) {
			r := start(t, nil).press("G", "up")
			r.update(msg)
			r.update(msg) // before anything else could happen
			r.settle()
			if n := r.gate.Count("Verify"); n != 1 || len(r.m.stack) != 2 {
				t.Errorf("signed in %d times, %d pages are open", n, len(r.m.stack))
			}
		})
	}
}

func TestLettersTypedQuicklyAreAllTaken(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, nil).send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jj/admin")})
		r.sees("/ admin▏", "1 of 6")
	})
}

func TestCtrlCAlwaysQuits(t *testing.T) {
	for name, keys := range map[string][]string{
		"home": {}, "filter": {"/"}, "question": {"x"}, "wizard": {"n", "h"}, "help": {"?"}, "codes": {"c"}, "login": {"v"},
	} {
		uitest.Run(t, name, func(t *testing.T) {
			r := start(t, nil).press(keys...).press("ctrl+c")
			if !r.quit || r.m.View() != "" {
				t.Errorf("quit: %v, view: %q", r.quit, r.m.View())
			}
			if err := r.m.outcome(t.Context(), nil); err != ErrInterrupted {
				t.Errorf("the outcome is %v", err)
			}
		})
	}
	uitest.Run(t, "too small", func(t *testing.T) {
		if r := start(t, nil).size(20, 5).press("ctrl+c"); !r.quit {
			t.Error("a small terminal cannot be left")
		}
	})
}

func TestQuittingEndsAllWorkAndLeavesNothingOnTheScreen(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, func(_ *Deps, g *uitest.Gate) {
			l := uitest.Green("intranet")
			l.Stay = true
			g.Logins["intranet"] = l
		}).press("v").sees("reach")
		r.press("ctrl+c")
		if r.m.View() != "" {
			t.Error("the last frame is not empty")
		}
		if !r.m.crew.Wait(time.Second) {
			t.Error("the login goes on")
		}
	})
}

func TestLeavingTheLastPageQuitsWithoutError(t *testing.T) {
	uitest.Run(t, "home", func(t *testing.T) {
		r := start(t, nil).press("esc")
		if r.quit {
			t.Fatal("esc left the home page")
		}
		r.press("q")
		if !r.quit || r.m.outcome(t.Context(), nil) != nil {
			t.Error("q did not quit")
		}
	})
	uitest.Run(t, "codes", func(t *testing.T) {
		if r := start(t, func(d *Deps, _ *uitest.Gate) { d.Start = Codes(CodesOptions{}) }).sees("codes").press("esc"); !r.quit {
			t.Error("esc did not leave the viewer")
		}
	})
	uitest.Run(t, "wizard", func(t *testing.T) {
		if r := start(t, func(d *Deps, _ *uitest.Gate) { d.Start = Wizard("acme") }).sees("acme").press("esc"); !r.quit {
			t.Error("esc did not leave the wizard")
		}
	})
}

func TestGoingBackShowsThePageBeneathAnew(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, nil).press("c").sees("codes").press("esc").sees("TARGET")
		if n := r.gate.Count("Overview"); n != 3 { // home, codes, home again
			t.Errorf("the targets were read %d times", n)
		}
	})
}

func TestResultsForAPageThatWasLeftAreDropped(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		hold := make(chan struct{})
		r := start(t, nil)
		r.gate.Do(func() { r.gate.Hold["Key"] = hold })
		r.press("c", "esc").sees("TARGET")
		close(hold)
		r.settle()
		r.sees("TARGET")
	})
}

func TestSuspendingHidesCodesAndResumingKeepsThemHidden(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, nil).press("G", "c", "a")
		shop := r.code("shop")
		r.sees(shop).press("ctrl+z")
		if !r.suspended {
			t.Fatal("not suspended")
		}
		r.seesNot(shop)
		r.pass(40 * time.Second)
		r.send(tea.ResumeMsg{}).seesNot(r.code("shop"), shop).press("a").sees(r.code("shop"))
	})
}

func TestASmallTerminalSaysSoAndIgnoresKeys(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, nil).size(59, 24).sees("too small: 59x24", "Needed: 60x16")
		r.press("v", "x", "q")
		if r.quit || len(r.m.stack) != 1 {
			t.Error("a page that cannot be seen took keys")
		}
		r.size(40, 10).sees("too small: 40x10, not 60x16.")
		r.size(12, 1).sees("needs 60x16")
		r.size(5, 1).sees("60x16")
		r.size(3, 1).view()
		r.size(60, 16).sees("gatepass", "TARGET")
	})
}

// What went wrong is told to its end, in two lines if need be.
func TestALongNoticeIsNotCut(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, nil)
		r.board.fail = store.WithHint(errNoDisplay, "Install a clipboard tool: wl-clipboard on Wayland, xclip or xsel on X11.")
		r.press("G", "up", "c", "enter").sees("Not copied: write the clipboard: no display", "xclip or xsel on X11.", "esc back")
	})
}

// The codes are looked at beside other work, in a corner.
func TestTheCodesFitIntoACorner(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, func(d *Deps, _ *uitest.Gate) { d.Start = Codes(CodesOptions{}) }).size(40, 10)
		r.press("down", "a").sees("> shop  ", r.code("shop"), r.code("shop-admin"), "enter copy", "esc back", "? all keys")
		r.press("?").sees("Keys").press("esc").sees("> shop  ")
		r.press("enter").sees("Copied shop's code")
		r.size(39, 10).sees("too small: 39x10, not 40x10.").size(40, 9).sees("too small")
		r.size(120, 40).sees("> shop / scan-bot", "Shop").size(40, 10).sees("> shop  ", r.code("shop"))
	})
}

func TestTicksRunInOneChain(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, nil)
		for range 20 { // in and out, many chains begin
			r.press("c", "esc")
		}
		r.press("c").pass(6 * time.Second) // the last timers of the old ones run out
		r.ticks = 0
		r.pass(10 * time.Second)
		if want := int(10 * time.Second / r.m.front().page.Pulse()); r.ticks < want-1 || r.ticks > want+1 {
			t.Errorf("%d ticks in ten seconds of a page that wants %d", r.ticks, want)
		}
	})
}

func TestCountdownsGoOn(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, nil).press("G", "up", "c", " ").sees("30 s")
		r.pass(7 * time.Second).sees("23 s")
		before := r.code("shop")
		r.pass(24 * time.Second).sees(r.code("shop")).seesNot(before)
	})
}

func TestHelpListsTheKeysOfThePage(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, nil).press("?").sees("Keys · gatepass", "rename", "read again", "suspend", "gatepass 0.1.0")
		r.press("v").sees("rename") // keys do nothing beneath the help
		r.press("esc").sees("TARGET")
		r.press("n", "?").sees("> Login page  ?▏").press("f1").sees("Keys · Set up").press("f1").sees("Login page")
	})
}

func TestANoticeStaysUntilTheNextKey(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, nil).press("G", "up", "c", "enter").sees("✓ Copied shop's code")
		r.pass(3 * time.Second).sees("Copied").press("up").seesNot("Copied")
	})
}

func TestCopiedCodesAreClearedAlsoAfterThePageWasLeft(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, nil).press("G", "up", "c")
		want := strings.ReplaceAll(r.code("shop"), " ", "")
		r.press("enter").sees("cleared in 30 s")
		if got := r.board.holds(); got != want {
			t.Fatalf("the clipboard has the code: %v", got == want)
		}
		r.press("esc").pass(29 * time.Second)
		if r.board.holds() != want {
			t.Error("cleared too early")
		}
		r.pass(2 * time.Second).sees("The clipboard is cleared.")
		if r.board.holds() != "" {
			t.Error("not cleared")
		}
	})
	uitest.Run(t, "a later copy has its own time", func(t *testing.T) {
		r := start(t, nil).press("G", "up", "c", "enter").pass(20 * time.Second)
		r.press("down", "enter").sees("Copied shop-admin's code")
		r.pass(15 * time.Second) // when the first would have been cleared
		if r.board.holds() == "" {
			t.Error("the first copy's timer cleared the second")
		}
		r.pass(20 * time.Second)
		if r.board.holds() != "" {
			t.Error("not cleared")
		}
	})
	uitest.Run(t, "sent to the terminal", func(t *testing.T) {
		r := start(t, nil)
		r.board.way = clipboard.SentToTerminal
		r.press("G", "up", "c", "enter").sees("Sent shop's code to the terminal's clipboard; it stays there.").pass(time.Minute)
		if r.board.holds() == "" {
			t.Error("what nobody can know to be ours was cleared")
		}
	})
	uitest.Run(t, "fails", func(t *testing.T) {
		r := start(t, nil)
		r.board.fail = errNoDisplay
		r.press("G", "up", "c", "enter").sees("✗ Not copied: write the clipboard: no display")
	})
	uitest.Run(t, "there is none", func(t *testing.T) {
		start(t, func(d *Deps, _ *uitest.Gate) { d.Clipboard = nil }).press("G", "up", "c", "enter").sees("✗ Not copied: there is no clipboard here")
	})
}

func TestWithoutAStoreTheFirstQuestionIsWhere(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		var got store.Secret
		r := start(t, func(d *Deps, g *uitest.Gate) {
			d.Gate, d.Start = nil, Codes(CodesOptions{})
			d.Place = Place{Problem: store.WithHint(store.ErrUnavailable, "Start a keyring."), Use: func(_ context.Context, b store.Backend, p store.Secret) (Gate, error) {
				got = p
				return g, nil
			}}
		})
		r.sees("Where shall passwords and seeds be kept?", "→ Start a keyring.")
		r.press("enter").send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("phrase")}).press("enter")
		r.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("phrase")}).press("enter").sees("codes", "shop-admin")
		if got.Reveal() != "phrase" || len(r.m.stack) != 1 {
			t.Errorf("the passphrase is right: %v; %d pages", got.Reveal() == "phrase", len(r.m.stack))
		}
	})
}

func TestFromTheWizardToTheVerdict(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, func(_ *Deps, g *uitest.Gate) { g.Logins["acme"] = uitest.Green("acme") })
		r.press("n")
		paste := func(s string) { r.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s), Paste: true}) }
		paste("https://acme.example.com/login")
		r.press("enter", "enter", "r", "enter")
		paste("scan-bot")
		r.press("enter")
		paste(uitest.CanaryPassword)
		r.press("enter", "enter")
		paste("otpauth://totp/Acme:scan-bot?secret=" + uitest.CanarySeed)
		r.press("enter", "enter", "enter").sees("6 of 6", "given, not shown").press("enter")
		r.sees("SIGNED IN", "verify acme", "✓ Stored acme.").press("esc").sees("acme", "TARGET")
	})
}

// Where letters are typed the help is another key's, and it says so.
func TestTheHelpNamesTheKeyThatOpensIt(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, nil)
		r.press("?").sees("?           all keys").press("esc")
		r.press("n", "f1").sees("f1          all keys").seesNot("?           all keys")
	})
}

// Two quick presses of esc come as one from a slow line. They are no other key.
func TestEscTwiceAtOnceIsEsc(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		r := start(t, nil)
		r.press("c").sees("codes").send(tea.KeyMsg{Type: tea.KeyEsc, Alt: true}).sees("TARGET")
	})
}

// brittle is a page that breaks on demand.
type brittle struct {
	inView, atOnKey bool
}

func (p *brittle) Init() tea.Cmd { return nil }
func (p *brittle) Update(msg tea.Msg) tea.Cmd {
	if _, ok := msg.(tea.KeyMsg); ok && p.atOnKey {
		panic(uitest.CanaryPassword)
	}
	return nil
}

func (p *brittle) View() string {
	if p.inView {
		panic(uitest.CanaryPassword)
	}
	return "fine"
}
func (p *brittle) SetSize(int, int)     {}
func (p *brittle) Title() string        { return "brittle" }
func (p *brittle) Status() string       { return "" }
func (p *brittle) Keys() ui.Keys        { return ui.Keys{} }
func (p *brittle) CapturesText() bool   { return false }
func (p *brittle) Pulse() time.Duration { return 0 }

func TestAPanicEndsTheProgramWithoutItsValue(t *testing.T) {
	for name, p := range map[string]*brittle{"update": {atOnKey: true}, "view": {inView: true}} {
		uitest.Run(t, name, func(t *testing.T) {
			life, end := context.WithCancel(t.Context())
			defer end()
			m := newRoot(life, Deps{Gate: uitest.NewGate(time.Now), Now: time.Now}, uitest.Plain)
			m.make = func(ui.Dest, *ui.Env) ui.Page { return p }
			m.Init()
			m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
			view := m.View()
			m.Update(uitest.KeyMsg("x"))
			err := m.outcome(t.Context(), nil)
			if err == nil || !strings.Contains(err.Error(), "root_test.go") || !m.quitting {
				t.Errorf("the outcome is %v, quitting: %v", err, m.quitting)
			}
			if strings.Contains(view+m.View()+err.Error(), uitest.CanaryPassword) {
				t.Error("the panic's value is told")
			}
		})
	}
}
