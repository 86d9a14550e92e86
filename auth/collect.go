package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatepass/auth/otp"
	"gatepass/auth/otp/importer"
	"gatepass/store"
)

// A Collection is what an import would do: every entry that was read has its
// place in exactly one of the lists.
type Collection struct {
	Add      []Enrolment     // new targets, each with a name that is free
	Existing []ExistingEntry // seeds that are here already
}

// An ExistingEntry is an entry whose seed is here already.
type ExistingEntry struct {
	Name   string // as its file names it
	Where  string // its place there
	Target string // the target that has the seed
}

// Collect sorts entries into new ones and those whose seed is here already, by
// the seed itself and not by a name. Nothing is kept yet.
func (g *Gate) Collect(ctx context.Context, entries []importer.Entry) (Collection, error) {
	var c Collection
	owners, names, err := g.seeds(ctx)
	if err != nil {
		return c, err
	}
	for _, e := range entries {
		account, err := g.Account(ctx, e.Key)
		if err != nil {
			return c, err
		}
		if owner, known := owners[account]; known {
			c.Existing = append(c.Existing, ExistingEntry{Name: label(e), Where: e.Where, Target: owner})
			continue
		}
		name := freeName(label(e), names)
		names[name], owners[account] = true, name
		c.Add = append(c.Add, Enrolment{
			Target: store.Target{Name: name, Username: username(e.Key), Route: store.RouteOTP, Tags: usableTags(e.Tags)},
			OTP:    &e.Key,
		})
	}
	return c, nil
}

// seeds tells which target has which seed, and which names are taken.
func (g *Gate) seeds(ctx context.Context) (map[store.Account]string, map[string]bool, error) {
	targets, broken := g.Targets.List()
	if broken != nil {
		return nil, nil, broken
	}
	names, err := g.stockNames(ctx) // a name that is one of these would share its codes
	if err != nil {
		return nil, nil, err
	}
	owners := map[store.Account]string{}
	for _, t := range targets {
		names[t.Name] = true
		if !t.Has(store.KindSeed) {
			continue
		}
		key, err := g.keyOf(ctx, t)
		if errors.Is(err, store.ErrNotFound) {
			continue // its seed is in another store, so nothing here can be the same
		}
		if err != nil {
			return nil, nil, err
		}
		account, err := g.Account(ctx, key)
		if err != nil {
			return nil, nil, err
		}
		owners[account] = t.Name
	}
	return owners, names, nil
}

// AddAll keeps every enrolment or none: when one fails, or ctx ends, those before
// it are removed again. progress, if not nil, is told how many are kept.
func (g *Gate) AddAll(ctx context.Context, list []Enrolment, progress func(done, total int)) error {
	taken, err := g.stockNames(ctx)
	if err != nil {
		return err
	}
	for i, e := range list {
		e.free = !taken[e.Target.StockName()] // looked at once: it means to read every target
		err := ctx.Err()
		if err == nil {
			err = g.Add(ctx, e)
		}
		if err != nil {
			return errors.Join(fmt.Errorf("keep %s: %w", e.Target.Name, err), g.takeBack(ctx, list[:i]))
		}
		if progress != nil {
			progress(i+1, len(list))
		}
	}
	return nil
}

// stockNames are those that a new target would share bypass codes by, if it had them.
func (g *Gate) stockNames(ctx context.Context) (map[string]bool, error) {
	stocks, err := g.Ledger.Stocks(ctx)
	if err != nil {
		return nil, fmt.Errorf("read which stocks there are: %w", err)
	}
	taken := map[string]bool{}
	for name := range stocks {
		taken[name] = true
	}
	targets, _ := g.Targets.List() // one that cannot be read has none
	for _, t := range targets {
		taken[t.StockName()] = true
	}
	return taken, nil
}

// takeBack removes what an import had kept before it failed: exactly what it wrote,
// for these targets were never anything else.
func (g *Gate) takeBack(ctx context.Context, kept []Enrolment) error {
	const patience = 10 * time.Second // for each
	var errs []error
	for _, e := range kept {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		if err := g.unenrol(ctx, e); err != nil {
			errs = append(errs, fmt.Errorf("take back %s: %w", e.Target.Name, err))
		}
		cancel()
	}
	return errors.Join(errs...)
}

func (g *Gate) unenrol(ctx context.Context, e Enrolment) error {
	if e.Replace || e.Bypass != nil { // there was more before, or there is more to it
		return g.Remove(ctx, e.Target.Name)
	}
	var errs []error
	for kind, given := range map[store.Kind]bool{store.KindSeed: e.OTP != nil, store.KindPassword: !e.Password.IsZero()} {
		if given {
			errs = append(errs, g.Secrets.Delete(ctx, store.Ref{Owner: e.Target.Name, Kind: kind}))
		}
	}
	return errors.Join(append(errs, g.Targets.Delete(e.Target.Name))...)
}

// label is what an entry is called.
func label(e importer.Entry) string {
	if e.Name != "" {
		return e.Name
	}
	return strings.TrimSpace(e.Key.Issuer() + " " + e.Key.Account())
}

// username is the account's name where it can be one.
func username(k otp.Key) string {
	if t := (store.Target{Name: "x", Username: k.Account(), Route: store.RouteOTP, Secrets: []store.Kind{store.KindSeed}}); t.Validate() != nil {
		return ""
	}
	return k.Account()
}

// usableTags leaves out what cannot be a tag.
func usableTags(tags []string) []string {
	var out []string
	for _, tag := range tags {
		t := store.Target{Name: "x", Route: store.RouteOTP, Tags: append(out[:len(out):len(out)], tag), Secrets: []store.Kind{store.KindSeed}}
		if t.Validate() == nil {
			out = append(out, tag)
		}
	}
	return out
}

// freeName makes a target's name of an entry's label: small letters, digits and
// dashes, with a number where it is taken.
func freeName(label string, taken map[string]bool) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(label) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', (r == '.' || r == '_') && b.Len() > 0:
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(r)
		default:
			dash = true
		}
		if b.Len() >= 48 {
			break
		}
	}
	base := strings.Trim(b.String(), "-._")
	if store.CheckName(base) != nil {
		base = "entry"
	}
	name := base
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	return name
}
