package handoff

import (
	"net/url"
	"strings"
)

// stackhawk is StackHawk's HawkScan.
type stackhawk struct{}

func (stackhawk) Name() string  { return "stackhawk" }
func (stackhawk) Title() string { return "StackHawk" }

func (stackhawk) Variants() []Variant {
	return []Variant{
		{Name: "session", Title: "a ready session, given by the environment", Session: Inline},
		{Name: "command", Title: "a command that asks gatepass serve, again each time the session ends"},
	}
}

func (stackhawk) refuse(_ string, v *view) []string {
	var reasons []string
	if v.proof().Text == "" {
		reasons = append(reasons, "StackHawk needs a text that is only there when signed in, and the target has none: gatepass edit "+v.in.Target.Name+" --proof-text TEXT, and verify again.")
	}
	if strings.Contains(v.proof().Text+v.proof().URL, "${") {
		reasons = append(reasons, "The proof holds ${, which StackHawk would take for a variable.")
	}
	if originOf(v.proofURL()) != v.origin() {
		reasons = append(reasons, "The proof is on another origin than the application, and StackHawk's testPath is a path.")
	}
	if v.drawn() {
		reasons = append(reasons, v.needsPlainProof("StackHawk"))
	}
	if !v.byHeader() && len(v.cookieNames()) == 0 {
		reasons = append(reasons, "Which cookies keep the session is not known: StackHawk wants their names. Verify first.")
	}
	return reasons
}

type (
	hawkFile struct {
		App hawkApp `yaml:"app"`
	}
	hawkApp struct {
		ApplicationID  string             `yaml:"applicationId"`
		Env            string             `yaml:"env"`
		Host           string             `yaml:"host"`
		ExcludePaths   []string           `yaml:"excludePaths,omitempty"`
		Authentication hawkAuthentication `yaml:"authentication"`
	}
	// Exactly one of the two authorizations is there: without one HawkScan says that
	// the login is valid and scans signed out.
	hawkAuthentication struct {
		LoggedInIndicator   string                   `yaml:"loggedInIndicator"`
		LoggedOutIndicator  string                   `yaml:"loggedOutIndicator"`
		External            *hawkExternal            `yaml:"external,omitempty"`
		ExternalCommand     *hawkCommand             `yaml:"externalCommand,omitempty"`
		CookieAuthorization *hawkCookieAuthorization `yaml:"cookieAuthorization,omitempty"`
		TokenAuthorization  *hawkTokenAuthorization  `yaml:"tokenAuthorization,omitempty"`
		TestPath            hawkTestPath             `yaml:"testPath"`
	}
	hawkExternal struct {
		Type  string `yaml:"type"`
		Value string `yaml:"value"`
	}
	hawkCommand struct {
		Command        string   `yaml:"command"`
		Parameters     []string `yaml:"parameters"`
		TimeoutSeconds int      `yaml:"timeoutSeconds"`
	}
	hawkCookieAuthorization struct {
		CookieNames []string `yaml:"cookieNames"`
	}
	hawkTokenAuthorization struct {
		Type      string `yaml:"type"`
		Value     string `yaml:"value"`
		TokenType string `yaml:"tokenType"`
	}
	hawkTestPath struct {
		Path          string `yaml:"path"`
		Type          string `yaml:"type"`
		Success       string `yaml:"success"`
		RequestMethod string `yaml:"requestMethod"`
	}
)

// envToken is what the file calls a bearer token without its scheme.
const envToken = "GATEPASS_TOKEN"

func (s stackhawk) write(variant string, v *view) (draft, error) {
	proof, err := url.Parse(v.proofURL())
	if err != nil {
		return draft{}, err
	}
	a := hawkAuthentication{
		LoggedInIndicator:  javaLiteral(v.proof().Text),
		LoggedOutIndicator: s.loggedOut(v),
		TestPath: hawkTestPath{
			Path: proof.RequestURI(), Type: "BODY", RequestMethod: "GET",
			Success: "(?s).*" + javaLiteral(v.proof().Text) + ".*",
		},
	}
	if v.byHeader() {
		scheme, _, found := strings.Cut(v.bearer, " ")
		if !found {
			scheme = "Bearer"
		}
		a.TokenAuthorization = &hawkTokenAuthorization{Type: "HEADER", Value: "Authorization", TokenType: scheme}
	} else {
		a.CookieAuthorization = &hawkCookieAuthorization{CookieNames: v.cookieNames()}
	}
	f := hawkFile{App: hawkApp{ApplicationID: "${APP_ID}", Env: "Development", Host: v.origin()}}
	for _, address := range v.logout {
		if u, err := url.Parse(address); err == nil {
			f.App.ExcludePaths = append(f.App.ExcludePaths, javaPrefix(u.EscapedPath()))
		}
	}
	d := draft{
		wants: []Variable{{"APP_ID", "the application's id in StackHawk"}},
		silent: []string{
			"Without cookieAuthorization or tokenAuthorization HawkScan calls the login valid and scans signed out. This file has one of them: keep it.",
		},
	}
	if variant == "command" {
		s.command(&a, &d, v)
	} else if err := s.session(&a, &d, v); err != nil {
		return draft{}, err
	}
	f.App.Authentication = a
	head := v.head("StackHawk")
	if v.inline() && variant == "session" {
		head = append(head, v.ends())
	}
	text, err := toYAML(head, f, tail(d))
	d.files = []draftFile{{".stackhawk.yml", text}}
	return d, err
}

// loggedOut is what tells that the session is gone: being refused, or being sent to
// the login page.
func (stackhawk) loggedOut(v *view) string {
	path := "/login"
	if u, err := url.Parse(v.loginURL()); err == nil && strings.Trim(u.Path, "/") != "" {
		path = u.EscapedPath()
	} else if err == nil {
		path = u.Host
	}
	return `(?i)(?:HTTP/[0-9.]+ 401|location: *[^\s]*` + javaLiteral(path) + `)`
}

func (stackhawk) session(a *hawkAuthentication, d *draft, v *view) error {
	hawk, validate := "hawk scan "+shell(v.base+".stackhawk.yml"), validateHawk(v)
	d.silent = append(d.silent, "When the session ends it is not renewed. The variant command renews it.")
	if v.byHeader() {
		a.External = &hawkExternal{Type: "TOKEN", Value: "${" + envToken + "}"}
		token := "export " + envToken + `="${` + EnvHeader + `##* }"; `
		d.run, d.check = []string{v.exec(token + hawk)}, []string{v.exec(token + validate)}
	} else {
		a.External = &hawkExternal{Type: "COOKIE", Value: "${" + EnvCookie + "}"}
		d.run, d.check = []string{v.exec(hawk)}, []string{v.exec(validate)}
	}
	d.run = append(d.run, "In a container the variable is handed on by name: hawk scan -e NAME, or docker run -e NAME.")
	if !v.inline() {
		return nil
	}
	if err := v.needsHeaders("StackHawk's file"); err != nil {
		return err
	}
	value := v.cookieValue()
	if v.byHeader() {
		_, value, _ = strings.Cut(v.bearer, " ")
	}
	if err := noReference(value, "session"); err != nil {
		return err
	}
	a.External.Value, d.run, d.check = value, []string{hawk}, []string{validate}
	return nil
}

// validateHawk has HawkScan try the login; it does so in a service of its own, which has
// to be started.
func validateHawk(v *view) string {
	return "hawk perch start && hawk validate auth " + shell(v.base+".stackhawk.yml")
}

// command has HawkScan ask the broker whenever the session has ended: the login with
// its second factor that HawkScan cannot make. Nothing but sh and curl is in its
// container.
func (stackhawk) command(a *hawkAuthentication, d *draft, v *view) {
	a.ExternalCommand = &hawkCommand{
		Command: "sh",
		Parameters: []string{
			// By a pipe, so that the token is in no program's arguments.
			"-c", `printf 'Authorization: Bearer %s' "$` + EnvBrokerToken + `" | curl -fsS -H @- ` + shell(v.broker()+"/session.json"),
		},
		TimeoutSeconds: 90,
	}
	d.wants = append(d.wants, v.brokerToken())
	token := v.base + ".token"
	export := "export " + EnvBrokerToken + `="$(cat ` + shell(token) + `)"`
	d.run = []string{
		"gatepass serve " + shell(v.in.Target.Name) + " --token-file " + shell(token),
		export + "; hawk scan " + shell(v.base+".stackhawk.yml"),
		"In a container 127.0.0.1 is the container itself: use the host's network (docker run --network host). To host.docker.internal the broker answers only with --public and a certificate for that name.",
	}
	d.check = []string{export + "; " + validateHawk(v)}
	if cost := v.renewalCost(); cost != "" {
		d.notes = append(d.notes, cost)
	}
	d.silent = append(d.silent, "If the broker is not there the command fails and HawkScan goes on as it was: look at what gatepass serve says of who asked when.")
}
