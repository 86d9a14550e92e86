package handoff

import (
	"time"

	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// An Input is everything that a hand-off is made of.
type Input struct {
	Target store.Target
	// Proven is what the last proven login found out; nil if there was none.
	Proven *Proven
	// Denied is a login that was refused since; nil if none was.
	Denied *Denial
	// Watched is how long sessions were seen to live; nil if nobody watched one.
	Watched *Watched
	// Key has the parameters of the account's seed; nil without a seed.
	Key *Key
	// Session is what was signed in for this hand-off; nil unless [Choose] said that
	// it is needed.
	Session *login.Session
	Options Options
}

// Proven is what a login whose proof and control both passed found out. There is no
// secret in it.
type Proven struct {
	Run       string    // the verification's name
	At        time.Time // when it ended
	Driver    string    // "http" or "browser"
	MFA       login.MFA
	Trail     login.Trail
	Facts     login.SessionFacts
	ProofURL  string   // the page that only works when signed in
	ProofText string   // what it says only then; "" if the page itself is the proof
	Landed    string   // the page that the login ended on
	Logout    []string // addresses that sign out, as far as they were seen
	DuoHost   string   // the Duo host that was met, host[:port]; "" if none was
	// Ahead is how far the clock that the codes went by was ahead of this machine's: the
	// target's, where the login was told to go by it; else 0.
	Ahead time.Duration
}

// Key is what a scanner has to know of a seed beside its value.
type Key struct {
	Type      otp.Type
	Algorithm otp.Algorithm
	Digits    int
	Period    time.Duration // 0 for HOTP
}

// KeyOf gives the parameters of a key.
func KeyOf(k otp.Key) *Key {
	return &Key{Type: k.Type(), Algorithm: k.Algorithm(), Digits: k.Digits(), Period: k.Period()}
}

// Options say how a hand-off is written.
type Options struct {
	Variant  string // one of the scanner's; "" is the first that fits
	Unproven bool   // write it although the login was not proven, and mark it
	// Inline are the values to write into the file; nil writes references to the
	// environment.
	Inline *Secrets
	// Needed is how long the scan takes: a session that is known to end before is
	// refused. 0 asks nothing.
	Needed time.Duration
	// Broker is the address of "gatepass serve"; "" means [DefaultBroker].
	Broker string
	// Base begins the files' names; "" means the target's name.
	Base string
	// Now is when the hand-off is written. Required.
	Now time.Time
}

// Secrets are what --inline-secrets writes into a file. Either may be zero.
type Secrets struct {
	Password store.Secret
	Seed     store.Secret // upper-case base32 without padding
}

// DefaultBroker is where "gatepass serve" listens unless it is told otherwise.
const DefaultBroker = "http://127.0.0.1:8765"

// The variables that a hand-off refers to. "gatepass exec" sets those of the session
// and the broker; a pipeline sets the others from its masked variables.
const (
	EnvUsername     = "GATEPASS_USERNAME"
	EnvPassword     = "GATEPASS_PASSWORD"
	EnvSeed         = "GATEPASS_TOTP_SECRET"   // the seed in base32
	EnvCookie       = "GATEPASS_COOKIE"        // the value of a Cookie header
	EnvHeader       = "GATEPASS_HEADER"        // one whole header line, Authorization before Cookie
	EnvCookiesTxt   = "GATEPASS_COOKIES_TXT"   // name of a cookies.txt
	EnvStorageState = "GATEPASS_STORAGE_STATE" // name of a storageState
	EnvFolder       = "GATEPASS_FOLDER"        // the private folder of those two
	EnvBroker       = "GATEPASS_BROKER"        // the broker's address
	EnvBrokerToken  = "GATEPASS_BROKER_TOKEN"  // what it is asked with
)
