package login

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// hidden reports whether n, and all within, is kept from sight: by its own
// attributes, by the page's own style element, or by a class that style frameworks
// use for nothing else. Linked style sheets are not read; a driver that has a real
// layout knows better and says so in the document that it hands over.
func (r *reader) hidden(n *html.Node) bool {
	if has(n, "hidden") || has(n, "x-cloak") || attr(n, "aria-hidden") == "true" && n.DataAtom != atom.Svg && n.DataAtom != atom.I {
		return true
	}
	if n.DataAtom == atom.Dialog && !has(n, "open") {
		return true
	}
	if style := attr(n, "style"); style != "" && hidesStyle(style) {
		return true
	}
	class := attr(n, "class")
	return hidesClass(class) || r.sheet.hides(n, class)
}

// hidesStyle reads declarations.
func hidesStyle(style string) bool {
	flat, cut := false, false
	for declaration := range strings.SplitSeq(squeeze(style), ";") {
		name, value, _ := strings.Cut(declaration, ":")
		switch name {
		case "display":
			if strings.HasPrefix(value, "none") {
				return true
			}
		case "visibility":
			if strings.HasPrefix(value, "hidden") || strings.HasPrefix(value, "collapse") {
				return true
			}
		case "opacity":
			if value == "0" || strings.HasPrefix(value, "0!") || value == "0.0" {
				return true
			}
		case "left", "top", "right", "text-indent", "margin-left", "margin-top":
			if n, err := strconv.Atoi(number(value)); err == nil && n <= -500 {
				return true // moved off the screen
			}
		case "clip":
			cut = strings.HasPrefix(value, "rect(0") || strings.HasPrefix(value, "rect(1px")
			if cut {
				return true
			}
		case "height", "max-height", "width":
			flat = flat || value == "0" || value == "0px" || value == "1px"
		case "overflow":
			cut = cut || value == "hidden"
		}
	}
	return flat && cut
}

// number is the whole number at the beginning of a length.
func number(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool { return r != '-' && (r < '0' || r > '9') })
	if end >= 0 {
		return s[:end]
	}
	return s
}

// hidesClass knows the classes by which the common style frameworks hide things
// (Bootstrap, Bulma, Tailwind, Foundation, UIkit, WordPress).
func hidesClass(class string) bool {
	if class == "" {
		return false
	}
	for c := range strings.FieldsSeq(class) {
		switch strings.ToLower(c) {
		case "d-none", "hidden", "hide", "is-hidden", "invisible", "uk-hidden", "display-none", "displaynone":
			return true
		}
	}
	return false
}

// isDecoy reports whether a field is marked as one that no person fills in:
// out of the order of the Tab key, or named a trap.
func isDecoy(n *html.Node) bool {
	if attr(n, "tabindex") == "-1" && (attr(n, "autocomplete") == "off" || attr(n, "aria-hidden") == "true") {
		return true
	}
	names := namesOf(attr(n, "name"), attr(n, "id"))
	return decoyNames.in(names) || honeyNames.in(names) && attr(n, "type") != "password" || decoyClasses.in(namesOf(attr(n, "class")))
}

var (
	decoyNames   = words("honeypot*", "*honeypot", "honey", "fake*", "decoy*", "dummy*", "trap", "bait", "prevent*", "hidden*", "*hidden", "leave blank", "leave empty")
	honeyNames   = words("hp") // with a password it is the header's
	decoyClasses = words("honeypot*", "*honeypot", "honey", "ohnohoney", "hp", "decoy", "off screen", "offscreen", "move off*")
)

// A sheet is what a page's own style element hides. It understands rules whose
// selector names one element by tag, class and id; the rest is left alone. A page
// that hides a decoy does it here, because the decoy's class is made up anew for
// every visitor.
type sheet struct {
	rules []rule
}

type rule struct {
	tag, id string
	classes []string
	hides   bool
}

const maxRules = 200

// read takes up a style element. Rules inside at-rules (media queries and the
// like) hold only sometimes, and are passed over.
func (s *sheet) read(css string) {
	css = clipBytes(css, 256<<10)
	for len(css) > 0 && len(s.rules) < maxRules {
		open := strings.IndexByte(css, '{')
		if open < 0 {
			return
		}
		selectors := css[:open]
		css = css[open+1:]
		end := strings.IndexByte(css, '}')
		if end < 0 {
			return
		}
		if _, after, ok := strings.Cut(selectors, "*/"); ok { // a comment before it
			selectors = after
		}
		if strings.Contains(selectors, "@") {
			css = css[closing(css):]
			continue
		}
		declarations := squeeze(css[:end])
		css = css[end+1:]
		hides := hidesStyle(declarations)
		if !hides && !strings.Contains(declarations, "display:") && !strings.Contains(declarations, "visibility:") {
			continue
		}
		for selector := range strings.SplitSeq(selectors, ",") {
			if r, ok := selectorOf(strings.TrimSpace(selector)); ok {
				r.hides = hides
				s.rules = append(s.rules, r)
			}
		}
	}
}

// closing is where the block ends that css is inside of.
func closing(css string) int {
	depth := 1
	for i := range len(css) {
		switch css[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(css)
}

// selectorOf reads tag.class#id.
func selectorOf(s string) (rule, bool) {
	if s == "" || strings.ContainsAny(s, " >+~[:*/\\\"'()") {
		return rule{}, false
	}
	var r rule
	for s != "" {
		sign := s[0]
		if sign == '.' || sign == '#' {
			s = s[1:]
		}
		end := strings.IndexAny(s, ".#")
		if end < 0 {
			end = len(s)
		}
		switch part := s[:end]; {
		case part == "":
			return rule{}, false
		case sign == '.':
			r.classes = append(r.classes, part)
		case sign == '#':
			r.id = part
		default:
			r.tag = strings.ToLower(part)
		}
		s = s[end:]
	}
	return r, true
}

// hides asks the rules; of those that fit, the most particular, and then the
// last, decides.
func (s *sheet) hides(n *html.Node, class string) bool {
	if len(s.rules) == 0 {
		return false
	}
	best, hides := -1, false
	have := " " + strings.Join(strings.Fields(class), " ") + " "
	id := attr(n, "id")
	for _, r := range s.rules {
		if r.tag != "" && r.tag != n.Data || r.id != "" && r.id != id {
			continue
		}
		fits := true
		for _, c := range r.classes {
			fits = fits && strings.Contains(have, " "+c+" ")
		}
		weight := 10 * len(r.classes)
		if r.id != "" {
			weight += 100
		}
		if r.tag != "" {
			weight++
		}
		if fits && weight >= best {
			best, hides = weight, r.hides
		}
	}
	return hides
}

// squeeze lower-cases and drops white space.
func squeeze(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), ""))
}
