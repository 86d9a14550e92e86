package login

// A Trail is the way that a login took, in the order of its acts, so that it can be
// described to a scanner. There are no values in it.
type Trail []Act

// An ActKind says what was done.
type ActKind string

// The acts.
const (
	ActOpen   ActKind = "open"   // an address was gone to
	ActFill   ActKind = "fill"   // a value was typed
	ActSubmit ActKind = "submit" // a form was sent, or a button pressed
	ActWait   ActKind = "wait"   // somebody else had to act
)

// An Act is one thing that was done on a page.
type Act struct {
	Do    ActKind
	Page  string // scheme, host and path of the page
	Frame string // the same of the frame that it happened in; "" in the page itself
	Kind  Kind   // what the page was taken for
	// Role is what was typed, with ActFill.
	Role Role
	// Boxes is over how many fields a code was spread; 0 or 1 for one field.
	Boxes int
	// At says how to find the field, or the button, in ways of decreasing
	// faithfulness. It is empty when Enter sent the form.
	At Selectors
	// Shadow reports that it stands inside a shadow root, where a plain selector
	// does not reach.
	Shadow bool
}

// Selectors are ways to find one element. Each that is not "" found it, and it
// alone, on the page that the verification passed.
type Selectors struct {
	ID    string // the id attribute
	Name  string // the name attribute
	CSS   string // a CSS selector
	XPath string
	Text  string // what stands on a button or link
}
