package home

import (
	"github.com/charmbracelet/bubbles/key"

	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// keyMap is every key of this page. What does not fit the moment is disabled: it
// does nothing then, and is not in the help.
type keyMap struct {
	Open, Verify, Codes, New, Duo, Import, Rename, Remove, Lab key.Binding
	Handoff, Watch                                             key.Binding
	Retry, Quit                                                key.Binding
	Filter                                                     widget.FilterKeys
	List                                                       widget.ListKeys
}

func newKeys() keyMap {
	return keyMap{
		Open:    ui.Bind("open", "enter"),
		Verify:  ui.Bind("verify", "v"),
		Codes:   ui.Bind("codes", "c"),
		Handoff: ui.Bind("hand off", "h"),
		Watch:   ui.Bind("watch a session", "w"),
		New:     ui.Bind("new", "n"),
		Duo:     ui.Bind("duo", "d"),
		Import:  ui.Bind("import", "i"),
		Rename:  ui.Bind("rename", "R"),
		Remove:  ui.Bind("remove", "x"),
		Lab:     ui.Bind("practice range", "l"),
		Retry:   ui.Bind("read again", "r"),
		Quit:    ui.Bind("quit", "q"),
		List:    widget.DefaultListKeys(),
	}
}

// now gives the keys as they are in the page's present mode.
func (p *Page) now() keyMap {
	k := newKeys()
	browse := p.mode == browsing && !p.filter.Typing()
	some := p.list.Cursor() >= 0 && browse
	for _, b := range []*key.Binding{&k.Open, &k.Verify, &k.Handoff, &k.Watch, &k.Rename, &k.Remove} {
		b.SetEnabled(some)
	}
	k.Codes.SetEnabled(browse && len(p.rows) > 0)
	k.New.SetEnabled(browse && p.loaded)
	k.Duo.SetEnabled(browse && p.loaded)
	k.Import.SetEnabled(browse && p.loaded)
	k.Retry.SetEnabled(browse)
	k.Quit.SetEnabled(browse)
	k.Lab.SetEnabled(browse && p.loaded && p.env.AddLab != nil && len(p.rows) == 0 && !p.work.Busy())
	k.Filter = p.filter.Keys(p.mode == browsing && len(p.rows) > 0)
	if p.filter.Typing() {
		k.List = widget.ArrowKeys()
	}
	return k
}

// Keys implements ui.Page.
func (p *Page) Keys() ui.Keys {
	k := p.now()
	switch p.mode {
	case removing:
		return ui.Keys{Short: []key.Binding{p.ask.Keys.Yes, p.ask.Keys.No}}
	case renaming:
		return ui.Keys{Short: []key.Binding{ui.Bind("rename", "enter"), ui.Bind("keep the name", "esc")}}
	case browsing:
	}
	if p.filter.Typing() {
		typing := []key.Binding{k.List.Up, k.List.Down, k.Filter.Keep, k.Filter.Clear}
		return ui.Keys{Short: typing, Full: []ui.KeyGroup{{Title: "Filter", Keys: typing}}}
	}
	return ui.Keys{
		Short: []key.Binding{k.Lab, k.Verify, k.Codes, k.Handoff, k.New, k.Duo, k.Remove, k.Filter.Open, k.Import, k.Open, k.Quit},
		Full: []ui.KeyGroup{
			{Title: "The selected target", Keys: []key.Binding{k.Open, k.Verify, k.Handoff, k.Watch, k.Duo, k.Rename, k.Remove}},
			{Title: "All targets", Keys: []key.Binding{k.Codes, k.New, k.Import, k.Lab, k.Filter.Open, k.Filter.Clear, k.Retry, k.Quit}},
			{Title: "Move", Keys: k.List.Help()},
		},
	}
}
