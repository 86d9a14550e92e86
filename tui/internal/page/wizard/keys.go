package wizard

import (
	"github.com/charmbracelet/bubbles/key"

	"gatepass/tui/internal/form"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

type keyMap struct {
	Next, Store, Field, Before, Back, Leave, Toggle key.Binding
	Jump, Letter, Fill, Copy, Save, Markdown        key.Binding
	Again, SignIn                                   key.Binding
	List                                            widget.ListKeys
}

// now gives the keys as they are on the present step.
func (p *Page) now() keyMap {
	k := keyMap{
		Next:     ui.Bind(p.nextWord(), "enter"),
		Store:    ui.Bind("store and sign in", "enter"),
		Field:    key.NewBinding(key.WithKeys("tab", "down"), key.WithHelp("tab", "next field")),
		Before:   key.NewBinding(key.WithKeys("shift+tab", "up"), key.WithHelp("shift+tab", "field before")),
		Back:     ui.Bind("back", "esc"),
		Leave:    ui.Bind("leave", "esc"),
		Toggle:   ui.Bind("yes or no", " "),
		Jump:     ui.Bind("choose the route now", "r", "tab"),
		Letter:   ui.Bind("the request for it", "l"),
		Fill:     ui.Bind("fill in", "e"),
		Copy:     ui.Bind("copy", "c"),
		Save:     ui.Bind("save", "w"),
		Markdown: ui.Bind("Markdown", "m"),
		Again:    ui.Bind("try again", "r"),
		SignIn:   ui.Bind("sign in", "enter"),
		List:     widget.DefaultListKeys(),
	}
	if p.letter.markdown {
		k.Markdown = ui.Bind("plain text", "m")
	}
	p.enableForm(&k)
	p.enableSteps(&k)
	return k
}

func (p *Page) nextWord() string {
	switch {
	case p.letter.naming:
		return "save"
	case p.step == interview:
		return "answer"
	case p.step == route:
		return "take it"
	case p.step == letter && !p.letter.filling:
		return "go on"
	}
	return "next"
}

func (p *Page) enableForm(k *keyMap) {
	several := p.form.Len() > 1
	k.Field.SetEnabled(several)
	k.Before.SetEnabled(several)
	f := p.form.Focused()
	k.Toggle.SetEnabled(toggles(f))
	if p.form.Len() > 0 || p.letter.naming {
		k.List = widget.ListKeys{}
	}
	k.Next.SetEnabled(p.step != review && p.step != after)
	k.Store.SetEnabled(p.step == review && !p.storing.Busy() && p.wrong == nil)
	k.Back.SetEnabled(p.step != where && !p.storing.Busy())
	k.Leave.SetEnabled(p.step == where)
}

func toggles(f *form.Field) bool { return f != nil && f.Toggle != nil }

func (p *Page) enableSteps(k *keyMap) {
	k.Jump.SetEnabled(p.step == interview)
	k.Letter.SetEnabled(p.step == route)
	reading := p.step == letter && !p.letter.filling && !p.letter.naming
	k.Fill.SetEnabled(reading)
	k.Copy.SetEnabled(reading)
	k.Save.SetEnabled(reading && p.env.Save != nil)
	k.Markdown.SetEnabled(reading)
	k.Again.SetEnabled(p.step == after && !p.after.talk.Busy() && p.after.failure != nil)
	k.SignIn.SetEnabled(p.step == after && !p.after.talk.Busy())
}

// Keys implements ui.Page.
func (p *Page) Keys() ui.Keys {
	if p.ask != nil {
		return ui.Keys{Short: []key.Binding{p.ask.Keys.Yes, p.ask.Keys.No}}
	}
	k := p.now()
	short := []key.Binding{k.Next, k.Store, k.SignIn, k.Again, k.Jump, k.Letter, k.Fill, k.Copy, k.Save, k.Markdown, k.Toggle, k.Field}
	if p.step == route {
		short = append(short, k.List.Up, k.List.Down)
	}
	return ui.Keys{
		Short: append(short, k.Back, k.Leave),
		Full: []ui.KeyGroup{
			{Title: "Steps", Keys: []key.Binding{k.Next, k.Store, k.SignIn, k.Again, k.Jump, k.Letter, k.Back, k.Leave}},
			{Title: "The request", Keys: []key.Binding{k.Fill, k.Copy, k.Save, k.Markdown}},
			{Title: "Fields", Keys: []key.Binding{k.Field, k.Before, k.Toggle}},
			{Title: "Move", Keys: k.List.Help()},
		},
	}
}
