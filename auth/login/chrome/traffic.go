package chrome

import (
	"net/http"
	"net/url"
	"sort"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"

	"gatepass/auth/login"
)

const maxTraffic = 500

// traffic lists what was requested, as evidence may keep it.
type traffic struct {
	list   []login.Exchange
	index  map[flight]int
	sent   map[flight]time.Time
	early  map[flight][]login.Value // of requests that are not known of yet
	tokens login.Tokens
}

// begin adds a request and answers its place, or -1 when the list is full.
func (t *traffic) begin(f flight, at time.Time, method, where, note string) {
	if t.index == nil {
		t.index, t.sent = map[flight]int{}, map[flight]time.Time{}
	}
	t.sent[f] = at
	if len(t.list) >= maxTraffic {
		return
	}
	t.index[f] = len(t.list)
	t.list = append(t.list, login.Exchange{At: at, Method: login.Clean(method), URL: where, Note: note})
}

func (t *traffic) at(f flight) *login.Exchange {
	if i, ok := t.index[f]; ok {
		return &t.list[i]
	}
	return nil
}

// set takes in the cookies that an answer sets.
func (d *Driver) set(f flight, headers network.Headers) {
	e := d.traffic.at(f)
	if e == nil {
		return
	}
	for line := range strings.SplitSeq(header(headers, "set-cookie"), "\n") {
		name, rest, ok := strings.Cut(line, "=")
		if !ok || len(e.Cookies) >= 50 {
			continue
		}
		value, _, _ := strings.Cut(rest, ";")
		e.Cookies = append(e.Cookies, login.Clean(name))
		if len(e.Values) < login.MaxValues {
			e.Values = append(e.Values, d.traffic.tokens.Value(d.guard.typed, "set-cookie", strings.TrimSpace(name), strings.TrimSpace(value)))
		}
	}
	sort.Strings(e.Cookies)
}

// sentCookies takes in the cookies that a request really carries.
func (d *Driver) sentCookies(f flight, list []*network.AssociatedCookie) {
	var all []login.Value
	for _, c := range list {
		if len(c.BlockedReasons) == 0 && c.Cookie != nil && len(all) < login.MaxValues {
			all = append(all, d.traffic.tokens.Value(d.guard.typed, "cookie", c.Cookie.Name, c.Cookie.Value))
		}
	}
	if e := d.traffic.at(f); e != nil {
		e.Values = append(e.Values, all...)
	} else if len(all) > 0 && len(d.traffic.early) < maxTraffic {
		if d.traffic.early == nil {
			d.traffic.early = map[flight][]login.Value{}
		}
		d.traffic.early[f] = all
	}
}

// sentValues lists what a request carries in its address and as a form, without the
// values themselves.
func (d *Driver) sentValues(r *network.Request, u *url.URL) []login.Value {
	all := d.traffic.tokens.Pairs(d.guard.typed, "query", u.RawQuery)
	if strings.HasPrefix(strings.ToLower(header(r.Headers, "content-type")), login.EncURL) {
		var body strings.Builder
		for _, part := range r.PostDataEntries {
			body.Write(part.Bytes)
		}
		all = append(all, d.traffic.tokens.Pairs(d.guard.typed, "form", body.String())...)
	}
	return all
}

// departed takes note of a request that goes out.
func (d *Driver) departed(s *session, e *network.EventRequestWillBeSent) {
	f := flight{s.id, e.RequestID}
	if e.RedirectResponse != nil {
		d.response(s, f, e.RedirectResponse)
	}
	u, err := url.Parse(e.Request.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return
	}
	t := s.tab
	if t != nil && t.empty {
		return // it does not go out
	}
	d.authorized(s, e, u)
	if t != nil && counts(e.Type) {
		sends := e.Request.Method != http.MethodGet && e.Request.Method != http.MethodOptions
		t.depart(f, journey{loader: e.LoaderID, kind: e.Type, carries: d.carriers[e.RequestID], sends: sends}, e.Request.Method+" "+login.Bare(u))
		if sends && d.guard.any && !d.carriers[e.RequestID] {
			d.carry(s, e.RequestID, d.guard.typed.Found(u.String()+"\n"+contents(e.Request)))
		}
		if e.Type == network.ResourceTypeDocument && t.isMain(s, e.FrameID) && !t.commits[e.LoaderID] && !(t.moving && t.next == e.LoaderID) {
			t.head(e.LoaderID)
		}
	}
	note := ""
	if t != nil {
		note = d.notes[t]
	}
	d.traffic.begin(f, d.o.Now(), e.Request.Method, d.guard.typed.Bare(u), note)
	if x := d.traffic.at(f); x != nil {
		x.Values = append(d.sentValues(e.Request, u), d.traffic.early[f]...)
	}
	delete(d.traffic.early, f)
}

// answered takes note of an answer.
func (d *Driver) answered(s *session, e *network.EventResponseReceived) {
	f := flight{s.id, e.RequestID}
	d.response(s, f, e.Response)
	if t := s.tab; t != nil && e.Type == network.ResourceTypeDocument && t.isMain(s, e.FrameID) {
		t.newest = document{request: e.RequestID, status: int(e.Response.Status), mime: e.Response.MimeType, address: e.Response.URL}
		t.docs[e.LoaderID] = t.newest
	}
}

func (d *Driver) response(s *session, f flight, r *network.Response) {
	if e := d.traffic.at(f); e != nil {
		e.Status, e.Type = int(r.Status), login.Clean(r.MimeType)
	}
	u, err := url.Parse(r.URL)
	if err != nil || r.FromDiskCache || r.FromServiceWorker {
		return
	}
	if sent, ok := d.traffic.sent[f]; ok && (d.o.Guard == nil || d.o.Guard.May(u)) {
		d.clock.sample(r.Headers, sent, d.o.Now())
	}
}

// landed takes note that all of an answer is here.
func (d *Driver) landed(s *session, id network.RequestID) {
	if s.tab != nil {
		s.tab.arrive(flight{s.id, id}, false)
	}
}

// broke takes note of a request without an answer.
func (d *Driver) broke(s *session, e *network.EventLoadingFailed) {
	f := flight{s.id, e.RequestID}
	x := d.traffic.at(f)
	if x != nil && x.Status == 0 && x.Note == "" {
		x.Note = "no answer"
	}
	t := s.tab
	if t == nil {
		return
	}
	t.arrive(f, true)
	if e.Type == network.ResourceTypeDocument && s == t.main && e.ErrorText != "net::ERR_ABORTED" {
		t.failure = e.ErrorText
		if x != nil {
			t.failed = x.URL
		}
	}
}

// header finds a header whatever its case.
func header(h network.Headers, name string) string {
	for key, value := range h {
		if strings.EqualFold(key, name) {
			text, _ := value.(string) // the protocol has strings only
			return text
		}
	}
	return ""
}
