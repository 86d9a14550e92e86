package codes

import (
	"github.com/charmbracelet/bubbles/key"

	"gatepass/auth/otp"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

type keyMap struct {
	Copy, Show, Take, All, Filter, Keep, Clear, New, Retry, Back key.Binding
	List                                                         widget.ListKeys
}

// now gives the keys as they are in the page's present state.
func (p *Page) now() keyMap {
	k := keyMap{
		Copy:   ui.Bind("copy", "enter"),
		Show:   ui.Bind("hide", " "),
		Take:   ui.Bind("take the next", " "),
		All:    ui.Bind("show all", "a"),
		Filter: ui.Bind("filter", "/"),
		Keep:   ui.Bind("keep the filter", "enter"),
		Clear:  ui.Bind("clear the filter", "esc"),
		New:    ui.Bind("set up a target", "n"),
		Retry:  ui.Bind("read again", "r"),
		Back:   ui.Bind("back", "esc", "q"),
		List:   widget.DefaultListKeys(),
	}
	if p.reveal == nothing {
		k.Show.SetHelp("space", "show")
	}
	if p.reveal == everything {
		k.All.SetHelp("a", "hide the others")
	}
	list := !p.filtering && p.storeErr == nil && len(p.rows) > 0
	r := p.selected()
	counted := r != nil && r.state == ready && r.key.Type() == otp.HOTP
	k.Copy.SetEnabled(list && r != nil)
	k.Show.SetEnabled(list && !counted)
	k.Take.SetEnabled(list && counted)
	k.All.SetEnabled(list)
	k.Filter.SetEnabled(list)
	k.Keep.SetEnabled(p.filtering)
	k.Clear.SetEnabled(p.filtering || list && !p.filter.Empty())
	k.New.SetEnabled(p.loaded && p.err == nil && len(p.rows) == 0)
	k.Retry.SetEnabled(!p.filtering)
	k.Back.SetEnabled(!p.filtering && !k.Clear.Enabled())
	if p.filtering {
		k.List = widget.ArrowKeys()
	}
	return k
}

// Keys implements ui.Page.
func (p *Page) Keys() ui.Keys {
	k := p.now()
	retry := k.Retry
	retry.SetEnabled(retry.Enabled() && (p.storeErr != nil || p.err != nil))
	return ui.Keys{
		Short: []key.Binding{retry, k.New, k.Copy, k.Take, k.Show, k.All, k.Filter, k.Keep, k.Clear, k.Back},
		Full: []ui.KeyGroup{
			{Title: "The selected code", Keys: []key.Binding{k.Copy, k.Take, k.Show}},
			{Title: "All codes", Keys: []key.Binding{k.All, k.Filter, k.Keep, k.Clear, k.Retry, k.New, k.Back}},
			{Title: "Move", Keys: k.List.Help()},
		},
	}
}
