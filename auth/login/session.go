package login

import (
	"time"

	"gatepass/store"
)

// A Session is what keeps a login alive, as a browser would hold it: the cookies of
// every host that was met, and what the pages' scripts stored. Its values are
// secrets; whoever hands them on reveals them one by one.
type Session struct {
	Target string
	URL    string    // the page that the login ended on: scheme, host and path
	At     time.Time // when it was made
	Driver string    // "http" or "browser"
	Agent  string    // the User-Agent that it was made with; some applications bind it
	// Cookies are those of all hosts, the application's and its identity
	// provider's.
	Cookies []Cookie
	// Storage is what scripts keep, by origin; none over plain HTTP.
	Storage []Storage
	// Authorization is the header of that name which the application's own
	// requests carried after the login; zero when none did.
	Authorization store.Secret
}

// A Cookie is one cookie with what decides where it is sent (RFC 6265).
type Cookie struct {
	Name     string
	Value    store.Secret
	Domain   string    // without a leading dot
	HostOnly bool      // sent to Domain alone, not to hosts below it
	Path     string    // "/" when the application names none
	Expires  time.Time // zero: ends with the browser
	Secure   bool
	HTTPOnly bool
	SameSite string // "Strict", "Lax", "None", or "" when the application names none
	// Partition is the page around it that it belongs to (CHIPS); zero: it belongs to
	// none. The same cookie can be there once for each.
	Partition Partition
	Fresh     bool // it appeared or changed after the credentials were sent
}

// A Partition is the site of the page in front when a partitioned cookie was set.
type Partition struct {
	Site      string `json:"site"`                 // scheme://site, without a port
	CrossSite bool   `json:"cross_site,omitempty"` // something of another site stood between
}

// Storage is what an origin's scripts keep in a browser.
type Storage struct {
	Origin  string
	Local   []StorageItem // localStorage, sorted by name
	Session []StorageItem // sessionStorage of the tab that signed in, sorted by name
}

// A StorageItem is one entry of a storage.
type StorageItem struct {
	Name  string
	Value store.Secret
	Fresh bool // it appeared or changed after the credentials were sent
}

// A Trait says whether something holds, where it may not have been tried.
type Trait string

// The traits.
const (
	Yes     Trait = "yes"
	No      Trait = "no"
	Untried Trait = "untried"
)

// SessionFacts are what a verification found out about the session, without its
// values.
type SessionFacts struct {
	Cookies      []string  // that appeared or changed, as name@host
	LocalStorage []string  // likewise, as name@origin
	TabStorage   []string  // sessionStorage, likewise: most scanners do not take it along
	Header       bool      // the application's own requests carry an Authorization header
	Until        time.Time // when the first of what appeared ends, as far as it tells; zero: it does not
	// BareClient tells whether the proof is also seen by a plain HTTP client that
	// has the session's cookies, and its Authorization header if there is one.
	BareClient Trait
}
