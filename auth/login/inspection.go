package login

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// An Inspection is what a login page asks for, read without signing in.
type Inspection struct {
	URL      string // where the reading ended, after redirects; no query
	Status   int    // the HTTP status code there; 0 if nothing answered
	Title    string
	Kind     Kind
	Username bool // a username field is there
	Password bool // a password field is there
	OTP      bool // a one-time-code field is there
	// Diagnosis says why this is not a login that the driver can go through;
	// nil if it is.
	Diagnosis *Diagnosis
	Notes     []string // whole sentences for people
}

// Inspect opens a page and says what it asks for. The error is for what no
// diagnosis has a name for; an unreachable host is a diagnosis.
func Inspect(ctx context.Context, d Driver, u *url.URL) (Inspection, error) {
	s, err := Look(ctx, d, u)
	return s.Inspection, err
}

// Look is Inspect with all that the page shows.
func Look(ctx context.Context, d Driver, u *url.URL) (Survey, error) {
	none := func(why Diagnosis) Survey {
		return Survey{Inspection: Inspection{URL: Bare(u), Kind: KindNone, Diagnosis: &why}, Driver: d.Name()}
	}
	p, err := d.Open(ctx, u)
	if err != nil {
		var stop *Stopped
		switch {
		case errors.As(err, &stop):
			return none(stop.Diagnosis), nil
		case ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
			return Survey{}, ctx.Err()
		case errors.Is(err, context.DeadlineExceeded):
			return none(diagnose(Timeout, "%s did not answer.", Origin(u))), nil
		}
		return Survey{}, err
	}
	s := SurveyPage(p)
	s.Notes = append(notes(d, p, u), s.Notes...)
	if d.Name() == "browser" {
		s.Driver = "browser"
	}
	return s, nil
}

// notes are what somebody who sets the target up should know.
func notes(d Driver, p Page, asked *url.URL) []string {
	var out []string
	if Origin(p.URL) != Origin(asked) {
		out = append(out, fmt.Sprintf("The login is on another origin, %s: give that address, or allow that origin.", Origin(p.URL)))
	}
	if p.URL.Scheme == "http" && !Loopback(p.URL) {
		out = append(out, "The page is not encrypted; no password will be typed there.")
	}
	if skew := d.Skew(); skew.Known && skew.Offset.Abs()-skew.Within > 5*time.Second {
		out = append(out, fmt.Sprintf("The target's clock differs from this one by %s.", skew.Offset.Round(time.Second)))
	}
	return out
}
