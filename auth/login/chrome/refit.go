package chrome

import (
	"context"
	"errors"
	"fmt"

	"gatepass/auth/login"
)

// maxRefits is how often a page may draw its form anew under our hands.
const maxRefits = 3

// errRedrawn says that what was to be acted on stands on the page no more, though
// the page is the same.
var errRedrawn = errors.New("the page has drawn its form anew")

// onPage tells an element that was redrawn from one that cannot be acted on.
func (d *Driver) onPage(ctx context.Context, h handle, err error) error {
	if err == nil || ctx.Err() != nil || errors.Is(err, errGone) {
		return err
	}
	if there, wrong := apply[bool](ctx, h, `function () { return this.isConnected }`); wrong == nil && there {
		return err
	}
	return errors.Join(errRedrawn, err)
}

// refit reads the page again and finds what a submission is about, where the page has
// drawn the same form anew: frameworks do so when their scripts take over from the
// server, or when a value changes. What it may be sent to is checked again as well.
func (d *Driver) refit(ctx context.Context, was before, inputs []login.Input, s login.Submission) ([]login.Input, login.Submission, error) {
	d.mu.Lock()
	same := d.front == was.tab && !was.tab.moving && was.tab.loader == was.loader
	d.mu.Unlock()
	if !same {
		return nil, s, errLeft
	}
	now, err := d.still(ctx, was.tab, before{})
	if err != nil {
		return nil, s, err
	}
	old, fresh := d.seen.page, now.page
	if login.Bare(old.URL) != login.Bare(fresh.URL) {
		return nil, s, errLeft
	}
	var again []login.Input
	for _, in := range inputs {
		at := counterpart(old.Fields, fresh.Fields, in.Field, fieldLook)
		if at < 0 {
			return nil, s, errLeft
		}
		again = append(again, login.Input{Field: at, Role: in.Role, Value: in.Value})
	}
	s.Inputs = again
	if s.Choice != nil {
		c := *s.Choice
		if c.Field = counterpart(old.Fields, fresh.Fields, c.Field, fieldLook); c.Field < 0 {
			return nil, s, errLeft
		}
		s.Choice = &c
	}
	s.Button = counterpart(old.Buttons, fresh.Buttons, s.Button, buttonLook)
	if s.Form >= 0 {
		s.Form = counterpart(old.Forms, fresh.Forms, s.Form, func(f login.Form) string { return fmt.Sprint(f.Method, f.Action, f.ID, f.Name) })
	}
	d.mu.Lock()
	d.seen, d.last = now, fresh
	d.mu.Unlock()
	d.remember(again)
	return again, s, d.mayType(ctx, fresh, s)
}

func fieldLook(f login.Field) string {
	return fmt.Sprint(f.Tag, f.Type, f.Name, f.ID, f.Autocomplete, f.Label, f.Visible)
}

func buttonLook(b login.Button) string {
	return fmt.Sprint(b.Type, b.Name, b.ID, b.Label, b.Visible)
}

// counterpart finds the control that looks like an old one and is the same in number
// among those that do; -1 if there is none.
func counterpart[T any](old, fresh []T, at int, look func(T) string) int {
	if at < 0 || at >= len(old) {
		return -1
	}
	want, nth := look(old[at]), 0
	for _, o := range old[:at] {
		if look(o) == want {
			nth++
		}
	}
	for i, f := range fresh {
		if look(f) != want {
			continue
		}
		if nth == 0 {
			return i
		}
		nth--
	}
	return -1
}
