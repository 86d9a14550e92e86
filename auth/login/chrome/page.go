package chrome

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/chromedp/cdproto/cdp"

	"gatepass/auth/login"
)

// A sight is a page as it was seen, with what is needed to act on it.
type sight struct {
	page    login.Page
	fields  []handle // by field
	buttons []handle // by button
	forms   []handle // by form
	shape   uint64   // where it is and what there is to fill in
	face    uint64   // the same, with buttons and messages: what must be still
	words   uint64   // everything that it says
	loader  cdp.LoaderID
	static  bool // it has no scripts and no frames, so it stays as it is
}

// look reads what a tab shows now.
func (d *Driver) look(ctx context.Context, t *tab) (*sight, error) {
	c, err := d.captureTab(ctx, t)
	if err != nil {
		return nil, err
	}
	b := &builder{typed: d.guard.typed, ids: map[string]int{}}
	root, address := b.document(c)
	s := &sight{page: login.ReadHTML(root, address), static: b.scripts == 0 && b.frames == 0}
	s.page.Still = s.static
	// What scripts were to draw has been drawn.
	s.page.Scripts, s.page.NoScript = 0, ""
	for i := range s.page.Fields {
		s.fields = append(s.fields, b.take(&s.page.Fields[i].Class))
		s.page.Fields[i].Place = s.fields[i].place
	}
	for i := range s.page.Buttons {
		s.buttons = append(s.buttons, b.take(&s.page.Buttons[i].Class))
		s.page.Buttons[i].Place = s.buttons[i].place
	}
	for i := range s.page.Forms {
		s.forms = append(s.forms, b.take(&s.page.Forms[i].Class))
	}
	d.mu.Lock()
	if doc, ok := t.document(address.String()); ok {
		s.page.Status = doc.status
	}
	s.page.Auth = append([]string(nil), t.auth...)
	s.page.Messages = append(append([]string(nil), t.told...), s.page.Messages...)
	s.loader = t.loader
	d.mu.Unlock()
	s.sum()
	return s, nil
}

// take finds the handle that a class is marked with, and takes the mark off.
func (b *builder) take(class *string) handle {
	rest, at := ungrip(*class)
	*class = rest
	if at < 0 || at >= len(b.handles) {
		return handle{}
	}
	return b.handles[at]
}

// sum makes the fingerprints by which a page is told from the one before.
func (s *sight) sum() {
	var shape, face strings.Builder
	p := s.page
	fmt.Fprintf(&shape, "%s %s %d\n", s.loader, login.Bare(p.URL), p.Status)
	for i, f := range p.Fields {
		if f.Visible {
			fmt.Fprintf(&shape, "%s %s %s %d\n", f.Type, f.Name, f.ID, s.fields[i].node)
			fmt.Fprintf(&face, "%t ", f.Disabled)
		}
	}
	for _, b := range p.Buttons {
		if b.Visible {
			fmt.Fprintf(&face, "%s %t\n", b.Label, b.Disabled)
		}
	}
	fmt.Fprintln(&face, p.Title, p.Headings, p.Messages, len(p.Frames), len(p.Links))
	s.shape, s.face = hash(shape.String()), hash(shape.String()+face.String())
	s.words = hash(fmt.Sprintln(p.Text, p.Messages))
}

// told is what the page puts before its reader.
func (s *sight) told() uint64 {
	return hash(fmt.Sprintln(s.page.Title, s.page.Headings, s.page.Messages))
}

// bare reports whether there is nothing on the page at all, as there is before its
// scripts have drawn it.
func (s *sight) bare() bool {
	for _, b := range s.page.Buttons {
		if b.Visible {
			return false
		}
	}
	return s.empty() && s.page.Text == "" && len(s.page.Links)+len(s.page.Frames)+len(s.page.Messages) == 0
}

// empty reports whether there is nothing on the page to fill in.
func (s *sight) empty() bool {
	for _, f := range s.page.Fields {
		if f.Fillable() {
			return false
		}
	}
	return true
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // never fails
	return h.Sum64()
}
