package verify_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// soon is longer than a question takes no answer after it came.
const soon = 500 * time.Millisecond

func TestTheNumberForThePhoneIsLarge(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "payroll", true, pushes)
		s.Sees("Type this into the phone:", "58 s", "somebody to act", "█")
		tall := strings.Count(s.View(), "█")
		s.Page.SetSize(58, 12)
		s.Sees("492")
		s.Page.SetSize(118, 36)
		s.W, s.H = 118, 36
		if strings.Count(s.View(), "█") <= tall {
			t.Error("it does not get larger with the screen")
		}
		s.Pass(10 * time.Second).Sees("48 s")
	})
}

func TestAQuestionIsHeldUntilItIsAnswered(t *testing.T) {
	uitest.Run(t, "yes", func(t *testing.T) {
		s := open(t, "shop", true, asks)
		s.Sees("MAY THIS ORIGIN BE SENT A SECRET?", "https://login.identity.example.net", "the username and the password").SeesNot("SIGNED IN")
		// What was typed when it came was meant for something else, and what is pasted
		// is no answer.
		s.Press("y").Sees("MAY THIS ORIGIN")
		s.Pass(soon).Paste("y").Sees("MAY THIS ORIGIN")
		s.Press("r", "x", "h", "tab").Sees("MAY THIS ORIGIN")
		s.Press("y").Sees("SIGNED IN", "learned", "https://login.identity.example.net may be sent", "pinned").SeesNot("MAY THIS ORIGIN")
		if s.Host.Backs+len(s.Host.Opened) > 0 {
			t.Error("a key went past the question")
		}
	})
	for _, no := range []string{"n", "esc", "enter", "N"} {
		uitest.Run(t, no, func(t *testing.T) {
			s := open(t, "shop", true, asks)
			s.Pass(soon).Press(no).Sees("ERROR", "unexpected-origin").SeesNot("MAY THIS ORIGIN", "learned")
			if s.Host.Backs > 0 {
				t.Error("the page was left")
			}
		})
	}
}

func TestLeavingWithAQuestionEndsTheLogin(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", true, asks)
		s.Leave()
		s.Settle()
		if !s.Env.Crew.Wait(time.Second) {
			t.Error("the login waits for an answer though nobody is there")
		}
	})
}

func TestTheCommandLinesOptionsAreKept(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", false, nil)
		s.Env.Outside.SignIn = auth.VerifyOptions{Proxy: "socks5://127.0.0.1:9050", Timeout: time.Hour, Driver: "http"}
		s.Press("r", "b")
		o := s.Gate.Verified
		if len(o) != 2 || o[0].Proxy != "socks5://127.0.0.1:9050" || o[0].Driver != "http" || o[0].Headful || o[0].Ask == nil {
			t.Fatalf("signed in with %+v", o)
		}
		if !o[1].Headful || o[1].Driver != "browser" || o[1].Timeout != time.Hour {
			t.Errorf("in a window with %+v", o[1])
		}
		s.Sees("in a browser window").Press("b")
		if last := s.Gate.Verified[2]; last.Headful || last.Driver != "http" {
			t.Errorf("without the window again with %+v", last)
		}
	})
}

func TestTheTargetsClockIsOfferedWhereItHelps(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop-admin", true, nil).Sees("clock-skew")
		s.Press("c")
		if o := s.Gate.Verified; len(o) != 2 || o[1].Clock != "target" {
			t.Fatalf("signed in with %+v", o)
		}
		s.Sees("by the target's clock")
	})
	uitest.Run(t, "elsewhere", func(t *testing.T) {
		s := open(t, "shop", true, nil).Press("c")
		if want := []ui.Dest{ui.ToCodes{Name: "shop"}}; !slices.Equal(s.Host.Opened, want) || len(s.Gate.Verified) != 1 {
			t.Errorf("opened %v", s.Host.Opened)
		}
	})
}

func TestOnlyAGreenLoginGoesOn(t *testing.T) {
	uitest.Run(t, "green", func(t *testing.T) {
		s := open(t, "shop", true, known).Press("h", "w")
		session := s.Gate.Logins["shop"].Result.Session
		if want := []ui.Dest{ui.ToHandoff{Name: "shop", Held: session}, ui.ToWatch{Name: "shop", Held: session}}; !slices.Equal(s.Host.Opened, want) {
			t.Errorf("opened %v", s.Host.Opened)
		}
		s.Sees("the cookies sid@shop.example.com, remember@shop.example.com", "Authorization header", "in 2 h", "can NOT use the session", "may be sent")
	})
	uitest.Run(t, "refused", func(t *testing.T) {
		s := open(t, "shop-admin", true, nil).Press("h", "w")
		if len(s.Host.Opened) > 0 {
			t.Errorf("a refused login went on to %v", s.Host.Opened)
		}
	})
}

// timeline is what was kept of a run.
func timeline(g *uitest.Gate) {
	r := uitest.Green("shop").Result
	g.Scan.Timelines = map[string]auth.Timeline{r.Evidence: {
		File: r.Evidence, Run: r.Run, Target: "shop", At: uitest.Noon, Stages: r.Stages,
		Pictures: []string{"7f3a09c2/reach.png", "7f3a09c2/passcode.png"},
		Traffic: []login.Exchange{
			{At: uitest.Noon, Method: "GET", URL: "https://shop.example.com/login", Status: 200, Type: "text/html", Cookies: []string{"csrf"}},
			{At: uitest.Noon.Add(400 * time.Millisecond), Method: "POST", URL: "https://shop.example.com/login", Status: 302,
				Values: []login.Value{{In: "form", Name: "username", Token: "username"}, {In: "form", Name: "password", Token: "password"}, {In: "cookie", Name: "csrf", Token: "token1"}}},
			{At: uitest.Noon.Add(900 * time.Millisecond), Method: "GET", URL: "https://cdn.example.net/\x1b[2Jlost.js", Note: "connection refused"},
		},
	}}
}

func TestTheEvidenceIsReadInside(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", true, timeline).Press("e")
		s.Sees("folder", "evidence/shop", "TIMELINE", "TRAFFIC", "3 requests").SeesNot("SIGNED IN")
		s.Press("end").Sees("form password=password", "cookie csrf=token1", "no answer", "connection refused")
		if strings.Contains(s.View(), "\x1b") {
			t.Error("a control character reaches the terminal")
		}
		var opened []string
		s.Press("o")
		s.Env.Outside.Open = func(_ context.Context, path string) error { opened = append(opened, path); return nil }
		s.Press("o", "O")
		if want := []string{"/home/ada/.local/state/gatepass/evidence/shop", "/home/ada/.local/state/gatepass/evidence/shop/7f3a09c2.json"}; !slices.Equal(opened, want) {
			t.Errorf("opened %q", opened)
		}
		s.Press("esc").Sees("SIGNED IN")
		if s.Host.Backs > 0 {
			t.Error("the page was left")
		}
		uitest.Golden(t, "evidence", s.Press("e").View())
	})
}

func TestEvidenceThatIsGoneIsSaid(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", true, nil).Press("e").Sees("SIGNED IN")
		if n := s.Host.Said; len(n) != 1 || n[0].Level != ui.Failure {
			t.Errorf("said %v", n)
		}
	})
}

// page is a picture of a page: white, with a dark bar and a blue button.
func page() []byte {
	img := image.NewRGBA(image.Rect(0, 0, 640, 400))
	for y := range 400 {
		for x := range 640 {
			c := color.RGBA{250, 250, 250, 255}
			switch {
			case y < 50:
				c = color.RGBA{30, 34, 40, 255}
			case x > 220 && x < 420 && y > 250 && y < 290:
				c = color.RGBA{30, 90, 220, 255}
			case x > 220 && x < 420 && (y > 150 && y < 180 || y > 200 && y < 230):
				c = color.RGBA{210, 210, 215, 255}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if png.Encode(&b, img) != nil {
		return nil
	}
	return b.Bytes()
}

func colours(p termenv.Profile) *theme.Styles {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(p)
	r.SetHasDarkBackground(true)
	return theme.New(r)
}

// shows is a login whose page is pictured.
func shows(g *uitest.Gate) {
	l := uitest.Green("shop")
	l.Pictures = [][]byte{[]byte("no picture"), page()}
	g.Logins["shop"] = l
}

func TestThePageIsPicturedBesideTheTimeline(t *testing.T) {
	for name, p := range map[string]termenv.Profile{"truecolor": termenv.TrueColor, "256": termenv.ANSI256} {
		uitest.Run(t, name, func(t *testing.T) {
			s := openAt(t, "shop", true, shows, uitest.Setup{W: 118, H: 36, Styles: colours(p)})
			s.Sees("SIGNED IN", "▀▀▀▀")
			uitest.Golden(t, "picture-"+name, s.View())
			s.Press("p").SeesNot("▀").Press("p").Sees("▀")
			s.Page.SetSize(78, 20) // too narrow for both
			s.SeesNot("▀")
		})
	}
	uitest.Run(t, "without colours", func(t *testing.T) {
		s := openAt(t, "shop", true, shows, uitest.Setup{W: 118, H: 36}).Sees("SIGNED IN").SeesNot("▀")
		if s.Gate.Verified[0].Pictures != nil {
			t.Error("pictures are asked for that nobody can see")
		}
	})
}

// A login that goes on in a browser begins its timeline anew: what plain HTTP could not
// do is not the browser's failure.
func TestABrowserBeginsTheTimelineAnew(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", true, func(g *uitest.Gate) {
			l := uitest.Green("shop")
			first := []login.Event{l.Events[0], l.Events[1], {Run: "7f3a09c2", Stage: login.StageCredentials, State: login.Fail, Note: "This login is drawn by scripts"}}
			for _, st := range login.Stages()[2:] {
				first = append(first, login.Event{Run: "7f3a09c2", Stage: st, State: login.Skip})
			}
			l.Events = append(first, l.Events[0])
			l.Stay = true
			g.Logins["shop"] = l
		})
		s.SeesNot("drawn by scripts", "✗").Pass(1500 * time.Millisecond).Sees("1.5 s")
		if s.Page.Pulse() == 0 {
			t.Error("the clock of the stages stands still")
		}
	})
}

func TestADeviceIsTrustedOnce(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", false, func(g *uitest.Gate) {
			for i := range g.Targets {
				if g.Targets[i].Target.Name == "shop" {
					g.Targets[i].Target.Route = store.RouteTrustedDevice
				}
			}
		})
		s.Sees("No device is remembered yet").Press("t").Sees("SIGNED IN", "trusting this device").Press("r")
		if o := s.Gate.Verified; len(o) != 2 || !o[0].TrustDevice || o[1].TrustDevice {
			t.Errorf("signed in with %+v", o)
		}
	})
}

func TestNewsOfAnEarlierRunIsDropped(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, "shop", true, nil)
		late := s.Gate.Logins["shop-admin"].Result
		s.Send(ui.Result[login.Result]{Page: 1, Run: 1, Value: late})
		s.Send(tea.FocusMsg{})
		s.Sees("SIGNED IN").SeesNot("REFUSED")
	})
}
