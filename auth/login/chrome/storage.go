package chrome

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"gatepass/auth/login"
	"gatepass/store"
)

// stored lists both storages of a document with its origin. One without an origin
// has none.
const stored = `(() => {
  const all = {origin: self.origin, local: [], session: []};
  for (const name of ["local", "session"]) {
    try { for (const [key, value] of Object.entries(self[name + "Storage"])) all[name].push([key, String(value)]); } catch {}
  }
  return all;
})()`

// A shelf is what one document's scripts keep, as the browser tells it.
type shelf struct {
	Origin  string     `json:"origin"`
	Local   [][]string `json:"local"`
	Session [][]string `json:"session"`
}

// storages is what scripts keep: those of the window in front and of its frames,
// and of the origins that it has left behind.
func (d *Driver) storages(ctx context.Context) ([]login.Storage, error) {
	d.mu.Lock()
	t := d.front
	sessions := []*session{t.main}
	for _, s := range t.frames {
		sessions = append(sessions, s)
	}
	d.mu.Unlock()
	found := map[string]shelf{}
	for _, s := range sessions {
		if err := shelves(ctx, s, found); err != nil {
			return nil, err
		}
	}
	if err := d.leftBehind(ctx, t, found); err != nil {
		return nil, err
	}
	var all []login.Storage
	for origin, s := range found {
		if len(s.Local)+len(s.Session) > 0 {
			all = append(all, login.Storage{Origin: origin, Local: items(s.Local), Session: items(s.Session)})
		}
	}
	slices.SortFunc(all, func(a, b login.Storage) int { return strings.Compare(a.Origin, b.Origin) })
	return all, nil
}

func items(list [][]string) []login.StorageItem {
	var all []login.StorageItem
	for _, e := range list {
		if len(e) == 2 {
			all = append(all, login.StorageItem{Name: e[0], Value: store.NewSecret(e[1])})
		}
	}
	slices.SortFunc(all, func(a, b login.StorageItem) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// shelves adds what the documents of a target keep.
func shelves(ctx context.Context, s *session, found map[string]shelf) error {
	tree, err := call(ctx, s, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return unlessLeft(ctx, err)
	}
	var visit func(*page.FrameTree) error
	visit = func(at *page.FrameTree) error {
		if at == nil || at.Frame == nil {
			return nil
		}
		if err := shelfOf(ctx, s, at.Frame.ID, found); err != nil {
			return err
		}
		for _, child := range at.ChildFrames {
			if err := visit(child); err != nil {
				return err
			}
		}
		return nil
	}
	return visit(tree.FrameTree)
}

// shelfOf adds what one document keeps. It is asked in a world of its own, where the
// page cannot answer instead. The page itself comes before its frames: where both
// are of one origin, the frame's storage may be a partition of its own.
func shelfOf(ctx context.Context, s *session, frame cdp.FrameID, found map[string]shelf) error {
	world, err := call(ctx, s, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: frame, WorldName: "gatepass"})
	if err != nil {
		return unlessLeft(ctx, err)
	}
	r, err := call(ctx, s, runtime.Evaluate, runtime.EvaluateParams{
		Expression: stored, ContextID: world.ExecutionContextID, ReturnByValue: new(true), Silent: new(true),
	})
	if err != nil || r.Result == nil {
		return unlessLeft(ctx, err)
	}
	var own shelf
	if jsonv2.Unmarshal(r.Result.Value, &own, protocol) != nil || !strings.HasPrefix(own.Origin, "http") {
		return nil
	}
	if _, known := found[own.Origin]; !known {
		found[own.Origin] = own
	}
	return nil
}

// unlessLeft passes on the errors after which there is no sense in going on. A frame
// may go at any time.
func unlessLeft(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errGone):
		return err
	}
	return nil
}
