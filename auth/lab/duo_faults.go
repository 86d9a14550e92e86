package lab

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// The faults of the Duo simulator. [DuoFaults] says what each does.
const (
	FaultRateLimit     = "rate-limit"
	FaultRateLimitOnce = "rate-limit-once"
	FaultRetryAfter    = "retry-after"
	FaultRateBuckets   = "rate-buckets"
	FaultHTML502       = "html-502"
	FaultSlow          = "slow"
	FaultDrip          = "drip"
	FaultDead          = "dead"
	FaultDrop          = "drop"
	FaultLostAnswer    = "lost-answer"
	FaultHeldAnswer    = "held-answer"
	FaultEscapes       = "escapes"
	FaultStrictTokens  = "strict-tokens"
	FaultPolicyMerge   = "policy-merge"
	FaultNoPhone       = "no-phone"
	FaultNoRead        = "no-read-resource"
	FaultNoWrite       = "no-write-resource"
	FaultNoLog         = "no-read-log"
	FaultNoInfo        = "no-information"
	FaultNoSettings    = "no-settings"
	FaultNoApps        = "no-applications"
	FaultForeignNet    = "foreign-network"
)

// DuoFaults lists what can go wrong with the Duo simulator on request.
func DuoFaults() []Switch {
	return []Switch{
		{FaultRateLimit, "Every signed request is answered 429, for ever."},
		{FaultRateLimitOnce, "The next signed request is answered 429; the fault then turns itself off."},
		{FaultRetryAfter, "A 429 says Retry-After: 1, which the real Admin API does not."},
		{FaultRateBuckets, "Requests are counted as Duo counts them: 2 a minute for logs, 200 for lists, 300 for the rest."},
		{FaultHTML502, "Every request is answered by a gateway's page in HTML with status 502."},
		{FaultSlow, "Every answer takes its time."},
		{FaultDrip, "Every answer begins at once and then comes one byte at a time."},
		{FaultDead, "Connections are taken and nothing is ever answered."},
		{FaultDrop, "Connections are closed without an answer."},
		{FaultLostAnswer, "What a signed request asks for is done, and the connection is closed instead of the answer."},
		{FaultHeldAnswer, "What a signed request changes is changed, and the answer is held back until the client leaves."},
		{FaultEscapes, "Messages, names and places hold terminal escape sequences."},
		{FaultStrictTokens, "The token types t6 and t8 are refused, as the documentation of 2025 has them."},
		{FaultPolicyMerge, "A section that is sent for a policy is merged with the one that is there, instead of replacing it."},
		{FaultNoPhone, "The user has no phone: no push, no passcode of an app."},
		{FaultNoRead, "The Admin API application may not read resources."},
		{FaultNoWrite, "The Admin API application may not write resources."},
		{FaultNoLog, "The Admin API application may not read logs."},
		{FaultNoInfo, "The Admin API application may not read information."},
		{FaultNoSettings, "The Admin API application may not use settings."},
		{FaultNoApps, "The Admin API application may not read applications."},
		{FaultForeignNet, "The Admin API application may be used from 192.0.2.0/24 only."},
	}
}

func duoFaultNames() []string {
	var names []string
	for _, f := range DuoFaults() {
		names = append(names, f.Name)
	}
	return names
}

// badGateway is the page of a machine between client and Duo.
const badGateway = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"

// disturbed wraps the simulator with what befalls every request.
func (t *tenant) disturbed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case t.faults.on(FaultDead):
			<-r.Context().Done()
			panic(http.ErrAbortHandler) // No answer, rather than an empty one.
		case t.faults.on(FaultDrop):
			panic(http.ErrAbortHandler)
		case t.faults.on(FaultSlow) && !pause(r, t.delay):
			panic(http.ErrAbortHandler)
		case t.faults.on(FaultHTML502):
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusBadGateway)
			_, _ = w.Write([]byte(badGateway)) // The client may have left.
			return
		}
		next.ServeHTTP(w, r)
	})
}

// pause waits; it reports false if the client went away first or the lab was closed.
func pause(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// write sends an answer, drop by drop under FaultDrip. A drop takes as long as
// makes the whole last for the delay.
func (t *tenant) write(w http.ResponseWriter, r *http.Request, body []byte) {
	if !t.faults.on(FaultDrip) {
		_, _ = w.Write(body) // The client may have left.
		return
	}
	each := t.delay / time.Duration(max(1, len(body)))
	for i := range body {
		if _, err := w.Write(body[i : i+1]); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush() // Both HTTP/1 and 2 can.
		if !pause(r, each) {
			panic(http.ErrAbortHandler)
		}
	}
}

// duoEscapes by the key of the string that they are put into. A terminal that was
// given them raw would change its title, its colour or its clipboard.
var duoEscapes = map[string]string{
	"message":        "\x1b]0;PWNED\x07\x1b[1;31m",
	"message_detail": "\x1b[2J\u009b31m",
	"status_msg":     "\x1b]52;c;UFdORUQ=\x07",
	"name":           "\x1b[8m\r",
	"display_name":   "\x1b[8m\b",
	"realname":       "\x1b]8;;https://evil.example/\x1b\\",
	"notes":          "\x1b[1A\x1b[2K",
	"browser":        "\x1b[31m",
	"city":           "\x1b[7m\u0085",
	"hostname":       "\x1b[7m",
	"policy_name":    "\x1b[5m",
	"app_name":       "\x1b[5m",
}

// escape puts escape sequences into the strings of an answer that people get to see.
func escape(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key, inner := range v {
			if s, ok := inner.(string); ok {
				v[key] = duoEscapes[key] + s
				continue
			}
			v[key] = escape(inner)
		}
	case []any:
		for i := range v {
			v[i] = escape(v[i])
		}
	}
	return v
}

// A bucket counts requests of one kind in one minute.
type bucket struct {
	minute int64
	count  int
}

// overLimit counts a request and reports whether it is one too many.
func (t *tenant) overLimit(r *http.Request) bool {
	if t.faults.take(FaultRateLimitOnce) {
		return true
	}
	if t.faults.on(FaultRateLimit) {
		return true
	}
	if !t.faults.on(FaultRateBuckets) {
		return false
	}
	kind, limit := bucketOf(r)
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.buckets[kind]
	if minute := t.life().Unix() / 60; minute != b.minute {
		b = bucket{minute: minute}
	}
	b.count++
	t.buckets[kind] = b
	return b.count > limit
}

// bucketOf says how often a request may be made in a minute, and with which others.
// The numbers are those that an engineer of Duo named in 2019.
func bucketOf(r *http.Request) (kind string, limit int) {
	path := strings.Trim(r.URL.Path, "/")
	switch {
	case strings.Contains(path, "/logs/"):
		return "logs", 2
	case r.Method == http.MethodGet && slices.Contains([]int{3, 5}, len(strings.Split(path, "/"))):
		return "lists", 200
	case r.Method == http.MethodGet:
		return "objects", 300
	default:
		return "changes", 300
	}
}
