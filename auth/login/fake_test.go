package login_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// clock stands still until somebody takes time.
type clock struct{ at time.Time }

func newClock() *clock                    { return &clock{time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)} }
func (c *clock) now() time.Time           { return c.at }
func (c *clock) advance(by time.Duration) { c.at = c.at.Add(by) }

// An answer is what the application of a test gives next.
type answer struct {
	body   string
	at     string // address; "" for the start page's
	status int    // 0 for 200
	takes  time.Duration
	sets   string   // a cookie that comes with it
	auth   []string // authentication schemes that it asks for
	err    error
	hangs  bool // answers when the context ends
}

// application is a scripted login.Driver: each page of the login is the next of its
// list, whatever was asked for. It remembers what it was sent.
type application struct {
	t       testing.TB
	clock   *clock
	pages   []answer
	proof   answer
	control answer
	skew    login.Skew

	cookies  map[string]string
	refused  []login.RefusedCookie
	restored []login.Cookie
	traffic  []login.Exchange
	proofs   map[string][]answer // by address: what is answered with the session, the last again and again
	sent     []login.Submission
	to       []string // where each was sent
	opened   []string
	fetched  []string
	left     []time.Duration // what each step was given
}

var _ login.Driver = (*application)(nil)

func (a *application) Name() string              { return "http" }
func (a *application) Close() error              { return nil }
func (a *application) Traffic() []login.Exchange { return a.traffic }
func (a *application) Skew() login.Skew          { return a.skew }

func (a *application) Refused() []login.RefusedCookie { return a.refused }

func (a *application) Restore(_ context.Context, cookies []login.Cookie) error {
	a.restored = cookies
	return nil
}

func (a *application) Session(context.Context) (login.Session, error) {
	s := login.Session{Driver: "http"}
	for name, value := range a.cookies {
		name, domain, _ := strings.Cut(name, "@")
		s.Cookies = append(s.Cookies, login.Cookie{Name: name, Domain: domain, HostOnly: true, Path: "/", Value: store.NewSecret(value)})
	}
	return s, nil
}

func (a *application) wasSent(r login.Role) (n int) {
	for _, s := range a.sent {
		for _, in := range s.Inputs {
			if in.Role == r {
				n++
			}
		}
	}
	return n
}

func (a *application) Open(ctx context.Context, u *url.URL) (login.Page, error) {
	a.opened = append(a.opened, u.String())
	return a.next(ctx)
}

func (a *application) Submit(ctx context.Context, p login.Page, s login.Submission) (login.Page, error) {
	a.sent = append(a.sent, s)
	to := ""
	if u := p.Action(s.Form, s.Button); u != nil {
		to = login.Origin(u)
	}
	a.to = append(a.to, to)
	return a.next(ctx)
}

func (a *application) Fetch(ctx context.Context, u *url.URL, session bool) (login.Answer, error) {
	a.fetched = append(a.fetched, fmt.Sprintf("%s %v", u, session))
	reply := a.control
	if session {
		reply = a.proof
	}
	if list := a.proofs[u.String()]; session && len(list) > 0 {
		reply = list[0]
		if len(list) > 1 {
			a.proofs[u.String()] = list[1:]
		}
	}
	if reply.at == "" {
		reply.at = u.String()
	}
	p, err := a.page(ctx, reply)
	return login.Answer{Page: p, Body: reply.body}, err
}

func (a *application) next(ctx context.Context) (login.Page, error) {
	if len(a.pages) == 0 {
		a.t.Fatal("the engine asked for a page that the login does not have")
	}
	reply := a.pages[0]
	a.pages = a.pages[1:]
	return a.page(ctx, reply)
}

func (a *application) page(ctx context.Context, reply answer) (login.Page, error) {
	if end, ok := ctx.Deadline(); ok {
		a.left = append(a.left, time.Until(end))
	}
	a.clock.advance(reply.takes)
	if reply.hangs {
		<-ctx.Done()
		return login.Page{}, ctx.Err()
	}
	if reply.err != nil {
		return login.Page{}, reply.err
	}
	at := reply.at
	if at == "" {
		at = "https://app.example.com/start?session=hidden#part"
	}
	u, err := url.Parse(at)
	if err != nil {
		a.t.Fatal(err)
	}
	if reply.sets != "" {
		if a.cookies == nil {
			a.cookies = map[string]string{}
		}
		a.cookies[reply.sets+"@app.example.com"] = fmt.Sprint(len(a.cookies), len(a.sent), len(a.opened))
	}
	p := login.ReadDocument(reply.body, u)
	p.Status, p.Auth = 200, reply.auth
	if reply.status != 0 {
		p.Status = reply.status
	}
	return p, nil
}

// watchable is an application whose page changes by itself.
type watchable struct {
	*application
	shows []answer
}

func (w *watchable) Watch(ctx context.Context, _ login.Page) (login.Page, error) {
	if len(w.shows) == 0 {
		w.t.Fatal("the engine watched a page that does not change any more")
	}
	next := w.shows[0]
	w.shows = w.shows[1:]
	return w.page(ctx, next)
}

// codes is a login.Passcodes with a drawer full of codes, or none.
type codes struct {
	clock   *clock
	all     []string
	waits   time.Duration
	err     error
	drawn   int
	bypass  bool
	settled []bool          // what was said to have become of the codes
	tell    func(time.Time) // what Draw was given to tell that it waits
}

func (c *codes) Draw(ctx context.Context, waiting func(time.Time)) (login.Passcode, error) {
	c.tell = waiting
	if c.err != nil {
		return login.Passcode{}, c.err
	}
	if err := ctx.Err(); err != nil {
		return login.Passcode{}, err
	}
	if c.waits > 0 {
		waiting(c.clock.now().Add(c.waits))
		c.clock.advance(c.waits)
	}
	c.drawn++
	if c.drawn > len(c.all) {
		return login.Passcode{}, fmt.Errorf("the drawer is empty: %w", login.ErrNothingFresh)
	}
	p := login.Passcode{Value: store.NewSecret(c.all[c.drawn-1]), Factor: "totp", Period: 30 * time.Second}
	if c.bypass {
		p.Factor, p.Period = "bypass_code", 0
	}
	p.Settle = func(accepted bool) { c.settled = append(c.settled, accepted) }
	return p, nil
}

// The secrets of every test: where one of them turns up, it got out.
const (
	canaryPassword = `Pa55<canary>&"word'+%`
	canaryCode     = "731904"
)

// outing is one run of the engine in a test, with everything that came of it.
type outing struct {
	app    *application
	codes  *codes
	result login.Result
	events []login.Event
	handed login.Session // what the plain client was given
}

// a login of a test; zero values are the ordinary ones.
type trial struct {
	app      *application
	route    store.Route
	codes    *codes // nil for one good code
	seedless bool
	keyless  bool // no password
	proof    store.Proof
	budget   time.Duration
	watch    []answer // what Watch gives, one after the other; nil for a driver that cannot
	trust    bool
	patience time.Duration
	device   []login.Cookie
	replay   *login.Recording
	bare     *answer // what a plain client with the session is shown; nil: none is tried
	context  func(t testing.TB) context.Context
}

var goodProof = store.Proof{URL: "https://app.example.com/orders", Text: "Your orders"}

func (tr trial) run(t testing.TB) outing {
	t.Helper()
	app := tr.app
	app.t = t
	if app.clock == nil {
		app.clock = newClock()
	}
	o := outing{app: app, codes: tr.codes}
	if o.codes == nil {
		o.codes = &codes{all: []string{canaryCode}}
	}
	o.codes.clock = app.clock
	plan := login.Plan{
		Target: store.Target{
			Name: "shop", URL: "https://app.example.com/start", Username: "scan-bot", Route: tr.route, Proof: tr.proof,
		},
		Password: store.NewSecret(canaryPassword), Passcodes: o.codes,
		Budget: time.Minute, Now: app.clock.now,
	}
	if tr.budget > 0 {
		plan.Budget = tr.budget
	}
	if tr.route == "" {
		plan.Target.Route = store.RouteOTP
	}
	if tr.seedless {
		plan.Passcodes = nil
	}
	if tr.keyless {
		plan.Password = store.Secret{}
	}
	over := false
	plan.Emit = func(e login.Event) {
		if over {
			t.Errorf("an event after the end: %+v", e)
		}
		o.events = append(o.events, e)
	}
	ctx := t.Context()
	if tr.context != nil {
		ctx = tr.context(t)
	}
	plan.Patience, plan.Replay = tr.patience, tr.replay
	plan.Trust, plan.Device, plan.DeviceMade = tr.trust, tr.device, app.clock.now().Add(-50*time.Hour)
	if tr.bare != nil {
		plan.Bare = func(s login.Session) (login.Driver, error) {
			o.handed = s
			return &application{t: t, clock: app.clock, proof: *tr.bare}, nil
		}
	}
	var driver login.Driver = app
	if tr.watch != nil {
		driver = &watchable{app, tr.watch}
	}
	o.result = login.Run(ctx, driver, plan)
	over = true
	o.check(t)
	return o
}

// check holds every run to what must be true of all.
func (o outing) check(t testing.TB) {
	t.Helper()
	o.checkStages(t)
	o.checkEvents(t)
	o.checkTexts(t)
	o.checkSent(t)
	r := o.result
	failed := 0
	for _, s := range r.Stages {
		if s.State == login.Fail {
			failed++
		}
	}
	switch {
	case r.OK() != (failed == 0):
		t.Errorf("the verdict is %s with %d failed stages: %s", r.Verdict, failed, states(r))
	case !r.OK() && (failed != 1 || r.Diagnosis == nil):
		t.Errorf("%d failed stages, diagnosis %v: %s", failed, r.Diagnosis, states(r))
	}
	if r.Target != "shop" || r.Driver != "http" || len(r.Run) != 8 || r.Elapsed < o.app.clock.now().Sub(newClock().at) {
		t.Errorf("got %+v", r)
	}
}

func (o outing) checkStages(t testing.TB) {
	t.Helper()
	if len(o.result.Stages) != len(login.Stages()) {
		t.Fatalf("%d stages", len(o.result.Stages))
	}
	for i, s := range o.result.Stages {
		if s.Name != login.Stages()[i] || s.State == login.Running || s.State == "" {
			t.Errorf("stage %d is %+v", i, s)
		}
		if s.At < 0 || s.Took < 0 || s.At+s.Took > o.result.Elapsed {
			t.Errorf("%s lasted from %s for %s, in a run of %s", s.Name, s.At, s.Took, o.result.Elapsed)
		}
	}
}

// checkEvents: every stage begins, may change its note, and ends once; the last
// event of each is what the result says.
func (o outing) checkEvents(t testing.TB) {
	t.Helper()
	last, began := map[login.Stage]login.Event{}, time.Duration(0)
	for _, e := range o.events {
		before, known := last[e.Stage]
		switch {
		case e.Run != o.result.Run:
			t.Errorf("an event of another run: %+v", e)
		case known && before.State != login.Running:
			t.Errorf("%s went on after its end: %+v", e.Stage, e)
		case known && (e.At != before.At || e.Took < before.Took):
			t.Errorf("%s went back in time: %+v after %+v", e.Stage, e, before)
		case !known && e.At < began:
			t.Errorf("%s began before one that was told earlier: %+v", e.Stage, e)
		}
		began = max(began, e.At)
		last[e.Stage] = e
	}
	for _, s := range o.result.Stages {
		e := last[s.Name]
		if (login.StageResult{Name: e.Stage, State: e.State, At: e.At, Took: e.Took, URL: e.URL, Note: e.Note}) != s {
			t.Errorf("the last event of a stage is %+v, and its result %+v", e, s)
		}
	}
}

// checkTexts looks for secrets and for what a terminal obeys.
func (o outing) checkTexts(t testing.TB) {
	t.Helper()
	var all []string
	for _, e := range o.events {
		all = append(all, e.Note, e.URL)
	}
	if d := o.result.Diagnosis; d != nil {
		all = append(all, d.Title, d.Detail, d.Remedy)
		if strings.Contains(d.Remedy, "NAME") || d.Title == "" {
			t.Errorf("got %+v", d)
		}
	}
	all = append(all, fmt.Sprintf("%+v", o.result))
	for _, s := range all {
		for _, secret := range []string{canaryPassword, url.QueryEscape(canaryPassword), canaryCode, "session=hidden"} {
			if strings.Contains(s, secret) {
				t.Errorf("a secret is told: %s", s)
			}
		}
		if why := unclean(s); why != "" {
			t.Errorf("%q %s", s, why)
		}
	}
}

// checkSent: nothing is ever sent twice.
func (o outing) checkSent(t testing.TB) {
	t.Helper()
	if n := o.app.wasSent(login.RolePassword); n > 1 {
		t.Errorf("the password was sent %d times", n)
	}
	seen := map[string]bool{}
	for i, s := range o.app.sent {
		for _, in := range s.Inputs {
			key := string(in.Role) + "=" + in.Value.Reveal()
			switch in.Role {
			case login.RoleUsername:
				key += " to " + o.app.to[i]
			case login.RoleCode:
				if len(in.Value.Reveal()) == 1 {
					continue // one of several boxes
				}
			}
			if seen[key] {
				t.Errorf("%s was sent twice", in.Role)
			}
			seen[key] = true
		}
	}
}

// states writes the stages of a result in one line.
func states(r login.Result) string {
	var parts []string
	for _, s := range r.Stages {
		parts = append(parts, fmt.Sprintf("%s:%s", s.Name, s.State))
	}
	return strings.Join(parts, " ")
}

// short is states with the first letter of each: "ppppppp".
func short(r login.Result) string {
	var b strings.Builder
	for _, s := range r.Stages {
		b.WriteByte(string(s.State)[0])
	}
	return b.String()
}

func code(r login.Result) login.Code {
	if r.Diagnosis == nil {
		return ""
	}
	return r.Diagnosis.Code
}

var errBroken = errors.New("something broke")
