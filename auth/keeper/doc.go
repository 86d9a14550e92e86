// Package keeper keeps one session alive for as long as a scan takes: it signs in
// when a session is first asked for, looks again and again whether it still holds,
// tells when it was lost and by what, and signs in anew.
//
// However many ask at once, one login is made for all of them, because accounts lock
// and passcodes are scarce. For the same reason a login that was refused is not
// tried again at once, and after the second refusal in a row not at all.
package keeper
