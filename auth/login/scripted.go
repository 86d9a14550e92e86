package login

import "net/http"

// NeedsScript says why a form is not for a browser to send by itself; "" if it is. A
// form for a password that names no method, on a page with scripts, has none because a
// script takes what was typed. fields are what is filled in, in a form that is one of
// the page's.
func NeedsScript(p Page, form, button int, fields []int, secret bool) string {
	for _, i := range fields {
		if p.Fields[i].Name == "" {
			return "has a field without a name, which only a script can send."
		}
	}
	if button >= 0 && onlyScripted(p, form, button) {
		return "is sent by a button that only a script gives a meaning to."
	}
	method := p.Forms[form].Method
	if button >= 0 && p.Buttons[button].Method != "" {
		method = p.Buttons[button].Method
	}
	switch {
	case method == "DIALOG":
		return "has a form that closes a dialog, which only a script can send on."
	case method == http.MethodGet && p.Forms[form].Default && p.Scripts > 0 && secret:
		return "has a form that names no method, which only a script can send without showing the password."
	}
	return ""
}

// onlyScripted reports whether the button to press sends nothing by itself: it stands
// outside of the form, or beside another that does send it.
func onlyScripted(p Page, form, button int) bool {
	b := p.Buttons[button]
	if b.Submits() {
		return false
	}
	for _, other := range p.Buttons {
		if other.Form == form && other.Submits() && other.Visible && !other.Disabled {
			return true
		}
	}
	return b.Form != form
}

// needsScript reports whether plain HTTP cannot send what a page asks for.
func (r Reading) needsScript(p Page) bool {
	var fields []int
	for _, i := range append([]int{r.Username, r.Password}, r.Code...) {
		if i >= 0 {
			fields = append(fields, i)
		}
	}
	if len(fields) == 0 {
		return false
	}
	if r.Form == NoForm {
		return true
	}
	if len(r.Code) > 1 && p.Fields[r.Code[0]].Name == "" && CollectingField(p, r.Form) >= 0 {
		return false // what is typed into the boxes is collected in one field
	}
	return NeedsScript(p, r.Form, r.Button, fields, r.Password >= 0 || len(r.Code) > 0) != ""
}
