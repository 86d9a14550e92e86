package handoff

import (
	"fmt"
	"slices"
	"strings"

	"gatepass/auth/login"
)

// gitlab is GitLab DAST: CI variables, of which the secret ones belong into the
// project's settings and never into the file.
type gitlab struct{}

func (gitlab) Name() string  { return "gitlab" }
func (gitlab) Title() string { return "GitLab DAST" }

func (gitlab) Variants() []Variant {
	return []Variant{
		{Name: "login", Title: "CI variables with which GitLab signs in, codes included", SignsIn: true, Secrets: Inline},
		{Name: "session", Title: "CI variables with a ready session", Session: Inline},
	}
}

func (gitlab) refuse(variant string, v *view) []string {
	if variant == "session" {
		return nil
	}
	reasons := seedReasons("gitlab", v.in.Key)
	w := v.way
	if w.username == nil || w.password == nil {
		return append(reasons, "There is no login that passed to take the selectors from.")
	}
	if v.otp() && w.code == nil {
		reasons = append(reasons, v.noCodeSeen())
	}
	if w.code != nil && len(w.between) > 0 {
		reasons = append(reasons, "Between the password and the code a button is pressed ("+what(&w.between[0])+"), which these variables cannot express.")
	}
	for _, send := range []*login.Act{w.sendUsername, w.sendPassword, w.sendCode} {
		if send != nil && none(send.At) {
			reasons = append(reasons, "A page was sent with Enter, and GitLab wants a button to press.")
			break
		}
	}
	_, after := w.settled()
	for _, act := range slices.Concat(w.before, after) {
		if strings.Contains(gitlabSelector(act.At), ",") {
			reasons = append(reasons, "A button is pressed ("+what(&act)+") whose selector has a comma in it, and GitLab's list of actions cannot express that.")
		}
	}
	return append(reasons, unreachable(v, byItself)...)
}

func (g gitlab) write(variant string, v *view) (draft, error) {
	set := &ciVariables{}
	set.add("DAST_TARGET_URL", v.origin())
	var d draft
	var masked []string
	if variant == "login" {
		g.login(set, v)
		masked = []string{"DAST_AUTH_PASSWORD=" + quoted(v.password())}
		d.wants = []Variable{{"DAST_AUTH_PASSWORD", "masked: the password of " + v.in.Target.Username}}
		if v.otp() {
			masked = append(masked, "DAST_AUTH_OTP_KEY="+quoted(v.seed()))
			d.wants = append(d.wants, Variable{"DAST_AUTH_OTP_KEY", "masked: the seed in base32"})
		}
		d.silent = []string{"GitLab stops the job when the login fails, but it does not notice when the session ends later."}
		d.check = []string{"The job's log says of each check whether the requirement is satisfied; gl-dast-debug-auth-report.html shows every step."}
	} else {
		if v.inline() {
			var err error
			if masked, err = v.gitLabRequest(); err != nil {
				return draft{}, err
			}
		}
		d.wants = []Variable{g.sessionVariable(v)}
		d.check = v.see()
		d.steps = append(d.steps, Step{Do: "Before each pipeline, set " + d.wants[0].Name + " from the line that this prints", Value: "gatepass login " + shell(v.in.Target.Name) + " --for gitlab"})
		d.silent = append(d.silent, "With a ready session GitLab checks no login at all: an ended session is a scan of the public pages.")
	}
	g.scope(set, v)
	d.steps = append([]Step{{Do: "Settings, CI/CD, Variables: add as masked variables, never in the file, with Expand variable reference off, or GitLab takes a $ in them for a variable", Value: names(d.wants)}}, d.steps...)
	d.run = []string{"Include the file in the pipeline, or copy its job into .gitlab-ci.yml."}
	text, err := set.yaml(v.head("GitLab DAST"), tail(d))
	d.files = []draftFile{{".gitlab-ci.yml", text}}
	if v.inline() {
		d.files = append(d.files, draftFile{".gitlab.env", comment(append(v.head("GitLab's masked variables"), "Set these in the project, then delete this file.")) + strings.Join(masked, "\n") + "\n"})
		d.wants = nil
	}
	return d, err
}

func (gitlab) sessionVariable(v *view) Variable {
	if v.byHeader() {
		return Variable{"DAST_REQUEST_HEADERS", "the Authorization header; GitLab masks no value with a blank in it, so make it a protected one, and delete it after the scan"}
	}
	return Variable{"DAST_REQUEST_COOKIES", "masked: the session's cookies as name:value"}
}

// login sets what GitLab fills and presses, and what has to hold afterwards.
func (gitlab) login(set *ciVariables, v *view) {
	w := v.way
	set.add("DAST_AUTH_URL", v.loginURL())
	set.add("DAST_AUTH_USERNAME", v.in.Target.Username)
	var clicks []string
	for i := range w.before {
		clicks = append(clicks, gitlabSelector(w.before[i].At))
	}
	if len(clicks) > 0 {
		set.add("DAST_AUTH_BEFORE_LOGIN_ACTIONS", strings.Join(clicks, ","))
	}
	set.add("DAST_AUTH_USERNAME_FIELD", gitlabSelector(w.username.At))
	if w.usernameFirst() && w.sendUsername != nil {
		set.add("DAST_AUTH_FIRST_SUBMIT_FIELD", gitlabSelector(w.sendUsername.At))
	}
	set.add("DAST_AUTH_PASSWORD_FIELD", gitlabSelector(w.password.At))
	if w.sendPassword != nil {
		set.add("DAST_AUTH_SUBMIT_FIELD", gitlabSelector(w.sendPassword.At))
	}
	if w.code != nil {
		set.add("DAST_AUTH_OTP_FIELD", gitlabSelector(w.code.At))
		if !w.together() && w.sendCode != nil {
			set.add("DAST_AUTH_OTP_SUBMIT_FIELD", gitlabSelector(w.sendCode.At))
		}
	}
	_, after := w.settled()
	var actions []string
	for i := range after {
		actions = append(actions, "click(on="+gitlabSelector(after[i].At)+")")
	}
	if len(actions) > 0 {
		set.add("DAST_AUTH_AFTER_LOGIN_ACTIONS", strings.Join(actions, ","))
	}
	// A pattern that the login page matches as well would call every login good.
	if !strings.HasPrefix(v.loginURL(), v.landed()) {
		set.add("DAST_AUTH_SUCCESS_IF_AT_URL", v.landed()+"*")
	}
	if p := v.proof(); p.Text != "" && p.URL == v.landed() {
		set.add("DAST_AUTH_SUCCESS_IF_ELEMENT_FOUND", "xpath://*[contains(normalize-space(.), "+xpathText(p.Text)+")]")
	}
	set.add("DAST_AUTH_SUCCESS_IF_NO_LOGIN_FORM", "true")
	set.add("DAST_AUTH_REPORT", "true")
}

// scope keeps GitLab from signing out, and from the hosts that only the login meets.
// Those are ignored and not excluded: an excluded host is not followed even while
// signing in.
func (gitlab) scope(set *ciVariables, v *view) {
	var hosts []string
	for _, host := range v.outside {
		name, _ := hostPort(host)
		if !slices.Contains(v.hosts(), name) && !slices.Contains(hosts, name) {
			hosts = append(hosts, name)
		}
	}
	if len(hosts) > 0 {
		set.add("DAST_SCOPE_IGNORE_HOSTS", strings.Join(hosts, ","))
	}
	if out := listed(v.logout); len(out) > 0 {
		set.add("DAST_SCOPE_EXCLUDE_URLS", strings.Join(out, ","))
	}
}

// listed spells addresses for a list with commas between them. An address that has one
// of its own would be two, and a page could exclude what it likes.
func listed(addresses []string) []string {
	out := make([]string, len(addresses))
	for i, address := range addresses {
		out[i] = strings.ReplaceAll(address, ",", "%2C")
	}
	return out
}

// gitlabSelector spells a selector with its kind in front.
func gitlabSelector(s login.Selectors) string {
	if css := byCSS(s); css != "" {
		return "css:" + css
	}
	return "xpath:" + byXPath(s)
}

// ciVariables are the job's variables in their order. GitLab replaces $NAME in them,
// so a dollar sign is doubled.
type ciVariables struct{ names, values []string }

func (c *ciVariables) add(name, value string) {
	c.names = append(c.names, name)
	c.values = append(c.values, strings.ReplaceAll(value, "$", "$$"))
}

func (c *ciVariables) yaml(head, tail []string) (string, error) {
	file := struct {
		Include []map[string]string `yaml:"include"`
		Dast    any                 `yaml:"dast"`
	}{
		Include: []map[string]string{{"template": "Security/DAST.gitlab-ci.yml"}},
		Dast: struct {
			Variables any `yaml:"variables"`
		}{ordered(c.names, c.values)},
	}
	text, err := toYAML(head, file, tail)
	if err != nil {
		return "", fmt.Errorf("write the job: %w", err)
	}
	return text, nil
}
