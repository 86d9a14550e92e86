package chrome

import (
	"context"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
)

// click presses a button as a mouse would, at its centre. If something lies over
// it, or it is not to be seen, it is clicked by script.
func (d *Driver) click(ctx context.Context, h handle) error {
	on, err := apply[bool](ctx, h, `function () {
    const begun = performance.now(), button = this;
    return new Promise(done => (function look() {
      if ((button.disabled || button.getAttribute("aria-disabled") === "true") && performance.now() - begun < 1000) return setTimeout(look, 10);
      button.scrollIntoView({block: "center", inline: "center", behavior: "instant"});
      const at = button.getBoundingClientRect();
      const top = button.getRootNode().elementFromPoint(at.left + at.width / 2, at.top + at.height / 2);
      done(at.width > 0 && at.height > 0 && !!top && (top === button || button.contains(top) || top.contains(button) && top.tagName === "LABEL"));
    })());
  }`)
	if err != nil {
		return err
	}
	if on {
		if err := d.mouse(ctx, h); err == nil || ctx.Err() != nil {
			return err
		}
	}
	_, err = apply[bool](ctx, h, `function () { this.click(); return true }`)
	return err
}

func (d *Driver) mouse(ctx context.Context, h handle) error {
	quads, err := call(ctx, h.in, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: h.node})
	if err != nil {
		return gone(err)
	}
	if len(quads.Quads) == 0 || len(quads.Quads[0]) < 8 {
		return errLeft
	}
	q := quads.Quads[0]
	at := input.DispatchMouseEventParams{
		X: (q[0] + q[2] + q[4] + q[6]) / 4, Y: (q[1] + q[3] + q[5] + q[7]) / 4,
		Button: input.MouseButtonLeft, ClickCount: 1,
	}
	at.Type, at.Button = input.DispatchMouseEventTypeMouseMoved, input.MouseButtonNone
	send(h.in, input.DispatchMouseEvent, at)
	at.Type, at.Button, at.Buttons = input.DispatchMouseEventTypeMousePressed, input.MouseButtonLeft, 1
	send(h.in, input.DispatchMouseEvent, at)
	at.Type, at.Buttons = input.DispatchMouseEventTypeMouseReleased, 0
	if _, err := call(ctx, h.in, input.DispatchMouseEvent, at); err != nil {
		// The click may be what made the page go; it must not come twice.
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}
