package login

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// A Place says where a control stands and how to find it there.
type Place struct {
	Frame  *url.URL // the document in a frame that it stands in; nil: the page itself
	Shadow bool     // it stands inside a shadow root, where a plain selector does not reach
	ID     string   // its id, if no other element there has it
	Name   string   // its name, if no other element there has it
	CSS    string   // a selector that finds it alone there, or ""
	XPath  string   // likewise; "" inside a shadow root
}

// selectors finds a control by what the driver says of its place.
func (at Place) selectors(text string) Selectors {
	return Selectors{ID: at.ID, Name: at.Name, CSS: at.CSS, XPath: at.XPath, Text: text}
}

// census counts what a document's elements are called, so that what is said to find
// one of them finds no other.
type census struct {
	ids, names map[string]int
	tagNames   map[string]int // tag and name
	tagTypes   map[string]int // tag and type
	tags       map[string]int
	left       *int // steps that may still be taken to describe ways
}

// maxSteps bounds the work for ways through a document: they overlap.
const maxSteps = 200_000

func newCensus() census {
	left := maxSteps
	return census{map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, &left}
}

func (c census) count(n *html.Node) {
	if id := attr(n, "id"); id != "" && !Generated(id) {
		c.ids[id]++
	}
	if name := attr(n, "name"); name != "" && !Generated(name) {
		c.names[name]++
		c.tagNames[n.Data+" "+name]++
	}
	c.tagTypes[n.Data+" "+strings.ToLower(attr(n, "type"))]++
	c.tags[n.Data]++
}

// place describes where a control stands in a document that was read as it came.
func (c census) place(n *html.Node) Place {
	var at Place
	id, name, kind := attr(n, "id"), attr(n, "name"), attr(n, "type")
	if c.ids[id] == 1 {
		at.ID = id
	}
	if c.names[name] == 1 {
		at.Name = name
	}
	switch {
	case at.ID != "" && quotable(id):
		at.CSS, at.XPath = selector("", id, ""), `//*[@id="`+id+`"]`
	case quotable(name) && c.tagNames[n.Data+" "+name] == 1:
		at.CSS, at.XPath = selector(n.Data, "", name), `//`+n.Data+`[@name="`+name+`"]`
	case quotable(kind) && c.tagTypes[n.Data+" "+strings.ToLower(kind)] == 1:
		at.CSS, at.XPath = n.Data+`[type="`+kind+`"]`, `//`+n.Data+`[@type="`+kind+`"]`
	case c.tags[n.Data] == 1:
		at.CSS, at.XPath = n.Data, `//`+n.Data
	default:
		at.CSS, at.XPath = c.path(n)
	}
	return at
}

// Generated reports whether an id or a name looks made up anew for every page, so that
// it finds nothing the next time: a long row of digits, or of hexadecimal digits with
// both kinds among them.
func Generated(s string) bool { return generated.MatchString(s) || hexadecimal(s) }

var (
	generated = regexp.MustCompile(`\d{5,}|^:r[0-9a-z]+:$`) // React's useId has colons
	hexRow    = regexp.MustCompile(`(?i)[0-9a-f]{8,}`)
)

func hexadecimal(s string) bool {
	row := hexRow.FindString(s)
	return strings.ContainsAny(row, "0123456789") && strings.ContainsAny(strings.ToLower(row), "abcdef")
}

// quotable reports whether a value can stand between quotation marks in a selector
// and in XPath alike.
func quotable(s string) bool { return s != "" && !strings.ContainsAny(s, "\"\\\r\n\f") }

// path leads to an element from the nearest around it that has an id of its own, from
// the only form, or from the top, step by step. In a document without measure it gives up.
func (c census) path(n *html.Node) (css, xpath string) {
	for ; n != nil && n.Type == html.ElementNode; n = n.Parent {
		if id := attr(n, "id"); css != "" && c.ids[id] == 1 && quotable(id) {
			return selector("", id, "") + " > " + css, `//*[@id="` + id + `"]/` + xpath
		}
		if css != "" && (n.Data == "form" || n.Data == "body") && c.tags[n.Data] == 1 {
			return n.Data + " > " + css, `//` + n.Data + `/` + xpath
		}
		nth := 1
		if *c.left--; *c.left < 0 {
			return "", ""
		}
		for s := n.PrevSibling; s != nil; s = s.PrevSibling {
			*c.left--
			if s.Type == html.ElementNode && s.Data == n.Data {
				nth++
			}
		}
		step := strconv.Itoa(nth)
		css = strings.TrimSuffix(n.Data+":nth-of-type("+step+") > "+css, " > ")
		xpath = strings.TrimSuffix(n.Data+"["+step+"]/"+xpath, "/")
	}
	return css, "/" + xpath
}
