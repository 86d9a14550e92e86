package home

import (
	"context"
	"fmt"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/store"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// askRemove asks before what cannot be undone: with the seed the account's
// enrolment is gone, and only the application's owner can give another.
func (p *Page) askRemove() {
	r := p.selected()
	t := r.Target
	p.about, p.mode, p.workErr = t.Name, removing, nil
	lose := "Its file is deleted. No secret is kept for it."
	if len(t.Secrets) > 0 {
		lose = "Its file is deleted, and from " + ui.Named(p.env.Place.Backend) + " its " + kinds(t.Secrets) + ". Nobody can bring those back."
	}
	lines := append([]string{lose, "What was spent of its one-time codes stays known, so that none is used twice."}, p.leftAtDuo(r)...)
	p.ask = widget.NewTypedConfirm("Remove "+t.Name+"?", t.Name, "remove it", "keep it", lines...)
}

func (p *Page) removeKey(msg tea.KeyMsg) tea.Cmd {
	switch p.ask.Update(msg) {
	case widget.No:
		p.mode = browsing
	case widget.Yes:
		p.mode = browsing
		gate, name := p.env.Gate, p.about
		return p.begin("Removing "+name, func(ctx context.Context) (workResult, error) {
			return workResult{said: "Removed " + name + "."}, gate.Remove(ctx, name)
		})
	case widget.Undecided:
	}
	return nil
}

// kinds names secrets in a sentence.
func kinds(ks []store.Kind) string {
	var names []string
	for _, k := range ks {
		switch k {
		case store.KindSeed:
			names = append(names, "OTP seed")
		case store.KindBypass:
			names = append(names, "bypass codes")
		case store.KindDevice:
			names = append(names, "trusted device")
		default:
			names = append(names, string(k))
		}
	}
	return strings.Join(names, " and ")
}

func (p *Page) askRename() {
	p.about, p.mode, p.workErr = p.selectedName(), renaming, nil
	p.name.SetValue(p.about)
	p.name.Focus()
}

func (p *Page) renameKey(msg tea.KeyMsg) tea.Cmd {
	gate, from, to := p.env.Gate, p.about, p.name.Value()
	switch msg.Type {
	case tea.KeyEsc:
		p.mode = browsing
	case tea.KeyEnter:
		if to == from {
			p.mode = browsing
			return nil
		}
		if p.workErr = store.CheckName(to); p.workErr != nil {
			return nil
		}
		p.mode = browsing
		return p.begin("Renaming "+from, func(ctx context.Context) (workResult, error) {
			return workResult{said: from + " is now " + to + ".", then: to}, gate.Rename(ctx, from, to)
		})
	default:
		p.workErr = nil
		p.name.Update(msg)
	}
	return nil
}

func (p *Page) addLab() tea.Cmd {
	add := p.env.AddLab
	// The range serves as long as the program runs, not only while this page is open.
	life := p.env.Life
	return p.begin("Starting the practice range", func(context.Context) (workResult, error) {
		return workResult{said: "The practice range is running. Press v to sign in to one of its applications."}, add(life)
	})
}

// begin starts work; one at a time, and the screen says which.
func (p *Page) begin(what string, work func(context.Context) (workResult, error)) tea.Cmd {
	if p.work.Busy() {
		p.env.Host.Say(ui.Notice{Level: ui.Warning, Text: p.working + " is not done yet."})
		return nil
	}
	p.working, p.workErr = what, nil
	return ui.Do(p.work.BeginIn(p.env, p.env.Life), work)
}

func (p *Page) worked(r ui.Result[workResult]) tea.Cmd {
	what := p.working
	p.working = ""
	if r.Err != nil {
		p.workErr = fmt.Errorf("%s: %w", what, r.Err)
	} else {
		p.then = r.Value.then
		p.env.Host.Say(ui.Notice{Level: ui.Success, Text: r.Value.said})
	}
	return p.read()
}
