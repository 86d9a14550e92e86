package storepick_test

import (
	"context"
	"testing"

	"gatepass/store"
	"gatepass/tui/internal/page/storepick"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// sizes are what 80x24, 120x40 and 200x50 terminals leave for a page.
var sizes = map[string][2]int{"80x24": {78, 20}, "120x40": {118, 36}, "200x50": {198, 46}}

var noKeyring = store.WithHint(store.ErrUnavailable, "Start a keyring: dbus-run-session -- gnome-keyring-daemon --unlock", "Or keep secrets in an encrypted file.")

// uses records what was chosen.
type uses struct {
	backend    store.Backend
	passphrase store.Secret
	times      int
	fail       error
}

func (u *uses) use(_ context.Context, b store.Backend, p store.Secret) (ui.Gate, error) {
	u.backend, u.passphrase = b, p
	u.times++
	if u.fail != nil {
		return nil, u.fail
	}
	return uitest.NewGate(uitest.NewClock().Now), nil
}

func open(t *testing.T, u *uses, b store.Backend, setup uitest.Setup) *uitest.Screen {
	t.Helper()
	clock := uitest.NewClock()
	setup.Place = ui.Place{Backend: b, Use: u.use}
	if b == "" {
		setup.Place.Problem = noKeyring
	}
	return uitest.Open(t, uitest.NewGate(clock.Now), clock, setup, func(e *ui.Env) ui.Page { return storepick.New(e) })
}

var states = map[string]struct {
	backend store.Backend
	do      func(*uitest.Screen)
}{
	"choose": {do: func(*uitest.Screen) {}},
	"make": {do: func(s *uitest.Screen) {
		s.Press("enter").Type(uitest.CanaryPassword).Press("enter").Type("other").Press("enter")
	}},
	"unlock": {backend: store.BackendFile, do: func(s *uitest.Screen) { s.Type(uitest.CanaryPassword) }},
}

func TestLooks(t *testing.T) {
	for state, st := range states {
		for size, wh := range sizes {
			uitest.Run(t, state+"-"+size, func(t *testing.T) {
				s := open(t, &uses{}, st.backend, uitest.Setup{W: wh[0], H: wh[1]})
				st.do(s)
				s.SeesNot(uitest.CanaryPassword)
				uitest.Golden(t, state+"-"+size, s.View())
			})
		}
	}
	for look, styles := range uitest.Looks() {
		uitest.Run(t, "choose-"+look, func(t *testing.T) {
			uitest.Golden(t, "choose-"+look, open(t, &uses{}, "", uitest.Setup{Styles: styles}).View())
		})
	}
}

func TestAFileIsChosenWithAPassphraseTypedTwice(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		u := &uses{}
		s := open(t, u, "", uitest.Setup{}).Press("enter").Type("pass phrase").Press("enter").Type("pass phrase").Press("enter")
		if u.times != 1 || u.backend != store.BackendFile || u.passphrase.Reveal() != "pass phrase" {
			t.Errorf("chose %q, %d times, with the right passphrase: %v", u.backend, u.times, u.passphrase.Reveal() == "pass phrase")
		}
		if len(s.Host.Adopted) != 1 {
			t.Error("the new store is not in use")
		}
	})
}

func TestAPassphraseIsNeitherEmptyNorMistyped(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		u := &uses{}
		s := open(t, u, "", uitest.Setup{}).Press("enter", "enter").Sees("✗ a passphrase is needed")
		s.Type("one").Press("enter").Type("two").Press("enter").Sees("✗ the two are not the same")
		if u.times > 0 {
			t.Fatal("a passphrase was taken that was not typed twice the same")
		}
		s.Type("one").Press("enter")
		if u.times != 1 {
			t.Error("the right second try was not taken")
		}
	})
}

func TestTheKeyringIsTriedAgain(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		u := &uses{fail: store.WithHint(store.ErrTimeout, "Answer the keyring's own window.")}
		s := open(t, u, "", uitest.Setup{}).Sees("there is no secret store").Press("2", "enter").Sees("the secret store did not answer", "Answer the keyring")
		u.fail = nil
		s.Press("enter")
		if len(s.Host.Adopted) != 1 || u.backend != store.BackendKeyring {
			t.Errorf("adopted %d, %q", len(s.Host.Adopted), u.backend)
		}
	})
}

func TestAnExistingFileIsUnlocked(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		u := &uses{fail: store.ErrPassphrase}
		s := open(t, u, store.BackendFile, uitest.Setup{}).Type("wrong").Press("enter").Sees("✗ wrong passphrase").SeesNot("•")
		u.fail = nil
		s.Type("right").Press("enter")
		if len(s.Host.Adopted) != 1 || u.passphrase.Reveal() != "right" {
			t.Error("the file was not opened")
		}
	})
}

func TestNothingIsChosenByLeaving(t *testing.T) {
	for _, keys := range [][]string{{"q"}, {"esc"}, {"3", "enter"}} {
		uitest.Run(t, "", func(t *testing.T) {
			u := &uses{}
			if s := open(t, u, "", uitest.Setup{}).Press(keys...); s.Host.Quits != 1 || u.times > 0 {
				t.Errorf("%q: quit %d times, chose %d times", keys, s.Host.Quits, u.times)
			}
		})
	}
}

func TestEverySizeHolds(t *testing.T) {
	for state, st := range states {
		uitest.Run(t, state, func(t *testing.T) {
			s := open(t, &uses{}, st.backend, uitest.Setup{})
			st.do(s)
			for w := 58; w < 220; w += 3 {
				for _, h := range []int{12, 13, 17, 30} {
					s.Page.SetSize(w, h)
					uitest.CheckSize(t, s.Page.View(), w, h)
				}
			}
		})
	}
}
