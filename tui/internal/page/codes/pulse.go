package codes

import "time"

// Pulse implements ui.Page: numbers change with the seconds, and nothing else does
// sooner. A bar that ran more smoothly would cost a page that people leave open several
// times as much.
func (p *Page) Pulse() time.Duration { return time.Second }
