// Package wizard sets up a target: where it is, which way past its challenge fits, who
// signs in, and what proves it. Nothing is stored before everything was shown once more
// and agreed to; then what Duo has to do is done, and the login is tried at once.
package wizard

import (
	"context"
	"fmt"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/tui/internal/form"
	"gatepass/tui/internal/talk"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// Page is the wizard.
type Page struct {
	env  *ui.Env
	step step
	form form.Form // the fields of the present step
	w, h int

	url, name, user, password, proofURL, proofText *form.Field
	also                                           *form.Field // further origins, and what each may be sent
	allow                                          *form.Field // the page's own origin may get the password
	allowed                                        bool

	named   bool // the name was typed, not suggested
	taken   map[string]bool
	tenants []store.Tenant
	look    ui.Task

	inspecting ui.Task
	asked      string    // the address that is or was inspected
	edited     time.Time // when the address was last changed; zero once it is inspected
	seen       *login.Survey
	unseen     error // why it could not be inspected

	interview interviewState
	routes    routeState
	letter    letterState
	duo       duoState
	own       ownState

	key     *otp.Key // what the seed field holds, if it is one
	covered bool     // its code is not shown until the next key

	storing ui.Task
	failure error // from storing
	wrong   error // why this cannot be stored at all
	kept    bool  // the target is stored; what is changed now replaces it
	after   afterState

	scroll widget.Scroll
	ask    *widget.Confirm // a question in front of everything
	onYes  func() tea.Cmd  // what its yes does
	onNo   func() tea.Cmd  // what its no does; nil: nothing
}

type (
	takenResult struct {
		names   map[string]bool
		tenants []store.Tenant
	}
	inspectResult struct{ in login.Survey }
	storeResult   struct{}
)

// New makes the page. A name that is given is put into its field.
func New(e *ui.Env, name string) *Page {
	p := &Page{env: e, named: name != ""}
	p.url = form.Line("Login page", "such as https://app.example.com/login", p.checkURL)
	p.name = form.Line("Name", "what you will call it", p.checkName)
	p.allow = form.Switch("", &p.allowed)
	p.user = form.Line("Username", "the scanner's test account", p.checkUser)
	p.password = form.Masked("Password", "may stay empty", nil)
	p.also = form.Line("Also allowed", "a single sign-on's origin; may stay empty", p.checkAlso)
	p.proofURL = form.Line("Address", "may stay empty; /account is enough", p.checkProof)
	p.proofText = form.Line("Text there", "such as Sign out", p.checkText)
	p.interview = newInterview()
	p.letter = p.newLetter()
	p.duo = p.newDuo()
	p.own = p.newOwn()
	p.name.Input.SetValue(name)
	p.form.Set(p.fields()...)
	return p
}

// Init implements ui.Page. It finds out which names are taken, and which Duo tenants
// are known.
func (p *Page) Init() tea.Cmd {
	gate := p.env.Gate
	return ui.Do(p.look.Begin(p.env), func(ctx context.Context) (takenResult, error) {
		list, err := gate.Overview(ctx)
		r := takenResult{names: make(map[string]bool, len(list))}
		for _, s := range list {
			r.names[s.Target.Name] = true
		}
		known, _ := gate.TenantsOverview() // one that is broken is not to be chosen
		for _, t := range known {
			r.tenants = append(r.tenants, t.Tenant)
		}
		return r, err
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
			p.lookedAround(msg.Value)
		}
	case ui.Result[inspectResult]:
		if p.inspecting.Done(msg.Run) {
			p.inspected(msg.Value.in, msg.Err)
		}
	case ui.Result[storeResult]:
		if p.storing.Done(msg.Run) {
			return p.stored(msg.Err)
		}
	default:
		return p.updateMore(msg)
	}
	return nil
}

// updateMore takes the results of what the steps do for themselves.
func (p *Page) updateMore(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.Result[seedResult]:
		if p.own.reading.Done(msg.Run) {
			p.seedRead(msg.Value, msg.Err)
		}
	case ui.Result[codesResult]:
		if p.own.reading.Done(msg.Run) {
			p.codesRead(msg.Value, msg.Err)
		}
	case ui.Result[savedResult]:
		if p.letter.saving.Done(msg.Run) {
			p.letterSaved(msg.Value, msg.Err)
		}
	case ui.Result[appsResult]:
		if p.duo.talk.Done(msg.Run) {
			p.duo.apps, p.duo.unread = msg.Value.apps, msg.Err
		}
	case ui.Result[talk.News]:
		return tea.Batch(p.duo.talk.Hear(msg), p.after.talk.Hear(msg))
	default:
		return p.updateAfter(msg)
	}
	return nil
}

func (p *Page) lookedAround(r takenResult) {
	p.taken, p.tenants = r.names, r.tenants
	p.suggestName()
	if len(r.tenants) == 1 && p.duo.tenant.Empty() {
		p.duo.tenant.Input.SetValue(r.tenants[0].Name)
	}
}

func (p *Page) press(msg tea.KeyMsg) tea.Cmd {
	p.covered = false
	if p.ask != nil {
		return p.answer(msg)
	}
	k := p.now()
	switch {
	case key.Matches(msg, k.Leave):
		p.leave()
	case key.Matches(msg, k.Back):
		return p.back()
	case p.step == interview:
		return p.interviewKey(msg, k)
	case p.step == route:
		return p.routeKey(msg, k)
	case p.step == letter:
		return p.letterKey(msg, k)
	case p.step == after:
		return p.afterKey(msg, k)
	case key.Matches(msg, k.Store):
		return p.store()
	default:
		return p.formKey(msg, k)
	}
	return nil
}

// formKey is for the steps that are filled in, and for the review.
func (p *Page) formKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	switch {
	case key.Matches(msg, k.Next):
		return p.next()
	case key.Matches(msg, k.Field):
		return p.move(+1)
	case key.Matches(msg, k.Before):
		return p.move(-1)
	case key.Matches(msg, k.Toggle):
		p.form.Flip()
		p.form.Set(p.fields()...)
	case p.step == review || p.form.Len() == 0:
		p.scroll.Update(msg, k.List)
	default:
		return p.edit(msg)
	}
	return nil
}

// edit gives a key to the field that has the keyboard.
func (p *Page) edit(msg tea.KeyMsg) tea.Cmd {
	if p.form.Focused() == p.own.codes {
		msg = listed(msg)
	}
	switch f := p.form.Edit(msg); f {
	case nil:
	case p.url:
		return p.urlEdited(msg.Paste)
	case p.name:
		p.named = !f.Empty()
	case p.own.secret:
		p.readSeed()
	case p.own.codes:
		p.readCodes()
	}
	return nil
}

// move goes to the next field or the one before. What is wrong with the one that
// is left is said there, but holds nobody back.
func (p *Page) move(by int) tea.Cmd {
	cmd := p.leaveField()
	p.form.Move(by)
	return cmd
}

// leaveField checks the field that has the keyboard. Leaving the address looks at it,
// and leaving a path reads the file.
func (p *Page) leaveField() tea.Cmd {
	f := p.form.Focused()
	if f == nil || f.Toggle != nil {
		return nil
	}
	if !f.Empty() {
		f.Leave()
	}
	switch f {
	case p.url:
		return p.inspectIfDue(0)
	case p.own.secret, p.own.codes:
		return p.readFileIfNamed()
	case p.duo.tenant:
		return p.readApps()
	}
	return nil
}

// next goes to the next field, and from the last to the next step.
func (p *Page) next() tea.Cmd {
	cmd := p.leaveField()
	f := p.form.Focused()
	if p.own.reading.Busy() || f != nil && !f.Leave() {
		return cmd
	}
	if !p.form.Last() {
		p.form.Move(+1)
		return cmd
	}
	if !p.form.Fine() {
		return cmd
	}
	return tea.Batch(cmd, p.forward())
}

// question puts a question in front of everything. no may be nil.
func (p *Page) question(c *widget.Confirm, yes, no func() tea.Cmd) {
	p.ask, p.onYes, p.onNo = c, yes, no
}

func (p *Page) answer(msg tea.KeyMsg) tea.Cmd {
	a := p.ask.Update(msg)
	if a == widget.Undecided {
		return nil
	}
	p.ask = nil
	switch {
	case a == widget.Yes:
		return p.onYes()
	case p.onNo != nil:
		return p.onNo()
	}
	return nil
}

// leave asks before typing is thrown away.
func (p *Page) leave() {
	if p.untouched() {
		p.env.Host.Back()
		return
	}
	lost := "Nothing was stored yet. What you typed is thrown away."
	if p.kept {
		lost = p.name.Value() + " is stored. What you changed since is thrown away."
	}
	p.question(widget.NewConfirm("Leave without storing?", "leave", "stay", lost), func() tea.Cmd {
		p.env.Host.Back()
		return nil
	}, nil)
}

func (p *Page) untouched() bool {
	for _, f := range []*form.Field{p.url, p.user, p.password, p.also, p.own.secret, p.own.codes, p.own.addresses, p.proofURL, p.proofText} {
		if !f.Empty() {
			return false
		}
	}
	return true
}

// SetSize implements ui.Page.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Title implements ui.Page.
func (p *Page) Title() string {
	if p.step == after {
		return "Set up · " + afterTitles[p.after.kind]
	}
	n, all := p.number()
	return fmt.Sprintf("Set up · %d of %d · %s", n, all, p.heading())
}

// Status implements ui.Page.
func (p *Page) Status() string {
	switch p.step {
	case where:
		return ""
	case interview:
		return fmt.Sprintf("question %d of %d", p.interview.at+1, len(p.questions()))
	default:
		return text.Cut(p.name.Value(), 24)
	}
}

// CapturesText implements ui.Page.
func (p *Page) CapturesText() bool {
	if p.ask != nil {
		return p.ask.CapturesText()
	}
	return p.form.Focused() != nil || p.letter.naming
}

// Pulse implements ui.Page.
func (p *Page) Pulse() time.Duration {
	switch {
	case p.inspecting.Busy(), p.storing.Busy(), p.own.reading.Busy(), p.letter.saving.Busy(),
		p.duo.talk.Busy(), p.after.talk.Busy(), !p.edited.IsZero():
		return 150 * time.Millisecond
	case p.step == own && p.key != nil:
		return time.Second
	}
	return 0
}
