package login

import (
	"net/url"
	"strconv"
	"strings"
)

// maxRefresh is the longest delay, in seconds, after which a refresh still is a
// redirect. A members' page that refreshes after half an hour does it in order to
// sign people out.
const maxRefresh = 10

// RefreshTarget is where a refresh leads, given as a meta element or as a header
// ("0; url=/next"); nil if it leads nowhere, or only after a while (HTML, shared
// declarative refresh steps).
func RefreshTarget(content string, base *url.URL) *url.URL {
	content = strings.TrimLeft(content, " \t\r\n\f")
	digits := len(content) - len(strings.TrimLeft(content, "0123456789."))
	seconds, _, _ := strings.Cut(content[:digits], ".")
	delay, err := strconv.Atoi(seconds)
	if seconds == "" {
		delay, err = 0, nil
		if digits == 0 {
			return nil
		}
	}
	if err != nil || delay > maxRefresh {
		return nil
	}
	rest := strings.TrimLeft(content[digits:], " \t\r\n\f")
	rest = strings.TrimLeft(strings.TrimLeft(rest, ";,"), " \t\r\n\f")
	if len(rest) >= 3 && strings.EqualFold(rest[:3], "url") {
		if after := strings.TrimLeft(rest[3:], " \t\r\n\f"); strings.HasPrefix(after, "=") {
			rest = strings.TrimLeft(after[1:], " \t\r\n\f")
		}
	}
	if rest != "" && (rest[0] == '"' || rest[0] == '\'') {
		if end := strings.IndexByte(rest[1:], rest[0]); end >= 0 {
			rest = rest[1 : end+1]
		} else {
			rest = rest[1:]
		}
	}
	return resolve(base, rest)
}
