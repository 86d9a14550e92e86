// Package otp is the room of one-time passwords: it reads keys as people really
// paste them, and gives the code of a time step or of a counter.
//
// A [Key] comes out of [Parse] or [New] checked in every part, so that whatever
// holds one can ask it for codes without a second thought. Parse is generous
// with form and strict with meaning. Spaces, dashes, lower case, too much
// padding, line breaks from an e-mail, a raw '#' in a label or an algorithm
// spelled HmacSHA256 are read for what they plainly are. But where a guess could
// give a code that looks right and is wrong (an unknown algorithm, no secret, a
// word beside the secret, two keys at once), Parse refuses, and says which part
// and why. A wrong code costs more than a refusal: it counts as a failed login,
// and accounts lock.
//
// Nothing here prints a seed. Key and [Code] show "[secret]" to every format
// verb, to JSON, YAML and the log, also from inside somebody else's unexported
// field; a [ParseError] never quotes what was pasted. [Key.Seed], [Key.URI] and
// [Code.Reveal] are the ways out, and easy to search for.
//
// The arithmetic of RFC 4226 (HOTP), RFC 6238 (TOTP) and Steam's five letters is
// github.com/pquerna/otp's. It panics, or gives wrong codes without a word, on
// input that it does not expect; so it is called in one place only, with a
// canonical key, behind a guard (generate, in code.go).
//
// There is no clock in this room. Callers bring the time and learn from it the
// step ([Key.Step]), how long that step lasts ([Key.Window]) and how much of it
// is left ([Code.Left]). What has been spent already is the ledger's affair, in
// package store.
package otp
