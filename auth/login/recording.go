package login

import "net/url"

// A Recording is a login as somebody walked through it once, without anything that was
// typed: what is typed again is the target's own. It comes before deciding, step by
// step, as long as it fits the pages.
type Recording struct {
	Steps []Recorded
}

// A RecordedAct says what a step of a recording does.
type RecordedAct string

// The acts of a recording.
const (
	RecordedOpen  RecordedAct = "open"  // an address is gone to
	RecordedFill  RecordedAct = "fill"  // a field is filled in
	RecordedPress RecordedAct = "press" // something is clicked
	RecordedEnter RecordedAct = "enter" // Enter is pressed where the cursor is
)

// Recorded is one step of a recording.
type Recorded struct {
	Number int // its place in the file that it came from, counted from one
	Do     RecordedAct
	URL    *url.URL // of RecordedOpen
	Role   Role     // of RecordedFill: RoleUsername, RolePassword or RoleCode
	Box    bool     // the field takes one character of a code
	// Selectors are ways to find the element, any of which will do. Each is a list of
	// parts that lead through shadow roots; a part begins with "aria/", "text/",
	// "xpath/" or "pierce/", or is a CSS selector.
	Selectors [][]string
	Framed    bool // it stood in a frame
	Leads     bool // it led to another page
}

var secretNames = words("secret", "*secret")

// RoleByWords says what a field is for by what its author and people call it; "" if
// that does not tell. It serves where the field itself is not at hand.
func RoleByWords(names, said string) Role {
	n, w := namesOf(names), proseOf(said)
	switch {
	case captchaNames.in(n) || captchaWords.in(w):
		return RoleCaptcha
	case backupNames.in(n) || backupWords.in(w):
		return RoleBackupCode
	case newPasswordNames.in(n) && passwordNames.in(n) || newPasswordWords.in(w) && passwordWords.in(w):
		return RoleNewPassword
	case codeWords.in(w) || codeNames.in(n) && !passwordWords.in(w):
		return RoleCode
	case passwordWords.in(w) || passwordNames.in(n) || secretNames.in(n):
		return RolePassword
	case usernameWords.in(w) || usernameNames.in(n):
		return RoleUsername
	case weakCodeWords.in(w) || weakCodeNames.in(n):
		return RoleCode
	}
	return ""
}
