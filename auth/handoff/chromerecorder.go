package handoff

import (
	"strings"

	"gatepass/auth/login"
)

// chromeRecorder is the flow of Chrome's DevTools Recorder, which @puppeteer/replay
// runs and Bright takes.
type chromeRecorder struct{}

func (chromeRecorder) Name() string  { return "chrome-recorder" }
func (chromeRecorder) Title() string { return "Chrome DevTools Recorder" }

func (chromeRecorder) Variants() []Variant {
	return []Variant{{Name: "recording", Title: "a flow with the password in it", SignsIn: true, Secrets: Always}}
}

func (chromeRecorder) refuse(_ string, v *view) []string {
	return recordable(v, "what replays it")
}

type (
	flow struct {
		Title string     `json:"title"`
		Steps []flowStep `json:"steps"`
	}
	flowStep struct {
		Type           string      `json:"type"`
		URL            string      `json:"url,omitempty"`
		Value          string      `json:"value,omitempty"`
		Key            string      `json:"key,omitempty"`
		Selectors      [][]string  `json:"selectors,omitempty"`
		Target         string      `json:"target,omitempty"`
		OffsetX        int         `json:"offsetX,omitempty"`
		OffsetY        int         `json:"offsetY,omitempty"`
		AssertedEvents []flowEvent `json:"assertedEvents,omitempty"`
	}
	flowEvent struct {
		Type string `json:"type"`
		URL  string `json:"url"`
	}
)

func (chromeRecorder) write(_ string, v *view) (draft, error) {
	f := flow{Title: v.in.Target.Name + " login"}
	if v.in.unproven() {
		f.Title += " (UNPROVEN)"
	}
	f.Steps = append(f.Steps, flowStep{Type: "navigate", URL: v.loginURL(), AssertedEvents: []flowEvent{{"navigation", v.loginURL()}}})
	for _, act := range v.way.acts() {
		switch {
		case act.Do == login.ActSubmit && none(act.At):
			f.Steps = append(f.Steps, flowStep{Type: "keyDown", Key: "Enter", Target: "main"}, flowStep{Type: "keyUp", Key: "Enter", Target: "main"})
		case act.Do == login.ActSubmit:
			f.Steps = append(f.Steps, flowStep{Type: "click", Target: "main", Selectors: flowSelectors(act.At), OffsetX: 1, OffsetY: 1})
		default:
			f.Steps = append(f.Steps, flowStep{Type: "change", Target: "main", Selectors: flowSelectors(act.At), Value: v.typed(act.Role)})
		}
	}
	text, err := toJSON(f)
	if err != nil {
		return draft{}, err
	}
	return draft{
		files: []draftFile{{".recorder.json", text}},
		steps: scopeSteps(v),
		run:   []string{"Import it in Chrome's Recorder panel, or: npx @puppeteer/replay " + shell(v.base+".recorder.json")},
		check: v.see(),
		silent: []string{
			"A replay ends well when its last click did; whether anybody is signed in it does not know.",
			"From an address that is not exempt the login stops at the second factor.",
		},
	}, nil
}

// flowSelectors lists every way to find an element; the first that works is taken.
func flowSelectors(s login.Selectors) [][]string {
	var all [][]string
	if css := byCSS(s); css != "" {
		all = append(all, []string{css})
	}
	if x := byXPath(s); x != "" {
		all = append(all, []string{"xpath/" + strings.TrimPrefix(x, "xpath/")})
	}
	if s.Text != "" {
		all = append(all, []string{"text/" + s.Text})
	}
	return all
}
