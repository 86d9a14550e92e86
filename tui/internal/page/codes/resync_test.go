package codes_test

import (
	"testing"
	"time"

	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// counterCodes are codes of legacy-hotp from a counter on, as a device shows them.
func counterCodes(t *testing.T, from uint64) string {
	t.Helper()
	g := uitest.NewGate(time.Now)
	uitest.Town(g)
	text := ""
	for c := from; c < from+2; c++ {
		code, err := g.Keys["legacy-hotp"].HOTP(c)
		if err != nil {
			t.Fatal(err)
		}
		v := code.Reveal()
		text += v[:3] + " " + v[3:] + " "
	}
	return text
}

// The device that counts beside this one went on without it.
func TestACounterIsSetByTheCodesOfAnotherDevice(t *testing.T) {
	uitest.Run(t, "forwards", func(t *testing.T) {
		s := open(t, uitest.Town).Press("home").Sees("counter 41").Press("c").Sees("Where does the other device of legacy-hotp stand?")
		if !s.Page.CapturesText() {
			t.Error("the codes are taken for keys")
		}
		text := counterCodes(t, 46)
		s.Type(text[:7]).Sees("1 code so far").Type(text[7:]).Sees("2 codes so far").Press("enter").Sees("counter 48")
		if n := len(s.Host.Said); n != 1 || s.Host.Said[0].Text != "The counter was 41 and is 48: the next code is the one after those." {
			t.Errorf("said %+v", s.Host.Said)
		}
	})
	uitest.Run(t, "back, which is asked", func(t *testing.T) {
		s := open(t, uitest.Town).Press("home", "c").Type(counterCodes(t, 7)).Press("enter")
		s.Sees("from 41 back to 9", "Type back").Press("enter").Sees("Type back").Press("esc").Sees("counter 41")
		s.Press("c").Type(counterCodes(t, 7)).Press("enter").Type("back").Press("enter").Sees("counter 9")
	})
	uitest.Run(t, "codes of something else", func(t *testing.T) {
		s := open(t, uitest.Town).Press("home", "c", "enter").Sees("Two codes").Type("000000 000000").Press("enter").Sees("no counter gives these codes")
		s.Press("esc").Sees("counter 41", "> legacy-hotp")
		if s.Gate.Count("MoveCounter") != 0 {
			t.Error("the counter was set all the same")
		}
	})
	uitest.Run(t, "suspended meanwhile", func(t *testing.T) {
		s := open(t, uitest.Town).Press("home", "c").Type("123456")
		s.Send(ui.HideMsg{}).SeesNot("123456").Sees("> legacy-hotp")
	})
	uitest.Run(t, "only a counting key has one", func(t *testing.T) {
		open(t, uitest.Town).Press("c").Sees("> shop / scan-bot").SeesNot("other device")
	})
}
