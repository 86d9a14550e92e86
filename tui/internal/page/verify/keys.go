package verify

import (
	"github.com/charmbracelet/bubbles/key"

	"gatepass/store"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

type keyMap struct {
	Run, Trust, Codes, Back, Leave key.Binding
	List                    widget.ListKeys
}

// now gives the keys as they are while the page is in its present state.
func (p *Page) now() keyMap {
	k := keyMap{
		Run:   ui.Bind("sign in", "enter", "r"),
		Trust: ui.Bind("sign in and trust this device", "t"),
		Codes: ui.Bind("codes", "c"),
		Back:  ui.Bind("back", "esc", "q"),
		Leave: ui.Bind("stop and leave", "esc", "q"),
		List:  widget.DefaultListKeys(),
	}
	running := p.run.Busy()
	if p.ended() {
		k.Run = ui.Bind("run again", "r", "enter")
	}
	k.Run.SetEnabled(!running)
	k.Trust.SetEnabled(!running && p.target != nil && p.target.Target.Route == store.RouteTrustedDevice)
	k.Codes.SetEnabled(!running && p.hasSeed())
	k.Back.SetEnabled(!running)
	k.Leave.SetEnabled(running)
	return k
}

// Keys implements ui.Page.
func (p *Page) Keys() ui.Keys {
	k := p.now()
	return ui.Keys{
		Short: []key.Binding{k.Run, k.Trust, k.Codes, k.Back, k.Leave},
		Full: []ui.KeyGroup{
			{Title: "Verification", Keys: []key.Binding{k.Run, k.Trust, k.Codes, k.Back, k.Leave}},
			{Title: "Read on", Keys: k.List.Help()},
		},
	}
}
