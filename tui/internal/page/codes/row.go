package codes

import (
	"strings"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/tui/internal/text"
)

// state says what is known of a row.
type state int

const (
	unread state = iota // its seed has not been on the screen yet
	ready               // its key is here
	failed              // its key could not be read
)

// A row is one target with a seed. Most rows are never looked at, and cost no more
// than their names.
type row struct {
	target store.Target
	label  string // what the row shows of it
	search string // what the filter looks at, in small letters

	state state
	err   error
	key   otp.Key

	code, next otp.Code  // this time step's and the one after
	rolled     bool      // next became code, and a new next is wanted
	spent      spent     // the newest step of its seed that was used
	counter    int64     // the counter that a HOTP key uses next
	taken      otp.Code  // the HOTP code that was taken here
	takenAt    time.Time //
}

// spent is what the ledger knew of a seed when it was asked.
type spent struct {
	store.Spent
	known bool
	asked time.Time
}

func newRow(t store.Target) row {
	return row{target: t, label: text.Clean(t.Name + " / " + t.Username), search: strings.ToLower(strings.Join(append([]string{t.Name, t.Username, t.URL}, t.Tags...), " "))}
}

func (r *row) counted() bool { return r.key.Type() == otp.HOTP }

// holds reports whether c is the code of the time step that now lies in.
func holds(c otp.Code, now time.Time) bool {
	return !c.IsZero() && !now.Before(c.From) && now.Before(c.Until)
}

// roll moves on to the next code when its time has come, so that no frame shows
// a code that is over, nor a gap.
func (r *row) roll(now time.Time) {
	if !holds(r.code, now) && holds(r.next, now) {
		r.code, r.next, r.rolled = r.next, otp.Code{}, true
	}
}

// askAgain is how old the ledger's word may be: another process may use a code.
const askAgain = 2 * time.Second

// wants reports whether something of the row must be found out in the background.
func (r *row) wants(now time.Time) bool {
	switch r.state {
	case unread:
		return true
	case failed:
		return false
	case ready:
	}
	if !r.counted() && (!holds(r.code, now) || r.rolled) {
		return true
	}
	age := now.Sub(r.spent.asked)
	return age >= askAgain || age < 0
}

// used tells when and by whom the present code was used; "" if it was not.
func (r *row) used(now time.Time) string {
	s := r.spent
	switch {
	case !s.known || r.code.IsZero() || s.Step < r.code.Step:
		return ""
	case s.Step > r.code.Step:
		return "a later one was used"
	}
	if s.By == copied {
		return "copied " + text.Ago(s.At, now)
	}
	return "used " + text.Ago(s.At, now) + " by " + text.Clean(s.By)
}

// copied is how the ledger names codes that were taken on this page: a person has
// them, and whether they were sent is the person's business.
const copied = "viewer"

// remark is used with what it means for the person who looks.
func (r *row) remark(now time.Time) string {
	used := r.used(now)
	if used != "" && (r.spent.By != copied || r.spent.Step > r.code.Step) {
		used += "; most sites refuse this one now"
	}
	return used
}

// group sets a code in groups that people can read out: 3+3, 4+4.
func group(code string) string {
	switch n := len(code); n {
	case 6, 7, 8:
		return code[:n/2] + " " + code[n/2:]
	case 9:
		return code[:3] + " " + code[3:6] + " " + code[6:]
	case 10:
		return code[:5] + " " + code[5:]
	default:
		return code
	}
}

// masks are grouped codes of so many characters with nothing to read, and widths
// how many cells each takes.
var masks, widths = func() (m [otp.MaxDigits + 1]string, w [otp.MaxDigits + 1]int) {
	for n := otp.MinDigits; n <= otp.MaxDigits; n++ {
		stars := group(strings.Repeat("*", n))
		m[n], w[n] = strings.ReplaceAll(stars, "*", "•"), len(stars)
	}
	return m, w
}()
