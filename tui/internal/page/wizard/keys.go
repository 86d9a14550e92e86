package wizard

import (
	"github.com/charmbracelet/bubbles/key"

	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

type keyMap struct {
	Next, Store, Field, Before, Back, Leave, Toggle key.Binding
	List                                            widget.ListKeys
}

// now gives the keys as they are on the present step.
func (p *Page) now() keyMap {
	k := keyMap{
		Next:   ui.Bind("next", "enter"),
		Store:  ui.Bind("store and sign in", "enter"),
		Field:  key.NewBinding(key.WithKeys("tab", "down"), key.WithHelp("tab", "next field")),
		Before: key.NewBinding(key.WithKeys("shift+tab", "up"), key.WithHelp("shift+tab", "field before")),
		Back:   ui.Bind("back", "esc"),
		Leave:  ui.Bind("leave", "esc"),
		Toggle: ui.Bind("allow or not", " "),
		List:   widget.DefaultListKeys(),
	}
	several := len(p.fields()) > 1
	k.Field.SetEnabled(several)
	k.Before.SetEnabled(several)
	k.Next.SetEnabled(p.step != review)
	k.Store.SetEnabled(p.step == review && !p.storing.Busy() && p.wrong == nil)
	k.Back.SetEnabled(p.step != where && !p.storing.Busy())
	k.Leave.SetEnabled(p.step == where)
	f := p.focused()
	k.Toggle.SetEnabled(f != nil && f.toggle != nil)
	if p.step != route && p.step != review {
		k.List = widget.ListKeys{}
	}
	return k
}

// Keys implements ui.Page.
func (p *Page) Keys() ui.Keys {
	if p.ask != nil {
		return ui.Keys{Short: []key.Binding{p.ask.Keys.Yes, p.ask.Keys.No}}
	}
	k := p.now()
	short := []key.Binding{k.Next, k.Store, k.Toggle, k.Field}
	if p.step == route {
		short = append(short, k.List.Up, k.List.Down)
	}
	return ui.Keys{
		Short: append(short, k.Back, k.Leave),
		Full: []ui.KeyGroup{
			{Title: "Steps", Keys: []key.Binding{k.Next, k.Store, k.Back, k.Leave}},
			{Title: "Fields", Keys: []key.Binding{k.Field, k.Before, k.Toggle, k.List.Up, k.List.Down}},
		},
	}
}
