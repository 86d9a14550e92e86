package handoff

import (
	"crypto/sha256"
	"fmt"
	"net/url"

	"gatepass/auth/login"
)

// selenium is a Selenium IDE project, as Qualys, Tenable and Wapiti take it. None of
// them can type a one-time code, so it is for logins that are not asked for one.
type selenium struct{}

func (selenium) Name() string  { return "selenium" }
func (selenium) Title() string { return "Selenium IDE (.side)" }

func (selenium) Variants() []Variant {
	return []Variant{
		{Name: "qualys", Title: "with Qualys' placeholders for name and password", SignsIn: true},
		{Name: "plain", Title: "with the password in it, for Tenable and Wapiti", SignsIn: true, Secrets: Always},
	}
}

func (selenium) refuse(_ string, v *view) []string {
	return recordable(v, "Qualys, Tenable and Wapiti")
}

// recordable says why a recording without codes cannot repeat the login.
func recordable(v *view, who string) []string {
	var reasons []string
	switch {
	case v.otp():
		reasons = append(reasons, "A code is asked for, and a recording can only type the same one again: "+who+" cannot give codes.")
	case v.way.code != nil:
		reasons = append(reasons, "The login that was proven was asked for a code.")
	}
	if v.way.username == nil || v.way.password == nil {
		return append(reasons, "There is no login that passed to take the steps from.")
	}
	return append(reasons, unreachable(v, byItself)...)
}

type (
	sideProject struct {
		ID      string      `json:"id"`
		Version string      `json:"version"`
		Name    string      `json:"name"`
		URL     string      `json:"url"`
		Tests   []sideTest  `json:"tests"`
		Suites  []sideSuite `json:"suites"`
		URLs    []string    `json:"urls"`
		Plugins []string    `json:"plugins"`
	}
	sideTest struct {
		ID       string        `json:"id"`
		Name     string        `json:"name"`
		Commands []sideCommand `json:"commands"`
	}
	sideCommand struct {
		ID      string     `json:"id"`
		Comment string     `json:"comment"`
		Command string     `json:"command"`
		Target  string     `json:"target"`
		Targets [][]string `json:"targets"`
		Value   string     `json:"value"`
	}
	sideSuite struct {
		ID             string   `json:"id"`
		Name           string   `json:"name"`
		PersistSession bool     `json:"persistSession"`
		Parallel       bool     `json:"parallel"`
		Timeout        int      `json:"timeout"` // seconds
		Tests          []string `json:"tests"`
	}
)

func (s selenium) write(variant string, v *view) (draft, error) {
	username, password := v.in.Target.Username, v.password()
	if variant == "qualys" {
		username, password = "@@authusername@@", "@@authpassword@@"
	}
	title := "login"
	if v.in.unproven() {
		title = "UNPROVEN login"
	}
	u, err := url.Parse(v.loginURL())
	if err != nil {
		return draft{}, fmt.Errorf("read the login's address: %w", err)
	}
	test := sideTest{ID: stableID(v, "test"), Name: title}
	add := func(command, target, value, comment string) {
		test.Commands = append(test.Commands, sideCommand{
			ID: stableID(v, fmt.Sprint("command ", len(test.Commands))), Command: command, Target: target,
			Targets: [][]string{}, Value: value, Comment: comment,
		})
	}
	add("open", u.RequestURI(), "", "")
	field := ""
	for _, act := range v.way.acts() {
		switch {
		case act.Do == login.ActSubmit && none(act.At):
			add("sendKeys", field, "${KEY_ENTER}", "")
		case act.Do == login.ActSubmit:
			add("click", sideTarget(act.At), "", act.At.Text)
		case act.Role == login.RoleUsername:
			field = sideTarget(act.At)
			add("type", field, username, "the account's name")
		default:
			field = sideTarget(act.At)
			add("type", field, password, "the account's password")
		}
	}
	project := sideProject{
		ID: stableID(v, "project"), Version: "2.0", Name: v.in.Target.Name, URL: originOf(v.loginURL()),
		Tests:  []sideTest{test},
		Suites: []sideSuite{{ID: stableID(v, "suite"), Name: title, Timeout: 300, Tests: []string{test.ID}}},
		URLs:   []string{originOf(v.loginURL()) + "/"}, Plugins: []string{},
	}
	text, err := toJSON(project)
	if err != nil {
		return draft{}, err
	}
	return draft{
		files: []draftFile{{".side", text}},
		steps: scopeSteps(v),
		run:   []string{"Give the file to the scanner as its Selenium login, from the address that is exempt from the second factor."},
		check: append([]string{"Give the scanner the page and the text that tell a session: Qualys in the authentication record, Tenable as the page and pattern to verify an active session."}, v.see()...),
		silent: []string{
			"From an address that is not exempt the login stops at the second factor, and the scan goes on signed out.",
			"Wapiti reads only open, type and click, waits three seconds after each, and runs the first test alone.",
		},
	}, nil
}

// sideTarget spells a selector with its kind in front.
func sideTarget(s login.Selectors) string {
	switch {
	case s.ID != "":
		return "id=" + s.ID
	case s.Name != "":
		return "name=" + s.Name
	case s.CSS != "":
		return "css=" + s.CSS
	}
	return "xpath=" + byXPath(s)
}

// stableID makes an id of the shape that the format wants. The same login gives the
// same file, so that a repository shows what changed.
func stableID(v *view, part string) string {
	sum := sha256.Sum256([]byte(v.in.Target.Name + "\x00" + part))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80 // RFC 9562, version 4
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[0:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
