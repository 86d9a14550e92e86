package login

import (
	"encoding/base64"
	"html"
	"net/url"
	"strings"

	"gatepass/store"
)

// redactor keeps a run's secrets out of what it tells. Pages repeat what was typed
// into them: in messages, titles and addresses.
type redactor struct {
	secrets []store.Secret
}

const redacted = "[secret]"

// add remembers a secret. Shorter ones than four characters occur everywhere, and
// to blot them out would only show where they are.
func (r *redactor) add(s store.Secret) {
	if len(s.Reveal()) >= 4 {
		r.secrets = append(r.secrets, s)
	}
}

// clean makes text fit to be shown and kept: see [Clean]; and without the secrets,
// as they are or encoded as pages and addresses encode them.
func (r *redactor) clean(text string) string {
	text = Clean(text)
	for _, s := range r.secrets {
		v := s.Reveal()
		for _, form := range []string{
			v, Clean(v), html.EscapeString(v), url.QueryEscape(v), url.PathEscape(v),
			base64.StdEncoding.EncodeToString([]byte(v)), base64.RawURLEncoding.EncodeToString([]byte(v)),
		} {
			if len(form) >= 4 {
				text = strings.ReplaceAll(text, form, redacted)
			}
		}
	}
	return text
}
