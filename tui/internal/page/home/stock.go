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

// revokeWords say which codes that gatepass had issued are to be revoked: those whose time
// is over, and those that open the account until the scan is done.
func (p *Page) revokeWords(r *row) string {
	if r.Stock == nil {
		return ""
	}
	now := p.env.Now()
	switch s := r.Stock; {
	case s.Over > 0:
		return fmt.Sprintf("the time of %s is over: d, then x, takes them away", codeCount(s.Over))
	case s.Open > 0 && !s.OpenUntil.IsZero():
		return fmt.Sprintf("%s issued here good until %s: when the scan is done, d, then x", codeCount(s.Open), text.Moment(s.OpenUntil, now))
	}
	return ""
}

// leftAtDuo says which codes stay good at Duo when a target is removed that alone draws
// them; nil for none.
func (p *Page) leftAtDuo(r *row) []string {
	if r == nil || r.Stock == nil || r.Stock.Open == 0 {
		return nil
	}
	for i := range p.rows {
		if o := &p.rows[i]; o.Target.Name != r.Target.Name && o.Target.StockName() == r.Target.StockName() {
			return nil
		}
	}
	stay, them := "stay", "them"
	if r.Stock.Open == 1 {
		stay, them = "stays", "it"
	}
	return []string{fmt.Sprintf("%s that gatepass had issued for %s %s good at Duo until %s. To revoke %s first: keep it, then d and x.",
		codeCount(r.Stock.Open), duoName(r.Target), stay, text.Moment(r.Stock.OpenUntil, p.env.Now()), them)}
}

// duoName is as whom Duo knows a target's account.
func duoName(t store.Target) string {
	if t.Duo.Username != "" {
		return t.Duo.Username
	}
	return t.Username
}

func codeCount(n int) string {
	if n == 1 {
		return "1 code"
	}
	return fmt.Sprintf("%d codes", n)
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
	if n := r.Stock.States[store.CodeMissing]; n > 0 {
		line += fmt.Sprintf(" · %d deleted at Duo", n)
	}
	if r.Stock.Name != r.Target.Name {
		line += " · stock " + r.Stock.Name
	}
	return line
}
