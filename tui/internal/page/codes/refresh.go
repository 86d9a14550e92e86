package codes

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/tui/internal/ui"
)

// atOnce is how many seeds one refresh reads: a keyring may take milliseconds for
// each, and rows should fill up under the reader's eyes.
const atOnce = 8

// A wish is one row about which something must be found out. It holds copies, so
// that the background never touches the page.
type wish struct {
	at   int // index of the row
	name string
	key  otp.Key // zero while it is unread
	due  bool    // ask the ledger too
}

// A finding is what came of a wish.
type finding struct {
	at         int
	key        otp.Key
	err        error
	code, next otp.Code
	spent      spent
	counter    int64
}

type refreshResult struct {
	edition  int
	findings []finding
	storeErr error // no seed can be read now, not this one nor others
}

// refresh finds out what the rows on the screen want, in the background, one
// refresh at a time. It gives nil if all is known.
func (p *Page) refresh() tea.Cmd {
	if p.refreshing.Busy() || p.storeErr != nil {
		return nil
	}
	now := p.env.Now()
	var wishes []wish
	reads := 0
	from, to := p.list.Window()
	for _, at := range p.shown[from:to] {
		r := &p.rows[at]
		r.roll(now)
		if !r.wants(now) || r.state == unread && reads == atOnce {
			continue
		}
		if r.state == unread {
			reads++
		}
		age := now.Sub(r.spent.asked)
		wishes = append(wishes, wish{at: at, name: r.target.Name, key: r.key, due: age >= askAgain || age < 0 || !holds(r.code, now)})
	}
	if len(wishes) == 0 {
		return nil
	}
	gate, clock, edition := p.env.Gate, p.env.Now, p.edition
	return ui.Do(p.refreshing.Begin(p.env), func(ctx context.Context) (refreshResult, error) {
		return grant(ctx, gate, clock, edition, wishes), nil
	})
}

// grant works through the wishes.
func grant(ctx context.Context, gate ui.Gate, clock func() time.Time, edition int, wishes []wish) refreshResult {
	res := refreshResult{edition: edition}
	for _, w := range wishes {
		if ctx.Err() != nil {
			return res
		}
		f := finding{at: w.at, key: w.key}
		if f.key.IsZero() {
			if f.key, f.err = gate.Key(ctx, w.name); f.err != nil {
				if affectsAll(f.err) {
					res.storeErr = f.err
					return res
				}
				res.findings = append(res.findings, f)
				continue
			}
		}
		f.look(ctx, gate, clock(), w)
		res.findings = append(res.findings, f)
	}
	return res
}

// look computes the codes and asks the ledger about them. What the ledger cannot
// tell is left out: a code is worth showing without its history.
func (f *finding) look(ctx context.Context, gate ui.Gate, now time.Time, w wish) {
	f.spent.asked = now
	if f.key.Type() == otp.HOTP {
		c, err := gate.Draw(ctx, f.key, auth.CodeOptions{Peek: true})
		f.counter, f.err = c.Step, err
		return
	}
	step := f.key.Step(now)
	if f.code, f.err = f.key.At(step); f.err != nil {
		return
	}
	f.next, _ = f.key.At(step + 1)
	if w.due {
		f.spent.Spent, f.spent.known, _ = gate.Spent(ctx, f.key)
	}
}

// affectsAll reports whether an error is of the secret store as a whole.
func affectsAll(err error) bool {
	for _, e := range []error{store.ErrLocked, store.ErrUnavailable, store.ErrTimeout, store.ErrCrashed, store.ErrPassphrase, store.ErrDamaged} {
		if errors.Is(err, e) {
			return true
		}
	}
	return errors.Is(err, context.DeadlineExceeded)
}

// take puts findings into their rows.
func (p *Page) take(res refreshResult) {
	if res.edition != p.edition {
		return // the rows are others by now
	}
	p.storeErr = res.storeErr
	now := p.env.Now()
	for _, f := range res.findings {
		r := &p.rows[f.at]
		if f.err != nil {
			r.state, r.err = failed, f.err
			continue
		}
		r.state, r.key, r.counter = ready, f.key, f.counter
		if !f.code.IsZero() {
			r.code, r.next, r.rolled = f.code, f.next, false
		}
		if f.spent.known || !r.spent.known {
			r.spent = f.spent
		} else {
			r.spent.asked = f.spent.asked
		}
		r.roll(now)
	}
}
