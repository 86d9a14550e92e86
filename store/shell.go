package store

import "strings"

// QuoteShell writes s so that a POSIX shell reads it as one word. It is for
// commands that hints show; nothing is run with it.
func QuoteShell(s string) string {
	plain := func(r rune) bool {
		return r == '/' || r == '=' || r == '%' || r == '.' || r == '_' || r == '-' || r == '+' || r == ':' || r == '@' ||
			'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
