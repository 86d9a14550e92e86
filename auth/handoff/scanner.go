package handoff

import "slices"

// A Scanner is one consumer of logins. Adding one is one new file with its type, and
// a line in the registry.
type Scanner interface {
	// Name is what --for takes.
	Name() string
	// Title is its name for people.
	Title() string
	// Variants are the ways to hand a login to it, the one to prefer first.
	Variants() []Variant

	// refuse gives the reasons, whole sentences, why a variant cannot express the
	// login. What holds for all scanners has been looked at before.
	refuse(variant string, v *view) []string
	// write makes the variant's files and texts.
	write(variant string, v *view) (draft, error)
}

// A Variant is one way to hand a login to a scanner.
type Variant struct {
	Name  string
	Title string
	// SignsIn reports that the scanner signs in by itself, again and again.
	SignsIn bool
	// FromBroker says that it takes its codes from "gatepass serve".
	FromBroker bool
	// Session says when the files hold the session, so that somebody has to sign in.
	Session Carry
	// Secrets says when the files hold the password or the seed.
	Secrets Carry
}

// Carry says when something secret is in a file.
type Carry string

// When something is in a file.
const (
	Never  Carry = ""
	Inline Carry = "inline" // if the caller asks for secrets in the file
	Always Carry = "always" // it cannot be written without
)

// holds reports whether it is in the file.
func (c Carry) holds(inline bool) bool { return c == Always || c == Inline && inline }

// registry lists every scanner, in the order in which they are shown.
func registry() []Scanner {
	return []Scanner{
		invicti{}, acunetix{}, zap{}, burp{}, stackhawk{}, nuclei{}, gitlab{}, appscan{}, wapiti{},
		playwright{}, cookiesTxt{}, header{}, curl{}, selenium{}, chromeRecorder{},
	}
}

// Scanners lists every scanner, in the order in which they are shown.
func Scanners() []Scanner { return registry() }

// Names lists what --for takes.
func Names() []string {
	var names []string
	for _, s := range registry() {
		names = append(names, s.Name())
	}
	return names
}

// Find gives a scanner by name; ErrNoScanner with a suggestion.
func Find(name string) (Scanner, error) {
	all := registry()
	if i := slices.IndexFunc(all, func(s Scanner) bool { return s.Name() == name }); i >= 0 {
		return all[i], nil
	}
	return nil, unknown(ErrNoScanner, name, Names())
}

// variant finds a variant of a scanner by name.
func variant(s Scanner, name string) (Variant, error) {
	var names []string
	for _, v := range s.Variants() {
		if v.Name == name {
			return v, nil
		}
		names = append(names, v.Name)
	}
	return Variant{}, unknown(ErrNoVariant, name, names)
}

// A draft is what a scanner's writer makes; [Make] turns it into an Output.
type draft struct {
	files  []draftFile
	steps  []Step
	run    []string
	check  []string
	silent []string
	notes  []string
	wants  []Variable
}

type draftFile struct {
	suffix string // what follows the base name, ".zap.yaml"
	text   string
}
