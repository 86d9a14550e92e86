package httpdriver

import "gatepass/auth/login"

// sentValues lists what a request carries, without the values themselves.
func (d *Driver) sentValues(r request) []login.Value {
	all := d.tokens.Pairs(&d.typed, "query", r.url.RawQuery)
	if r.enc == login.EncURL {
		all = append(all, d.tokens.Pairs(&d.typed, "form", r.body)...)
	}
	for _, c := range r.jar.of(r.url) {
		if len(all) < login.MaxValues {
			all = append(all, d.value("cookie", c.Name, c.Value))
		}
	}
	return all
}

// value puts what it is, or a token, in a value's place.
func (d *Driver) value(in, name, value string) login.Value {
	return d.tokens.Value(&d.typed, in, name, value)
}
