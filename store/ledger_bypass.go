package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// bucketBypass holds what is known of bypass codes: stock → []BypassCode.
var bucketBypass = []byte("bypass")

// What the ledger says of bypass codes, wrapped.
var (
	// ErrNothingLeft is a stock of bypass codes from which nothing can be drawn.
	ErrNothingLeft = errors.New("no bypass code is left")
	// ErrNoCode is a bypass code that the ledger does not know.
	ErrNoCode = errors.New("no such bypass code")
	// ErrSettled is a draw whose outcome was recorded before.
	ErrSettled = errors.New("the outcome is recorded already")
	// ErrKnownCode is a bypass code that was added before.
	ErrKnownCode = errors.New("the bypass code was added before")

	errBadCode = errors.New("not a record of a bypass code")
)

// A BypassReservation is one use of a bypass code that nobody else is given.
type BypassReservation struct {
	Stock, ID string
	Draw      time.Time // what tells this draw of the code from its others
	Code      BypassCode
	// Unknown is how many earlier draws of this code there are of which nobody said
	// what became of them.
	Unknown int
	Left    Stock // what is left after it
}

var codeIDPattern = regexp.MustCompile(`^[a-z0-9._-]{1,64}$`)

func checkCodes(stock string, codes []BypassCode) error {
	if err := CheckName(stock); err != nil {
		return err
	}
	for i, c := range codes {
		again := slices.ContainsFunc(codes[:i], func(o BypassCode) bool { return o.ID == c.ID })
		if !codeIDPattern.MatchString(c.ID) || c.Uses < 0 || len(c.Draws) > 0 || c.Gone || c.Missing || again {
			return errBadCode
		}
	}
	return nil
}

// AddBypass records codes as added, all of them or none. It answers ErrKnownCode when
// any stock has, or ever gave out, one of them; only one that the secret store had
// lost may come again.
func (l *Ledger) AddBypass(ctx context.Context, stock string, codes []BypassCode) error {
	if err := checkCodes(stock, codes); err != nil {
		return fmt.Errorf("add bypass codes: %w", err)
	}
	return l.update(ctx, func(tx *bbolt.Tx) error {
		all, err := l.allBypass(tx)
		if err != nil {
			return err
		}
		have := all[stock]
		for _, c := range codes {
			c.Added, c.Expires = l.now().UTC(), c.Expires.UTC()
			at := slices.IndexFunc(have, func(o BypassCode) bool { return o.ID == c.ID })
			if at >= 0 && have[at].Renewable() {
				have[at] = c
				continue
			}
			for name := range all {
				if slices.ContainsFunc(all[name], func(o BypassCode) bool { return o.ID == c.ID }) {
					return fmt.Errorf("add bypass codes: %w, to the stock %q", ErrKnownCode, name)
				}
			}
			have = append(have, c)
		}
		if err := l.keepOrders(tx, codes); err != nil {
			return err
		}
		return put(tx, bucketBypass, []byte(stock), have)
	})
}

// Renewable reports whether a code that is known never left the secret store, and is
// not there any more: it may be added again.
func (c BypassCode) Renewable() bool {
	return c.drawn() == 0 && (c.Gone || c.count(OutcomeLost) > 0)
}

// ReserveBypass takes one use of the code that is best drawn next, and records it
// before the code leaves the secret store. Of any number of callers no two are given
// the same use, and a use that was given is never given again, whatever becomes of
// whom it was given to. It answers ErrNothingLeft, saying why.
func (l *Ledger) ReserveBypass(ctx context.Context, stock, by, run string) (BypassReservation, error) {
	if err := CheckName(stock); err != nil {
		return BypassReservation{}, fmt.Errorf("draw a bypass code: %w", err)
	}
	// Many may wait for the last few codes: who comes too late needs no turn to write.
	if err := l.CheckBypass(ctx, stock); err != nil {
		return BypassReservation{}, err
	}
	var r BypassReservation
	err := l.update(ctx, func(tx *bbolt.Tx) error {
		codes, err := l.bypassOf(tx, stock)
		if err != nil {
			return err
		}
		now := l.now().UTC()
		at := next(codes, now)
		if at < 0 {
			return nothingLeft(stock, codes, now)
		}
		c := &codes[at]
		r = BypassReservation{Stock: stock, ID: c.ID, Draw: c.moment(now), Unknown: c.count(OutcomeUnknown)}
		c.Draws = append(c.Draws, BypassDraw{At: r.Draw, By: by, Run: run})
		c.trim()
		r.Code, r.Left = *c, StockOf(stock, listed(codes), now)
		return put(tx, bucketBypass, []byte(stock), codes)
	})
	if err != nil {
		return BypassReservation{}, err
	}
	return r, nil
}

// CheckBypass answers ErrNothingLeft, as ReserveBypass would, and takes nothing.
func (l *Ledger) CheckBypass(ctx context.Context, stock string) error {
	codes, err := l.Bypass(ctx, stock)
	if err == nil && next(codes, l.now()) < 0 {
		err = nothingLeft(stock, codes, l.now())
	}
	return err
}

// moment gives now, or a later instant at which c was not drawn: it names the draw.
func (c BypassCode) moment(now time.Time) time.Time {
	for _, d := range c.Draws {
		if !d.At.Before(now) {
			now = d.At.Add(time.Nanosecond)
		}
	}
	return now
}

// next finds the code to draw, or -1.
func next(codes []BypassCode, now time.Time) int {
	best := -1
	for i, c := range codes {
		if !c.Gone && c.Left(now) != 0 && (best < 0 || c.DrawnBefore(codes[best]) < 0) {
			best = i
		}
	}
	return best
}

// nothingLeft says what became of the codes.
func nothingLeft(stock string, codes []BypassCode, now time.Time) error {
	s := StockOf(stock, listed(codes), now)
	if s.Total == 0 {
		return fmt.Errorf("%w: the stock %q has none", ErrNothingLeft, stock)
	}
	text := ""
	for _, w := range []struct {
		state CodeState
		word  string
	}{
		{CodeUsed, "used"}, {CodeUnknown, "handed out, outcome unknown"}, {CodeRefused, "refused"},
		{CodeExpired, "expired"}, {CodeLost, "lost from the secret store"}, {CodeMissing, "deleted at Duo"},
	} {
		if n := s.States[w.state]; n > 0 {
			text += fmt.Sprintf(", %d %s", n, w.word)
		}
	}
	return fmt.Errorf("%w: of the %d in the stock %q%s", ErrNothingLeft, s.Total, stock, text)
}

// SettleBypass records what became of a code that was drawn, once. It answers
// ErrSettled when that is recorded already, and ErrNoCode when the draw is not known
// any more.
func (l *Ledger) SettleBypass(ctx context.Context, r BypassReservation, o Outcome) error {
	if !slices.Contains([]Outcome{OutcomeAccepted, OutcomeRefused, OutcomeReturned, OutcomeLost}, o) {
		return fmt.Errorf("settle a bypass code: %w", errBadCode)
	}
	return l.update(ctx, func(tx *bbolt.Tx) error {
		codes, err := l.bypassOf(tx, r.Stock)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(codes, func(c BypassCode) bool { return c.ID == r.ID })
		if at < 0 {
			return fmt.Errorf("settle a bypass code: %w", ErrNoCode)
		}
		draws := codes[at].Draws
		i := slices.IndexFunc(draws, func(d BypassDraw) bool { return d.At.Equal(r.Draw) })
		switch {
		case i < 0:
			return fmt.Errorf("settle a bypass code: %w", ErrNoCode)
		case draws[i].Outcome != OutcomeUnknown:
			return fmt.Errorf("settle a bypass code: %w", ErrSettled)
		}
		draws[i].Outcome = o
		return put(tx, bucketBypass, []byte(r.Stock), codes)
	})
}

// Bypass gives a stock's codes in the order in which they were added.
func (l *Ledger) Bypass(ctx context.Context, stock string) (codes []BypassCode, err error) {
	err = l.view(ctx, func(tx *bbolt.Tx) error {
		codes, err = l.bypassOf(tx, stock)
		return err
	})
	if err != nil {
		return nil, err
	}
	return listed(codes), nil
}

// KnownBypass gives every code of every stock, those too that were removed after they
// had been drawn.
func (l *Ledger) KnownBypass(ctx context.Context) (all map[string][]BypassCode, err error) {
	err = l.view(ctx, func(tx *bbolt.Tx) error {
		all, err = l.allBypass(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// Stocks sums up every stock that has codes, by its name.
func (l *Ledger) Stocks(ctx context.Context) (map[string]Stock, error) {
	all, err := l.KnownBypass(ctx)
	if err != nil {
		return nil, err
	}
	stocks := map[string]Stock{}
	for name, codes := range all {
		if codes = listed(codes); len(codes) > 0 {
			stocks[name] = StockOf(name, codes, l.now())
		}
	}
	return stocks, nil
}

// RemoveBypass removes codes that open nothing any more from a stock; one that is not
// there is no error. What was drawn stays known, so that a code is not taken for new when
// it comes again.
func (l *Ledger) RemoveBypass(ctx context.Context, stock string, ids ...string) error {
	return l.removeBypass(ctx, stock, ids, true, func(c BypassCode) bool { return c.drawn() > 0 })
}

// LeaveBypass is RemoveBypass for codes that stay at Duo: what Duo calls those that
// gatepass had issued stays known too, so that they can be revoked yet.
func (l *Ledger) LeaveBypass(ctx context.Context, stock string, ids ...string) error {
	return l.removeBypass(ctx, stock, ids, false, func(c BypassCode) bool { return c.drawn() > 0 || c.Issued })
}

func (l *Ledger) removeBypass(ctx context.Context, stock string, ids []string, dead bool, stays func(BypassCode) bool) error {
	known, err := l.Bypass(ctx, stock)
	if err != nil || !slices.ContainsFunc(known, func(c BypassCode) bool { return slices.Contains(ids, c.ID) }) {
		return err
	}
	return l.update(ctx, func(tx *bbolt.Tx) error {
		codes, err := l.bypassOf(tx, stock)
		if err != nil {
			return err
		}
		codes = slices.DeleteFunc(codes, func(c BypassCode) bool { return slices.Contains(ids, c.ID) && !stays(c) })
		for i := range codes {
			if !codes[i].Gone && slices.Contains(ids, codes[i].ID) {
				codes[i].Gone, codes[i].Missing = true, codes[i].Missing || dead
			}
		}
		return put(tx, bucketBypass, []byte(stock), codes)
	})
}

// listed leaves out the codes that were removed.
func listed(codes []BypassCode) []BypassCode {
	return slices.DeleteFunc(slices.Clone(codes), func(c BypassCode) bool { return c.Gone })
}

func (l *Ledger) bypassOf(tx *bbolt.Tx, stock string) ([]BypassCode, error) {
	var codes []BypassCode
	_, err := l.get(tx, bucketBypass, []byte(stock), &codes)
	return codes, err
}

func (l *Ledger) allBypass(tx *bbolt.Tx) (map[string][]BypassCode, error) {
	all := map[string][]BypassCode{}
	bucket := tx.Bucket(bucketBypass)
	if bucket == nil {
		return all, nil
	}
	err := bucket.ForEach(func(name, raw []byte) error {
		var codes []BypassCode
		if err := json.Unmarshal(raw, &codes); err != nil {
			return l.damaged(err.Error())
		}
		all[string(name)] = codes
		return nil
	})
	return all, err
}
