package verify

import (
	"github.com/charmbracelet/bubbles/key"

	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

type keyMap struct {
	Run, Window, Trust, Clock, Codes   key.Binding
	Evidence, Picture, Handoff, Watch  key.Binding
	Back, Leave, Close, OpenFile, Open key.Binding
	List                               widget.ListKeys
}

// now gives the keys as they are while the page is in its present state.
func (p *Page) now() keyMap {
	k := keyMap{
		Run:      ui.Bind("sign in", "enter", "r"),
		Window:   ui.Bind("in a browser window", "b"),
		Trust:    ui.Bind("sign in and trust this device", "t"),
		Clock:    ui.Bind("by the target's clock", "c"),
		Codes:    ui.Bind("codes", "c"),
		Evidence: ui.Bind("evidence", "e"),
		Picture:  ui.Bind("picture", "p"),
		Handoff:  ui.Bind("hand off", "h"),
		Watch:    ui.Bind("watch", "w"),
		Back:     ui.Bind("back", "esc", "q"),
		Leave:    ui.Bind("stop and leave", "esc", "q"),
		Close:    ui.Bind("back to the verdict", "esc", "q", "e"),
		Open:     ui.Bind("open the folder", "o"),
		OpenFile: ui.Bind("open the file", "O"),
		List:     widget.DefaultListKeys(),
	}
	if p.ended() {
		k.Run = ui.Bind("run again", "r", "enter")
	}
	if p.window {
		k.Window = ui.Bind("without a window", "b")
	}
	p.enable(&k)
	return k
}

// enable leaves on what makes sense right now.
func (p *Page) enable(k *keyMap) {
	running, reading := p.run.Busy(), p.kept != nil
	idle := !running && !reading
	skewed := p.result != nil && p.result.Diagnosis != nil && p.result.Diagnosis.Code == login.ClockSkew
	green := p.result != nil && p.result.OK()
	for b, on := range map[*key.Binding]bool{
		&k.Run: idle, &k.Window: idle, &k.Trust: idle && p.onDevice(),
		&k.Clock: idle && skewed, &k.Codes: idle && !skewed && p.hasSeed(),
		&k.Evidence: idle && p.result != nil && p.result.Evidence != "",
		&k.Picture:  !reading && p.run.HasPicture(),
		&k.Handoff:  idle && green, &k.Watch: idle && green,
		&k.Back: idle, &k.Leave: running && !reading,
		&k.Close: reading, &k.Open: reading && p.env.Outside.Open != nil, &k.OpenFile: reading && p.env.Outside.Open != nil,
	} {
		b.SetEnabled(on)
	}
}

func (p *Page) onDevice() bool {
	return p.target != nil && p.target.Target.Route == store.RouteTrustedDevice
}

// Keys implements ui.Page.
func (p *Page) Keys() ui.Keys {
	if p.run.Asking() {
		return p.run.Keys()
	}
	k := p.now()
	again := []key.Binding{k.Run, k.Window, k.Trust, k.Clock}
	look := []key.Binding{k.Evidence, k.Picture, k.Open, k.OpenFile}
	on := []key.Binding{k.Handoff, k.Watch, k.Codes}
	out := []key.Binding{k.Back, k.Leave, k.Close}
	short := append(append(append([]key.Binding{k.Run, k.Handoff, k.Watch, k.Clock, k.Trust}, look...), k.Window, k.Codes), out...)
	return ui.Keys{
		Short: short,
		Full: []ui.KeyGroup{
			{Title: "Sign in", Keys: append(again, out...)},
			{Title: "Look", Keys: look},
			{Title: "Go on with it", Keys: on},
			{Title: "Read on", Keys: k.List.Help()},
		},
	}
}
