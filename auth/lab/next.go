package lab

import (
	"net/url"
	"strings"
)

// localPath checks where a visitor asks to go after sign-in: a path of this
// application, or else the members' page. A browser reads "//host" and "/\host"
// as another host. Control characters do not pass url.Parse.
func localPath(next string) string {
	_, err := url.Parse(next)
	if err != nil || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.Contains(next, `\`) {
		return accountPath
	}
	return next
}

// withNext adds to a path where to go after it.
func withNext(path, next string) string {
	return path + "?" + url.Values{"next": {next}}.Encode()
}
