package recording

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"gatepass/auth/login"
	"gatepass/store"
)

// Known is what is known of the target, by which what was typed is recognised.
type Known struct {
	Username string
	Password store.Secret // zero: not known
	// Roles says of steps, by their numbers, what they type: it comes before anything
	// that is found out. [Leave] has a step left out.
	Roles map[int]login.Role
}

// Leave is the role of what is not to be typed again.
const Leave login.Role = "leave"

// Imported is a recording that may be kept.
type Imported struct {
	// File is the recording with roles in place of what was typed.
	File []byte
	// Steps is how many steps are kept, and Fills which roles they type, each once.
	Steps int
	Fills []login.Role
	// Notes are whole sentences about what was left out or taken for something.
	Notes []string
}

// Import reads a recording and makes it fit to be kept. The errors are
// [ErrNotRecording] and [StepError].
func Import(raw []byte, known Known) (Imported, error) {
	f, err := decode(raw)
	if err != nil {
		return Imported{}, err
	}
	im := importer{known: known, boxes: boxesOf(f.Steps), left: map[string]int{}}
	im.roles = im.findRoles(f.Steps)
	im.typed = im.typedValues(f.Steps)
	var kept []step
	for i := range f.Steps {
		out, keep, err := im.step(f.Steps, i)
		if err != nil {
			return Imported{}, err
		}
		if keep {
			kept = append(kept, out)
		}
	}
	kept = im.lastChanges(kept)
	if len(im.fills) == 0 {
		return Imported{}, store.WithHint(fmt.Errorf("%w: it types neither a username nor a password nor a code", ErrNotRecording),
			"Record a whole login: start the Recorder on the login page, sign in, and stop it then.")
	}
	file, err := json.MarshalIndent(flow{Title: "login", Steps: kept}, "", "  ")
	if err != nil {
		return Imported{}, fmt.Errorf("write the recording: %w", err)
	}
	file = append(file, '\n')
	if found := im.typed.Names(string(file)); found != "" {
		return Imported{}, fmt.Errorf("%w: what was typed is still in it in another place", ErrNotRecording)
	}
	im.summary()
	return Imported{File: file, Steps: len(kept), Fills: im.fills, Notes: im.notes}, nil
}

type importer struct {
	known  Known
	typed  *login.Secrets
	boxes  map[int]int  // by index of a step: which character of a code it types, from one
	roles  map[int]part // by index of a step: what it types
	fills  []login.Role
	notes  []string
	left   map[string]int // by type: how many steps are left out
	opened int
}

// part is what a step types: a role's value, or one character of it.
type part struct {
	role login.Role
	box  int // which character, counted from one; 0 for the whole
}

// findRoles finds out what each step types.
func (im *importer) findRoles(steps []step) map[int]part {
	roles := map[int]part{}
	hadPassword := !im.known.Password.IsZero()
	for i, s := range steps {
		if s.Type == "change" && s.Value != nil && *s.Value != "" {
			roles[i] = im.roleOf(s, i, hadPassword)
			hadPassword = hadPassword || roles[i].role == login.RolePassword
		}
	}
	return roles
}

// typedValues collects everything that was typed, to look for it afterwards. The names
// of accounts are no secrets, and occur in addresses.
func (im *importer) typedValues(steps []step) *login.Secrets {
	all := &login.Secrets{}
	var run strings.Builder
	end := func() {
		all.Add(login.RoleCode, store.NewSecret(run.String()))
		run.Reset()
	}
	for i, s := range steps {
		switch {
		case s.Type == "change" && s.Value != nil:
			if len(*s.Value) == 1 {
				run.WriteString(*s.Value)
			} else if _, ok := placeholder(*s.Value); !ok && im.roles[i].role != login.RoleUsername {
				all.Add(login.RolePassword, store.NewSecret(*s.Value))
			}
		case s.Type == "keyDown" && printable(s.Key) != "":
			run.WriteString(printable(s.Key))
		case s.Type == "keyUp", s.Type == "keyDown", s.Type == "click":
		default:
			end()
		}
	}
	end()
	return all
}

// step makes one step fit to be kept.
func (im *importer) step(steps []step, i int) (out step, keep bool, err error) {
	s := steps[i]
	switch s.Type {
	case "navigate":
		return im.navigate(s)
	case "click", "doubleClick":
		if out, err = im.element(s); err != nil {
			return out, false, err
		}
		out.Type = "click"
		if s.OffsetX != nil && s.OffsetY != nil {
			out.OffsetX, out.OffsetY = s.OffsetX, s.OffsetY
		}
		return out, true, nil
	case "change":
		return im.change(steps, i)
	case "keyDown":
		switch {
		case s.Key == "Enter" || s.Key == "NumpadEnter":
			return step{Type: "keyDown", Key: "Enter", Asserted: navigation(s)}, true, nil
		case printable(s.Key) != "" && !retyped(steps, i):
			return out, false, s.fails("it types a single key, and no field says what the keys are for. Record it again, and fill in the field as a whole")
		}
		return out, false, nil
	case "keyUp", "setViewport", "close":
		return out, false, nil
	case "scroll", "hover", "waitForElement", "emulateNetworkConditions":
		im.left[s.Type]++
		return out, false, nil
	case "waitForExpression", "customStep", "evaluate":
		return out, false, s.fails("it runs code, and a recording may not")
	}
	return out, false, s.fails("steps of this kind are not known. Known are navigate, click, doubleClick, change, keyDown and keyUp; setViewport, scroll, hover, waitForElement, emulateNetworkConditions and close are left out")
}

// knownType is a step's type if it is one that we have a name for: an error must not
// repeat what somebody else wrote.
func knownType(s string) string {
	switch s {
	case "navigate", "click", "doubleClick", "change", "keyDown", "keyUp", "setViewport", "close", "scroll", "hover",
		"waitForElement", "emulateNetworkConditions", "waitForExpression", "customStep", "evaluate":
		return s
	}
	return ""
}

func navigation(s step) []assertedEvent {
	if s.leads() {
		return []assertedEvent{{Type: "navigation"}}
	}
	return nil
}

// navigate keeps where somebody went, without what is of that moment only.
func (im *importer) navigate(s step) (step, bool, error) {
	u, err := url.Parse(strings.TrimSpace(s.URL))
	switch {
	case err != nil:
		return step{}, false, s.fails("its address is not one")
	case u.Scheme != "http" && u.Scheme != "https":
		return step{}, false, nil // the browser's own pages
	case u.Host == "":
		return step{}, false, s.fails("its address is not one")
	case u.User != nil:
		return step{}, false, s.fails("its address has a name or a password in it")
	}
	if u.RawQuery != "" && im.opened > 0 {
		im.notes = append(im.notes, fmt.Sprintf("Step %d goes to an address with a query, which is not kept.", s.number))
	}
	im.opened++
	u.RawQuery, u.ForceQuery = "", false
	if strings.ContainsAny(u.Fragment, "=&?") || !strings.HasPrefix(u.Fragment, "/") && !strings.HasPrefix(u.Fragment, "!") {
		u.Fragment, u.RawFragment = "", ""
	}
	return step{Type: "navigate", URL: u.String(), Asserted: navigation(s)}, true, nil
}

// element keeps how an element is found, without the ways in which there is something
// that was typed.
func (im *importer) element(s step) (step, error) {
	out := step{Frame: s.Frame, Asserted: navigation(s)}
	if s.Target != "" && s.Target != "main" {
		u, err := url.Parse(s.Target)
		if err != nil || im.typed.In(login.Bare(u)) {
			return out, s.fails("the address of its frame is not one")
		}
		out.Target = login.Bare(u)
	}
	for _, w := range s.Selectors {
		whole := strings.Join(w, " ")
		if len(w) == 0 || slices.Contains(w, "") || len(whole) > 4<<10 || im.typed.In(whole) {
			continue
		}
		out.Selectors = append(out.Selectors, w)
	}
	if len(s.Selectors) == 0 {
		return out, s.fails("it does not say what element it is about")
	}
	if len(out.Selectors) == 0 {
		return out, s.fails("its element can only be found by what was typed")
	}
	return out, nil
}

// change keeps what a step types, as a role.
func (im *importer) change(steps []step, i int) (step, bool, error) {
	s := steps[i]
	if s.Value == nil {
		return step{}, false, s.fails("it does not say what it fills in")
	}
	if *s.Value == "" { // a field is emptied
		return step{}, false, nil
	}
	is := im.roles[i]
	switch is.role {
	case Leave:
		im.left[s.Type]++
		return step{}, false, nil
	case login.RoleUsername, login.RolePassword, login.RoleCode:
	case login.RoleNewPassword:
		return step{}, false, s.fails("it chooses a new password. A login is wanted, not a sign-up")
	case login.RoleCaptcha:
		return step{}, false, s.fails("it answers a question that keeps robots out, which a recording cannot")
	default:
		return step{}, false, store.WithHint(s.fails("nothing says what it types: it is neither the target's username nor its password, and no code. What it types is not kept"),
			fmt.Sprintf("Say what it is: --recording-role %d=username, password, code, or leave.", s.number))
	}
	out, err := im.element(s)
	if err != nil {
		return out, false, err
	}
	out.Type = "change"
	value := place(is)
	out.Value = &value
	if !slices.Contains(im.fills, is.role) {
		im.fills = append(im.fills, is.role)
	}
	return out, true, nil
}

// lastChanges keeps the last of several changes to one field in a row: the Recorder
// writes one whenever somebody stops typing.
func (im *importer) lastChanges(steps []step) []step {
	var out []step
	for _, s := range steps {
		if n := len(out); n > 0 && s.Type == "change" && out[n-1].Type == "change" && slices.EqualFunc(s.Selectors, out[n-1].Selectors, slices.Equal[way]) {
			out = out[:n-1]
		}
		out = append(out, s)
	}
	return out
}

// summary says in a note what was left out.
func (im *importer) summary() {
	var kinds []string
	for kind, n := range im.left {
		if kind == "change" {
			im.notes = append(im.notes, "What was to be left is not typed: the field stays as the page has it.")
			continue
		}
		kinds = append(kinds, fmt.Sprintf("%d × %s", n, kind))
	}
	if len(kinds) > 0 {
		slices.Sort(kinds)
		im.notes = append(im.notes, "Left out, because waiting and scrolling take care of themselves: "+strings.Join(kinds, ", ")+".")
	}
}
