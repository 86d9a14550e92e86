package wizard_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/advice"
	"gatepass/auth/login"
	"gatepass/auth/otp/importer"
	"gatepass/store"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// prompted is an application behind Duo's own prompt, and the tenant it belongs to.
func prompted(g *uitest.Gate) {
	uitest.DuoTown(g)
	g.Pages["https://wiki.example.com/login"] = login.Survey{Inspection: login.Inspection{
		URL: "https://wiki.example.com/login", Status: 200, Title: "Log in – Wiki", Kind: login.KindBoth, Username: true, Password: true,
	}, Provider: "duo", Driver: "browser", Submit: "#go", Fields: []login.SurveyField{{Role: login.RoleUsername, Selector: "#user"}}}
	g.Duo.Status["wiki"] = g.Duo.Status["intranet"]
}

// onRoute stands on the step of a route's own, of a target in the tenant.
func onRoute(s *uitest.Screen, route store.Route) {
	toInterview(s)
	s.Press("r")
	for range store.Routes() {
		s.Press("down")
	}
	for i := range len(store.Routes()) {
		s.Press(fmt.Sprint(i + 1))
		if strings.Contains(s.View(), "(•) "+fmt.Sprint(i+1)+" "+string(route)) {
			break
		}
	}
	s.Press("enter")
	if strings.Contains(s.Page.Title(), "request") {
		s.Press("enter")
	}
	s.Type("scan-bot").Press("enter").Paste(uitest.CanaryPassword).Press("enter", "enter")
	if strings.Contains(s.Page.Title(), "at Duo") {
		s.Press("enter").Type("2").Press("enter", "enter")
	}
}

// stores goes on from a route's own step and agrees to the review.
func stores(s *uitest.Screen) { s.Press("enter", "enter", "enter", "enter") }

func last(s *uitest.Screen) store.Target {
	return s.Gate.Targets[len(s.Gate.Targets)-1].Target
}

func TestTheRankingFollowsTheAnswers(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		toInterview(s)
		s.Sees("What asks for the second factor?", "1 otp", "fits", "5 push", "why? otp")
		s.Press("1").Sees("Where will the scanner run?").Press("2", "1", "1").Sees("Can the account have a token")
		s.Press("4").Sees("1 exemption", "otp ▁▁▁▁▁▁▁▁ ✗ blocked", "why? exemption")
		s.Press("esc").Sees("Can the account have a token", "(•) 4").Press("1").Press("esc").Sees("(•) 1", "1 otp")
	})
	uitest.Run(t, "what was seen is not asked", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "", prompted)
		toInterview(s)
		s.Sees("Where will the scanner run?", "Seen on the page: Cisco Duo asks for the second factor.")
		if got := s.Page.Status(); got != "question 1 of 7" {
			t.Errorf("the status is %q", got)
		}
	})
	uitest.Run(t, "gone through again", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "", prompted)
		toInterview(s)
		s.Press("2", "r", "3").Sees("(•) 3 ")
		s.Press("esc", "esc").Sees("(•) 2").Press("enter", "r").Sees("(•) 3 ")
		s.Press("esc", "esc", "1", "r").Sees("(•) 1 ")
	})
	uitest.Run(t, "not known", func(t *testing.T) {
		s := open(t)
		toInterview(s)
		s.Press("4").Sees("Where will").Press("esc").Sees("(•) 4 I do not know")
	})
	uitest.Run(t, "a choice of one's own stays until an answer changes", func(t *testing.T) {
		s := open(t)
		toRoute(s)
		s.Press("3").Sees("(•) 3 bypass-code").Press("esc", "r").Sees("(•) 3 bypass-code")
	})
}

func TestTheRequestIsCopiedAndSaved(t *testing.T) {
	type file struct {
		text    string
		replace bool
	}
	files := map[string]file{}
	save := func(_ context.Context, path, text string, replace bool) (string, error) {
		if _, there := files[path]; there && !replace {
			return "", fmt.Errorf("/home/ada/%s: %w", path, fs.ErrExist)
		}
		files[path] = file{text, replace}
		return "/home/ada/" + path, nil
	}
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, uitest.Setup{Save: save}, "", wiki)
		answered(s)
		fillLetter(s)
		s.Press("c")
		if n := len(s.Host.Copied); n != 1 || !strings.Contains(s.Host.Copied[0].Secret.Reveal(), "203.0.113.16/28") || s.Host.Copied[0].Keep != 0 {
			t.Errorf("copied %d", n)
		}
		s.Press("m", "w").Sees("Save the request as", "request-wiki.md").Press("enter")
		if f := files["request-wiki.md"]; !strings.HasPrefix(f.text, "# Duo policy") {
			t.Fatalf("saved %+v", files)
		}
		s.Sees("Nothing is left blank")
		s.Press("w", "enter").Sees("Replace the file?").Press("n").Sees("Save the request as").Press("enter", "y")
		if !files["request-wiki.md"].replace {
			t.Error("the file was not replaced")
		}
		s.Sees("Nothing is left blank").Press("enter").Sees("scan-bot") // the account is known by now
	})
	uitest.Run(t, "fails", func(t *testing.T) {
		s := openAt(t, uitest.Setup{Save: func(context.Context, string, string, bool) (string, error) { return "", errors.New("no room") }}, "", wiki)
		answered(s)
		s.Press("enter", "w", "enter").Sees("✗ no room").Press("esc").Sees("Still to be filled in")
	})
}

func TestASeedFromAPicture(t *testing.T) {
	read := func(_ context.Context, paths []string) ([]importer.File, error) {
		if paths[0] != "/tmp/qr.txt" {
			return nil, errors.New("there is no such file")
		}
		return []importer.File{{Name: "qr.txt", Data: []byte(link)}}, nil
	}
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, uitest.Setup{Files: read}, "", wiki)
		toSeed(s)
		s.Type("/tmp/none.png").Press("enter").Sees("✗ there is no such file").Press("ctrl+u")
		s.Type("/tmp/qr.txt").Press("enter").Sees("Wiki: scan-bot").Press("enter").Sees("prove the login")
	})
	uitest.Run(t, "an activation link of Duo Mobile is explained", func(t *testing.T) {
		s := open(t)
		toSeed(s)
		s.Paste("duo://ABCDEFGHIJKLMNOPQRST-YXBpLTEyMzQ1Njc4LmR1b3NlY3VyaXR5LmNvbQ").Sees("✗", "Duo Mobile").SeesNot("YXBpLTEy")
	})
}

// What was answered is remembered with the target, so that a request written later asks
// nothing again.
func TestTheAnswersAreKeptWithTheTarget(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "", prompted)
		toInterview(s)
		s.Press("2", "1", "r", "esc").Press("r")
		for i := range len(store.Routes()) {
			if s.Press(fmt.Sprint(i + 1)); strings.Contains(s.View(), "(•) "+fmt.Sprint(i+1)+" push") {
				break
			}
		}
		s.Press("enter").Type("scan-bot").Press("enter").Paste(uitest.CanaryPassword).Press("enter", "enter", "enter").Type("2").Press("enter", "enter")
		stores(s)
		want := advice.Answers{advice.Challenge: advice.ChallengeDuo, advice.Place: advice.PlaceNetwork, advice.Address: advice.AddressFixed}
		if got := s.Gate.Answers["wiki"]; !maps.Equal(got, want) {
			t.Errorf("kept %v, want %v", got, want)
		}
	})
}

func TestBypassCodesThatSomebodyGave(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		onRoute(s, store.RouteBypassCode)
		s.Paste("004 815 162\r342004815,\r108004815").SeesNot("004815162", "004 815").Sees("✓ 3 codes")
		s.Press("enter", "ctrl+u").Type("3x").Press("enter").Sees("✗ a time looks like").Press("ctrl+u").Type("24h").Press("enter", "enter")
		s.Press("enter", "enter").Sees("bypass codes 3, not shown").SeesNot("004815162").Press("enter")
		e := s.Gate.Kept["wiki"]
		if e.Bypass == nil || len(e.Bypass.Codes) != 3 || e.Bypass.Codes[0].Reveal() != "004815162" || !e.Bypass.Terms.Expires.Equal(uitest.Noon.Add(24*time.Hour)) || e.Bypass.Terms.Uses != 1 {
			t.Errorf("kept %+v", e.Bypass)
		}
	})
	uitest.Run(t, "something else", func(t *testing.T) {
		s := open(t)
		onRoute(s, store.RouteBypassCode)
		s.Paste("hunter2").Sees("✗").Press("enter").Sees("What an administrator issued")
	})
}

func TestDuoIssuesTheCodes(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "", prompted)
		onRoute(s, store.RouteBypassCode)
		s.Press(" ").Sees("[x] Have Duo issue").Press("enter", "ctrl+u").Type("5").Press("enter", "enter", "enter", "enter", "enter")
		s.Sees("has Duo issue 5 codes", "tenant acme, application DISHOPSHOPSHOPSHOPSH").Press("enter")
		s.Sees("Have Duo issue them?", "who watches its alerts").Press("enter")
		if len(s.Gate.Duo.Orders) > 0 || len(s.Host.Replaced) > 0 {
			t.Fatal("codes were issued without a word")
		}
		s.Type("issue").Press("enter")
		if o := s.Gate.Duo.Orders; len(o) != 1 || o[0] != (auth.BypassOrder{Count: 5, Valid: 2 * time.Hour, Uses: 1}) {
			t.Errorf("ordered %+v", o)
		}
		if len(s.Host.Replaced) != 1 || last(s).Duo != (store.TargetDuo{Tenant: "acme", Integration: "DISHOPSHOPSHOPSHOPSH"}) {
			t.Errorf("went to %+v, stored %+v", s.Host.Replaced, last(s).Duo)
		}
	})
	uitest.Run(t, "not now, and then other ones", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "", prompted)
		onRoute(s, store.RouteBypassCode)
		s.Press(" ", "enter", "enter", "enter")
		stores(s)
		s.Sees("Have Duo issue them?").Press("esc").Sees("issue 12 codes").Press("enter").Sees("Have Duo issue them?")
		if e := s.Gate.Kept["wiki"]; !e.Replace {
			t.Error("stored twice without saying so")
		}
	})
	uitest.Run(t, "fails", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "", prompted)
		s.Gate.Do(func() {
			s.Gate.Fail["DuoPlanBypass"] = store.WithHint(errors.New("no answer came"), "Look at the network.")
		})
		onRoute(s, store.RouteBypassCode)
		s.Press(" ", "enter", "enter", "enter")
		stores(s)
		s.Sees("✓ Stored wiki.", "✗ no answer came", "→ Look at the network.")
		s.Gate.Do(func() { delete(s.Gate.Fail, "DuoPlanBypass") })
		s.Press("r").Sees("Have Duo issue them?").Type("issue").Press("enter")
		if len(s.Host.Replaced) != 1 {
			t.Error("did not go on")
		}
	})
}

func TestDuoIsGivenAToken(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "", prompted)
		onRoute(s, store.RouteOTP)
		s.Press("enter").Sees("✗ the route otp needs a seed", "have Duo make a token").Press("tab", " ").Sees("[x] Have Duo make a token", "T on the Duo page")
		stores(s)
		if o := s.Gate.Duo.Tokens; len(o) != 1 || last(s).Has(store.KindSeed) || len(s.Host.Replaced) != 1 {
			t.Errorf("enrolled %+v, stored %+v, went to %+v", o, last(s), s.Host.Replaced)
		}
	})
	uitest.Run(t, "by hand", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "", prompted)
		s.Gate.Duo.Token = auth.TokenEnrolment{Serial: "gatepass-wiki-0a1b2c", ByHand: true, Notes: []string{"The tenant takes no such token."}, Steps: []string{"Open the Admin Panel."}}
		onRoute(s, store.RouteOTP)
		s.Press("tab", " ")
		stores(s)
		s.Sees("The seed of gatepass-wiki-0a1b2c is kept.", "! The tenant takes no such token.", "→ Open the Admin Panel.").Press("enter")
		if len(s.Host.Replaced) != 1 {
			t.Error("enter did not sign in")
		}
	})
}

func TestTheExemptionIsAskedForBeforeTheLogin(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "", prompted)
		onRoute(s, store.RouteExemption)
		s.Type("203.0.113.0/28 203.0.113.77")
		stores(s)
		s.Sees("What the policy says", "✗ The policy lists no address", "What Duo would do", "Duo would ask scan-bot", "The login tells")
		if s.Gate.Count("DuoStatus wiki 203.0.113.77") != 1 {
			t.Errorf("asked %q", s.Gate.Calls())
		}
		s.Press("enter")
		if len(s.Host.Replaced) != 1 || s.Host.Replaced[0] != (ui.ToVerify{Name: "wiki", Run: true}) {
			t.Errorf("went to %+v", s.Host.Replaced)
		}
	})
	uitest.Run(t, "a wait is seen, and ends at once", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "", prompted)
		s.Gate.Do(func() {
			s.Gate.Hold["DuoStatus"] = make(chan struct{})
			s.Gate.Duo.Events = map[string][]auth.DuoEvent{"DuoStatus": {{Note: "Duo limits the rate of calls", Until: uitest.Noon.Add(32 * time.Second)}}}
		})
		onRoute(s, store.RouteExemption)
		stores(s)
		s.Sees("asking Duo…", "32 s Duo limits the rate of calls").Pass(10 * time.Second).Sees("22 s")
		s.Press("esc").Sees("enter stores this").SeesNot("22 s")
	})
}

func TestATrustedDeviceIsAttendedOnce(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		onRoute(s, store.RouteTrustedDevice)
		s.Sees("Yes, trust browser").Press("enter", "enter", "enter").Sees("the device is trusted then").Press("enter")
		if len(s.Host.Replaced) != 1 || s.Host.Replaced[0] != (ui.ToVerify{Name: "wiki", Run: true, Trust: true}) {
			t.Errorf("went to %+v", s.Host.Replaced)
		}
	})
}

func TestAPushIsForAPerson(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		onRoute(s, store.RoutePush)
		s.Sees("never approves a push").Press("enter", "enter", "enter").Sees("have the phone ready").Press("enter")
		if last(s).Route != store.RoutePush {
			t.Errorf("stored %+v", last(s))
		}
	})
}

func TestWithoutATenantNothingIsAskedAboutDuo(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t)
		onRoute(s, store.RouteBypassCode)
		s.SeesNot("Have Duo")
	})
	uitest.Run(t, "another tenant's name", func(t *testing.T) {
		s := openAt(t, uitest.Setup{}, "", prompted)
		toRoute(s)
		s.Press("enter").Type("u").Press("enter", "enter", "enter").Sees("Duo tenant acme", "1 DIABCDEFGHIJKLMNOPQR Intranet").Press("ctrl+u").Type("none").Press("enter")
		s.Sees("✗ no Duo tenant is called that", "There are: acme.")
	})
}

var paths = map[string]func(*uitest.Screen){
	"3-account": func(s *uitest.Screen) { toRoute(s); s.Press("enter").Type("u").Press("enter", "enter", "enter") },
	"4-otp":     func(s *uitest.Screen) { onRoute(s, store.RouteOTP) },
	"4-token":   func(s *uitest.Screen) { onRoute(s, store.RouteOTP); s.Press("tab", " ") },
	"4-codes": func(s *uitest.Screen) {
		onRoute(s, store.RouteBypassCode)
		s.Press("tab").Paste("004815162, 342004815")
	},
	"4-issue":     func(s *uitest.Screen) { onRoute(s, store.RouteBypassCode); s.Press(" ") },
	"4-exemption": func(s *uitest.Screen) { onRoute(s, store.RouteExemption); s.Type("203.0.113.10") },
	"4-device":    func(s *uitest.Screen) { onRoute(s, store.RouteTrustedDevice) },
	"4-push":      func(s *uitest.Screen) { onRoute(s, store.RoutePush) },
	"7-agree": func(s *uitest.Screen) {
		onRoute(s, store.RouteBypassCode)
		s.Press(" ", "enter", "enter", "enter")
		stores(s)
	},
	"7-exemption": func(s *uitest.Screen) { onRoute(s, store.RouteExemption); s.Type("203.0.113.10"); stores(s) },
	"7-no-answer": func(s *uitest.Screen) {
		s.Gate.Do(func() {
			s.Gate.Fail["DuoEnrolToken"] = store.WithHint(errors.New("no answer came"), "Look at the network.")
		})
		onRoute(s, store.RouteOTP)
		s.Press("tab", " ")
		stores(s)
	},
}

func TestPathsLook(t *testing.T) {
	for state, do := range paths {
		for size, wh := range sizes {
			uitest.Run(t, state+"-"+size, func(t *testing.T) {
				s := openAt(t, uitest.Setup{W: wh[0], H: wh[1]}, "", prompted)
				do(s)
				s.SeesNot(uitest.CanarySeed, uitest.CanaryPassword, "004815162")
				uitest.Golden(t, state+"-"+size, s.View())
				for _, w := range []int{58, 70, 140} {
					for _, h := range []int{12, 13, 30} {
						s.Page.SetSize(w, h)
						uitest.CheckSize(t, s.Page.View(), w, h)
					}
				}
			})
		}
	}
	for look, styles := range uitest.Looks() {
		for _, state := range []string{"2-ask-4", "2-ranked"} {
			uitest.Run(t, state+"-"+look, func(t *testing.T) {
				s := openAt(t, uitest.Setup{Styles: styles}, "", wiki)
				states[state](s)
				uitest.Golden(t, state+"-"+look, s.View())
			})
		}
	}
}
