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
	list  []login.Exchange
	index map[flight]int
	sent  map[flight]time.Time
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

// cookies takes the names of the cookies that an answer sets.
func (t *traffic) cookies(f flight, headers network.Headers) {
	e := t.at(f)
	if e == nil {
		return
	}
	for line := range strings.SplitSeq(header(headers, "set-cookie"), "\n") {
		if name, _, ok := strings.Cut(line, "="); ok && len(e.Cookies) < 50 {
			e.Cookies = append(e.Cookies, login.Clean(name))
		}
	}
	sort.Strings(e.Cookies)
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
		t.flights[f] = journey{e.LoaderID, e.Type}
		t.requests++
		if e.Request.Method != http.MethodGet && e.Request.Method != http.MethodOptions || e.Type == network.ResourceTypeDocument {
			t.sent++
		}
	}
	note := ""
	if t != nil {
		note = d.notes[t]
	}
	d.traffic.begin(f, d.o.Now(), e.Request.Method, d.guard.typed.Bare(u), note)
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
	delete(t.flights, f)
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
