package storepick

import (
	"github.com/charmbracelet/bubbles/key"

	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

type keyMap struct {
	Choose, Open, Field, Before, Back, Quit key.Binding
	List                                    widget.ListKeys
}

func (p *Page) now() keyMap {
	k := keyMap{
		Choose: ui.Bind("choose", "enter"),
		Open:   ui.Bind("go on", "enter"),
		Field:  key.NewBinding(key.WithKeys("tab", "down"), key.WithHelp("tab", "next field")),
		Before: key.NewBinding(key.WithKeys("shift+tab", "up"), key.WithHelp("shift+tab", "field before")),
		Back:   ui.Bind("back", "esc"),
		Quit:   ui.Bind("quit", "esc", "q"),
		List:   widget.DefaultListKeys(),
	}
	free := !p.opening.Busy()
	k.Choose.SetEnabled(p.mode == choosing && free)
	k.Open.SetEnabled(p.mode != choosing && free)
	k.Field.SetEnabled(p.mode == making)
	k.Before.SetEnabled(p.mode == making)
	k.Back.SetEnabled(p.mode == making && free)
	k.Quit.SetEnabled(p.mode != making)
	if p.mode == unlocking {
		k.Quit.SetKeys("esc")
	}
	return k
}

// Keys implements ui.Page.
func (p *Page) Keys() ui.Keys {
	k := p.now()
	short := []key.Binding{k.Choose, k.Open, k.Field, k.Back, k.Quit}
	if p.mode == choosing {
		short = append([]key.Binding{k.List.Up, k.List.Down}, short...)
	}
	return ui.Keys{Short: short, Full: []ui.KeyGroup{{Title: "Where secrets live", Keys: append(short, k.Before)}}}
}
