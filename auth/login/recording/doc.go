// Package recording reads logins that somebody recorded in a browser, as the Recorder
// of Chrome's DevTools exports them (JSON, a UserFlow of @puppeteer/replay).
//
// Such a file holds the password as it was typed. Import puts roles in place of what
// was typed, leaves out what a login does not need (addresses' queries, titles, what
// windows looked like), and searches the outcome for every typed value before it gives
// it away. Steps that run code are refused: a recording may come from somebody else.
package recording

import (
	"encoding/json"
	"errors"
	"fmt"
)

// How large a recording may be.
const (
	MaxBytes = 2 << 20
	maxSteps = 500
)

// ErrNotRecording says that a file is no recording of this kind.
var ErrNotRecording = errors.New("this is no recording of Chrome's Recorder")

// A StepError says what is wrong with one step. It never repeats what was typed.
type StepError struct {
	Number  int    // counted from one
	Type    string // what the file calls the step; "" if it is nothing that is known
	Problem string // a clause: "it runs code"
}

func (e *StepError) Error() string {
	if e.Type == "" {
		return fmt.Sprintf("step %d: %s", e.Number, e.Problem)
	}
	return fmt.Sprintf("step %d (%s): %s", e.Number, e.Type, e.Problem)
}

// flow is the file.
type flow struct {
	Title string `json:"title"`
	Steps []step `json:"steps"`
}

// step is one step of the file, as far as it matters here.
type step struct {
	Type      string          `json:"type"`
	URL       string          `json:"url,omitempty"`
	Selectors []way           `json:"selectors,omitempty"`
	Value     *string         `json:"value,omitempty"`
	Key       string          `json:"key,omitempty"`
	Frame     []int           `json:"frame,omitempty"`
	Target    string          `json:"target,omitempty"`
	OffsetX   *float64        `json:"offsetX,omitempty"`
	OffsetY   *float64        `json:"offsetY,omitempty"`
	Asserted  []assertedEvent `json:"assertedEvents,omitempty"`

	number int
}

type assertedEvent struct {
	Type string `json:"type"`
}

// way is one way to find an element: a selector, or parts that lead through shadow
// roots. The file may have either.
type way []string

func (w *way) UnmarshalJSON(b []byte) error {
	var one string
	if err := json.Unmarshal(b, &one); err == nil {
		*w = way{one}
		return nil
	}
	var parts []string
	if err := json.Unmarshal(b, &parts); err != nil {
		return errors.New("a selector is neither a text nor a list of texts")
	}
	*w = parts
	return nil
}

// leads reports whether the step was seen to go to another page.
func (s step) leads() bool {
	for _, e := range s.Asserted {
		if e.Type == "navigation" {
			return true
		}
	}
	return false
}

// framed reports whether the step's element stood in a frame.
func (s step) framed() bool { return len(s.Frame) > 0 || s.Target != "" && s.Target != "main" }

// fails makes a StepError.
func (s step) fails(problem string, args ...any) error {
	return &StepError{Number: s.number, Type: knownType(s.Type), Problem: fmt.Sprintf(problem, args...)}
}

// decode reads the file. Its errors say where, never what.
func decode(raw []byte) (flow, error) {
	var f flow
	if len(raw) > MaxBytes {
		return f, fmt.Errorf("%w: it is larger than %d MB", ErrNotRecording, MaxBytes>>20)
	}
	if err := json.Unmarshal(raw, &f); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return f, fmt.Errorf("%w: it is no JSON (at byte %d)", ErrNotRecording, syntax.Offset)
		}
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return f, fmt.Errorf("%w: %s is not what it should be (at byte %d)", ErrNotRecording, field(kind.Field), kind.Offset)
		}
		return f, fmt.Errorf("%w: %w", ErrNotRecording, err)
	}
	if len(f.Steps) == 0 {
		return f, fmt.Errorf("%w: it has no steps", ErrNotRecording)
	}
	if len(f.Steps) > maxSteps {
		return f, fmt.Errorf("%w: it has more than %d steps", ErrNotRecording, maxSteps)
	}
	for i := range f.Steps {
		f.Steps[i].number = i + 1
	}
	return f, nil
}

// field names a place in the file, if it is one that we know.
func field(name string) string {
	switch name {
	case "":
		return "the file"
	case "title", "steps", "steps.type", "steps.url", "steps.selectors", "steps.value", "steps.key", "steps.frame", "steps.target", "steps.assertedEvents":
		return name
	}
	return "a value"
}
