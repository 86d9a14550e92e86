package codes

import (
	"time"

	"gatepass/tui/internal/widget"
)

// beats are what a pulse may be: parts of a second, so that the numbers change with
// the seconds.
var beats = [...]time.Duration{time.Second, 500 * time.Millisecond, 250 * time.Millisecond}

// Pulse implements ui.Page: as seldom as the bars on the screen still run smoothly.
func (p *Page) Pulse() time.Duration {
	if p.mode == big {
		return p.bigPulse()
	}
	step := time.Second
	w := p.barWidth()
	if p.mode != listing && p.mode != filtering || w == 0 {
		return step
	}
	from, to := p.list.Window()
	for _, i := range p.items[from:to] {
		if i.isHead() {
			continue
		}
		if r := &p.rows[i.row]; r.state == ready && !r.counted() {
			step = min(step, widget.MeterStep(r.key.Period(), w))
		}
	}
	return beat(step)
}

func (p *Page) bigPulse() time.Duration {
	r := p.selected()
	if r == nil || r.state != ready || r.counted() {
		return time.Second
	}
	return beat(widget.MeterStep(r.key.Period(), p.w))
}

// beat is how often something must be drawn that moves once a step.
func beat(step time.Duration) time.Duration {
	for _, b := range beats {
		if b <= step {
			return b
		}
	}
	return beats[len(beats)-1]
}
