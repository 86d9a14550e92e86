package codes_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/x/ansi"

	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/auth/otp/qr"
	"gatepass/tui/internal/page/codes"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// order gives the targets in the order in which they are listed.
func orderOf(s *uitest.Screen) string {
	var names []string
	for l := range strings.SplitSeq(ansi.Strip(s.View()), "\n") {
		if name, _, ok := strings.Cut(l, " / "); ok {
			names = append(names, strings.Trim(name, "> "))
		}
	}
	return strings.Join(names, " ")
}

// periods fills a Gate with targets of 30, 60 and 15 seconds, and one that counts.
func periods(g *uitest.Gate) {
	uitest.Town(g)
	fast := g.Targets[4]
	fast.Target.Name = "fast"
	fast.Target.Tags = []string{"prod", "night"}
	fast.Last = nil
	g.Targets = append(g.Targets, fast)
	g.Keys["fast"] = uitest.MustKey("otpauth://totp/F:f?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&period=15")
}

func TestTheOrderCanBeChosen(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, periods)
		if got := orderOf(s); got != "legacy-hotp shop shop-admin fast" {
			t.Errorf("at first: %s", got)
		}
		// At 12:00:11 the 15 s step has 4 s left, the 30 s step 19 s, the 60 s step 49 s.
		s.Press("s").Pass(0)
		if got := orderOf(s); got != "fast shop shop-admin legacy-hotp" {
			t.Errorf("by time left: %s", got)
		}
		s.Sees("> shop / ") // the cursor went along
		s.Pass(5 * time.Second)
		if got := orderOf(s); got != "shop fast shop-admin legacy-hotp" && got != "fast shop shop-admin legacy-hotp" {
			t.Errorf("by time left, 5 s later: %s", got)
		}
		s.Pass(4 * time.Second) // 12:00:20: all of them end in 10, 10, 40 s
		s.Pass(11 * time.Second)
		if got := orderOf(s); got != "fast shop shop-admin legacy-hotp" {
			t.Errorf("by time left, at 12:00:31: %s", got)
		}
		s.Press("s").Pass(0)
		if got := orderOf(s); !strings.HasPrefix(got, "shop-admin shop legacy-hotp") {
			t.Errorf("by last use: %s", got)
		}
		s.Press("end", "enter").Pass(3 * time.Second)
		if got := orderOf(s); !strings.HasPrefix(got, "fast ") {
			t.Errorf("after fast was used: %s", got)
		}
		s.Press("s")
		if got := orderOf(s); got != "legacy-hotp shop shop-admin fast" {
			t.Errorf("by name again: %s", got)
		}
	})
}

func TestAnOrderThatNeedsSeedsReadsThemAllAndSaysSo(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, func(g *uitest.Gate) { uitest.Crowd(g, 300) }, uitest.Setup{}, "")
		if n := s.Gate.Count("Key"); n != s.H-5 {
			t.Fatalf("%d seeds were read before it was asked for", n)
		}
		hold := make(chan struct{})
		s.Gate.Do(func() { s.Gate.Hold["Key"] = hold })
		s.Press("s")
		if got := s.Page.Status(); !strings.Contains(got, "by time left, ") || !strings.Contains(got, " of 300 read") {
			t.Errorf("the status is %q", got)
		}
		s.Gate.Do(func() { delete(s.Gate.Hold, "Key") })
		close(hold)
		s.Pass(time.Second)
		if n := s.Gate.Count("Key"); n != 300 {
			t.Errorf("%d of 300 seeds were read", n)
		}
		if got := s.Page.Status(); strings.Contains(got, "read") {
			t.Errorf("all are read, and the status is %q", got)
		}
	})
}

func TestGroupsHaveHeadsThatTheCursorSkips(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, periods).Press("t").Sees("shop.example.com 3", "vpn.example.com 1", "> shop /")
		s.Press("home").Sees("> shop /").Press("down", "down", "down").Sees("> legacy-hotp /").Press("up").Sees("> fast /")
		s.Press("t").Sees("night 1", "prod 2", "without a tag 2")
		if got := orderOf(s); got != "fast shop fast legacy-hotp shop-admin" {
			t.Errorf("by tag: %s", got)
		}
		s.Press("t").SeesNot("without a tag")
	})
	uitest.Run(t, "more than fit", func(t *testing.T) {
		s := openAt(t, func(g *uitest.Gate) { uitest.Crowd(g, 50) }, uitest.Setup{}, "").Press("t", "home")
		for range 60 {
			s.Press("down")
		}
		s.Sees("> app-00049")
		for range 60 {
			s.Press("up")
		}
		s.Sees("app00000.example.com 1", "> app-00000")
	})
}

func TestTheFilterIsFuzzyAndSaysWhy(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town).Press("/").Type("shad")
		s.Sees("> [sh]op-[ad]min / scan", "1 of 3")
		s.Press("backspace", "backspace").Sees("> [sh]op / scan-bot", "[sh]op-admin")
		s.Press("ctrl+u").Type("bot vpn").Sees("1 of 3", "legacy-hotp / scan-[bot]") // a word in the address counts
		s.Press("ctrl+u").Type("zzz").Sees("No code matches.", "0 of 3").Press("enter", " ", "b", "Q", "enter", "esc").Sees("shop-admin")
	})
	uitest.Run(t, "the best comes first", func(t *testing.T) {
		s := open(t, uitest.Town).Press("/").Type("admin")
		if got := orderOf(s); !strings.HasPrefix(got, "shop-[admin]") {
			t.Errorf("for admin: %s", got)
		}
	})
}

func TestTheClockMayJump(t *testing.T) {
	for name, c := range map[string]struct {
		by   time.Duration
		said string
	}{
		"back by an hour":   {-time.Hour, "set back by 60 min"},
		"back by two days":  {-48 * time.Hour, "set back by 2 days"},
		"ahead by hours":    {5 * time.Hour, "went on by 5 h at once"},
		"back by 5 s":       {-5 * time.Second, "set back by 5 s"},
		"as it should be":   {time.Second, ""},
		"corrected by 1 s":  {-time.Second, ""},
		"before 1970":       {-200 * 365 * 24 * time.Hour, "set back by"},
		"a busy machine":    {4 * time.Second, ""},
		"to another period": {90 * time.Second, "went on by 90 s"},
	} {
		uitest.Run(t, name, func(t *testing.T) {
			s := open(t, uitest.Town).Press("a").Pass(0).Pass(c.by).Pass(0)
			var said string
			if len(s.Host.Said) > 0 {
				said = s.Host.Said[0].Text
			}
			if (c.said == "") != (said == "") || !strings.Contains(said, c.said) {
				t.Errorf("said %q, want %q", said, c.said)
			}
			if s.Clock.Now().Unix() > 0 {
				s.Sees(codeOf(s, "shop", 0), codeOf(s, "shop-admin", 0))
			}
			for l := range strings.SplitSeq(s.View(), "\n") {
				if strings.Contains(l, "-") && strings.Contains(l, " s  ") && strings.Contains(l, " -") {
					t.Errorf("a number is negative: %q", l)
				}
			}
		})
	}
}

func TestAfterSuspendingNothingIsSaidAboutTheClock(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, uitest.Town).Pass(time.Second)
		s.Send(ui.HideMsg{})
		s.Clock.Turn(3 * time.Hour)
		s.Send(ui.ShownMsg{}).Pass(0).Press(" ").Sees(codeOf(s, "shop", 0))
		if len(s.Host.Said) > 0 {
			t.Errorf("said %+v", s.Host.Said)
		}
	})
}

func TestTheClocksAreComparedWhenAsked(t *testing.T) {
	for name, c := range map[string]struct {
		ahead time.Duration
		sees  []string
	}{
		"they agree":   {200 * time.Millisecond, []string{"✓ The clock of shop.example.com is 0.2 s ahead"}},
		"a little off": {-6 * time.Second, []string{"! The clock of shop.example.com is 6.0 s behind", "may be refused"}},
		"far off":      {64 * time.Second, []string{"! The clock of shop.example.com is 64.0 s ahead", "likely to be refused"}},
	} {
		uitest.Run(t, name, func(t *testing.T) {
			s := open(t, uitest.Town)
			if n := s.Gate.Count("Skew"); n != 0 {
				t.Fatal("a request was sent without being asked for")
			}
			askClock(s, c.ahead)
			s.Sees(c.sees...)
		})
	}
	uitest.Run(t, "it does not tell", func(t *testing.T) {
		s := open(t, uitest.Town).Press("o").Sees("does not tell its time")
		s.Gate.Do(func() { s.Gate.Fail["Skew"] = errors.New("no route to host") })
		s.Press("o").Sees("is not known: no route to host")
		s.Gate.Do(func() {
			delete(s.Gate.Fail, "Skew")
			s.Gate.Skews["https://shop.example.com/login"] = login.Skew{Known: true}
		})
		s.Press("o").Sees("✓ The clock")
		if got := s.Page.Status(); !strings.Contains(got, "clock +0.0 s") {
			t.Errorf("the status is %q", got)
		}
	})
}

func TestABigCodeFillsTheWindow(t *testing.T) {
	for size, wh := range sizes {
		for name := range map[string]int{"shop": 6, "shop-admin": 8} {
			uitest.Run(t, size+"-"+name, func(t *testing.T) {
				s := openAt(t, uitest.Town, uitest.Setup{W: wh[0], H: wh[1]}, name).Press("b")
				ink := 0
				for l := range strings.SplitSeq(s.View(), "\n") {
					if strings.ContainsAny(l, "█▀▄") {
						ink++
					}
				}
				if ink < wh[1]/3 {
					t.Errorf("the code takes %d of %d lines", ink, wh[1])
				}
				before := s.View()
				if s.Press(" "); s.View() == before {
					t.Errorf("space does not cover it:\n%s", s.View())
				}
				s.Press(" ").Pass(0)
				if s.View() != before {
					t.Error("space does not show it again")
				}
				if s.Send(ui.HideMsg{}); s.View() == before {
					t.Error("suspending does not cover it")
				}
				s.Press("esc").SeesNot("█")
			})
		}
	}
}

func TestBigCodesOfEveryKind(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, func(g *uitest.Gate) {
			periods(g)
			g.Keys["shop"] = uitest.MustKey("otpauth://steam/Steam:bot?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
		})
		s.Press("home", "b").Sees("counter 41 · space takes it").Press(" ", "y").Sees("taken just now", "█")
		s.Press("down").Sees("shop / scan-bot", "19 s left", "█").Press("enter")
		if len(s.Host.Copied) != 1 {
			t.Error("enter does not copy what is big")
		}
		s.Press("down", "down").Sees("fast / scan-bot", "4 s left")
	})
}

// scan reads the QR code on a screen as a camera does.
func scan(t *testing.T, view string, dark bool) string {
	t.Helper()
	paper, ink := color.Gray{255}, color.Gray{0}
	if dark {
		paper, ink = ink, paper
	}
	lines := strings.Split(view, "\n")
	const px = 4
	img := image.NewGray(image.Rect(0, 0, (ansi.StringWidth(lines[0])+60)*px, (2*len(lines)+8)*px))
	for i := range img.Pix {
		img.Pix[i] = paper.Y
	}
	fill := func(x, y int, c color.Gray) {
		for i := range px * px {
			img.SetGray((x+4)*px+i%px, (y+4)*px+i/px, c)
		}
	}
	for y, l := range lines {
		painted := strings.Contains(l, "\x1b[")
		for x, r := range []rune(ansi.Strip(l)) {
			letters, ground := ink, paper
			if painted { // black on white, whatever the terminal has
				letters, ground = color.Gray{0}, color.Gray{255}
			}
			upper, lower := ground, ground
			if r == '█' || r == '▀' {
				upper = letters
			}
			if r == '█' || r == '▄' {
				lower = letters
			}
			fill(x, 2*y, upper)
			fill(x, 2*y+1, lower)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	found, err := qr.Read(t.Context(), b.Bytes())
	if err != nil || len(found) != 1 {
		t.Fatalf("%d codes are read: %v\n%s", len(found), err, view)
	}
	return found[0].Text.Reveal()
}

func TestAPhoneIsEnrolledFromTheScreen(t *testing.T) {
	for look, styles := range map[string]*theme.Styles{"dark": uitest.Dark, "light": uitest.Light, "no colour": uitest.Plain} {
		for size, wh := range map[string][2]int{"80x30": {78, 26}, "200x50": {198, 46}} {
			for _, name := range []string{"shop", "shop-admin", "legacy-hotp"} {
				uitest.Run(t, look+"-"+size+"-"+name, func(t *testing.T) {
					s := openAt(t, uitest.Town, uitest.Setup{W: wh[0], H: wh[1], Styles: styles}, name)
					s.Press("Q").Sees("It is the seed itself").SeesNot("▀").Press("enter").Type("shoo").Press("enter").SeesNot("▀")
					s.Press("backspace").Type("w").Press("enter")
					link := scan(t, s.View(), look != "light")
					got, err := otp.Parse(link)
					if want := s.Gate.Keys[name]; err != nil || !got.Equal(want) {
						t.Errorf("the phone would have another key: %v", err)
					}
					if look == "no colour" { // a light terminal, which nobody could ask for its colour
						s.Press("i")
						scan(t, s.View(), false)
					}
					s.Send(ui.HideMsg{}).SeesNot("▀", "██")
				})
			}
		}
	}
}

func TestAQRCodeDoesNotStay(t *testing.T) {
	shown := func(t *testing.T) *uitest.Screen {
		return openAt(t, uitest.Town, uitest.Setup{W: 118, H: 36}, "shop").Press("Q").Type("show").Press("enter").Sees("▀")
	}
	uitest.Run(t, "after two minutes", func(t *testing.T) {
		s := shown(t)
		for range 119 {
			s.Pass(time.Second)
		}
		s.Sees("▀", "covered in 1 s").Pass(time.Second).SeesNot("▀")
	})
	uitest.Run(t, "when the clock is set back", func(t *testing.T) { shown(t).Pass(-time.Hour).SeesNot("▀") })
	uitest.Run(t, "with esc", func(t *testing.T) { shown(t).Press("esc").SeesNot("▀").Press("Q").Press("esc").SeesNot("▀") })
}

func TestAQRCodeThatDoesNotFitSaysWhatItNeeds(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, uitest.Town, uitest.Setup{W: 58, H: 12}, "shop").Press("Q").Type("show").Press("enter")
		s.SeesNot("▀", "█").Sees("does not fit: it needs 37 columns and 19 lines", "Make the terminal 7 lines taller")
		turns := func() bool {
			return slices.ContainsFunc(s.Page.Keys().Short, func(k key.Binding) bool { return k.Enabled() && k.Help().Desc == "dark and light" })
		}
		if turns() {
			t.Error("what is not there can be turned round")
		}
		s.W, s.H = 78, 20
		s.Page.SetSize(78, 20)
		if s.Sees("▀"); !turns() {
			t.Error("dark and light cannot change places")
		}
	})
}

func TestTheLedgerIsReadOnceForAllRows(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, func(g *uitest.Gate) { uitest.Crowd(g, 1000) }, uitest.Setup{W: 118, H: 36}, "")
		for range 8 {
			s.Pass(250 * time.Millisecond)
		}
		before := s.Gate.Count("Uses")
		for range 40 {
			s.Pass(250 * time.Millisecond)
		}
		if n := s.Gate.Count("Uses") - before; n < 4 || n > 6 {
			t.Errorf("in ten seconds the ledger was read %d times, want every two seconds", n)
		}
	})
}

func TestARefreshCostsNoMoreWithMoreEntries(t *testing.T) {
	cost := func(rows int) float64 {
		clock := uitest.NewClock()
		g := uitest.NewGate(clock.Now)
		uitest.Crowd(g, rows)
		p := codes.New(&ui.Env{Context: t.Context(), Life: t.Context(), Page: 1, Gate: g, Now: clock.Now, Styles: uitest.Dark, Host: &uitest.Host{}, Crew: &ui.Crew{}}, codes.Options{Reveal: true})
		p.SetSize(118, 36)
		uitest.Finish(p, p.Init())
		return testing.AllocsPerRun(100, func() {
			clock.Turn(10 * time.Millisecond)
			uitest.Finish(p, p.Update(ui.TickMsg{}))
			_ = p.View()
		})
	}
	few, many := cost(100), cost(10_000)
	if many > few*1.05 {
		t.Errorf("a refresh allocates %v times among 100 entries and %v among 10,000", few, many)
	}
}

func BenchmarkFilterTenThousand(b *testing.B) {
	p, _ := bench(b, 10_000, 36)
	uitest.Finish(p, p.Update(uitest.KeyMsg("/")))
	keys := []string{"a", "p", "1", "7", "backspace", "backspace", "backspace", "backspace"}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		uitest.Finish(p, p.Update(uitest.KeyMsg(keys[i%len(keys)])))
		i++
	}
}

func BenchmarkBig(b *testing.B) {
	p, clock := bench(b, 10, 46)
	p.SetSize(198, 46)
	uitest.Finish(p, p.Update(uitest.KeyMsg("b")))
	b.ReportAllocs()
	for b.Loop() {
		clock.Turn(10 * time.Millisecond)
		uitest.Finish(p, p.Update(ui.TickMsg{}))
		_ = p.View()
	}
}
