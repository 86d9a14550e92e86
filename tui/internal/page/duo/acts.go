package duo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/duo"
	"gatepass/store"
	"gatepass/tui/internal/talk"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

type (
	planResult       struct{ plan auth.BypassPlan }
	revokePlanResult struct {
		plan auth.RevokePlan
		all  bool
	}
	issuedResult  struct{ issued auth.BypassIssued }
	revokedResult struct{ revoked auth.BypassRevoked }
	tokenResult   struct{ token auth.TokenEnrolment }
	removedResult struct{ removed auth.TokenRemoval }
	logResult     struct{ log auth.DuoLog }
	appsResult    struct{ apps []duo.Application }
)

// updateActs takes what came of what was asked to be done.
func (p *Page) updateActs(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.Result[planResult]:
		if p.acted(msg.Run, msg.Err) && msg.Err == nil {
			p.askIssue(msg.Value.plan)
		}
	case ui.Result[issuedResult]:
		if p.acted(msg.Run, msg.Err) {
			return p.issued(msg.Value.issued, msg.Err)
		}
	case ui.Result[revokePlanResult]:
		if p.acted(msg.Run, msg.Err) && msg.Err == nil {
			p.sureRevoke(msg.Value)
		}
	case ui.Result[revokedResult]:
		if p.acted(msg.Run, msg.Err) {
			return p.revoked(msg.Value.revoked, msg.Err)
		}
	case ui.Result[tokenResult]:
		if p.acted(msg.Run, msg.Err) {
			return p.enrolled(msg.Value.token, msg.Err)
		}
	case ui.Result[removedResult]:
		if p.acted(msg.Run, msg.Err) {
			return p.removed(msg.Value.removed, msg.Err)
		}
	case ui.Result[logResult]:
		if p.acted(msg.Run, msg.Err) && msg.Err == nil {
			p.logged, p.mode = &msg.Value.log, logReading
			p.scroll.Reset()
		}
	case ui.Result[appsResult]:
		if p.acted(msg.Run, msg.Err) && msg.Err == nil {
			p.offerApps(msg.Value.apps)
		}
	default:
		return p.updateKept(msg)
	}
	return nil
}

// acted reports whether a result is of what is being done, and keeps why it failed.
// That somebody stopped it is no failure, unless there is more to it.
func (p *Page) acted(run int64, err error) bool {
	stopped := p.act.Stopped()
	if !p.act.Done(run) {
		return false
	}
	if p.actErr = err; stopped && onlyCanceled(err) {
		p.actErr = nil
		p.env.Host.Say(ui.Notice{Text: "Stopped."})
	}
	return true
}

// onlyCanceled reports whether an error says no more than that somebody stopped.
func onlyCanceled(err error) bool {
	return errors.Is(err, context.Canceled) && len(store.Hints(err)) == 0 && !strings.Contains(err.Error(), "\n")
}

// plan asks what an order of codes would do.
func (p *Page) plan() tea.Cmd {
	gate, name, order := p.env.Gate, p.name, p.fields.order()
	return talk.Ask(&p.act, p.env, "asking Duo what that would do", func(ctx context.Context, tell auth.DuoSink) (planResult, error) {
		plan, err := gate.DuoPlanBypass(ctx, name, order, tell)
		return planResult{plan}, err
	})
}

// askIssue says what the codes cost and whom they alert.
func (p *Page) askIssue(plan auth.BypassPlan) {
	gate := p.env.Gate
	p.question(widget.NewTypedConfirm("Have Duo issue them?", plan.Order.Word(), "issue them", "not now", clean(plan.Sentences)...), func() tea.Cmd {
		return talk.Act(&p.act, p.env, "issuing the codes", func(ctx context.Context, tell auth.DuoSink) (issuedResult, error) {
			issued, err := gate.DuoIssueBypass(ctx, plan, tell)
			return issuedResult{issued}, err
		})
	})
}

func clean(all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = text.Clean(s)
	}
	return out
}

func (p *Page) issued(r auth.BypassIssued, err error) tea.Cmd {
	p.toOverview()
	if n := len(r.Codes); n > 0 {
		level := ui.Success
		if err != nil {
			level = ui.Warning
		}
		p.env.Host.Say(ui.Notice{Level: level, Text: fmt.Sprintf("Kept %s in %s, good until %s.", codes(n), ui.Named(p.env.Place.Backend), p.moment(r.Expires))})
	}
	return p.askStatus()
}

func codes(n int) string {
	if n == 1 {
		return "1 code"
	}
	return fmt.Sprintf("%d codes", n)
}

// askRevoke asks Duo which codes would be deleted, before that is asked about.
func (p *Page) askRevoke(all bool) tea.Cmd {
	gate, name := p.env.Gate, p.name
	p.actErr = nil
	return talk.Ask(&p.act, p.env, "asking Duo which codes those are", func(ctx context.Context, tell auth.DuoSink) (revokePlanResult, error) {
		plan, err := gate.DuoPlanRevoke(ctx, auth.BypassOwner{Target: name}, all, tell)
		return revokePlanResult{plan, all}, err
	})
}

// sureRevoke says which codes would be deleted, and asks.
func (p *Page) sureRevoke(r revokePlanResult) {
	all, word := r.all, "revoke"
	if all {
		word = "revoke all"
	}
	if r.plan.Going == 0 && r.plan.Here == 0 {
		p.toOverview()
		p.env.Host.Say(ui.Notice{Text: "There is nothing to revoke."})
		return
	}
	gate, name := p.env.Gate, p.name
	p.question(widget.NewTypedConfirm("Revoke the bypass codes of "+text.Clean(r.plan.Username)+"?", word, "revoke", "keep them", clean(r.plan.Sentences)...), func() tea.Cmd {
		return talk.Act(&p.act, p.env, "revoking", func(ctx context.Context, tell auth.DuoSink) (revokedResult, error) {
			r, err := gate.DuoRevokeBypass(ctx, name, all, tell)
			return revokedResult{r}, err
		})
	})
}

func (p *Page) revoked(r auth.BypassRevoked, err error) tea.Cmd {
	p.toOverview()
	if err == nil || r.AtDuo > 0 {
		said := fmt.Sprintf("Deleted %s at Duo and %s here; the account has %s left at Duo.", codes(r.AtDuo), codes(r.FromStock), codes(r.Left))
		if r.Unnamed > 0 {
			said += fmt.Sprintf(" %s of them end by themselves.", codes(r.Unnamed))
		}
		p.env.Host.Say(ui.Notice{Level: ui.Success, Text: said})
	}
	return p.askStatus()
}

// askEnrol asks of which seed, if there is one already.
func (p *Page) askEnrol() {
	if p.target.Has(store.KindSeed) {
		p.offer(enroling, widget.NewChoice(
			widget.Option{Name: "the seed that is kept", Note: "it becomes a token at Duo"},
			widget.Option{Name: "a new seed", Note: "the one that is kept is given up"}))
		return
	}
	p.sureEnrol(auth.TokenOrder{})
}

func (p *Page) sureEnrol(o auth.TokenOrder) {
	lines := []string{
		"Duo imports a token of one-time codes and attaches it to " + p.username() + ". Who has its seed has the second factor, so it stays in " + ui.Named(p.env.Place.Backend) + ".",
		"One passcode is used up to prove it.",
	}
	word := "enrol"
	if o.Replace {
		word = "replace"
		lines = append(lines, "The seed that "+p.name+" has now is given up. Nobody can bring it back.")
	}
	o.IP = p.ip
	gate, name := p.env.Gate, p.name
	p.question(widget.NewTypedConfirm("Give "+p.username()+" a token?", word, "enrol it", "not now", lines...), func() tea.Cmd {
		return talk.Act(&p.act, p.env, "enrolling the token", func(ctx context.Context, tell auth.DuoSink) (tokenResult, error) {
			t, err := gate.DuoEnrolToken(ctx, name, o, tell)
			return tokenResult{t}, err
		})
	})
}

func (p *Page) enrolled(t auth.TokenEnrolment, err error) tea.Cmd {
	p.toOverview()
	if t.Serial != "" {
		p.made, p.mode = &t, tokenTold
	}
	return p.read()
}

// askRemove asks before a token, and its seed with it, is deleted.
func (p *Page) askRemove() {
	gate, name := p.env.Gate, p.name
	p.question(widget.NewTypedConfirm("Remove the token of "+p.username()+"?", "remove", "remove it", "keep it",
		"The token is taken from the account and deleted at Duo; then its seed is deleted from "+ui.Named(p.env.Place.Backend)+"."), func() tea.Cmd {
		return talk.Act(&p.act, p.env, "removing the token", func(ctx context.Context, tell auth.DuoSink) (removedResult, error) {
			r, err := gate.DuoRemoveToken(ctx, name, tell)
			return removedResult{r}, err
		})
	})
}

func (p *Page) removed(r auth.TokenRemoval, err error) tea.Cmd {
	switch serial := text.Clean(r.Serial); {
	case err != nil:
	case r.AtDuo:
		p.env.Host.Say(ui.Notice{Level: ui.Success, Text: "Removed the token " + serial + " and its seed."})
	default:
		p.env.Host.Say(ui.Notice{Level: ui.Warning, Text: "Deleted the seed here. At Duo nothing was removed: it has no token " + serial + "."})
	}
	return p.read()
}

// logSpan is how far back the log is read.
const logSpan = 24 * time.Hour

func (p *Page) readLog() tea.Cmd {
	gate, name := p.env.Gate, p.name
	p.actErr = nil
	return talk.Ask(&p.act, p.env, "reading Duo's log", func(ctx context.Context, tell auth.DuoSink) (logResult, error) {
		l, err := gate.DuoLog(ctx, name, logSpan, tell)
		return logResult{l}, err
	})
}

func (p *Page) readApps() tea.Cmd {
	gate, tenant := p.env.Gate, p.tenant
	p.actErr = nil
	return talk.Ask(&p.act, p.env, "reading the applications", func(ctx context.Context, tell auth.DuoSink) (appsResult, error) {
		apps, err := gate.DuoApplications(ctx, tenant, tell)
		return appsResult{apps}, err
	})
}

func (p *Page) offerApps(apps []duo.Application) {
	if len(apps) == 0 {
		p.actErr = errors.New("the tenant has no application that the Admin API may see")
		return
	}
	p.apps = apps
	options := make([]widget.Option, len(apps))
	for i, a := range apps {
		options[i] = widget.Option{Name: text.Cut(text.Clean(a.Name), 32), Note: a.Key + "  " + text.Clean(a.Type)}
	}
	p.offer(naming, widget.NewChoice(options...))
	for i, a := range apps {
		if a.Key == p.target.Duo.Integration {
			p.choice.Select(i)
		}
	}
}

// username is as whom Duo knows the account.
func (p *Page) username() string {
	switch {
	case p.target == nil:
		return ""
	case p.target.Duo.Username != "":
		return p.target.Duo.Username
	}
	return p.target.Username
}

// moment writes a time for people, in their place.
func (p *Page) moment(t time.Time) string {
	return text.Moment(t, p.env.Now())
}
