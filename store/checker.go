package store

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A checker collects what is wrong with values.
type checker struct{ problems []*FieldError }

func (c *checker) add(field, problem string) *FieldError {
	e := &FieldError{Field: field, Problem: field + ": " + problem}
	c.problems = append(c.problems, e)
	return e
}

func (c *checker) required(field, value string) {
	if value == "" {
		c.problems = append(c.problems, &FieldError{Field: field, Problem: field + " is missing; every target has one"})
	}
}

func (c *checker) url(field, value string) {
	if value == "" {
		return
	}
	if problem := checkURL(value); problem != "" {
		c.add(field, string(problem))
	}
}

// text checks a single line of at most most characters.
func (c *checker) text(field, value string, most int) {
	switch {
	case !utf8.ValidString(value):
		c.add(field, "not UTF-8 text")
	case utf8.RuneCountInString(value) > most:
		c.add(field, fmt.Sprintf("longer than %d characters", most))
	case strings.TrimSpace(value) != value:
		c.add(field, "there is a space at the beginning or the end; leave it out")
	case strings.ContainsFunc(value, unprintable):
		c.add(field, "there is a line break or an invisible character in it")
	}
}

// unprintable finds control characters and the two separators that YAML takes for
// line breaks.
func unprintable(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff'
}

func (c *checker) route(r Route) {
	if r.Valid() {
		return
	}
	names := words(Routes())
	var e *FieldError
	if r == "" {
		e = &FieldError{Field: "route", Problem: "route is missing; every target has one"}
		c.problems = append(c.problems, e)
	} else {
		e = c.add("route", quoteKey(string(r))+" is not a route")
		e.Suggest = nearest(strings.ToLower(string(r)), names)
	}
	e.Allowed = names
}

func (c *checker) driver(d string) {
	if d == "" || slices.Contains(Drivers(), d) {
		return
	}
	e := c.add("driver", quoteKey(d)+" is not a driver")
	e.Suggest = nearest(strings.ToLower(d), Drivers())
	e.Allowed = Drivers()
}

func (c *checker) tags(tags []string) {
	for i, tag := range tags {
		field := fmt.Sprintf("tags[%d]", i)
		switch {
		case tag == "":
			c.add(field, "a tag is not empty")
		case slices.Contains(tags[:i], tag):
			c.add(field, "this tag stands in the list twice")
		default:
			c.text(field, tag, 64)
		}
	}
}

func (c *checker) kinds(kinds, allowed []Kind) {
	for i, k := range kinds {
		field := fmt.Sprintf("secrets[%d]", i)
		switch {
		case !slices.Contains(allowed, k):
			// What stands here may be the secret itself: it is not repeated.
			e := c.add(field, "secrets names what the secret store keeps, never a secret itself")
			e.Allowed = words(allowed)
		case slices.Contains(kinds[:i], k):
			c.add(field, "this stands in the list twice")
		}
	}
}

// integrationPattern is an application's key in Duo. https://duo.com/docs/adminapi
var integrationPattern = regexp.MustCompile(`^DI[A-Z0-9]{18}$`)

func (c *checker) integration(field, key string) {
	if key != "" && !integrationPattern.MatchString(key) {
		c.add(field, "an integration key of Duo is DI and 18 capital letters and digits; the secret key belongs in the secret store")
	}
}

func (c *checker) duo(d TargetDuo) {
	if d.Tenant == "" {
		if d != (TargetDuo{}) {
			c.add("duo.tenant", "the Duo tenant is missing; name the one that knows this account (gatepass duo add NAME)")
		}
	} else if why := nameProblem(d.Tenant); why != "" {
		c.add("duo.tenant", why)
	}
	c.integration("duo.integration", d.Integration)
	c.text("duo.username", d.Username, 256)
}

// codeLike is what a bypass code looks like: a name that does is one in the wrong
// place.
var codeLike = regexp.MustCompile(`^[0-9][0-9. _-]{4,}[0-9]$`)

func (c *checker) stock(name string) {
	switch {
	case name == "":
	case codeLike.MatchString(name):
		c.add("stock", "this looks like a bypass code; the stock has a name, and its codes are in the secret store")
	default:
		if why := nameProblem(name); why != "" {
			c.add("stock", why)
		}
	}
}

var recordingPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._-]{0,126}[A-Za-z0-9]$`)

func (c *checker) recording(name string) {
	if name != "" && (!recordingPattern.MatchString(name) || devicePattern.MatchString(strings.ToLower(name))) {
		c.add("recording", "a recording is a file's name among the recordings, without a folder; write shop.json")
	}
}

// words gives the texts of named strings.
func words[S ~string](of []S) []string {
	texts := make([]string, len(of))
	for i, s := range of {
		texts[i] = string(s)
	}
	return texts
}
