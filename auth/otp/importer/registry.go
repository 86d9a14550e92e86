package importer

import (
	"cmp"
	"slices"
	"strings"

	"gatepass/store"
)

// A format is one kind of file: how to know it and how to read it.
type format struct {
	name string
	rank rank
	// is reports whether a file is of this kind. It looks at shape only and is
	// cheap; a damaged file may still be one.
	is func(*document) bool
	// read gives what is in the file to r. Its error is for the file as a whole.
	read func(r *reading) error
}

// A rank orders formats where two could claim a file: the sharper sign first.
type rank int

const (
	byMagic   rank = iota // the first bytes say it
	byShape               // JSON keys, XML elements, column names
	byNames               // the names that entries' members usually have
	byContent             // text with links in it
	byChance              // nothing speaks against it
)

var registry []format

// register adds a format; call it from an init.
func register(f format) {
	at, _ := slices.BinarySearchFunc(registry, f.rank+1, func(have format, r rank) int { return cmp.Compare(have.rank, r) })
	registry = slices.Insert(registry, at, f)
}

// Formats names all formats that can be read, in alphabetical order whatever the case.
func Formats() []string {
	var names []string
	for _, f := range registry {
		if !isForeign(f.name) {
			names = append(names, f.name)
		}
	}
	for _, s := range signatures {
		names = append(names, s.program)
	}
	names = append(names, "1Password", "Enpass") // known by their shape
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(a, b))
	})
	return slices.Compact(names)
}

const hintKnown = "Known are otpauth:// lists, pictures of QR codes, ZIP archives and web pages with them, CSV, and the exports of 1Password, 2FAS, 2FAuth, Aegis, andOTP, Authy, Bitwarden, Duo Mobile, ente, FreeOTP+, KeePass, LastPass Authenticator, Proton, Raivo and Stratum."

func detect(d *document) (format, error) {
	for _, f := range registry {
		if f.is(d) {
			return f, nil
		}
	}
	if d.json == broken {
		return format{}, store.WithHint(ErrUnknownFormat, "It begins like JSON and breaks off; export it again.", hintKnown)
	}
	if hint := mistakenFor(d); hint != "" {
		return format{}, store.WithHint(ErrUnknownFormat, hint, hintKnown)
	}
	if isNoise(d) {
		return format{}, store.WithHint(ErrUnknownFormat, "It may be encrypted. The older backups of andOTP are known by their name only, which ends in .json.aes, or by a password that comes with them.", hintKnown)
	}
	return format{}, store.WithHint(ErrUnknownFormat, hintKnown)
}

// mistakenFor says what a text of digits is, where it is no base32: a seed in another
// form, or a passcode.
func mistakenFor(d *document) string {
	const longest, passcode = 200, 10
	text := strings.TrimSpace(string(d.data[:min(len(d.data), longest)]))
	plain := strings.NewReplacer(" ", "", "-", "", ":", "").Replace(text)
	switch {
	case !d.text || text == "" || strings.Trim(plain, "0123456789abcdefABCDEF") != "":
		return ""
	case len(plain) <= passcode:
		return "This looks like a passcode, which is good for one login. Import the secret that makes them, or the QR code."
	}
	return "This looks like a seed in hexadecimal, which does not say so itself: gatepass add NAME --otp-file FILE --otp-form hex"
}
