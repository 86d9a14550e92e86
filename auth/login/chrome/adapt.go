package chrome

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"gatepass/auth/login"
)

// attribute reads one attribute from the snapshot.
func (t *tree) attribute(node int, name string) string {
	list := t.doc.Nodes.Attributes[node]
	for k := 0; k+1 < len(list); k += 2 {
		if t.at(list[k]) == name {
			return t.at(list[k+1])
		}
	}
	return ""
}

// attributes copies an element's attributes: addresses made absolute, ids made
// unique over documents and shadow roots, in which they count by themselves.
func (b *builder) attributes(n *html.Node, t *tree, i int, in *scope) {
	list := t.doc.Nodes.Attributes[i]
	for k := 0; k+1 < len(list); k += 2 {
		key, value := t.at(list[k]), t.at(list[k+1])
		switch key {
		case "action", "href", "src", "formaction":
			value = absolute(t.base, value)
		case "id":
			value = b.unique(value, in)
		case "for", "form", "aria-labelledby", "aria-describedby":
			value = in.translate(value)
		}
		n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
	}
	if n.DataAtom == atom.Form && in.inner && get(n, "action") == "" && t.address != nil {
		put(n, "action", t.address.String())
	}
}

// unique gives the id, changed if another document or shadow root has it already.
func (b *builder) unique(id string, in *scope) string {
	if id == "" {
		return id
	}
	owner, taken := b.ids[id]
	if !taken {
		b.ids[id] = in.number
		return id
	}
	if owner == in.number {
		return id
	}
	if in.renamed[id] == "" {
		in.renamed[id] = id + "-in-" + strconv.Itoa(in.number)
	}
	return in.renamed[id]
}

func (s *scope) translate(ids string) string {
	if len(s.renamed) == 0 {
		return ids
	}
	words := strings.Fields(ids)
	for k, w := range words {
		if to := s.renamed[w]; to != "" {
			words[k] = to
		}
	}
	return strings.Join(words, " ")
}

// absolute resolves an address. What is none stays as it is.
func absolute(base *url.URL, value string) string {
	ref := strings.TrimSpace(value)
	if base == nil || ref == "" || strings.HasPrefix(ref, "#") || len(ref) > 8<<10 {
		return value
	}
	u, err := base.Parse(ref)
	if err != nil {
		return value
	}
	return u.String()
}

// adapt makes an element say what the layout and the live document know of it.
func (b *builder) adapt(n *html.Node, t *tree, i int, seen bool, inner *look, in *scope) {
	if n.DataAtom == atom.Head || n.DataAtom == atom.Title || n.DataAtom == atom.Meta || n.DataAtom == atom.Script || n.DataAtom == atom.Option || n.DataAtom == atom.Optgroup {
		b.option(n, t, i)
		return
	}
	b.look(n, seen)
	if seen && login.ActsAsButton(n) {
		n.Data, n.DataAtom = "button", atom.Button
		put(n, "type", "button")
		drop(n, "href")
	}
	switch n.DataAtom {
	case atom.Form:
		inner.owner = true
		b.grip(n, t, i, false)
	case atom.Input, atom.Textarea, atom.Select, atom.Button:
		if in.inner && inner.form && !inner.owner && get(n, "form") == "" {
			put(n, "form", "-") // the form around its frame is not its own
		}
		if get(n, "maxlength") == "1" {
			drop(n, "disabled") // a box of several that is enabled when its turn comes
		}
		b.value(n, t, i)
		b.grip(n, t, i, n.DataAtom == atom.Input && strings.EqualFold(t.attribute(i, "type"), "password"))
	}
}

// look writes down whether an element is to be seen.
func (b *builder) look(n *html.Node, seen bool) {
	if !seen {
		put(n, "hidden", "")
		return
	}
	drop(n, "hidden")
	drop(n, "x-cloak")
	drop(n, "style")
	if n.DataAtom == atom.Dialog {
		put(n, "open", "")
	}
	if class := get(n, "class"); class != "" {
		words := slices.DeleteFunc(strings.Fields(class), func(w string) bool { return hiding[strings.ToLower(w)] })
		put(n, "class", strings.Join(words, " "))
	}
}

// hiding are the classes that a reader without a layout takes for hiding.
var hiding = map[string]bool{
	"d-none": true, "hidden": true, "hide": true, "is-hidden": true, "invisible": true,
	"uk-hidden": true, "display-none": true, "displaynone": true,
}

// option writes down which one is selected.
func (b *builder) option(n *html.Node, t *tree, i int) {
	if n.DataAtom != atom.Option {
		return
	}
	drop(n, "selected")
	if t.selected[i] {
		put(n, "selected", "")
	}
}

// value writes down what is in a control now, except what nobody but the page may
// know: the contents of a password field, and anything with a typed secret in it.
func (b *builder) value(n *html.Node, t *tree, i int) {
	if n.DataAtom == atom.Textarea {
		n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "value" })
		return
	}
	if n.DataAtom != atom.Input {
		return
	}
	switch kind := strings.ToLower(t.attribute(i, "type")); kind {
	case "checkbox", "radio":
		drop(n, "checked")
		if t.checked[i] {
			put(n, "checked", "")
		}
	case "hidden", "submit", "button", "reset", "image":
		if b.typed.In(get(n, "value")) {
			drop(n, "value")
		}
	default:
		drop(n, "value")
		// A name that was chosen on the page before stands in a field that cannot
		// be changed; there it tells something.
		if v := t.values[i]; v != "" && kind != "password" && has(n, "readonly") && !b.typed.In(v) {
			put(n, "value", v)
		}
	}
}

// grip marks an element so that its handle is found again.
func (b *builder) grip(n *html.Node, t *tree, i int, secret bool) {
	put(n, "class", strings.TrimSpace(get(n, "class")+" "+mark+strconv.Itoa(len(b.handles))))
	b.handles = append(b.handles, handle{
		in: t.capture.of, node: t.doc.Nodes.BackendNodeID[i], address: t.address, secret: secret, place: t.place(i),
	})
}

// ungrip takes the mark off a class again.
func ungrip(class string) (rest string, at int) {
	k := strings.LastIndex(class, mark)
	if k < 0 {
		return class, -1
	}
	at, err := strconv.Atoi(class[k+len(mark):])
	if err != nil {
		return class, -1
	}
	return strings.TrimSpace(class[:k]), at
}

func get(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func put(n *html.Node, name, value string) {
	for k := range n.Attr {
		if n.Attr[k].Key == name {
			n.Attr[k].Val = value
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: name, Val: value})
}

func drop(n *html.Node, name string) {
	n.Attr = slices.DeleteFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
