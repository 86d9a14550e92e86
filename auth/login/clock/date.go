package clock

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"gatepass/store"
)

// limit is how long one answer may take.
const limit = 5 * time.Second

// A Server tells its time in the Date header of whatever it answers. Nothing is sent
// to it but a request for an address: no cookies, no secrets. Redirects are not
// followed, for they may lead to another machine.
type Server struct {
	client *http.Client
	at     string
	method string
}

// NewServer makes a Server of an http or https address, without what stands behind
// its path. roots are the authorities that are trusted, nil for the system's; proxy
// is nil for none. Close ends it.
func NewServer(address *url.URL, roots *x509.CertPool, proxy *url.URL) *Server {
	t := &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 1,
		IdleConnTimeout:     30 * time.Second,
	}
	if proxy != nil {
		t.Proxy = http.ProxyURL(proxy)
	}
	bare := url.URL{Scheme: address.Scheme, Host: address.Host, Path: address.Path}
	return &Server{
		client: &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		at:     bare.String(),
		method: http.MethodHead,
	}
}

// Close lets its connections go.
func (s *Server) Close() { s.client.CloseIdleConnections() }

// Time is a [Teller]. It asks for the head of the page alone, and for the page where
// a server says nothing to that.
func (s *Server) Time(ctx context.Context) (time.Time, error) {
	at, err := s.ask(ctx)
	if err == nil || s.method == http.MethodGet || ctx.Err() != nil || !errors.Is(err, ErrUntold) {
		return at, err
	}
	s.method = http.MethodGet
	return s.ask(ctx)
}

func (s *Server) ask(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, s.method, s.at, nil)
	if err != nil {
		return time.Time{}, fmt.Errorf("read the address: %w", err)
	}
	req.Header.Set("Cache-Control", "no-cache")
	req.Header.Set("User-Agent", "Mozilla/5.0 (compatible; gatepass; clock)")
	res, err := s.client.Do(req)
	if err != nil {
		return time.Time{}, farOff(err)
	}
	defer func() { _ = res.Body.Close() }()
	at, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		err = ErrUntold
	}
	// A cache keeps the Date of what it kept, and says how old that is (RFC 9111 §5.1).
	if age, bad := strconv.Atoi(res.Header.Get("Age")); bad == nil && age > 0 {
		at = at.Add(time.Duration(age) * time.Second)
	}
	if s.method == http.MethodGet { // read a little, so that the connection can be used again
		_, _ = io.CopyN(io.Discard, res.Body, 64<<10)
	}
	return at, err
}

// farOff says what a certificate out of its time may mean.
func farOff(err error) error {
	var invalid x509.CertificateInvalidError
	if errors.As(err, &invalid) && invalid.Reason == x509.Expired {
		return store.WithHint(fmt.Errorf("ask for its time: %w", err),
			"Either its certificate has run out, or this machine's clock is off by weeks: look at the date here first.")
	}
	return fmt.Errorf("ask for its time: %w", err)
}
