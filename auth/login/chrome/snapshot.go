package chrome

import (
	"context"
	"errors"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/domsnapshot"
)

// styles are what is asked of the layout, in this order.
var styles = []string{"visibility", "opacity", "overflow-x", "overflow-y", "position"}

const (
	styleVisibility = iota
	styleOpacity
	styleOverflowX
	styleOverflowY
	stylePosition
)

const maxFrames = 20

// A capture is what one target shows: its documents as the browser has laid them
// out, closed shadow roots and same-process frames included. It holds what was
// typed, in clear, so it must not be kept.
type capture struct {
	of     *session
	shot   domsnapshot.CaptureSnapshotResult
	frames map[cdp.BackendNodeID]*capture // cross-site frames, by their owner element
}

// captureTab takes a snapshot of a tab with its cross-site frames.
func (d *Driver) captureTab(ctx context.Context, t *tab) (*capture, error) {
	d.mu.Lock()
	var frames []*session
	for _, s := range t.frames {
		if len(frames) < maxFrames {
			frames = append(frames, s)
		}
	}
	d.mu.Unlock()
	main, err := captureOne(ctx, t.main)
	if err != nil {
		return nil, err
	}
	all := map[*session]*capture{t.main: main}
	for _, s := range frames {
		c, err := captureOne(ctx, s)
		switch {
		case err == nil:
			all[s] = c
		case !errors.Is(err, errLeft):
			if ctx.Err() != nil || errors.Is(err, errGone) {
				return nil, err
			}
		}
	}
	for s, c := range all {
		if s.parent == nil || all[s.parent] == nil {
			continue
		}
		owner, err := call(ctx, s.parent, dom.GetFrameOwner, dom.GetFrameOwnerParams{FrameID: cdp.FrameID(s.info.TargetID)})
		if err != nil {
			continue // gone meanwhile
		}
		all[s.parent].frames[owner.BackendNodeID] = c
	}
	return main, nil
}

func captureOne(ctx context.Context, s *session) (*capture, error) {
	shot, err := call(ctx, s, domsnapshot.CaptureSnapshot, domsnapshot.CaptureSnapshotParams{ComputedStyles: styles})
	if err != nil {
		return nil, err
	}
	if len(shot.Documents) == 0 || shot.Documents[0].Nodes == nil || shot.Documents[0].Layout == nil {
		return nil, errLeft
	}
	return &capture{of: s, shot: shot, frames: map[cdp.BackendNodeID]*capture{}}, nil
}

// A box is a rectangle on a document.
type box struct{ left, top, right, bottom float64 }

// everywhere clips nothing.
var everywhere = box{-1e9, -1e9, 1e9, 1e9}

func boxOf(r domsnapshot.Rectangle) box {
	if len(r) < 4 {
		return box{}
	}
	return box{r[0], r[1], r[0] + r[2], r[1] + r[3]}
}

func (b box) within(c box) box {
	return box{max(b.left, c.left), max(b.top, c.top), min(b.right, c.right), min(b.bottom, c.bottom)}
}

// atLeast reports whether there is that much of it to be seen. What lies left of
// or above the document cannot be scrolled to.
func (b box) atLeast(size float64) bool {
	b = b.within(box{0, 0, 1e9, 1e9})
	return b.right-b.left >= size && b.bottom-b.top >= size
}
