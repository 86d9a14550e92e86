package codes

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/store"
	"gatepass/tui/internal/ui"
)

// press gives a key to what the screen shows.
func (p *Page) press(msg tea.KeyMsg) tea.Cmd {
	if msg.Paste && p.mode == listing {
		p.bring(string(msg.Runes))
		return nil
	}
	switch p.mode {
	case taking:
		return p.answerTake(msg)
	case warning:
		return p.answerQR(msg)
	case resyncing:
		return p.resyncKey(msg)
	case goingBack:
		return p.answerBack(msg)
	case filtering:
		p.filterKey(msg)
	case qrCode:
		p.qrKey(msg)
	case big:
		return p.bigKey(msg)
	case listing:
		return p.listKey(msg)
	}
	return nil
}

// bring has what was pasted or dropped here imported, where it is looked at first.
func (p *Page) bring(text string) {
	if pasted := store.NewSecret(strings.TrimSpace(text)); !pasted.IsZero() && p.now().Import.Enabled() {
		p.env.Host.Open(ui.ToImport{Pasted: &pasted})
	}
}

func (p *Page) listKey(msg tea.KeyMsg) tea.Cmd {
	k := p.now()
	switch {
	case key.Matches(msg, k.Clear):
		p.clearFilter()
	case key.Matches(msg, k.Filter):
		p.mode = filtering
		p.filter.Focus()
		p.arrange()
	case key.Matches(msg, k.Sort):
		p.order = (p.order + 1) % orders
		p.ranks.restart()
		p.sift(p.selectedName())
	case key.Matches(msg, k.Group):
		p.groups = (p.groups + 1) % groupings
		p.sift(p.selectedName())
	case key.Matches(msg, k.Import):
		p.env.Host.Open(ui.ToImport{})
	case key.Matches(msg, k.New):
		p.env.Host.Open(ui.ToWizard{})
	case key.Matches(msg, k.Retry):
		return p.retry()
	case key.Matches(msg, k.Back):
		p.env.Host.Back()
	default:
		return p.rowKey(msg, k)
	}
	return nil
}

// rowKey is for what concerns the selected row.
func (p *Page) rowKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	switch {
	case key.Matches(msg, k.Copy):
		return p.copyCode()
	case key.Matches(msg, k.Take):
		p.askTake()
	case key.Matches(msg, k.Show):
		p.toggle()
	case key.Matches(msg, k.All):
		p.all, p.open = !p.all, ""
	case key.Matches(msg, k.Big):
		p.mode, p.open = big, p.selectedName() // who wants it big wants to read it
	case key.Matches(msg, k.QR):
		p.askQR()
	case key.Matches(msg, k.Clock):
		return p.compare()
	case key.Matches(msg, k.Resync):
		p.beginResync()
	default:
		p.move(msg, k)
	}
	return nil
}

// toggle shows or covers the selected code.
func (p *Page) toggle() {
	r := p.selected()
	if p.shows(r) {
		p.all, p.open = false, ""
		return
	}
	p.open = r.target.Name
}

// move moves the cursor over heads, and covers what it leaves.
func (p *Page) move(msg tea.KeyMsg, k keyMap) bool {
	before := p.list.Cursor()
	if !p.list.Update(msg, k.List) {
		return false
	}
	p.choose(p.list.Cursor(), p.list.Cursor()-before)
	p.coverLeft()
	return true
}

// coverLeft covers a code that the cursor has left.
func (p *Page) coverLeft() {
	if p.open != p.selectedName() {
		p.open = ""
	}
}

func (p *Page) filterKey(msg tea.KeyMsg) {
	k := p.now()
	switch {
	case key.Matches(msg, k.Keep):
		p.mode = listing
		p.filter.Blur()
		p.arrange()
	case key.Matches(msg, k.Clear):
		p.clearFilter()
	case p.move(msg, k):
	case p.filter.Update(msg):
		p.list.Select(0)
		p.sift("")
		p.coverLeft()
	}
}

func (p *Page) clearFilter() {
	name := p.selectedName()
	p.mode = listing
	p.filter.Blur()
	p.filter.SetValue("")
	p.sift(name)
}

func (p *Page) bigKey(msg tea.KeyMsg) tea.Cmd {
	k := p.now()
	switch {
	case key.Matches(msg, k.Leave):
		p.mode, p.open = listing, ""
	case p.move(msg, k):
		p.open = p.selectedName()
	default:
		return p.rowKey(msg, k)
	}
	return nil
}

func (p *Page) qrKey(msg tea.KeyMsg) {
	k := p.now()
	switch {
	case key.Matches(msg, k.Leave):
		p.leaveQR()
	case key.Matches(msg, k.Turn):
		p.print.turned = !p.print.turned
	}
}
