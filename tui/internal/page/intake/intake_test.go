package intake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/otp/exporter"
	"gatepass/auth/otp/importer"
	"gatepass/store"
	"gatepass/tui/internal/page/intake"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/uitest"
)

// sizes are what 80x24, 120x40 and 200x50 terminals leave for a page.
var sizes = map[string][2]int{"80x24": {78, 20}, "120x40": {118, 36}, "200x50": {198, 46}}

// disk holds the files that Files reads.
type disk map[string][]byte

func (d disk) read(_ context.Context, paths []string) ([]importer.File, error) {
	var files []importer.File
	var broken []error
	for i, p := range paths {
		data, ok := d[p]
		if !ok {
			broken = append(broken, fmt.Errorf("path %d of %d cannot be opened: no such file", i+1, len(paths)))
			continue
		}
		files = append(files, importer.File{Name: p[strings.LastIndexByte(p, '/')+1:], Data: data})
	}
	return files, errors.Join(broken...)
}

func openAt(t *testing.T, setup uitest.Setup, d disk) *uitest.Screen {
	t.Helper()
	clock := uitest.NewClock()
	g := uitest.NewGate(clock.Now)
	uitest.Town(g)
	setup.Files = d.read
	setup.Place.Backend = store.BackendKeyring
	return uitest.Open(t, g, clock, setup, func(e *ui.Env) ui.Page { return intake.New(e) })
}

func open(t *testing.T, d disk) *uitest.Screen { t.Helper(); return openAt(t, uitest.Setup{}, d) }

// link is a key of the canary seed, different for each n.
func link(n int) string {
	return uitest.Key("Bank", fmt.Sprintf("scan-bot-%d", n), 100+n).URI().Reveal()
}

// mixed has a new one, one that is here already, a broken one and rubbish.
func mixed() string {
	return strings.Join([]string{
		"# from the wiki", link(1), uitest.Key("Shop", "scan-bot", 1).URI().Reveal(), "otpauth://totp/Bad?secret=018",
		"otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC",
	}, "\r")
}

// vault is an encrypted backup with one key.
func vault(t *testing.T, password string, n int) []byte {
	t.Helper()
	data, err := exporter.Aegis(t.Context(), []exporter.Item{{Key: uitest.Key("Vault", "scan-bot", n)}}, store.NewSecret(password))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

var states = map[string]func(*uitest.Screen){
	"waiting":  func(*uitest.Screen) {},
	"typing":   func(s *uitest.Screen) { s.Type("JBSWY3DPEHPK") },
	"path":     func(s *uitest.Screen) { s.Type("/home/ada/My Files/codes.png") },
	"rubbish":  func(s *uitest.Screen) { s.Paste("nothing of the kind\x1b[31m, at all") },
	"review":   func(s *uitest.Screen) { s.Paste(mixed()) },
	"agreeing": func(s *uitest.Screen) { s.Paste(mixed()).Press("enter").Type("ye") },
	"lost":     func(s *uitest.Screen) { s.Paste("/tmp/links.txt /tmp/nowhere.png") },
}

func TestLooks(t *testing.T) {
	d := disk{"/tmp/links.txt": []byte(link(7))}
	for state, do := range states {
		for size, wh := range sizes {
			uitest.Run(t, state+"-"+size, func(t *testing.T) {
				s := openAt(t, uitest.Setup{W: wh[0], H: wh[1]}, d)
				do(s)
				uitest.Golden(t, state+"-"+size, s.View())
			})
			for look, styles := range uitest.Looks() {
				if state != "review" {
					continue
				}
				uitest.Run(t, state+"-"+size+"-"+look, func(t *testing.T) {
					s := openAt(t, uitest.Setup{W: wh[0], H: wh[1], Styles: styles}, d)
					do(s)
					uitest.Golden(t, state+"-"+size+"-"+look, s.View())
				})
			}
		}
	}
}

func TestEverySizeHolds(t *testing.T) {
	for state, do := range states {
		uitest.Run(t, state, func(t *testing.T) {
			s := open(t, disk{})
			do(s)
			for w := 58; w < 220; w += 3 {
				for _, h := range []int{12, 13, 17, 30} {
					s.Page.SetSize(w, h)
					uitest.CheckSize(t, s.Page.View(), w, h)
				}
			}
		})
	}
}

func TestNothingIsStoredBeforeTheWordIsTyped(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, nil).Paste(mixed())
		s.Sees("+ entry-1", "Bank · scan-bot-1 · TOTP · 6 digits · SHA1 · every 30 s", "is here already as shop (pasted text, line 3)", "line 4", "Enter keeps 2 entries.")
		if got := s.Page.Status(); got != "2 new · 1 here already · 1 refused" {
			t.Errorf("the status is %q", got)
		}
		s.Press("enter").Sees("Keep 2 entries?").Press("enter").Paste("yes").Press("enter")
		if n := s.Gate.Count("Add"); n != 0 {
			t.Fatalf("%d were stored without a word", n)
		}
		s.Type("yes").Press("enter")
		if len(s.Gate.Targets) != 8 || s.Host.Backs != 1 || len(s.Host.Said) != 1 || s.Host.Said[0].Text != "Kept 2 entries in the keyring." {
			t.Errorf("%d targets, %+v", len(s.Gate.Targets), s.Host)
		}
	})
}

func TestNoSeedIsEverSeen(t *testing.T) {
	for state, do := range states {
		uitest.Run(t, state, func(t *testing.T) {
			s := open(t, disk{"/tmp/links.txt": []byte(link(7))})
			do(s)
			s.SeesNot(uitest.CanarySeed[:12], "JBSWY3DP", "CjEKCkhl", "secret=")
		})
	}
	uitest.Run(t, "typed, letter by letter", func(t *testing.T) {
		s := open(t, nil)
		for _, r := range link(1) {
			s.Type(string(r)).SeesNot("Bank", "secret", uitest.CanarySeed[:6])
		}
		s.Sees("characters, covered")
	})
}

func TestATerminalThatPastesLikeTyping(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, nil)
		for _, l := range []string{link(1), link(2), link(3)} {
			s.Type(l).Press("enter")
		}
		s.Pass(100 * time.Millisecond).SeesNot("+ entry")
		s.Pass(200*time.Millisecond).Sees("+ entry-1", "+ entry-2", "+ entry-3")
	})
}

func TestPastesAddUp(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, disk{"/tmp/a b.txt": []byte(link(3))})
		s.Paste(link(1)).Sees("Enter keeps 1 entry.")
		s.Paste(link(2)).Sees("Enter keeps 2 entries.")
		s.Paste("'/tmp/a b.txt' ").Sees("Enter keeps 3 entries.")
		s.Paste("rubbish, rubbish").Sees("Enter keeps 3 entries.", "the format is unknown")
		s.Press("x").Sees("Paste it here")
	})
}

// What went wrong says itself what could be read: once is enough.
func TestTheFormatsAreListedOnce(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		open(t, nil).Sees("Known are:").Paste("rubbish, rubbish").Sees("the format is unknown").SeesNot("Known are:")
	})
}

func TestRubbishIsHarmless(t *testing.T) {
	for name, rubbish := range map[string]string{
		"keys":     "qqq\x03\x1b\ryes\ry\r",
		"binary":   "\x00\x01\xff\xfe\x89PNG\r\n\x1a\n",
		"escapes":  "\x1b[2J\x1b]52;c;AAAA\x07\x1b[201~",
		"long":     strings.Repeat("x", 2_000_000),
		"brackets": strings.Repeat("[", 100_000),
		"quotes":   strings.Repeat(`'"\`, 1000),
		"a path":   "/" + strings.Repeat("a/", 5000),
	} {
		uitest.Run(t, name, func(t *testing.T) {
			s := open(t, disk{}).Paste(rubbish)
			s.Sees("✗", "Paste it here")
			if n := s.Gate.Count("Add"); n+s.Host.Backs+s.Host.Quits > 0 {
				t.Errorf("rubbish did something: %+v", s.Host)
			}
			s.Paste(link(1)).Sees("Enter keeps 1 entry.")
		})
	}
}

func TestEncryptedBackupsAskForTheirPassword(t *testing.T) {
	const password = "correct horse"
	d := disk{"/tmp/vault.json": vault(t, password, 200), "/tmp/other.json": vault(t, "another", 201)}
	uitest.Run(t, "the right one", func(t *testing.T) {
		s := open(t, d).Paste("/tmp/vault.json").Sees("vault.json is encrypted (Aegis")
		s.Type("wrong").SeesNot("wrong").Press("enter").Sees("That password does not open it", "attempt 2 of 3")
		s.Paste(password+"\n").SeesNot("correct").Press("enter").Sees("Enter keeps 1 entry.", "Vault · scan-bot")
		// It is not asked for again when more is added.
		s.Paste(link(1)).Sees("Enter keeps 2 entries.")
	})
	uitest.Run(t, "left out", func(t *testing.T) {
		s := open(t, d).Paste("/tmp/vault.json /tmp/other.json").Press("esc").Sees("other.json is encrypted")
		s.Type("another").Press("enter").Sees("Enter keeps 1 entry.", "no password was given")
	})
	uitest.Run(t, "left altogether", func(t *testing.T) {
		s := open(t, d).Paste("/tmp/vault.json")
		s.Leave()
		s.Settle() // nothing waits for ever
	})
}

func TestStoringIsAllOrNothing(t *testing.T) {
	links := func() string {
		var b strings.Builder
		for i := range 20 {
			b.WriteString(link(i) + "\n")
		}
		return b.String()
	}
	begin := func(t *testing.T) *uitest.Screen {
		return open(t, nil).Paste(links()).Press("enter").Type("yes")
	}
	uitest.Run(t, "stopped half-way", func(t *testing.T) {
		s := begin(t)
		hold := make(chan struct{})
		s.Gate.Do(func() { s.Gate.Hold["Add"] = hold })
		s.Press("enter").Sees("keeping 0 of 20…", "▁▁▁▁")
		if !s.Env.Crew.HasVital() {
			t.Error("storing may be cut off")
		}
		s.Press("esc")
		s.Sees("Enter keeps 20 entries.")
		if len(s.Gate.Targets) != 6 || s.Env.Crew.HasVital() {
			t.Errorf("%d targets are left of 6", len(s.Gate.Targets))
		}
		if len(s.Host.Said) != 1 || s.Host.Said[0].Text != "Stopped. Nothing was kept." {
			t.Errorf("said %+v", s.Host.Said)
		}
	})
	uitest.Run(t, "the store fails", func(t *testing.T) {
		s := begin(t)
		s.Gate.Do(func() { s.Gate.Fail["Add"] = store.WithHint(store.ErrLocked, "Unlock it.") })
		s.Press("enter").Sees("the secret store is locked", "→ Unlock it.", "Nothing was kept.")
		s.Gate.Do(func() { delete(s.Gate.Fail, "Add") })
		s.Press("enter").Type("yes").Press("enter")
		if len(s.Gate.Targets) != 26 {
			t.Errorf("%d targets after trying again", len(s.Gate.Targets))
		}
	})
}

func TestManyEntriesAreReadOnceForTheScreen(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		var b bytes.Buffer
		for i := range 3000 {
			b.WriteString(link(i) + "\n")
		}
		s := open(t, disk{"/tmp/all.txt": b.Bytes()}).Paste("/tmp/all.txt").Sees("Enter keeps 3000 entries.", "↓ 29")
		s.Press("end").Sees("entry-3000")
		if n := testing.AllocsPerRun(10, func() { s.Page.View() }); n > 200 {
			t.Errorf("a frame of 3,000 entries allocates %v times", n)
		}
	})
}

func TestACutOffImportIsToldOf(t *testing.T) {
	uitest.Run(t, "", func(t *testing.T) {
		s := open(t, nil)
		s.Gate.Do(func() { s.Gate.Settled = auth.SettledImport{Entries: 5} })
		s.Paste(link(1)).Sees("! An earlier import of 5 was cut off; what it had kept was taken back.")
	})
}
