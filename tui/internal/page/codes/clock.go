package codes

import (
	"context"
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth/login"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
)

// How far apart clocks may be: RFC 6238 §5.2 lets a server accept one time step of
// delay, so that thirty seconds are the likely cause of a code that was refused.
const (
	clockOdd   = 5 * time.Second
	clockWrong = 30 * time.Second
)

// clock is what is known of a target's clock. It is compared when a person asks for
// it and never by itself: that sends a request.
type clock struct {
	task  ui.Task
	host  string // whose clock it is, "" before any was asked
	skew  login.Skew
	err   error
	known bool
}

type clockResult struct{ skew login.Skew }

// compare asks the selected target for its time.
func (p *Page) compare() tea.Cmd {
	r := p.selected()
	c := &p.clock
	c.host, c.known, c.err = r.site(), false, nil
	gate, address := p.env.Gate, r.target.URL
	cmd := ui.Do(c.task.Begin(p.env), func(ctx context.Context) (clockResult, error) {
		skew, err := gate.Skew(ctx, address)
		return clockResult{skew}, err
	})
	p.arrange()
	return cmd
}

func (c *clock) take(res clockResult, err error) {
	c.skew, c.err, c.known = res.skew, err, err == nil && res.skew.Known
}

// off is how far the clocks are apart for certain.
func (c *clock) off() time.Duration {
	if !c.known {
		return 0
	}
	return max(c.skew.Offset.Abs()-c.skew.Within, 0)
}

// short is the offset for the status, "" while none is known.
func (c *clock) short() string {
	if !c.known {
		return ""
	}
	return fmt.Sprintf("clock %+.1f s", c.skew.Offset.Seconds()+0)
}

// lines tell in w cells how the clocks stand; none if nobody asked.
func (c *clock) lines(s *theme.Styles, w int) []string {
	switch {
	case c.host == "":
		return nil
	case c.task.Busy():
		return []string{s.Dim.Of(text.Cut("Asking "+c.host+" for its time…", w))}
	case c.err != nil:
		return []string{s.Bad.Of("✗ ") + text.Cut("The clock of "+c.host+" is not known: "+ui.OneLine(c.err), w-2)}
	case !c.known:
		return []string{s.Dim.Of("– ") + text.Cut(c.host+" does not tell its time.", w-2)}
	}
	sign, said := s.Good.Of("✓ "), fmt.Sprintf("The clock of %s is %s (± %.1f s).", c.host, c.apart(), c.skew.Within.Seconds())
	switch off := c.off(); {
	case off >= clockWrong:
		sign, said = s.Bad.Of("! "), said+" Its codes are likely to be refused: set this machine's clock."
	case off >= clockOdd:
		sign, said = s.Warn.Of("! "), said+" Codes near their end may be refused."
	}
	return ui.Hanging(sign, said, w)
}

func (c *clock) apart() string {
	seconds := fmt.Sprintf("%.1f s", c.skew.Offset.Abs().Seconds())
	if c.skew.Offset < 0 {
		return seconds + " behind this machine's"
	}
	return seconds + " ahead of this machine's"
}
