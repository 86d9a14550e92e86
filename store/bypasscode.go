package store

import (
	"cmp"
	"time"
)

// A BypassCode is what the ledger knows of one bypass code. The code itself is in the
// secret store, at [BypassRef].
type BypassCode struct {
	ID      string    `json:"id"` // from [LedgerKey.CodeID]: the same code has the same id
	Added   time.Time `json:"added"`
	Expires time.Time `json:"expires,omitzero"` // zero: never
	Uses    int       `json:"uses"`             // how often it can be used; 0: without limit
	DuoID   string    `json:"duo_id,omitempty"` // what Duo calls it, "DB…", if that is known
	Issued  bool      `json:"issued,omitempty"` // gatepass had it issued
	Batch   string    `json:"batch,omitempty"`  // what it was added together with
	Order   string    `json:"order,omitempty"`  // the order that it came of, if gatepass had it issued
	// Account is whose second factor it stands for, where that is known.
	Account BypassAccount `json:"account,omitzero"`
	Draws   []BypassDraw  `json:"draws,omitempty"` // oldest first
	// Gone marks a code that was removed after it had been drawn: it is not listed any
	// more, and not taken for new when it is added again.
	Gone bool `json:"gone,omitempty"`
	// Missing says that Duo did not have it any more when it was asked last: somebody
	// deleted it there.
	Missing bool `json:"missing,omitempty"`
}

// A BypassDraw is one time that a code left the secret store.
type BypassDraw struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`            // "code" or "verify"
	Run     string    `json:"run,omitempty"` // the verification's id
	Outcome Outcome   `json:"outcome,omitempty"`
}

// An Outcome is what became of a code that was drawn.
type Outcome string

// The outcomes.
const (
	OutcomeUnknown  Outcome = ""         // it was handed out, and nobody said what became of it
	OutcomeAccepted Outcome = "accepted" // the login went on
	OutcomeRefused  Outcome = "refused"  // it was refused: it is of no use any more
	OutcomeReturned Outcome = "returned" // it never left the secret store
	OutcomeLost     Outcome = "lost"     // the secret store did not have it
)

// A CodeState is what a bypass code is good for.
type CodeState string

// The states.
const (
	CodeFresh   CodeState = "fresh"   // never drawn
	CodePartly  CodeState = "partly"  // drawn before, and good for more uses
	CodeUsed    CodeState = "used"    // every use is drawn, and none was refused
	CodeUnknown CodeState = "unknown" // every use is drawn, and of some nobody knows the outcome
	CodeExpired CodeState = "expired" // uses are left, and its time is over
	CodeRefused CodeState = "refused"
	CodeLost    CodeState = "lost"    // the secret store does not have it
	CodeMissing CodeState = "missing" // Duo does not have it any more
)

// drawn counts the uses that are gone. One that nobody knows the outcome of is.
func (c BypassCode) drawn() int {
	return c.count(OutcomeUnknown) + c.count(OutcomeAccepted) + c.count(OutcomeRefused)
}

func (c BypassCode) count(o Outcome) int {
	n := 0
	for _, d := range c.Draws {
		if d.Outcome == o {
			n++
		}
	}
	return n
}

// State says what c is good for at an instant.
func (c BypassCode) State(now time.Time) CodeState {
	switch drawn := c.drawn(); {
	case c.count(OutcomeRefused) > 0:
		return CodeRefused
	case c.count(OutcomeLost) > 0:
		return CodeLost
	case c.Uses > 0 && drawn >= c.Uses && c.count(OutcomeUnknown) > 0:
		return CodeUnknown
	case c.Uses > 0 && drawn >= c.Uses:
		return CodeUsed
	case !c.Expires.IsZero() && !now.Before(c.Expires):
		return CodeExpired
	case c.Missing:
		return CodeMissing
	case drawn > 0:
		return CodePartly
	default:
		return CodeFresh
	}
}

// Left says how often c can be drawn yet: -1 without limit, 0 for a code that is used
// up, refused, lost, expired or deleted at Duo.
func (c BypassCode) Left(now time.Time) int {
	switch c.State(now) {
	case CodeFresh, CodePartly:
		if c.Uses == 0 {
			return -1
		}
		return max(c.Uses-c.drawn(), 0) // less than nothing is a damaged record
	}
	return 0
}

// DrawnBefore orders codes as they are drawn: those first of whose last draw nobody waits
// to hear, then those that expire first, then those that were added first.
func (c BypassCode) DrawnBefore(o BypassCode) int {
	end := func(c BypassCode) int64 {
		if c.Expires.IsZero() {
			return 1<<63 - 1
		}
		return c.Expires.UnixNano()
	}
	return cmp.Or(
		cmp.Compare(c.count(OutcomeUnknown), o.count(OutcomeUnknown)),
		cmp.Compare(end(c), end(o)),
		c.Added.Compare(o.Added),
	)
}

// Opens reports whether c may open its account at Duo yet, by our record: also a code
// that was handed out, of which nobody knows whether it was used, and one that was left
// at Duo when it was removed here.
func (c BypassCode) Opens(now time.Time) bool {
	if c.Missing || !c.Expires.IsZero() && !now.Before(c.Expires) {
		return false
	}
	state := c.State(now)
	return state == CodeFresh || state == CodePartly || state == CodeUnknown
}

// mostDraws bounds the draws that are kept of a code without limit.
const mostDraws = 100

// trim forgets the oldest draws of a code that may be drawn for ever, where nothing
// depends on them.
func (c *BypassCode) trim() {
	if c.Uses == 0 && len(c.Draws) > mostDraws {
		c.Draws = c.Draws[len(c.Draws)-mostDraws:]
	}
}

// A Stock is what a target's bypass codes come to at an instant.
type Stock struct {
	Name  string
	Total int // codes, whatever their state
	Codes int // codes that can be drawn yet
	Uses  int // how often; -1 without limit
	// Ends is when the first of the codes that can be drawn expires, and Last when the
	// last one does; zero: never.
	Ends, Last time.Time
	States     map[CodeState]int
	// Open are the codes that gatepass had issued and that open the account yet, by our
	// own record, until OpenUntil; Over are those of them whose time ran out unused.
	Open, Over int
	OpenUntil  time.Time // zero: for ever
	// Account is whose codes they are, as far as that is known.
	Account BypassAccount
}

// StockOf sums codes up.
func StockOf(name string, codes []BypassCode, now time.Time) Stock {
	s := Stock{Name: name, Total: len(codes), States: map[CodeState]int{}}
	forever := false
	for _, c := range codes {
		state := c.State(now)
		s.States[state]++
		if !s.Account.Known() {
			s.Account = c.Account
		}
		if c.Issued && state == CodeExpired {
			s.Over++
		}
		left := c.Left(now)
		if left == 0 {
			continue
		}
		s.Codes++
		if c.Issued {
			s.Open++
			if c.Expires.After(s.OpenUntil) {
				s.OpenUntil = c.Expires
			}
		}
		if left < 0 || s.Uses < 0 {
			s.Uses = -1
		} else {
			s.Uses += left
		}
		forever = forever || c.Expires.IsZero()
		if !c.Expires.IsZero() && (s.Ends.IsZero() || c.Expires.Before(s.Ends)) {
			s.Ends = c.Expires
		}
		if c.Expires.After(s.Last) {
			s.Last = c.Expires
		}
	}
	if forever {
		s.Last = time.Time{}
	}
	return s
}
