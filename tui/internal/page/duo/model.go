// Package duo shows what Duo knows of a target's account, and has it make what a scan
// needs: bypass codes, or a token. Everything that is asked of Duo happens beside the
// screen, is told while it happens, and can be ended at any moment. No code and no key
// is ever shown.
package duo

import (
	"context"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/duo"
	"gatepass/store"
	"gatepass/tui/internal/form"
	"gatepass/tui/internal/talk"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// mode says what the page is for right now.
type mode int

const (
	overview   mode = iota
	picking         // one of several tenants
	adding          // a tenant
	locating        // an address to ask about
	ordering        // bypass codes
	revoking        // bypass codes
	enroling        // a token, of which seed
	naming          // the application that the target is
	logReading      // what Duo recorded
	tokenTold       // how far enrolling came
)

// Page is what Duo knows of one target, or of the tenants alone.
type Page struct {
	env  *ui.Env
	name string // the target's; "" for none
	mode mode
	w, h int

	look    ui.Task
	loaded  bool
	err     error // from reading targets and tenants; they may be there all the same
	target  *store.Target
	tenants []auth.TenantSummary
	tenant  string // the one that is shown; "" for none

	check    talk.Talk
	checked  *auth.TenantCheck
	checkErr error

	state    talk.Talk
	status   *auth.DuoStatus
	stateErr error
	ip       string // where the scanner comes from; "" if it was not said

	act    talk.Talk // what was asked to be done
	actErr error

	form    form.Form
	fields  fields
	choice  widget.Choice
	apps    []duo.Application
	logged  *auth.DuoLog
	made    *auth.TokenEnrolment
	keeping ui.Task // a tenant, or a word in the target's file

	ask    *widget.Confirm
	onYes  func() tea.Cmd
	scroll widget.Scroll
}

type (
	lookResult struct {
		target  *store.Target
		tenants []auth.TenantSummary
	}
	checkResult  struct{ check auth.TenantCheck }
	statusResult struct{ status auth.DuoStatus }
)

// New makes the page for the target called name; "" shows the tenants alone.
func New(e *ui.Env, name string) *Page {
	p := &Page{env: e, name: name}
	p.fields = p.newFields()
	return p
}

// Init implements ui.Page.
func (p *Page) Init() tea.Cmd { return p.read() }

// read reads which tenants there are, and what the target says of Duo.
func (p *Page) read() tea.Cmd {
	gate, name := p.env.Gate, p.name
	return ui.Do(p.look.Begin(p.env), func(ctx context.Context) (lookResult, error) {
		tenants, broken := gate.TenantsOverview()
		r := lookResult{tenants: tenants}
		if name == "" {
			return r, broken
		}
		list, err := gate.Overview(ctx)
		for i := range list {
			if list[i].Target.Name == name {
				r.target = &list[i].Target
				return r, broken
			}
		}
		return r, err
	})
}

// Update implements ui.Page.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyMsg:
		return p.press(msg)
	case ui.ShownMsg:
		return p.read()
	case ui.Result[lookResult]:
		if p.look.Done(msg.Run) {
			return p.looked(msg.Value, msg.Err)
		}
	case ui.Result[checkResult]:
		if p.check.Done(msg.Run) {
			if p.checkErr = msg.Err; msg.Err == nil {
				p.checked = &msg.Value.check
			}
		}
	case ui.Result[statusResult]:
		if p.state.Done(msg.Run) {
			if p.stateErr = msg.Err; msg.Err == nil {
				p.status = &msg.Value.status
			}
		}
	case ui.Result[talk.News]:
		return tea.Batch(p.check.Hear(msg), p.state.Hear(msg), p.act.Hear(msg))
	default:
		return p.updateActs(msg)
	}
	return nil
}

// looked settles which tenant is shown, and asks it.
func (p *Page) looked(r lookResult, err error) tea.Cmd {
	p.loaded, p.err = true, err
	p.target, p.tenants = r.target, r.tenants
	before := p.tenant
	p.tenant = ""
	switch {
	case p.target != nil && p.target.Duo.Tenant != "":
		p.tenant = p.target.Duo.Tenant
	case len(p.tenants) == 1:
		p.tenant = p.tenants[0].Tenant.Name
	case p.target == nil && before != "":
		p.tenant = before
	}
	if p.tenant == "" {
		if len(p.tenants) > 1 {
			p.pickTenant()
		}
		return nil
	}
	return tea.Batch(p.checkAgain(), p.askStatus())
}

// known is the tenant that is shown, as its file has it.
func (p *Page) known() (store.Tenant, bool) {
	for _, t := range p.tenants {
		if t.Tenant.Name == p.tenant {
			return t.Tenant, true
		}
	}
	return store.Tenant{}, false
}

func (p *Page) checkAgain() tea.Cmd {
	gate, name := p.env.Gate, p.tenant
	p.checkErr = nil
	return talk.Ask(&p.check, p.env, "checking the tenant", func(ctx context.Context, tell auth.DuoSink) (checkResult, error) {
		c, err := gate.CheckTenant(ctx, name, tell)
		return checkResult{c}, err
	})
}

// askStatus reads all about the target's account.
func (p *Page) askStatus() tea.Cmd {
	if p.target == nil {
		return nil
	}
	gate, name, ip := p.env.Gate, p.name, p.ip
	p.stateErr = nil
	return talk.Ask(&p.state, p.env, "asking about the account", func(ctx context.Context, tell auth.DuoSink) (statusResult, error) {
		s, err := gate.DuoStatus(ctx, name, ip, tell)
		return statusResult{s}, err
	})
}

func (p *Page) press(msg tea.KeyMsg) tea.Cmd {
	if p.ask != nil {
		return p.answer(msg)
	}
	k := p.now()
	switch {
	case key.Matches(msg, k.Stop):
		p.stop()
		return nil
	case key.Matches(msg, k.Back):
		p.back()
		return nil
	}
	switch p.mode {
	case overview:
		return p.overviewKey(msg, k)
	case adding, locating, ordering:
		return p.formKey(msg, k)
	case picking, revoking, enroling, naming:
		return p.choiceKey(msg, k)
	case logReading, tokenTold:
		p.scroll.Update(msg, k.List)
	}
	return nil
}

func (p *Page) overviewKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	switch {
	case key.Matches(msg, k.Check):
		return p.checkAgain()
	case key.Matches(msg, k.Again):
		return p.read()
	case key.Matches(msg, k.Address):
		p.open(locating, p.fields.ip)
	case key.Matches(msg, k.Issue):
		p.open(ordering, p.fields.count, p.fields.valid, p.fields.uses, p.fields.replace)
	case key.Matches(msg, k.Revoke):
		p.offer(revoking, widget.NewChoice(
			widget.Option{Name: "ours", Note: "those that gatepass had issued"},
			widget.Option{Name: "all", Note: "every code that the account has, whoever made it"}))
	case key.Matches(msg, k.Enrol):
		p.askEnrol()
	case key.Matches(msg, k.Remove):
		p.askRemove()
	case key.Matches(msg, k.Log):
		return p.readLog()
	case key.Matches(msg, k.Apps):
		return p.readApps()
	case key.Matches(msg, k.Add):
		p.openTenant(nil)
	case key.Matches(msg, k.Change):
		p.changeTenant()
	case key.Matches(msg, k.Drop):
		p.askDrop()
	case key.Matches(msg, k.Other):
		p.pickTenant()
	default:
		p.scroll.Update(msg, k.List)
	}
	return nil
}

// question puts a question in front of everything.
func (p *Page) question(c *widget.Confirm, yes func() tea.Cmd) { p.ask, p.onYes = c, yes }

func (p *Page) answer(msg tea.KeyMsg) tea.Cmd {
	switch p.ask.Update(msg) {
	case widget.Yes:
		p.ask = nil
		return p.onYes()
	case widget.No:
		p.ask = nil
	case widget.Undecided:
	}
	return nil
}

// stop ends what is being done. What changes something is heard to its end.
func (p *Page) stop() {
	switch {
	case p.act.Busy():
		p.act.Stop()
	default:
		p.check.Stop()
		p.state.Stop()
	}
}

// back closes what is open, and leaves the page from the overview.
func (p *Page) back() {
	if p.mode == overview || p.mode == picking && p.tenant == "" {
		p.env.Host.Back()
		return
	}
	p.toOverview()
}

func (p *Page) toOverview() {
	p.mode = overview
	p.form.Set()
	p.scroll.Reset()
}

// open shows fields to fill in.
func (p *Page) open(m mode, fields ...*form.Field) {
	p.mode, p.actErr = m, nil
	p.form.Set(fields...)
	p.form.Focus(0)
}

// offer shows a choice.
func (p *Page) offer(m mode, c widget.Choice) {
	p.mode, p.actErr, p.choice = m, nil, c
}

// SetSize implements ui.Page.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }

// Title implements ui.Page.
func (p *Page) Title() string {
	if p.name == "" {
		return "duo"
	}
	return "duo " + p.name
}

// Status implements ui.Page.
func (p *Page) Status() string {
	if p.tenant == "" {
		return ""
	}
	return "tenant " + p.tenant
}

// CapturesText implements ui.Page.
func (p *Page) CapturesText() bool {
	if p.ask != nil {
		return p.ask.CapturesText()
	}
	f := p.form.Focused()
	return f != nil
}

// Pulse implements ui.Page.
func (p *Page) Pulse() time.Duration {
	if p.busy() || p.keeping.Busy() || p.look.Busy() {
		return 150 * time.Millisecond
	}
	return 10 * time.Second // codes end
}

// busy reports whether Duo is being asked.
func (p *Page) busy() bool { return p.check.Busy() || p.state.Busy() || p.act.Busy() }
