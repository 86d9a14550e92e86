package auth

import (
	"context"
	"crypto/x509"
	"fmt"
	"net/url"
	"strings"
	"time"

	"gatepass/auth/duo"
	"gatepass/auth/login"
	"gatepass/auth/login/clock"
	"gatepass/store"
)

// The differences between clocks that matter to a time-based code. A server accepts
// a step of delay at most (RFC 6238 §5.2), so a step of thirty seconds is a likely
// cause of a refusal; from five on, codes near the end of their step fail.
const (
	ClockOff = 5 * time.Second
	ClockFar = 30 * time.Second
)

// clockPatience is how long a comparison may take. It needs some seconds at least: it
// waits for the moments when the other's second changes.
const clockPatience = 8 * time.Second

// A Clock is how far a clock that judges codes is from the Gate's own: positive when
// it is ahead.
type Clock struct {
	login.Skew
	Of       string // whose: an origin, or "Duo (api-….duosecurity.com)"
	Samples  int    // how many answers it rests on
	Unsteady bool   // the answers contradict one another
}

// Certain is the part of the difference that is beyond doubt: 0 or more.
func (c Clock) Certain() time.Duration { return max(c.Offset.Abs()-c.Within, 0) }

// Timed tells its time in whole seconds, as Duo's ping does.
type Timed interface {
	Ping(ctx context.Context) (time.Time, error)
}

// Offset compares the Gate's clock with the one that judges a target's codes: Duo's
// where the target names a Duo tenant, else that of the machine that serves its login
// page, by its Date header. It sends no secret. It answers [ErrUsage] for a target
// without a login page, [clock.ErrUntold] and what the network says.
func (g *Gate) Offset(ctx context.Context, name string) (Clock, error) {
	t, err := g.Targets.Get(name)
	if err != nil {
		return Clock{}, err
	}
	if t.Duo.Tenant != "" {
		return g.TenantClock(ctx, t.Duo.Tenant)
	}
	if t.URL == "" {
		return Clock{}, store.WithHint(fmt.Errorf("%w: %q has no login page whose clock could be asked", ErrUsage, name),
			fmt.Sprintf("Give it one: gatepass edit %s --url URL", name))
	}
	return g.PageClock(ctx, t.URL)
}

// PageClock compares the Gate's clock with that of the machine that serves a page.
func (g *Gate) PageClock(ctx context.Context, address string) (Clock, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return Clock{}, fmt.Errorf("%w: a login's address looks like https://app.example.com/login", ErrUsage)
	}
	server := clock.NewServer(u, nil, nil)
	defer server.Close()
	return g.compare(ctx, u.Scheme+"://"+u.Host, server.Time, 0)
}

// TenantClock compares the Gate's clock with Duo's, for a tenant that is known here.
// The question is not signed, so no key is read for it.
func (g *Gate) TenantClock(ctx context.Context, name string) (Clock, error) {
	t, err := g.tenants().Get(name)
	if err != nil {
		return Clock{}, err
	}
	roots, err := readRoots(t.CAFile)
	if err != nil {
		return Clock{}, err
	}
	client, err := g.timedDuo(t, roots)
	if err != nil {
		return Clock{}, err
	}
	defer client.Close()
	return g.ClockOf(ctx, "Duo ("+t.APIHost+")", client)
}

// timedDuo makes a client that can ask for the time and for nothing else: the key in
// it is none.
func (g *Gate) timedDuo(t store.Tenant, roots *x509.CertPool) (*duo.Auth, error) {
	const secretKeyLength = 40
	proxy, err := parseProxy(g.APIProxy)
	if err != nil {
		return nil, err
	}
	key := t.AuthIKey
	if key == "" {
		key = t.AdminIKey
	}
	return duo.NewAuth(duo.Config{
		Host: t.APIHost, IKey: key, SKey: store.NewSecret(strings.Repeat("0", secretKeyLength)),
		Roots: roots, Proxy: proxy, Limit: clockPatience, Now: g.Now,
	})
}

// ClockOf compares the Gate's clock with that of a service that tells its time.
func (g *Gate) ClockOf(ctx context.Context, of string, t Timed) (Clock, error) {
	return g.compare(ctx, of, t.Ping, 0)
}

// Skew compares the Gate's clock with that of the machine that serves a page, with
// fewer questions than Offset: to half a second.
func (g *Gate) Skew(ctx context.Context, address string) (login.Skew, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" {
		return login.Skew{}, fmt.Errorf("%w: a login's address looks like https://app.example.com/login", ErrUsage)
	}
	server := clock.NewServer(u, nil, nil)
	defer server.Close()
	c, err := g.compare(ctx, u.Host, server.Time, 2)
	return c.Skew, err
}

func (g *Gate) compare(ctx context.Context, of string, ask clock.Teller, samples int) (Clock, error) {
	ctx, cancel := context.WithTimeout(ctx, clockPatience)
	defer cancel()
	found, err := clock.Compare(ctx, ask, clock.Options{Now: g.Now, Samples: samples})
	if err != nil {
		return Clock{Of: of}, fmt.Errorf("the clock of %s: %w", of, err)
	}
	return Clock{Skew: found.Skew, Of: of, Samples: found.Samples, Unsteady: found.Unsteady}, nil
}
