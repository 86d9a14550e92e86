package handoff

import (
	"fmt"
	"strings"

	"gatepass/auth/login"
)

// none reports whether there is no way to find an element.
func none(s login.Selectors) bool {
	return s.ID == "" && s.Name == "" && s.CSS == "" && s.XPath == "" && s.Text == ""
}

// byCSS gives a CSS selector, or "".
func byCSS(s login.Selectors) string {
	switch {
	case s.CSS != "":
		return s.CSS
	case s.ID != "":
		return "#" + cssName(s.ID)
	case s.Name != "":
		return "[name=" + cssText(s.Name) + "]"
	}
	return ""
}

// byXPath gives an XPath expression, or "".
func byXPath(s login.Selectors) string {
	switch {
	case s.XPath != "":
		return s.XPath
	case s.ID != "":
		return "//*[@id=" + xpathText(s.ID) + "]"
	case s.Name != "":
		return "//*[@name=" + xpathText(s.Name) + "]"
	}
	return ""
}

// cssName escapes an identifier as CSSOM's "serialize an identifier" does
// (https://drafts.csswg.org/cssom/#serialize-an-identifier).
func cssName(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == 0:
			b.WriteRune('\ufffd')
		case r < 0x20 || r == 0x7f,
			r >= '0' && r <= '9' && (i == 0 || i == 1 && s[0] == '-'):
			fmt.Fprintf(&b, "\\%x ", r)
		case r == '-' && len(s) == 1:
			b.WriteString(`\-`)
		case r >= 0x80, r == '-', r == '_', r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		default:
			b.WriteRune('\\')
			b.WriteRune(r)
		}
	}
	return b.String()
}

// cssText writes a string in double quotes as CSS reads it.
func cssText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, "\\%x ", r)
		case r == '"' || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// xpathText writes a string as XPath 1.0 reads it. It has no escapes, so a text with
// both quotes is put together from parts.
func xpathText(s string) string {
	switch {
	case !strings.Contains(s, `"`):
		return `"` + s + `"`
	case !strings.Contains(s, "'"):
		return "'" + s + "'"
	}
	var parts []string
	for i, part := range strings.Split(s, `"`) {
		if i > 0 {
			parts = append(parts, `'"'`)
		}
		if part != "" {
			parts = append(parts, `"`+part+`"`)
		}
	}
	return "concat(" + strings.Join(parts, ", ") + ")"
}

// placed says what keeps a scanner without frames and shadow roots from an element;
// "" if nothing does.
func placed(what string, act *login.Act) string {
	switch {
	case act == nil:
		return ""
	case act.Frame != "":
		return fmt.Sprintf("The %s is in a frame (%s), which this scanner cannot look into.", what, act.Frame)
	case act.Shadow:
		return fmt.Sprintf("The %s is inside a shadow root, which a selector does not reach.", what)
	}
	return ""
}

// fieldName is what a role is called in sentences.
func fieldName(r login.Role) string {
	switch r {
	case login.RoleUsername:
		return "username"
	case login.RolePassword:
		return "password"
	case login.RoleCode:
		return "one-time code"
	}
	return string(r)
}

// what names an act in a sentence.
func what(act *login.Act) string {
	if act.Do == login.ActFill {
		return "field for the " + fieldName(act.Role)
	}
	if act.At.Text != "" {
		return fmt.Sprintf("button %q", act.At.Text)
	}
	return "button of the page " + string(act.Kind)
}
