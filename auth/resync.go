package auth

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"gatepass/auth/otp"
	"gatepass/store"
)

// How far a counter is looked for. Servers look some ten to a hundred codes ahead
// (RFC 4226 §7.4); a device that was played with may be further.
const (
	ResyncAhead = 2_000
	resyncBack  = 20_000
)

// ErrNoCounter says that no counter gives the codes that were told.
var ErrNoCounter = errors.New("no counter gives these codes")

// A CounterMatch is where the codes of another device stand.
type CounterMatch struct {
	Known uint64 // the counter of the next code, as far as the ledger knows
	Next  uint64 // the counter after the codes that were told
}

// Back reports whether to follow the match would give codes out again that were given
// out before.
func (m CounterMatch) Back() bool { return m.Next < m.Known }

// FindCounter looks for the counter at which a counting key gives codes that were read
// elsewhere, one after the other in this order: first from where the ledger stands
// forwards, then backwards. Two codes at least are needed, for single ones repeat
// themselves within such a distance. Nothing is recorded. It answers [ErrUsage] and
// [ErrNoCounter]; no error holds a code.
func (g *Gate) FindCounter(ctx context.Context, name string, codes []store.Secret) (CounterMatch, error) {
	const fewest = 2
	key, account, err := g.countingKey(ctx, name)
	if err != nil {
		return CounterMatch{}, err
	}
	if len(codes) < fewest {
		return CounterMatch{}, fmt.Errorf("%w: two codes that follow one another are needed, better three", ErrUsage)
	}
	wanted := make([]string, len(codes))
	for i, c := range codes {
		wanted[i] = digitsOf(c.Reveal())
		if len(wanted[i]) != key.Digits() {
			return CounterMatch{}, fmt.Errorf("%w: code %d has not the %d digits of this key's", ErrUsage, i+1, key.Digits())
		}
	}
	known, err := g.Ledger.PeekCounter(ctx, account, key.Counter())
	if err != nil {
		return CounterMatch{}, fmt.Errorf("read the counter: %w", err)
	}
	m := CounterMatch{Known: known}
	low := known - min(known, resyncBack)
	for _, look := range []struct{ from, to uint64 }{{known, known + ResyncAhead}, {low, known}} {
		at, found, err := search(ctx, key, wanted, look.from, look.to)
		if err != nil {
			return CounterMatch{}, err
		}
		if found {
			m.Next = at + uint64(len(wanted))
			return m, nil
		}
	}
	return CounterMatch{}, store.WithHint(
		fmt.Errorf("%w: looked from %d to %d", ErrNoCounter, low, known+ResyncAhead),
		"Make sure that the codes are of this key, in the order in which they were shown, with none left out in between.")
}

// MoveCounter makes next the counter of a target's next code, on disk before it
// returns. To go back is refused with [store.ErrCounterBack] unless back says that
// it was decided. It gives the counter that was next before.
func (g *Gate) MoveCounter(ctx context.Context, name string, next uint64, back bool) (uint64, error) {
	key, account, err := g.countingKey(ctx, name)
	if err != nil {
		return 0, err
	}
	return g.Ledger.MoveCounter(ctx, account, key.Counter(), next, "resync", back)
}

func (g *Gate) countingKey(ctx context.Context, name string) (otp.Key, store.Account, error) {
	key, err := g.Key(ctx, name)
	if err != nil {
		return otp.Key{}, "", err
	}
	if key.Type() != otp.HOTP {
		return otp.Key{}, "", store.WithHint(fmt.Errorf("%w: the codes of %q follow the clock, not a counter", ErrUsage, name),
			"Where they are refused, compare the clocks: gatepass doctor --target "+name)
	}
	account, err := g.Account(ctx, key)
	return key, account, err
}

// search gives the first counter from from to before to that begins the wanted codes.
func search(ctx context.Context, key otp.Key, wanted []string, from, to uint64) (uint64, bool, error) {
	matched := 0 // of the wanted codes, ending at the counter before at
	for at := from; at < to+uint64(len(wanted)); at++ {
		if err := ctx.Err(); err != nil {
			return 0, false, err
		}
		code, err := key.HOTP(at)
		if err != nil {
			return 0, false, nil // the counter's end
		}
		if matched = longer(key, wanted, matched, at, code.Reveal()); matched == len(wanted) {
			return at + 1 - uint64(matched), true, nil
		}
	}
	return 0, false, nil
}

// longer gives how many of the wanted codes end at this counter.
func longer(key otp.Key, wanted []string, matched int, at uint64, code string) int {
	if same(wanted[matched], code) {
		return matched + 1
	}
	if matched == 0 {
		return 0
	}
	// The codes before may begin a match again: look back, the few there are.
	for n := matched; n > 0; n-- {
		if fits(key, wanted[:n], at+1-uint64(n)) {
			return n
		}
	}
	return 0
}

func fits(key otp.Key, wanted []string, from uint64) bool {
	for i, want := range wanted {
		code, err := key.HOTP(from + uint64(i))
		if err != nil || !same(want, code.Reveal()) {
			return false
		}
	}
	return true
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// digitsOf leaves out what groups a code's digits.
func digitsOf(s string) string { return strings.Join(strings.FieldsFunc(s, groups), "") }

// groups reports whether r stands between the groups of a code's digits.
func groups(r rune) bool { return unicode.IsSpace(r) || r == '-' }

// CodesIn finds codes of so many digits in a text as people write them: one a line,
// beside one another or with commas between, each whole or in groups ("755 224"). What
// is no code comes along, for [Gate.FindCounter] to refuse it.
func CodesIn(text store.Secret, digits int) []store.Secret {
	var codes []store.Secret
	for _, line := range strings.FieldsFunc(text.Reveal(), func(r rune) bool { return strings.ContainsRune("\r\n,;", r) }) {
		code := ""
		for _, group := range strings.FieldsFunc(line, groups) {
			if code += group; len(code) >= digits {
				codes, code = append(codes, store.NewSecret(code)), ""
			}
		}
		if code != "" {
			codes = append(codes, store.NewSecret(code))
		}
	}
	return codes
}
