package duo

import (
	"github.com/charmbracelet/bubbles/key"

	"gatepass/store"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// keyMap is every key of this page. What does not fit the moment is disabled: it does
// nothing then, and is not in the help.
type keyMap struct {
	Check, Again, Address, Issue, Revoke, Enrol, Remove key.Binding
	Log, Apps, Add, Change, Drop, Other                 key.Binding
	Next, Field, Before, Toggle, Stop, Back             key.Binding
	List                                                widget.ListKeys
}

// now gives the keys as they are at the moment.
func (p *Page) now() keyMap {
	k := keyMap{
		Check:   ui.Bind("check the tenant", "c"),
		Again:   ui.Bind("ask again", "r"),
		Address: ui.Bind("from an address", "p"),
		Issue:   ui.Bind("issue codes", "i"),
		Revoke:  ui.Bind("revoke codes", "x"),
		Enrol:   ui.Bind("give it a token", "t"),
		Remove:  ui.Bind("remove the token", "T"),
		Log:     ui.Bind("log", "l"),
		Apps:    ui.Bind("which application it is", "a"),
		Add:     ui.Bind("add a tenant", "n"),
		Change:  ui.Bind("change the tenant", "e"),
		Drop:    ui.Bind("remove the tenant", "X"),
		Other:   ui.Bind("another tenant", "o"),
		Next:    ui.Bind(nextWords[p.mode], "enter"),
		Field:   key.NewBinding(key.WithKeys("tab", "down"), key.WithHelp("tab", "next field")),
		Before:  key.NewBinding(key.WithKeys("shift+tab", "up"), key.WithHelp("shift+tab", "field before")),
		Toggle:  ui.Bind("yes or no", " "),
		Stop:    ui.Bind("stop", "esc"),
		Back:    ui.Bind("back", "esc"),
		List:    widget.DefaultListKeys(),
	}
	if p.mode == overview {
		k.Back = ui.Bind("back", "esc", "q")
	}
	p.enableActs(&k)
	p.enableRest(&k)
	return k
}

var nextWords = map[mode]string{
	adding: "next", locating: "ask", ordering: "next", picking: "take it", revoking: "next", enroling: "next", naming: "take it",
}

// enableActs enables what can be asked of Duo now.
func (p *Page) enableActs(k *keyMap) {
	t, known := p.known()
	still := p.mode == overview && !p.act.Busy() && !p.keeping.Busy() && p.loaded
	account := still && known && p.target != nil
	admin := account && t.AdminIKey != ""
	k.Check.SetEnabled(still && known && !p.check.Busy())
	k.Again.SetEnabled(still && !p.busy())
	k.Address.SetEnabled(account && !p.state.Busy())
	for _, b := range []*key.Binding{&k.Issue, &k.Revoke, &k.Enrol, &k.Log, &k.Apps} {
		b.SetEnabled(admin)
	}
	k.Remove.SetEnabled(admin && p.target.Has(store.KindSeed))
	k.Add.SetEnabled(still)
	k.Change.SetEnabled(still && known)
	k.Drop.SetEnabled(still && known)
	k.Other.SetEnabled(still && len(p.tenants) > 1)
}

func (p *Page) enableRest(k *keyMap) {
	form := p.mode == adding || p.mode == locating || p.mode == ordering
	choice := p.mode == picking || p.mode == revoking || p.mode == enroling || p.mode == naming
	idle := !p.act.Busy() && !p.keeping.Busy()
	k.Next.SetEnabled((form || choice) && idle)
	several := form && p.form.Len() > 1
	k.Field.SetEnabled(several)
	k.Before.SetEnabled(several)
	f := p.form.Focused()
	k.Toggle.SetEnabled(f != nil && f.Toggle != nil)
	k.Stop.SetEnabled(p.act.Busy() && !p.act.Stopped() || p.mode == overview && !p.act.Busy() && p.busy())
	k.Back.SetEnabled(!p.act.Busy() && !k.Stop.Enabled())
	if form {
		k.List = widget.ListKeys{}
	}
}

// Keys implements ui.Page.
func (p *Page) Keys() ui.Keys {
	if p.ask != nil {
		return ui.Keys{Short: []key.Binding{p.ask.Keys.Yes, p.ask.Keys.No}}
	}
	k := p.now()
	short := []key.Binding{k.Next, k.Toggle, k.Field}
	if len(p.tenants) == 0 {
		short = append(short, k.Add)
	}
	short = append(short, k.Issue, k.Enrol, k.Log, k.Address, k.Revoke, k.Check, k.Stop, k.Back)
	return ui.Keys{
		Short: short,
		Full: []ui.KeyGroup{
			{Title: "The account", Keys: []key.Binding{k.Address, k.Issue, k.Revoke, k.Enrol, k.Remove, k.Log, k.Apps}},
			{Title: "The tenant", Keys: []key.Binding{k.Check, k.Change, k.Drop, k.Add, k.Other}},
			{Title: "This page", Keys: []key.Binding{k.Next, k.Field, k.Before, k.Toggle, k.Again, k.Stop, k.Back}},
			{Title: "Move", Keys: k.List.Help()},
		},
	}
}
