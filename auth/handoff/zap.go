package handoff

import (
	"fmt"
	"net/url"

	"gatepass/auth/login"
)

// zap is OWASP ZAP's Automation Framework: a plan that ZAP runs. Names and traps are
// those of the add-ons authhelper, automation, requestor, spiderAjax and reports.
type zap struct{}

func (zap) Name() string  { return "zap" }
func (zap) Title() string { return "ZAP (Automation Framework)" }

func (zap) Variants() []Variant {
	return []Variant{
		{Name: "login", Title: "a plan in which ZAP signs in with a browser, codes included", SignsIn: true, Secrets: Inline},
		{Name: "session", Title: "a plan for a session that is given by the environment", Session: Inline},
	}
}

func (zap) refuse(variant string, v *view) []string {
	if variant == "session" {
		return zapSessionReasons(v)
	}
	reasons := seedReasons("zap", v.in.Key)
	if v.proof().Text == "" {
		reasons = append(reasons, zapNeedsText(v))
	}
	if v.drawn() {
		reasons = append(reasons, v.needsPlainProof("ZAP"))
	}
	if v.otp() && v.way.code == nil {
		reasons = append(reasons, v.noCodeSeen())
	}
	if v.way.together() && v.way.usernameFirst() {
		reasons = append(reasons, "The code is asked for together with the password, after a page for the username: ZAP's steps come before or after both.")
	}
	return append(reasons, unreachable(v, v.zapFills)...)
}

// zapFills reports whether ZAP does an act by itself, shadow roots included: username
// and password, and what sends them.
func (v *view) zapFills(act *login.Act) bool {
	w := v.way
	return act == w.username || act == w.password || act == w.sendUsername || act == w.sendPassword && !w.together()
}

// noCodeSeen is why a scanner cannot be told where the code goes.
func (v *view) noCodeSeen() string {
	if v.in.Proven == nil {
		return "There is no login that passed, so nobody knows where the code goes."
	}
	return "The login that was proven was not asked for a code, so nobody knows where it goes."
}

func zapNeedsText(v *view) string {
	return fmt.Sprintf("ZAP needs a text that is only there when signed in, and the target has none: gatepass edit %s --proof-text TEXT, and verify again.", v.in.Target.Name)
}

func zapSessionReasons(v *view) []string {
	var reasons []string
	if v.proof().Text == "" {
		reasons = append(reasons, zapNeedsText(v))
	}
	if v.drawn() { // the plan's gate would never open
		reasons = append(reasons, v.needsPlainProof("ZAP"))
	}
	return reasons
}

// byItself is for scanners that are told of every act.
func byItself(*login.Act) bool { return false }

// unreachable gives the reasons why steps with selectors cannot repeat the way, but for
// acts that the scanner does by itself.
func unreachable(v *view, itself func(*login.Act) bool) []string {
	var reasons []string
	add := func(reason string) {
		if reason != "" {
			reasons = append(reasons, reason)
		}
	}
	if v.way.again != "" {
		add("The login asks for the " + fieldName(v.way.again) + " twice.")
	}
	if v.way.foreign != "" {
		add("The login also asks for something else (" + string(v.way.foreign) + ").")
	}
	if code := v.way.code; code != nil && code.Boxes > 1 {
		add(fmt.Sprintf("The code is typed into %d boxes, and this scanner types it into one field.", code.Boxes))
	}
	for _, act := range v.way.acts() {
		if itself(act) && act.Frame == "" {
			continue
		}
		add(placed(what(act), act))
		if none(act.At) && act.Do == login.ActFill || none(act.At) && v.isPress(act) {
			add("There is no selector that finds the " + what(act) + " alone.")
		}
	}
	return reasons
}

// isPress reports whether an act is a press of a button on a page where nothing was
// typed, so that Enter would not do.
func (v *view) isPress(act *login.Act) bool {
	return act.Do == login.ActSubmit && act != v.way.sendUsername && act != v.way.sendPassword && act != v.way.sendCode
}

type (
	zapPlan struct {
		Env  zapEnv   `yaml:"env"`
		Jobs []zapJob `yaml:"jobs"`
	}
	zapEnv struct {
		Contexts   []zapContext  `yaml:"contexts"`
		Parameters zapParameters `yaml:"parameters"`
	}
	zapParameters struct {
		FailOnError      bool `yaml:"failOnError"`
		FailOnWarning    bool `yaml:"failOnWarning"`
		ProgressToStdout bool `yaml:"progressToStdout"`
	}
	zapContext struct {
		Name              string             `yaml:"name"`
		URLs              []string           `yaml:"urls"`
		IncludePaths      []string           `yaml:"includePaths"`
		ExcludePaths      []string           `yaml:"excludePaths,omitempty"`
		Authentication    *zapAuthentication `yaml:"authentication,omitempty"`
		SessionManagement *zapMethod         `yaml:"sessionManagement,omitempty"`
		Users             []zapUser          `yaml:"users,omitempty"`
	}
	zapMethod struct {
		Method string `yaml:"method"`
	}
	zapAuthentication struct {
		Method       string          `yaml:"method"`
		Parameters   zapBrowser      `yaml:"parameters"`
		Verification zapVerification `yaml:"verification"`
	}
	zapBrowser struct {
		LoginPageURL  string    `yaml:"loginPageUrl"`
		LoginPageWait int       `yaml:"loginPageWait"` // seconds
		StepDelay     int       `yaml:"stepDelay"`
		BrowserID     string    `yaml:"browserId"`
		Diagnostics   bool      `yaml:"diagnostics"`
		Steps         []zapStep `yaml:"steps,omitempty"`
	}
	zapStep struct {
		Description string `yaml:"description"`
		Type        string `yaml:"type"`
		CSSSelector string `yaml:"cssSelector,omitempty"`
		XPath       string `yaml:"xpath,omitempty"`
		Timeout     int    `yaml:"timeout,omitempty"` // milliseconds
	}
	zapVerification struct {
		Method        string `yaml:"method"`
		LoggedInRegex string `yaml:"loggedInRegex"`
		PollURL       string `yaml:"pollUrl"`
		PollFrequency int    `yaml:"pollFrequency"`
		PollUnits     string `yaml:"pollUnits"`
	}
	zapUser struct {
		Name        string         `yaml:"name"`
		Credentials zapCredentials `yaml:"credentials"`
	}
	zapCredentials struct {
		Username string   `yaml:"username"`
		Password string   `yaml:"password"`
		TOTP     *zapTOTP `yaml:"totp,omitempty"`
	}
	// All four fields are always there: a missing one loses every step, with no more
	// than a line in ZAP's log.
	zapTOTP struct {
		Secret    string `yaml:"secret"`
		Period    int    `yaml:"period"`
		Digits    int    `yaml:"digits"`
		Algorithm string `yaml:"algorithm"`
	}
	zapJob struct {
		Type       string         `yaml:"type"`
		AlwaysRun  bool           `yaml:"alwaysRun,omitempty"`
		Parameters map[string]any `yaml:"parameters,omitempty"`
		Requests   []zapRequest   `yaml:"requests,omitempty"`
		Tests      []zapTest      `yaml:"tests,omitempty"`
		Sections   []string       `yaml:"sections,omitempty"`
	}
	zapRequest struct {
		URL          string `yaml:"url"`
		ResponseCode int    `yaml:"responseCode,omitempty"`
	}
	zapTest struct {
		Name              string `yaml:"name"`
		Type              string `yaml:"type"`
		Statistic         string `yaml:"statistic,omitempty"`
		Site              string `yaml:"site,omitempty"`
		URL               string `yaml:"url,omitempty"`
		Operator          string `yaml:"operator"`
		Value             *int   `yaml:"value,omitempty"`
		ResponseBodyRegex string `yaml:"responseBodyRegex,omitempty"`
		OnFail            string `yaml:"onFail"`
	}
)

func (z zap) write(variant string, v *view) (draft, error) {
	if variant == "session" {
		return z.session(v)
	}
	return z.login(v)
}

// context is what both plans have in common: where the application is, and where
// ZAP must not go.
func (zap) context(v *view) zapContext {
	c := zapContext{Name: v.in.Target.Name, URLs: v.scope}
	for _, origin := range v.scope {
		c.IncludePaths = append(c.IncludePaths, javaPrefix(origin+"/"))
	}
	for _, address := range v.logout {
		c.ExcludePaths = append(c.ExcludePaths, javaPrefix(address))
	}
	return c
}

func (z zap) login(v *view) (draft, error) {
	c := z.context(v)
	c.Authentication = &zapAuthentication{
		Method: "browser",
		Parameters: zapBrowser{
			LoginPageURL: v.loginURL(), LoginPageWait: 8, BrowserID: "firefox-headless",
			Steps: z.steps(v),
		},
		Verification: zapVerification{
			Method: "poll", LoggedInRegex: javaLiteral(v.proof().Text),
			PollURL: v.proofURL(), PollFrequency: 60, PollUnits: "seconds",
		},
	}
	c.SessionManagement = &zapMethod{Method: z.sessionManagement(v)}
	user := zapUser{Name: "scan", Credentials: zapCredentials{Username: v.in.Target.Username, Password: v.password()}}
	if key := v.in.Key; v.otp() && key != nil {
		user.Credentials.TOTP = &zapTOTP{
			Secret: v.seed(), Period: int(key.Period.Seconds()), Digits: key.Digits, Algorithm: string(key.Algorithm),
		}
	}
	if err := noReference(user.Credentials.Username, "username"); err != nil {
		return draft{}, err
	}
	if v.inline() {
		if err := noReference(user.Credentials.Password, "password"); err != nil {
			return draft{}, err
		}
	}
	c.Users = []zapUser{user}
	d := draft{wants: v.wants()}
	command := zapCommand(v)
	d.run = []string{command}
	if len(d.wants) > 0 {
		d.run = []string{v.give(command), "Where gatepass is not, with " + names(d.wants) + " from masked variables in the environment: " + command}
	}
	d.check = []string{
		"The plan's first job stops it unless stats.auth.state.loggedin is at least 1 and stats.auth.failure is 0.",
		"auth-report.json, beside the plan, has the whole story. In ZAP's own words a login counts once two fields were filled; only the poll of the proof tells.",
	}
	d.silent = []string{
		"ZAP counts stats.auth.success when username and password were filled, whatever the page for the code said.",
		"If the proof's text changes, every poll fails and ZAP signs in again for each request: codes are used twice, and the account is locked after a few refusals. Verify again after each release of the application.",
		"One browser signs in at a time (numberOfBrowsers: 1). With more, each would use the same code.",
	}
	plan := zapPlan{Env: zapEnv{Contexts: []zapContext{c}, Parameters: zapParameters{FailOnError: true, ProgressToStdout: true}}, Jobs: z.loginJobs(v)}
	text, err := toYAML(v.head("ZAP"), plan, tail(d))
	d.files = []draftFile{{".zap.yaml", text}}
	return d, err
}

// sessionManagement is how ZAP takes the session along.
func (zap) sessionManagement(v *view) string {
	if v.byHeader() {
		return "autodetect"
	}
	return "cookie"
}

// steps puts what ZAP's own filling does not do around it. Steps before AUTO_STEPS
// are taken before username and password are filled, and so are all of them where
// AUTO_STEPS is missing.
func (z zap) steps(v *view) []zapStep {
	between, after := v.way.settled()
	if v.way.code == nil && len(v.way.before)+len(after) == 0 {
		return nil
	}
	var steps []zapStep
	add := func(description, kind string, act *login.Act, timeout int) {
		s := zapStep{Description: fmt.Sprintf("%d: %s", len(steps)+1, description), Type: kind, Timeout: timeout}
		if act != nil {
			if s.CSSSelector = byCSS(act.At); s.CSSSelector == "" {
				s.XPath = byXPath(act.At)
			}
		}
		steps = append(steps, s)
	}
	press := func(acts []login.Act) {
		for i := range acts {
			add("press the "+what(&acts[i]), "CLICK", &acts[i], 20000)
		}
	}
	press(v.way.before)
	if v.way.together() {
		add("fill the one-time code", "TOTP_FIELD", v.way.code, 20000)
		add("fill username and password, and send all of it", "AUTO_STEPS", nil, 0)
	} else {
		add("fill username and password, and send them", "AUTO_STEPS", nil, 0)
		press(between)
		if code := v.way.code; code != nil {
			add("fill the one-time code", "TOTP_FIELD", code, 20000)
			if send := v.way.sendCode; send != nil && !none(send.At) {
				add("send the one-time code", "CLICK", send, 5000)
			} else {
				add("send the one-time code", "RETURN", code, 5000)
			}
		}
	}
	press(after)
	return steps
}

func (zap) loginJobs(v *view) []zapJob {
	origin := v.origin()
	one, zero := 1, 0
	return []zapJob{
		{
			Type: "requestor", Parameters: map[string]any{"user": "scan"},
			Requests: []zapRequest{{URL: v.proofURL(), ResponseCode: 200}},
			Tests: []zapTest{
				{Name: "the session was proven", Type: "stats", Statistic: "stats.auth.state.loggedin", Site: origin, Operator: ">=", Value: &one, OnFail: "error"},
				{Name: "no login failed", Type: "stats", Statistic: "stats.auth.failure", Site: origin, Operator: "==", Value: &zero, OnFail: "error"},
			},
		},
		{Type: "spiderAjax", Parameters: map[string]any{
			"context": v.in.Target.Name, "user": "scan", "url": origin, "numberOfBrowsers": 1, "logoutAvoidance": true,
		}},
		{Type: "activeScan", Parameters: map[string]any{"context": v.in.Target.Name, "user": "scan"}},
		{
			Type: "report", AlwaysRun: true,
			Parameters: map[string]any{"template": "auth-report-json", "reportDir": ".", "reportFile": "auth-report.json"},
			// The other sections carry the plan and the traffic, and with them the
			// secrets.
			Sections: []string{"summary", "statistics", "domains", "domainspartiallyoutofscope", "domainsoutofscope"},
		},
	}
}

func (z zap) session(v *view) (draft, error) {
	origin := v.origin()
	plan := zapPlan{
		Env: zapEnv{Contexts: []zapContext{z.context(v)}, Parameters: zapParameters{FailOnError: true, ProgressToStdout: true}},
		Jobs: []zapJob{
			{
				Type:     "requestor",
				Requests: []zapRequest{{URL: v.proofURL()}},
				Tests: []zapTest{{
					Name: "the handed-over session is alive", Type: "url", URL: v.proofURL(),
					Operator: "or", ResponseBodyRegex: javaLiteral(v.proof().Text), OnFail: "error",
				}},
			},
			{Type: "spider", Parameters: map[string]any{"context": v.in.Target.Name, "url": origin, "logoutAvoidance": true}},
			{Type: "activeScan", Parameters: map[string]any{"context": v.in.Target.Name}},
		},
	}
	d := draft{
		check: []string{"The plan's first job stops it unless the proof's text is there. Its response code would only be a warning."},
		silent: []string{
			"When the session ends during the scan nothing signs in again, and ZAP goes on signed out. Watch it: gatepass watch " + shell(v.in.Target.Name),
			"The header is sent to every host whose name contains " + v.hosts()[0] + ".",
		},
	}
	if err := z.give(&d, v); err != nil {
		return draft{}, err
	}
	text, err := toYAML(v.head("ZAP, with a ready session"), plan, tail(d))
	d.files = append([]draftFile{{".zap.yaml", text}}, d.files...)
	return d, err
}

// zapCommand runs the plan, whose path has to be a whole one.
func zapCommand(v *view) string { return `zap.sh -cmd -autorun "$PWD/` + v.base + `.zap.yaml"` }

// give says how ZAP is given the session: by three variables that it reads when it
// starts.
func (zap) give(d *draft, v *view) error {
	u, err := url.Parse(v.origin())
	if err != nil {
		return fmt.Errorf("read the application's origin: %w", err)
	}
	command := zapCommand(v)
	name, value, reference := "Cookie", v.cookieValue(), `"$`+EnvCookie+`"`
	if v.byHeader() {
		name, value, reference = "Authorization", v.bearer, `"${`+EnvHeader+`#*: }"`
	} else {
		d.silent = append(d.silent, "The Cookie header is replaced as a whole: cookies that the application sets during the scan are lost. Where it changes its session or a CSRF cookie with each answer, this does not work.")
	}
	if !v.inline() {
		d.run = []string{v.exec("ZAP_AUTH_HEADER=" + name + " ZAP_AUTH_HEADER_VALUE=" + reference + " ZAP_AUTH_HEADER_SITE=" + shell(u.Hostname()) + " " + command)}
		return nil
	}
	if err := v.needsHeaders("ZAP"); err != nil {
		return err
	}
	d.files = []draftFile{{".zap.env", string(comment(v.head("ZAP's environment"))) +
		"ZAP_AUTH_HEADER=" + name + "\n" +
		"ZAP_AUTH_HEADER_VALUE=" + quoted(value) + "\n" +
		"ZAP_AUTH_HEADER_SITE=" + quoted(u.Hostname()) + "\n"}}
	d.run = []string{"set -a; . ./" + shell(v.base+".zap.env") + "; set +a; " + command}
	return nil
}
