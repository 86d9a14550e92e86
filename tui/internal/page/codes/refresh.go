package codes

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

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
	asked      bool // the ledger answered
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
	wishes := p.visible(now)
	if len(wishes) == 0 && (p.order.needsSeeds() || p.seeking()) {
		wishes = p.beyond()
	}
	if len(wishes) == 0 {
		return nil
	}
	gate, clock, edition := p.env.Gate, p.env.Now, p.edition
	return ui.Do(p.refreshing.Begin(p.env), func(ctx context.Context) (refreshResult, error) {
		return grant(ctx, gate, clock, edition, wishes), nil
	})
}

// visible are the wishes of the rows on the screen. What the ledger is asked about
// one row it is asked about all of them, for opening it is what costs.
func (p *Page) visible(now time.Time) []wish {
	var wishes []wish
	reads, ask := 0, false
	from, to := p.list.Window()
	for _, i := range p.items[from:to] {
		if i.isHead() {
			continue
		}
		r := &p.rows[i.row]
		r.roll(now)
		if !r.wants(now) || r.state == unread && reads == atOnce {
			continue
		}
		if r.state == unread {
			reads++
		}
		due := r.stale(now) || !r.counted() && !holds(r.code, now)
		ask = ask || due
		wishes = append(wishes, wish{at: i.row, name: r.target.Name, key: r.key, due: due})
	}
	if ask {
		return p.together(wishes, from, to)
	}
	return wishes
}

// together adds the rows that have nothing else to wish for to those that ask the
// ledger, so that their next question is the same one.
func (p *Page) together(wishes []wish, from, to int) []wish {
	asked := make(map[int]bool, len(wishes))
	for k := range wishes {
		wishes[k].due = true
		asked[wishes[k].at] = true
	}
	for _, i := range p.items[from:to] {
		if i.isHead() || asked[i.row] || p.rows[i.row].state != ready {
			continue
		}
		asked[i.row] = true
		r := &p.rows[i.row]
		wishes = append(wishes, wish{at: i.row, name: r.target.Name, key: r.key, due: true})
	}
	return wishes
}

// beyond are a few rows that are not on the screen, and whose place depends on what
// is kept with their seeds.
func (p *Page) beyond() []wish {
	var wishes []wish
	for ; p.ranks.next < len(p.rows) && len(wishes) < atOnce; p.ranks.next++ {
		if r := &p.rows[p.ranks.next]; r.state == unread {
			wishes = append(wishes, wish{at: p.ranks.next, name: r.target.Name, due: true})
		}
	}
	p.ranks.read = p.ranks.next
	return wishes
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
			if f.key, f.err = gate.Key(ctx, w.name); affectsAll(f.err) {
				res.storeErr = f.err
				return res
			}
		}
		if f.err == nil {
			f.compute(clock())
		}
		res.findings = append(res.findings, f)
	}
	res.ask(ctx, gate, clock, wishes)
	return res
}

// compute makes the codes of a time step and of the next.
func (f *finding) compute(now time.Time) {
	if f.key.Type() == otp.HOTP {
		return
	}
	step := f.key.Step(now)
	if f.code, f.err = f.key.At(step); f.err == nil {
		f.next, _ = f.key.At(step + 1)
	}
}

// ask asks the ledger, once for all. What it cannot tell is left out: a code is
// worth showing without its history, but a counter that is not known is not.
func (res *refreshResult) ask(ctx context.Context, gate ui.Gate, clock func() time.Time, wishes []wish) {
	var keys []otp.Key
	var of []int
	for i, f := range res.findings {
		if f.err == nil && wishes[i].due {
			keys, of = append(keys, f.key), append(of, i)
		}
	}
	if len(keys) == 0 {
		return
	}
	uses, err := gate.Uses(ctx, keys)
	now := clock()
	for k, i := range of {
		f := &res.findings[i]
		f.spent.asked = now
		switch {
		case err == nil:
			f.spent.Use, f.asked = uses[k], true
		case f.key.Type() == otp.HOTP:
			f.err = err
		}
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

// refreshed takes what a refresh brought and goes on if it got anywhere.
func (p *Page) refreshed(msg ui.Result[refreshResult]) tea.Cmd {
	if msg.Err != nil {
		p.storeErr = msg.Err
		return nil
	}
	p.take(msg.Value)                // rows that must change places do so at the next tick
	if len(msg.Value.findings) > 0 { // without progress, the next tick is soon enough
		return p.refresh()
	}
	return nil
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
		p.ranks.meet(f.key.Period())
		if r.state != ready || f.asked && f.spent.At != r.spent.At {
			p.ranks.stale = true
		}
		if r.state != ready {
			r.holder = r.holderOf(f.key)
		}
		r.state, r.key = ready, f.key
		if !f.code.IsZero() {
			r.code, r.next, r.rolled = f.code, f.next, false
		}
		if f.asked {
			r.spent = f.spent
		} else if !f.spent.asked.IsZero() {
			r.spent.asked = f.spent.asked
		}
		r.roll(now)
	}
}
