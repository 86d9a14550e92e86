package login

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// form takes up a form element.
func (r *reader) form(n *html.Node) {
	if len(r.page.Forms) >= maxForms {
		return
	}
	action := r.page.URL
	if u := r.resolve(attr(n, "action")); u != nil {
		action = u
	}
	i := len(r.page.Forms)
	r.page.Forms = append(r.page.Forms, Form{
		Action: action, Method: method(attr(n, "method"), "GET"), Default: attr(n, "method") == "", Enc: encoding(attr(n, "enctype"), EncURL),
		Charset: firstWord(attr(n, "accept-charset")),
		ID:      attr(n, "id"), Name: attr(n, "name"), Class: attr(n, "class"), Role: strings.ToLower(attr(n, "role")),
	})
	r.nodes[n] = i
	r.formTexts = append(r.formTexts, formText{})
	if id := attr(n, "id"); id != "" {
		if _, taken := r.forms[id]; !taken {
			r.forms[id] = i
		}
	}
	if mark := attr(n, formAttr); mark != "" {
		r.marks[mark] = i
	}
}

// formOf finds the index of a form element, and gives it the heading before it.
func (r *reader) formOf(n *html.Node) (int, bool) {
	i, ok := r.nodes[n]
	if ok && r.page.Forms[i].Heading == "" {
		r.page.Forms[i].Heading = r.heading
	}
	return i, ok
}

// owner is the form that a control belongs to: the one its form attribute names,
// the one that was open in the source, or the one around it.
func (r *reader) owner(n *html.Node, in surroundings) int {
	if has(n, "form") {
		if i, ok := r.forms[attr(n, "form")]; ok {
			return i
		}
		return NoForm
	}
	if mark := attr(n, ownerAttr); mark != "" {
		if i, ok := r.marks[mark]; ok {
			return i
		}
	}
	return in.form
}

func (r *reader) control(n *html.Node, in surroundings) {
	kind := strings.ToLower(strings.TrimSpace(attr(n, "type")))
	if n.DataAtom == atom.Input {
		switch kind {
		case "submit", "image", "button", "reset":
			r.button(n, in, kind, buttonLabel(n, kind))
			return
		}
		if !inputTypes[kind] {
			kind = "text" // what browsers make of a type that does not exist
		}
	}
	if len(r.page.Fields) >= maxControls {
		return
	}
	f := Field{
		Index: len(r.page.Fields), Order: r.next(), Form: r.owner(n, in),
		Tag: n.Data, Type: kind, Name: attr(n, "name"), ID: attr(n, "id"), Class: attr(n, "class"),
		Autocomplete: strings.ToLower(attr(n, "autocomplete")), InputMode: strings.ToLower(attr(n, "inputmode")),
		Pattern: attr(n, "pattern"), Placeholder: clip(Clean(attr(n, "placeholder")), 300), Title: clip(Clean(attr(n, "title")), 300),
		MaxLength: natural(attr(n, "maxlength")), Size: natural(attr(n, "size")),
		Label: r.label(n, in), Value: attr(n, "value"),
		Checked: has(n, "checked"), Disabled: in.off && !in.legend || has(n, "disabled"),
		ReadOnly: has(n, "readonly"), Required: has(n, "required") || attr(n, "aria-required") == "true",
		Visible: in.visible && kind != "hidden",
		Modal:   in.modal,
		Decoy:   in.decoy || isDecoy(n),
		Place:   r.placeOf(n, in),
	}
	if kind == "radio" && !f.Visible {
		f.Visible = r.labelSeen(n)
	}
	switch n.DataAtom {
	case atom.Textarea:
		f.Type, f.Value = "textarea", rawText(n)
	case atom.Select:
		f.Type = "select"
		f.Value, f.Checked = selected(n)
		f.Options = r.options(n, nil, 0)
	}
	if f.Type != "hidden" {
		f.Near, f.Picture = r.beside(), r.picture
		if head := r.columnHead(n); head != "" {
			f.Near = head
		}
		r.picture = ""
	}
	r.page.Fields = append(r.page.Fields, f)
	r.tree.fields = append(r.tree.fields, n)
}

// inputTypes are the states of an input element's type that are no buttons.
var inputTypes = map[string]bool{
	"text": true, "password": true, "email": true, "tel": true, "number": true, "url": true, "search": true,
	"hidden": true, "checkbox": true, "radio": true, "file": true, "color": true, "range": true,
	"date": true, "month": true, "week": true, "time": true, "datetime-local": true,
}

func (r *reader) next() int {
	r.order++
	return r.order - 1
}

// label is what tells a person what the control is for: the labels that point at
// it or wrap it, and what assistive technology would read out.
func (r *reader) label(n *html.Node, in surroundings) string {
	parts := []string{in.label, clip(Clean(attr(n, "aria-label")), 300)}
	if id := attr(n, "id"); id != "" {
		parts = append([]string{r.labels[id]}, parts...)
	}
	for _, name := range []string{"aria-labelledby", "aria-describedby"} {
		for i, id := range strings.Fields(attr(n, name)) {
			if m := r.ids[id]; m != nil && m != n && i < 5 {
				parts = append(parts, clip(r.textOf(m), 300))
			}
		}
	}
	return clip(strings.Join(strings.Fields(strings.Join(parts, " ")), " "), 300)
}

// placeOf is where a control stands.
func (r *reader) placeOf(n *html.Node, in surroundings) Place {
	at := r.census.place(n)
	if in.shadow {
		at.Shadow, at.XPath = true, ""
	}
	return at
}

// columnHead is what stands over a control in a table that has the names of its fields
// in one row and the fields in the next.
func (r *reader) columnHead(n *html.Node) string {
	cell := n
	for cell != nil && cell.DataAtom != atom.Td {
		if cell = cell.Parent; cell != nil && cell.DataAtom == atom.Table {
			return ""
		}
	}
	if cell == nil || cell.Parent == nil || cell.Parent.DataAtom != atom.Tr {
		return ""
	}
	above := r.rowAbove(cell.Parent)
	at, said := 0, false
	for s := cell.PrevSibling; s != nil && at < len(above); s = s.PrevSibling {
		if s.DataAtom == atom.Td || s.DataAtom == atom.Th {
			at++
			said = said || r.textOf(s) != ""
		}
	}
	if said || at >= len(above) {
		return ""
	}
	return above[at]
}

// rowAbove is what stands in the cells of the row before one of as many; nil where that
// row has fields of its own.
func (r *reader) rowAbove(row *html.Node) []string {
	if known, ok := r.rows[row]; ok {
		return known
	}
	r.rows[row] = nil
	above := row.PrevSibling
	for above != nil && above.DataAtom != atom.Tr {
		above = above.PrevSibling
	}
	if above == nil {
		return nil
	}
	if n := cells(above); n < 2 || n > maxCells || n != cells(row) || holdsControl(above, 0) {
		return nil
	}
	var heads []string
	for c := above.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
			heads = append(heads, clip(r.textOf(c), 80))
		}
	}
	r.rows[row] = heads
	return heads
}

const maxCells = 10

// cells counts a row's cells.
func cells(row *html.Node) int {
	n := 0
	for c := row.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Td || c.DataAtom == atom.Th {
			n++
		}
	}
	return n
}

func (r *reader) button(n *html.Node, in surroundings, kind, label string) {
	if len(r.page.Buttons) >= maxControls {
		return
	}
	switch kind {
	case "submit", "button", "reset", "image":
	default:
		kind = "submit"
	}
	if label = Clean(label); label == "" {
		label = Clean(attr(n, "aria-label") + " " + attr(n, "title"))
	}
	b := Button{
		Index: len(r.page.Buttons), Order: r.next(), Form: r.owner(n, in), Type: kind,
		Name: attr(n, "name"), ID: attr(n, "id"), Class: attr(n, "class"), Value: attr(n, "value"), Label: clip(label, 200),
		Disabled: in.off && !in.legend || has(n, "disabled"), Visible: in.visible,
		Place:  r.placeOf(n, in),
		Action: r.resolve(attr(n, "formaction")), Method: method(attr(n, "formmethod"), ""), Enc: encoding(attr(n, "formenctype"), ""),
	}
	r.page.Buttons = append(r.page.Buttons, b)
	r.tree.buttons = append(r.tree.buttons, n)
	r.beside()
}

// pressable takes up an element that is pressed like a button, if it says what for.
func (r *reader) pressable(n *html.Node, in surroundings) bool {
	label := r.textOf(n)
	if label == "" && Clean(attr(n, "aria-label")+attr(n, "title")) == "" {
		return false
	}
	r.button(n, in, "button", label)
	r.aloud(label, in)
	return true
}

// buttonLabel is what a browser writes on an input of a button's type.
func buttonLabel(n *html.Node, kind string) string {
	switch {
	case kind == "image":
		return attr(n, "alt")
	case kind == "submit" && !has(n, "value"):
		return "Submit"
	}
	return attr(n, "value")
}

// method reads the attributes method and formmethod. What does not exist is GET;
// what is not there is otherwise.
func method(s, otherwise string) string {
	switch strings.ToUpper(s) {
	case "":
		return otherwise
	case "POST":
		return "POST"
	case "DIALOG":
		return "DIALOG"
	}
	return "GET"
}

// encoding reads the attributes enctype and formenctype.
func encoding(s, otherwise string) string {
	switch strings.ToLower(s) {
	case "":
		return otherwise
	case EncMultipart:
		return EncMultipart
	case EncText:
		return EncText
	}
	return EncURL
}

// selected is what a select element would send: the value of its selected option,
// or of the first one that can be chosen. A list for several sends nothing unless
// something is selected.
func selected(n *html.Node) (value string, any bool) {
	var first, chosen *html.Node
	var visit func(*html.Node, bool, int)
	visit = func(n *html.Node, off bool, depth int) {
		if depth > maxDepth {
			return
		}
		off = off || has(n, "disabled")
		if n.DataAtom == atom.Option {
			if first == nil && !off {
				first = n
			}
			if has(n, "selected") && !off {
				chosen = n
			}
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			visit(c, off, depth+1)
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		visit(c, false, 0)
	}
	if chosen == nil && !has(n, "multiple") {
		chosen = first
	}
	switch {
	case chosen == nil:
		return "", false
	case has(chosen, "value"):
		return attr(chosen, "value"), true
	}
	return Clean(rawText(chosen)), true
}

// options lists what a select element offers, and can be chosen.
func (r *reader) options(n *html.Node, all []Option, depth int) []Option {
	for c := n.FirstChild; c != nil && len(all) < maxOptions && depth < 3; c = c.NextSibling {
		switch {
		case has(c, "disabled"):
		case c.DataAtom == atom.Option:
			o := Option{Label: clip(r.textOf(c), 200), Value: attr(c, "value")}
			if o.Label == "" {
				o.Label = clip(Clean(attr(c, "label")), 200)
			}
			if !has(c, "value") {
				o.Value = Clean(rawText(c))
			}
			all = append(all, o)
		default:
			all = r.options(c, all, depth+1)
		}
	}
	return all
}

const maxOptions = 20 // more are no methods, but countries

// labelSeen reports whether a control's label can be seen: pages hide their radio
// buttons and draw others, inside of the labels.
func (r *reader) labelSeen(n *html.Node) bool {
	label := r.labelled[attr(n, "id")]
	for up := n.Parent; label == nil && up != nil; up = up.Parent {
		if up.DataAtom == atom.Label {
			label = up
		}
	}
	if label == nil {
		return false
	}
	for up := label; up != nil; up = up.Parent {
		if r.left--; r.left < 0 || up.Type == html.ElementNode && r.hidden(up) {
			return false
		}
	}
	return true
}

// firstLegend reports whether n is the first legend of its fieldset: what stands
// in it works even while the fieldset is disabled.
func firstLegend(n *html.Node) bool {
	for s := n.PrevSibling; s != nil; s = s.PrevSibling {
		if s.DataAtom == atom.Legend {
			return false
		}
	}
	return n.Parent != nil && n.Parent.DataAtom == atom.Fieldset
}

func natural(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 {
		return 0
	}
	return n
}

func firstWord(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' || r == '\n' })
	if len(words) == 0 {
		return ""
	}
	return words[0]
}
