package httpdriver

import (
	"net/url"
	"strings"

	"gatepass/auth/login"
)

// maxValues is how many values of one request are kept.
const maxValues = 60

// sentValues lists what a request carries, without the values themselves.
func (d *Driver) sentValues(r request) []login.Value {
	all := d.pairs("query", r.url.RawQuery)
	if r.enc == login.EncURL {
		all = append(all, d.pairs("form", r.body)...)
	}
	for _, c := range r.jar.of(r.url) {
		if len(all) < maxValues {
			all = append(all, d.value("cookie", c.Name, c.Value))
		}
	}
	return all
}

// pairs takes an encoded form apart and keeps its order.
func (d *Driver) pairs(in, encoded string) []login.Value {
	var all []login.Value
	for pair := range strings.SplitSeq(encoded, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name == "" || len(all) >= maxValues {
			continue
		}
		all = append(all, d.value(in, unescaped(name), unescaped(value)))
	}
	return all
}

// value puts what it is, or a token, in a value's place.
func (d *Driver) value(in, name, value string) login.Value {
	v := login.Value{In: in, Name: d.typed.Clean(name), Token: d.tokens.Of(value)}
	if roles := d.typed.Found(value); len(roles) > 0 {
		v.Token = string(roles[0])
	}
	return v
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}
