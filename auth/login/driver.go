package login

import (
	"context"
	"net/url"
	"time"

	"gatepass/store"
)

// A Driver turns what is in front of it into Pages and carries out what was
// decided. It is used by one run, from one goroutine, and knows nothing of
// targets, stages or verdicts.
//
// Every method may answer a [*Stopped]: the driver refused to go on, in order to
// protect a secret or because there was no sense in it, and says so as a diagnosis.
type Driver interface {
	// Name is "http" or "browser".
	Name() string
	// Open goes to an address.
	Open(ctx context.Context, u *url.URL) (Page, error)
	// Submit fills in and sends a form of the page that was returned last.
	Submit(ctx context.Context, p Page, s Submission) (Page, error)
	// Fetch requests an address beside the login, with the session or, for the
	// control, as somebody who never signed in. Redirects are followed.
	Fetch(ctx context.Context, u *url.URL, session bool) (Answer, error)
	// Cookies names the cookies that are held, as name@host, each with a token that
	// changes when its value does.
	Cookies() map[string]string
	// Skew is how far the target's clock is ahead of ours.
	Skew() Skew
	// Traffic lists what was requested so far.
	Traffic() []Exchange
	// Close ends it and everything it started.
	Close() error
}

// A Submission is what to put into a form and how to send it.
type Submission struct {
	Form   int // index in Page.Forms, or NoForm
	Inputs []Input
	Button int // index in Page.Buttons, or -1 for none
	// Bearer says that the form's own hidden values are as good as credentials:
	// what an identity provider sends on after the password signs in whoever has
	// it. It must go to allowed origins only, even without inputs.
	Bearer bool
}

// An Input is one value for one field.
type Input struct {
	Field int // index in Page.Fields
	Role  Role
	Value store.Secret
}

// An Answer is what came back to a Fetch.
type Answer struct {
	Page Page
	Body string // the text of the body, at most a few megabytes
}

// Skew is the difference between two clocks: positive when the target's is ahead.
type Skew struct {
	Offset time.Duration
	// Within is the uncertainty: the true difference lies within Offset ± Within.
	// An HTTP Date header has whole seconds, so it is never under half of one.
	Within time.Duration
	Known  bool
}

// An Exchange is one request and its answer as evidence may keep it: no query,
// no values, no bodies.
type Exchange struct {
	At      time.Time
	Method  string
	URL     string // scheme, host and path
	Status  int    // 0 when no answer came
	Type    string // the answer's media type
	Cookies []string
	Note    string
}

// Stopped is why a driver did not go on.
type Stopped struct {
	Diagnosis Diagnosis
	Err       error // the cause, if there is one
}

func (s *Stopped) Error() string { return s.Diagnosis.Title }
func (s *Stopped) Unwrap() error { return s.Err }
