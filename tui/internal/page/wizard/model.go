// Package wizard sets up a target: where it is, how its challenge is passed, who
// signs in, and what proves it. Nothing is stored before everything was shown once
// more and agreed to; then the login is tried at once.
package wizard

import (
	"context"
	"fmt"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// step is one screenful of the wizard.
type step int

const (
	where step = iota
	route
	who
	seed
	proof
	review
)

// questions head the steps.
var questions = map[step]string{
	where: "which login?", route: "which way past the challenge?", who: "who signs in?",
	seed: "the seed of the one-time codes", proof: "what proves it?", review: "all of it, before anything is stored",
}

// Page is the wizard.
type Page struct {
	env  *ui.Env
	step step
	at   int // the field that has the keyboard
	w, h int

	url, name, user, password, secret, proofURL, proofText *field
	allow                                                  *field // the page's own origin may get the password
	allowed                                                bool
	routes                                                 widget.Choice

	named bool // the name was typed, not suggested
	taken map[string]bool
	look  ui.Task

	inspecting ui.Task
	asked      string    // the address that is or was inspected
	edited     time.Time // when the address was last changed; zero once it is inspected
	seen       *login.Inspection
	unseen     error // why it could not be inspected

	key     *otp.Key // what the seed field holds, if it is one
	covered bool     // its code is not shown until the next key
	storing ui.Task
	failure error // from storing
	wrong   error // why this cannot be stored at all
	scroll  widget.Scroll
	ask     *widget.Confirm // the question before leaving
}

type (
	takenResult   struct{ names map[string]bool }
	inspectResult struct{ in login.Inspection }
	storeResult   struct{}
)

// New makes the page. A name that is given is put into its field.
func New(e *ui.Env, name string) *Page {
	p := &Page{env: e, named: name != "", routes: routeChoice()}
	p.url = newField("Login page", "such as https://app.example.com/login", widget.NewInput(), p.checkURL)
	p.name = newField("Name", "what you will call it", widget.NewInput(), p.checkName)
	p.allow = &field{toggle: &p.allowed}
	p.user = newField("Username", "the scanner's test account", widget.NewInput(), p.checkUser)
	p.password = newField("Password", "may stay empty", widget.NewMasked(), nil)
	p.secret = newField("Seed", "paste the otpauth:// link or the letters", widget.NewMasked(), p.checkSeed)
	p.proofURL = newField("Address", "may stay empty; /account is enough", widget.NewInput(), p.checkProof)
	p.proofText = newField("Text there", "such as Sign out", widget.NewInput(), p.checkText)
	p.name.input.SetValue(name)
	p.focus(0)
	return p
}

// Init implements ui.Page. It finds out which names are taken.
func (p *Page) Init() tea.Cmd {
	gate := p.env.Gate
	return ui.Do(p.look.Begin(p.env), func(ctx context.Context) (takenResult, error) {
		list, err := gate.Overview(ctx)
		names := make(map[string]bool, len(list))
		for _, s := range list {
			names[s.Target.Name] = true
		}
		return takenResult{names}, err
	})
}

// Update implements ui.Page.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return p.press(msg)
	case ui.TickMsg:
		return p.inspectIfDue(pause)
	case ui.HideMsg:
		p.covered = true
	case ui.Result[takenResult]:
		if p.look.Done(msg.Run) {
			p.taken = msg.Value.names
			p.suggestName()
		}
	case ui.Result[inspectResult]:
		if p.inspecting.Done(msg.Run) {
			p.inspected(msg.Value.in, msg.Err)
		}
	case ui.Result[storeResult]:
		if p.storing.Done(msg.Run) {
			p.stored(msg.Err)
		}
	}
	return nil
}

// fields are those of the present step.
func (p *Page) fields() []*field {
	switch p.step {
	case where:
		if p.elsewhere() != "" {
			return []*field{p.url, p.name, p.allow}
		}
		return []*field{p.url, p.name}
	case who:
		return []*field{p.user, p.password}
	case seed:
		return []*field{p.secret}
	case proof:
		return []*field{p.proofURL, p.proofText}
	case route, review:
	}
	return nil
}

func (p *Page) focused() *field {
	fields := p.fields()
	if p.at >= len(fields) {
		return nil
	}
	return fields[p.at]
}

// focus gives the keyboard to field i of the step.
func (p *Page) focus(i int) {
	fields := p.fields()
	p.at = max(min(i, len(fields)-1), 0)
	for j, f := range fields {
		if j == p.at && f.toggle == nil {
			f.input.Focus()
		} else {
			f.input.Blur()
		}
	}
}

func (p *Page) press(msg tea.KeyMsg) tea.Cmd {
	p.covered = false
	if p.ask != nil {
		p.answer(msg)
		return nil
	}
	k := p.now()
	switch {
	case key.Matches(msg, k.Leave):
		p.leave()
	case key.Matches(msg, k.Back):
		p.back()
	case key.Matches(msg, k.Store):
		return p.store()
	case key.Matches(msg, k.Next):
		return p.next()
	case key.Matches(msg, k.Field):
		return p.move(+1)
	case key.Matches(msg, k.Before):
		return p.move(-1)
	case key.Matches(msg, k.Toggle):
		p.allowed = !p.allowed
	case p.step == route:
		p.routes.Update(msg, k.List)
	case p.step == review:
		p.scroll.Update(msg, k.List)
	default:
		return p.edit(msg)
	}
	return nil
}

// edit gives a key to the field that has the keyboard.
func (p *Page) edit(msg tea.KeyMsg) tea.Cmd {
	f := p.focused()
	if f == nil || f.toggle != nil || !f.input.Update(msg) {
		return nil
	}
	f.problem = nil
	switch f {
	case p.url:
		return p.urlEdited(msg.Paste)
	case p.name:
		p.named = !f.input.Empty()
	case p.secret:
		p.readSeed()
	}
	return nil
}

// move goes to the next field or the one before. What is wrong with the one that
// is left is said there, but holds nobody back.
func (p *Page) move(by int) tea.Cmd {
	cmd := p.leaveField()
	p.focus(p.at + by)
	return cmd
}

// leaveField checks the field that has the keyboard. Leaving the address looks at it.
func (p *Page) leaveField() tea.Cmd {
	f := p.focused()
	if f == nil {
		return nil
	}
	if !f.input.Empty() {
		f.leave()
	}
	if f == p.url {
		return p.inspectIfDue(0)
	}
	return nil
}

// next goes to the next field, and from the last to the next step.
func (p *Page) next() tea.Cmd {
	cmd := p.leaveField()
	f := p.focused()
	if f != nil && !f.leave() {
		return cmd
	}
	if p.at+1 < len(p.fields()) {
		p.focus(p.at + 1)
		return cmd
	}
	for i, f := range p.fields() {
		if !f.leave() {
			p.focus(i)
			return cmd
		}
	}
	p.forward()
	return cmd
}

// steps lists the steps that this target needs.
func (p *Page) steps() []step {
	steps := []step{where, route, who}
	if p.route() == store.RouteOTP {
		steps = append(steps, seed)
	}
	return append(steps, proof, review)
}

// number tells which of the steps the present one is, from 0.
func (p *Page) number() int {
	for i, s := range p.steps() {
		if s == p.step {
			return i
		}
	}
	return 0
}

func (p *Page) forward() { p.enter(p.number() + 1) }

// back goes one step back. Everything that was typed stays.
func (p *Page) back() { p.enter(p.number() - 1) }

func (p *Page) enter(number int) {
	steps := p.steps()
	if f := p.focused(); f != nil {
		f.input.Blur()
	}
	p.step = steps[max(min(number, len(steps)-1), 0)]
	p.failure = nil
	p.focus(0)
	if p.step == review {
		p.scroll.Reset()
		e := p.enrolment()
		p.wrong = e.Target.Validate()
	}
}

// leave asks before typing is thrown away.
func (p *Page) leave() {
	if p.untouched() {
		p.env.Host.Back()
		return
	}
	p.ask = widget.NewConfirm("Leave without storing?", "leave", "stay",
		"Nothing was stored yet. What you typed is thrown away.")
}

func (p *Page) untouched() bool {
	for _, f := range []*field{p.url, p.user, p.password, p.secret, p.proofURL, p.proofText} {
		if !f.input.Empty() {
			return false
		}
	}
	return true
}

func (p *Page) answer(msg tea.KeyMsg) {
	switch p.ask.Update(msg) {
	case widget.Yes:
		p.env.Host.Back()
	case widget.No:
		p.ask = nil
	case widget.Undecided:
	}
}

// store keeps the target. What was typed stays until that has worked.
func (p *Page) store() tea.Cmd {
	p.failure = nil
	gate, e := p.env.Gate, p.enrolment()
	return ui.Do(p.storing.BeginIn(p.env, p.env.Life), func(ctx context.Context) (storeResult, error) {
		return storeResult{}, gate.Add(ctx, e)
	})
}

func (p *Page) stored(err error) {
	if p.failure = err; err != nil {
		p.scroll.Reset()
		return
	}
	p.env.Host.Say(ui.Notice{Level: ui.Success, Text: "Stored " + p.name.input.Value() + "."})
	p.env.Host.Replace(ui.ToVerify{Name: p.name.input.Value(), Run: true})
}

// enrolment is what would be stored.
func (p *Page) enrolment() auth.Enrolment {
	e := auth.Enrolment{
		Target: store.Target{
			Name: p.name.input.Value(), URL: p.url.input.Value(), Username: p.user.input.Value(), Route: p.route(),
			Proof: store.Proof{URL: p.proofURL.input.Value(), Text: p.proofText.input.Value()},
		},
		Password: p.password.input.Secret(),
	}
	if origin := p.elsewhere(); origin != "" && p.allowed {
		e.Target.Origins = store.Grants(origin)
	}
	if p.route() == store.RouteOTP && p.key != nil {
		k := *p.key
		e.OTP = &k
	}
	return e
}

// SetSize implements ui.Page.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Title implements ui.Page.
func (p *Page) Title() string {
	return fmt.Sprintf("Set up · %d of %d · %s", p.number()+1, len(p.steps()), questions[p.step])
}

// Status implements ui.Page.
func (p *Page) Status() string {
	if p.step == where {
		return ""
	}
	return text.Cut(p.name.input.Value(), 24)
}

// CapturesText implements ui.Page.
func (p *Page) CapturesText() bool { return p.ask == nil && p.focused() != nil }

// Pulse implements ui.Page.
func (p *Page) Pulse() time.Duration {
	switch {
	case p.inspecting.Busy(), p.storing.Busy(), !p.edited.IsZero():
		return 150 * time.Millisecond
	case p.step == seed && p.key != nil:
		return time.Second
	}
	return 0
}
