package login

import (
	"strings"

	"golang.org/x/net/html"
)

// finder finds on one page what a recording means.
type finder struct {
	page  Page
	view  *view
	spots map[*html.Node]spot
	// bypass says that the codes are bypass codes, which backup-code fields take too.
	bypass bool
}

func newFinder(p Page, bypass bool) *finder {
	f := &finder{page: p, view: newView(p), bypass: bypass}
	if p.tree != nil {
		f.spots = p.tree.spots()
	}
	return f
}

// spotOf finds the control that a step is about. The selectors vote: each stands for
// what the page's author may change, and rarely all of it changes at once. What is
// there but no control is found as nowhere.
func (f *finder) spotOf(step Recorded) (spot, bool) {
	votes := map[spot]int{}
	var order []spot
	inert := false
	for _, way := range step.Selectors {
		at, found := f.byOne(way, step)
		switch {
		case !found:
			continue
		case at == nowhere:
			inert = true
			continue
		case votes[at] == 0:
			order = append(order, at)
		}
		votes[at]++
	}
	best := nowhere
	for _, at := range order {
		if best == nowhere || votes[at] > votes[best] {
			best = at
		}
	}
	return best, inert || best != nowhere
}

// byOne finds a control by one selector: of several, the first that is to be seen,
// and rather where it stood.
func (f *finder) byOne(way []string, step Recorded) (spot, bool) {
	if f.page.tree == nil || len(way) == 0 {
		return nowhere, false
	}
	var found []spot
	any := false
	last := way[len(way)-1]
	kind, rest, prefixed := strings.Cut(last, "/")
	switch {
	case prefixed && kind == "aria":
		found = f.byName(rest)
	case prefixed && kind == "text":
		found = f.byText(rest)
	default:
		var nodes []*html.Node
		switch {
		case prefixed && kind == "xpath":
			nodes = f.page.tree.xpath(rest)
		case prefixed && (kind == "css" || kind == "pierce"):
			nodes = f.page.tree.css([]string{rest})
		default:
			nodes = f.page.tree.css(way)
		}
		for _, n := range nodes {
			at, ok := f.page.tree.control(n, f.spots)
			if !ok {
				any = true
				continue
			}
			found = append(found, at)
		}
	}
	best, liking := nowhere, 0
	for _, at := range found {
		like := 0
		if f.seen(at) {
			like = 1
			if f.framed(at) == step.Framed {
				like = 2
			}
		}
		if like > liking {
			best, liking = at, like
		}
	}
	return best, best != nowhere || any && len(found) == 0
}

func (f *finder) seen(at spot) bool {
	switch {
	case at.field >= 0:
		return f.page.Fields[at.field].Visible
	case at.button >= 0:
		return f.page.Buttons[at.button].Visible
	}
	return at.link >= 0 // links that cannot be seen are not kept
}

func (f *finder) framed(at spot) bool {
	switch {
	case at.field >= 0:
		return f.page.Fields[at.field].Place.Frame != nil
	case at.button >= 0:
		return f.page.Buttons[at.button].Place.Frame != nil
	}
	return false
}

// byName finds controls by what assistive technology calls them, with a role if one
// is named: Password[role="textbox"].
func (f *finder) byName(s string) []spot {
	name, role := s, ""
	if i := strings.LastIndex(s, `[role="`); i >= 0 && strings.HasSuffix(s, `"]`) {
		name, role = s[:i], s[i+7:len(s)-2]
	}
	if name == "" {
		return nil
	}
	var exact, close []spot
	take := func(at spot, texts ...string) {
		for _, text := range texts {
			if sameWords(text, name) {
				exact = append(exact, at)
				return
			}
		}
		if len(name) >= 4 && strings.Contains(fold(texts[0]), fold(name)) {
			close = append(close, at)
		}
	}
	if role == "" || role == "textbox" || role == "searchbox" || role == "spinbutton" || role == "combobox" || role == "checkbox" {
		for i, field := range f.page.Fields {
			take(spot{i, -1, -1}, field.Label, field.Placeholder, field.Title, attr(f.page.tree.fields[i], "aria-label"))
		}
	}
	if role == "" || role == "button" {
		for i, b := range f.page.Buttons {
			take(spot{-1, i, -1}, b.Label, attr(f.page.tree.buttons[i], "aria-label"))
		}
	}
	if role == "" || role == "link" {
		for i, l := range f.page.Links {
			take(spot{-1, -1, i}, l.Text, attr(f.page.tree.links[i], "aria-label"))
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return close
}

// byText finds what can be pressed by what stands on it.
func (f *finder) byText(text string) []spot {
	var exact, close []spot
	take := func(at spot, label string) {
		switch {
		case sameWords(label, text):
			exact = append(exact, at)
		case len(text) >= 4 && strings.Contains(fold(label), fold(text)):
			close = append(close, at)
		}
	}
	for i, b := range f.page.Buttons {
		take(spot{-1, i, -1}, b.Label)
	}
	for i, l := range f.page.Links {
		take(spot{-1, -1, i}, l.Text)
	}
	if len(exact) > 0 {
		return exact
	}
	return close
}

// fieldFor finds the field that a step fills in, and makes sure that it may: what the
// page says of a field weighs more than what was recorded. why is "" if it may.
func (f *finder) fieldFor(step Recorded) (field int, why string) {
	at, found := f.spotOf(step)
	if !found || at.field < 0 {
		return -1, "nothing to fill in on the page is " + calledBy(step)
	}
	field = at.field
	own := f.page.Fields[field]
	switch {
	case !own.Fillable():
		return -1, calledBy(step) + " cannot be typed into"
	case f.view.forbids(field, step.Role, f.bypass):
		return -1, calledBy(step) + " is not for " + RoleNames([]Role{step.Role})
	}
	return field, ""
}

// forbids reports whether a field must not be given a role's value, whoever says so: a
// password where a code is wanted, a code where a password or a code of another kind
// is, anything where robots are to be caught or an account is to be made.
func (v *view) forbids(field int, role Role, bypass bool) bool {
	read := v.role[field]
	switch read {
	case "":
		read = v.roleOf(field)
	case RoleNewPassword:
		if role == RolePassword {
			return v.makesPassword(field)
		}
	}
	switch role {
	case RolePassword:
		switch read {
		case RoleCode, RoleSMSCode, RoleMailCode, RoleBackupCode, RoleCaptcha:
			return true
		}
	case RoleCode:
		switch read {
		case RolePassword, RoleNewPassword, RoleSMSCode, RoleMailCode, RoleCaptcha:
			return true
		case RoleBackupCode:
			return !bypass
		}
	case RoleUsername:
		switch read {
		case RolePassword, RoleNewPassword, RoleCode, RoleSMSCode, RoleMailCode, RoleBackupCode, RoleCaptcha:
			return true
		}
	}
	return false
}

// makesPassword reports whether a form wants a password twice, as where one is made.
func (v *view) makesPassword(field int) bool {
	count := 0
	for _, i := range v.form(v.Fields[field].Form).usable {
		if v.Fields[i].Type == "password" {
			count++
		}
	}
	return count > 1
}
