package login

import (
	"context"
	"time"
)

const (
	// emptyTime is how long a page without anything on it is given before it is taken
	// for what it looks like. What comes ends the wait; nothing else depends on it.
	emptyTime  = 10 * time.Second
	maxEmpties = 2
)

// onTheWay reports whether a page without anything on it was only a stop: redirects
// by script show one for a moment, and Duo's prompt its frame; a login neither ends nor
// fails on it.
func (r *run) onTheWay(ctx context.Context) bool {
	w, ok := r.raw.(Watcher)
	if !ok || !standsStill(r.page) || r.page.Still || r.empties >= maxEmpties {
		return false
	}
	r.empties++
	ctx, cancel := context.WithTimeout(ctx, min(emptyTime, r.driver.remaining()))
	defer cancel()
	p, err := w.Watch(ctx, r.page)
	if err != nil {
		return false
	}
	r.page, r.pages = p, r.pages+1
	return true
}
