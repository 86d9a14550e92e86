package login

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// tape is a recording under way: which step comes next, and why it was left.
type tape struct {
	steps []Recorded
	at    int
	left  string // why the recording was left, in words for people; "" if it was not
}

// newTape makes ready a recording for a login that begins at an address. To go there
// first is what every login does.
func newTape(r *Recording, start string) *tape {
	if r == nil || len(r.Steps) == 0 {
		return nil
	}
	t := &tape{steps: r.Steps}
	if first := t.steps[0]; first.Do == RecordedOpen {
		if u, err := url.Parse(start); err == nil && Bare(u) == Bare(first.URL) && u.Fragment == first.URL.Fragment {
			t.at = 1
		}
	}
	return t
}

// over reports whether nothing is left of it.
func (t *tape) over() bool { return t == nil || t.left != "" || t.at >= len(t.steps) }

// A stretch is the part of a recording that is done on one page: some fields, and
// what sends them. It is done in one go, as the engine does what it decided itself.
type stretch struct {
	fills  []fill
	button int      // what is pressed at the end, or -1
	link   int      // likewise
	enter  bool     // Enter is pressed at the end
	open   *url.URL // what is gone to instead
	end    int      // the step after it
	boxes  []int    // fields that are clicked and not typed into: they stay as they are
}

type fill struct {
	step  Recorded
	field int
}

// acts reports whether there is anything to do in it.
func (s stretch) acts() bool {
	return len(s.fills) > 0 || s.button >= 0 || s.link >= 0 || s.open != nil
}

// misfit says which step a page does not fit, and why.
type misfit struct {
	step Recorded
	why  string
}

func (m *misfit) String() string {
	return fmt.Sprintf("the recording no longer fits at step %d: %s", m.step.Number, m.why)
}

// next finds the part of the recording that is to be done on the page in front. A
// stretch that does nothing means that the recording is through.
func (t *tape) next(f *finder) (stretch, *misfit) {
	s := stretch{button: -1, link: -1}
	for i := t.at; i < len(t.steps); i++ {
		step := t.steps[i]
		s.end = i
		switch step.Do {
		case RecordedOpen:
			if len(s.fills) == 0 {
				s.open, s.end = step.URL, i+1
			}
			return s, nil
		case RecordedEnter:
			if len(s.fills) > 0 {
				s.enter, s.end = true, i+1
				return s, nil
			}
		case RecordedFill:
			at, why := f.fieldFor(step)
			switch {
			case why == "":
				s.fills = append(s.fills, fill{step, at})
				if step.Leads {
					s.end = i + 1
					return s, nil
				}
			case s.onlyCode(): // such a form goes on by itself, and this comes on the next page
				return s, nil
			default:
				return s, &misfit{step, why}
			}
		case RecordedPress:
			at, found := f.spotOf(step)
			switch {
			case !found && len(s.fills) > 0:
				return s, nil
			case !found:
				if i = t.resume(f, i); i < 0 {
					return s, &misfit{step, "nothing on the page is " + calledBy(step)}
				}
				i--
			case at.button >= 0 && t.idle(f, at.button, i, s.fills):
			case at.button >= 0 || at.link >= 0:
				s.button, s.link, s.end = at.button, at.link, i+1
				return s, nil
			case at.field >= 0 && !f.page.Fields[at.field].typeable():
				s.boxes = append(s.boxes, at.field)
			}
		}
	}
	s.end = len(t.steps)
	return s, nil
}

// onlyCode reports whether a stretch types a code and nothing else.
func (s stretch) onlyCode() bool {
	roles := s.roles()
	return len(roles) == 1 && roles[0] == RoleCode
}

// resume looks for the next step that fits where one has nothing to press: banners
// and the like are not there every time. -1 if there is none close by.
func (t *tape) resume(f *finder, from int) int {
	for i := from + 1; i < len(t.steps) && i <= from+5; i++ {
		switch step := t.steps[i]; step.Do {
		case RecordedFill:
			if _, why := f.fieldFor(step); why == "" {
				return i
			}
			return -1
		case RecordedPress:
			if at, found := f.spotOf(step); found && at != nowhere {
				return i
			}
		case RecordedOpen:
			return -1
		}
	}
	return -1
}

// idle reports whether a button between two fields needs no press: it sends nothing,
// and what is typed next is there already, as with the eye that shows a password.
func (t *tape) idle(f *finder, button, at int, fills []fill) bool {
	if len(fills) == 0 || f.page.Buttons[button].Submits() || at+1 >= len(t.steps) || t.steps[at].Leads {
		return false
	}
	next := t.steps[at+1]
	if next.Do != RecordedFill {
		return false
	}
	_, why := f.fieldFor(next)
	return why == ""
}

// roles lists what a stretch types, each once.
func (s stretch) roles() []Role {
	var roles []Role
	for _, role := range []Role{RoleUsername, RolePassword, RoleCode} { // the code last: it must be fresh
		if slices.ContainsFunc(s.fills, func(f fill) bool { return f.step.Role == role }) {
			roles = append(roles, role)
		}
	}
	return roles
}

// calledBy names an element by its most readable selector.
func calledBy(step Recorded) string {
	for _, prefix := range []string{"aria/", "text/", ""} {
		for _, way := range step.Selectors {
			if last := way[len(way)-1]; strings.HasPrefix(last, prefix) {
				return Quote(strings.TrimPrefix(last, prefix))
			}
		}
	}
	return "what was recorded"
}

// pages is how many pages it may take beyond those of a login: recordings click more.
func (t *tape) pages() int {
	if t == nil {
		return 0
	}
	return min(len(t.steps), 40)
}
