package auth

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gatepass/auth/otp"
	"gatepass/auth/otp/importer"
	"gatepass/store"
)

// A Collection is what an import would do: every entry that was read has its
// place in exactly one of the lists.
type Collection struct {
	Add      []Enrolment     // new targets, each with a name that is free
	Existing []ExistingEntry // entries that are here already
	// Alike says of a new target, by its name, that its seed is here under other
	// parameters: "the seed of shop, which has 6 digits". Servers count such keys as one.
	Alike map[string]string
}

// An ExistingEntry is an entry that is here already.
type ExistingEntry struct {
	Name   string // as its file names it
	Where  string // its place there
	Target string // the target that has it
}

// Collect sorts entries into new ones and those that are here already: those whose
// seed is here with the same parameters, for the same account, whatever they are
// called. Nothing is kept yet.
func (g *Gate) Collect(ctx context.Context, entries []importer.Entry) (Collection, error) {
	c := Collection{Alike: map[string]string{}}
	owners, names, err := g.seeds(ctx)
	if err != nil {
		return c, err
	}
	free := naming{taken: names, next: map[string]int{}}
	for _, e := range namedFirst(entries) {
		account, err := g.Account(ctx, e.Key)
		if err != nil {
			return c, err
		}
		if owner, known := findSame(owners[account], e.Key); known {
			c.Existing = append(c.Existing, ExistingEntry{Name: label(e), Where: e.Where, Target: owner})
			continue
		}
		name := free.name(label(e))
		if have := owners[account]; len(have) > 0 {
			c.Alike[name] = fmt.Sprintf("the seed of %s, which %s", have[0].target, difference(have[0].key, e.Key))
		}
		owners[account] = append(owners[account], owner{name, e.Key})
		c.Add = append(c.Add, Enrolment{
			Target: store.Target{Name: name, Username: username(e.Key), Route: store.RouteOTP, Tags: usableTags(e.Tags)},
			OTP:    &e.Key,
		})
	}
	return c, nil
}

// namedFirst puts entries without any name last: where one is there with a name too,
// the name is kept.
func namedFirst(entries []importer.Entry) []importer.Entry {
	nameless := func(e importer.Entry) int {
		if label(e) == "" {
			return 1
		}
		return 0
	}
	return slices.SortedStableFunc(slices.Values(entries), func(a, b importer.Entry) int { return nameless(a) - nameless(b) })
}

// An owner is a target that has a key.
type owner struct {
	target string
	key    otp.Key
}

// findSame finds the target that gives the same codes for the same account.
func findSame(owners []owner, k otp.Key) (string, bool) {
	for _, o := range owners {
		if difference(o.key, k) == "" {
			return o.target, true
		}
	}
	return "", false
}

// difference says how have is another key than k, though they share their seed; ""
// when it is not. A name that one of them lacks is no difference, and the issuer's is
// none at all: programs write it as they like.
func difference(have, k otp.Key) string {
	switch {
	case have.Type() != k.Type():
		return "is of the type " + string(have.Type())
	case have.Algorithm() != k.Algorithm():
		return "uses " + string(have.Algorithm())
	case have.Digits() != k.Digits():
		return fmt.Sprintf("has %d digits", have.Digits())
	case have.Period() != k.Period():
		return fmt.Sprintf("has a new code every %d s", int(have.Period().Seconds()))
	case have.Account() != "" && k.Account() != "" && !strings.EqualFold(have.Account(), k.Account()):
		return "is for another account"
	}
	return ""
}

// seeds tells which targets have which seed, and which names are taken.
func (g *Gate) seeds(ctx context.Context) (map[store.Account][]owner, map[string]bool, error) {
	targets, broken := g.Targets.List()
	if broken != nil {
		return nil, nil, broken
	}
	names, err := g.stockNames(ctx) // a name that is one of these would share its codes
	if err != nil {
		return nil, nil, err
	}
	var refs []store.Ref
	for _, t := range targets {
		names[t.Name] = true
		if t.Has(store.KindSeed) {
			refs = append(refs, seedRef(t))
		}
	}
	// One that is not found is in another store, so nothing here can be the same.
	found, err := store.GetMany(ctx, g.Secrets, refs)
	if err != nil {
		return nil, nil, fmt.Errorf("read the seeds that are here: %w", err)
	}
	owners := map[store.Account][]owner{}
	for _, ref := range refs {
		seed, ok := found[ref]
		if !ok {
			continue
		}
		key, err := otp.Parse(seed.Reveal())
		if err != nil {
			return nil, nil, fmt.Errorf("the seed kept for %q: %w", ref.Owner, err)
		}
		account, err := g.Account(ctx, key)
		if err != nil {
			return nil, nil, err
		}
		owners[account] = append(owners[account], owner{ref.Owner, key})
	}
	return owners, names, nil
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

// naming gives out names for targets, each once.
type naming struct {
	taken map[string]bool
	next  map[string]int // the number to try next, for a name that was taken
}

// name makes a target's name of an entry's label, with a number where it is taken.
func (n naming) name(label string) string {
	base := nameOf(label)
	name := base
	for i := max(n.next[base], 2); n.taken[name]; i++ {
		name = fmt.Sprintf("%s-%d", base, i)
		n.next[base] = i + 1
	}
	n.taken[name] = true
	return name
}

// nameOf makes a name of a label: small letters, digits and dashes.
func nameOf(label string) string {
	const longest = 48
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
		if b.Len() >= longest {
			break
		}
	}
	base := strings.Trim(b.String(), "-._")
	if store.CheckName(base) != nil {
		return "entry"
	}
	return base
}
