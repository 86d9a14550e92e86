package handoff

import (
	"fmt"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// burp is Burp Suite: the DAST edition takes recorded logins and ready sessions.
type burp struct{}

func (burp) Name() string  { return "burp" }
func (burp) Title() string { return "Burp Suite DAST" }

func (burp) Variants() []Variant {
	return []Variant{
		{Name: "session", Title: "a CI configuration with the cookies or the header of a ready session", Session: Always},
		{Name: "recording", Title: "a recorded login; Burp asks for the seed where it finds six typed digits", SignsIn: true, Secrets: Always},
	}
}

func (burp) refuse(variant string, v *view) []string {
	if variant == "session" {
		return nil
	}
	reasons := seedReasons("burp", v.in.Key)
	if v.way.username == nil || v.way.password == nil {
		reasons = append(reasons, "There is no login that passed to take the steps from.")
	}
	if v.in.Proven != nil && v.otp() && v.way.code == nil {
		reasons = append(reasons, v.noCodeSeen())
	}
	for _, act := range v.way.acts() {
		if !none(act.At) && byXPath(act.At) == "" {
			reasons = append(reasons, "The "+what(act)+" has no XPath, and a recording needs one.")
		}
	}
	return append(reasons, unreachable(v, byItself)...)
}

func (b burp) write(variant string, v *view) (draft, error) {
	if variant == "session" {
		return b.session(v)
	}
	return b.recording(v)
}

type (
	burpConfig struct {
		HeadersCookies burpHeadersCookies `yaml:"headersCookiesConfig"`
	}
	burpHeadersCookies struct {
		Cookies []burpPair `yaml:"cookies,omitempty"`
		Headers []burpPair `yaml:"headers,omitempty"`
	}
	burpPair struct {
		Name        string `yaml:"name"`
		Value       string `yaml:"value"`
		ScopePrefix string `yaml:"scopePrefix"`
	}
)

func (burp) session(v *view) (draft, error) {
	if err := v.needsHeaders("Burp's configuration"); err != nil {
		return draft{}, err
	}
	var c burpConfig
	for _, origin := range v.scope {
		if v.bearer != "" {
			c.HeadersCookies.Headers = append(c.HeadersCookies.Headers, burpPair{"Authorization", v.bearer, origin})
		}
		for _, cookie := range v.cookiesFor(origin) {
			c.HeadersCookies.Cookies = append(c.HeadersCookies.Cookies, burpPair{cookie.Name, cookie.Value.Reveal(), origin})
		}
	}
	d := draft{
		run:   []string{"Give the file to the CI-driven scan as its configuration, beside the scan's own settings. The variables BURP_HEADERS_COOKIES_CONFIG_COOKIES and BURP_RECORDED_LOGINS take the same things from a pipeline."},
		check: v.see(),
		silent: []string{
			"A login that fails is a line in Burp's event log; the scan runs on signed out.",
			"When the session ends nothing signs in again. Watch it: gatepass watch " + shell(v.in.Target.Name),
		},
	}
	d.steps = scopeSteps(v)
	text, err := toYAML(append(v.head("Burp Suite's CI-driven scan"), v.ends()), c, tail(d))
	d.files = []draftFile{{".burp.yaml", text}}
	return d, err
}

// scopeSteps says what the configuration has no keys for here.
func scopeSteps(v *view) []Step {
	var steps []Step
	for _, address := range v.logout {
		steps = append(steps, Step{Do: "Scope, excluded prefixes: add", Value: address})
	}
	for _, host := range v.outside {
		steps = append(steps, Step{Do: "Leave out of the scope this host, which only the login meets", Value: host})
	}
	return steps
}

// The events of Burp's recorder, a type a kind: each has the fields of its own that
// the recorder writes, empty ones as well.
type (
	burpStart struct {
		Name      string `json:"name"`
		Version   string `json:"version"`
		EventType string `json:"eventType"`
	}
	burpMoment struct {
		Date      string `json:"date"`
		Timestamp int64  `json:"timestamp"` // milliseconds
		EventType string `json:"eventType"`
	}
	burpGoto struct {
		burpMoment
		URL                string `json:"url"`
		TriggersNavigation bool   `json:"triggersNavigation"`
		FromAddressBar     bool   `json:"fromAddressBar"`
	}
	burpOnElement struct {
		burpMoment
		Placeholder              string `json:"placeholder"`
		TagName                  string `json:"tagName"`
		TagNodeIndex             int    `json:"tagNodeIndex"`
		ClassName                string `json:"className"`
		Name                     string `json:"name"`
		ID                       string `json:"id"`
		TextContent              string `json:"textContent"`
		InnerHTML                string `json:"innerHTML"`
		Value                    string `json:"value"`
		ElementType              string `json:"elementType"`
		XPath                    string `json:"xPath"`
		TriggersNavigation       bool   `json:"triggersNavigation"`
		TriggersWithinNavigation bool   `json:"triggersWithinDocumentNavigation"`
		TypedValue               string `json:"typedValue,omitempty"`
	}
	burpKeyboard struct {
		burpMoment
		Key                  string `json:"key"`
		CharCode             int    `json:"charCode"`
		ShiftKey             bool   `json:"shiftKey"`
		CtrlKey              bool   `json:"ctrlKey"`
		AltKey               bool   `json:"altKey"`
		CausesFormSubmission bool   `json:"causesFormSubmission"`
		TriggersNavigation   bool   `json:"triggersNavigation"`
	}
)

// burntCode stands where the code was typed: six digits by which Burp recognises the
// step. It is no code of the account.
const burntCode = "000000"

func (burp) recording(v *view) (draft, error) {
	began := v.in.Options.Now
	if v.in.Proven != nil {
		began = v.in.Proven.At
	}
	r := burpClock{at: began.UTC()}
	events := []any{
		burpStart{"Burp Suite Navigation Recorder", "1.3.5", "start"},
		burpGoto{r.moment("goto"), v.loginURL(), true, true},
	}
	for _, act := range v.way.acts() {
		switch {
		case act.Do == login.ActFill:
			typing := onElement(r.moment("typing"), act)
			typing.TypedValue = v.typed(act.Role)
			events = append(events, typing)
		case none(act.At):
			events = append(events, burpKeyboard{burpMoment: r.moment("keyboard"), Key: "Enter", CausesFormSubmission: true, TriggersNavigation: true})
		default:
			click := onElement(r.moment("click"), act)
			click.TriggersNavigation = true
			events = append(events, click)
		}
	}
	text, err := toJSON(events)
	if err != nil {
		return draft{}, err
	}
	d := draft{files: []draftFile{{".burp-recording.json", text}}}
	d.steps = append(d.steps, Step{Do: "Site, Recorded logins: paste the file"})
	if k := v.in.Key; v.otp() && k != nil {
		d.steps = append(d.steps,
			Step{Do: "At \"TOTP detected\": Secret", Secret: v.in.Options.Inline.Seed},
			Step{Do: "Algorithm", Value: string(k.Algorithm)},
			Step{Do: "Period", Value: fmt.Sprint(int(k.Period.Seconds()))},
			Step{Do: "Digits", Value: fmt.Sprint(k.Digits)})
	}
	d.steps = append(d.steps,
		Step{Do: "Status check (needed for a TOTP login), URL", Value: v.proofURL()},
		Step{Do: "Status check, text that confirms it", Value: v.proof().Text})
	d.steps = append(d.steps, scopeSteps(v)...)
	d.run = []string{"Run the pre-scan check, then the scan."}
	d.check = append([]string{"The pre-scan check replays the login with a picture of each step and the answer to the status check."}, v.see()...)
	d.silent = []string{
		"A login that fails is a line in the event log; the scan runs on signed out.",
		"Without the status check Burp does not know whether it is signed in.",
	}
	return d, nil
}

// typed is what is typed into a field.
func (v *view) typed(r login.Role) string {
	switch r {
	case login.RoleUsername:
		return v.in.Target.Username
	case login.RolePassword:
		return v.password()
	}
	return burntCode
}

// A burpClock spaces the events two seconds apart.
type burpClock struct{ at time.Time }

func (c *burpClock) moment(kind string) burpMoment {
	c.at = c.at.Add(2 * time.Second)
	return burpMoment{c.at.Format("2006-01-02T15:04:05.000Z"), c.at.UnixMilli(), kind}
}

func onElement(at burpMoment, act *login.Act) burpOnElement {
	e := burpOnElement{burpMoment: at, Name: act.At.Name, ID: act.At.ID, XPath: byXPath(act.At), TextContent: act.At.Text, TagName: "INPUT", ElementType: "text"}
	switch {
	case act.Do == login.ActSubmit:
		e.TagName, e.ElementType = "BUTTON", "submit"
	case act.Role == login.RolePassword:
		e.ElementType = "password"
	}
	return e
}

func secret(text string) store.Secret { return store.NewSecret(text) }
