package wizard

import (
	"context"
	"fmt"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/store"
	"gatepass/tui/internal/talk"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// afterKind is what Duo has to do once the target is stored.
type afterKind int

const (
	nothing  afterKind = iota
	issuing            // bypass codes
	enroling           // a token
	checking           // whether the exemption was granted
)

var afterTitles = map[afterKind]string{
	issuing: "Duo issues the codes", enroling: "Duo is given the token", checking: "was the exemption granted?",
}

// afterState is the conversation with Duo that follows storing.
type afterState struct {
	kind    afterKind
	talk    talk.Talk
	failure error
	token   *auth.TokenEnrolment
	status  *auth.DuoStatus
}

type (
	planResult   struct{ plan auth.BypassPlan }
	issuedResult struct{ issued auth.BypassIssued }
	tokenResult  struct{ token auth.TokenEnrolment }
	statusResult struct{ status auth.DuoStatus }
)

// following is what Duo has to do for the route.
func (p *Page) following() afterKind {
	t, tenant := p.tenant()
	switch p.route() {
	case store.RouteBypassCode:
		if p.own.issued && p.administers() {
			return issuing
		}
	case store.RouteOTP:
		if p.own.token && p.administers() {
			return enroling
		}
	case store.RouteExemption:
		if tenant && (t.AuthIKey != "" || p.administers()) {
			return checking
		}
	}
	return nothing
}

// store keeps the target. What was typed stays until that has worked.
func (p *Page) store() tea.Cmd {
	p.failure = nil
	gate, e, answers := p.env.Gate, p.enrolment(), p.answers()
	return ui.Do(p.storing.BeginIn(p.env, p.env.Life), func(ctx context.Context) (storeResult, error) {
		if err := gate.Add(ctx, e); err != nil {
			return storeResult{}, err
		}
		if len(answers) > 0 {
			_ = gate.KeepAnswers(ctx, e.Target.Name, answers) // they would only be asked for again
		}
		return storeResult{}, nil
	})
}

func (p *Page) stored(err error) tea.Cmd {
	if p.failure = err; err != nil {
		p.scroll.Reset()
		return nil
	}
	p.kept = true
	if kind := p.following(); kind != nothing {
		p.after.kind = kind
		return tea.Batch(p.enter(after), p.begin())
	}
	p.signIn("Stored " + p.name.Value() + ".")
	return nil
}

// signIn goes on to the login.
func (p *Page) signIn(said string) {
	if said != "" {
		p.env.Host.Say(ui.Notice{Level: ui.Success, Text: said})
	}
	p.env.Host.Replace(ui.ToVerify{Name: p.name.Value(), Run: true, Trust: p.route() == store.RouteTrustedDevice})
}

// begin asks Duo for what follows. Codes are planned first, and agreed to.
func (p *Page) begin() tea.Cmd {
	a := &p.after
	a.failure, a.token, a.status = nil, nil, nil
	gate, name := p.env.Gate, p.name.Value()
	switch a.kind {
	case issuing:
		order := p.order()
		return talk.Ask(&a.talk, p.env, "asking Duo what that would do", func(ctx context.Context, tell auth.DuoSink) (planResult, error) {
			plan, err := gate.DuoPlanBypass(ctx, name, order, tell)
			return planResult{plan}, err
		})
	case enroling:
		order := auth.TokenOrder{Replace: true, IP: p.address()}
		return talk.Act(&a.talk, p.env, "making a token", func(ctx context.Context, tell auth.DuoSink) (tokenResult, error) {
			token, err := gate.DuoEnrolToken(ctx, name, order, tell)
			return tokenResult{token}, err
		})
	case checking:
		ip := p.address()
		return talk.Ask(&a.talk, p.env, "asking Duo", func(ctx context.Context, tell auth.DuoSink) (statusResult, error) {
			status, err := gate.DuoStatus(ctx, name, ip, tell)
			return statusResult{status}, err
		})
	case nothing:
	}
	return nil
}

func (p *Page) updateAfter(msg tea.Msg) tea.Cmd {
	a := &p.after
	switch msg := msg.(type) {
	case ui.Result[planResult]:
		if a.talk.Done(msg.Run) {
			if a.failure = msg.Err; msg.Err == nil {
				p.agree(msg.Value.plan)
			}
		}
	case ui.Result[issuedResult]:
		if a.talk.Done(msg.Run) {
			p.codesIssued(msg.Value.issued, msg.Err)
		}
	case ui.Result[tokenResult]:
		if a.talk.Done(msg.Run) {
			p.tokenMade(msg.Value.token, msg.Err)
		}
	case ui.Result[statusResult]:
		if a.talk.Done(msg.Run) {
			if a.failure = msg.Err; msg.Err == nil {
				a.status = &msg.Value.status
			}
		}
	}
	return nil
}

// agree puts before the person what the codes cost and whom they alert.
func (p *Page) agree(plan auth.BypassPlan) {
	gate := p.env.Gate
	p.question(widget.NewTypedConfirm("Have Duo issue them?", plan.Order.Word(), "issue them", "not now", plan.Sentences...),
		func() tea.Cmd {
			return talk.Act(&p.after.talk, p.env, "issuing the codes", func(ctx context.Context, tell auth.DuoSink) (issuedResult, error) {
				issued, err := gate.DuoIssueBypass(ctx, plan, tell)
				return issuedResult{issued}, err
			})
		},
		func() tea.Cmd { return p.enter(review) })
}

func (p *Page) codesIssued(r auth.BypassIssued, err error) {
	if p.after.failure = err; err == nil {
		p.signIn(fmt.Sprintf("Kept %d bypass codes in %s, good until %s.", len(r.Codes), ui.Named(p.env.Place.Backend), r.Expires.In(p.env.Now().Location()).Format("2 Jan 15:04")))
	}
}

// tokenMade goes on at once if Duo accepted a passcode, and tells what is left to do
// otherwise.
func (p *Page) tokenMade(t auth.TokenEnrolment, err error) {
	p.after.failure = err
	if t.Serial != "" {
		p.after.token = &t
	}
	if err == nil && t.Accepted && len(t.Notes) == 0 {
		p.signIn("Duo accepted a passcode of the token " + t.Serial + ".")
	}
}

func (p *Page) afterKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	switch {
	case key.Matches(msg, k.Again):
		return p.begin()
	case key.Matches(msg, k.SignIn):
		p.signIn("")
	default:
		p.scroll.Update(msg, k.List)
	}
	return nil
}

// leaveAfter stops what goes on, or goes back to what was filled in.
func (p *Page) leaveAfter() tea.Cmd {
	if p.after.talk.Busy() {
		p.after.talk.Stop()
		if p.after.talk.Busy() {
			return nil // it is heard to its end
		}
	}
	return p.enter(review)
}

func (p *Page) afterLines() []string {
	s, w, a := p.env.Styles, p.readable(), &p.after
	lines := []string{s.Good.Of("✓ ") + text.Cut("Stored "+p.name.Value()+".", w-2)}
	if a.talk.Busy() {
		return append(append(lines, ""), a.talk.Lines(s, p.env.Now(), w)...)
	}
	if a.failure != nil {
		lines = append(append(lines, ""), ui.ErrorLines(s, a.failure, w)...)
	}
	if a.token != nil {
		lines = append(append(lines, ""), talk.TokenLines(s, *a.token, w)...)
	}
	if a.status != nil {
		lines = append(append(lines, ""), p.exemptionLines(*a.status, w)...)
	}
	lines = append(lines, "")
	if a.failure != nil {
		lines = append(lines, s.Key.Of("r")+" try again")
	}
	lines = append(lines, s.Key.Of("enter")+" sign in, to see what happens")
	return append(lines, s.Key.Of("esc")+" back, to change what was filled in")
}

// exemptionLines lay side by side what the policy says and what Duo would do; the login
// is the third check, and the one that decides.
func (p *Page) exemptionLines(st auth.DuoStatus, w int) []string {
	s := p.env.Styles
	var lines []string
	part := func(name string, err error, more []string) {
		lines = append(lines, s.Bright.Of(name))
		if err != nil {
			more = ui.ErrorLines(s, err, w-2)
		}
		for _, l := range more {
			lines = append(lines, "  "+l)
		}
	}
	v := st.Policy.Verdict(store.RouteExemption)
	part("What the policy says", st.PolicyErr, ui.Hanging(talk.StateMark(v.State).Of(s, 0)+" ", text.Clean(v.Why), w-2))
	part("What Duo would do", st.PreauthErr, text.Wrap(text.Clean(st.Preauth.Sentence), w-2))
	part("What happens", nil, text.Wrap("The login tells, and it decides. It has to go out where the scanner does.", w-2))
	return lines
}
