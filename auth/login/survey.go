package login

import (
	"regexp"
	"strconv"
	"strings"

	"gatepass/store"
)

// A Survey is an Inspection with what somebody needs to drive the login elsewhere:
// which field is what, how to find it, who asks, and which routes fit.
type Survey struct {
	Inspection
	Fields   []SurveyField
	Submit   string // a CSS selector of the button, or ""
	Provider string // "duo", "entra", "okta", "keycloak", "auth0", "google", or "" when not known
	Driver   string // what can go through this page: "http" or "browser"
	Routes   []RouteFit
}

// A SurveyField is a field of the login.
type SurveyField struct {
	Role     Role
	Selector string // CSS; "" when the page gives nothing to find it by
	Name     string
	ID       string
	Index    int // its place among the page's fields, from 0
}

// A RouteFit says how well a route goes with what the page shows. A page before the
// password says little: the second factor is asked for behind it.
type RouteFit struct {
	Route store.Route
	Fit   string // "fits", "possible", "unlikely"
	Why   string // a whole sentence
}

// SurveyPage surveys a page that was read already, such as a saved file.
func SurveyPage(p Page) Survey {
	step := Decide(p, Memory{})
	r := step.Reading
	s := Survey{
		Inspection: Inspection{
			URL: Bare(p.URL), Status: p.Status, Title: p.Title, Kind: r.Kind,
			Username: r.Username >= 0, Password: r.Password >= 0, OTP: len(r.Code) > 0,
		},
		Provider: knownProvider(p), Driver: "http",
	}
	if step.Do == DoStop {
		stop := diagnose(step.Stop, "%s", (&run{page: p}).seen(step))
		s.Diagnosis = &stop
		if step.Stop == NeedsBrowser || step.Stop == PasskeyOnly {
			s.Driver = "browser"
		}
	}
	if s.Provider == "duo" {
		s.Driver = "browser" // its prompt is drawn by scripts
	}
	add := func(role Role, i int) {
		f := p.Fields[i]
		s.Fields = append(s.Fields, SurveyField{Role: role, Selector: f.Place.CSS, Name: f.Name, ID: f.ID, Index: i})
	}
	if r.Username >= 0 {
		add(RoleUsername, r.Username)
	}
	if r.Password >= 0 {
		add(RolePassword, r.Password)
	}
	code := RoleCode
	if r.Joined && r.Password < 0 {
		code = RolePINCode
	}
	for _, i := range r.Code {
		add(code, i)
	}
	for _, other := range othersOf(p, r) {
		add(other.Role, other.Index)
	}
	if r.Button >= 0 {
		s.Submit = p.Buttons[r.Button].Place.CSS
	}
	if s.Driver == "http" && r.needsScript(p) {
		s.Driver = "browser"
	}
	for _, f := range s.Fields {
		if at := p.Fields[f.Index].Place; at.Shadow || at.Frame != nil {
			s.Notes = append(s.Notes, aboutPlace(at))
			break
		}
	}
	if r.Joined {
		s.Notes = append(s.Notes, aboutJoined(r))
	}
	s.Routes = routeFits(r, s.Provider)
	return s
}

// othersOf lists the fields for a code that no seed gives.
func othersOf(p Page, r Reading) []SurveyField {
	if r.Kind != KindOtherCode && r.Kind != KindBackupCode {
		return nil
	}
	v := newView(p)
	var fields []int
	for _, i := range v.form(r.Form).usable {
		switch v.role[i] {
		case RoleSMSCode, RoleMailCode, RoleBackupCode:
			fields = append(fields, i)
		}
	}
	var all []SurveyField
	for _, i := range v.oneCode(fields) {
		all = append(all, SurveyField{Role: v.role[i], Index: i})
	}
	return all
}

// aboutPlace says where selectors do not reach by themselves.
func aboutPlace(at Place) string {
	if at.Frame != nil {
		return "The login stands in a frame, " + Bare(at.Frame) + ": the selectors hold inside it."
	}
	return "The login stands in a shadow root: the selectors hold inside it."
}

// aboutJoined says what it means that one field takes two things.
func aboutJoined(r Reading) string {
	if r.Password >= 0 {
		return "The page says that the code is typed into the password's field, behind the password; gatepass types the password alone there."
	}
	return "The page says that a PIN is typed into the code's field before the code; gatepass does not type a code alone there, because it would be wrong."
}

// plainID is an id that needs no escaping in a selector.
var plainID = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// PlainID reports whether an id needs no escaping in a selector.
func PlainID(id string) bool { return plainID.MatchString(id) }

// selector finds an element by its id, else by its name.
func selector(tag, id, name string) string {
	switch {
	case plainID.MatchString(id):
		return "#" + id
	case id != "" && !strings.ContainsAny(id, "\"\\\n"):
		return "[id=" + strconv.Quote(id) + "]"
	case name != "" && !strings.ContainsAny(name, "\"\\\n"):
		return tag + "[name=" + strconv.Quote(name) + "]"
	}
	return ""
}

// routeFits ranks the routes by what the page shows.
func routeFits(r Reading, provider string) []RouteFit {
	behind := "The second factor, if there is one, is asked for behind this page."
	fits := []RouteFit{
		{store.RouteOTP, "possible", behind + " If it takes codes from an authenticator, this route needs nobody at each login."},
		{store.RouteExemption, "possible", "A policy can let the scanner's address or account in without asking; an administrator must set it."},
		{store.RouteBypassCode, "unlikely", "Bypass codes are Duo's; nothing here says that Duo asks."},
		{store.RouteTrustedDevice, "unlikely", behind},
		{store.RoutePush, "unlikely", "A person would have to approve every login."},
	}
	switch {
	case len(r.Code) > 0:
		fits[0] = RouteFit{store.RouteOTP, "fits", "The page asks for a one-time code."}
	case r.Kind == KindOtherCode:
		fits[0] = RouteFit{store.RouteOTP, "unlikely", "The page wants a code that was sent by SMS or e-mail."}
	case r.Kind == KindWaiting || r.Kind == KindMethods:
		fits[0].Why = "The prompt offers several ways; a code fits if one of them takes it."
		fits[4] = RouteFit{store.RoutePush, "possible", "The prompt asks a person, at every login."}
	}
	if provider == "duo" {
		fits[2] = RouteFit{store.RouteBypassCode, "possible", "Duo takes bypass codes where its policy allows them; an administrator issues them."}
		fits[3] = RouteFit{store.RouteTrustedDevice, "possible", "Duo can remember a browser where its policy allows it."}
		fits[4] = RouteFit{store.RoutePush, "possible", "Duo asks a person, at every login."}
	}
	return fits
}
