package intake

import (
	"github.com/charmbracelet/bubbles/key"

	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

type keyMap struct {
	Read, Open, Skip, Keep, Again, Stop, Back key.Binding
	List                                      widget.ListKeys
}

// now gives the keys as they are in the page's present mode.
func (p *Page) now() keyMap {
	k := keyMap{
		Read:  ui.Bind("read it", "enter"),
		Open:  ui.Bind("open the backup", "enter"),
		Skip:  ui.Bind("leave it out", "esc"),
		Keep:  ui.Bind("keep what is new", "enter"),
		Again: ui.Bind("begin anew", "x"),
		Stop:  ui.Bind("stop", "esc"),
		Back:  ui.Bind("back", "esc"),
		List:  widget.DefaultListKeys(),
	}
	asked := p.question != nil
	k.Read.SetEnabled(p.mode == waiting)
	k.Open.SetEnabled(asked)
	k.Skip.SetEnabled(asked)
	k.Keep.SetEnabled(p.mode == review && len(p.res.plan.Add) > 0)
	k.Again.SetEnabled(p.mode == review)
	k.Stop.SetEnabled(p.mode == reading && !asked || p.mode == keeping && !p.stopped)
	k.Back.SetEnabled(p.mode == waiting || p.mode == review)
	if p.mode != review {
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
	return ui.Keys{
		Short: []key.Binding{k.Read, k.Open, k.Skip, k.Keep, k.Again, k.List.Up, k.List.Down, k.Stop, k.Back},
		Full: []ui.KeyGroup{
			{Title: "Import", Keys: []key.Binding{k.Read, k.Open, k.Skip, k.Keep, k.Again, k.Stop, k.Back}},
			{Title: "Move", Keys: k.List.Help()},
		},
	}
}
