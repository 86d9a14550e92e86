package login

import (
	"fmt"
	"strings"
)

// A Code names a diagnosis. Codes are part of what gatepass promises to
// pipelines: they are added, never changed.
type Code string

// The diagnoses.
const (
	// The way to the page.
	DNS              Code = "dns"
	Connect          Code = "connect"
	TLS              Code = "tls"
	Proxy            Code = "proxy"
	Timeout          Code = "timeout"
	ServerError      Code = "server-error"
	RedirectLoop     Code = "redirect-loop"
	InsecureRedirect Code = "insecure-redirect"
	// The page.
	PageNotFound Code = "login-page-not-found"
	NeedsClick   Code = "needs-click"
	NeedsBrowser Code = "needs-browser"
	HTTPAuth     Code = "http-auth"
	AccessDenied Code = "access-denied"
	Captcha      Code = "captcha"
	PasskeyOnly  Code = "passkey-only"
	UnsafeForm   Code = "unsafe-form"
	TooManyPages Code = "too-many-pages"
	// What protects secrets.
	UnexpectedOrigin Code = "unexpected-origin"
	// The account.
	WrongCredentials Code = "wrong-credentials"
	AccountLocked    Code = "account-locked"
	AccountDisabled  Code = "account-disabled"
	PasswordExpired  Code = "password-expired"
	CSRFMismatch     Code = "csrf-mismatch"
	CookiesBlocked   Code = "cookies-blocked"
	NoPassword       Code = "no-password"
	TermsWanted      Code = "terms-to-accept"
	// The challenge.
	NotChallenged   Code = "mfa-not-prompted"
	StillAsked      Code = "mfa-still-asked"
	OtherChannel    Code = "otp-for-other-method"
	NeedsBackup     Code = "backup-code-wanted"
	EnrolmentNeeded Code = "enrolment-required"
	NoPasscode      Code = "no-passcode"
	NothingFresh    Code = "no-fresh-code"
	MethodMissing   Code = "method-not-offered"
	PersonNeeded    Code = "needs-person"
	WrongCode       Code = "otp-wrong"
	ReplayedCode    Code = "otp-replayed"
	ClockSkew       Code = "clock-skew"
	// What a person or a device gives.
	PushOnly        Code = "push-only"
	PushDenied      Code = "push-denied"
	PushTimeout     Code = "push-timeout"
	PolicyBlocked   Code = "blocked-by-policy"
	DeviceForgotten Code = "trusted-device-ended"
	DeviceUntaken   Code = "trusted-device-not-kept"
	WrongBypass     Code = "bypass-code-refused"
	NothingLeft     Code = "no-bypass-code"
	UnknownPrompt   Code = "unknown-prompt"
	// The session.
	NotPortable    Code = "session-not-portable"
	SecretStore    Code = "secret-store"
	NoSession      Code = "no-session"
	ProofNotSeen   Code = "proof-not-seen"
	Unproven       Code = "unproven"
	Interrupted    Code = "interrupted"
	UnknownFailure Code = "unknown"
)

// A Diagnosis names what went wrong, or what is worth knowing about a login
// that went well, and what to do next.
type Diagnosis struct {
	Code   Code
	Title  string // one sentence without a full stop
	Detail string // what was seen
	Remedy string // what to do next
}

// Codes lists every diagnosis there is.
func Codes() []Code {
	codes := make([]Code, 0, len(catalogue))
	for _, entry := range catalogue {
		codes = append(codes, entry.code)
	}
	return codes
}

// diagnose fills in what is known of a code. The detail is what was seen this time.
func diagnose(c Code, detail string, args ...any) Diagnosis {
	if len(args) > 0 {
		detail = fmt.Sprintf(detail, args...)
	}
	for _, entry := range catalogue {
		if entry.code == c {
			return Diagnosis{Code: c, Title: entry.title, Detail: detail, Remedy: entry.remedy}
		}
	}
	return Diagnosis{Code: UnknownFailure, Title: string(c), Detail: detail}
}

// Stop makes the error with which a driver ends a run.
func Stop(c Code, err error, detail string, args ...any) *Stopped {
	s := &Stopped{Diagnosis: diagnose(c, detail, args...), Err: err}
	if c == UnexpectedOrigin {
		s.Diagnosis.Remedy = remedyOf(err)
	}
	return s
}

// For puts the target's name where a remedy has a command to run.
func (d Diagnosis) For(target string) Diagnosis {
	d.Remedy = strings.ReplaceAll(d.Remedy, "NAME", target)
	return d
}
