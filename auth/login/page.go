package login

import "net/url"

// A Page is what is in front of a driver, reduced to what deciding needs. A
// driver makes one after every step; nothing in it is live.
//
// Texts (titles, headings, messages, labels, placeholders and so on) are cleaned
// of control characters and folded to single spaces, so they can be shown. Names,
// ids, classes and values are kept as they are, because they are sent back: clean
// them before showing them, and never show a value.
type Page struct {
	URL      *url.URL // the address after redirects
	Status   int      // the HTTP status code, 0 if the driver does not know it
	Charset  string   // the document's encoding, in which its forms are sent; "" means UTF-8
	Auth     []string // HTTP authentication schemes that were asked for, lower case: "basic", "negotiate"
	Title    string
	Text     string   // what a person would read, without the controls
	Plain    string   // the same without links, buttons and labels: what the page itself says
	Lines    []string // Plain, block by block
	Headings []string // h1 to h3 and legends; a smaller one where the page begins with it
	Messages []string // alerts, errors and status lines
	Forms    []Form
	Fields   []Field // in document order, of all forms and of none
	Buttons  []Button
	Links    []Link
	Frames   []Frame
	Refresh  *url.URL // where the page soon refreshes to by itself, or nil
	Widgets  []Widget // gates of others against robots
	QR       bool     // it shows a QR code or an otpauth: link
	Number   string   // digits to type into a phone before a login is approved there, or ""
	Scripts  int      // how many scripts the page has
	Still    bool     // nothing on it can change by itself
	NoScript string   // what it says to readers without scripts

	tree *tree // where the controls stand, for selectors; nil for a page that was not read from a document
}

// NoForm is the form index of controls that stand outside every form.
const NoForm = -1

// A Form is a form element.
type Form struct {
	Action  *url.URL // resolved; the page's own address when the page names none
	Method  string   // "GET", "POST" or "DIALOG"
	Default bool     // the page names no method, and so it is GET
	Enc     string   // EncURL, EncMultipart or EncText
	Charset string   // the encoding that accept-charset asks for, or ""
	ID      string
	Name    string
	Class   string
	Role    string // the ARIA role: "search" says much
	Heading string // headings inside it, or else the nearest one before it
	Text    string // what a person would read inside it, without links and buttons
	Links   string // the texts of the links inside it
}

// How a form encodes what it sends (HTML, enctype).
const (
	EncURL       = "application/x-www-form-urlencoded"
	EncMultipart = "multipart/form-data"
	EncText      = "text/plain"
)

// A Field is something to fill in, or a hidden value that travels along.
type Field struct {
	Index        int    // its place in Page.Fields
	Order        int    // its place among all fields and buttons
	Form         int    // index in Page.Forms, or NoForm
	Tag          string // "input", "select", "textarea"
	Type         string // lower case; "text" when the page names none that exists
	Name         string
	ID           string
	Class        string
	Autocomplete string // lower case
	InputMode    string // lower case
	Pattern      string
	MaxLength    int // 0 when the page sets none
	Size         int // 0 when the page sets none
	Label        string
	Near         string // the text right before it, for pages that lay out without labels
	Placeholder  string
	Title        string
	Picture      string   // names of a picture beside it, as the page's author chose them
	Value        string   // what is in it now: never show it
	Options      []Option // of a select, the first of them
	Checked      bool     // a box that is ticked, a select with something selected
	Disabled     bool
	ReadOnly     bool
	Required     bool
	Visible      bool // of a radio button: it, or its label, which people press instead
	Modal        bool // inside a dialog that lies over the rest of the page
	Decoy        bool // kept from people by more than a style: a trap or a dummy
	Place        Place
}

// An Option is what a select offers.
type Option struct{ Value, Label string }

// A Button submits a form, or does what its script says.
type Button struct {
	Index    int
	Order    int    // its place among all fields and buttons
	Form     int    // index in Page.Forms, or NoForm
	Type     string // "submit", "button", "image", "reset"
	Name     string
	ID       string
	Class    string
	Value    string
	Label    string
	Action   *url.URL // formaction, or nil
	Method   string   // formmethod, or ""
	Enc      string   // formenctype, or ""
	Disabled bool
	Visible  bool
	Place    Place
}

// Submits reports whether pressing b sends its form.
func (b Button) Submits() bool { return b.Type == "submit" || b.Type == "image" }

// Action is where a form is sent when a button is pressed, or -1 for none: the
// button's own address, or else the form's; nil for what stands outside of forms.
func (p Page) Action(form, button int) *url.URL {
	if form < 0 || form >= len(p.Forms) {
		return nil
	}
	if button >= 0 && button < len(p.Buttons) && p.Buttons[button].Action != nil {
		return p.Buttons[button].Action
	}
	return p.Forms[form].Action
}

// A Link is an anchor with an address.
type Link struct {
	URL  *url.URL
	Text string
	Form int // the form that it stands in, or NoForm
}

// A Frame is a visible document inside the page that has not been read with it.
type Frame struct {
	URL  *url.URL // nil when a script is to fill it
	Name string
	ID   string
}

// A Widget is a robots' gate that somebody else's script puts into a page.
type Widget struct {
	Name string // "recaptcha", "hcaptcha", "turnstile", "captcha"
	Form int    // the form that it guards, or NoForm
}

// Fillable reports whether a person could type into f.
func (f Field) Fillable() bool { return f.Visible && f.typeable() }

// typeable is Fillable whether or not f can be seen. A field that is read-only and
// empty counts: pages make it so to keep browsers from filling it in, and undo it
// by script once somebody clicks.
func (f Field) typeable() bool {
	if f.Disabled || f.ReadOnly && f.Value != "" || f.Tag == "select" {
		return false
	}
	switch f.Type {
	case "text", "password", "email", "tel", "number", "url", "search":
		return true
	}
	return false
}
