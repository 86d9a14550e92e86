package duo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gatepass/auth"
	"gatepass/store"
	"gatepass/tui/internal/talk"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// abreast is the width from which the page has two columns.
const abreast = 132

// overviewLines lay the parts below one another, or in two columns.
func (p *Page) overviewLines() []string {
	if p.w < abreast {
		w := min(p.w, 110)
		return join(append(p.problemFirst(w), p.healthLines(w), p.accountLines(w), p.stockLines(w), p.routeLines(w), p.knowLines(w))...)
	}
	w := (p.w - 3) / 2
	left := join(append(p.problemFirst(w), p.healthLines(w), p.accountLines(w), p.stockLines(w))...)
	right := join(p.routeLines(w), p.knowLines(w))
	lines := make([]string, max(len(left), len(right)))
	for i := range lines {
		var l, r string
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		lines[i] = text.Pad(l, w) + p.env.Styles.Dim.Of(" │ ") + r
	}
	return lines
}

// join puts parts below one another with a line between.
func join(parts ...[]string) []string {
	var lines []string
	for _, part := range parts {
		if len(part) == 0 {
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, part...)
	}
	return lines
}

// problemFirst is what failed, above everything else.
func (p *Page) problemFirst(w int) [][]string {
	var parts [][]string
	for _, err := range []error{p.actErr, p.err, p.stateErr} {
		if err != nil {
			parts = append(parts, ui.ErrorLines(p.env.Styles, err, w))
		}
	}
	return parts
}

// healthLines tell how the tenant is: a line for each application that is well, and
// all there is to say of what is not.
func (p *Page) healthLines(w int) []string {
	s := p.env.Styles
	t, ok := p.known()
	if !ok {
		return []string{s.Warn.Of("! ") + text.Cut("No Duo tenant called "+text.Clean(p.tenant)+" is known here.", w-2)}
	}
	lines := []string{s.Bright.Of("Tenant "+t.Name) + s.Dim.Of(text.Cut("  "+t.APIHost, w-8-len(t.Name)))}
	switch {
	case p.checkErr != nil:
		return append(lines, ui.ErrorLines(s, p.checkErr, w)...)
	case p.checked == nil && !p.check.Busy():
		return append(lines, s.Dim.Of("not checked"))
	case p.checked == nil:
		return lines
	}
	for _, group := range groups(p.checked.Checks) {
		lines = append(lines, p.groupLines(group, w)...)
	}
	return lines
}

// groups takes checks apart by application, in their order.
func groups(all []auth.Check) [][]auth.Check {
	var out [][]auth.Check
	for _, c := range all {
		if n := len(out); n > 0 && out[n-1][0].Application == c.Application {
			out[n-1] = append(out[n-1], c)
			continue
		}
		out = append(out, []auth.Check{c})
	}
	return out
}

func (p *Page) groupLines(checks []auth.Check, w int) []string {
	s := p.env.Styles
	app := checks[0].Application
	if app == "" {
		app = "host"
	}
	var lines, well []string
	for _, c := range checks {
		if c.State == auth.CheckGood {
			well = append(well, c.What)
			continue
		}
		mark := talk.CheckMark(c.State)
		lines = append(lines, ui.Hanging(mark.Of(s, 0)+" "+text.Pad(app, 11), text.Clean(c.What+": "+c.Note), w)...)
		for _, h := range c.Hints {
			lines = append(lines, ui.Hanging(text.Blank(13)+s.Accent.Of("→ "), text.Clean(h), w)...)
		}
	}
	if len(well) > 0 {
		good := ui.Hanging(s.Good.Of("✓ ")+text.Pad(app, 11), text.Clean(strings.Join(well, ", ")), w)
		lines = append(good, lines...)
	}
	return lines
}

// accountLines tell of the account and its devices.
func (p *Page) accountLines(w int) []string {
	s := p.env.Styles
	if p.target == nil {
		return p.targetsLines(w)
	}
	head := s.Bright.Of("Account " + text.Cut(text.Clean(p.username()), w-8))
	if p.status == nil {
		return []string{head}
	}
	if p.status.UserErr != nil {
		return append([]string{head}, ui.ErrorLines(s, p.status.UserErr, w)...)
	}
	u := p.status.User
	status, group := u.Effective()
	about := text.Clean(status)
	if group != "" {
		about += " through the group " + text.Clean(group)
	}
	lines := []string{head + s.Dim.Of(text.Cut("  "+about, w-text.Width(head)))}
	for _, d := range u.Phones {
		name := strings.TrimSpace(text.Clean(d.Name + " " + d.Number))
		what := strings.TrimSpace(text.Clean(d.Platform))
		if slices.Contains(d.Capabilities, "push") {
			what = strings.TrimPrefix(what+", takes pushes", ", ")
		}
		lines = append(lines, text.Cut("  phone  "+name+s.Dim.Of("  "+what), w))
	}
	for _, d := range u.Tokens {
		whose := ""
		if strings.HasPrefix(d.Serial, "gatepass-") {
			whose = ", enrolled by gatepass"
		}
		lines = append(lines, text.Cut("  token  "+text.Clean(d.Serial)+s.Dim.Of("  "+tokenType(d.Type)+whose), w))
	}
	if len(u.Phones)+len(u.Tokens) == 0 {
		lines = append(lines, s.Dim.Of("  no device"))
	}
	return lines
}

// tokenType names what Duo calls a token's type.
func tokenType(t string) string {
	switch t {
	case "t6", "t8":
		return "TOTP, " + t[1:] + " digits"
	case "h6", "h8":
		return "HOTP, " + t[1:] + " digits"
	}
	return text.Clean(t)
}

// targetsLines say which targets are in the tenant.
func (p *Page) targetsLines(w int) []string {
	for _, t := range p.tenants {
		if t.Tenant.Name == p.tenant && len(t.Targets) > 0 {
			return ui.Hanging("Its targets: ", strings.Join(t.Targets, ", ")+". Open one from the first page with d, to see its account.", w)
		}
	}
	return text.Wrap("No target names this tenant yet. Open one from the first page with d, to see its account.", w)
}

// routeLines tell what Duo would do with the account and what the policy lets through.
func (p *Page) routeLines(w int) []string {
	if p.status == nil {
		return nil
	}
	s, st := p.env.Styles, p.status
	from := "from an address that was not said (p)"
	if p.ip != "" {
		from = "from " + p.ip
	}
	lines := []string{s.Bright.Of("Routes") + s.Dim.Of(text.Cut("  "+from, w-6))}
	if st.PreauthErr != nil {
		lines = append(lines, ui.ErrorLines(s, st.PreauthErr, w)...)
	} else {
		lines = append(lines, text.Wrap(text.Clean(st.Preauth.Sentence), w)...)
	}
	if st.PolicyErr != nil {
		lines = append(lines, ui.ErrorLines(s, st.PolicyErr, w)...)
		if p.now().Apps.Enabled() && p.target.Duo.Integration == "" {
			lines = append(lines, s.Key.Of("a")+" choose it here")
		}
		return lines
	}
	before := ""
	for _, v := range st.Policy.Verdicts {
		mark := talk.StateMark(v.State)
		word := mark.Paint(s).Of(text.Pad(string(v.State), 8))
		why := text.Clean(v.Why)
		if v.Section != "" {
			why += " (" + text.Clean(v.Section) + ")"
		}
		if why == before {
			why = "likewise"
		} else {
			before = why
		}
		lines = append(lines, ui.Hanging(mark.Of(s, 0)+" "+text.Pad(string(v.Route), 15)+word+" ", why, w)...)
	}
	return lines
}

// stockLines tell what is left of the bypass codes: a bar for those that end together.
func (p *Page) stockLines(w int) []string {
	if p.status == nil {
		return nil
	}
	s, l := p.env.Styles, p.status.Bypass
	lines := []string{s.Bright.Of("Bypass codes") + s.Dim.Of(text.Cut("  "+p.stockHead(), w-12))}
	for _, b := range p.batches(l.Lines) {
		lines = append(lines, text.Cut("  "+widget.Gauge(s, b.left, b.all, 12)+" "+p.batchWords(b), w))
	}
	if rest := states(l.States); rest != "" {
		lines = append(lines, ui.Hanging("  ", rest, w)...)
	}
	if n := len(l.Stray.Codes); n > 0 {
		lines = append(lines, ui.Hanging("  ", fmt.Sprintf("Duo has %s that this machine asked for and never got.", codes(n)), w)...)
	}
	if n := len(l.Elsewhere) - len(l.Stray.Codes) - len(l.Stray.Unnamed); l.Asked && n > 0 {
		lines = append(lines, ui.Hanging("  ", fmt.Sprintf("Duo has %s more that gatepass does not know.", codes(n)), w)...)
	}
	return lines
}

func (p *Page) stockHead() string {
	l := p.status.Bypass
	if l.Total == 0 {
		return "none are kept"
	}
	head := fmt.Sprintf("%d of %d left", l.Stock.Codes, l.Total)
	if len(l.Shared) > 0 {
		head += ", shared with " + strings.Join(l.Shared, ", ")
	}
	return head
}

// A batch is codes that end at the same time.
type batch struct {
	ends      time.Time
	all, left int
}

// batches gathers the codes that can be drawn yet, with those that were drawn of the
// same kind, by when they end.
func (p *Page) batches(lines []auth.BypassLine) []batch {
	var out []batch
	for _, c := range lines {
		i := slices.IndexFunc(out, func(b batch) bool { return b.ends.Equal(c.Expires) })
		if i < 0 {
			i = len(out)
			out = append(out, batch{ends: c.Expires})
		}
		out[i].all++
		if c.Left != 0 {
			out[i].left++
		}
	}
	out = slices.DeleteFunc(out, func(b batch) bool { return b.left == 0 })
	slices.SortFunc(out, func(a, b batch) int { return a.ends.Compare(b.ends) })
	return out
}

func (p *Page) batchWords(b batch) string {
	s, now := p.env.Styles, p.env.Now()
	words := fmt.Sprintf("%d of %d", b.left, b.all)
	if b.ends.IsZero() {
		return words + ", good until they are used"
	}
	words += ", end " + p.moment(b.ends)
	left := b.ends.Sub(now)
	in := ", in " + text.Left(left)
	if left < time.Hour {
		return words + s.Warn.Of(in)
	}
	return words + s.Dim.Of(in)
}

// states counts what cannot be drawn any more.
func states(all map[store.CodeState]int) string {
	var parts []string
	for _, st := range []struct {
		state store.CodeState
		words string
	}{
		{store.CodeUsed, "used"}, {store.CodeUnknown, "handed out with an outcome that nobody knows"}, {store.CodeRefused, "refused"},
		{store.CodeExpired, "expired"}, {store.CodeLost, "lost"}, {store.CodeMissing, "deleted at Duo"},
	} {
		if n := all[st.state]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, st.words))
		}
	}
	return strings.Join(parts, ", ")
}

// knowLines are what to know before a scan.
func (p *Page) knowLines(w int) []string {
	if p.status == nil {
		return nil
	}
	s := p.env.Styles
	var lines []string
	for _, t := range p.status.Sentences {
		lines = append(lines, ui.Hanging(s.Warn.Of("! "), text.Clean(t), w)...)
	}
	if p.status.PreauthErr == nil {
		for _, c := range p.status.Preauth.Caveats {
			lines = append(lines, ui.Hanging(s.Dim.Of("· "), text.Clean(c), w)...)
		}
	}
	return lines
}
