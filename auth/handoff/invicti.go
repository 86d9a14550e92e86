package handoff

import (
	"fmt"
	"strconv"
	"strings"

	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// invicti is Invicti, formerly Netsparker: Standard on a desktop, Enterprise on a
// server. Neither has a documented file for a login, so this is a checklist with the
// values of its dialogs.
type invicti struct{}

func (invicti) Name() string  { return "invicti" }
func (invicti) Title() string { return "Invicti" }

func (invicti) Variants() []Variant {
	return []Variant{
		{Name: "enterprise", Title: "a checklist for Enterprise's scan profile", SignsIn: true, Secrets: Inline},
		{Name: "standard", Title: "a checklist for Standard's dialog", SignsIn: true, Secrets: Inline},
		{Name: "exemption", Title: "a checklist for a scanner that is exempt from the second factor", SignsIn: true, Secrets: Inline},
		{Name: "script", Title: "a custom script for a login page that its own filling does not understand", SignsIn: true},
	}
}

func (invicti) refuse(variant string, v *view) []string {
	reasons := seedReasons("invicti", v.in.Key)
	exempt := v.in.Target.Route == store.RouteExemption
	switch {
	case variant == "exemption" && !exempt:
		return []string{"The login was proven by the route " + string(v.in.Target.Route) + ": whether an exemption holds has not been tried. Set the route to exemption and verify from where the scanner runs."}
	case variant == "exemption":
		return nil
	case variant == "script":
		return append(reasons, scriptReasons(v)...)
	}
	return reasons
}

// scriptReasons says why a script cannot repeat the way. Invicti's scripts find
// elements by CSS only, and give names for the username and the password alone.
func scriptReasons(v *view) []string {
	reasons := unreachable(v, byItself)
	if len(v.way.acts()) == 0 {
		return append(reasons, "There is no login that passed to take the selectors from.")
	}
	if v.way.code != nil {
		reasons = append(reasons, "What a custom script calls the code is not documented: use the OTP dialog, which types it by itself.")
	}
	for _, act := range v.way.acts() {
		if !none(act.At) && byCSS(act.At) == "" {
			reasons = append(reasons, "The "+what(act)+" has no CSS selector, and a custom script takes no other.")
		}
		if act.Do == login.ActSubmit && none(act.At) {
			reasons = append(reasons, "A page was sent with Enter, which a custom script has no word for.")
		}
	}
	return reasons
}

func (i invicti) write(variant string, v *view) (draft, error) {
	if variant == "script" {
		return i.script(v)
	}
	d := draft{steps: i.open(variant)}
	add := func(do, value string) { d.steps = append(d.steps, Step{Do: do, Value: value}) }
	add("Login Form URL", v.loginURL())
	add("Login Required URL", v.proofURL())
	add("Personas, New Persona: Username", v.in.Target.Username)
	d.steps = append(d.steps, secretStep("Password", v.in.Options.Inline, false, "the password of "+v.in.Target.Username))
	if variant != "exemption" && v.otp() && v.in.Key != nil {
		d.steps = append(d.steps, otpDialog(v)...)
	}
	if n := v.boxes(); n > 1 && variant != "exemption" {
		d.steps = append(d.steps, Step{Do: fmt.Sprintf("This login has %d boxes for the code, a digit each, and it is not documented that Invicti fills such: go on only if Verify Login & Logout passes. If it stops there, ask for an exemption: gatepass advise %s --letter", n, shell(v.in.Target.Name))})
	}
	for _, address := range v.logout {
		add("Scope, excluded URLs: add", javaPrefix(address))
	}
	for _, host := range v.outside {
		add("Scope: leave out this host, which only the login meets", host)
	}
	if v.byHeader() {
		add("Tick", "Detect Bearer Authorization Token")
	}
	d.steps = append(d.steps, Step{Do: "Press Verify Login & Logout. The left half must show the signed-in page" + shows(v) + "; the right half must not"})
	d.steps = append(d.steps, Step{Do: "Logout detection: by redirect", Value: loginPattern(v)})
	if v.in.Target.Route == store.RouteExemption {
		d.steps = append([]Step{{Do: "Have the policy exempt the address that the scanner comes from. Enterprise's cloud agents have addresses of their own: verify from there, not from here"}}, d.steps...)
	}
	d.run = []string{"Start the scan in Invicti with this profile."}
	d.check = append([]string{"Verify Login & Logout, before each scan: codes and proofs are tried there."}, v.see()...)
	d.silent = []string{"If the logout pattern never matches, Invicti does not notice that it was signed out and scans the public pages."}
	if v.otp() && variant != "exemption" {
		d.silent = append(d.silent, "Its OTP is not throttled: several agents or scans of one account use the same code. One scan of one account at a time.")
	}
	if k := v.in.Key; k != nil && k.Type == otp.HOTP && v.otp() && variant != "exemption" {
		d.silent = append(d.silent, "A counter moves with every login, here and there. After Invicti has signed in, gatepass is behind: take a code until one is accepted, or give Invicti a token of its own.")
	}
	return d, nil
}

// open is the way to the dialog.
func (invicti) open(variant string) []Step {
	if variant == "standard" {
		return []Step{{Do: "Standard: Start a New Website Scan, then Form Authentication; tick Enabled"}}
	}
	return []Step{{Do: "Enterprise: Scans, Scan Profiles, the profile, Scan Settings, Form (under Authentication); tick Form Authentication"}}
}

// otpDialog are the five fields of the dialog behind OTP.
func otpDialog(v *view) []Step {
	k := v.in.Key
	steps := []Step{
		{Do: "OTP …, OTP Type", Value: strings.ToUpper(string(k.Type))},
		secretStep("Secret Key", v.in.Options.Inline, true, "the seed in base32"),
		{Do: "Digit", Value: strconv.Itoa(k.Digits)},
	}
	if k.Type == otp.TOTP {
		steps = append(steps, Step{Do: "Period", Value: strconv.Itoa(int(k.Period.Seconds()))})
	}
	return append(steps, Step{Do: "Algorithm", Value: string(k.Algorithm)})
}

// secretStep is a field for a secret: its value where that was asked for, else what
// belongs there.
func secretStep(field string, inline *Secrets, seed bool, holds string) Step {
	s := Step{Do: field, Value: "(" + holds + "; printed here with --inline-secrets)"}
	switch {
	case inline == nil:
	case seed && !inline.Seed.IsZero():
		s.Value, s.Secret = "", inline.Seed
	case !seed && !inline.Password.IsZero():
		s.Value, s.Secret = "", inline.Password
	}
	return s
}

func shows(v *view) string {
	if text := v.proof().Text; text != "" {
		return " with " + strconv.Quote(text)
	}
	return ""
}

// loginPattern is where somebody who is signed out is sent.
func loginPattern(v *view) string { return v.loginURL() + "*" }

// script writes the custom script: one line an act, with a pause for pages to come.
func (i invicti) script(v *view) (draft, error) {
	var b strings.Builder
	for _, line := range v.head("Invicti's custom script") {
		b.WriteString(strings.TrimRight("// "+strings.TrimPrefix(strings.TrimSuffix(comment([]string{line}), "\n"), "# "), " ") + "\n")
	}
	for _, act := range v.way.acts() {
		css, err := toJSON(byCSS(act.At))
		if err != nil {
			return draft{}, err
		}
		css = strings.TrimSpace(css)
		switch {
		case act.Do == login.ActSubmit:
			b.WriteString("netsparker.auth.clickByQuery(" + css + ", 2000);\n")
		case act.Role == login.RoleUsername:
			b.WriteString("netsparker.auth.setValueByQuery(" + css + ", username, 2000);\n")
		default:
			b.WriteString("netsparker.auth.setValueByQuery(" + css + ", password, 2000);\n")
		}
	}
	return draft{
		files: []draftFile{{".invicti.js", b.String()}},
		steps: []Step{{Do: "Form authentication, Custom Script: paste the file. Where the login has several pages, one script for each page, cut where a click leads on"}},
		run:   []string{"Start the scan in Invicti with this profile."},
		check: append([]string{"Verify Login & Logout, before each scan."}, v.see()...),
		silent: []string{
			"A selector that finds nothing ends the script without an error; the scan goes on signed out.",
		},
	}, nil
}
