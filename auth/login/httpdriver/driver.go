// Package httpdriver signs in over plain HTTP: it reads server-rendered pages,
// sends their forms back with every hidden field, keeps cookies by the
// public-suffix list, and follows redirects by hand so that each hop can be
// checked before anything is sent there. It runs no scripts.
//
// Proxies named in the environment (HTTPS_PROXY and the like) are not used, on
// purpose. A verification answers for one way to the application: through the
// proxy that it was given, or straight. A proxy that came along unseen could make
// an exemption by address look right from the wrong machine, and would be one more
// place that the session passes through.
package httpdriver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

const (
	maxBody    = 4 << 20 // bytes; a login page larger than this is none
	maxHeaders = 1 << 20 // bytes
	maxHops    = 20      // what browsers allow (Fetch standard, HTTP-redirect fetch)
	maxTraffic = 500
)

// Options say how to reach the application.
type Options struct {
	Guard     *login.Guard     // who may be sent what; nil: nobody anything
	Proxy     *url.URL         // http, https or socks5; nil for none
	UserAgent string           // "" for gatepass's own
	RootCAs   *x509.CertPool   // authorities to trust; nil for this machine's
	Now       func() time.Time // required
	// Session is put in from the start, with its Authorization header for the origin
	// that it was made on; nil for none.
	Session *login.Session
}

// Driver signs in over plain HTTP. It is for one run and one goroutine.
type Driver struct {
	allowed   *login.Guard
	agent     string
	now       func() time.Time
	transport *http.Transport
	cookies   *cookies
	typed     login.Secrets
	clock     clock
	bearer    store.Secret // the Authorization header of a session, for bearerAt
	bearerAt  string
	at        *url.URL // the page in front
	traffic   []login.Exchange
	tokens    login.Tokens
}

var _ login.Driver = (*Driver)(nil)

// New makes a driver. Close ends it.
func New(o Options) (*Driver, error) {
	jar, err := newCookies()
	if err != nil {
		return nil, err
	}
	t := &http.Transport{
		ForceAttemptHTTP2:      true,
		TLSClientConfig:        &tls.Config{RootCAs: o.RootCAs, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    15 * time.Second,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: maxHeaders,
		OnProxyConnectResponse: proxyAnswer,
	}
	if o.Proxy != nil {
		t.Proxy = http.ProxyURL(o.Proxy)
	}
	agent := o.UserAgent
	if agent == "" {
		agent = "Mozilla/5.0 (compatible; gatepass; login verification)"
	}
	d := &Driver{allowed: o.Guard, agent: agent, now: o.Now, transport: t, cookies: jar}
	if o.Session != nil {
		jar.restore(o.Session.Cookies, o.Now())
		if at, err := url.Parse(o.Session.URL); err == nil {
			d.bearer, d.bearerAt = o.Session.Authorization, login.Origin(at)
		}
	}
	return d, nil
}

// Name implements [login.Driver].
func (d *Driver) Name() string { return "http" }

// Close implements [login.Driver].
func (d *Driver) Close() error {
	d.transport.CloseIdleConnections()
	return nil
}

// Open implements [login.Driver].
func (d *Driver) Open(ctx context.Context, u *url.URL) (login.Page, error) {
	if d.at != nil {
		if err := downgrade(d.at, u); err != nil {
			return login.Page{}, err
		}
	}
	return d.arrive(ctx, request{method: http.MethodGet, url: u, jar: d.cookies})
}

// Fetch implements [login.Driver].
func (d *Driver) Fetch(ctx context.Context, u *url.URL, session bool) (login.Answer, error) {
	r := request{method: http.MethodGet, url: u, jar: d.cookies, aside: true}
	if !session {
		// The control is somebody else: nothing of the session may come along,
		// but cookies set on the way belong to a visitor as well.
		jar, err := newCookies()
		if err != nil {
			return login.Answer{}, err
		}
		r.jar, r.note = jar, "control"
	}
	return d.follow(ctx, r)
}

// arrive takes in a page of the login.
func (d *Driver) arrive(ctx context.Context, r request) (login.Page, error) {
	a, err := d.follow(ctx, r)
	if err != nil {
		return login.Page{}, err
	}
	p, err := d.inFrames(ctx, a.Page)
	if err != nil {
		return login.Page{}, err
	}
	d.at = p.URL
	return p, nil
}

// Session implements [login.Driver]. Over plain HTTP there are cookies and nothing
// else.
func (d *Driver) Session(context.Context) (login.Session, error) {
	return login.Session{Driver: d.Name(), Agent: d.agent, Cookies: d.cookies.all()}, nil
}

// Restore implements [login.Driver].
func (d *Driver) Restore(_ context.Context, list []login.Cookie) error {
	d.cookies.restore(list, d.now())
	return nil
}

// Skew implements [login.Driver].
func (d *Driver) Skew() login.Skew { return d.clock.skew }

// Traffic implements [login.Driver].
func (d *Driver) Traffic() []login.Exchange { return d.traffic }

// proxyAnswer gives what a proxy said to a CONNECT, which the transport would make
// a mere text of.
func proxyAnswer(_ context.Context, _ *url.URL, _ *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &refusedByProxy{answer.StatusCode}
}

type refusedByProxy struct{ status int }

func (e *refusedByProxy) Error() string {
	return fmt.Sprintf("the proxy answered with status %d %s", e.status, http.StatusText(e.status))
}
