package httpdriver

import (
	"context"
	"net/http"
	"strings"

	"gatepass/auth/login"
	"gatepass/store"
)

// Submit implements [login.Driver]. The form is sent as a browser would send it
// (HTML, form submission): every successful control in document order, hidden
// fields unchanged, the pressed button's own name and value, in the encoding of
// the page.
func (d *Driver) Submit(ctx context.Context, p login.Page, s login.Submission) (login.Page, error) {
	action := p.Action(s.Form, s.Button)
	if action == nil {
		return login.Page{}, login.Stop(login.NeedsBrowser, nil,
			"The fields at %s stand outside of any form, so only a script can send them.", login.Bare(p.URL))
	}
	method, enc := p.Forms[s.Form].Method, p.Forms[s.Form].Enc
	if s.Button >= 0 {
		method, enc = or(p.Buttons[s.Button].Method, method), or(p.Buttons[s.Button].Enc, enc)
	}
	s = collected(p, s)
	if why := login.NeedsScript(p, s.Form, s.Button, fields(s), mustNotBeSeen(s.Inputs)); why != "" {
		return login.Page{}, login.Stop(login.NeedsBrowser, nil, "%s %s", login.Bare(p.URL), why)
	}
	d.typed.AddInputs(s.Inputs)
	// A username is no secret, but it is not given away either.
	r := request{
		method: method, url: action, from: p.URL, jar: d.cookies,
		secret: s.Bearer || len(s.Inputs) > 0, roles: login.RolesOf(s.Inputs),
	}
	if r.secret {
		if err := d.allowed.Check(ctx, p.URL, r.roles...); err != nil {
			return login.Page{}, login.Stop(login.UnexpectedOrigin, err, "The page that asks for %s is at %s; %s.",
				asked(s.Inputs), login.Bare(p.URL), err)
		}
	}
	form := newEntries(p, s)
	switch method {
	case http.MethodGet:
		if mustNotBeSeen(s.Inputs) {
			return login.Page{}, login.Stop(login.UnsafeForm, nil, "The form at %s is sent with GET.", login.Bare(p.URL))
		}
		u := *action
		u.RawQuery = form.urlencoded()
		r.url = &u
	default:
		var err error
		if r.body, r.enc, err = form.encode(enc); err != nil {
			return login.Page{}, err
		}
	}
	return d.arrive(ctx, r)
}

// collected puts a code that was spread over boxes without names where the page's
// script would collect it.
func collected(p login.Page, s login.Submission) login.Submission {
	var rest []login.Input
	var code strings.Builder
	for _, in := range s.Inputs {
		if in.Role != login.RoleCode || p.Fields[in.Field].Name != "" {
			rest = append(rest, in)
			continue
		}
		code.WriteString(in.Value.Reveal())
	}
	field := login.CollectingField(p, s.Form)
	if code.Len() == 0 || field < 0 {
		return s
	}
	s.Inputs = append(rest, login.Input{Field: field, Role: login.RoleCode, Value: store.NewSecret(code.String())})
	return s
}

// fields lists what is filled in or chosen.
func fields(s login.Submission) []int {
	var all []int
	for _, in := range s.Inputs {
		all = append(all, in.Field)
	}
	if s.Choice != nil {
		all = append(all, s.Choice.Field)
	}
	return all
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
