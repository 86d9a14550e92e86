package login

import "time"

// A Stage is one part of a login that succeeds or fails by itself. Every
// verification reports all of them, in the order of [Stages].
type Stage string

// The stages.
const (
	StageReach       Stage = "reach"       // the login page answered and is one
	StageCredentials Stage = "credentials" // username and password were accepted
	StageChallenge   Stage = "challenge"   // a second factor was asked for, or not
	StagePasscode    Stage = "passcode"    // the passcode was accepted
	StageSession     Stage = "session"     // cookies appeared that were not there before
	StageProof       Stage = "proof"       // what only a signed-in user sees was seen
	StageControl     Stage = "control"     // the same request without the session differs
)

// Stages lists every stage in its order.
func Stages() []Stage {
	return []Stage{
		StageReach, StageCredentials, StageChallenge, StagePasscode,
		StageSession, StageProof, StageControl,
	}
}

// State is how a stage stands.
type State string

// The states. Only Running is not final.
const (
	Running State = "run"
	Pass    State = "pass"
	Fail    State = "fail"
	Skip    State = "skip"
)

// An Event tells that a stage began, changed its note, or ended. It never holds
// a secret, and its texts hold no control characters, so it can be shown as it is.
type Event struct {
	Run   string        // which run it belongs to
	Stage Stage         //
	State State         //
	At    time.Duration // when the stage began, since the run began
	Took  time.Duration // how long the stage has taken; final once State is
	URL   string        // scheme, host and path of the page it happened on, or ""
	Note  string        // one line for people
	// Until is when a wait ends at the latest; zero where nothing is waited for.
	Until time.Time
	// Number is what the prompt wants to be typed into the phone before a login is
	// approved (verified push); "" where it shows none.
	Number string
	// Person reports that the wait is for a person, not for a code.
	Person bool
}

// A StageResult is how a stage ended.
type StageResult struct {
	Name  Stage
	State State
	At    time.Duration // since the run began
	Took  time.Duration
	URL   string
	Note  string
}
