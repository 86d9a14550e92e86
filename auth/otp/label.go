package otp

import (
	"strings"
	"unicode"
)

// settleNames gives clean names their final form: an issuer in front of the
// account comes off, however often it stands there, and serves as the issuer if
// there is none. Settled names settle to themselves.
func settleNames(issuer, account string) (string, string) {
	for issuer == "" {
		prefix, rest, found := strings.Cut(account, ":")
		if !found {
			return "", account
		}
		issuer, account = strings.TrimSpace(prefix), strings.TrimSpace(rest)
	}
	for n := len(issuer); len(account) > n && account[n] == ':' && strings.EqualFold(account[:n], issuer); {
		account = strings.TrimSpace(account[n+1:])
	}
	return issuer, account
}

// splitLabel takes a link's label apart: "issuer:account", where either colon
// form divides. A raw colon wins over an escaped one, so that an issuer or an
// account may hold an escaped colon itself. Of more raw colons the first counts:
// Microsoft writes "Microsoft:Company:user".
func splitLabel(raw string) (issuer, account string) {
	raw = strings.TrimSuffix(unwrap(raw), "/")
	if prefix, rest, found := strings.Cut(raw, ":"); found {
		return cleanName(unescape(prefix)), cleanName(unescape(rest))
	}
	label := unescape(raw)
	if prefix, rest, found := strings.Cut(label, ":"); found {
		return cleanName(prefix), cleanName(rest)
	}
	return "", cleanName(label)
}

// cleanName makes a name safe to show and easy to compare: without control
// characters and invisible marks, with ordinary spaces, and valid UTF-8, which
// strings.Map sees to. The two joiners stay; some scripts and many emoji cannot be
// written without them.
func cleanName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == zeroWidthJoiner, r == zeroWidthNonJoiner:
			return r
		case unicode.IsControl(r), isInvisible(r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

const (
	zeroWidthNonJoiner = '\u200C'
	zeroWidthJoiner    = '\u200D'
)

// isInvisible reports whether r is a mark that shows nothing: zero-width
// characters, soft hyphens, byte order marks, direction overrides.
func isInvisible(r rune) bool { return unicode.Is(unicode.Cf, r) }

// unwrap joins what an e-mail or a terminal has broken into lines.
func unwrap(s string) string {
	if !strings.ContainsAny(s, "\r\n") {
		return s
	}
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\r' || r == '\n' })
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, "")
}
