package wizard

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/form"
	"gatepass/tui/internal/widget"
)

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
