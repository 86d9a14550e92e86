package serve_test

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/broker"
	"gatepass/auth/keeper"
	"gatepass/auth/login"
	"gatepass/tui/internal/page/serve"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

var sizes = map[string][2]int{"80x24": {78, 20}, "120x40": {118, 36}, "200x50": {198, 46}}

func asked(n int) []broker.Asked {
	var all []broker.Asked
	for i := range n {
		a := broker.Asked{At: uitest.Noon.Add(-time.Duration(n-i) * time.Second), Client: "nightly-scan/2.1", Path: "/session.json", Status: 200, Note: "the session"}
		switch i % 4 {
		case 1:
			a.Path, a.Note = "/code", "a totp code"
		case 2:
			a.Client, a.Status, a.Note = "curl/8.5\x1b[2J", 401, "The token is missing or wrong: Authorization: Bearer TOKEN"
		}
		all = append(all, a)
	}
	return all
}

func open(t *testing.T, held *login.Session, setup uitest.Setup, change func(*uitest.Gate)) *uitest.Screen {
	t.Helper()
	clock := uitest.NewClock()
	g := uitest.NewGate(clock.Now)
	uitest.Town(g)
	g.Scan.Serving = auth.Serving{URL: "http://127.0.0.1:8765", TokenFile: "/home/ada/.local/state/gatepass/serve/shop.token"}
	if change != nil {
		change(g)
	}
	return uitest.Open(t, g, clock, setup, func(e *ui.Env) ui.Page { return serve.New(e, "shop", held) })
}

func busy(g *uitest.Gate) { g.Scan.Asked = asked(5) }

// taken is what the usual port answers when somebody else listens there.
func taken(g *uitest.Gate) {
	g.Fail["Serve"] = fmt.Errorf("listen: %w", &net.OpError{Op: "listen", Net: "tcp", Err: syscall.EADDRINUSE})
}

func TestLooks(t *testing.T) {
	states := map[string]func(*uitest.Gate){"idle": nil, "busy": busy, "taken": taken}
	for state, change := range states {
		for size, wh := range sizes {
			uitest.Run(t, state+"-"+size, func(t *testing.T) {
				s := open(t, nil, uitest.Setup{W: wh[0], H: wh[1]}, change)
				uitest.Golden(t, state+"-"+size, s.View())
			})
		}
		for look, styles := range uitest.Looks() {
			uitest.Run(t, state+"-"+look, func(t *testing.T) {
				uitest.Golden(t, state+"-"+look, open(t, nil, uitest.Setup{Styles: styles}, change).View())
			})
		}
	}
}

func TestWhoAskedIsSeenAndTamed(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, nil, uitest.Setup{}, busy)
		s.Sees("http://127.0.0.1:8765", "shop.token", "5 in all", "nightly-scan/2.1", "/code", "401")
		if strings.Contains(s.View(), "\x1b") {
			t.Error("a control character reaches the terminal")
		}
	})
	uitest.Run(t, "many", func(t *testing.T) {
		s := open(t, nil, uitest.Setup{}, func(g *uitest.Gate) { g.Scan.Asked = asked(1200) })
		s.Sees("1200 in all")
		s.Press("home", "up", "end", "down", "pgup")
		for _, h := range []int{12, 20, 46} {
			for w := 58; w < 200; w += 13 {
				s.Page.SetSize(w, h)
				uitest.CheckSize(t, s.Page.View(), w, h)
			}
		}
	})
}

func TestAnotherPortIsTakenWhenTheUsualOneIs(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, nil, uitest.Setup{}, taken).Sees("NOT SERVING", "f takes any free port")
		s.Gate.Do(func() { delete(s.Gate.Fail, "Serve") })
		s.Press("f").Sees("Nobody has asked for anything yet")
		if n := s.Gate.Count("Serve shop 127.0.0.1:0"); n != 1 {
			t.Errorf("asked for %v", s.Gate.Calls())
		}
	})
	uitest.Run(t, "other errors", func(t *testing.T) {
		s := open(t, nil, uitest.Setup{}, func(g *uitest.Gate) { g.Fail["Serve"] = errors.New("no such target") })
		s.Sees("NOT SERVING", "no such target").SeesNot("free port").Press("f", "esc")
		if s.Gate.Count("Serve") != 1 || s.Host.Backs != 1 {
			t.Errorf("asked for %v", s.Gate.Calls())
		}
	})
}

func TestLeavingEndsTheServing(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, nil, uitest.Setup{}, busy).Press("esc")
		s.Leave()
		s.Settle()
		if s.Host.Backs != 1 || !s.Env.Crew.Wait(time.Second) {
			t.Error("it goes on serving though its page was left")
		}
	})
}

func TestTheSessionIsToldOf(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		held := &login.Session{}
		s := open(t, held, uitest.Setup{}, nil).Sees("the one that was just proven")
		o := s.Gate.Scan.Served[0]
		if o.Held != held || o.Verify.Ask == nil {
			t.Errorf("served with %+v", o)
		}
		o.Session(keeper.Event{At: uitest.Noon, Kind: keeper.Lost, Note: "asked for a login"})
		s.Settle()
		s.Sees("lost just now: asked for a login")
	})
}

func TestNoTokenIsCopied(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, nil, uitest.Setup{}, nil).Press("a", "c")
		if c := s.Host.Copied; len(c) != 2 || c[0].Secret.Reveal() != "http://127.0.0.1:8765" || !strings.Contains(c[1].Secret.Reveal(), "/home/ada/.local/state/gatepass/serve/shop.token | curl") {
			t.Errorf("copied %+v", c)
		}
	})
}
