package login

import (
	"context"
	"crypto/sha256"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"gatepass/store"
)

// appeared marks what is in a session and was not, or not with this value, in an
// earlier one.
func appeared(before Session, after *Session) {
	old := map[string][sha256.Size]byte{}
	for _, c := range before.Cookies {
		old[c.key()] = sha256.Sum256([]byte(c.Value.Reveal()))
	}
	for i, c := range after.Cookies {
		sum, known := old[c.key()]
		after.Cookies[i].Fresh = !known || sum != sha256.Sum256([]byte(c.Value.Reveal()))
	}
	for _, place := range after.Storage {
		was := before.at(place.Origin)
		freshItems(was.Local, place.Local)
		freshItems(was.Session, place.Session)
	}
}

// key is what makes a cookie the same cookie (RFC 6265 §5.3, step 11).
func (c Cookie) key() string {
	return strings.Join([]string{c.Name, c.Domain, c.Path, c.Partition.Site, strconv.FormatBool(c.Partition.CrossSite)}, "\x00")
}

// at is what an origin keeps.
func (s Session) at(origin string) Storage {
	for _, place := range s.Storage {
		if place.Origin == origin {
			return place
		}
	}
	return Storage{Origin: origin}
}

func freshItems(before, after []StorageItem) {
	for i, item := range after {
		after[i].Fresh = !slices.ContainsFunc(before, func(old StorageItem) bool {
			return old.Name == item.Name && old.Value.Reveal() == item.Value.Reveal()
		})
	}
}

// factsOf is what a session shows of itself without its values.
func factsOf(s Session) SessionFacts {
	f := SessionFacts{BareClient: Untried, Header: !s.Authorization.IsZero()}
	for _, c := range s.Cookies {
		if !c.Fresh {
			continue
		}
		f.Cookies = append(f.Cookies, Clean(c.Name)+"@"+c.Domain)
		if !c.Expires.IsZero() && (f.Until.IsZero() || c.Expires.Before(f.Until)) {
			f.Until = c.Expires
		}
	}
	for _, place := range s.Storage {
		f.LocalStorage = append(f.LocalStorage, freshNames(place.Local, place.Origin)...)
		f.TabStorage = append(f.TabStorage, freshNames(place.Session, place.Origin)...)
	}
	for _, list := range [][]string{f.Cookies, f.LocalStorage, f.TabStorage} {
		sort.Strings(list)
	}
	return f
}

func freshNames(items []StorageItem, origin string) []string {
	var names []string
	for _, item := range items {
		if item.Fresh {
			names = append(names, Clean(item.Name)+"@"+origin)
		}
	}
	return names
}

// kept reports whether anything appeared that could keep a login alive.
func (f SessionFacts) kept() bool {
	return len(f.Cookies)+len(f.LocalStorage)+len(f.TabStorage) > 0 || f.Header
}

// inWords says what appeared: the names alone where all are of one place.
func (f SessionFacts) inWords() string {
	var parts []string
	for _, list := range []struct {
		what  string
		names []string
	}{{"cookies", f.Cookies}, {"localStorage", f.LocalStorage}, {"sessionStorage", f.TabStorage}} {
		if len(list.names) > 0 {
			parts = append(parts, list.what+": "+strings.Join(withoutPlace(list.names), ", "))
		}
	}
	if f.Header {
		parts = append(parts, "an Authorization header")
	}
	return clip(strings.Join(parts, "; "), 300)
}

// withoutPlace leaves the places away where there is only one.
func withoutPlace(names []string) []string {
	short := make([]string, len(names))
	_, place, _ := strings.Cut(names[0], "@")
	for i, name := range names {
		own, at, _ := strings.Cut(name, "@")
		if at != place {
			return names
		}
		short[i] = own
	}
	return short
}

// sessionNow asks the driver what keeps the login alive. What cannot be told is not
// there.
func (r *run) sessionNow(ctx context.Context) Session {
	s, err := r.driver.Session(ctx)
	if err != nil {
		return Session{}
	}
	s.Target, s.At, s.URL = r.plan.Target.Name, r.plan.Now(), r.hide.Bare(r.page.URL)
	return s
}

// tellingValue is the length, in bytes, from which on a value of a session is kept out of
// what is written: shorter ones are settings and languages.
const tellingValue = 16

// hideSession remembers what the session is made of, whatever became of the login.
func (r *run) hideSession(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
	defer cancel()
	now, err := r.raw.Session(ctx)
	if err != nil {
		now = Session{}
	}
	known := map[string]bool{}
	for _, s := range []Session{r.before, r.after, now} {
		for _, v := range s.values() {
			if value := v.Reveal(); len(value) >= tellingValue && !known[value] {
				known[value] = true
				r.hide.Add(roleSession, v)
			}
		}
	}
}

func (s Session) values() []store.Secret {
	all := []store.Secret{s.Authorization}
	for _, c := range s.Cookies {
		all = append(all, c.Value)
	}
	for _, place := range s.Storage {
		for _, item := range append(place.Local[:len(place.Local):len(place.Local)], place.Session...) {
			all = append(all, item.Value)
		}
	}
	return all
}

// Expired reports whether a cookie's time is over.
func (c Cookie) Expired(now time.Time) bool { return !c.Expires.IsZero() && !now.Before(c.Expires) }
