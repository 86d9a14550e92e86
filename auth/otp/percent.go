package otp

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// escape writes s so that no reader can take any of it for syntax: everything but
// letters, digits and "-_.~" becomes a percent escape, spaces included.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// unescape reads percent escapes where they make valid UTF-8 and leaves all else
// as it stands, since people and programs write raw '%' into labels.
func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		if n := writeEscaped(&b, s); n > 0 {
			s = s[n:]
			continue
		}
		b.WriteByte(s[0])
		s = s[1:]
	}
	return b.String()
}

// writeEscaped writes the one character that the escapes at the front of s spell,
// and tells how much of s that took; 0 if they spell none.
func writeEscaped(b *strings.Builder, s string) int {
	var spelled [utf8.UTFMax]byte
	for n := range spelled {
		value, ok := escapedByte(s[3*n:])
		if !ok {
			return 0
		}
		spelled[n] = value
		r, size := utf8.DecodeRune(spelled[:n+1])
		if size == n+1 && (r != utf8.RuneError || size > 1) {
			b.WriteRune(r)
			return 3 * size
		}
	}
	return 0
}

// escapedByte reads the escape at the front of s, "%41".
func escapedByte(s string) (byte, bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	high, ok1 := hexDigit(s[1])
	low, ok2 := hexDigit(s[2])
	return high<<4 | low, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
