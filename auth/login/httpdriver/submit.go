package httpdriver

import (
	"context"
	"net/http"

	"gatepass/auth/login"
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
	d.typed.add(s.Inputs)
	r := request{method: method, url: action, from: p.URL, secret: s.Bearer || carriesSecret(s.Inputs), jar: d.cookies}
	if r.secret {
		if err := d.origins.Check(p.URL); err != nil {
			return login.Page{}, login.Stop(login.UnexpectedOrigin, err, "The page that asks for %s is at %s; %s.",
				roleNames(s.Inputs), login.Bare(p.URL), err)
		}
	}
	form := newEntries(p, s)
	switch method {
	case "DIALOG":
		return login.Page{}, login.Stop(login.NeedsBrowser, nil, "The form at %s is handled by a script.", login.Bare(p.URL))
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
	return d.arrive(d.follow(ctx, r))
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
