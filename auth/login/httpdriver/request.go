package httpdriver

import (
	"context"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sort"
	"strings"

	"gatepass/auth/login"
)

// request is one request and what it carries.
type request struct {
	method  string
	url     *url.URL
	body    string       // an encoded form
	enc     string       // the body's media type
	secret  bool         // it carries what signs in
	roles   []login.Role // what was typed into it
	from    *url.URL     // the page that sends it, or nil
	crossed bool         // it was redirected to another origin on the way
	jar     *cookies
	aside   bool   // not part of the login's pages
	note    string // for the traffic list
}

// follow sends a request and follows redirects, checking each hop.
func (d *Driver) follow(ctx context.Context, r request) (login.Answer, error) {
	for range maxHops {
		if err := d.guard(ctx, r); err != nil {
			return login.Answer{}, err
		}
		resp, err := d.send(ctx, r)
		if err != nil {
			return login.Answer{}, err
		}
		next, err := location(resp)
		if err != nil || next == nil {
			if err != nil {
				_ = resp.Body.Close()
				return login.Answer{}, err
			}
			return d.read(ctx, resp)
		}
		_ = resp.Body.Close()
		if r, err = r.redirected(resp.StatusCode, next); err != nil {
			return login.Answer{}, err
		}
	}
	return login.Answer{}, login.Stop(login.RedirectLoop, nil, "After %d redirects it was at %s.", maxHops, login.Bare(r.url))
}

// location is where a response redirects to; nil if it does not.
func location(resp *http.Response) (*url.URL, error) {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	to := strings.TrimSpace(resp.Header.Get("Location"))
	if to == "" {
		return nil, nil
	}
	u, err := resp.Request.URL.Parse(to)
	if err != nil {
		return nil, login.Stop(login.ServerError, nil, "%s redirected to an address that cannot be read.", login.Bare(resp.Request.URL))
	}
	return u, nil
}

// redirected makes the request that a redirect asks for (RFC 9110 §15.4): 307 and
// 308 repeat method and body, the others become a GET. The guard sees it next.
func (r request) redirected(status int, next *url.URL) (request, error) {
	if err := downgrade(r.url, next); err != nil {
		return request{}, err
	}
	if next.Scheme != "http" && next.Scheme != "https" || next.Host == "" {
		return request{}, login.Stop(login.NeedsBrowser, nil, "%s redirected to an address of the kind %q, which is for an application on this machine.", login.Bare(r.url), login.Clean(next.Scheme))
	}
	if next.Fragment == "" {
		next.Fragment = r.url.Fragment
	}
	r.crossed = r.crossed || login.Origin(r.url) != login.Origin(next)
	r.url = next
	if status != http.StatusTemporaryRedirect && status != http.StatusPermanentRedirect {
		r.method, r.body, r.enc, r.secret, r.roles = http.MethodGet, "", "", false, nil
	}
	return r, nil
}

// downgrade refuses to go from https to plain http: the session would be read on
// the way. Go knows no HSTS, so it is refused outright.
func downgrade(from, to *url.URL) error {
	if from.Scheme == "https" && to.Scheme == "http" && !login.Loopback(to) {
		return login.Stop(login.InsecureRedirect, nil, "%s redirected to %s.", login.Bare(from), login.Bare(to))
	}
	return nil
}

// send makes one request and takes note of it.
func (d *Driver) send(ctx context.Context, r request) (*http.Response, error) {
	var way way
	ctx = httptrace.WithClientTrace(ctx, way.trace())
	req, err := http.NewRequestWithContext(ctx, r.method, r.url.String(), strings.NewReader(r.body))
	if err != nil {
		return nil, login.Stop(login.ServerError, nil, "The address %s cannot be requested.", login.Bare(r.url))
	}
	d.header(req, r)
	sent := d.now()
	resp, err := d.transport.RoundTrip(req)
	if err != nil {
		d.record(r, nil)
		return nil, way.unreachable(ctx, r.url, err)
	}
	if d.allowed == nil || d.allowed.May(r.url) {
		d.clock.sample(resp.Header, sent, d.now())
	}
	r.jar.set(r.url, resp.Cookies(), d.now())
	d.record(r, resp)
	return resp, nil
}

func (d *Driver) header(req *http.Request, r request) {
	h := req.Header
	h.Set("User-Agent", d.agent)
	h.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	h.Set("Accept-Language", "en;q=1.0,*;q=0.5")
	if r.enc != "" {
		h.Set("Content-Type", r.enc)
	}
	if r.aside { // whoever signed in before must not answer from a cache
		h.Set("Cache-Control", "no-cache")
	}
	if referer := r.referer(); referer != "" {
		h.Set("Referer", referer)
	}
	if r.from != nil && r.method == http.MethodPost {
		h.Set("Origin", r.origin())
	}
	for _, c := range r.jar.of(r.url) {
		req.AddCookie(c)
	}
	if r.jar == d.cookies && !d.bearer.IsZero() && login.Origin(r.url) == d.bearerAt {
		h.Set("Authorization", d.bearer.Reveal())
	}
}

// origin is the Origin header's value: "null" after a redirect between origins
// (Fetch standard).
func (r request) origin() string {
	if r.crossed {
		return "null"
	}
	return login.Origin(r.from)
}

// referer is the Referer header's value by the policy that browsers have:
// strict-origin-when-cross-origin. Frameworks check it against forged requests.
func (r request) referer() string {
	switch {
	case r.from == nil || r.from.Scheme == "https" && r.url.Scheme != "https":
		return ""
	case login.Origin(r.from) != login.Origin(r.url):
		return login.Origin(r.from) + "/"
	}
	whole := *r.from
	whole.User, whole.Fragment, whole.RawFragment = nil, "", ""
	return whole.String()
}

// record adds to the traffic list what may be kept: no query, no values.
func (d *Driver) record(r request, resp *http.Response) {
	if len(d.traffic) >= maxTraffic {
		return
	}
	e := login.Exchange{At: d.now(), Method: r.method, URL: d.typed.Bare(r.url), Note: r.note, Values: d.sentValues(r)}
	if resp == nil {
		e.Note = strings.TrimPrefix(e.Note+", no answer", ", ")
	} else {
		e.Status = resp.StatusCode
		media, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
		if err == nil || media != "" {
			e.Type = d.typed.Clean(media)
		}
		for _, c := range resp.Cookies() {
			e.Cookies = append(e.Cookies, d.typed.Clean(c.Name))
			e.Values = append(e.Values, d.value("set-cookie", c.Name, c.Value))
		}
		sort.Strings(e.Cookies)
	}
	d.traffic = append(d.traffic, e)
}

// guard is asked before every single request. It answers what would give a secret
// away: in the body, in the address, in a cookie.
//
// What is sent on purpose is asked about, if there is somebody to ask. What turns up
// in an address or a cookie by itself is not: whoever put it there had no business
// to.
func (d *Driver) guard(ctx context.Context, r request) error {
	if r.secret {
		err := d.allowed.Check(ctx, r.url, r.roles...)
		if err == nil {
			return nil
		}
		return login.Stop(login.UnexpectedOrigin, err, "A form with %s was to be sent to %s; %s.",
			orBearer(login.RoleNames(r.roles)), d.typed.Bare(r.url), err)
	}
	where := r.url.String()
	if err := d.refused(r, where); err != nil {
		return login.Stop(login.UnexpectedOrigin, err, "A redirect to %s had %s in its address.",
			login.Origin(r.url), d.typed.Names(where))
	}
	for _, c := range r.jar.of(r.url) {
		if err := d.refused(r, c.Value); err != nil {
			return login.Stop(login.UnexpectedOrigin, err, "The cookie %s, which goes to %s, holds %s.",
				login.Quote(c.Name), login.Origin(r.url), d.typed.Names(c.Value))
		}
	}
	return nil
}

// refused says why a text must not go where a request goes; nil if there is nothing
// in it, or nothing that its receiver may not have.
func (d *Driver) refused(r request, text string) error {
	found := d.typed.Found(text)
	if len(found) == 0 {
		return nil
	}
	return d.allowed.Refusal(r.url, found...)
}
