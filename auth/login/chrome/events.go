package chrome

import (
	"strings"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"

	"gatepass/auth/login"
)

// heard are the events that are read; the rest is not even decoded.
var heard = map[cdproto.MethodType]bool{
	"Target.attachedToTarget": true, "Target.detachedFromTarget": true,
	"Fetch.requestPaused": true, "Fetch.authRequired": true,
	"Network.requestWillBeSent": true, "Network.requestWillBeSentExtraInfo": true, "Network.responseReceived": true, "Network.responseReceivedExtraInfo": true,
	"Network.loadingFinished": true, "Network.loadingFailed": true,
	"Page.frameStartedNavigating": true, "Page.frameNavigated": true, "Page.frameStoppedLoading": true, "Page.frameDetached": true,
	"Page.domContentEventFired": true, "Page.loadEventFired": true, "Page.javascriptDialogOpening": true,
	"Runtime.bindingCalled": true, "Inspector.targetCrashed": true,
}

// event takes in what the browser tells; nil is a change to a document, which is told
// only while somebody watches. It runs on the wire's own goroutine, so
// it sends and never waits.
func (d *Driver) event(id sessionID, event any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.browser
	if id != "" {
		s = d.sessions[id]
	}
	if s == nil {
		return
	}
	switch e := event.(type) {
	case *target.EventAttachedToTarget:
		d.attached(s, e)
	case *target.EventDetachedFromTarget:
		d.detached(e)
	case *fetch.EventRequestPaused:
		d.paused(s, e)
	case *fetch.EventAuthRequired:
		d.asked(s, e)
	case *network.EventRequestWillBeSent:
		d.departed(s, e)
	case *network.EventResponseReceived:
		d.answered(s, e)
	case *network.EventResponseReceivedExtraInfo:
		d.set(flight{id, e.RequestID}, e.Headers)
		d.refuse(flight{id, e.RequestID}, e.BlockedCookies)
	case *network.EventRequestWillBeSentExtraInfo:
		d.sentCookies(flight{id, e.RequestID}, e.AssociatedCookies)
	case *network.EventLoadingFinished:
		d.landed(s, e.RequestID)
	case *network.EventLoadingFailed:
		d.broke(s, e)
	default:
		if s.tab != nil {
			d.pageEvent(s, s.tab, event)
		}
	}
	d.nudge()
}

// nudge wakes whoever waits for something to happen.
func (d *Driver) nudge() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// pageEvent takes in how far a tab is.
func (d *Driver) pageEvent(s *session, t *tab, event any) {
	switch e := event.(type) {
	case *page.EventFrameStartedNavigating:
		if strings.Contains(string(e.NavigationType), "ameDocument") {
			return
		}
		t.requests++
		switch {
		case t.isMain(s, e.FrameID) && t.commits[e.LoaderID]:
			// Told after the fact: the start and the commit are told by different
			// parts of the browser. What has arrived is not on its way.
		case t.isMain(s, e.FrameID):
			t.head(e.LoaderID)
			t.sent++
		default:
			t.inner[e.FrameID] = true
		}
	case *page.EventFrameNavigated:
		met := t.meet(e.Frame.URL)
		if t.isMain(s, e.Frame.ID) {
			t.commit(e.Frame.LoaderID)
			t.at = met
		}
	case *page.EventFrameStoppedLoading:
		delete(t.inner, e.FrameID)
		if t.isMain(s, e.FrameID) {
			t.halt()
		}
		t.active = time.Now()
	case *page.EventFrameDetached:
		if e.Reason != page.FrameDetachedReasonSwap {
			delete(t.inner, e.FrameID)
		}
	case *page.EventDomContentEventFired:
		if s == t.main {
			t.ready, t.active = true, time.Now()
		}
	case *page.EventLoadEventFired:
		if s == t.main {
			t.land()
		}
	case *page.EventJavascriptDialogOpening:
		// "Leave this page?" is answered yes, everything else no.
		send(s, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: e.Type == page.DialogTypeBeforeunload})
		if len(t.told) < 10 && e.Type != page.DialogTypeBeforeunload {
			t.told = append(t.told, login.Clean(e.Message))
		}
	case *runtime.EventBindingCalled:
		switch at, socket := strings.CutPrefix(e.Payload, "socket "); {
		case e.Name != binding:
		case socket:
			d.socket(s, at)
		case e.Payload == "get":
			t.passkeys++
		}
	case *inspector.EventTargetCrashed:
		t.crashed = t.crashed || s == t.main
	}
}
