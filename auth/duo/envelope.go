package duo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// envelope is the form of every answer of both APIs.
type envelope struct {
	Stat     string          `json:"stat"`
	Code     json.RawMessage `json:"code"` // a number; seen as a string too
	Message  string          `json:"message"`
	Detail   string          `json:"message_detail"`
	Response json.RawMessage `json:"response"`
	Metadata paging          `json:"metadata"`
}

// paging tells of a list's further pages.
type paging struct {
	Next json.Number `json:"next_offset"` // absent on the last page
}

// read makes an answer of a body. Whether it is an error is told by the body, not
// by the HTTP status, as in Duo's documentation; a body that is not Duo's at all is
// named as what it is.
func (c *client) read(r request, a answer, into any) (paging, error) {
	text, err := cleanJSON(a.body)
	if err != nil {
		return paging{}, c.notDuo(r, a)
	}
	var e envelope
	if err := json.Unmarshal(text, &e); err != nil || e.Stat != "OK" && e.Stat != "FAIL" {
		return paging{}, c.notDuo(r, a)
	}
	if e.Stat == "FAIL" {
		return paging{}, c.refused(r, a.status, number(e.Code), e.Message, e.Detail)
	}
	if into == nil {
		return e.Metadata, nil
	}
	if err := json.Unmarshal(e.Response, into); err != nil {
		// Not wrapped: such an error repeats parts of the answer, which may be secret.
		return paging{}, &Error{Call: r.String(), App: c.app, Host: c.host, Status: a.status, kind: ErrNotDuo,
			text:  fmt.Sprintf("Duo answered %s in a form that this version does not know", r),
			hints: []string{"Look whether there is a newer gatepass; Duo may have changed this call."}}
	}
	return e.Metadata, nil
}

// number reads an error's code, 0 if there is none.
func number(raw json.RawMessage) int {
	n, err := strconv.Atoi(string(bytes.Trim(raw, `"`)))
	if err != nil {
		return 0
	}
	return n
}
