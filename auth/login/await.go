package login

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// await waits while a person does what the page asks for, and tells until when, and
// which number is to be typed into the phone.
func (r *run) await(ctx context.Context, step Step) error {
	watcher, ok := r.raw.(Watcher)
	if !ok {
		return Stop(NeedsBrowser, nil, "The page %s waits for a person, and changes by its script.", landed(r.page))
	}
	if r.memory.Push {
		r.mfa.Factor = "push"
	}
	r.memory.Waited, r.memory.WaitedAt = true, Origin(r.page.URL)
	r.track(Act{Do: ActWait, Kind: step.Reading.Kind})
	if r.patience.IsZero() {
		r.patience = r.plan.Now().Add(r.plan.patience())
	}
	left := r.patience.Sub(r.plan.Now())
	for step.Do == DoWait {
		r.rec.await(StagePasscode, r.waitingFor(), r.patience, r.page.Number)
		r.memory.Told = told(r.page)
		p, err := r.watch(ctx, watcher, left)
		if err != nil {
			return err
		}
		r.page, r.pages = p, r.pages+1
		step = Decide(p, r.memory)
		left = r.patience.Sub(r.plan.Now())
	}
	return nil
}

// watch is one look, for as long as the person may take.
func (r *run) watch(ctx context.Context, w Watcher, left time.Duration) (Page, error) {
	limited, cancel := context.WithTimeout(ctx, max(left, 0))
	defer cancel()
	p, err := w.Watch(limited, r.page)
	if err != nil && ctx.Err() == nil && errors.Is(limited.Err(), context.DeadlineExceeded) {
		return p, Stop(PushTimeout, err, "%s were waited, at %s.", inWords(r.plan.patience()), landed(r.page))
	}
	return p, err
}

// waitingFor says what the person is to do.
func (r *run) waitingFor() string {
	switch {
	case r.page.Number != "":
		return fmt.Sprintf("waiting for somebody to type %s into the phone and approve", r.page.Number)
	case r.memory.Push:
		return "waiting for somebody to approve the push"
	}
	return "waiting for somebody to pass the second factor in the browser's window"
}

// patience is how long a person may take.
func (p Plan) patience() time.Duration {
	if p.Patience > 0 {
		return p.Patience
	}
	return DefaultPatience
}
