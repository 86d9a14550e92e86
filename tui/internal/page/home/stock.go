package home

import (
	"fmt"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/widget"
)

// showsStock reports whether a target's line has its bypass codes in place of its last
// verification: they run out, which matters more than a login that went well. One that
// failed matters more, unless it failed for want of codes.
func (p *Page) showsStock(r *row) bool {
	if r.Stock == nil || r.Target.Route != store.RouteBypassCode {
		return false
	}
	return r.Last == nil || r.Last.Verdict == string(login.SignedIn) || r.Stock.Codes == 0
}

// stockCell is what a target's line says of its codes, in w cells.
func (p *Page) stockCell(r *row, w int) string {
	s, now := p.env.Styles, p.env.Now()
	mark := stockMark(r, auth.StockLow(*r.Stock, now))
	words := auth.StockWords(*r.Stock, now)
	if text.Width(words) > w {
		words = auth.ShortStockWords(*r.Stock, now)
	}
	return mark.Of(s, 0) + " " + mark.Paint(s).Of(text.Pad(words, w))
}

// stockMark is the mark of a stock: a warning when somebody should see to new codes.
func stockMark(r *row, low bool) widget.Mark {
	switch {
	case r.Stock.Codes == 0:
		return widget.MarkBad
	case low:
		return widget.MarkWarn
	}
	mark, _ := verdict(r.Last)
	return mark
}

// stockWords is what the details say of a target's codes.
func (p *Page) stockWords(r *row) string {
	if r.Stock == nil {
		if r.Target.Route == store.RouteBypassCode {
			return "none yet: d has Duo issue them, or gatepass edit " + r.Target.Name + " --bypass-codes-file FILE"
		}
		return ""
	}
	line := auth.StockWords(*r.Stock, p.env.Now())
	if n := r.Stock.States[store.CodeUnknown]; n > 0 {
		line += fmt.Sprintf(" · %d handed out, outcome unknown", n)
	}
	if n := r.Stock.States[store.CodeRefused]; n > 0 {
		line += fmt.Sprintf(" · %d refused", n)
	}
	if r.Stock.Name != r.Target.Name {
		line += " · stock " + r.Stock.Name
	}
	return line
}
