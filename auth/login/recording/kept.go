package recording

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"gatepass/auth/login"
)

// What stands in a kept file in place of what was typed.
var places = map[login.Role]string{login.RoleUsername: "username", login.RolePassword: "password", login.RoleCode: "totp"}

// place writes a role; of a code that goes into boxes, with the box's number.
func place(is part) string {
	if is.box > 0 {
		return "{{" + places[is.role] + "." + strconv.Itoa(is.box) + "}}"
	}
	return "{{" + places[is.role] + "}}"
}

// placeholder reads what place writes.
func placeholder(s string) (is part, ok bool) {
	s, opens := strings.CutPrefix(s, "{{")
	s, closes := strings.CutSuffix(s, "}}")
	if !opens || !closes {
		return part{}, false
	}
	name, number, boxed := strings.Cut(s, ".")
	if boxed {
		n, err := strconv.Atoi(number)
		if err != nil || n < 1 || n > 10 || name != places[login.RoleCode] {
			return part{}, false
		}
		is.box = n
	}
	for role, called := range places {
		if called == name {
			is.role = role
			return is, true
		}
	}
	return part{}, false
}

// Parse reads a file that Import made. It takes nothing else: a file in which anything
// but roles is typed is refused, so that a recording that somebody put there by hand
// cannot bring a password along.
func Parse(file []byte) (*login.Recording, error) {
	f, err := decode(file)
	if err != nil {
		return nil, err
	}
	r := &login.Recording{}
	for _, s := range f.Steps {
		out := login.Recorded{Number: s.number, Framed: s.framed(), Leads: s.leads()}
		for _, w := range s.Selectors {
			if len(w) > 0 {
				out.Selectors = append(out.Selectors, w)
			}
		}
		switch s.Type {
		case "navigate":
			out.Do = login.RecordedOpen
			if out.URL, err = url.Parse(s.URL); err != nil || out.URL.Host == "" || out.URL.User != nil || out.URL.Scheme != "http" && out.URL.Scheme != "https" {
				return nil, s.fails("its address is not one")
			}
		case "click":
			out.Do = login.RecordedPress
		case "keyDown":
			if s.Key != "Enter" {
				return nil, s.fails("the only key that is kept is Enter")
			}
			out.Do = login.RecordedEnter
		case "change":
			out.Do = login.RecordedFill
			var is part
			ok := false
			if s.Value != nil {
				is, ok = placeholder(*s.Value)
			}
			if !ok {
				return nil, s.fails("it types something that is no role ({{username}}, {{password}}, {{totp}}). Bring it in with gatepass edit NAME --recording FILE, which takes out what was typed")
			}
			out.Role, out.Box = is.role, is.box > 0
		default:
			return nil, s.fails("a kept recording has no steps of this kind. Bring it in with gatepass edit NAME --recording FILE")
		}
		if len(out.Selectors) == 0 && (out.Do == login.RecordedPress || out.Do == login.RecordedFill) {
			return nil, s.fails("it does not say what element it is about")
		}
		r.Steps = append(r.Steps, out)
	}
	if len(r.Steps) == 0 {
		return nil, fmt.Errorf("%w: it has no steps", ErrNotRecording)
	}
	return r, nil
}
