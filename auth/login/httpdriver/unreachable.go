package httpdriver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"

	"gatepass/auth/login"
)

// way notes how far a request came. Errors of the TLS handshake have no type of
// their own, but the handshake says that it failed.
type way struct {
	mu        sync.Mutex
	handshake error
}

func (w *way) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.handshake = err
	}}
}

func (w *way) failedHandshake() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.handshake != nil
}

// unreachable names why no answer came.
func (w *way) unreachable(ctx context.Context, u *url.URL, err error) error {
	var (
		dns    *net.DNSError
		op     *net.OpError
		record tls.RecordHeaderError
		proxy  *refusedByProxy
	)
	where := login.Origin(u)
	byProxy := errors.As(err, &op) && (op.Op == "proxyconnect" || strings.HasPrefix(op.Op, "socks"))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &proxy):
		return login.Stop(login.Proxy, err, "On the way to %s %s.", where, proxy)
	case byProxy:
		return login.Stop(login.Proxy, err, "On the way to %s: %s.", where, cause(err))
	case errors.As(err, &dns):
		return login.Stop(login.DNS, err, "No address was found for %s.", login.Clean(u.Hostname()))
	case errors.As(err, &record):
		return login.Stop(login.TLS, err, "%s does not speak TLS on this port.", where)
	case isTimeout(err):
		return login.Stop(login.Timeout, err, "%s did not answer.", where)
	case w.failedHandshake():
		return login.Stop(login.TLS, err, "%s", certificate(where, err))
	case isRefused(err):
		return login.Stop(login.Connect, err, "%s: %s.", where, cause(err))
	}
	return login.Stop(login.Connect, err, "%s accepted the connection and closed it without an answer: %s.", where, cause(err))
}

// isRefused reports whether the connection itself was not made.
func isRefused(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// certificate says what is wrong with one.
func certificate(where string, err error) string {
	var (
		host      x509.HostnameError
		authority x509.UnknownAuthorityError
		invalid   x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &host):
		names := login.Clean(strings.Join(host.Certificate.DNSNames, ", "))
		if names == "" {
			names = "no name at all"
		}
		return "The certificate of " + where + " is for another name: " + names + "."
	case errors.As(err, &authority):
		return "The certificate of " + where + " is signed by an authority that this machine does not know."
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "The certificate of " + where + " is not valid at this machine's time: " + login.Clean(invalid.Detail) + "."
	case errors.As(err, &invalid):
		return "The certificate of " + where + " is not valid: " + cause(err) + "."
	}
	return "No encrypted connection to " + where + ": " + cause(err) + "."
}

// brokenOff names why an answer did not come to its end.
func brokenOff(ctx context.Context, u *url.URL, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case isTimeout(err):
		return login.Stop(login.Timeout, err, "%s did not finish its answer.", login.Origin(u))
	}
	return login.Stop(login.ServerError, err, "%s broke off its answer: %s.", login.Bare(u), cause(err))
}

func isTimeout(err error) bool {
	var t net.Error
	return errors.As(err, &t) && t.Timeout()
}

// cause is the innermost error's text: the outer ones repeat the address.
func cause(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return strings.TrimSuffix(login.Clean(err.Error()), ".")
		}
		err = inner
	}
}
