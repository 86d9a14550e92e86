package handoff

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// A Lifetime is how long a session is good, as far as it tells by itself. The server
// may end it earlier: when nobody uses it, when the account signs in elsewhere.
type Lifetime struct {
	Made  time.Time
	Until time.Time // when the first part of it ends; zero: it does not tell
	By    string    // what ends then, "the cookie sid" or "the bearer token"
	// Watched is how long such sessions were seen to live; nil if nobody watched one.
	Watched *Watched
}

// Known reports whether the session tells when it ends.
func (l Lifetime) Known() bool { return !l.Until.IsZero() }

// lifetime reads the ends of what keeps the session: cookies that appeared with the
// login, and the exp claim of a bearer token (RFC 7519 §4.1.4).
func lifetime(cookies []login.Cookie, bearer string, s login.Session) Lifetime {
	l := Lifetime{Made: s.At}
	end := func(at time.Time, by string) {
		if !at.IsZero() && (l.Until.IsZero() || at.Before(l.Until)) {
			l.Until, l.By = at, by
		}
	}
	for _, c := range cookies {
		if c.Fresh {
			end(c.Expires, "the cookie "+c.Name)
		}
	}
	end(tokenEnd(bearer), "the bearer token")
	return l
}

// tokenEnd is when a header's JSON web token expires; zero if it is none or does not
// say. The signature is none of our business: nothing is granted on its word.
func tokenEnd(header string) time.Time {
	fields := strings.Fields(header)
	if len(fields) == 0 {
		return time.Time{}
	}
	parts := strings.Split(fields[len(fields)-1], ".")
	if len(parts) != 3 {
		return time.Time{}
	}
	claims, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil {
		return time.Time{}
	}
	var c struct {
		Exp json.Number `json:"exp"`
	}
	if json.Unmarshal(claims, &c) != nil {
		return time.Time{}
	}
	seconds, err := c.Exp.Float64()
	if err != nil || seconds <= 0 || seconds > 1<<40 {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}

// longEnough refuses a session that is known to end before the scan does.
func (v *view) longEnough() error {
	needed, renew := v.in.Options.Needed, renewed(v.in.Target.Name)
	if age := v.in.Options.Now.Sub(v.life.Made); v.in.Watched.tooShort(age, needed) {
		return store.WithHint(fmt.Errorf("%w: %s", ErrTooShort, v.in.Watched.short(needed)), renew, watchAgain(v.in))
	}
	if !v.life.Known() {
		return nil
	}
	left := v.life.Until.Sub(v.in.Options.Now)
	if left > 0 && left >= needed {
		return nil
	}
	err := fmt.Errorf("%w: %s ends in %s, at %s", ErrTooShort, v.life.By, spell(max(left, 0)), stamp(v.life.Until))
	if needed > 0 {
		err = fmt.Errorf("%w, and %s are needed", err, spell(needed))
	}
	return store.WithHint(err, renew, "Or ask for less with --needed, or for a longer session of the test account.")
}

// Enough refuses, before anybody signs in, a session that would end before the scan does,
// going by the one that was watched. The error is ErrTooShort.
func Enough(in Input) error {
	if !in.Watched.tooShort(0, in.Options.Needed) {
		return nil
	}
	v := &view{in: in, life: Lifetime{Made: in.Options.Now}}
	return v.longEnough()
}

// aboutSession says what else is to be known of a session that is handed off.
func (v *view) aboutSession() []string {
	var notes []string
	add := func(format string, args ...any) { notes = append(notes, fmt.Sprintf(format, args...)) }
	s := v.in.Session
	if s != nil {
		add("%s", v.ends())
	}
	if seen := v.in.Watched.Sentence(); seen != "" {
		add("%s", seen)
	}
	if s == nil {
		return notes
	}
	if s.Agent != "" {
		add("It was made from this machine with the User-Agent %q. Some applications bind a session to either: let the scanner use the same, and prove it from where it runs.", login.Clean(s.Agent))
	}
	if len(v.left) > 0 {
		slices.Sort(v.left)
		add("Left out, because they belong to other hosts: %s.", strings.Join(v.left, ", "))
	}
	if p := v.in.Proven; p != nil && p.Facts.BareClient == login.No {
		add("A client without scripts did not see the proof with this session's cookies and header. A scanner that crawls without a browser may be signed out all the time: look at the check.")
	}
	if n := len(v.tabStorage()); n > 0 {
		add("The application keeps something in sessionStorage, which is not carried over. If its token is there, let the scanner sign in by itself.")
	}
	return notes
}

// ends says in a sentence when the session ends.
func (v *view) ends() string {
	if !v.life.Known() {
		return "The session does not tell when it ends; the server may end it at any time."
	}
	return fmt.Sprintf("The session ends at %s, in %s, when %s does; the server may end it earlier.",
		stamp(v.life.Until), spell(v.life.Until.Sub(v.in.Options.Now)), v.life.By)
}

// aboutProof says what is known of the proof.
func (v *view) aboutProof() []string {
	return v.notes
}

// stamp writes an instant so that no time zone is guessed.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }

// spell writes a duration in the two units that matter.
func spell(d time.Duration) string {
	d = d.Round(time.Second)
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", int(d/(24*time.Hour)))
	case d >= time.Hour:
		return fmt.Sprintf("%d h %02d min", int(d/time.Hour), int(d%time.Hour/time.Minute))
	case d >= time.Minute:
		return fmt.Sprintf("%d min %02d s", int(d/time.Minute), int(d%time.Minute/time.Second))
	}
	return fmt.Sprintf("%d s", int(d/time.Second))
}
