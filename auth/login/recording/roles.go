package recording

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gatepass/auth/login"
)

// roleOf finds out what a step types: by what somebody says of it, by the target's own
// values, by what the field is called, and by what a code looks like. hadPassword says
// that the password is known, or was typed before.
func (im *importer) roleOf(s step, i int, hadPassword bool) part {
	value := *s.Value
	if given, ok := im.known.Roles[s.number]; ok {
		return part{role: given}
	}
	if is, ok := placeholder(value); ok {
		return is
	}
	if n := im.boxes[i]; n > 0 {
		return part{login.RoleCode, n}
	}
	switch {
	case !im.known.Password.IsZero() && value == im.known.Password.Reveal():
		return part{role: login.RolePassword}
	case im.known.Username != "" && strings.EqualFold(strings.TrimSpace(value), im.known.Username):
		return part{role: login.RoleUsername}
	}
	return part{role: byField(describe(s.Selectors), value, hadPassword)}
}

// byField goes by the field's name and by the look of the value. A field that takes
// what is hidden may be one for a code, so six to eight digits count as one as soon as
// a password was seen, or is known and another.
func byField(f fieldName, value string, hadPassword bool) login.Role {
	digits := codeLike.MatchString(value)
	said := login.RoleByWords(f.names, f.said)
	switch f.autocomplete {
	case "one-time-code":
		return login.RoleCode
	case "current-password":
		said = login.RolePassword
	case "new-password":
		return login.RoleNewPassword
	case "username", "email":
		return login.RoleUsername
	}
	switch {
	case said == login.RoleCaptcha || said == login.RoleNewPassword:
		return said
	case said == login.RoleBackupCode:
		return login.RoleCode
	case said == login.RolePassword && digits && hadPassword:
		return login.RoleCode
	case said != "":
		return said
	case f.hidden && digits && hadPassword:
		return login.RoleCode
	case f.hidden:
		return login.RolePassword
	case digits:
		return login.RoleCode
	case strings.Count(value, "@") == 1:
		return login.RoleUsername
	}
	return ""
}

var codeLike = regexp.MustCompile(`^[0-9]{3,4}[ -]?[0-9]{3,4}$`)

// fieldName is what the selectors tell of a field.
type fieldName struct {
	names        string // ids, names and the like
	said         string // what people read
	autocomplete string
	hidden       bool // it is of type password
}

var (
	attributePattern = regexp.MustCompile(`\[([a-zA-Z-]+)[~^$*|]?=["']?([^"'\]]*)["']?`)
	xpathID          = regexp.MustCompile(`@(?:id|name)=["']([^"']*)["']\]$`)
)

// describe reads a field's selectors. Of a path through the page only its last step
// is about the field itself.
func describe(ways []way) fieldName {
	var f fieldName
	for _, w := range ways {
		if len(w) == 0 {
			continue
		}
		last := w[len(w)-1]
		kind, rest, _ := strings.Cut(last, "/")
		switch kind {
		case "aria":
			name, _, _ := strings.Cut(rest, "[role=")
			f.said += " . " + name
			continue
		case "text":
			f.said += " . " + rest
			continue
		case "xpath":
			if m := xpathID.FindStringSubmatch(rest); m != nil {
				f.names += " . " + m[1]
			}
			continue
		case "pierce", "css":
			last = rest
		}
		last = lastCompound(last)
		for _, m := range attributePattern.FindAllStringSubmatch(last, -1) {
			switch strings.ToLower(m[1]) {
			case "type":
				f.hidden = f.hidden || strings.EqualFold(m[2], "password")
			case "autocomplete":
				words := strings.Fields(strings.ToLower(m[2]))
				if n := len(words); n > 0 {
					f.autocomplete = words[n-1]
				}
			case "placeholder", "aria-label", "title":
				f.said += " . " + m[2]
			default:
				f.names += " . " + m[2]
			}
		}
		f.names += " . " + attributePattern.ReplaceAllString(last, " ")
	}
	return f
}

// lastCompound is what a CSS selector says of the element itself.
func lastCompound(css string) string {
	depth := 0
	for i := len(css) - 1; i >= 0; i-- {
		switch css[i] {
		case ']', ')':
			depth++
		case '[', '(':
			depth--
		case ' ', '>', '+', '~':
			if depth == 0 {
				css = css[i+1:]
				i = 0
			}
		}
	}
	tag := strings.TrimPrefix(css, "input")
	if at := strings.Index(tag, ":nth-"); at >= 0 {
		tag = tag[:at]
	}
	return tag
}

// boxesOf finds codes that were typed into a box for each character: four to ten
// changes to one character, with nothing but keys and clicks between.
func boxesOf(steps []step) map[int]int {
	boxes := map[int]int{}
	var run []int
	end := func() {
		if len(run) >= 4 && len(run) <= 10 {
			for n, i := range run {
				boxes[i] = n + 1
			}
		}
		run = nil
	}
	for i, s := range steps {
		switch s.Type {
		case "keyDown", "keyUp", "click":
			if s.leads() {
				end()
			}
		case "change":
			if s.Value == nil || utf8.RuneCountInString(*s.Value) != 1 {
				end()
				continue
			}
			run = append(run, i)
			if s.leads() {
				end()
			}
		default:
			end()
		}
	}
	end()
	return boxes
}

// printable is the character that a key types, "" for a key that types none.
func printable(key string) string {
	switch {
	case utf8.RuneCountInString(key) == 1:
		return key
	case len(key) == 6 && strings.HasPrefix(key, "Digit"):
		return key[5:]
	case len(key) == 7 && strings.HasPrefix(key, "Numpad"):
		return key[6:]
	case len(key) == 4 && strings.HasPrefix(key, "Key"):
		return strings.ToLower(key[3:])
	}
	return ""
}

// retyped reports whether a single key is part of what a later step says that a field
// was filled in with.
func retyped(steps []step, i int) bool {
	for _, s := range steps[i+1:] {
		switch {
		case s.Type == "change" && s.Value != nil && strings.Contains(strings.ToLower(*s.Value), strings.ToLower(printable(steps[i].Key))):
			return true
		case s.Type == "navigate" || s.leads():
			return false
		}
	}
	return false
}
