package chrome

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"time"

	"gatepass/auth/login"
)

// Cookies implements [login.Driver]. Cookies are named name@host. What scripts keep
// is named localStorage:key@host and sessionStorage:key@host.
func (d *Driver) Cookies() map[string]string {
	all := map[string]string{}
	if d.proc == nil || d.closed {
		return all
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	s, err := d.Session(ctx)
	if err != nil {
		return all
	}
	for _, c := range s.Cookies {
		all[login.Clean(c.Name)+"@"+c.Domain] = token(c.Value.Reveal())
	}
	for _, place := range s.Storage {
		at, err := url.Parse(place.Origin)
		if err != nil {
			continue
		}
		for kind, items := range map[string][]login.StorageItem{"localStorage:": place.Local, "sessionStorage:": place.Session} {
			for _, item := range items {
				all[kind+login.Clean(item.Name)+"@"+at.Hostname()] = token(item.Value.Reveal())
			}
		}
	}
	return all
}

// token changes when a value does, and does not tell it.
func token(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:6])
}
