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
	Factor     string // "totp", "hotp", "steam", or "" when nothing was answered
}

// A Result is all that a verification found out. It holds no secret.
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
	Evidence  string // the file that holds the timeline, or "" when none was kept
}

// OK reports whether the login was proven.
func (r Result) OK() bool { return r.Verdict == SignedIn }
