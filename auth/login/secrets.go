package login

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"sort"
	"strings"
	"sync"

	"gatepass/store"
)

// Secrets are the values that a run types, to recognise them where they must not
// be: in a request to somebody else, in what is told and kept. The zero value is
// empty and ready. It is safe for concurrent use, and must not be copied.
//
// They are found as they are and in the encodings that addresses, forms, JSON and
// HTML give them, backwards, in hexadecimal and in base64, also as a part of
// something longer that was encoded as a whole.
type Secrets struct {
	mu   sync.RWMutex
	list []secret // only ever added to
}

type secret struct {
	role   Role
	traces []string // what it looks like inside a text
	whole  []string // those of which the text shows all, longest first
}

// shortest is the length, in bytes, from which on a value is looked for: shorter
// ones occur everywhere, and to blot them out would only show where they are.
const shortest = 4

// Add remembers a value.
func (s *Secrets) Add(role Role, value store.Secret) {
	if v := value.Reveal(); len(v) >= shortest {
		whole := encodings(v)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.list = append(s.list, secret{role, append(within64(v), whole...), whole})
	}
}

// AddInputs remembers what is put into a form. Usernames are no secrets. Of a code
// that is spread over boxes, the whole is remembered.
func (s *Secrets) AddInputs(inputs []Input) {
	var boxes strings.Builder
	for _, in := range inputs {
		switch v := in.Value.Reveal(); {
		case in.Role == RoleUsername:
		case len(v) >= shortest:
			s.Add(in.Role, in.Value)
		case in.Role == RoleCode:
			boxes.WriteString(v)
		}
	}
	s.Add(RoleCode, store.NewSecret(boxes.String()))
}

// all is what is remembered up to now.
func (s *Secrets) all() []secret {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.list
}

// encodings gives what v looks like when all of it is seen. Escapes with a percent
// sign are here for blotting out; to find them, they are undone in the text, because
// any character may be escaped.
func encodings(v string) []string {
	quoted, _ := json.Marshal(v) // a string always can be
	backwards := []rune(v)
	slices.Reverse(backwards)
	all := []string{
		v, Clean(v), string(backwards), inScript.Replace(v), html.EscapeString(v), strings.Trim(string(quoted), `"`), url.QueryEscape(v), url.PathEscape(v),
		hex.EncodeToString([]byte(v)), strings.ToUpper(hex.EncodeToString([]byte(v))),
		base64.StdEncoding.EncodeToString([]byte(v)), base64.RawStdEncoding.EncodeToString([]byte(v)),
		base64.URLEncoding.EncodeToString([]byte(v)), base64.RawURLEncoding.EncodeToString([]byte(v)),
	}
	var kept []string
	for _, form := range all {
		if len(form) >= shortest {
			kept = append(kept, form)
		}
	}
	sort.SliceStable(kept, func(i, j int) bool { return len(kept[i]) > len(kept[j]) })
	return kept
}

// inScript escapes as JSON.stringify does, which leaves alone what is special to HTML.
var inScript = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// within64 gives what v looks like inside something longer that is in base64: at
// three offsets, less the characters that it shares with its neighbours.
func within64(v string) []string {
	var forms []string
	for offset := range 3 {
		raw := append(make([]byte, offset), v...)
		from, to := (offset*8+5)/6, len(raw)*8/6
		if to-from < 5 {
			continue
		}
		for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			forms = append(forms, enc.EncodeToString(raw)[from:to])
		}
	}
	return forms
}

// In reports whether text holds a secret.
func (s *Secrets) In(text string) bool { return len(s.Found(text)) > 0 }

// Found lists the roles of the secrets that text holds.
func (s *Secrets) Found(text string) []Role {
	list := s.all()
	if len(list) == 0 {
		return nil
	}
	once := unescape(text)
	texts := []string{text, once, unescape(once), html.UnescapeString(text), strings.ReplaceAll(once, "+", " ")}
	var roles []Role
	for _, secret := range list {
		if anyIn(texts, secret.traces) {
			roles = append(roles, secret.role)
		}
	}
	return roles
}

func anyIn(texts, traces []string) bool {
	for _, text := range texts {
		for _, trace := range traces {
			if strings.Contains(text, trace) {
				return true
			}
		}
	}
	return false
}

// unescape undoes percent signs and passes over those that escape nothing: one such
// must not hide the others.
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

// Names says which secrets text holds, for people: "the password and the one-time
// code"; "" for none.
func (s *Secrets) Names(text string) string { return RoleNames(s.Found(text)) }

// RoleNames says roles for people, each once.
func RoleNames(roles []Role) string {
	var words []string
	seen := map[Role]bool{}
	for _, r := range roles {
		if seen[r] {
			continue
		}
		seen[r] = true
		if r == RoleCode {
			words = append(words, "the one-time code")
		} else {
			words = append(words, "the "+string(r))
		}
	}
	return strings.Join(words, " and ")
}

const blot = "[secret]"

// Clean makes text fit to be shown and kept: see the function [Clean]; and with the
// secrets blotted out. Pages repeat what was typed into them, in messages, titles and
// addresses. What cannot be blotted out in part is blotted out whole.
func (s *Secrets) Clean(text string) string {
	text = Clean(text)
	if !s.In(text) {
		return text
	}
	for _, secret := range s.all() {
		for _, form := range secret.whole {
			text = strings.ReplaceAll(text, form, blot)
		}
	}
	if s.In(text) {
		return blot
	}
	return text
}

// Bare is the function [Bare] for an address whose path may repeat a secret.
func (s *Secrets) Bare(u *url.URL) string {
	if u == nil {
		return ""
	}
	shown := Bare(u)
	if s.In(shown) {
		return Origin(u) + "/" + blot
	}
	return shown
}
