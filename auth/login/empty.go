package login

import (
	"context"
	"slices"
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
// fails on it. Nor does it fail on a stage whose form has yet to be drawn.
func (r *run) onTheWay(ctx context.Context) bool {
	w, ok := r.raw.(Watcher)
	if !ok || !standsStill(r.page) && !r.undrawn() || r.page.Still || r.empties >= maxEmpties {
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

// undrawn reports whether a page that was to be the login is one on which scripts or a
// frame may yet draw it: there is a title, and nothing to do. Around a frame there may be
// more.
func (r *run) undrawn() bool {
	p := r.page
	if r.empties > 0 || r.memory.SentUsername || r.memory.SentPassword || p.Status >= 400 || len(p.Messages) > 0 {
		return false
	}
	return p.Scripts > 0 && nothingToDo(p) || len(p.Frames) > 0 && !slices.ContainsFunc(p.Fields, Field.Fillable)
}
