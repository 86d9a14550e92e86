package duo

import (
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	duoapi "github.com/duosecurity/duo_api_golang"

	"gatepass/store"
)

// What a call may take, and how long a rate limit is waited for. The waits and
// their number are those of Duo's own clients: after them, the limit is an error.
const (
	DefaultLimit = 30 * time.Second
	dialLimit    = 10 * time.Second
	firstWait    = time.Second
	longestWait  = 32 * time.Second
	maxWaits     = 6
	jitter       = time.Second
	// firstSilence is how long a host may be silent before that is told.
	firstSilence = 2500 * time.Millisecond
)

// userAgent is what gatepass calls itself; Duo's client adds its own name.
const userAgent = "gatepass"

// Config says which application of which tenant is spoken to, and how.
type Config struct {
	Host string       // the API host, without scheme: api-XXXXXXXX.duosecurity.com
	IKey string       // the integration key, 20 characters; not secret
	SKey store.Secret // the secret key, 40 characters
	// Roots are the certificate authorities that are trusted instead of those that
	// Duo pins; nil for Duo's.
	Roots *x509.CertPool
	Proxy *url.URL      // http, https or socks5; nil for none, whatever the environment says
	Limit time.Duration // for each try of a call; 0 means DefaultLimit
	Now   func() time.Time
	// Waiting, if set, is told until when a call waits and why, each time it does.
	Waiting func(until time.Time, why string)
	// Silent, if set, is told when a host has not answered for a while, and until when
	// it is waited for; by another goroutine, but never after the call has returned.
	Silent func(until time.Time)
	// Pace is shared by the applications of a tenant, so that each knows of a limit that
	// the other met; nil for one of its own.
	Pace *Pace
	// Tenant is what the tenant is called here, for what a person is told to type.
	Tenant string
}

// A Pace knows when Duo last limited the rate of calls. The zero Pace knows of no limit.
type Pace struct {
	mu      sync.Mutex
	limited time.Time // until when a limit was waited for
}

// met notes a limit that is waited for until then.
func (p *Pace) met(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.limited = until
}

// lately reports whether a limit was met in the last minute, what was waited for it not
// counted.
func (p *Pace) lately(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.limited.IsZero() && now.Sub(p.limited) < time.Minute
}

// client is what both applications share. It is safe for concurrent use.
type client struct {
	app     string // "Auth API" or "Admin API"
	host    string
	api     func() duoapi.DuoApi // behind a function: it holds the secret key, and fmt must not find it
	base    *http.Transport
	limit   time.Duration
	now     func() time.Time
	waiting func(time.Time, string)
	silent  func(time.Time)
	patient time.Duration // for how long a silence is not told
	pause   func(context.Context, time.Duration) error
	pace    *Pace
	tenant  string // as commands name it
}

// Auth is a tenant's Auth API application.
type Auth struct{ *client }

// Admin is a tenant's Admin API application.
type Admin struct{ *client }

// NewAuth prepares the Auth API; nothing is sent yet. It answers ErrConfig.
func NewAuth(c Config) (*Auth, error) {
	base, err := newClient("Auth API", c)
	return &Auth{base}, err
}

// NewAdmin prepares the Admin API; nothing is sent yet. It answers ErrConfig.
func NewAdmin(c Config) (*Admin, error) {
	base, err := newClient("Admin API", c)
	return &Admin{base}, err
}

func newClient(app string, c Config) (*client, error) {
	if err := CheckHost(c.Host, c.Roots != nil); err != nil {
		return nil, err
	}
	if err := CheckID("the integration key of the "+app, c.IKey); err != nil {
		return nil, err
	}
	if err := checkSecretKey(c.SKey); err != nil {
		return nil, fmt.Errorf("the %s: %w", app, err)
	}
	out := &client{app: app, host: c.Host, limit: c.Limit, now: c.Now, waiting: c.Waiting, silent: c.Silent, patient: firstSilence, pause: pause, pace: c.Pace, tenant: c.Tenant}
	if out.limit <= 0 {
		out.limit = DefaultLimit
	}
	if out.now == nil {
		out.now = time.Now
	}
	if out.pace == nil {
		out.pace = &Pace{}
	}
	if out.tenant == "" {
		out.tenant = "TENANT"
	}
	var proxy func(*http.Request) (*url.URL, error)
	if c.Proxy != nil {
		proxy = http.ProxyURL(c.Proxy)
	}
	api := duoapi.NewDuoApi(c.IKey, c.SKey.Reveal(), c.Host, userAgent,
		duoapi.SetProxy(proxy),
		duoapi.SetTransport(func(t *http.Transport) {
			if c.Roots != nil {
				t.TLSClientConfig.RootCAs = c.Roots // checking stays on; only who vouches is another
			}
			t.DialContext = (&net.Dialer{Timeout: dialLimit}).DialContext
			t.TLSHandshakeTimeout = dialLimit
			t.IdleConnTimeout = time.Minute
			out.base = t
		}))
	out.api = func() duoapi.DuoApi { return *api }
	return out, nil
}

// Close lets go of connections that are kept open for further calls.
func (c *client) Close() { c.base.CloseIdleConnections() }

// Format implements [fmt.Formatter]: a client is named by where it speaks to.
func (c *client) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, c.app+" at "+c.host)
}

// A request is one call of an API. Which signature it bears follows from its path.
type request struct {
	method   string
	path     string
	params   url.Values
	json     duoapi.JSONParams // instead of params: signed the newer way, which policies and integrations need
	unsigned bool
	needs    string // the permission of the Admin API that it needs, as the Admin Panel calls it
}

func (r request) String() string { return r.method + " " + r.path }

// call makes a request and decodes what was answered into into, which may be nil.
// While Duo limits the rate it waits, tells so, and asks anew.
func (c *client) call(ctx context.Context, r request, into any) (paging, error) {
	wait := firstWait
	for tries := 0; ; tries++ {
		a, err := c.send(ctx, r)
		switch {
		case err != nil:
			return paging{}, c.unanswered(ctx, r, err)
		case !a.limited:
			p, err := c.read(r, a, into)
			return p, c.explain(ctx, err)
		}
		delay := a.after
		if delay == 0 {
			delay = wait + rand.N(jitter)
		}
		if tries == maxWaits {
			c.pace.met(c.now())
			return paging{}, c.overLimit(r, tries+1)
		}
		c.pace.met(c.now().Add(delay))
		wait = min(2*wait, longestWait)
		c.tell(delay, "Duo limits how many calls are made")
		if err := c.pause(ctx, delay); err != nil {
			return paging{}, fmt.Errorf("%s: waiting for Duo's rate limit: %w", r, err)
		}
	}
}

// answer is what came back for one try.
type answer struct {
	status  int
	body    []byte
	limited bool
	after   time.Duration
}

// send makes one try through Duo's client.
func (c *client) send(ctx context.Context, r request) (answer, error) {
	if err := ctx.Err(); err != nil {
		return answer{}, err
	}
	try := &attempt{ctx: ctx, base: c.base, limit: c.limit}
	api := c.api()
	api.SetCustomHTTPClient(&http.Client{
		Transport: try,
		// A tenant does not send its callers elsewhere; a hotel's login page does.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	})
	defer c.watch()()
	var body []byte
	var err error
	switch {
	case r.unsigned:
		_, body, err = api.Call(r.method, r.path, r.params, duoapi.UseTimeout)
	case r.json != nil:
		_, body, err = api.JSONSignedCall(r.method, r.path, r.json, duoapi.UseTimeout)
	default:
		_, body, err = api.SignedCall(r.method, r.path, r.params, duoapi.UseTimeout)
	}
	return answer{status: try.status, body: body, limited: try.limited, after: try.after}, err
}

func (c *client) tell(d time.Duration, why string) {
	if c.waiting != nil {
		c.waiting(c.now().Add(d), why)
	}
}

// watch tells that a host is silent once it has been for a while. Nothing is told after
// the watch has ended.
func (c *client) watch() (end func()) {
	if c.silent == nil {
		return func() {}
	}
	until := c.now().Add(c.limit)
	over, left := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(left)
		patience := time.NewTimer(c.patient)
		defer patience.Stop()
		select {
		case <-patience.C:
			c.silent(until)
		case <-over:
		}
	}()
	return func() {
		close(over)
		<-left
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
