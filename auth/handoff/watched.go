package handoff

import (
	"fmt"
	"strings"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// Watched is how long a session of the target was seen to live, by "gatepass watch" and
// by whoever else kept one. Ages count from the login.
type Watched struct {
	At   time.Time     // when that was seen
	Held time.Duration // the age at which it was last seen signed in
	Lost time.Duration // the age at which it was first seen gone; 0: it was not
}

// Sentence says what was seen; "" if nothing was.
func (w *Watched) Sentence() string {
	switch {
	case w == nil || w.Lost == 0 && w.Held == 0:
		return ""
	case w.Lost == 0:
		return fmt.Sprintf("A session of this application still held after %s, on %s.", spell(w.Held), day(w.At))
	case w.Held == 0:
		return w.ended() + "."
	}
	return fmt.Sprintf("%s; after %s it still held.", w.ended(), spell(w.Held))
}

func (w *Watched) ended() string {
	return fmt.Sprintf("This application ended a session after %s, on %s", spell(w.Lost), day(w.At))
}

// tooShort reports whether a session of an age will not last, if it goes as it did when
// one was watched.
func (w *Watched) tooShort(age, needed time.Duration) bool {
	return w != nil && w.Lost > 0 && needed > 0 && age+needed >= w.Lost
}

// short is the reason why a session is not handed off.
func (w *Watched) short(needed time.Duration) string {
	return fmt.Sprintf("%s, and %s are needed", w.ended(), spell(needed))
}

// forTime reports whether a session that ends too early is among what is in the way.
func (r *Refused) forTime(in Input) bool {
	for _, refusal := range r.Refusals {
		if strings.HasPrefix(refusal.Reasons[0], in.Watched.short(in.Options.Needed)) {
			return true
		}
	}
	return false
}

// renewed and watchAgain are what can be done where a session ends too early.
func renewed(target string) string {
	return fmt.Sprintf("Have it renewed during the scan: gatepass exec %s -- COMMAND, or gatepass serve %s", shell(target), shell(target))
}

func watchAgain(in Input) string {
	return fmt.Sprintf("If sessions live longer by now, have one watched: gatepass watch %s --for %s", shell(in.Target.Name), in.Options.Needed)
}

// day writes a date.
func day(t time.Time) string { return t.UTC().Format("2 January 2006") }

// A Denial is a login that was refused after the one that was proven.
type Denial struct {
	At        time.Time
	Diagnosis string // a code such as "wrong-credentials"; "" for none
}

// why puts it into brackets behind a sentence.
func (d *Denial) why() string {
	if d.Diagnosis == "" {
		return ""
	}
	return " (" + d.Diagnosis + ")"
}

// unproven reports whether it has not been shown that this signs in: no login was
// proven, or the last one was refused since.
func (in Input) unproven() bool { return in.Proven == nil || in.Denied != nil }

// notProven is ErrUnproven with what to do about it.
func (in Input) notProven() error {
	err := fmt.Errorf("%w: %s", ErrUnproven, in.Target.Name)
	if in.Proven != nil && in.Denied != nil {
		err = fmt.Errorf("%w since the last one was refused at %s%s: %s", ErrUnproven, stamp(in.Denied.At), in.Denied.why(), in.Target.Name)
	}
	return store.WithHint(err,
		"Prove it: gatepass verify "+shell(in.Target.Name),
		"Or write it all the same, marked as unproven: --unproven")
}

// standing says whether and when the login was proven, for the head of a file.
func (in Input) standing() string {
	switch p := in.Proven; {
	case p == nil:
		return "UNPROVEN: it has not been shown that this signs in."
	case in.Denied != nil:
		return fmt.Sprintf("UNPROVEN: the last login, at %s, was refused%s; the one before it was proven at %s.", stamp(in.Denied.At), in.Denied.why(), stamp(p.At))
	default:
		return "Proven with its control at " + stamp(p.At) + ", run " + login.Clean(p.Run) + "."
	}
}
