package duo

import (
	"strings"
	"testing"
	"unicode"

	"gatepass/store"
)

// Whatever answers in Duo's place, nothing of it reaches a terminal raw, and nothing
// breaks.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"stat":"OK","response":[{"user_id":"DU3KC77WJ06Y5HIV7XKQ","username":"bot","tokens":[{"totp_step":null}]}]}`,
		`{"stat":"FAIL","code":40301,"message":"Access forbidden","message_detail":"Wrong integration type for this API."}`,
		`{"stat":"FAIL","code":"x","message":"\u001b]52;c;UFdORUQ=\u0007\u202e","message_detail":"\u009b31m\r\n"}`,
		`{"stat":"OK","response":{},"metadata":{"next_offset":"1e400"}}`, `<html>`, "", `{"stat":"OK"}{"stat":"OK"}`, `[[[[`, "\xff\xfe{",
	} {
		f.Add([]byte(seed), 200)
		f.Add([]byte(seed), 403)
	}
	c, err := newClient("Admin API", Config{Host: "api-12345678.duosecurity.com", IKey: ikey, SKey: store.NewSecret(skey)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		var users []User
		_, err := c.read(request{method: "GET", path: "/admin/v1/users"}, answer{status: status, body: body}, &users)
		texts := []string{}
		if err != nil {
			texts = append(texts, err.Error())
			texts = append(texts, store.Hints(err)...)
		}
		for _, u := range users {
			texts = append(texts, u.ID, u.Name, u.Status, u.LockoutReason)
		}
		for _, text := range texts {
			if strings.ContainsFunc(text, unicode.IsControl) {
				t.Errorf("a control character came through: %q", text)
			}
		}
	})
}
