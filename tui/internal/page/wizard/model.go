// Package wizard sets up a target: where it is, which way past its challenge fits, who
// signs in, and what proves it. Nothing is stored before everything was shown once more
// and agreed to; then what Duo has to do is done, and the login is tried at once.
package wizard

import (
	"context"
	"fmt"
	"time"

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
