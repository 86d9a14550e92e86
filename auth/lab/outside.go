package lab

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	// maxSeen bounds the requests that the outside origin remembers.
	maxSeen = 500
	// maxBody bounds what is read of any request's body, in bytes.
	maxBody = 64 << 10
)

// Seen is a request that reached the outside origin. Nothing is redacted: the
// point is to find out what arrived.
type Seen struct {
	At        time.Time   `json:"at"`
	Method    string      `json:"method"` // "MESSAGE" for what came in by a WebSocket
	Path      string      `json:"path"`   // with the query, as sent
	Headers   http.Header `json:"headers"`
	Body      string      `json:"body"`      // the first 64 KiB
	Truncated bool        `json:"truncated"` // there was more
}

// outside is somebody else's server. It shows a bland page and remembers.
type outside struct {
	now func() time.Time

	mu   sync.Mutex
	seen []Seen
}

func (o *outside) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if asksForSocket(r) {
		o.listenIn(w, r)
		return
	}
	// A body that breaks off is remembered as far as it came.
	body, _ := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	o.remember(Seen{
		At:        o.now().UTC(),
		Method:    r.Method,
		Path:      r.RequestURI,
		Headers:   r.Header.Clone(),
		Body:      string(body[:min(len(body), maxBody)]),
		Truncated: len(body) > maxBody,
	})
	// Whoever collects passwords lets every page send them.
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Allow-Headers", "*")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	switch {
	case r.URL.Path == "/recaptcha/api.js":
		serveStatic(w, r, "captcha.js")
	case strings.HasPrefix(r.URL.Path, "/recaptcha/"):
		render(w, http.StatusOK, "captcha", nil)
	default:
		render(w, http.StatusOK, "outside", nil)
	}
}

func (o *outside) remember(s Seen) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen = append(o.seen, s)
	if len(o.seen) > maxSeen {
		o.seen = append([]Seen{}, o.seen[len(o.seen)-maxSeen:]...)
	}
}

func (o *outside) all() []Seen {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]Seen{}, o.seen...)
}
