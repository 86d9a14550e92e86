package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gatepass/auth/duo"
	"gatepass/store"
)

// BypassRevoked is what came of revoking codes. After an error it tells how far it
// came.
type BypassRevoked struct {
	AtDuo     int // codes deleted at Duo
	Lost      int // of those: codes that were asked for and never arrived here
	FromStock int // codes removed from the stock and the secret store
	Left      int // codes that the account still has at Duo
	// Unnamed are codes that gatepass had issued and does not know Duo's ids of: they
	// are removed here and end by themselves.
	Unnamed int
}

// A RevokePlan is what revoking would delete, for people to agree to.
type RevokePlan struct {
	Tenant, Username string
	AtDuo            int // codes that the account has at Duo
	Ours             int // of them: codes that gatepass had issued here
	Lost             int // of them: codes that were asked for here and never arrived
	Going            int // of them: codes that would be deleted
	Here             int // codes that would be taken out of the stock
	Sentences        []string
}

// A BypassOwner says whose bypass codes are meant: a target's or, where no target is
// left, those of an account in a tenant.
type BypassOwner struct{ Target, Tenant, Username string }

// duoOwner opens what is needed to ask Duo about an account. The caller closes it.
func (g *Gate) duoOwner(ctx context.Context, o BypassOwner, tell DuoSink) (*duoAccount, error) {
	if o.Target != "" {
		return g.duoOf(ctx, o.Target, tell)
	}
	t, err := g.tenants().Get(o.Tenant)
	if err != nil {
		return nil, err
	}
	a, err := g.openTenant(ctx, t, tell)
	if err != nil {
		return nil, err
	}
	a.user = o.Username
	return a, nil
}

// revocation is what revoking goes by.
type revocation struct {
	account *duoAccount
	all     bool
	known   map[string][]store.BypassCode // in the stocks that count, by stock
	have    []duo.BypassCode
	stray   BypassStray
}

// lookToRevoke reads what is here and then what is at Duo: what is in neither list came
// later, and what is in the first alone is gone from Duo.
func (g *Gate) lookToRevoke(ctx context.Context, a *duoAccount, all, busy bool) (*revocation, error) {
	if err := a.needAdmin("looking after bypass codes"); err != nil {
		return nil, err
	}
	known, err := g.Ledger.KnownBypass(ctx)
	if err != nil {
		return nil, err
	}
	_, have, err := a.codes(ctx)
	if err != nil {
		return nil, err
	}
	r := &revocation{account: a, all: all, known: known, have: have}
	if r.stray, err = a.strayOf(ctx, g, known, have, busy); err != nil {
		return nil, err
	}
	if a.target.Name != "" {
		own := a.target.StockName()
		r.known = map[string][]store.BypassCode{own: known[own]}
	}
	return r, nil
}

// issued reports whether a code at Duo is one that gatepass had issued here.
func (r *revocation) issued(c duo.BypassCode) bool {
	for _, codes := range r.known {
		if slices.ContainsFunc(codes, func(o store.BypassCode) bool { return o.Issued && o.DuoID == c.ID }) {
			return true
		}
	}
	return slices.ContainsFunc(r.stray.Unnamed, func(o duo.BypassCode) bool { return o.ID == c.ID })
}

// lost reports whether a code at Duo is one that never arrived here.
func (r *revocation) lost(c duo.BypassCode) bool {
	return slices.ContainsFunc(r.stray.Codes, func(o duo.BypassCode) bool { return o.ID == c.ID })
}

// goes reports whether a code at Duo is to be deleted.
func (r *revocation) goes(c duo.BypassCode) bool { return r.all || r.issued(c) || r.lost(c) }

// dead gives, by stock, the ids here of the codes that deleting these leaves nothing of.
// whole says that all was deleted that was to be.
func (r *revocation) dead(deleted []string, whole bool) (ids map[string][]string, unnamed int) {
	ids = map[string][]string{}
	for stock, codes := range r.known {
		for _, c := range codes {
			listed := slices.ContainsFunc(r.have, func(b duo.BypassCode) bool { return b.ID == c.DuoID })
			// Without a target, a code of which nothing is listed may be another account's.
			ours := r.account.target.Name != "" || !c.Account.Other(r.account.bypassAccount()) && c.Account.Known()
			switch {
			case c.Gone:
			case slices.Contains(deleted, c.DuoID):
				ids[stock] = append(ids[stock], c.ID)
			case whole && ours && (r.all || c.Issued && !listed):
				ids[stock] = append(ids[stock], c.ID)
				if c.Issued && c.DuoID == "" && !r.all && len(r.stray.Unnamed) == 0 {
					unnamed++
				}
			}
		}
	}
	return ids, unnamed
}

// buried gives, by stock, the ids of codes that were removed here before, and of which
// deleting these leaves nothing at Duo either.
func (r *revocation) buried(deleted []string, whole bool) map[string][]string {
	ids := map[string][]string{}
	for stock, codes := range r.known {
		for _, c := range codes {
			listed := slices.ContainsFunc(r.have, func(b duo.BypassCode) bool { return b.ID == c.DuoID })
			ours := c.Account.Known() && !c.Account.Other(r.account.bypassAccount())
			if c.Gone && (slices.Contains(deleted, c.DuoID) || whole && ours && !listed) {
				ids[stock] = append(ids[stock], c.ID)
			}
		}
	}
	return ids
}

// DuoPlanRevoke looks what revoking would delete: the codes that gatepass had issued and
// those that it asked for and never got, or with all every code that the account has.
// Nothing is deleted.
func (g *Gate) DuoPlanRevoke(ctx context.Context, o BypassOwner, all bool, tell DuoSink) (RevokePlan, error) {
	a, err := g.duoOwner(ctx, o, tell)
	if err != nil {
		return RevokePlan{}, err
	}
	defer a.close()
	r, err := g.lookToRevoke(ctx, a, all, g.busy(ctx, a.tenant.Name, a.user))
	if err != nil {
		return RevokePlan{}, err
	}
	p := RevokePlan{Tenant: a.tenant.Name, Username: a.user, AtDuo: len(r.have)}
	var going []string
	for _, c := range r.have {
		switch {
		case r.issued(c):
			p.Ours++
		case r.lost(c):
			p.Lost++
		}
		if r.goes(c) {
			going = append(going, c.ID)
		}
	}
	p.Going = len(going)
	ids, _ := r.dead(going, true)
	for _, these := range ids {
		p.Here += len(these)
	}
	p.Sentences = revokeSentences(p, all)
	if len(r.stray.Unclear) > 0 && !all {
		list, revoke := bypassCommands(o.Target)
		p.Sentences = append(p.Sentences, r.stray.lostSentences(true, g.Now(), list, revoke)...)
	}
	return p, nil
}

func revokeSentences(p RevokePlan, all bool) []string {
	of := []string{fmt.Sprintf("%d that gatepass had issued here", p.Ours)}
	if p.Lost > 0 {
		of = append(of, fmt.Sprintf("%d that %s asked for here and never arrived", p.Lost, wereWas(p.Lost)))
	}
	if others := p.AtDuo - p.Ours - p.Lost; others > 0 {
		of = append(of, fmt.Sprintf("%d that %s unknown here: an administrator's, perhaps another machine's", others, isAre(others)))
	}
	out := []string{fmt.Sprintf("The account %s has %s at Duo: %s.", p.Username, plural(p.AtDuo, "bypass code"), joinAnd(of))}
	if p.AtDuo == 0 {
		out[0] = fmt.Sprintf("The account %s has no bypass code at Duo.", p.Username)
	}
	switch {
	case all && p.Going > 0:
		out = append(out, fmt.Sprintf("%s deleted, whoever made %s, also what people keep for a day without their phone.", allGo(p.Going), themIt(p.Going)))
	case p.Going > 0:
		out = append(out, fmt.Sprintf("%s deleted at Duo.", capital(plural(p.Going, "code")+" "+isAre(p.Going))))
	}
	if p.Here > 0 {
		out = append(out, fmt.Sprintf("%s taken out of the stock here.", capital(plural(p.Here, "code")+" "+isAre(p.Here))))
	}
	return out
}

func allGo(n int) string {
	if n == 1 {
		return "It is"
	}
	return fmt.Sprintf("All %d are", n)
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// joinAnd writes a list as people do.
func joinAnd(all []string) string {
	switch len(all) {
	case 0:
		return ""
	case 1:
		return all[0]
	}
	out := all[0]
	for _, s := range all[1 : len(all)-1] {
		out += ", " + s
	}
	return out + " and " + all[len(all)-1]
}

// DuoRevokeBypass deletes a target's bypass codes at Duo and takes them out of the
// stock: those that gatepass had issued and those that it asked for and never got, or
// with all every code that the account has, whoever made it. Codes that come into the
// stock meanwhile stay there.
func (g *Gate) DuoRevokeBypass(ctx context.Context, name string, all bool, tell DuoSink) (BypassRevoked, error) {
	return g.DuoRevoke(ctx, BypassOwner{Target: name}, all, tell)
}

// DuoRevoke is DuoRevokeBypass for an account of which no target may be left.
func (g *Gate) DuoRevoke(ctx context.Context, o BypassOwner, all bool, tell DuoSink) (BypassRevoked, error) {
	a, err := g.duoOwner(ctx, o, tell)
	if err != nil {
		return BypassRevoked{}, err
	}
	defer a.close()
	release, err := g.alone(ctx, a)
	if err != nil {
		return BypassRevoked{}, err
	}
	defer release()
	look, err := g.lookToRevoke(ctx, a, all, false)
	if err != nil {
		return BypassRevoked{}, err
	}
	var r BypassRevoked
	deleted, err := a.deleteCodes(ctx, look.have, look.goes)
	r.AtDuo, r.Left = len(deleted), len(look.have)-len(deleted)
	for _, c := range look.stray.Codes {
		if slices.Contains(deleted, c.ID) {
			r.Lost++
		}
	}
	ids, unnamed := look.dead(deleted, err == nil)
	tidied := a.afterwards(ctx, func(ctx context.Context) (failed error) {
		if r.FromStock, failed = g.dropAll(ctx, ids); failed != nil {
			return failed
		}
		for stock, these := range look.buried(deleted, err == nil) {
			if failed = g.Ledger.MissBypass(ctx, stock, these, these); failed != nil {
				return failed
			}
		}
		return g.Ledger.SettleBypassOrders(ctx, look.stray.cleared(deleted, all && err == nil)...)
	})
	if r.FromStock > 0 {
		r.Unnamed = unnamed
	}
	return r, errors.Join(err, tidied)
}

// cleared gives the orders of which nothing is left at Duo once these were deleted; all
// says that nothing at all is left of the account's.
func (s BypassStray) cleared(deleted []string, all bool) []string {
	var ids []string
	for _, o := range s.Orders {
		came, left := 0, 0
		for _, c := range slices.Concat(s.Codes, s.Unnamed, s.Unclear) {
			if cameOf(o, c) {
				came++
				if !slices.Contains(deleted, c.ID) {
					left++
				}
			}
		}
		// What was sent a moment ago and is not there may come yet.
		if left == 0 && (came > 0 || all && o.Kept) {
			ids = append(ids, o.ID)
		}
	}
	return ids
}

// deleteCodes deletes codes at Duo, and gives the ids of those that are deleted.
func (a *duoAccount) deleteCodes(ctx context.Context, have []duo.BypassCode, going func(duo.BypassCode) bool) (deleted []string, err error) {
	for n, c := range have {
		if !going(c) {
			continue
		}
		a.tell.doing("deleting at Duo, %d of %d", n+1, len(have))
		if err := a.admin.DeleteBypassCode(ctx, c.ID); err != nil {
			return deleted, err
		}
		deleted = append(deleted, c.ID)
	}
	return deleted, nil
}
