package handoff

import (
	"slices"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/store"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

type keyMap struct {
	Choose, Inline, Serve, Back  key.Binding
	Unproven, Needed             key.Binding
	Filter                       widget.FilterKeys
	Stop, Again, List            key.Binding
	Copy, CopySecret, Next, Prev key.Binding
	Write, Accept, Cancel        key.Binding
	Move                         widget.ListKeys
}

// now gives the keys as they are in the page's mode.
func (p *Page) now() keyMap {
	k := keyMap{
		Choose:   ui.Bind("prepare it", "enter"),
		Inline:   ui.Bind("secrets in the files", "i"),
		Needed:   ui.Bind("how long the scan takes", "t"),
		Unproven: ui.Bind("write it unproven", "u"),
		Serve:    ui.Bind("serve", "s"),
		Back:     ui.Bind("back", "esc", "q"),
		Stop:     ui.Bind("stop", "esc", "q"),
		Again:    ui.Bind("try again", "r", "enter"),
		List:     ui.Bind("other scanners", "esc", "q"),
		Copy:     ui.Bind("copy", "enter", "y"), CopySecret: ui.Bind("copy the secret", "Y"),
		Next: ui.Bind("next file", "tab", "right"), Prev: ui.Bind("the one before", "shift+tab", "left"),
		Write:  ui.Bind("write the files", "w"),
		Accept: ui.Bind("write", "enter"),
		Cancel: ui.Bind("do not write", "esc"),
		Filter: p.filter.Keys(p.mode == choosing && len(p.offers) > 0),
		Move:   widget.DefaultListKeys(),
	}
	if p.inline {
		k.Inline = ui.Bind("secrets by reference", "i")
	}
	if p.unproven {
		k.Unproven = ui.Bind("only what is proven", "u")
	}
	if p.mode == timing {
		k.Accept, k.Cancel = ui.Bind("keep the answer", "enter"), ui.Bind("leave it", "esc")
	}
	if p.filter.Typing() {
		k.Move = widget.ArrowKeys()
	}
	sel := p.selected()
	value, secret := p.value()
	browse := p.mode == choosing && !p.filter.Typing()
	for b, on := range map[*key.Binding]bool{
		&k.Choose: browse && sel != nil && len(sel.Refused) == 0,
		&k.Inline: browse && p.loaded, &k.Needed: browse && p.loaded,
		&k.Unproven: browse && (p.unproven || slices.ContainsFunc(p.offers, func(o auth.Offer) bool { return o.Unproven })),
		&k.Serve:    browse || p.mode == made,
		&k.Back:     browse && !p.filter.On(), &k.Stop: p.mode == making, &k.Again: p.mode == failed,
		&k.List: p.mode == failed || p.mode == made,
		&k.Copy: p.mode == made && !value.IsZero() && !secret, &k.CopySecret: p.mode == made && !value.IsZero() && secret,
		&k.Next: p.mode == made && p.tabs() > 1, &k.Prev: p.mode == made && p.tabs() > 1,
		&k.Write:  p.mode == made && p.env.Outside.Put != nil,
		&k.Accept: p.mode == writing || p.mode == timing, &k.Cancel: p.mode == writing || p.mode == timing,
	} {
		b.SetEnabled(on)
	}
	return k
}

// Keys implements ui.Page.
func (p *Page) Keys() ui.Keys {
	switch {
	case p.run.Asking():
		return p.run.Keys()
	case p.mode == replacing:
		return ui.Keys{Short: []key.Binding{p.ask.Keys.Yes, p.ask.Keys.No}}
	}
	k := p.now()
	if p.mode == choosing && p.filter.Typing() {
		typing := []key.Binding{k.Move.Up, k.Move.Down, k.Filter.Keep, k.Filter.Clear}
		return ui.Keys{Short: typing, Full: []ui.KeyGroup{{Title: "Filter", Keys: typing}}}
	}
	all := []key.Binding{
		k.Choose, k.Again, k.Copy, k.CopySecret, k.Write, k.Next, k.Unproven, k.Filter.Open, k.Inline, k.Needed, k.Serve, k.Accept,
		k.Filter.Clear, k.Back, k.Stop, k.List, k.Cancel,
	}
	groups := []ui.KeyGroup{{Title: "Hand-off", Keys: append(all, k.Prev)}}
	if p.mode != writing && p.mode != timing {
		groups = append(groups, ui.KeyGroup{Title: "Move", Keys: k.Move.Help()})
	}
	return ui.Keys{Short: all, Full: groups}
}

func (p *Page) key(msg tea.KeyMsg) tea.Cmd {
	k := p.now()
	switch {
	case p.run.Asking():
		p.run.Key(msg)
	case p.mode == choosing:
		return p.chooseKey(msg, k)
	case p.mode == making:
		if key.Matches(msg, k.Stop) {
			p.run.Stop()
			p.mode = choosing
		}
	case p.mode == failed:
		return p.failedKey(msg, k)
	case p.mode == made:
		p.madeKey(msg, k)
	case p.mode == writing:
		return p.writingKey(msg, k)
	case p.mode == replacing:
		return p.replacingKey(msg)
	case p.mode == timing:
		return p.timingKey(msg, k)
	}
	return nil
}

func (p *Page) chooseKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	switch p.filter.Update(msg, k.Filter) {
	case widget.FilterTyped:
		p.rows.Select(0)
		p.shown = nil // whatever was under the cursor counts no more
		p.sift()
		return nil
	case widget.FilterCleared:
		p.sift()
		return nil
	case widget.FilterTurned:
		return nil
	case widget.FilterNone:
	}
	switch {
	case key.Matches(msg, k.Choose):
		return p.write()
	case key.Matches(msg, k.Inline):
		p.inline = !p.inline
		return p.readOffers()
	case key.Matches(msg, k.Unproven):
		p.unproven = !p.unproven
		return p.readOffers()
	case key.Matches(msg, k.Needed):
		p.mode, p.wrong = timing, ""
		p.span.SetValue(spelled(p.needed))
		p.span.Focus()
	case key.Matches(msg, k.Serve):
		p.serve()
	case key.Matches(msg, k.Back):
		p.env.Host.Back()
	default:
		p.rows.Update(msg, k.Move)
	}
	return nil
}

func (p *Page) serve() { p.env.Host.Open(ui.ToServe{Name: p.name, Held: p.held}) }

func (p *Page) failedKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	switch {
	case key.Matches(msg, k.Again):
		return p.write()
	case key.Matches(msg, k.List):
		p.mode, p.err = choosing, nil
	}
	return nil
}

func (p *Page) madeKey(msg tea.KeyMsg, k keyMap) {
	switch {
	case key.Matches(msg, k.List):
		p.mode, p.err = choosing, nil
	case key.Matches(msg, k.Copy, k.CopySecret):
		p.copy()
	case key.Matches(msg, k.Write):
		p.mode = writing
		p.err = nil
		p.folder.Focus()
	case key.Matches(msg, k.Next):
		p.turn(1)
	case key.Matches(msg, k.Prev):
		p.turn(-1)
	case key.Matches(msg, k.Serve):
		p.serve()
	case p.tab == 0 && p.sheet.update(msg, k.Move):
	default:
		p.scroll.Update(msg, k.Move)
	}
}

// tabs is how many things there are to look at: the sheet, and the files but for the
// sheet's own.
func (p *Page) tabs() int { return len(p.out.Files) }

func (p *Page) turn(by int) {
	p.tab = (p.tab + by + p.tabs()) % p.tabs()
	p.scroll.Reset()
}

// value is what would be copied: the line under the cursor, or the file.
func (p *Page) value() (value store.Secret, secret bool) {
	if p.mode != made {
		return store.Secret{}, false
	}
	if p.tab > 0 {
		f := p.out.Files[p.tab-1]
		return f.Content.Secret, f.Secret
	}
	if e := p.sheet.entry(); e != nil {
		return e.value, e.secret
	}
	return store.Secret{}, false
}

// keep is how long a secret stays on the clipboard.
const keep = 30 * time.Second

func (p *Page) copy() {
	value, secret := p.value()
	c := ui.Copying{Secret: value, Label: "it"}
	if p.tab > 0 {
		c.Label = p.out.Files[p.tab-1].Name
	}
	if secret {
		c.Keep = keep
	}
	p.env.Host.Copy(c)
}
