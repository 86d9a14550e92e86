package cli

import (
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// resultOutput is what verify --json promises.
type resultOutput struct {
	Target    string           `json:"target"`
	Run       string           `json:"run"`
	Route     store.Route      `json:"route"`
	Driver    string           `json:"driver"`
	Verdict   login.Verdict    `json:"verdict"`
	MFA       mfaOutput        `json:"mfa"`
	Stages    []stageOutput    `json:"stages"`
	Diagnosis *diagnosisOutput `json:"diagnosis"`
	Session   sessionOutput    `json:"session"`
	Device    *trustOutput     `json:"device"` // the trusted device of the login; null: there was none
	Learned   []grantOutput    `json:"learned"`
	ElapsedMS int64            `json:"elapsed_ms"`
	Evidence  *string          `json:"evidence"`
}

// sessionOutput is what is known of the session, without its values.
type sessionOutput struct {
	Cookies        []string    `json:"cookies"`         // that appeared or changed, as name@host
	LocalStorage   []string    `json:"local_storage"`   // likewise, as name@origin
	SessionStorage []string    `json:"session_storage"` // likewise
	Header         bool        `json:"header"`          // the application's own requests carry an Authorization header
	Until          *string     `json:"until"`           // when the first of it ends, RFC 3339; null: it does not tell
	BareClient     login.Trait `json:"bare_client"`     // "yes", "no", "untried"
}

// grantOutput is an origin that was allowed during the run.
type grantOutput struct {
	Origin string   `json:"origin"`
	For    []string `json:"for"` // empty: everything
}

func sessionJSON(f login.SessionFacts) sessionOutput {
	out := sessionOutput{
		Cookies: list(f.Cookies), LocalStorage: list(f.LocalStorage), SessionStorage: list(f.TabStorage),
		Header: f.Header, BareClient: f.BareClient,
	}
	if out.BareClient == "" {
		out.BareClient = login.Untried
	}
	if !f.Until.IsZero() {
		out.Until = orNull(f.Until.UTC().Format(time.RFC3339))
	}
	return out
}

type mfaOutput struct {
	Challenged bool    `json:"challenged"`
	Provider   *string `json:"provider"`
	Factor     *string `json:"factor"`
}

type stageOutput struct {
	Name   login.Stage `json:"name"`
	State  login.State `json:"state"`
	AtMS   int64       `json:"at_ms"`
	TookMS int64       `json:"took_ms"`
	URL    *string     `json:"url"`
	Note   string      `json:"note"`
}

type diagnosisOutput struct {
	Code   login.Code `json:"code"`
	Title  string     `json:"title"`
	Detail string     `json:"detail"`
	Remedy string     `json:"remedy"`
}

func resultJSON(r login.Result, now time.Time) resultOutput {
	out := resultOutput{
		Target: r.Target, Run: r.Run, Route: r.Route, Driver: r.Driver, Verdict: r.Verdict,
		MFA:     mfaOutput{r.MFA.Challenged, orNull(r.MFA.Provider), orNull(r.MFA.Factor)},
		Session: sessionJSON(r.Facts), Device: trustJSON(r.Trust, r.Target, now), Learned: []grantOutput{},
		ElapsedMS: r.Elapsed.Milliseconds(), Evidence: orNull(r.Evidence),
	}
	for _, g := range login.Keep(r.Learned) {
		out.Learned = append(out.Learned, grantOutput{g.Origin, list(g.For)})
	}
	for _, s := range r.Stages {
		out.Stages = append(out.Stages, stageOutput{s.Name, s.State, s.At.Milliseconds(), s.Took.Milliseconds(), orNull(s.URL), s.Note})
	}
	if d := r.Diagnosis; d != nil {
		out.Diagnosis = &diagnosisOutput{d.Code, d.Title, d.Detail, d.Remedy}
	}
	return out
}

// orNull makes JSON say null where there is nothing.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
