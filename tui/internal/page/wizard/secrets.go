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
	v := strings.TrimSpace(p.user.input.Value())
	if v != p.user.input.Value() {
		p.user.input.SetValue(v)
	}
	if v == "" {
		return errors.New("the username is needed")
	}
	return nil
}

// readSeed reads the seed on every key: parsing costs microseconds, and whoever
// types it off a paper wants to see the moment when it is right.
func (p *Page) readSeed() {
	p.key = nil
	if p.secret.input.Empty() {
		return
	}
	k, err := otp.Parse(p.secret.input.Value())
	if err != nil {
		p.secret.problem = err
		return
	}
	p.key = &k
}

func (p *Page) checkSeed() error {
	if p.secret.input.Empty() {
		return store.WithHint(errors.New("the route otp needs a seed"),
			"It is behind the QR code when an authenticator app is enrolled: choose “enter it by hand” there. Without one, go back and choose another route.")
	}
	if p.key == nil {
		return p.secret.problem
	}
	return nil
}

// checkProof takes a path for a page of the same site.
func (p *Page) checkProof() error {
	v := strings.TrimSpace(p.proofURL.input.Value())
	if base, err := url.Parse(p.url.input.Value()); err == nil && strings.HasPrefix(v, "/") {
		if u, err := base.Parse(v); err == nil {
			v = u.String()
		}
	} else if v != "" && !strings.Contains(v, "://") {
		v = "https://" + v
	}
	if v != p.proofURL.input.Value() {
		p.proofURL.input.SetValue(v)
	}
	if v == "" {
		return nil
	}
	_, err := store.ParseTargetURL(v)
	return err
}

func (p *Page) checkText() error {
	if v := strings.TrimSpace(p.proofText.input.Value()); v != p.proofText.input.Value() {
		p.proofText.input.SetValue(v)
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
