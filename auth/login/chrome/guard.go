package chrome

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"

	"gatepass/auth/login"
)

// guard decides what may leave the browser.
type guard struct {
	allowed *login.Guard
	typed   *login.Secrets
	any     bool     // something was typed, be it only the username
	typing  bool     // keys are on their way
	late    []func() // what waits until they have come
}

// A verdict on one request. The zero value lets it go.
type verdict struct {
	fail    bool           // it does not leave
	stop    *login.Stopped // and the run ends
	ask     bool           // unless somebody, who is asked now, allows it
	later   bool           // it is weighed again when nothing is being typed any more
	roles   []login.Role   // what it carries
	cookies bool           // its cookies have to be looked at first
}

// outgoing is a request that waits for its verdict.
type outgoing struct {
	url      *url.URL
	from     *url.URL // the page in front, or nil
	method   string
	kind     network.ResourceType
	main     bool // it would replace the page in front
	own      bool // the page in front sends it to its own server
	contents string
}

// judge weighs a request. A secret may only go to who is allowed to have this one;
// and once something was typed nothing that sends may go off the list at all: what
// is sent may be encoded in a way that nobody thought of.
func (g *guard) judge(r outgoing) verdict {
	if r.url.Scheme != "http" && r.url.Scheme != "https" {
		return verdict{}
	}
	document := r.kind == network.ResourceTypeDocument
	if r.main && r.from != nil && r.from.Scheme == "https" && r.url.Scheme == "http" && !login.Loopback(r.url) {
		return verdict{fail: true, stop: login.Stop(login.InsecureRedirect, nil, "%s led to %s.", login.Bare(r.from), g.typed.Bare(r.url))}
	}
	if !g.any {
		return verdict{}
	}
	whole := r.url.String()
	roles := g.typed.Found(whole + "\n" + r.contents)
	err := g.allowed.Refusal(r.url, roles...)
	if err == nil {
		if in := g.typed.Names(whole); document && r.method == http.MethodGet && in != "" {
			return verdict{fail: true, stop: login.Stop(login.UnsafeForm, nil, "%s was about to be put into the address of %s.", in, login.Origin(r.url))}
		}
		return verdict{roles: roles}
	}
	if len(roles) > 0 {
		return verdict{fail: true, ask: true, roles: roles, stop: login.Stop(login.UnexpectedOrigin, err, "A request with %s was to be sent to %s; %s.", login.RoleNames(roles), g.typed.Bare(r.url), err)}
	}
	switch sends := r.method != http.MethodGet && r.method != http.MethodHead && r.method != http.MethodOptions; {
	case sends && document:
		return verdict{fail: true, ask: true, stop: login.Stop(login.UnexpectedOrigin, err, "A form was to be sent to %s after something had been typed; %s.", g.typed.Bare(r.url), err)}
	case document && g.typing && r.main:
		return verdict{later: true} // so that no key comes to another page
	case sends && r.own:
		// The login has gone on to this origin, whose page does not work without: a
		// second factor's, say. Somebody can tell whether it belongs there.
		return verdict{fail: true, ask: true}
	case sends:
		return verdict{fail: true}
	}
	return verdict{cookies: true}
}

// paused passes a verdict on a request that the browser holds.
func (d *Driver) paused(s *session, e *fetch.EventRequestPaused) {
	u, err := url.Parse(e.Request.URL)
	switch {
	case err != nil || s.tab != nil && s.tab.empty && e.ResourceType != network.ResourceTypeDocument:
		d.stopIt(s, e)
		return
	case s.tab != nil && s.tab.empty:
		d.fulfil(s, e)
		return
	}
	r := outgoing{
		url: u, method: e.Request.Method, kind: e.ResourceType,
		main: s.tab != nil && e.ResourceType == network.ResourceTypeDocument && s.tab.isMain(s, e.FrameID),
	}
	if d.guard.any {
		r.contents = contents(e.Request)
	}
	if s.tab != nil && s.tab == d.front && d.last.URL != nil {
		r.from = d.last.URL
	}
	r.own = s.tab != nil && s == s.tab.main && s.tab.at == login.Origin(u)
	switch v := d.guard.judge(r); {
	case v.later:
		d.guard.late = append(d.guard.late, func() { d.paused(s, e) })
	case v.ask:
		d.asking++
		go d.ask(s, e, u, v)
	case v.fail:
		d.hold(s, u, v.stop)
		d.stopIt(s, e)
	case v.cookies:
		go d.checkCookies(s, e, u)
	default:
		d.carry(s, e.NetworkID, v.roles)
		d.letGo(s, e)
	}
}

// carry takes note of a request that leaves with secrets: what came of typing them is
// in its answer. Whether the browser tells of it first as held or as under way is left
// to chance.
func (d *Driver) carry(s *session, id network.RequestID, roles []login.Role) {
	if len(roles) == 0 || id == "" || d.carriers[id] {
		return
	}
	if d.carriers == nil {
		d.carriers = map[network.RequestID]bool{}
	}
	d.carriers[id] = true
	if s.tab != nil {
		s.tab.carry(flight{s.id, id})
	}
}

// ask keeps a request until somebody was asked whether it may leave. Others go on
// meanwhile, and nothing is concluded from the time that it takes.
func (d *Driver) ask(s *session, e *fetch.EventRequestPaused, u *url.URL, v verdict) {
	err := d.guard.allowed.Check(d.life, u, v.roles...)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asking--
	if s.tab != nil {
		s.tab.since = time.Now()
	}
	if err == nil {
		d.carry(s, e.NetworkID, v.roles)
		d.letGo(s, e)
	} else {
		d.hold(s, u, v.stop)
		d.stopIt(s, e)
	}
	d.nudge()
}

// stopIt has a request fail.
func (d *Driver) stopIt(s *session, e *fetch.EventRequestPaused) {
	send(s, fetch.FailRequest, fetch.FailRequestParams{RequestID: e.RequestID, ErrorReason: network.ErrorReasonBlockedByClient})
}

// letGo has a request leave.
func (d *Driver) letGo(s *session, e *fetch.EventRequestPaused) {
	params := fetch.ContinueRequestParams{RequestID: e.RequestID}
	// What the browser itself requests, such as the script of a service worker, would
	// bear the name that it was started with, which is added only later.
	if d.agent != nil && header(e.Request.Headers, "user-agent") == "" {
		for name, value := range e.Request.Headers {
			text, _ := value.(string) // the protocol has strings only
			params.Headers = append(params.Headers, &fetch.HeaderEntry{Name: name, Value: text})
		}
		params.Headers = append(params.Headers, &fetch.HeaderEntry{Name: "User-Agent", Value: d.called})
	}
	send(s, fetch.ContinueRequest, params)
}

// contents is all of a request that could carry something, beside its address.
func contents(r *network.Request) string {
	var b strings.Builder
	for name, value := range r.Headers {
		text, _ := value.(string) // the protocol has strings only
		b.WriteString(name + ": " + text + "\n")
	}
	for _, part := range r.PostDataEntries {
		b.Write(part.Bytes)
	}
	return b.String()
}

// hold takes note of what did not leave.
func (d *Driver) hold(s *session, u *url.URL, stop *login.Stopped) {
	if stop != nil && d.stop == nil {
		d.stop = stop
	}
	if t := s.tab; t != nil && len(t.held) < 20 && !slices.Contains(t.held, login.Origin(u)) {
		t.held = append(t.held, login.Origin(u))
	}
}

// checkCookies looks at the cookies that would go along, which the browser adds only
// after the request was let go.
func (d *Driver) checkCookies(s *session, e *fetch.EventRequestPaused, u *url.URL) {
	ctx, cancel := context.WithTimeout(d.life, 5*time.Second)
	defer cancel()
	jar, err := call(ctx, s, network.GetCookies, network.GetCookiesParams{URLs: []string{u.String()}})
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range jar.Cookies {
		if in := d.guard.typed.Names(c.Value); in != "" {
			d.hold(s, u, login.Stop(login.UnexpectedOrigin, nil, "The cookie %s, which goes to %s, holds %s.", login.Quote(c.Name), login.Origin(u), in))
			err = errLeft
		}
	}
	if err != nil {
		d.stopIt(s, e)
		d.nudge()
		return
	}
	d.letGo(s, e)
}

// asked answers a demand for HTTP authentication: a proxy gets what it was given
// for, an application gets nothing and shows its page.
func (d *Driver) asked(s *session, e *fetch.EventAuthRequired) {
	answer := &fetch.AuthChallengeResponse{Response: fetch.AuthChallengeResponseResponseCancelAuth}
	switch {
	case e.AuthChallenge.Source == fetch.AuthChallengeSourceProxy:
		if p := d.o.Proxy; p != nil && p.User != nil && !d.greeted[e.RequestID] {
			if d.greeted == nil {
				d.greeted = map[fetch.RequestID]bool{}
			}
			d.greeted[e.RequestID] = true
			password, _ := p.User.Password()
			answer = &fetch.AuthChallengeResponse{Response: fetch.AuthChallengeResponseResponseProvideCredentials, Username: p.User.Username(), Password: password}
		}
	case s.tab != nil && s.tab.isMain(s, e.FrameID) && len(s.tab.auth) < 8:
		s.tab.auth = append(s.tab.auth, strings.ToLower(login.Clean(e.AuthChallenge.Scheme)))
	}
	send(s, fetch.ContinueWithAuth, fetch.ContinueWithAuthParams{RequestID: e.RequestID, AuthChallengeResponse: answer})
}
