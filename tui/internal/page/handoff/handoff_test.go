package handoff_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"gatepass/auth"
	"gatepass/auth/handoff"
	"gatepass/auth/login"
	"gatepass/store"
	page "gatepass/tui/internal/page/handoff"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// sizes are what 80x24, 120x40 and 200x50 terminals leave for a page.
var sizes = map[string][2]int{"80x24": {78, 20}, "120x40": {118, 36}, "200x50": {198, 46}}

// canary is the session in the files; it must be in no View.
const canary = "c4n4ry-s3ss10n-v4lue-0f-th3-t3st"

// input is the login of a shop that was proven by a code.
func input(session bool) handoff.Input {
	in := handoff.Input{
		Target: store.Target{Name: "shop", URL: "https://shop.example.com/login", Username: "scan-bot", Route: store.RouteOTP, Secrets: []store.Kind{store.KindPassword, store.KindSeed}},
		Key:    &handoff.Key{Type: "totp", Algorithm: "SHA1", Digits: 6, Period: 30 * time.Second},
		Proven: &handoff.Proven{
			Run: "7f3a09c2", At: uitest.Noon, Driver: "http", MFA: login.MFA{Challenged: true, Provider: "app", Factor: "totp"},
			ProofURL: "https://shop.example.com/account", ProofText: "Sign out", Landed: "https://shop.example.com/account",
			Trail: login.Trail{
				{Do: login.ActOpen, Page: "https://shop.example.com/login"},
				{Do: login.ActFill, Page: "https://shop.example.com/login", Role: login.RoleUsername, At: login.Selectors{ID: "user", CSS: "#user"}},
				{Do: login.ActFill, Page: "https://shop.example.com/login", Role: login.RolePassword, At: login.Selectors{ID: "pass", CSS: "#pass"}},
				{Do: login.ActSubmit, Page: "https://shop.example.com/login", At: login.Selectors{ID: "go", CSS: "#go"}},
				{Do: login.ActFill, Page: "https://shop.example.com/code", Role: login.RoleCode, At: login.Selectors{ID: "code", CSS: "#code"}},
				{Do: login.ActSubmit, Page: "https://shop.example.com/code", At: login.Selectors{ID: "ok", CSS: "#ok"}},
			},
		},
		Options: handoff.Options{Now: uitest.Noon},
	}
	if session {
		in.Session = &login.Session{Target: "shop", URL: "https://shop.example.com/account", At: uitest.Noon, Driver: "http",
			Cookies: []login.Cookie{{Name: "sid", Value: store.NewSecret(canary), Domain: "shop.example.com", HostOnly: true, Path: "/", Secure: true, HTTPOnly: true, Fresh: true, Expires: uitest.Noon.Add(2 * time.Hour)}}}
	}
	return in
}

// offers are what the real writers say of that login.
func offers(t *testing.T) []auth.Offer {
	t.Helper()
	var all []auth.Offer
	for _, s := range handoff.Scanners() {
		for _, v := range s.Variants() {
			in := input(false)
			in.Options.Variant = v.Name
			o := auth.Offer{Scanner: s.Name(), Title: s.Title(), Variant: v}
			choice, err := handoff.Choose(s.Name(), in)
			var refused *handoff.Refused
			switch {
			case err == nil:
				o.Session, o.Secrets = choice.Session, choice.Secrets
			case errors.As(err, &refused):
				o.Refused = refused.Refusals[0].Reasons
				in.Options.Inline = &handoff.Secrets{}
				_, err := handoff.Choose(s.Name(), in)
				o.Inline = err == nil
			default:
				t.Fatal(err)
			}
			all = append(all, o)
		}
	}
	return all
}

// output is what the real writer makes of that login.
func output(t *testing.T, scanner, variant string) handoff.Output {
	t.Helper()
	in := input(true)
	in.Options.Variant = variant
	out, err := handoff.Make(scanner, in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// put is a folder in memory.
type put struct {
	folder string
	files  []handoff.File
	times  int
	there  bool
	err    error
}

func (p *put) write(_ context.Context, folder string, files []handoff.File, replace bool) ([]string, error) {
	if p.err != nil {
		return nil, p.err
	}
	if p.there && !replace {
		return nil, fmt.Errorf("in %s: %s: %w", folder, files[0].Name, fs.ErrExist)
	}
	p.folder, p.files, p.there = folder, files, true
	p.times++
	var paths []string
	for _, f := range files {
		paths = append(paths, "/home/ada/"+strings.TrimPrefix(folder, "./")+"/"+f.Name)
	}
	return paths, nil
}

func open(t *testing.T, held *login.Session, setup uitest.Setup, change func(*uitest.Gate)) (*uitest.Screen, *put) {
	t.Helper()
	clock := uitest.NewClock()
	g := uitest.NewGate(clock.Now)
	uitest.Town(g)
	g.Scan.Offers = offers(t)
	g.Scan.Outputs = map[string]handoff.Output{}
	for _, o := range g.Scan.Offers {
		if len(o.Refused) == 0 {
			g.Scan.Outputs[o.Scanner+" "+o.Variant.Name] = output(t, o.Scanner, o.Variant.Name)
		}
	}
	if change != nil {
		change(g)
	}
	p := &put{}
	setup.Outside.Put = p.write
	return uitest.Open(t, g, clock, setup, func(e *ui.Env) ui.Page { return page.New(e, "shop", held) }), p
}

// choose presses down until the row of a scanner's variant has the cursor.
func choose(s *uitest.Screen, scanner, variant string) *uitest.Screen {
	s.T.Helper()
	s.Press("home")
	for range s.Gate.Scan.Offers {
		for line := range strings.SplitSeq(ansi.Strip(s.View()), "\n") {
			f := strings.Fields(line)
			if len(f) > 3 && f[0] == ">" {
				f = slices.DeleteFunc(f, func(s string) bool { return s == "–" })
				if f[1] == scanner && f[2] == variant {
					return s
				}
			}
		}
		s.Press("down")
	}
	s.T.Fatalf("there is no %s %s", scanner, variant)
	return s
}

func TestLooks(t *testing.T) {
	states := map[string]func(*uitest.Screen){
		"list":    func(*uitest.Screen) {},
		"refused": func(s *uitest.Screen) { choose(s, "selenium", "qualys") },
		"sheet":   func(s *uitest.Screen) { choose(s, "invicti", "enterprise").Press("enter") },
		"file":    func(s *uitest.Screen) { choose(s, "cookies.txt", "session").Press("enter", "tab") },
		"filter":  func(s *uitest.Screen) { s.Press("/").Type("session") },
		"timing":  func(s *uitest.Screen) { s.Press("t").Type("90") },
		"folder":  func(s *uitest.Screen) { choose(s, "zap", "login").Press("enter", "w") },
		"written": func(s *uitest.Screen) { choose(s, "zap", "session").Press("enter", "w", "enter") },
		"replace": func(s *uitest.Screen) { choose(s, "zap", "session").Press("enter", "w", "enter", "w", "enter") },
	}
	held := &login.Session{}
	for state, reach := range states {
		for size, wh := range sizes {
			uitest.Run(t, state+"-"+size, func(t *testing.T) {
				s, _ := open(t, held, uitest.Setup{W: wh[0], H: wh[1]}, nil)
				reach(s)
				uitest.Golden(t, state+"-"+size, s.View())
			})
		}
		for look, styles := range uitest.Looks() {
			uitest.Run(t, state+"-"+look, func(t *testing.T) {
				s, _ := open(t, held, uitest.Setup{Styles: styles}, nil)
				reach(s)
				uitest.Golden(t, state+"-"+look, s.View())
			})
		}
	}
}

func TestWhatDoesNotFitSaysWhyAndIsNotWritten(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s, _ := open(t, nil, uitest.Setup{}, nil)
		choose(s, "selenium", "qualys").Sees("– selenium", "✗ A code is asked for").Press("enter")
		if s.Gate.Count("Handoff") > 0 {
			t.Error("what does not fit was written")
		}
		choose(s, "burp", "recording").Sees("→ i has secrets written into the files").Press("i")
		if s.Gate.Count("Offers shop inline") != 1 {
			t.Errorf("asked for %v", s.Gate.Calls())
		}
		s.Sees("! Password and seed stand in the files")
	})
}

// unproven is a town where the login of the shop has not been proven.
func unproven(g *uitest.Gate) {
	for i := range g.Scan.Offers {
		if o := &g.Scan.Offers[i]; len(o.Refused) == 0 && !o.Session {
			o.Unproven, o.Refused = true, []string{"This login has not been proven: shop. Verify it first."}
		}
	}
}

func TestWhatIsUnprovenIsWrittenWhenOneInsists(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s, _ := open(t, nil, uitest.Setup{}, unproven)
		choose(s, "zap", "login").Sees("✗ This login has not been proven", "→ u has it written all the same").Press("enter")
		if s.Gate.Count("Handoff") > 0 {
			t.Error("what is unproven was written by itself")
		}
		s.Press("u").Sees("files say UNPROVEN").SeesNot("✗ This login").Press("enter").Sees("[sheet]")
		if o := s.Gate.Scan.Handoffs; len(o) != 1 || !o[0].Unproven {
			t.Errorf("asked for %+v", o)
		}
		s.Press("esc", "u").SeesNot("files say UNPROVEN").Sees("✗ This login")
	})
	uitest.Run(t, "all is proven", func(t *testing.T) {
		s, _ := open(t, nil, uitest.Setup{}, nil)
		if s.Press("u").SeesNot("UNPROVEN"); s.Gate.Count("Offers shop unproven") > 0 {
			t.Error("there is nothing to insist on")
		}
	})
}

func TestHowLongTheScanTakesIsAsked(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s, _ := open(t, nil, uitest.Setup{}, nil)
		s.Press("t").Sees("How long does the scan take?").Type("two hours").Press("enter").Sees("✗ twohours is no length of time")
		if got := s.Page.Title(); got != "hand off shop" {
			t.Errorf("no scanner is chosen, and the title is %q", got)
		}
		s.Press("ctrl+u").Type("1h 30m").Press("enter").Sees("The scan takes 1h30m.")
		if s.Gate.Count("Offers shop needed 1h30m0s") != 1 {
			t.Errorf("asked for %v", s.Gate.Calls())
		}
		choose(s, "cookies.txt", "session").Press("enter").Sees("[sheet]").Press("esc")
		if o := s.Gate.Scan.Handoffs; len(o) != 1 || o[0].Needed != 90*time.Minute {
			t.Errorf("asked for %+v", o)
		}
		s.Press("t").Sees("1h30m").Press("esc").Sees("The scan takes 1h30m.").Press("t", "ctrl+u", "enter").SeesNot("The scan takes")
	})
}

func TestTheListOfScannersIsFiltered(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s, _ := open(t, nil, uitest.Setup{}, nil)
		s.Press("/").Type("quzi").Sees("No scanner is called so").Press("enter") // letters are text: neither q nor i does anything
		s.Press("esc").Press("/").Type("Burp").Sees("/ Burp", "2 of ", "CI configuration").SeesNot("acunetix")
		s.Press("enter", "down").Sees("> – burp", "i has secrets").Press("esc").Sees("acunetix").Press("/").Type("cookies.txt ses")
		s.Press("enter", "enter").Sees("[sheet]", "shop.cookies.txt").Press("esc").Sees("/ cookies.txt ses")
		if s.Host.Backs > 0 {
			t.Error("a letter of the filter left the page")
		}
	})
}

func TestASessionJustMadeIsHandedOn(t *testing.T) {
	uitest.Run(t, "held", func(t *testing.T) {
		held := &login.Session{}
		s, _ := open(t, held, uitest.Setup{}, nil)
		choose(s, "cookies.txt", "session").Sees("just proven").Press("enter").Sees("[sheet]").SeesNot("reach")
		if o := s.Gate.Scan.Handoffs; len(o) != 1 || o[0].Held != held || o[0].Variant != "session" {
			t.Errorf("asked for %+v", o)
		}
	})
	uitest.Run(t, "none", func(t *testing.T) {
		s, _ := open(t, nil, uitest.Setup{}, func(g *uitest.Gate) {
			l := g.Logins["shop"]
			l.Stay = true
			g.Logins["shop"] = l
		})
		choose(s, "cookies.txt", "session").Sees("It signs in first").Press("enter").Sees("✓ reach", "scan-bot, password accepted")
		s.Press("esc").Sees("SCANNER")
		s.Settle()
		if !s.Env.Crew.Wait(time.Second) {
			t.Error("the login goes on though it was stopped")
		}
	})
}

func TestALoginInVainSaysWhy(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s, _ := open(t, nil, uitest.Setup{}, func(g *uitest.Gate) { g.Logins["shop"] = uitest.Refused("shop") })
		choose(s, "cookies.txt", "session").Press("enter").Sees("✗ passcode", "NOTHING IS HANDED OFF", "clock-skew", "→ Set this machine's clock")
		s.Gate.Do(func() { s.Gate.Logins["shop"] = uitest.Green("shop") })
		s.Press("r").Sees("[sheet]")
	})
}

func TestSecretsAreCoveredAndCopiedByTheirOwnKeyOnly(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s, _ := open(t, nil, uitest.Setup{}, nil)
		choose(s, "cookies.txt", "session").Press("enter", "tab").Sees("[shop.cookies.txt]", "secrets are covered").SeesNot(canary)
		if s.Press("y", "enter"); len(s.Host.Copied) > 0 {
			t.Fatal("a secret was copied like any other text")
		}
		s.Press("Y")
		if c := s.Host.Copied; len(c) != 1 || !strings.Contains(c[0].Secret.Reveal(), canary) || c[0].Keep != 30*time.Second {
			t.Fatalf("copied %+v", c)
		}
		s.Press("tab").Sees("[sheet]").Press("y")
		if c := s.Host.Copied; len(c) != 2 || !strings.HasPrefix(c[1].Secret.Reveal(), "curl --cookie") || c[1].Keep != 0 {
			t.Errorf("copied %+v", c)
		}
	})
	uitest.Run(t, "steps", func(t *testing.T) {
		s, _ := open(t, nil, uitest.Setup{W: 118, H: 46}, nil)
		choose(s, "invicti", "enterprise").Press("enter").Sees("DO", "[ ]", "HOW IT FAILS WITHOUT SAYING SO").Press("enter")
		if c := s.Host.Copied; len(c) != 1 || c[0].Secret.IsZero() {
			t.Errorf("copied %+v", c)
		}
	})
}

func TestNothingIsOverwrittenByItself(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s, p := open(t, nil, uitest.Setup{}, nil)
		choose(s, "cookies.txt", "session").Press("enter", "w").Sees("Into which folder?", "0600", "holds a secret").Press("ctrl+u")
		s.Press("enter") // nowhere is no place
		if p.times > 0 {
			t.Error("written into no folder")
		}
		s.Type("./out").Press("enter").Sees("✓ Written", "/home/ada/out/shop.cookies.txt")
		if p.folder != "./out" || len(p.files) != 2 {
			t.Errorf("wrote %d files into %q", len(p.files), p.folder)
		}
		s.Press("w", "enter").Sees("Replace what is there?")
		s.Press("enter", "n").Sees("Into which folder?")
		if p.times != 1 {
			t.Error("it was overwritten")
		}
		s.Press("enter", "y").Sees("✓ Written")
		if p.times != 2 {
			t.Errorf("written %d times", p.times)
		}
	})
	uitest.Run(t, "a full disk", func(t *testing.T) {
		s, p := open(t, nil, uitest.Setup{}, nil)
		p.err = errors.New("write: no space left on device")
		choose(s, "cookies.txt", "session").Press("enter", "w", "enter").Sees("no space left", "Into which folder?").Press("esc").Sees("[sheet]")
	})
}

func TestServingIsOpenedWithTheSession(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		held := &login.Session{}
		s, _ := open(t, held, uitest.Setup{}, nil)
		s.Press("s", "esc")
		if want := []ui.Dest{ui.ToServe{Name: "shop", Held: held}}; !slices.Equal(s.Host.Opened, want) || s.Host.Backs != 1 {
			t.Errorf("opened %v, left %d times", s.Host.Opened, s.Host.Backs)
		}
	})
}

func TestABrokenListSaysWhy(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s, _ := open(t, nil, uitest.Setup{}, func(g *uitest.Gate) {
			g.Fail["Offers"] = store.WithHint(store.ErrLocked, "Unlock the keyring.")
		})
		s.Sees("the secret store is locked", "→ Unlock the keyring.").Press("enter", "i", "esc")
	})
}

func TestEverySizeHoldsAndShowsNoSecret(t *testing.T) {
	for _, o := range offers(t) {
		if len(o.Refused) > 0 {
			continue
		}
		uitest.Run(t, o.Scanner+" "+o.Variant.Name, func(t *testing.T) {
			s, _ := open(t, nil, uitest.Setup{}, nil)
			choose(s, o.Scanner, o.Variant.Name).Press("enter").Sees("[sheet]")
			for range s.Gate.Scan.Outputs[o.Scanner+" "+o.Variant.Name].Files {
				for _, w := range []int{58, 71, 78, 118, 198} {
					for _, h := range []int{12, 20, 46} {
						s.Page.SetSize(w, h)
						for _, k := range []string{"", "end", "pgup", "down", "down", "up", "home"} {
							if k != "" {
								s.Press(k)
							}
							view := s.Page.View()
							uitest.CheckSize(t, view, w, h)
							if strings.Contains(view, canary) {
								t.Fatalf("the session is on the screen:\n%s", view)
							}
						}
					}
				}
				s.Page.SetSize(78, 20)
				s.Press("tab")
			}
		})
	}
}
