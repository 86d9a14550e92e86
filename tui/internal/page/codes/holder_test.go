package codes_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"gatepass/auth"
	"gatepass/store"
	"gatepass/tui/internal/page/codes"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// holders fills a Gate with n targets whose names say nothing of their issuers.
func holders(n int) func(*uitest.Gate) {
	return func(g *uitest.Gate) {
		for i := range n {
			name := fmt.Sprintf("entry-%03d", i)
			t := uitest.Target(name, "", "", store.RouteOTP, store.KindSeed)
			if i%2 == 1 {
				t.Tags = []string{"odd"}
			}
			g.Targets = append(g.Targets, auth.Summary{Target: t})
			g.Keys[name] = uitest.MustKey(fmt.Sprintf("otpauth://totp/Acme%d:ada%d@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme%d", i, i, i))
		}
	}
}

// The names that people give say less than what their applications call them.
func TestTheFilterLooksAtIssuersAndAccountsToo(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, holders(60), uitest.Setup{}, "")
		for words, want := range map[string]string{"acme47": "entry-047", "ADA53@": "entry-053", "acme51 odd": "entry-051"} {
			s.Press("/").Type(words).Pass(time.Second).Sees("> "+want, "1 of 60").Press("esc")
		}
		s.Press("/").Type("acme50 odd").Pass(time.Second).Sees("No code matches.")
	})
	uitest.Run(t, "while they are read", func(t *testing.T) {
		s := openAt(t, holders(60), uitest.Setup{}, "")
		hold := make(chan struct{})
		s.Gate.Do(func() { s.Gate.Hold["Key"] = hold })
		s.Press("/").Type("acme47").Sees("the issuers are being read", "0 found", "of 60 read")
		s.Gate.Do(func() { delete(s.Gate.Hold, "Key") })
		close(hold)
		s.Pass(time.Second).Pass(time.Second).Sees("> entry-047", "1 of 60")
	})
	uitest.Run(t, "thousands are not read for it", func(t *testing.T) {
		s := openAt(t, holders(2_001), uitest.Setup{}, "")
		s.Press("/").Type("acme1999").Pass(time.Second).Sees("No code matches.")
		if n := s.Gate.Count("Key"); n > s.H {
			t.Errorf("%d seeds were read", n)
		}
	})
	uitest.Run(t, "a name of one letter", func(t *testing.T) {
		one := func(g *uitest.Gate) {
			g.Targets = append(g.Targets, auth.Summary{Target: uitest.Target("a", "", "", store.RouteOTP, store.KindSeed)})
			g.Keys["a"] = uitest.MustKey("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=y")
		}
		openAt(t, one, uitest.Setup{W: 118, H: 36}, "").Sees("> a ", "y: x", "••• •••")
	})
	uitest.Run(t, "nothing is read for one letter", func(t *testing.T) {
		s := openAt(t, holders(60), uitest.Setup{}, "")
		before := s.Gate.Count("Key")
		if s.Press("/").Type("e").Pass(time.Second); s.Gate.Count("Key") > before+s.H {
			t.Errorf("%d seeds were read", s.Gate.Count("Key"))
		}
	})
}

func TestRowsNameTheIssuerWhereThereIsRoom(t *testing.T) {
	row := func(s *uitest.Screen, name string) string {
		for l := range strings.SplitSeq(ansi.Strip(s.View()), "\n") {
			if strings.HasPrefix(strings.TrimLeft(l, "> "), name+" ") {
				return l
			}
		}
		return ""
	}
	for size, wh := range sizes {
		uitest.Run(t, size, func(t *testing.T) {
			s := openAt(t, holders(3), uitest.Setup{W: wh[0], H: wh[1]}, "entry-001")
			if got := strings.Contains(row(s, "entry-000"), "Acme0: ada0@example.com"); got != (wh[0] >= 100) {
				t.Errorf("the issuer is in its row: %v\n%s", got, s.View())
			}
			s.Sees("issuer Acme1", "account ada1@example.com") // in the pane
		})
	}
	uitest.Run(t, "an account that is the username is told once", func(t *testing.T) {
		s := openAt(t, uitest.Town, uitest.Setup{W: 118, H: 36}, "shop")
		if got := row(s, "shop / scan-bot"); strings.Count(got, "scan-bot") != 1 || !strings.Contains(got, " Shop ") {
			t.Errorf("the row is %q", got)
		}
	})
}

// codes NAME|TAG… shows these and no others, though other names begin so.
func TestOnlySomeTargets(t *testing.T) {
	only := func(t *testing.T, fill func(*uitest.Gate), names ...string) *uitest.Screen {
		clock := uitest.NewClock()
		g := uitest.NewGate(clock.Now)
		fill(g)
		return uitest.Open(t, g, clock, uitest.Setup{}, func(e *ui.Env) ui.Page { return codes.New(e, codes.Options{Only: names}) })
	}
	uitest.Run(t, "a name", func(t *testing.T) {
		s := only(t, uitest.Town, "Shop").Sees("> shop / scan-bot").SeesNot("shop-admin", "legacy")
		if s.Page.Title() != "codes · Shop" || !strings.Contains(s.Page.Status(), "1 code") {
			t.Errorf("the header is %q, %q", s.Page.Title(), s.Page.Status())
		}
		// The filter works within them, and clearing it leaves them.
		s.Press("/").Type("admin").Sees("No code matches.").Press("esc").Sees("> shop / scan-bot").SeesNot("shop-admin")
	})
	uitest.Run(t, "a tag and a name", func(t *testing.T) {
		only(t, uitest.Town, "prod", "legacy-hotp").Sees("shop / scan-bot", "legacy-hotp").SeesNot("shop-admin")
	})
	uitest.Run(t, "they are gone", func(t *testing.T) {
		s := only(t, uitest.Town, "shop-admin").Sees("shop-admin / scan-admin")
		s.Gate.Do(func() { s.Gate.Targets = s.Gate.Targets[:2] })
		s.Send(ui.ShownMsg{}).Sees("No target that is called or tagged so has a seed any more: shop-admin")
	})
}

// What is pasted or dropped on the list is meant to be imported: it is not swallowed,
// and not taken for keys.
func TestWhatIsPastedOnTheListIsImported(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		link := "otpauth://totp/a?secret=" + uitest.CanarySeed
		s := open(t, uitest.Town).Paste(" " + link + "\n")
		if len(s.Host.Opened) != 1 {
			t.Fatalf("opened %v", s.Host.Opened)
		}
		to, ok := s.Host.Opened[0].(ui.ToImport)
		if !ok || to.Pasted == nil || to.Pasted.Reveal() != link {
			t.Errorf("opened %+v, not the import with what was pasted", s.Host.Opened[0])
		}
		s.Paste("  ")
		if len(s.Host.Opened) != 1 {
			t.Error("blanks were imported")
		}
		s.SeesNot(uitest.CanarySeed)
		// In the filter it is text.
		if s.Press("/").Paste("admin"); len(s.Host.Opened) != 1 {
			t.Error("the filter's text was imported")
		}
		s.Sees("shop-[admin]")
	})
}

// Forty columns by ten lines: a name, its code and how long it is right.
func TestACornerOfAScreenIsEnough(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, uitest.Town, uitest.Setup{W: 38, H: 6}, "shop").Press("a")
		s.Sees("> shop  ", codeOf(s, "shop", 0), "19 s", codeOf(s, "shop-admin", 0), "49 s")
		for l := range strings.SplitSeq(ansi.Strip(s.View()), "\n") {
			if strings.HasSuffix(strings.TrimRight(l, " "), "…") {
				t.Errorf("a word is cut: %q", l)
			}
		}
		if admin := strings.Split(ansi.Strip(s.View()), "\n")[2]; !strings.HasSuffix(strings.TrimRight(admin, " "), "!") {
			t.Errorf("it does not say that the code was used: %q", admin)
		}
		s.Press("/").Type("adm").Sees("1 of 3", codeOf(s, "shop-admin", 0)).Press("esc")
		s.Press("b").Sees(codeOf(s, "shop-admin", 0), "49 s left").Press("esc")
		s.Press("home", " ").Sees("Take the next code", "Counter 41", "y take it").Press("y").Pass(0).Sees("counter 41")
		s.Press("end", "Q").Sees("whoever photographs it", "Type show").Type("show").Press("enter").Sees("does not fit").Press("esc")
		s.Press("o").Sees("shop-admin")
	})
}
