package login

import (
	"time"

	"gatepass/store"
)

// A Verdict is the outcome of a verification in one word.
type Verdict string

// The verdicts.
const (
	// SignedIn: the proof was seen with the session and not without it.
	SignedIn Verdict = "signed-in"
	// Refused: the application answered, and did not let the account in.
	Refused Verdict = "refused"
	// Errored: it could not be found out: unreachable, unproven, not a login
	// that the driver can read, or stopped to protect a secret.
	Errored Verdict = "error"
)

// MFA tells what was seen of the second factor.
type MFA struct {
	Challenged bool
	Provider   string // "app" for the application's own, or "" when not challenged
	Factor     string // "totp", "hotp", "steam", "bypass_code", "push", or "" when nothing was answered
}

// A Result is all that a verification found out. But for Session it holds no secret.
type Result struct {
	Run       string // a short random name of this run
	Target    string
	Route     store.Route
	Driver    string
	Verdict   Verdict
	MFA       MFA
	Stages    []StageResult // all seven, in order
	Diagnosis *Diagnosis    // what went wrong, or is worth knowing; nil if nothing
	Elapsed   time.Duration
	Evidence  string       // the file that holds the timeline, or "" when none was kept
	Trail     Trail        // the way that the login took
	Facts     SessionFacts // what is known of the session
	Landed    string       // the page that the login ended on, as scheme, host and path; "" if it did not end
	Proof     store.Proof  // what proved it, as given or as found
	FactorAt  string       // the origin that asked for the second factor; "" if none did
	Logout    []string     // addresses that sign out, as far as they were seen
	Learned   []Grant      // what a person allowed during the run
	// Trust is how long the device is trusted that the login captured or began with; nil
	// for none. Who runs the login fills it in.
	Trust *store.DeviceTrust
	// Hidden is everything that must not be written down: what was typed, and what the
	// session is made of. Nothing else of a Result holds any of it, but for what
	// follows.
	Hidden *Secrets `json:"-"`
	// Device is what the second factor's host remembers this device by, if it was to;
	// secret like Session.
	Device []Cookie `json:"-"`
	// Session is what keeps the login alive, if it was proven. It holds secrets and is
	// never written down.
	Session *Session `json:"-"`
}

// OK reports whether the login was proven.
func (r Result) OK() bool { return r.Verdict == SignedIn }
