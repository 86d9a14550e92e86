package wizard

import (
	"errors"
	"net/url"
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
