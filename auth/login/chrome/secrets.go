package chrome

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"strings"

	"gatepass/auth/login"
	"gatepass/store"
)

// secrets are the values that were typed, to recognise them where they must not
// be. A username is none, and single characters occur everywhere; the code that
// the characters of split boxes make up is looked for.
type secrets []typed

type typed struct {
	role  login.Role
	value store.Secret
	forms []string // what it looks like, encoded in the ways that pages have
}

// shortest is the length from which on a value is looked for.
const shortest = 4

func (s *secrets) add(inputs []login.Input) {
	var boxes strings.Builder
	for _, in := range inputs {
		switch v := in.Value.Reveal(); {
		case in.Role == login.RoleUsername:
		case len(v) >= shortest:
			*s = append(*s, typed{in.Role, in.Value, formsOf(v)})
		case in.Role == login.RoleCode:
			boxes.WriteString(v)
		}
	}
	if code := boxes.String(); len(code) >= shortest {
		*s = append(*s, typed{login.RoleCode, store.NewSecret(code), formsOf(code)})
	}
}

// formsOf gives what v looks like inside a longer text. Escapes with a percent
// sign are undone in the text instead, because any character may be escaped.
func formsOf(v string) []string {
	forms := []string{v, hex.EncodeToString([]byte(v)), strings.ToUpper(hex.EncodeToString([]byte(v))), html.EscapeString(v)}
	if quoted, err := json.Marshal(v); err == nil {
		forms = append(forms, strings.Trim(string(quoted), `"`))
	}
	forms = append(forms, strings.ReplaceAll(strings.ReplaceAll(v, `\`, `\\`), `"`, `\"`), reversed(v))
	// In base64 it depends on what stands before it: three offsets, less the
	// characters that are shared with its neighbours.
	for offset := range 3 {
		raw := append(make([]byte, offset), v...)
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			from, to := (offset*8+5)/6, len(raw)*8/6
			if to-from >= 5 {
				forms = append(forms, enc.EncodeToString(raw)[from:to])
			}
		}
	}
	return forms
}

func reversed(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

func (s secrets) in(text string) bool { return len(s.found(text)) > 0 }

// found lists the roles of the secrets in text.
func (s secrets) found(text string) []login.Role {
	if len(s) == 0 {
		return nil
	}
	once := unescape(text)
	texts := []string{text, once, unescape(once), html.UnescapeString(text), strings.ReplaceAll(once, "+", " ")}
	var roles []login.Role
	for _, t := range s {
		if anyIn(texts, t.forms) {
			roles = append(roles, t.role)
		}
	}
	return roles
}

func anyIn(texts, forms []string) bool {
	for _, text := range texts {
		for _, form := range forms {
			if strings.Contains(text, form) {
				return true
			}
		}
	}
	return false
}

// unescape undoes percent signs and passes over those that escape nothing, which
// a body of another kind may hold.
func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				b.WriteByte(c[0])
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// names says which secrets text holds, for people.
func (s secrets) names(text string) string { return join(s.found(text)) }

// bare is [login.Bare] without the secrets that a path repeats.
func (s secrets) bare(u *url.URL) string {
	shown := login.Bare(u)
	if s.in(shown) {
		return login.Origin(u) + "/[secret]"
	}
	return shown
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
	if len(words) == 0 {
		return "what signs in"
	}
	return strings.Join(words, " and ")
}

func rolesOf(inputs []login.Input) string {
	var roles []login.Role
	for _, in := range inputs {
		roles = append(roles, in.Role)
	}
	return join(roles)
}
