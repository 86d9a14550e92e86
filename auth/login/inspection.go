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
	p, err := d.Open(ctx, u)
	if err != nil {
		var stop *Stopped
		switch {
		case errors.As(err, &stop):
			return Inspection{URL: Bare(u), Kind: KindNone, Diagnosis: &stop.Diagnosis}, nil
		case ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
			return Inspection{}, ctx.Err()
		case errors.Is(err, context.DeadlineExceeded):
			late := diagnose(Timeout, "%s did not answer.", Origin(u))
			return Inspection{URL: Bare(u), Kind: KindNone, Diagnosis: &late}, nil
		}
		return Inspection{}, err
	}
	step := Decide(p, Memory{})
	r := step.Reading
	in := Inspection{
		URL: Bare(p.URL), Status: p.Status, Title: p.Title, Kind: r.Kind,
		Username: r.Username >= 0, Password: r.Password >= 0, OTP: len(r.Code) > 0,
	}
	if step.Do == DoStop {
		stop := diagnose(step.Stop, "%s", (&run{page: p}).seen(step))
		in.Diagnosis = &stop
	}
	in.Notes = notes(d, p, u)
	return in, nil
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
