package chrome

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf16"

	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp/kb"

	"gatepass/auth/login"
	"gatepass/store"
)

// apply calls a function of ours on an element, in which "this" is the element, with
// texts of the page's as its arguments, and waits for its promise.
func apply[T any](ctx context.Context, h handle, function string, texts ...string) (T, error) {
	var value T
	node, err := call(ctx, h.in, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: h.node})
	if err != nil {
		return value, gone(err)
	}
	var arguments []*runtime.CallArgument
	for _, text := range texts {
		quoted, err := json.Marshal(text)
		if err != nil {
			return value, err
		}
		arguments = append(arguments, &runtime.CallArgument{Value: quoted})
	}
	r, err := call(ctx, h.in, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		FunctionDeclaration: function, ObjectID: node.Object.ObjectID, Arguments: arguments,
		ReturnByValue: new(true), AwaitPromise: new(true), Silent: new(true), UserGesture: new(true),
	})
	if err != nil {
		return value, gone(err)
	}
	if r.ExceptionDetails != nil || r.Result == nil || len(r.Result.Value) == 0 {
		return value, fmt.Errorf("ask an element: %w", errLeft)
	}
	return value, jsonv2.Unmarshal(r.Result.Value, &value, protocol)
}

// gone turns the protocol's words for "not there any more" into one error. Which
// words they are depends on the moment, so anything but the end of the browser or
// of the caller's time counts.
func gone(err error) error {
	if errors.Is(err, errGone) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return errors.Join(errLeft, err)
}

// breathe lets the page's own timers and renderings run that a key has set off.
func breathe(ctx context.Context, s *session) error {
	_, err := call(ctx, s, runtime.Evaluate, runtime.EvaluateParams{
		Expression: `new Promise(done => setTimeout(() => setTimeout(done, 20), 0))`, AwaitPromise: new(true), Silent: new(true),
	})
	return err
}

// focus puts the cursor into a field.
func focus(ctx context.Context, h handle) error {
	if _, err := call(ctx, h.in, dom.Focus, dom.FocusParams{BackendNodeID: h.node}); err != nil {
		return gone(err)
	}
	return nil
}

// keys sends a value key by key. The browser keeps the order, so only the last one
// is waited for.
func keys(ctx context.Context, s *session, value store.Secret) error {
	var events []*input.DispatchKeyEventParams
	for _, r := range value.Reveal() {
		events = append(events, kb.Encode(r)...)
	}
	for i, e := range events {
		if i < len(events)-1 {
			send(s, input.DispatchKeyEvent, *e)
			continue
		}
		if _, err := call(ctx, s, input.DispatchKeyEvent, *e); err != nil {
			return gone(err)
		}
	}
	return nil
}

// typeInto fills in one field, in place of what it holds, and makes sure that all
// of it arrived: a page may draw its fields anew while they are filled in.
func (d *Driver) typeInto(ctx context.Context, h handle, value store.Secret) error {
	if err := focus(ctx, h); err != nil {
		return login.Stop(login.NeedsClick, err, "The field for what is to be typed cannot be reached by a keyboard at %s.", login.Bare(h.address))
	}
	ready, err := apply[bool](ctx, h, `function () { if (this.readOnly) this.click(); this.select && this.select(); return this.getRootNode().activeElement === this }`)
	if err != nil {
		return err
	}
	if !ready {
		return login.Stop(login.NeedsClick, nil, "The field for what is to be typed does not take the cursor at %s.", login.Bare(h.address))
	}
	carried := d.carried(h.in.tab)
	if err := keys(ctx, h.in, value); err != nil {
		return err
	}
	want := len(utf16.Encode([]rune(value.Reveal())))
	have, err := apply[int](ctx, h, `function () { return this.value.length }`)
	if err != nil || have >= want {
		return err
	}
	if d.moved(h) || d.carried(h.in.tab) != carried {
		return nil // a field that empties itself because it went on
	}
	if err := focus(ctx, h); err != nil {
		return err
	}
	if _, err := apply[bool](ctx, h, `function () { this.select && this.select(); return true }`); err != nil {
		return err
	}
	_, err = call(ctx, h.in, input.InsertText, input.InsertTextParams{Text: value.Reveal()})
	return err
}

// moved reports whether the tab of an element is on its way to another page, or
// sends what was typed.
func (d *Driver) moved(h handle) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if h.in.tab.moving {
		return true
	}
	for _, j := range h.in.tab.flights {
		if j.carries || j.sends && !j.repeats {
			return true
		}
	}
	return false
}

// carried counts the requests of a tab that left with secrets.
func (d *Driver) carried(t *tab) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return t.carried
}

// typeBox types one character into one box of several. Where the page moves the
// cursor on by itself it is given the time to; else the box is focused. Boxes that
// are only enabled when their turn comes are waited for.
func (d *Driver) typeBox(ctx context.Context, h handle, value store.Secret) error {
	ready, err := apply[bool](ctx, h, `function () {
    const begun = performance.now(), box = this;
    const has = () => box.getRootNode().activeElement === box;
    return new Promise(done => {
      (function look() {
        if (has()) return done(true);
        const waited = performance.now() - begun;
        if (waited > 50 && !box.disabled) { box.focus(); if (has()) return done(true); }
        if (waited > 1000) return done(false);
        setTimeout(look, 5);
      })();
      if (!box.disabled && document.activeElement === document.body) { box.focus(); }
    });
  }`)
	if err != nil {
		return err
	}
	if !ready {
		return login.Stop(login.NeedsClick, nil, "One of the boxes for the code does not take the cursor at %s.", login.Bare(h.address))
	}
	return keys(ctx, h.in, value)
}

// enter presses Enter in a field.
func (d *Driver) enter(ctx context.Context, h handle) error {
	if err := focus(ctx, h); err != nil {
		return err
	}
	for i, e := range enterKey {
		if i < len(enterKey)-1 {
			send(h.in, input.DispatchKeyEvent, e)
			continue
		}
		if _, err := call(ctx, h.in, input.DispatchKeyEvent, e); err != nil {
			return gone(err)
		}
	}
	return nil
}
