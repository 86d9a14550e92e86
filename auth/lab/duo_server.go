package lab

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// A duoCall answers one kind of request.
type duoCall struct {
	kind    string // the application whose keys it takes
	may     string // the permission that it needs; "" for none
	patient bool   // it waits, and so locks the tenant itself
	answer  func(*duoRequest) (any, *duoError)
}

// serve is the handler of the simulated API.
func (t *tenant) serve() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /auth/v2/ping", func(w http.ResponseWriter, r *http.Request) {
		t.mu.Lock()
		now := t.wall()
		t.mu.Unlock()
		t.recall(DuoCall{Method: r.Method, Path: r.URL.Path})
		t.reply(w, r, map[string]int64{"time": now.Unix()}, nil)
	})
	for pattern, c := range t.routes() {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { t.take(w, r, c) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		failure := unknownThing()
		if otherMethod(mux, r) {
			failure = duoFail(40501, "")
		}
		t.recall(DuoCall{Method: r.Method, Path: r.URL.Path, Code: failure.Code})
		t.reply(w, r, nil, failure)
	})
	return t.disturbed(mux)
}

// otherMethod reports whether a request would be understood with another method.
func otherMethod(mux *http.ServeMux, r *http.Request) bool {
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := mux.Handler(other); pattern != "/" {
			return true
		}
	}
	return false
}

// take answers a signed request.
func (t *tenant) take(w http.ResponseWriter, r *http.Request, c duoCall) {
	ikey, _, _ := r.BasicAuth()
	seen := DuoCall{Method: r.Method, Path: r.URL.Path, IKey: ikey}
	q, failure := t.admit(w, r, c)
	var response any
	if failure == nil {
		seen.Version = q.signed
		response, failure = t.run(q, c)
	}
	if failure != nil {
		seen.Code = failure.Code
	}
	t.recall(seen)
	if t.faults.on(FaultHeldAnswer) && r.Method != http.MethodGet {
		<-r.Context().Done()
	}
	if t.faults.on(FaultLostAnswer) || r.Context().Err() != nil {
		panic(http.ErrAbortHandler)
	}
	t.reply(w, r, response, failure)
}

func (t *tenant) run(q *duoRequest, c duoCall) (any, *duoError) {
	if c.patient {
		return c.answer(q)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	response, failure := c.answer(q)
	if q.r.Method != http.MethodGet {
		t.stir()
	}
	return response, failure
}

// admit decides whether a request may be made at all.
func (t *tenant) admit(w http.ResponseWriter, r *http.Request, c duoCall) (*duoRequest, *duoError) {
	q, body, form, failure := readDuoRequest(w, r)
	if failure != nil {
		return nil, failure
	}
	if t.overLimit(r) {
		return nil, duoFail(42901, "")
	}
	ikey, signature, ok := r.BasicAuth()
	if !ok {
		return nil, duoFail(40101, "")
	}
	t.mu.Lock()
	q.by = t.integrationByKey(ikey)
	now := t.wall()
	t.mu.Unlock()
	if q.by == nil {
		return nil, duoFail(40102, "")
	}
	if code := checkDuoDate(r.Header, now); code != 0 {
		return nil, duoFail(code, "")
	}
	q.signed = signatureOf(r, q.by.skey, signature, body, form)
	if q.signed == "" || strings.HasPrefix(r.URL.Path, "/admin/v2/policies") && q.signed != signatureV5 {
		return nil, duoFail(40103, "")
	}
	switch {
	case q.by.kind != c.kind:
		return nil, duoFail(40301, "Wrong integration type for this API.")
	case c.kind == kindAdminAPI && !t.admits(q.from()):
		return nil, duoFail(40301, "This API is not available from this network.")
	case !t.permits(c.may):
		return nil, duoFail(40301, "")
	}
	return q, nil
}

// reply sends an answer in Duo's envelope.
func (t *tenant) reply(w http.ResponseWriter, r *http.Request, response any, failure *duoError) {
	h := w.Header()
	t.mu.Lock()
	h.Set("Date", t.wall().UTC().Format(http.TimeFormat))
	t.mu.Unlock()
	h.Set("Server", "Duo/1.0")
	h.Set("Content-Type", "application/json")
	if failure != nil {
		if failure.Code == 42901 && t.faults.on(FaultRetryAfter) {
			h.Set("Retry-After", "1")
		}
		w.WriteHeader(failure.status())
		t.write(w, r, t.encode(failure))
		return
	}
	envelope := map[string]any{"stat": "OK", "response": response}
	if p, ok := response.(paged); ok {
		envelope["response"], envelope["metadata"] = p.items, p.meta
	}
	body := t.encode(envelope)
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	h.Set("Strict-Transport-Security", "max-age=31536000")
	h.Set("Content-Security-Policy", "default-src 'self'; frame-src 'self' ; img-src 'self'  ; connect-src 'self'")
	if r.Method == http.MethodGet {
		sum := sha1.Sum(body)
		h.Set("Etag", fmt.Sprintf("%q", hex.EncodeToString(sum[:])))
	}
	t.write(w, r, body)
}

// encode writes JSON, with escape sequences in it under FaultEscapes.
func (t *tenant) encode(v any) []byte {
	raw := marshal(v)
	if !t.faults.on(FaultEscapes) {
		return raw
	}
	var again any
	_ = json.Unmarshal(raw, &again) // We wrote it.
	return marshal(escape(again))
}

func marshal(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // Our own structs and maps.
	return bytes.TrimSpace(b.Bytes())
}
