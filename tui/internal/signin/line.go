package signin

import (
	"bytes"
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth/login"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// A line brings the news of one run to its page. Two commands share it: one is the
// work, the other waits for what it tells, and is started again for each. What ends the
// work comes through the same line, behind all else.
type line struct {
	news chan any
	end  chan tea.Msg
}

// News is what happened in a run, and the command that waits for what comes after it.
type News struct {
	items []any
	next  tea.Cmd
}

// still is a picture that is not decoded yet.
type still struct{ png []byte }

func (l line) hooks(ctx context.Context, pictures bool) Hooks {
	send := func(item any) {
		select {
		case l.news <- item:
		case <-ctx.Done(): // nobody looks any more
		}
	}
	h := Hooks{
		Emit: func(e login.Event) { send(e) },
		Tell: send,
		Ask: func(ctx context.Context, origin string, roles []login.Role) (bool, error) {
			reply := make(chan bool, 1)
			send(&question{origin, roles, reply})
			select {
			case yes := <-reply:
				return yes, nil
			case <-ctx.Done():
				return false, ctx.Err()
			}
		},
	}
	if pictures {
		h.Pictures = func(_ login.Stage, p login.Picture) { send(still{p.PNG}) }
	}
	return h
}

// listen waits for the next news, and takes along what else has come by then. A still
// is decoded here, away from the screen; the same one comes again for further stages.
func (l line) listen(run ui.Run, last []byte) tea.Cmd {
	return func() tea.Msg {
		var end tea.Msg
		msg := ui.Do(run, func(ctx context.Context) (News, error) {
			var n News
			select {
			case item, open := <-l.news:
				if !open {
					end = <-l.end
					return n, nil
				}
				n.items = append(n.items, item)
			case <-ctx.Done():
				return n, ctx.Err()
			}
			for more := true; more; {
				select {
				case item, open := <-l.news:
					if more = open; open {
						n.items = append(n.items, item)
					}
				default:
					more = false
				}
			}
			n.items, last = develop(n.items, last)
			n.next = l.listen(run, last)
			return n, nil
		})()
		if end != nil {
			return end
		}
		return msg
	}
}

// develop decodes the newest still among the items and drops the others.
func develop(items []any, last []byte) ([]any, []byte) {
	var out []any
	var newest *still
	for _, item := range items {
		if s, ok := item.(still); ok {
			newest = &s
			continue
		}
		out = append(out, item)
	}
	if newest == nil || bytes.Equal(newest.png, last) {
		return out, last
	}
	if p, err := widget.ReadPicture(newest.png); err == nil { // else it is done without
		out = append(out, p)
	}
	return out, newest.png
}
