package login

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// numberClass marks the number of a verified push. Nothing else is taken for one:
// the page's text has digits of phones too.
const numberClass = "verification-code"

// number takes up the number of a verified push.
func (r *reader) number(n *html.Node, in surroundings) {
	if r.page.Number != "" || !in.visible || !slices.Contains(strings.Fields(attr(n, "class")), numberClass) {
		return
	}
	digits := strings.Join(strings.Fields(r.textOf(n)), "")
	if len(digits) == 0 || len(digits) > 10 || strings.Trim(digits, "0123456789") != "" {
		return
	}
	r.page.Number = digits
}
