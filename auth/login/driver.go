package login

import (
	"context"
	"net/url"
	"slices"
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
	// Session is what keeps the login alive at this moment. Target, URL, At and what
	// is Fresh are not the driver's to know.
	Session(ctx context.Context) (Session, error)
	// Restore puts cookies of an earlier login into the driver. It comes before Open.
	Restore(ctx context.Context, cookies []Cookie) error
	// Skew is how far the target's clock is ahead of ours.
	Skew() Skew
	// Traffic lists what was requested so far.
	Traffic() []Exchange
	// Close ends it and everything it started.
	Close() error
}

// A Watcher is a driver whose page can change without being acted on. A page over
// plain HTTP cannot.
type Watcher interface {
	// Watch blocks until the page in front is another than after, or the context
	// ends.
	Watch(ctx context.Context, after Page) (Page, error)
}

// A Pictured driver has a picture of the page in front.
type Pictured interface {
	// Picture gives a still in which what was typed is masked.
	Picture(ctx context.Context) (Picture, error)
}

// A Picky driver knows which cookies it would not take.
type Picky interface {
	// Refused lists the cookies that the login's own origins wanted to set and could
	// not, each once.
	Refused() []RefusedCookie
}

// A RefusedCookie is a cookie that was not taken.
type RefusedCookie struct {
	Name, Host string
	Why        string // as the driver calls it: "SameSiteNoneInsecure"
}

// A Picture is a still of a page.
type Picture struct {
	PNG           []byte
	Width, Height int // in pixels
}

// A Submission is what to put into a form and how to send it.
type Submission struct {
	Form   int // index in Page.Forms, or NoForm
	Inputs []Input
	Choice *Choice // what is chosen before the button is pressed, or nil
	Button int     // index in Page.Buttons, or -1 for none
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

// RolesOf lists what the inputs are, each once.
func RolesOf(inputs []Input) []Role {
	var roles []Role
	for _, in := range inputs {
		if !slices.Contains(roles, in.Role) {
			roles = append(roles, in.Role)
		}
	}
	return roles
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
	URL     string   // scheme, host and path
	Status  int      // 0 when no answer came
	Type    string   // the answer's media type
	Cookies []string // names of those that the answer sets
	// Values are what went along and came back, by name, each with a token in place
	// of the value: the same value has the same token throughout a run.
	Values []Value
	Note   string
}

// A Value is a value that is not told.
type Value struct {
	In    string // "query", "form", "cookie", "set-cookie"
	Name  string
	Token string // "token1", or what it is of the run's secrets: "password"
}

// Stopped is why a driver did not go on.
type Stopped struct {
	Diagnosis Diagnosis
	Err       error // the cause, if there is one
}

func (s *Stopped) Error() string { return s.Diagnosis.Title }
func (s *Stopped) Unwrap() error { return s.Err }
