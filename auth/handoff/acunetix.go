package handoff

import "fmt"

// acunetix is Acunetix: the keys of its login sequence file are not documented well
// enough to write one, so this is a checklist.
type acunetix struct{}

func (acunetix) Name() string  { return "acunetix" }
func (acunetix) Title() string { return "Acunetix" }

func (acunetix) Variants() []Variant {
	return []Variant{
		{Name: "login", Title: "a checklist for automatic login or the Login Sequence Recorder", SignsIn: true, Secrets: Inline},
		{Name: "session", Title: "a checklist with the cookie or header of a ready session", Session: Always},
	}
}

func (acunetix) refuse(variant string, v *view) []string {
	if variant == "session" {
		return nil
	}
	return seedReasons("acunetix", v.in.Key)
}

func (a acunetix) write(variant string, v *view) (draft, error) {
	if variant == "session" {
		return a.session(v)
	}
	d := draft{steps: []Step{{Do: "Targets, the target, Site Login"}}}
	add := func(do, value string) { d.steps = append(d.steps, Step{Do: do, Value: value}) }
	add("Try to auto-login into the site, URL", v.loginURL())
	add("User Name", v.in.Target.Username)
	d.steps = append(d.steps, secretStep("Password", v.in.Options.Inline, false, "the password of "+v.in.Target.Username))
	if v.otp() && v.in.Key != nil {
		d.steps = append(d.steps, otpDialog(v)...)
	}
	if len(v.way.before)+len(v.way.between)+len(v.way.after) > 0 {
		add("This login has more than two pages: use the Login Sequence Recorder instead, and record it up to", v.landed())
	}
	if n := v.boxes(); n > 1 {
		d.steps = append(d.steps, Step{Do: fmt.Sprintf("This login has %d boxes for the code, a digit each, and it is not documented that Acunetix fills such. If its login stops there, give it the session: --variant session", n)})
	}
	for _, address := range v.logout {
		add("Login Sequence Recorder, Restrictions: add", address)
	}
	for _, host := range v.outside {
		add("Leave out of the scope this host, which only the login meets", host)
	}
	add("Session pattern: a request whose answer has "+v.proofText(), v.proofURL())
	d.run = []string{"Start the scan in Acunetix."}
	d.check = append([]string{"The recorder's last page must say that the session is detected; its pattern must hold with the session and fail without."}, v.see()...)
	d.silent = []string{
		"Without a session pattern that fails when signed out, Acunetix scans the public pages and does not say so.",
		"Two scans of one account at once give the same code twice.",
	}
	return d, nil
}

// landed is the page that the login ended on.
func (v *view) landed() string {
	if v.in.Proven != nil && v.in.Proven.Landed != "" {
		return v.in.Proven.Landed
	}
	return v.proofURL()
}

func (acunetix) session(v *view) (draft, error) {
	lines, err := v.headerLines()
	if err != nil {
		return draft{}, err
	}
	d := draft{steps: []Step{{Do: "Targets, the target, Advanced, Custom Headers: add each of these lines"}}}
	for _, line := range lines {
		d.steps = append(d.steps, Step{Do: "Custom header", Secret: secret(line)})
	}
	for _, address := range v.logout {
		d.steps = append(d.steps, Step{Do: "Excluded paths: add", Value: address})
	}
	d.run = []string{"Start the scan in Acunetix."}
	d.check = v.see()
	d.silent = []string{"When the session ends, Acunetix goes on without it. Watch it: gatepass watch " + shell(v.in.Target.Name)}
	return d, nil
}
