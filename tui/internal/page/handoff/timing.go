package handoff

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/text"
)

// timingKey takes how long the scan takes. Nothing is nothing said.
func (p *Page) timingKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	switch {
	case key.Matches(msg, k.Cancel):
		p.mode = choosing
	case key.Matches(msg, k.Accept):
		needed, err := parseSpan(p.span.Value())
		if err != nil {
			p.wrong = err.Error()
			return nil
		}
		p.needed, p.mode = needed, choosing
		return p.readOffers()
	case p.span.Update(msg):
		p.wrong = ""
	}
	return nil
}

func (p *Page) timingView() []string {
	s := p.env.Styles
	lines := []string{s.Bright.Of("How long does the scan take?"), ""}
	lines = append(lines, text.Wrap("A session that ends before is not handed off, as far as the session tells, or a watch has seen. Two hours are 2h, ninety minutes 90m. Left empty, it is not asked how long a session lasts.", p.readable())...)
	lines = append(lines, "", s.Accent.Of("> ")+p.span.View(s, p.readable()-2))
	if p.wrong != "" {
		lines = append(lines, "", s.Bad.Of("✗ ")+text.Cut(p.wrong, p.readable()-2))
	}
	return lines
}

// parseSpan reads a length of time as people write it: "2h", "90m", "1h 30m".
func parseSpan(typed string) (time.Duration, error) {
	typed = strings.Join(strings.Fields(typed), "")
	if typed == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(typed)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%s is no length of time: 2h, 90m, 1h30m", text.Clean(typed))
	}
	return d, nil
}

// spelled writes a length of time as it is typed; "" for none.
func spelled(d time.Duration) string {
	if d == 0 {
		return ""
	}
	short := d.String()
	if strings.HasSuffix(short, "m0s") {
		short = strings.TrimSuffix(short, "0s")
	}
	if strings.HasSuffix(short, "h0m") {
		short = strings.TrimSuffix(short, "0m")
	}
	return short
}
