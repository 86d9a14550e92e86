package lab

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"time"
)

const (
	firstCodes = 10 // the user's from the start
	// bypassDigits is the length of the codes that Duo draws. Zeros may lead.
	bypassDigits = 9
	// maxBypassPerCall and maxBypassPerUser are Duo's limits.
	maxBypassPerCall = 10
	maxBypassPerUser = 100
)

// A duoBypass is a bypass code. Once it is used up or has expired, Duo's lists do
// not show it any more; whether the real ones do is not known.
type duoBypass struct {
	id      string
	code    string
	user    *duoUser
	created time.Time
	shown   time.Time // when it ends, by the clock that clients see; zero: never
	ends    time.Time // when it ends
	uses    int       // allowed; 0: any number
	used    int
	gone    bool // deleted
}

func newBypassCode(random io.Reader) (string, error) {
	var raw [8]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("draw a bypass code: %w", err)
	}
	return fmt.Sprintf("%0*d", bypassDigits, binary.BigEndian.Uint64(raw[:])%1_000_000_000), nil
}

// addBypass gives a user a code. valid 0 means for ever.
func (t *tenant) addBypass(u *duoUser, code string, uses int, valid time.Duration) *duoBypass {
	b := &duoBypass{id: newDuoID("DB"), code: code, user: u, created: t.wall(), uses: uses}
	if valid > 0 {
		b.shown, b.ends = t.wall().Add(valid), t.life().Add(valid)
	}
	u.codes = append(u.codes, b)
	t.issued = append(t.issued, b)
	return b
}

// good reports whether a code opens anything at a time.
func (b *duoBypass) good(life time.Time) bool {
	return !b.gone && (b.uses == 0 || b.used < b.uses) && (b.ends.IsZero() || life.Before(b.ends))
}

// bypassOf lists a user's codes that are good.
func (t *tenant) bypassOf(u *duoUser) []*duoBypass {
	life := t.life()
	u.codes = slices.DeleteFunc(u.codes, func(b *duoBypass) bool { return !b.good(life) })
	return u.codes
}

// useBypass spends one use of a code, if it is a good one of the user's.
func (t *tenant) useBypass(u *duoUser, code string) bool {
	for _, b := range t.bypassOf(u) {
		if b.code == code {
			b.used++
			return true
		}
	}
	return false
}

// wipeBypass deletes all codes of a user.
func (u *duoUser) wipeBypass() {
	for _, b := range u.codes {
		b.gone = true
	}
	u.codes = nil
}
