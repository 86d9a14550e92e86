package wizard

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/tui/internal/text"
)

func (p *Page) checkUser() error {
	v := strings.TrimSpace(p.user.Value())
	if v != p.user.Value() {
		p.user.Input.SetValue(v)
	}
	if v == "" {
		return errors.New("the username is needed")
	}
	return nil
}

// alsoAllowed reads further origins: each alone, or with what it may be sent, as
// https://sso.example.com=password,passcode.
func (p *Page) alsoAllowed() ([]store.Grant, error) {
	var all []store.Grant
	for _, v := range strings.Fields(p.also.Value()) {
		origin, uses, limited := strings.Cut(v, "=")
		if !strings.Contains(origin, "://") {
			origin = "https://" + origin
		}
		g := store.Grant{Origin: strings.TrimSuffix(origin, "/")}
		var err error
		if g.Origin, err = store.ParseOrigin(g.Origin); err != nil {
			return nil, err
		}
		if limited {
			g.For = strings.Split(uses, ",")
		}
		for _, use := range g.For {
			if !slices.Contains(store.GrantUses(), use) {
				return nil, fmt.Errorf("an origin may be sent the %s", strings.Join(store.GrantUses(), ", the "))
			}
		}
		all = append(all, g)
	}
	return all, nil
}

func (p *Page) checkAlso() error {
	_, err := p.alsoAllowed()
	return err
}

// checkProof takes a path for a page of the same site.
func (p *Page) checkProof() error {
	v := strings.TrimSpace(p.proofURL.Value())
	if base, err := url.Parse(p.url.Value()); err == nil && strings.HasPrefix(v, "/") {
		if u, err := base.Parse(v); err == nil {
			v = u.String()
		}
	} else if v != "" && !strings.Contains(v, "://") {
		v = "https://" + v
	}
	if v != p.proofURL.Value() {
		p.proofURL.Input.SetValue(v)
	}
	if v == "" {
		return nil
	}
	_, err := store.ParseTargetURL(v)
	return err
}

func (p *Page) checkText() error {
	if v := strings.TrimSpace(p.proofText.Value()); v != p.proofText.Value() {
		p.proofText.Input.SetValue(v)
	}
	return nil
}

// aboutKey names a key's parameters.
func aboutKey(k otp.Key) string {
	parts := []string{strings.ToUpper(string(k.Type())), string(k.Algorithm()), strconv.Itoa(k.Digits()) + " digits"}
	if k.Type() == otp.HOTP {
		parts = append(parts, "from counter "+strconv.FormatUint(k.Counter(), 10))
	} else {
		parts = append(parts, text.Left(k.Period()))
	}
	names := make([]string, 0, 2)
	for _, n := range []string{text.Clean(k.Issuer()), text.Clean(k.Account())} {
		if n != "" {
			names = append(names, n)
		}
	}
	if len(names) > 0 {
		parts = append([]string{strings.Join(names, ": ")}, parts...)
	}
	return strings.Join(parts, " · ")
}
