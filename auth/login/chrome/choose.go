package chrome

import (
	"context"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/runtime"

	"gatepass/auth/login"
)

// choose makes a choice before the form is sent: a radio button is clicked, or its label
// where the page shows that in its place; an option is selected.
func (d *Driver) choose(ctx context.Context, c login.Choice) error {
	h := d.seen.fields[c.Field]
	made, err := d.chosen(ctx, h, c)
	if err != nil || made {
		return d.onPage(ctx, h, err)
	}
	sent := d.sent(h.in.tab)
	if err = d.mark(ctx, h, c); err == nil {
		_ = breathe(ctx, h.in) // a page that goes on by itself shows it now, or when it is asked next
		made, err = d.chosen(ctx, h, c)
	}
	switch {
	case err != nil:
		return d.onPage(ctx, h, err)
	case d.leaving(h.in.tab), !made && d.sent(h.in.tab) != sent:
		return errLeft // the choice alone was enough
	case !made:
		return login.Stop(login.NeedsClick, nil, "%s could not be chosen at %s.", login.Quote(c.Label), login.Bare(h.address))
	}
	return nil
}

// leaving reports whether a tab is on its way to another page.
func (d *Driver) leaving(t *tab) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return t.moving
}

func (d *Driver) mark(ctx context.Context, h handle, c login.Choice) error {
	if d.seen.page.Fields[c.Field].Type == "select" {
		_, err := apply[bool](ctx, h, selectOption, c.Value)
		return err
	}
	label, err := labelOf(ctx, h)
	if err != nil {
		return err
	}
	return d.click(ctx, label)
}

// selectOption does what a browser does when somebody has selected an option: a list of
// the system's is open to no mouse of ours.
const selectOption = `function (value) {
  this.focus();
  this.value = value;
  for (const kind of ["input", "change"]) this.dispatchEvent(new Event(kind, {bubbles: true, composed: true}));
  return true;
}`

// chosen reports whether a choice has been made.
func (d *Driver) chosen(ctx context.Context, h handle, c login.Choice) (bool, error) {
	return apply[bool](ctx, h, `function (value) { return this.tagName === "SELECT" ? this.value === value : this.checked }`, c.Value)
}

// labelOf is what of a radio button a person would click: itself, or its label where the
// page draws something in its place.
func labelOf(ctx context.Context, h handle) (handle, error) {
	node, err := call(ctx, h.in, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: h.node})
	if err != nil {
		return h, gone(err)
	}
	r, err := call(ctx, h.in, runtime.CallFunctionOn, runtime.CallFunctionOnParams{ObjectID: node.Object.ObjectID, Silent: new(true), FunctionDeclaration: `function () {
    const shown = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true}) && e.getBoundingClientRect().width > 2;
    return shown(this) ? this : [...this.labels].find(shown) || this;
  }`})
	if err != nil {
		return h, gone(err)
	}
	if r.ExceptionDetails != nil || r.Result == nil || r.Result.ObjectID == "" {
		return h, errLeft
	}
	found, err := call(ctx, h.in, dom.DescribeNode, dom.DescribeNodeParams{ObjectID: r.Result.ObjectID})
	if err != nil {
		return h, gone(err)
	}
	h.node = found.Node.BackendNodeID
	return h, nil
}
