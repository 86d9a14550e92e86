package codes

import (
	"github.com/charmbracelet/bubbles/key"

	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

type keyMap struct {
	Copy, Show, Take, All, Big, QR, Turn    key.Binding
	Filter, Keep, Clear, Sort, Group, Clock key.Binding
	Import, New, Retry, Back, Leave         key.Binding
	Resync, Find, Stop                      key.Binding
	List                                    widget.ListKeys
}

func newKeys() keyMap {
	return keyMap{
		Copy:   ui.Bind("copy", "enter"),
		Show:   ui.Bind("show", " "),
		Take:   ui.Bind("take the next", " "),
		All:    ui.Bind("show all", "a"),
		Big:    ui.Bind("big", "b"),
		QR:     ui.Bind("QR code", "Q"),
		Turn:   ui.Bind("dark and light", "i"),
		Filter: ui.Bind("filter", "/"),
		Keep:   ui.Bind("keep the filter", "enter"),
		Clear:  ui.Bind("clear the filter", "esc"),
		Sort:   ui.Bind("sort", "s"),
		Group:  ui.Bind("group", "t"),
		Clock:  ui.Bind("compare clocks", "o"),
		Resync: ui.Bind("set the counter", "c"),
		Find:   ui.Bind("find the counter", "enter"),
		Stop:   ui.Bind("leave it", "esc"),
		Import: ui.Bind("import", "i"),
		New:    ui.Bind("set up a target", "n"),
		Retry:  ui.Bind("read again", "r"),
		Back:   ui.Bind("back", "esc", "q"),
		Leave:  ui.Bind("the list", "esc", "b", "q"),
		List:   widget.DefaultListKeys(),
	}
}

// now gives the keys as they are in the page's present state.
func (p *Page) now() keyMap {
	k := newKeys()
	r := p.selected()
	list := p.mode == listing && p.storeErr == nil && len(p.rows) > 0
	one := (list || p.mode == big) && r != nil
	counted := r != nil && r.state == ready && r.counted()
	if r != nil && p.shows(r) {
		k.Show.SetHelp("space", "hide")
	}
	if p.all {
		k.All.SetHelp("a", "hide all")
	}
	k.Copy.SetEnabled(one)
	k.Show.SetEnabled(one && !counted)
	k.Take.SetEnabled(one && counted)
	k.All.SetEnabled(list)
	k.Big.SetEnabled(list && r != nil)
	k.QR.SetEnabled(list && r != nil && r.state == ready)
	k.Turn.SetEnabled(p.mode == qrCode && p.print.fits(p.w, p.h))
	k.Filter.SetEnabled(list)
	k.Keep.SetEnabled(p.mode == filtering)
	k.Clear.SetEnabled(p.mode == filtering || list && !p.filter.Empty())
	k.Sort.SetEnabled(list)
	k.Group.SetEnabled(list)
	k.Clock.SetEnabled(list && r != nil && r.target.URL != "")
	k.Resync.SetEnabled(list && counted)
	k.Find.SetEnabled(p.mode == resyncing)
	k.Stop.SetEnabled(p.mode == resyncing)
	k.Import.SetEnabled(p.mode == listing && p.loaded)
	k.New.SetEnabled(p.loaded && p.err == nil && len(p.rows) == 0)
	k.Retry.SetEnabled(p.mode == listing)
	k.Leave.SetEnabled(p.mode == big || p.mode == qrCode)
	k.Back.SetEnabled(p.mode == listing && !k.Clear.Enabled())
	if p.mode == filtering {
		k.List = widget.ArrowKeys()
	}
	return k
}

// Keys implements ui.Page.
func (p *Page) Keys() ui.Keys {
	if p.ask != nil {
		return ui.Keys{Short: []key.Binding{p.ask.Keys.Yes, p.ask.Keys.No}}
	}
	k := p.now()
	retry := k.Retry
	retry.SetEnabled(retry.Enabled() && (p.storeErr != nil || p.err != nil))
	return ui.Keys{
		Short: []key.Binding{retry, k.New, k.Turn, k.Copy, k.Take, k.Show, k.Filter, k.Big, k.Keep, k.All, k.Sort, k.Group, k.QR, k.Resync, k.Import, k.Find, k.Clear, k.Back, k.Leave, k.Stop},
		Full: []ui.KeyGroup{
			{Title: "The selected code", Keys: []key.Binding{k.Copy, k.Take, k.Show, k.Big, k.QR, k.Turn, k.Clock, k.Resync, k.Find, k.Stop}},
			{Title: "All codes", Keys: []key.Binding{k.All, k.Filter, k.Keep, k.Clear, k.Sort, k.Group, k.Import, k.New, k.Retry, k.Back, k.Leave}},
			{Title: "Move", Keys: k.List.Help()},
		},
	}
}
