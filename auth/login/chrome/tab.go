package chrome

import (
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"
)

type (
	sessionID = target.SessionID
	targetID  = target.ID
)

// A tab is a window with its frames and workers, and how far it has loaded. All of
// it is guarded by the driver's lock.
type tab struct {
	main     *session
	frames   map[sessionID]*session // cross-site frames, which are targets of their own
	opener   targetID
	opened   time.Time       // when a page opened it
	empty    bool            // it is ours, and shows nothing whatever it is sent to
	met      map[string]bool // the origins that it has shown, in its frames too
	closed   bool
	crashed  bool
	loader   cdp.LoaderID // the document in front
	moving   bool         // a navigation of the main frame has begun
	ready    bool         // its document is parsed
	loaded   bool         // and everything in it has come
	flights  map[flight]journey
	requests int                   // that began and may change what is seen
	sent     int                   // of them those that send something or go elsewhere
	inner    map[cdp.FrameID]bool  // frames that are on their way to another document
	newest   document              // the last answer to the main frame
	commits  map[cdp.LoaderID]bool // documents that were in front
	docs     map[cdp.LoaderID]document
	failure  string       // net::ERR_… of the last navigation
	failed   string       // and where it led
	auth     []string     // HTTP authentication that was asked for
	told     []string     // what dialogs said since the last step
	passkeys int          // how often a passkey was asked for
	since    time.Time    // when the navigation that is under way began
	next     cdp.LoaderID // the document that it leads to
	stopped  bool         // it was told to do without what never comes
	held     []string     // origins that something was held back from
}

// A flight is a request under way.
type flight struct {
	session sessionID
	request network.RequestID
}

// A journey is what a flight belongs to.
type journey struct {
	loader cdp.LoaderID
	kind   network.ResourceType
}

// land takes note that a document has loaded with all that it waited for.
func (t *tab) land() {
	t.ready, t.loaded = true, true
	for f, j := range t.flights {
		if f.session == t.main.id && j.kind != network.ResourceTypeXHR && j.kind != network.ResourceTypeFetch {
			delete(t.flights, f)
		}
	}
}

// A document is what is known of a main document's answer.
type document struct {
	request network.RequestID
	status  int
	mime    string
	address string
}

// document finds what is known of the answer in front. A navigation that was
// challenged for HTTP authentication starts over under another id, so the last
// answer from the same address counts too.
func (t *tab) document(address string) (document, bool) {
	if doc, ok := t.docs[t.loader]; ok {
		return doc, true
	}
	return t.newest, t.newest.address != "" && t.newest.address == address
}

func newTab(main *session) *tab {
	return &tab{
		main: main, frames: map[sessionID]*session{}, opener: main.info.OpenerID,
		flights: map[flight]journey{}, docs: map[cdp.LoaderID]document{}, commits: map[cdp.LoaderID]bool{}, inner: map[cdp.FrameID]bool{}, met: map[string]bool{}, ready: true, loaded: true,
	}
}

// isMain reports whether an event is about the tab's own document.
func (t *tab) isMain(s *session, frame cdp.FrameID) bool {
	return t != nil && s == t.main && string(frame) == string(t.main.info.TargetID)
}

// maxDocuments is how many answers are remembered: a late commit of the page before
// must not take away what is known of the next.
const maxDocuments = 50

// commit takes note of a new document.
func (t *tab) commit(loader cdp.LoaderID) {
	t.loader, t.moving, t.ready, t.loaded = loader, false, false, false
	t.passkeys = 0
	clear(t.inner)
	for f, j := range t.flights {
		if j.loader != loader {
			delete(t.flights, f)
		}
	}
	t.commits[loader] = true
	if len(t.docs) > maxDocuments {
		clear(t.docs)
	}
}

// counts reports whether a request of this kind can change what is seen.
func counts(kind network.ResourceType) bool {
	switch kind {
	case network.ResourceTypeDocument, network.ResourceTypeScript, network.ResourceTypeXHR, network.ResourceTypeFetch, network.ResourceTypeStylesheet:
		return true
	}
	return false
}
