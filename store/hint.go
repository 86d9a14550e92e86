package store

import "slices"

// Hinter is an error that knows what the user can do about it.
type Hinter interface {
	error
	// Hints gives whole sentences, each a next step; a command to run stands
	// alone after a colon.
	Hints() []string
}

type hinted struct {
	error
	hints []string
}

func (h hinted) Unwrap() error   { return h.error }
func (h hinted) Hints() []string { return h.hints }

// WithHint attaches next steps to err. A nil err stays nil.
func WithHint(err error, hints ...string) error {
	if err == nil {
		return nil
	}
	return hinted{err, hints}
}

// Hints gives the next steps attached anywhere in err, outermost first and each
// once. Joined errors are walked in order.
func Hints(err error) []string {
	var all []string
	walk(err, func(e error) {
		h, ok := e.(Hinter)
		if !ok {
			return
		}
		for _, hint := range h.Hints() {
			if !slices.Contains(all, hint) {
				all = append(all, hint)
			}
		}
	})
	return all
}

// walk visits err and everything that it wraps, parents first.
func walk(err error, visit func(error)) {
	if err == nil {
		return
	}
	visit(err)
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		walk(e.Unwrap(), visit)
	case interface{ Unwrap() []error }:
		for _, child := range e.Unwrap() {
			walk(child, visit)
		}
	}
}
