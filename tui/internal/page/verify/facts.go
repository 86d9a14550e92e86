package verify

import (
	"strings"
	"time"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
)

// label is how wide the names of the facts are.
const label = 12

// facts says what is known of the session, by names alone, and what was learned and
// kept.
func (p *Page) facts(r login.Result) []string {
	var lines []string
	add := func(name, value string) {
		if value != "" {
			head := "  " + p.env.Styles.Dim.Of(text.Pad(name, label))
			lines = append(lines, ui.Hanging(head, text.Clean(value), p.readable())...)
		}
	}
	if r.OK() {
		f := r.Facts
		add("kept by", keeps(f))
		add("ends", ends(f.Until, p.env.Now()))
		add("plain HTTP", bare(f.BareClient))
	}
	add("device", p.deviceWords(r.Trust))
	add("learned", learned(r.Learned))
	if r.Evidence != "" {
		lines = append(lines, "  "+p.env.Styles.Dim.Of(text.Pad("evidence", label)+text.CutLeft(text.Clean(r.Evidence), p.readable()-label-2)))
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]string{""}, lines...)
}

// deviceWords says until when the device is trusted that a login captured or began with.
func (p *Page) deviceWords(d *store.DeviceTrust) string {
	if d == nil {
		return ""
	}
	words := auth.DeviceWords(*d, p.env.Now()) + ". "
	if _, over := d.Over(p.env.Now()); over {
		return words + "t has it trusted anew, with somebody there."
	}
	return words + auth.DeviceCaveat
}

// keeps says what keeps the login.
func keeps(f login.SessionFacts) string {
	var parts []string
	for _, kind := range []struct {
		one, many string
		names     []string
	}{
		{"the cookie ", "the cookies ", f.Cookies},
		{"localStorage ", "localStorage ", f.LocalStorage},
		{"sessionStorage ", "sessionStorage ", f.TabStorage},
	} {
		switch len(kind.names) {
		case 0:
		case 1:
			parts = append(parts, kind.one+kind.names[0])
		default:
			parts = append(parts, kind.many+strings.Join(kind.names, ", "))
		}
	}
	if f.Header {
		parts = append(parts, "an Authorization header")
	}
	return strings.Join(parts, "; ")
}

// ends says until when it is good, as far as it tells.
func ends(until, now time.Time) string {
	if until.IsZero() {
		return "it does not tell when; the server may end it at any time"
	}
	return "at " + until.In(now.Location()).Format("15:04 on 2 Jan") + ", in " + text.Span(until.Sub(now)) + "; the server may end it earlier"
}

func bare(t login.Trait) string {
	switch t {
	case login.Yes:
		return "a client without scripts can use the session too"
	case login.No:
		return "a client without scripts can NOT use the session: the scanner needs a browser"
	}
	return ""
}

// learned says which origins were allowed during the login.
func learned(grants []login.Grant) string {
	var parts []string
	for _, g := range grants {
		what := login.RoleNames(g.For)
		if what == "" {
			what = "every secret"
		}
		parts = append(parts, g.Origin+" may be sent "+what)
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + " (pinned)"
}
