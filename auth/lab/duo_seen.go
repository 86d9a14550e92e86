package lab

import "time"

// maxPresented bounds the passcodes that the simulator remembers, maxCalls the
// requests.
const (
	maxPresented = 10_000
	maxCalls     = 10_000
)

// Presented is a passcode that somebody gave. It is not redacted: the point is to
// find out whether one was given twice.
type Presented struct {
	Code     string    `json:"code"`
	Where    string    `json:"where"`          // "prompt" or "auth"
	Kind     string    `json:"kind,omitempty"` // the method that it belongs to: "bypass", "hardware-token", or ""
	Times    int       `json:"times"`          // how often it was given there
	Accepted int       `json:"accepted"`       // how often it was taken
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
}

// DuoCall is a request that the simulator was sent, without its parameters.
type DuoCall struct {
	At      time.Time `json:"at"`
	Method  string    `json:"method"`
	Path    string    `json:"path"`
	IKey    string    `json:"ikey"`    // as given; "" without credentials
	Version string    `json:"version"` // of the signature: "v2", "v5", or ""
	Code    int       `json:"code"`    // 0 for OK, else Duo's code
}

// BypassCode is a bypass code that the simulator ever had, in clear.
type BypassCode struct {
	ID       string    `json:"id"`
	Code     string    `json:"code"`
	Username string    `json:"username"`
	Uses     int       `json:"uses"` // allowed; 0: any number
	Used     int       `json:"used"`
	Expires  time.Time `json:"expires,omitzero"` // as clients are told; zero: never
	Good     bool      `json:"good"`             // neither used up, expired nor deleted
}

// present remembers a passcode.
func (t *tenant) present(v duoVisit, code string, out outcome) {
	where := "auth"
	if v.browser {
		where = "prompt"
	}
	var p *Presented
	for _, known := range t.seen {
		if known.Code == code && known.Where == where {
			p = known
		}
	}
	if p == nil {
		p = &Presented{Code: code, Where: where, First: t.life().UTC()}
		if t.seen = append(t.seen, p); len(t.seen) > maxPresented {
			t.seen = append([]*Presented{}, t.seen[1:]...)
		}
	}
	p.Times++
	p.Last = t.life().UTC()
	p.Kind = t.kindOf(code, out)
	if out.verdict == accepted {
		p.Accepted++
	}
}

// kindOf says what a code belongs to, used or not.
func (t *tenant) kindOf(code string, out outcome) string {
	for _, b := range t.issued {
		if b.code == code {
			return methodBypass
		}
	}
	return out.method
}

// recall remembers a request.
func (t *tenant) recall(c DuoCall) {
	t.mu.Lock()
	defer t.mu.Unlock()
	c.At = t.wall().UTC()
	if t.calls = append(t.calls, c); len(t.calls) > maxCalls {
		t.calls = append([]DuoCall{}, t.calls[1:]...)
	}
}
