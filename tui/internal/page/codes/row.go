package codes

import (
	"net/url"
	"strings"
	"time"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/widget"
)

// state says what is known of a row.
type state int

const (
	unread state = iota // its seed has not been on the screen yet
	ready               // its key is here
	failed              // its key could not be read
)

// about is what is known of a row without its seed.
type about struct {
	target   store.Target
	label    string    // what the row shows of it
	folded   string    // its label as the filter looks at it
	others   string    // what else the filter looks at, in small letters
	verified time.Time // when it last signed in, or tried to
}

// holder is whose codes a row's are by its key: the issuer, and the account where it is
// another than the target's.
type holder struct{ shown, folded string }

func (a *about) holderOf(k otp.Key) holder {
	issuer, account := text.Clean(k.Issuer()), text.Clean(k.Account())
	h := holder{shown: issuer, folded: widget.Fold(issuer + " " + account)}
	switch {
	case account == "" || strings.EqualFold(account, a.target.Username):
	case issuer == "":
		h.shown = account
	default:
		h.shown = issuer + ": " + account
	}
	return h
}

// A row is one target with a seed. Most rows are never looked at, and cost no more
// than their names.
type row struct {
	about

	state  state
	err    error
	key    otp.Key
	holder holder

	code, next otp.Code  // this time step's and the one after
	rolled     bool      // next became code, and a new next is wanted
	spent      spent     // the newest code of its seed that was used
	taken      otp.Code  // the HOTP code that was taken here
	takenAt    time.Time //
}

// spent is what the ledger knew of a seed when it was asked.
type spent struct {
	store.Use
	asked time.Time
}

func newRow(s auth.Summary) row {
	t := s.Target
	a := about{target: t, label: t.Name}
	if t.Username != "" {
		a.label += " / " + t.Username
	}
	a.label = text.Clean(a.label)
	a.folded = widget.Fold(a.label)
	a.others = widget.Fold(strings.Join(append([]string{t.URL}, t.Tags...), " "))
	if s.Last != nil {
		a.verified = s.Last.At
	}
	return row{about: a}
}

// site is the host of a row's login page, "" if it has none.
func (a *about) site() string {
	if u, err := url.Parse(a.target.URL); err == nil {
		return text.Clean(u.Host)
	}
	return ""
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

// stale reports whether the ledger should be asked again.
func (r *row) stale(now time.Time) bool {
	age := now.Sub(r.spent.asked)
	return age >= askAgain || age < 0
}

// wants reports whether something of the row must be found out in the background.
func (r *row) wants(now time.Time) bool {
	switch r.state {
	case unread:
		return true
	case failed:
		return false
	case ready:
	}
	return !r.counted() && (!holds(r.code, now) || r.rolled) || r.stale(now)
}

// used tells when and by whom the present code was used; "" if it was not.
func (r *row) used(now time.Time) string {
	long, _ := r.uses(now)
	return long
}

// uses is used in many words and in few.
func (r *row) uses(now time.Time) (long, short string) {
	s := r.spent
	switch {
	case !s.Known || r.code.IsZero() || s.Step < r.code.Step:
		return "", ""
	case s.Step > r.code.Step:
		return "a later one was used", "later one used"
	}
	return s.told(now)
}

// told says when and by whom the newest code was used, and in few words when.
func (s spent) told(now time.Time) (long, short string) {
	ago := text.Ago(s.At, now)
	switch s.By {
	case copied:
		return "copied " + ago, "copied"
	case sender:
		return "sent " + ago + " by " + sender, "sent " + ago
	case store.ByForget:
		return "taken back " + ago, "taken back"
	}
	return "used " + ago + " by " + text.Clean(s.By), "used " + ago
}

const (
	// copied is how the ledger names codes that were taken on this page: a person has
	// them, and whether they were sent is the person's business.
	copied = "viewer"
	// sender is how it names codes that a login sent.
	sender = "verify"
)

// remark is used with what it means for the person who looks.
func (r *row) remark(now time.Time) string {
	used := r.used(now)
	if used != "" && (r.spent.By != copied || r.spent.Step > r.code.Step) {
		used += "; most sites refuse this one now"
	}
	return used
}

// lastUse is when the row's codes were last used, as far as is known.
func (r *row) lastUse() time.Time {
	if r.spent.Known && r.spent.At.After(r.verified) {
		return r.spent.At
	}
	return r.verified
}

// words sets a code in groups that people can read out: 3+3, 4+4.
func words(code string) []string {
	switch n := len(code); n {
	case 6, 7, 8:
		return []string{code[:n/2], code[n/2:]}
	case 9:
		return []string{code[:3], code[3:6], code[6:]}
	case 10:
		return []string{code[:5], code[5:]}
	default:
		return []string{code}
	}
}

func group(code string) string {
	switch n := len(code); n {
	case 6, 7, 8:
		return code[:n/2] + " " + code[n/2:]
	default:
		return strings.Join(words(code), " ")
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
