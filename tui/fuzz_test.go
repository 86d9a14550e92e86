package tui

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui/internal/uitest"
)

// canaries are pieces of secrets, each long enough to be no accident.
var canaries = []string{uitest.CanarySeed[:12], uitest.CanarySeed[12:24], uitest.CanaryPassword[:12], uitest.CanaryPassword[12:], "004815162", "342004815"}

// TestAnythingPressed presses anything, resizes, pastes and lets time pass, over
// all pages, with secrets in every masked field and in the store. Nothing may
// break, leave the screen, or show a secret.
func TestAnythingPressed(t *testing.T) {
	steps := 800
	if testing.Short() {
		steps = 200
	}
	for seed := range uint64(4) {
		uitest.Run(t, fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 1))
			r := start(t, func(d *Deps, g *uitest.Gate) { odd(g) })
			fillWizard(r)
			var did []string
			for range steps {
				did = append(did, anything(r, rnd))
				check(t, r, did)
				if r.quit { // begin again
					r.end()
					r = start(t, func(d *Deps, g *uitest.Gate) { odd(g) })
					if rnd.IntN(2) == 0 {
						fillWizard(r)
					}
					did = nil
				}
				if t.Failed() {
					return
				}
			}
		})
	}
}

// odd adds what pages seldom meet.
func odd(g *uitest.Gate) {
	uitest.DuoTown(g)
	long := uitest.Target("zz-long", "https://"+strings.Repeat("very-long-", 30)+".example.com/"+strings.Repeat("path/", 50), strings.Repeat("長い名前", 40), store.RouteOTP, store.KindSeed)
	g.Targets = append(g.Targets, g.Targets[0])
	g.Targets[len(g.Targets)-1].Target = long
	g.Keys["zz-long"] = uitest.Key("長い"+strings.Repeat("x", 200), "e\u0301", 9)
	l := uitest.Refused("intranet")
	l.Result.Diagnosis = &login.Diagnosis{Code: login.WrongCode, Title: strings.Repeat("題", 90), Detail: strings.Repeat("x", 3000), Remedy: "\x1b[31mred"}
	g.Logins["intranet"] = l
	stay := uitest.Green("payroll")
	stay.Events, stay.Stay = stay.Events[:5], true
	g.Logins["payroll"] = stay
}

// fillWizard puts secrets into every masked field, and stands before the review.
func fillWizard(r *rig) {
	paste := func(s string) { r.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s), Paste: true}) }
	r.press("n")
	paste("https://acme.example.com/login")
	r.press("enter", "enter", "r", "enter")
	paste("scan-bot")
	r.press("enter")
	paste(uitest.CanaryPassword)
	r.press("enter", "enter", "enter", "enter", "enter") // the account at Duo stays as it is
	paste(uitest.CanarySeed)
	r.press("enter")
}

var harmless = []string{"shop", "https://shop.example.com/login", "日本語", "\x1b[2J", "a\nb\r\n", strings.Repeat("x", 5000), "JBSWY3DPEHPK3PXP", " "}

// anything does one thing and says which.
func anything(r *rig, rnd *rand.Rand) string {
	names := uitest.KeyNames()
	switch n := rnd.IntN(100); {
	case n < 45:
		k := names[rnd.IntN(len(names))]
		if k == "ctrl+c" && rnd.IntN(8) > 0 {
			k = "esc"
		}
		r.press(k)
		return k
	case n < 85:
		k := string("abcdefghijklmnopqrstuvwxyzGR/?0123456789"[rnd.IntN(40)])
		r.press(k)
		return k
	case n < 90:
		p := harmless[rnd.IntN(len(harmless))]
		r.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(p), Paste: rnd.IntN(4) > 0})
		return "paste"
	case n < 95:
		w, h := 20+rnd.IntN(200), 5+rnd.IntN(60)
		if rnd.IntN(3) > 0 {
			w, h = max(w, minWidth), max(h, minHeight)
		}
		r.size(w, h)
		return fmt.Sprintf("%dx%d", w, h)
	case n < 96:
		r.send(tea.ResumeMsg{})
		return "resume"
	default:
		r.pass(time.Duration(rnd.IntN(3000)) * time.Millisecond)
		return "time"
	}
}

func check(t *testing.T, r *rig, did []string) {
	t.Helper()
	view := r.view()
	if r.m.broken != nil {
		t.Errorf("broke: %v, after %q", r.m.broken, did)
	}
	for _, c := range canaries {
		if strings.Contains(view, c) {
			t.Errorf("a secret is on the screen after %q:\n%s", did, view)
		}
	}
	if view != "" && strings.Count(view, "\n") != r.m.h-1 {
		t.Errorf("%d lines on a terminal of %d after %q", strings.Count(view, "\n")+1, r.m.h, did)
	}
}
