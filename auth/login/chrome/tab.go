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
	opened   time.Time       // when a page opened it, and it was let go
	outset   bool            // a page opened it, and it has not begun yet
	empty    bool            // it is ours, and shows nothing whatever it is sent to
	met      map[string]bool // the origins that it has shown, in its frames too
	at       string          // the origin of the document in front, as far as it is known
	closed   bool
	crashed  bool
	loader   cdp.LoaderID // the document in front
	moving   bool         // a navigation of the main frame has begun
	ready    bool         // its document is parsed
	loaded   bool         // and everything in it has come
	flights  map[flight]journey
	requests int                   // that began and may change what is seen
	sent     int                   // of them those that send something or go elsewhere, and not for the second time
	carried  int                   // requests with something secret that was typed
	asked    map[string]bool       // what the scripts of the document in front have requested
	active   time.Time             // when something last began or ended that was no repetition
	answered time.Time             // when a request with a secret last ended; zero since the last act
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
	due      cdp.LoaderID // a document that the browser has promised to show
	halted   bool         // loading was said to have stopped while that document was on its way
	stopped  bool         // it was told to do without what never comes
	ceased   time.Time    // when loading was said to have stopped though the document was not parsed
	held     []string     // origins that something was held back from
}

// A flight is a request under way.
type flight struct {
	session sessionID
	request network.RequestID
}

// A journey is what a flight belongs to.
type journey struct {
	loader  cdp.LoaderID
	kind    network.ResourceType
	carries bool // something secret that was typed
	sends   bool // it is more than a question
	repeats bool // the same document has asked the same before, as it does to keep itself fresh
}

// scripted reports whether a script waits for the answer.
func (j journey) scripted() bool {
	return j.kind == network.ResourceTypeXHR || j.kind == network.ResourceTypeFetch
}

// land takes note that a document has loaded with all that it waited for.
func (t *tab) land() {
	t.ready, t.loaded, t.active = true, true, time.Now()
	for f, j := range t.flights {
		if f.session == t.main.id && !j.scripted() && j.loader == t.loader {
			delete(t.flights, f)
		}
	}
}

// head takes note that the main frame is on its way to another document.
func (t *tab) head(to cdp.LoaderID) {
	if !t.moving || t.next != to {
		t.since = time.Now()
	}
	t.moving, t.stopped, t.halted, t.next = true, false, false, to
}

// halt takes note that loading is said to have stopped. The page before may say so
// when the way to the next has already begun: then it is for that one's answer to say.
func (t *tab) halt() {
	if t.moving && (t.fetching() || t.next == t.due) {
		t.halted = true
		return
	}
	if !t.moving && !t.ready { // its own end is told as well, once it is parsed
		t.ceased = time.Now()
		return
	}
	t.moving = false
	t.land()
}

// fetching reports whether the document that comes next is being asked for.
func (t *tab) fetching() bool {
	for _, j := range t.flights {
		if j.kind == network.ResourceTypeDocument && j.loader == t.next {
			return true
		}
	}
	return false
}

// airborne is what is under way.
type airborne struct {
	any     bool // something that a page may wait for
	first   bool // something that was not asked for before
	carries bool // what was typed, in a request of a script
	sends   bool // something that a script sends, not over and over
}

func (t *tab) airborne() airborne {
	a := airborne{any: len(t.flights) > 0}
	for _, j := range t.flights {
		a.first = a.first || !j.repeats
		switch {
		case !j.scripted():
		case j.carries:
			a.carries = true
		case j.sends && !j.repeats:
			a.sends = true
		}
	}
	return a
}

// arrive takes note that a flight has ended. One without a document, because it
// failed or the answer has none, leaves the page before in front.
func (t *tab) arrive(f flight, fruitless bool) {
	j, known := t.flights[f]
	if !known {
		return
	}
	delete(t.flights, f)
	if !j.repeats {
		t.active = time.Now()
	}
	if j.carries {
		t.answered = time.Now()
	}
	if fruitless && t.halted && t.moving && j.loader == t.next && !t.fetching() {
		t.halted, t.moving = false, false
		t.land()
	}
}

// depart takes note of a flight. Going on after a redirect, it is still the same.
func (t *tab) depart(f flight, j journey, to string) {
	if before, known := t.flights[f]; known {
		j.carries, j.repeats = j.carries || before.carries, before.repeats
	} else if j.scripted() {
		j.repeats = t.asked[to]
		t.asked[to] = true
	}
	t.flights[f] = j
	t.requests++
	if !j.repeats {
		t.active = time.Now()
	}
	if (j.sends || j.kind == network.ResourceTypeDocument) && !j.repeats {
		t.sent++
	}
}

// carry takes note that a request holds a secret that was typed.
func (t *tab) carry(f flight) {
	t.carried++
	if j, known := t.flights[f]; known {
		j.carries = true
		t.flights[f] = j
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
		flights: map[flight]journey{}, docs: map[cdp.LoaderID]document{}, commits: map[cdp.LoaderID]bool{}, inner: map[cdp.FrameID]bool{}, met: map[string]bool{}, asked: map[string]bool{}, ready: true, loaded: true,
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
	t.loader, t.moving, t.halted, t.ready, t.loaded = loader, false, false, false, false
	t.passkeys, t.active, t.ceased = 0, time.Now(), time.Time{}
	clear(t.inner)
	clear(t.asked)
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
