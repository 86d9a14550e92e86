package codes

import (
	"context"
	"errors"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// drawResult is a code that was asked for: to copy, or a counter that was taken.
type drawResult struct {
	name string
	code otp.Code
	used string // when and by whom it had been used before
	copy bool
}

// copyCode spends the present code and copies it. One that was used before is
// copied as well, for the person may know better, but not without a word.
func (p *Page) copyCode() tea.Cmd {
	r := p.selected()
	switch {
	case r == nil || r.state != ready || p.drawing.Busy():
		return nil
	case r.counted() && r.taken.IsZero():
		p.env.Host.Say(ui.Notice{Text: "Press space to take the next code of " + r.target.Name + "; taking it uses it up."})
		return nil
	case r.counted():
		return p.drawn(drawResult{name: r.target.Name, code: r.taken, copy: true}, nil)
	}
	gate, clock, name, key := p.env.Gate, p.env.Now, r.target.Name, r.key
	used := r.used(p.env.Now())
	return ui.Do(p.drawing.Begin(p.env), func(ctx context.Context) (drawResult, error) {
		res := drawResult{name: name, copy: true}
		var err error
		res.code, err = gate.Draw(ctx, key, auth.CodeOptions{MinLeft: -1, NoWait: true, By: copied})
		if errors.Is(err, auth.ErrNothingFresh) {
			if res.used = used; used == "" {
				res.used = "used before"
			}
			res.code, err = key.At(key.Step(clock()))
		}
		return res, err
	})
}

// patience is how long a counter that was taken must stand before the next can be:
// whoever takes one after the other runs away from the server's look-ahead.
const patience = 2 * time.Second

// askTake asks before a counter is used up. It is asked once for each: a counter
// that was taken by accident is gone.
func (p *Page) askTake() {
	r := p.selected()
	if p.drawing.Busy() {
		return
	}
	if !r.taken.IsZero() && p.env.Now().Sub(r.takenAt).Abs() < patience {
		p.env.Host.Say(ui.Notice{Level: ui.Warning, Text: "A code was taken just now. Use that one, or wait two seconds."})
		return
	}
	p.before, p.mode = p.mode, taking
	counter := "Counter " + strconv.FormatUint(r.spent.Next, 10) + " is used up by it"
	if p.cramped() {
		counter += "."
	} else {
		counter += ", whether it is sent or not. A server looks only a few codes ahead: take one when it is asked for."
	}
	p.ask = widget.NewConfirm("Take the next code of "+r.target.Name+"?", "take it", "leave it", counter)
}

// answerTake hears the answer.
func (p *Page) answerTake(msg tea.KeyMsg) tea.Cmd {
	switch p.ask.Update(msg) {
	case widget.Yes:
		p.mode, p.ask = p.before, nil
		return p.takeCounter()
	case widget.No:
		p.mode, p.ask = p.before, nil
	case widget.Undecided:
	}
	return nil
}

func (p *Page) takeCounter() tea.Cmd {
	r := p.selected()
	if r == nil || !r.counted() {
		return nil // it went while the question stood
	}
	gate, name, key := p.env.Gate, r.target.Name, r.key
	return ui.Do(p.drawing.Begin(p.env), func(ctx context.Context) (drawResult, error) {
		code, err := gate.Draw(ctx, key, auth.CodeOptions{By: copied})
		return drawResult{name: name, code: code}, err
	})
}

// drawn takes a code that was asked for.
func (p *Page) drawn(d drawResult, err error) tea.Cmd {
	host, now := p.env.Host, p.env.Now()
	if err != nil {
		host.Say(ui.Notice{Level: ui.Failure, Text: ui.OneLine(err)})
		return nil
	}
	for i := range p.rows {
		if r := &p.rows[i]; r.target.Name == d.name {
			r.spent.asked = time.Time{} // it changed just now
			if !d.copy {
				r.taken, r.takenAt = d.code, now
				p.open = d.name // who takes a code wants to read it
			}
		}
	}
	if d.copy {
		host.Copy(copying(d, now))
	}
	return p.refresh()
}

// longest is how long a code may stay on the clipboard.
const longest = 30 * time.Second

func copying(d drawResult, now time.Time) ui.Copying {
	c := ui.Copying{Secret: store.NewSecret(d.code.Reveal()), Label: d.name + "'s code", Keep: longest}
	if !d.code.Until.IsZero() {
		if left := d.code.Left(now); left <= c.Keep {
			c.Keep = left
		} else {
			c.Remark = "Right for " + text.Left(left) + "."
		}
	}
	if d.used != "" {
		c.Doubt = true
		c.Remark = d.used + ": most sites refuse it."
	}
	return c
}
