package chrome

import (
	"context"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
)

// attached takes up a new target: a window, a cross-site frame, a worker. It is
// held at its start until the guard stands, so nothing leaves it unjudged.
func (d *Driver) attached(by *session, e *target.EventAttachedToTarget) {
	s := &session{wire: d.wire, id: e.SessionID, info: *e.TargetInfo, left: make(chan struct{})}
	switch s.info.Type {
	case "page":
		s.tab = newTab(s)
		if s.tab.opener != "" { // where it goes, it goes after it was opened
			s.tab.ready, s.tab.loaded, s.tab.opened, s.tab.outset = false, false, time.Now(), true
		}
		d.tabs[s.info.TargetID] = s.tab
		s.tab.empty = d.aside != nil && s.tab.opener == d.aside.main.info.TargetID
		if opener := d.tabs[s.tab.opener]; opener != nil && opener == d.front && !s.tab.empty {
			d.front = s.tab
		}
	default:
		s.tab, s.parent = by.tab, by
		if s.tab != nil && s.info.Type == "iframe" {
			s.tab.frames[s.id] = s
		}
	}
	d.sessions[s.id] = s
	d.equip(s)
	if t := s.tab; t != nil && t.main == s && t.outset {
		go d.begun(t) // not before the guard stands
	}
}

// equip sends a new target what it needs. The target carries all of it out before
// it goes on.
func (d *Driver) equip(s *session) {
	send(s, fetch.Enable, fetch.EnableParams{HandleAuthRequests: new(true)})
	send(s, network.Enable, network.EnableParams{})
	send(s, target.SetAutoAttach, everyTarget)
	if d.agent != nil {
		send(s, emulation.SetUserAgentOverride, *d.agent)
	}
	if s.info.Type == "page" || s.info.Type == "iframe" {
		send(s, page.Enable, page.EnableParams{})
		send(s, runtime.Enable, cdp.Empty{})
		send(s, inspector.Enable, cdp.Empty{})
		send(s, runtime.AddBinding, runtime.AddBindingParams{Name: binding})
		send(s, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: hook(d.o.Guard.Origins()), RunImmediately: new(true)})
	} else {
		send(s, runtime.Evaluate, runtime.EvaluateParams{Expression: workerHook, Silent: new(true)})
	}
	send(s, runtime.RunIfWaitingForDebugger, cdp.Empty{})
}

// begun takes note that a window which a page opened is on its way: on a busy machine
// that can take longer than it is waited for afterwards.
func (d *Driver) begun(t *tab) {
	ctx, cancel := context.WithTimeout(d.life, stillPending)
	defer cancel()
	_ = equipped(ctx, t) // one that is gone has begun as well
	d.mu.Lock()
	defer d.mu.Unlock()
	t.opened, t.outset = time.Now(), false
	d.nudge()
}

// everyTarget attaches to whatever a target starts, and holds it.
var everyTarget = target.SetAutoAttachParams{AutoAttach: true, WaitForDebuggerOnStart: true, Flatten: new(true)}

// detached takes note that a target is gone.
func (d *Driver) detached(e *target.EventDetachedFromTarget) {
	s := d.sessions[e.SessionID]
	if s == nil {
		return
	}
	delete(d.sessions, s.id)
	close(s.left)
	if s.tab == nil {
		return
	}
	for f := range s.tab.flights {
		if f.session == s.id {
			delete(s.tab.flights, f)
		}
	}
	delete(s.tab.frames, s.id)
	delete(s.tab.inner, cdp.FrameID(s.info.TargetID))
	if s != s.tab.main {
		return
	}
	s.tab.closed = true
	delete(d.tabs, s.info.TargetID)
	if d.front == s.tab {
		if opener := d.tabs[s.tab.opener]; opener != nil {
			d.front = opener // a window that did its part and closed
		}
	}
}
