package store

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Target is one web application as the scanner's test account signs in to it.
// There is no secret in it.
type Target struct {
	// Name is the file's name without .yaml; [CheckName] has the rule.
	Name string
	// URL is the login page: https, or http on this machine. A target that keeps a
	// seed may do without.
	URL string
	// Username is what the test account signs in with.
	Username string
	// Route is how the challenge is passed.
	Route Route
	// Origins are further origins, scheme://host[:port], that may receive
	// credentials. The URL's own is implied.
	Origins []string
	// Proof is what shows that one is signed in.
	Proof Proof
	// Driver is "auto", "http" or "browser"; "" is "auto".
	Driver string
	// Tags group targets as the user likes.
	Tags []string
	// Secrets says what the secret store keeps for this target, because not
	// every keyring can be asked for a list.
	Secrets []Kind
}

// Proof is a page that only works when signed in.
type Proof struct {
	URL  string // "" when the page after the login is the proof
	Text string // what the page says only to who is signed in
}

// Drivers lists what Target.Driver may be.
func Drivers() []string { return []string{"auto", "http", "browser"} }

// Has reports whether the secret store keeps a secret of this kind for t.
func (t Target) Has(k Kind) bool { return slices.Contains(t.Secrets, k) }

// CodesOnly reports whether t is kept for its codes alone: it has a seed and no
// login page, as entries from an authenticator's backup do.
func (t Target) CodesOnly() bool { return t.URL == "" && t.Has(KindSeed) }

// AllowedOrigins lists every origin that may receive t's credentials, the login
// page's own first, each as [OriginOf] spells it.
func (t Target) AllowedOrigins() []string {
	var all []string
	if u, problem := parseURL(t.URL); problem == "" {
		all = append(all, OriginOf(u))
	}
	for _, o := range t.Origins {
		if origin, problem := parseOrigin(o); problem == "" && !slices.Contains(all, origin) {
			all = append(all, origin)
		}
	}
	return all
}

// Validate answers ErrBadName, or a [FieldError] for each value that t cannot
// have, joined.
func (t Target) Validate() error {
	if err := CheckName(t.Name); err != nil {
		return err
	}
	return result(t.problems())
}

// problems finds what is wrong with everything but the name, in the order of the
// file's keys.
func (t Target) problems() []*FieldError {
	var c checker
	if !t.CodesOnly() {
		c.required("url", t.URL)
		c.required("username", t.Username)
	}
	c.url("url", t.URL)
	c.text("username", t.Username, 256)
	c.route(t.Route)
	for i, o := range t.Origins {
		if _, problem := parseOrigin(o); problem != "" {
			c.add(fmt.Sprintf("origins[%d]", i), string(problem))
		}
	}
	c.url("proof.url", t.Proof.URL)
	c.text("proof.text", t.Proof.Text, 256)
	c.driver(t.Driver)
	c.tags(t.Tags)
	c.kinds(t.Secrets)
	return c.problems
}

// normal gives t with origins in their one spelling, each list without repeats, and
// what means the same written the same.
func (t Target) normal() Target {
	var origins []string
	for _, o := range t.Origins {
		if origin, problem := parseOrigin(o); problem == "" {
			o = origin
		}
		if !slices.Contains(origins, o) {
			origins = append(origins, o)
		}
	}
	t.Origins = origins
	t.Tags = slices.Clone(t.Tags)
	t.Secrets = slices.Clone(t.Secrets)
	if t.Driver == "auto" {
		t.Driver = ""
	}
	return t
}

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

func (c *checker) kinds(kinds []Kind) {
	for i, k := range kinds {
		field := fmt.Sprintf("secrets[%d]", i)
		switch {
		case !slices.Contains(Kinds(), k):
			// What stands here may be the secret itself: it is not repeated.
			e := c.add(field, "secrets names what the secret store keeps, never a secret itself")
			e.Allowed = words(Kinds())
		case slices.Contains(kinds[:i], k):
			c.add(field, "this stands in the list twice")
		}
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

// ParseTargetURL reads the address of a login page by the rule of [Target.URL]. The
// error never repeats s.
func ParseTargetURL(s string) (*url.URL, error) {
	u, problem := parseURL(s)
	if problem != "" {
		return nil, &FieldError{Field: "url", Problem: string(problem)}
	}
	return u, nil
}
