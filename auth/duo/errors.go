package duo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// What an [Error] is, for errors.Is.
var (
	ErrIKey        = errors.New("the integration key is not known")
	ErrSignature   = errors.New("the signature is not accepted")
	ErrClock       = errors.New("the clocks differ too much")
	ErrWrongKind   = errors.New("the key belongs to another kind of application")
	ErrForbidden   = errors.New("the application may not do that")
	ErrInvalid     = errors.New("a parameter is not accepted")
	ErrNotThere    = errors.New("there is no such thing at Duo")
	ErrRateLimited = errors.New("the rate of calls is limited")
	ErrServer      = errors.New("a problem of Duo's own")
	ErrNotDuo      = errors.New("something else than Duo answered")
	ErrNoAnswer    = errors.New("no answer came")
	ErrUnreachable = errors.New("the host cannot be reached")
	ErrUntrusted   = errors.New("the certificate is not one of Duo's")
)

var errNoAnswer = ErrNoAnswer

// Duo's error codes. The first three digits are the HTTP status.
const (
	codeMissing    = 40001
	codeInvalid    = 40002
	codeNoAuth     = 40101
	codeIKey       = 40102
	codeSignature  = 40103
	codeNoDate     = 40104
	codeClock      = 40105
	codeForbidden  = 40301
	codeNotThere   = 40401
	codeManyCalls  = 42901
	wrongKindWords = "Wrong integration type"
)

// An Error is a call that did not succeed. Its text is a sentence and holds nothing
// secret; what Duo said stands in it, cleaned, in quotation marks.
type Error struct {
	Call   string // "GET /admin/v1/users"
	App    string // "Auth API" or "Admin API"
	Host   string
	Status int // HTTP, 0 where there was no answer
	Code   int // Duo's, 0 where it gave none
	// Message and Detail are Duo's words, cleaned.
	Message, Detail string
	// Skew is how far Duo's clock is ahead of this machine's, for ErrClock.
	Skew time.Duration

	kind  error
	cause error
	text  string
	hints []string
}

// Error implements error.
func (e *Error) Error() string { return e.text }

// Hints implements [store.Hinter].
func (e *Error) Hints() []string { return e.hints }

// Unwrap gives what the error is, and the network's own error where there is one.
func (e *Error) Unwrap() []error {
	if e.cause == nil {
		return []error{e.kind}
	}
	return []error{e.kind, e.cause}
}

// said quotes Duo's own words.
func (e *Error) said() string {
	words := e.Message
	if e.Detail != "" {
		words += ": " + e.Detail
	}
	if words == "" {
		words = "no reason given"
	}
	return fmt.Sprintf("\u201c%s\u201d (%d)", clip(words), e.Code)
}

// clip keeps Duo's words to a length that fits an error.
func clip(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// refused makes an error of an answer that says FAIL.
func (c *client) refused(r request, status, code int, message, detail string) error {
	e := &Error{Call: r.String(), App: c.app, Host: c.host, Status: status, Code: code, Message: message, Detail: detail}
	switch {
	case code == codeIKey:
		e.kind, e.text = ErrIKey, fmt.Sprintf("Duo at %s does not know the integration key of the %s: %s", c.host, c.app, e.said())
		e.hints = []string{"Compare the integration key and the API hostname with the application's page in the Admin Panel; a key is known at its own tenant's host only."}
	case code == codeSignature:
		c.badSignature(e)
	case code == codeClock, code == codeNoDate:
		e.kind, e.text = ErrClock, "Duo refused the time of the request: "+e.said()
	case code == codeForbidden && strings.Contains(detail+message, wrongKindWords):
		e.kind = ErrWrongKind
		e.text = fmt.Sprintf("the key that was given for the %s belongs to another kind of application: %s", c.app, e.said())
		e.hints = []string{fmt.Sprintf("Auth API and Admin API are two applications with keys of their own. Take the keys from the page of the application whose type is %q.", c.app)}
	case status == http.StatusForbidden:
		c.forbidden(e, r)
	case code == codeNotThere, status == http.StatusNotFound:
		e.kind, e.text = ErrNotThere, fmt.Sprintf("Duo has nothing there: %s for %s", e.said(), r)
	case code == codeManyCalls, status == http.StatusTooManyRequests:
		e.kind, e.text = ErrRateLimited, "Duo limits the rate of calls: "+e.said()
		e.hints = []string{hintLimited}
	case code == codeMissing, code == codeInvalid, status == http.StatusBadRequest:
		e.kind, e.text = ErrInvalid, fmt.Sprintf("Duo did not accept %s: %s", r, e.said())
	case status >= 500:
		e.kind, e.text = ErrServer, fmt.Sprintf("Duo has a problem of its own with %s: %s", r, e.said())
		e.hints = []string{hintStatus}
	default:
		e.kind, e.text = ErrForbidden, fmt.Sprintf("Duo refused %s: %s", r, e.said())
	}
	return e
}

const (
	hintLimited = "Wait a minute. Logs may be asked for once a minute, most else 50 to 300 times; other programs with the same keys count too."
	hintStatus  = "Try again in a minute. Whether others have the problem too: https://status.duo.com"
)

// badSignature tells a wrong secret key from an answer that only looks like one.
func (c *client) badSignature(e *Error) {
	e.kind = ErrSignature
	if c.pace.lately(c.now()) {
		e.cause = ErrRateLimited // so that nobody takes it for a wrong key
		e.text = fmt.Sprintf("Duo did not accept the signature of the %s, less than a minute after it had limited the rate of calls: %s", c.app, e.said())
		e.hints = []string{"After a rate limit that does not mean a wrong key: wait a minute and try again before you change any key."}
		return
	}
	e.text = fmt.Sprintf("Duo does not accept the secret key of the %s: %s", c.app, e.said())
	e.hints = []string{
		"The secret key is another application's, was replaced in the Admin Panel, or was not copied whole. Give it again: gatepass duo add " + c.tenant + " --replace --" + flagOf(c.app) + "-skey-file -",
		"Another program's error with this text may only mean that it was limited and asked again without its data.",
	}
}

func flagOf(app string) string { return strings.ToLower(strings.TrimSuffix(app, " API")) }

// forbidden says which permission is missing, and that an address may be, too: Duo
// gives both the same answer.
func (c *client) forbidden(e *Error, r request) {
	e.kind = ErrForbidden
	e.text = fmt.Sprintf("Duo does not let the %s do that: %s for %s", c.app, e.said(), r)
	if r.needs != "" {
		e.hints = append(e.hints, fmt.Sprintf("In the Admin Panel, on the page of this %s application, tick %q.", c.app, r.needs))
	}
	e.hints = append(e.hints, "If that is ticked: the page's “Networks for API access” must hold the address that this machine has for Duo.")
}

// explain adds to an error what another question to Duo can tell.
func (c *client) explain(ctx context.Context, err error) error {
	var e *Error
	if !errors.As(err, &e) || !errors.Is(err, ErrClock) {
		return err
	}
	hint := "Set this machine's clock: timedatectl set-ntp true"
	skew, failed := c.Skew(ctx)
	switch {
	case failed != nil:
	case skew > -time.Minute && skew < time.Minute:
		e.Skew = skew
		e.text = "Duo refused the time of the request, though the clocks agree: " + e.said()
		hint = "The request may have been held back on its way for minutes; look at the network and try again."
	default:
		e.Skew = skew
		e.text = fmt.Sprintf("Duo refused the time of the request: its clock is %s this machine's: %s", Ahead(skew), e.said())
	}
	e.hints = []string{hint}
	return e
}

// Ahead puts a difference of clocks into words, "1 min 4 s ahead of" or "12 s behind".
func Ahead(d time.Duration) string {
	word := "ahead of"
	if d < 0 {
		d, word = -d, "behind"
	}
	d = d.Round(time.Second)
	if d < time.Minute {
		return fmt.Sprintf("%d s %s", d/time.Second, word)
	}
	return fmt.Sprintf("%d min %d s %s", d/time.Minute, d%time.Minute/time.Second, word)
}

func (c *client) overLimit(r request, tries int) error {
	return &Error{Call: r.String(), App: c.app, Host: c.host, Status: http.StatusTooManyRequests, Code: codeManyCalls, kind: ErrRateLimited,
		text: fmt.Sprintf("Duo still limits the rate of calls after %d tries of %s", tries, r), hints: []string{hintLimited}}
}

// notDuo is an answer in another form than Duo's: a web page, most often.
func (c *client) notDuo(r request, a answer) error {
	e := &Error{Call: r.String(), App: c.app, Host: c.host, Status: a.status, kind: ErrNotDuo}
	what := "no answer that Duo gives"
	if looksLikePage(a.body) {
		what = "a web page"
	}
	if len(a.body) == 0 {
		what = "nothing"
	}
	e.text = fmt.Sprintf("%s answered %s with HTTP %d and %s, not with an answer of Duo's API", c.host, r, a.status, what)
	switch {
	case a.status >= 500:
		e.kind, e.hints = ErrServer, []string{hintStatus}
	case a.status/100 == 3:
		e.hints = []string{"It sends elsewhere, as the login page of a network does. Sign in to the network, or use another."}
	default:
		e.hints = []string{"Look whether the API hostname is right, and whether a proxy stands in between that answers in Duo's place."}
	}
	return e
}

func looksLikePage(body []byte) bool {
	head := strings.ToLower(strings.TrimSpace(string(body[:min(len(body), 512)])))
	return strings.HasPrefix(head, "<")
}

// unanswered names why there was no answer.
func (c *client) unanswered(ctx context.Context, r request, err error) error {
	var inURL *url.Error
	if errors.As(err, &inURL) {
		err = inURL.Err
	}
	if ctx.Err() != nil && !errors.Is(err, errNoAnswer) {
		return fmt.Errorf("%s: %w", r, context.Cause(ctx))
	}
	e := &Error{Call: r.String(), App: c.app, Host: c.host, cause: err}
	var verify *tls.CertificateVerificationError
	var header tls.RecordHeaderError
	var lookup *net.DNSError
	var dial *net.OpError
	var timeout net.Error
	switch {
	case errors.As(err, &verify):
		c.untrusted(e, verify)
	case errors.As(err, &header):
		e.kind, e.text = ErrNotDuo, c.host+" does not speak TLS"
		e.hints = []string{"Look whether the API hostname and its port are right."}
	case errors.As(err, &lookup):
		e.kind, e.text = ErrUnreachable, fmt.Sprintf("there is no address for %s", c.host)
		e.hints = []string{"Look at the spelling of the API hostname, and whether this network resolves outside names: " + hintProxy}
	case errors.Is(err, errNoAnswer), errors.As(err, &timeout) && timeout.Timeout():
		within := dialLimit // or TLS took too long
		if errors.Is(err, errNoAnswer) {
			within = c.limit
		}
		e.kind, e.text = ErrNoAnswer, fmt.Sprintf("Duo at %s did not answer %s within %s", c.host, r, within)
		e.hints = []string{"Look whether this machine may reach it: " + hintProxy}
		if r.method != http.MethodGet {
			e.hints = append(e.hints, "Whether Duo did it is not known: look before you try again.")
		}
	case errors.As(err, &dial):
		e.kind, e.text = ErrUnreachable, fmt.Sprintf("%s cannot be reached: %s", c.host, Clean(dial.Err.Error()))
		e.hints = []string{"Look whether this machine may reach it: " + hintProxy}
	default:
		e.kind, e.text = ErrUnreachable, fmt.Sprintf("the connection to %s broke: %s", c.host, Clean(err.Error()))
		e.hints = []string{"Look whether a proxy stands in between; one of your own " + strings.TrimPrefix(hintProxy, "a proxy ")}
	}
	return e
}

const hintProxy = "a proxy is used only where it is named, --api-proxy URL"

// untrusted says who vouches for the certificate instead of one of Duo's, which
// names the box that inspects TLS.
func (c *client) untrusted(e *Error, verify *tls.CertificateVerificationError) {
	e.kind = ErrUntrusted
	by, until := "", time.Time{}
	if certs := verify.UnverifiedCertificates; len(certs) > 0 {
		by, until = Clean(certs[len(certs)-1].Issuer.CommonName), certs[0].NotAfter
	}
	var invalid x509.CertificateInvalidError
	var host x509.HostnameError
	switch {
	case errors.As(verify.Err, &host):
		e.text = fmt.Sprintf("the certificate that %s shows is for another host", c.host)
		e.hints = []string{"Look whether the API hostname is right, and whether a proxy answers in Duo's place."}
	case errors.As(verify.Err, &invalid) && invalid.Reason == x509.Expired:
		e.text = fmt.Sprintf("the certificate of %s is not valid at this machine's time (it ends %s)", c.host, until.UTC().Format(time.DateOnly))
		e.hints = []string{"Look at this machine's clock."}
	default:
		e.text = fmt.Sprintf("the certificate of %s comes from “%s”, which is none of the authorities that Duo uses", c.host, by)
		e.hints = []string{
			"A network that inspects TLS does this. Ask it to leave *.duosecurity.com alone, which Duo asks for too.",
			"Or trust that authority for this tenant alone: gatepass duo add " + c.tenant + " --replace --ca-file FILE",
		}
	}
}
