package httpdriver

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"net/url"
	"strings"

	"gatepass/auth/login"
	"gatepass/store"
)

// secrets are the values that were typed into forms, to recognise them where
// they must not be.
type secrets []typed

type typed struct {
	role  login.Role
	value store.Secret
}

// carriesSecret reports whether inputs must be kept to the allowed origins. A
// username is not a secret, but it is not given away either.
func carriesSecret(inputs []login.Input) bool { return len(inputs) > 0 }

// mustNotBeSeen reports whether inputs must not stand in an address.
func mustNotBeSeen(inputs []login.Input) bool {
	for _, in := range inputs {
		if in.Role != login.RoleUsername {
			return true
		}
	}
	return false
}

// add remembers what is typed. Single characters of split codes and usernames
// are not looked for: they occur everywhere. The code that the characters make
// up is.
func (s *secrets) add(inputs []login.Input) {
	var boxes strings.Builder
	for _, in := range inputs {
		v := in.Value.Reveal()
		switch {
		case in.Role == login.RoleUsername:
		case len(v) >= 4:
			*s = append(*s, typed{in.Role, in.Value})
		case in.Role == login.RoleCode:
			boxes.WriteString(v)
		}
	}
	if boxes.Len() >= 4 {
		*s = append(*s, typed{login.RoleCode, store.NewSecret(boxes.String())})
	}
}

// in reports whether text holds a secret, as it is or encoded.
func (s secrets) in(text string) bool { return len(s.found(text)) > 0 }

// found lists the roles of the secrets in text. Texts are compared as they are and
// unescaped, once and twice, so that it does not matter which characters somebody
// chose to escape.
func (s secrets) found(text string) []login.Role {
	var roles []login.Role
	texts := unescaped(text)
	for _, t := range s {
		if anyIn(texts, t.value.Reveal()) {
			roles = append(roles, t.role)
		}
	}
	return roles
}

func unescaped(text string) []string {
	texts := []string{text, html.UnescapeString(text)}
	for range 2 {
		last := texts[len(texts)-1]
		if q, err := url.QueryUnescape(last); err == nil {
			texts = append(texts, q)
		}
		if p, err := url.PathUnescape(last); err == nil {
			texts = append(texts, p)
		}
	}
	return texts
}

func anyIn(texts []string, v string) bool {
	forms := append([]string{v, hex.EncodeToString([]byte(v)), strings.ToUpper(hex.EncodeToString([]byte(v)))}, base64Of(v)...)
	for _, text := range texts {
		for _, form := range forms {
			if strings.Contains(text, form) {
				return true
			}
		}
	}
	return false
}

// base64Of gives what v looks like inside a longer text in base64, in both
// alphabets: at three offsets, less the characters that its neighbours share.
func base64Of(v string) []string {
	var forms []string
	for offset := range 3 {
		raw := append(make([]byte, offset), v...)
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			text := enc.EncodeToString(raw)
			from, to := (offset*8+5)/6, len(raw)*8/6
			if to-from >= 5 {
				forms = append(forms, text[from:to])
			}
		}
	}
	return forms
}

// names says which secrets text holds, for people.
func (s secrets) names(text string) string {
	if roles := s.found(text); len(roles) > 0 {
		return join(roles)
	}
	return "what signs in"
}

// bare is [login.Bare] without the secrets that a path repeats.
func (s secrets) bare(u *url.URL) string {
	shown := login.Bare(u)
	if s.in(shown) {
		return login.Origin(u) + "/[secret]"
	}
	return shown
}

func roleNames(inputs []login.Input) string {
	var roles []login.Role
	for _, in := range inputs {
		roles = append(roles, in.Role)
	}
	if len(roles) == 0 {
		return "what signs in"
	}
	return join(roles)
}

func join(roles []login.Role) string {
	var words []string
	seen := map[login.Role]bool{}
	for _, r := range roles {
		if seen[r] {
			continue
		}
		seen[r] = true
		if r == login.RoleCode {
			words = append(words, "the one-time code")
		} else {
			words = append(words, "the "+string(r))
		}
	}
	return strings.Join(words, " and ")
}
