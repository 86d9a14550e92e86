package auth

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"gatepass/auth/duo"
	"gatepass/store"
)

// A BypassOrder says which bypass codes Duo is to make. Nothing is left to Duo's own
// defaults, which are ten codes for ever in place of all that are there.
type BypassOrder struct {
	Count   int           // of codes; more than ten take several calls
	Valid   time.Duration // how long they are good for; never for ever
	Uses    int           // how often each can be used, 1 or more
	Replace bool          // delete every other code of the account, whoever made it
}

// A BypassPlan is what an order would do, for people to agree to.
type BypassPlan struct {
	Target, Tenant, Stock, Username string
	Order                           BypassOrder
	Calls                           int      // of Duo's API
	Existing                        int      // codes that the account has at Duo
	Sentences                       []string // what it costs and whom it alerts
	// Useless are sentences on why the codes would open nothing: the policy blocks them,
	// or the account is not let in with them.
	Useless []string
}

// LongLived is how long codes may be good for before an order of them needs a word of
// its own: a scan takes hours, and what outlives it is a key under the mat.
const LongLived = 7 * 24 * time.Hour

// Long reports whether an order's codes outlive any scan.
func (o BypassOrder) Long() bool { return o.Valid > LongLived }

// Word is what has to be typed to agree to an order.
func (o BypassOrder) Word() string {
	if o.Long() {
		return "issue long-lived"
	}
	return "issue"
}

// DuoPlanBypass looks what an order would do. Nothing is made.
func (g *Gate) DuoPlanBypass(ctx context.Context, name string, o BypassOrder, tell DuoSink) (BypassPlan, error) {
	if err := checkOrder(o); err != nil {
		return BypassPlan{}, err
	}
	a, err := g.duoOf(ctx, name, tell)
	if err != nil {
		return BypassPlan{}, err
	}
	defer a.close()
	if err := g.ofOneAccount(ctx, a.target); err != nil {
		return BypassPlan{}, err
	}
	known, err := g.Ledger.KnownBypass(ctx)
	if err != nil {
		return BypassPlan{}, err
	}
	user, have, err := a.codes(ctx)
	if err != nil {
		return BypassPlan{}, err
	}
	stray, err := a.strayOf(ctx, g, known, have, g.busy(ctx, a.tenant.Name, a.user))
	if err != nil {
		return BypassPlan{}, err
	}
	p := BypassPlan{
		Target: name, Tenant: a.tenant.Name, Stock: a.target.StockName(), Username: a.user, Order: o,
		Calls: (o.Count + duo.CodesPerCall - 1) / duo.CodesPerCall, Existing: len(have),
	}
	if !o.Replace && len(have)+o.Count > duo.CodesPerUser {
		return p, store.WithHint(fmt.Errorf("%w: %s has %d codes at Duo, and an account can have %d", ErrUsage, a.user, len(have), duo.CodesPerUser),
			"Revoke those of an earlier scan: gatepass duo bypass revoke "+name)
	}
	p.Useless = append(uselessFor(a.user, user), a.uselessBy(ctx, user)...)
	list, revoke := bypassCommands(name)
	p.Sentences = slices.Concat(planSentences(p), p.Useless, stray.lostSentences(true, g.Now(), list, revoke))
	return p, nil
}

// uselessFor says which standing of the account a bypass code does not change.
func uselessFor(name string, user duo.User) []string {
	status, group := user.Effective()
	through := throughGroup(group)
	switch status {
	case duo.StatusActive:
		return nil
	case duo.StatusBypass:
		return []string{fmt.Sprintf("The account %s has the status bypass%s: Duo asks it for nothing anywhere, and a code would not be asked for.", name, through)}
	case duo.StatusLocked:
		return []string{fmt.Sprintf("The account %s is locked out%s: Duo refuses it with a bypass code too, until an administrator sets its status to active.", name, through)}
	}
	return []string{fmt.Sprintf("The account %s has the status %q%s: Duo refuses it with a bypass code too.", name, status, through)}
}

// uselessBy says whether the policy of the target's application blocks bypass codes. That
// it cannot be read is no reason not to make any.
func (a *duoAccount) uselessBy(ctx context.Context, user duo.User) []string {
	if a.target.Duo.Integration == "" {
		return nil
	}
	p, err := a.judge(ctx, user, netip.Addr{})
	if err != nil {
		return nil
	}
	v := p.Verdict(store.RouteBypassCode)
	if v.State != duo.Blocked || v.Section == duo.SectionAccount { // the account's standing is told by uselessFor
		return nil
	}
	return []string{fmt.Sprintf("The policy of the application that %s signs in to blocks bypass codes (%s): they would be refused there, and refusals lock accounts. Have the administrator take \"bypass\" out of the blocked methods first: gatepass duo policy %s", a.target.Name, v.Section, a.target.Name)}
}

func checkOrder(o BypassOrder) error {
	switch {
	case o.Count < 1 || o.Count > duo.CodesPerUser:
		return fmt.Errorf("%w: %d codes; an account can have 1 to %d", ErrUsage, o.Count, duo.CodesPerUser)
	case o.Valid < time.Minute:
		return fmt.Errorf("%w: codes that are good for %s; say how long the scan takes, such as 2h. None is issued that never ends", ErrUsage, o.Valid)
	case o.Uses < 1:
		return fmt.Errorf("%w: %d uses for each code; without a limit none is issued", ErrUsage, o.Uses)
	}
	return nil
}

// codes reads the account and the codes that it has at Duo.
func (a *duoAccount) codes(ctx context.Context) (duo.User, []duo.BypassCode, error) {
	if err := a.needAdmin("looking after bypass codes"); err != nil {
		return duo.User{}, nil, err
	}
	user, err := a.findUser(ctx)
	if err != nil {
		return user, nil, err
	}
	a.tell.doing("reading which bypass codes there are")
	have, err := a.admin.BypassCodes(ctx, user.ID)
	return user, have, err
}

func planSentences(p BypassPlan) []string {
	o := p.Order
	each := "good once"
	if o.Uses > 1 {
		each = fmt.Sprintf("good %d times", o.Uses)
	}
	if o.Count > 1 {
		each = "each " + each
	}
	out := []string{
		fmt.Sprintf("Duo makes %s for %s, %s, for %s. Who has one gets past the second factor.", plural(o.Count, "bypass code"), p.Username, each, spell(o.Valid)),
		"Duo records it, and who watches its alerts sees it: tell them that a scan begins.",
	}
	if o.Replace && p.Existing > 0 {
		out = append(out, fmt.Sprintf("The %s that the account has now are deleted, whoever made them.", plural(p.Existing, "code")))
	}
	if o.Long() {
		out = append(out, fmt.Sprintf("%s is long: who finds one of the codes until then gets past the second factor. A scan takes hours; codes for the next one are made when it begins.", capital(spell(o.Valid))))
	}
	return out
}

func throughGroup(group string) string {
	if group == "" {
		return ""
	}
	return fmt.Sprintf(" through the group %q", group)
}

// spell writes a length of time as people say it, "2h" and not "2h0m0s".
func spell(d time.Duration) string {
	switch {
	case d%(24*time.Hour) == 0:
		return plural(int(d/(24*time.Hour)), "day")
	case d%time.Hour == 0:
		return plural(int(d/time.Hour), "hour")
	case d%time.Minute == 0:
		return plural(int(d/time.Minute), "minute")
	}
	return d.String()
}
