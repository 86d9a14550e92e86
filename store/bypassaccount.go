package store

import "strings"

// A BypassAccount is the account whose second factor bypass codes stand for.
type BypassAccount struct {
	Host string `json:"host,omitempty"` // the API host of its Duo tenant; "" where none is known
	User string `json:"user,omitempty"` // its name at Duo
}

// Known reports whether it is said whose codes they are.
func (a BypassAccount) Known() bool { return a.User != "" }

// Other reports whether a and o are sure to be two accounts. Duo tells no small letters
// from capital ones; what is not known of one of them tells nothing.
func (a BypassAccount) Other(o BypassAccount) bool {
	if a.User == "" || o.User == "" {
		return false
	}
	hosts := a.Host != "" && o.Host != "" && !strings.EqualFold(a.Host, o.Host)
	return hosts || !strings.EqualFold(a.User, o.User)
}
