package handoff

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// A trap is a way in which a scanner is misled by a file that looks right. Each is a
// test on what is written.
type trap struct {
	name string
	test func(t *testing.T)
}

// zapPlanOf reads the plan and its context.
func zapPlanOf(t *testing.T, in Input) (plan map[string]any, context any) {
	t.Helper()
	plan = fromYAML(t, first(must(t, "zap", in)))
	return plan, at(t, plan, "env", "contexts", 0)
}

// job finds a job of a plan by its type.
func job(t *testing.T, plan map[string]any, kind string) any {
	t.Helper()
	for _, j := range plan["jobs"].([]any) {
		if at(t, j, "type") == kind {
			return j
		}
	}
	t.Fatalf("there is no job %s", kind)
	return nil
}

func stepsOf(t *testing.T, context any) (kinds []string, list []any) {
	t.Helper()
	list, _ = at(t, context, "authentication", "parameters", "steps").([]any)
	for _, s := range list {
		kinds = append(kinds, at(t, s, "type").(string))
	}
	return kinds, list
}

// TestTraps goes through the traps of every format, one by one.
func TestTraps(t *testing.T) {
	for _, traps := range [][]trap{everyTrap, zapTraps, nucleiTraps, stackhawkTraps, burpTraps, checklistTraps, gitlabTraps, sessionFileTraps, recordingTraps} {
		for _, trap := range traps {
			t.Run(trap.name, trap.test)
		}
	}
}

var everyTrap = []trap{
	{"secrets are references, never values", func(t *testing.T) {
		text := all(must(t, "zap", shop()))
		wantText(t, "the plan", text, "${GATEPASS_PASSWORD}", "${GATEPASS_TOTP_SECRET}")
		for _, c := range canaries() {
			if strings.Contains(text, c) {
				t.Errorf("%s is in it", c)
			}
		}
	}},
	{"bypass codes never leave, the session does", func(t *testing.T) {
		in := with(bank(), func(in *Input) { in.Target.Route, in.Key = store.RouteBypassCode, nil })
		for _, s := range Scanners() {
			for _, v := range s.Variants() {
				if !v.SignsIn {
					continue
				}
				_, err := Make(s.Name(), signedIn(inlined(variantOf(in, v.Name))))
				if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "only the session") && !strings.Contains(err.Error(), "has not been tried") {
					t.Errorf("%s %s: %v", s.Name(), v.Name, err)
				}
			}
		}
		out := must(t, "zap", in)
		if out.Variant != "session" || len(out.Refusals) != 1 {
			t.Errorf("ZAP was given %s (%v)", out.Variant, out.Refusals)
		}
	}},
	{"selectors are those of the login that passed", func(t *testing.T) {
		in := with(shop(), func(in *Input) {
			in.Proven.Trail[4].At = login.Selectors{XPath: `//input[@data-x="7"]`}
			in.Proven.Trail[5].At = login.Selectors{CSS: `#send\:it`}
		})
		_, c := zapPlanOf(t, in)
		_, list := stepsOf(t, c)
		if at(t, list[1], "xpath") != `//input[@data-x="7"]` || at(t, list[2], "cssSelector") != `#send\:it` {
			t.Errorf("steps: %v", list)
		}
		// Without a trail there are none to invent.
		in = shop()
		in.Proven, in.Options.Unproven = nil, true
		if out := must(t, "zap", in); out.Variant == "login" {
			t.Error("steps were written without a trail")
		}
	}},
	{"text is a literal pattern", func(t *testing.T) {
		for _, text := range []string{"Orders of scan-bot", `a.b*c(d)[e]\Ef`, `"email":"scan@example.com"`, "Tom & Jerry's <b>", "x$y^z|{1}", "één €", `\Q`} {
			pattern := javaLiteral(text)
			if !regexp.MustCompile(pattern).MatchString("…" + text + "…") {
				t.Errorf("%s does not match %q", pattern, text)
			}
			if regexp.MustCompile(pattern).MatchString(strings.Map(func(r rune) rune { return r + 1 }, text)) {
				t.Errorf("%s matches something else than %q", pattern, text)
			}
		}
	}},
	{"signing out is excluded, and Duo's host is not attacked", func(t *testing.T) {
		_, c := zapPlanOf(t, bank())
		if got := at(t, c, "excludePaths", 0); got != `https://shop\.example\.com/logout.*` {
			t.Errorf("excludePaths: %v", got)
		}
		if got := at(t, c, "includePaths").([]any); len(got) != 1 || got[0] != `https://shop\.example\.com/.*` {
			t.Errorf("includePaths: %v", got)
		}
		for _, s := range []string{"zap", "nuclei", "stackhawk", "burp"} {
			in := signedIn(bank())
			for _, line := range strings.Split(first(must(t, s, in)), "\n") {
				if strings.Contains(line, "duosecurity") && !strings.Contains(line, "-eh ") {
					t.Errorf("%s: %s", s, line)
				}
			}
		}
	}},
	{"only what passed proof and control is handed off", func(t *testing.T) {
		in := shop()
		in.Proven = nil
		for _, s := range Scanners() {
			if _, err := Make(s.Name(), signedIn(in)); !errors.Is(err, ErrUnproven) {
				t.Errorf("%s: %v", s.Name(), err)
			}
		}
	}},
}

var zapTraps = []trap{
	{"ZAP: all four fields of totp, always", func(t *testing.T) {
		for _, k := range []Key{
			{otp.TOTP, otp.SHA1, 6, 30 * time.Second}, {otp.TOTP, otp.SHA256, 8, 60 * time.Second}, {otp.TOTP, otp.SHA512, 7, 15 * time.Second},
		} {
			_, c := zapPlanOf(t, with(shop(), func(in *Input) { in.Key = &k }))
			totp, _ := at(t, c, "users", 0, "credentials", "totp").(map[string]any)
			if len(totp) != 4 || totp["secret"] != "${GATEPASS_TOTP_SECRET}" || totp["period"] != int(k.Period.Seconds()) || totp["digits"] != k.Digits || totp["algorithm"] != string(k.Algorithm) {
				t.Errorf("totp of %v: %v", k, totp)
			}
		}
	}},
	{"ZAP: no step is dropped silently", func(t *testing.T) {
		for _, in := range []Input{shop(), bank(), with(bank(), func(in *Input) { // two presses with one label
			in.Proven.Trail = slices.Insert(in.Proven.Trail, 4, in.Proven.Trail[4])
		})} {
			_, c := zapPlanOf(t, in)
			_, list := stepsOf(t, c)
			seen := map[any]bool{}
			for _, s := range list {
				if d := at(t, s, "description"); d == nil || seen[d] {
					t.Errorf("description %v is empty or there twice", d)
				} else {
					seen[d] = true
				}
				if at(t, s, "type") != "AUTO_STEPS" && at(t, s, "cssSelector") == nil && at(t, s, "xpath") == nil {
					t.Errorf("step %v has no selector", s)
				}
			}
		}
	}},
	{"ZAP: the order of steps", func(t *testing.T) {
		together := with(shop(), func(in *Input) {
			in.Proven.Trail = slices.Delete(in.Proven.Trail, 3, 4) // one page, sent once
		})
		first := with(shop(), func(in *Input) { // the username has a page of its own
			in.Proven.Trail = slices.Insert(in.Proven.Trail, 2, press(shopLogin, login.KindUsername, "Next"))
		})
		door := with(shop(), func(in *Input) {
			in.Proven.Trail = slices.Insert(in.Proven.Trail, 1, press("https://shop.example.com/", login.KindMethods, "Log in"))
		})
		for name, want := range map[string]struct {
			in    Input
			kinds string
		}{
			"the code on the next page":                {shop(), "AUTO_STEPS TOTP_FIELD CLICK"},
			"a prompt that is chosen from, sent, left": {bank(), "AUTO_STEPS CLICK TOTP_FIELD RETURN CLICK"},
			"everything on one page":                   {together, "TOTP_FIELD AUTO_STEPS"},
			"the username on a page of its own":        {first, "AUTO_STEPS TOTP_FIELD CLICK"},
			"a button before the login":                {door, "CLICK AUTO_STEPS TOTP_FIELD CLICK"},
			"no code at all":                           {exempt(shop()), ""},
		} {
			_, c := zapPlanOf(t, want.in)
			kinds, _ := stepsOf(t, c)
			if got := strings.Join(kinds, " "); got != want.kinds {
				t.Errorf("%s: %s, not %s", name, got, want.kinds)
			}
		}
	}},
	{"ZAP: references stand only where they are replaced", func(t *testing.T) {
		_, c := zapPlanOf(t, shop())
		text, err := toYAML(nil, at(t, c, "authentication"), nil)
		if err != nil || strings.Contains(text, "${") {
			t.Errorf("a reference is in the verification, which ZAP does not replace: %v\n%s", err, text)
		}
		in := inlined(shop())
		in.Options.Inline.Password = store.NewSecret("pa${HOME}ss")
		if _, err := Make("zap", in); !errors.Is(err, ErrRefused) {
			t.Errorf("a password that ZAP would replace was written: %v", err)
		}
	}},
	{"ZAP: no loggedOutRegex, and a loggedInRegex that was proven", func(t *testing.T) {
		_, c := zapPlanOf(t, shop())
		v := at(t, c, "authentication", "verification")
		if at(t, v, "loggedOutRegex") != nil {
			t.Error("a loggedOutRegex that does not match means signed in")
		}
		pattern := at(t, v, "loggedInRegex").(string)
		for _, body := range []string{"<h1>Orders of scan-bot</h1>", "<h1>Orders\n  of scan-bot</h1>", "Orders&nbsp;of scan-bot"} {
			if !regexp.MustCompile(pattern).MatchString(body) {
				t.Errorf("%s does not match %q: ZAP would sign in for every request", pattern, body)
			}
		}
		if regexp.MustCompile(pattern).MatchString("Please sign in. Orders of others") {
			t.Errorf("%s matches without the session", pattern)
		}
		out := with(shop(), func(in *Input) { in.Proven.ProofText = "" })
		if _, err := Make("zap", out); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "--proof-text") {
			t.Errorf("without a text: %v", err)
		}
	}},
	{"ZAP: a proof that only scripts draw would have it sign in for every request, or never pass its gate", func(t *testing.T) {
		in := with(shop(), func(in *Input) { in.Proven.Facts.BareClient = login.No })
		for _, scanner := range []string{"zap", "stackhawk"} {
			if _, err := Make(scanner, in); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "gatepass edit shop --proof-url") {
				t.Errorf("%s: %v", scanner, err)
			}
		}
		wantText(t, "the plan", first(must(t, "zap", shop())), "the account is locked")
	}},
	{"ZAP: the gates test the state, not stats.auth.success", func(t *testing.T) {
		plan, _ := zapPlanOf(t, shop())
		tests := at(t, job(t, plan, "requestor"), "tests").([]any)
		var statistics []string
		for _, test := range tests {
			statistics = append(statistics, at(t, test, "statistic").(string))
			if at(t, test, "onFail") != "error" || at(t, test, "site") != "https://shop.example.com" || at(t, test, "value") == nil || at(t, test, "operator") == nil {
				t.Errorf("test %v", test)
			}
		}
		if !slices.Equal(statistics, []string{"stats.auth.state.loggedin", "stats.auth.failure"}) {
			t.Errorf("statistics: %v", statistics)
		}
		if at(t, plan, "jobs", 0, "type") != "requestor" || at(t, plan, "env", "parameters", "failOnError") != true {
			t.Error("the gate does not come first, or does not stop the plan")
		}
	}},
	{"ZAP: one browser, and no link that signs out", func(t *testing.T) {
		plan, _ := zapPlanOf(t, shop())
		p := at(t, job(t, plan, "spiderAjax"), "parameters")
		if at(t, p, "numberOfBrowsers") != 1 || at(t, p, "logoutAvoidance") != true {
			t.Errorf("spiderAjax: %v", p)
		}
		plan, _ = zapPlanOf(t, variantOf(shop(), "session"))
		if p := at(t, job(t, plan, "spider"), "parameters"); at(t, p, "logoutAvoidance") != true {
			t.Errorf("spider: %v", p)
		}
	}},
	{"ZAP: no report carries secrets", func(t *testing.T) {
		plan, c := zapPlanOf(t, shop())
		if at(t, c, "authentication", "parameters", "diagnostics") != false {
			t.Error("diagnostics keep the traffic in the session's file")
		}
		for _, s := range at(t, job(t, plan, "report"), "sections").([]any) {
			if s == "afenv" || strings.HasPrefix(s.(string), "diagnostics") {
				t.Errorf("section %v holds resolved secrets", s)
			}
		}
	}},
	{"ZAP: nothing that it keeps in its own configuration", func(t *testing.T) {
		out := must(t, "zap", shop())
		if out.Files[0].Name != "shop.zap.yaml" || !strings.Contains(out.Run[1], "-autorun") {
			t.Errorf("not a plan: %v", out.Run)
		}
		wantText(t, "run", out.Run[0], `gatepass exec shop --no-session --give password,seed -- zap.sh -cmd -autorun "$PWD/shop.zap.yaml"`)
		wantText(t, "an exempt one's", must(t, "zap", exempt(shop())).Run[0], "--give password --")
	}},
	{"ZAP: a field in a frame, in a shadow root, in boxes", func(t *testing.T) {
		for what, change := range map[string]func(*login.Act){
			"a frame":       func(a *login.Act) { a.Frame = "https://sso.example.com/otp" },
			"a shadow root": func(a *login.Act) { a.Shadow = true },
			"6 boxes":       func(a *login.Act) { a.Boxes = 6 },
		} {
			out := must(t, "zap", with(shop(), func(in *Input) { change(&in.Proven.Trail[4]) }))
			if out.Variant != "session" || !strings.Contains(strings.Join(out.Refusals[0].Reasons, " "), what) {
				t.Errorf("%s: %s, %v", what, out.Variant, out.Refusals)
			}
		}
	}},
	{"ZAP: it fills username and password by itself, in shadow roots too", func(t *testing.T) {
		in := with(shop(), func(in *Input) { in.Proven.Trail[1].Shadow, in.Proven.Trail[2].At = true, login.Selectors{} })
		if out := must(t, "zap", in); out.Variant != "login" {
			t.Errorf("refused: %v", out.Refusals)
		}
	}},
	{"ZAP: after TOTP_FIELD the code is sent", func(t *testing.T) {
		for _, in := range []Input{shop(), bank()} {
			_, c := zapPlanOf(t, in)
			kinds, _ := stepsOf(t, c)
			next := kinds[slices.Index(kinds, "TOTP_FIELD")+1]
			if next != "CLICK" && next != "RETURN" {
				t.Errorf("after the code comes %s", next)
			}
		}
	}},
	{"ZAP with a session: three variables, and what they do", func(t *testing.T) {
		out := must(t, "zap", variantOf(shop(), "session"))
		wantText(t, "run", strings.Join(out.Run, "\n"), "ZAP_AUTH_HEADER=Cookie", `ZAP_AUTH_HEADER_VALUE="$GATEPASS_COOKIE"`, "ZAP_AUTH_HEADER_SITE=shop.example.com", "gatepass exec shop -- sh -c")
		wantText(t, "silent", strings.Join(out.Silent, "\n"), "replaced as a whole", "whose name contains shop.example.com")
		out = must(t, "zap", with(variantOf(shop(), "session"), func(in *Input) { in.Proven.Facts.Header = true }))
		wantText(t, "run", strings.Join(out.Run, "\n"), "ZAP_AUTH_HEADER=Authorization")
	}},
	{"ZAP with a session: the gate is a url test with an operator", func(t *testing.T) {
		plan, _ := zapPlanOf(t, variantOf(shop(), "session"))
		requestor := job(t, plan, "requestor")
		test := at(t, requestor, "tests", 0)
		if at(t, test, "type") != "url" || at(t, test, "operator") != "or" || at(t, test, "onFail") != "error" {
			t.Errorf("test: %v", test)
		}
		if pattern := at(t, test, "responseBodyRegex").(string); !regexp.MustCompile(pattern).MatchString("<h1>Orders of scan-bot</h1>") {
			t.Errorf("pattern: %s", pattern)
		}
		if at(t, requestor, "requests", 0, "responseCode") != nil {
			t.Error("a response code is only a warning")
		}
	}},
}

var nucleiTraps = []trap{
	{"Nuclei: names and values apart, no raw, no empty one", func(t *testing.T) {
		in := signedIn(shop())
		in.Session.Cookies = append(in.Session.Cookies, login.Cookie{Name: "empty", Domain: "shop.example.com", HostOnly: true, Path: "/"})
		f := fromYAML(t, first(must(t, "nuclei", in)))
		cookies := at(t, f, "static", 0, "cookies").([]any)
		if len(cookies) != 2 || at(t, cookies, 0, "key") != "shop_session" || at(t, cookies, 0, "value") != canaryCookie {
			t.Errorf("cookies: %v", cookies)
		}
		for _, c := range cookies {
			if len(c.(map[string]any)) != 2 {
				t.Errorf("cookie %v", c)
			}
		}
	}},
	{"Nuclei: every spelling of a host", func(t *testing.T) {
		for origin, want := range map[string][]any{
			"https://shop.example.com":      {"shop.example.com"},
			"https://shop.example.com:443":  {"shop.example.com"},
			"https://shop.example.com:8443": {"shop.example.com", "shop.example.com:8443"},
			"http://127.0.0.1:4711":         {"127.0.0.1", "127.0.0.1:4711"},
		} {
			in := with(signedIn(shop()), func(in *Input) {
				in.Proven.ProofURL, in.Proven.Landed = origin+"/account", ""
			})
			host := strings.Split(strings.TrimPrefix(strings.TrimPrefix(origin, "https://"), "http://"), ":")[0]
			in.Session.Cookies[0].Domain = host
			if got := at(t, fromYAML(t, first(must(t, "nuclei", in))), "static", 0, "domains").([]any); !slices.Equal(got, want) {
				t.Errorf("%s: %v", origin, got)
			}
		}
	}},
	{"Nuclei: nothing dynamic, which it fetches once and never again", func(t *testing.T) {
		if f := fromYAML(t, first(must(t, "nuclei", signedIn(shop())))); f["dynamic"] != nil {
			t.Error("there is a dynamic part")
		}
	}},
	{"Nuclei: the file says when the session ends, and is refused when that is too early", func(t *testing.T) {
		in := signedIn(shop())
		text := first(must(t, "nuclei", in))
		wantText(t, "the head", strings.Split(text, "id:")[0], "2026-11-23 15:00:00 UTC", "in 3 h 00 min", "does not sign in again")
		in.Options.Needed = 4 * time.Hour
		_, err := Make("nuclei", in)
		if !errors.Is(err, ErrTooShort) {
			t.Errorf("4 h of 3: %v", err)
		}
		in.Options.Needed = 2 * time.Hour
		if _, err := Make("nuclei", in); err != nil {
			t.Errorf("2 h of 3: %v", err)
		}
	}},
	{"Nuclei: readable by its owner alone", func(t *testing.T) {
		out := must(t, "nuclei", signedIn(shop()))
		if f := out.Files[0]; f.Mode != 0o600 || !f.Secret {
			t.Errorf("%s has mode %o", f.Name, f.Mode)
		}
		if f := out.Files[1]; f.Secret {
			t.Errorf("%s is called secret", f.Name)
		}
	}},
	{"Nuclei: -ps, or a secrets file that fails is passed over", func(t *testing.T) {
		out := must(t, "nuclei", signedIn(bank()))
		wantText(t, "run", out.Run[0], " -ps", "-sf bank.nuclei.yaml", "-eh api-1234abcd.duosecurity.com")
		wantText(t, "check", out.Check[0], " -ps")
	}},
}

var stackhawkTraps = []trap{
	{"StackHawk: exactly one authorization", func(t *testing.T) {
		for name, in := range map[string]Input{
			"cookies": shop(),
			"header":  with(shop(), func(in *Input) { in.Proven.Facts.Header = true }),
			"command": variantOf(shop(), "command"),
		} {
			a := at(t, fromYAML(t, first(must(t, "stackhawk", in))), "app", "authentication").(map[string]any)
			blocks, sources := 0, 0
			for _, key := range []string{"cookieAuthorization", "tokenAuthorization", "sessionScript"} {
				if a[key] != nil {
					blocks++
				}
			}
			for _, key := range []string{"external", "externalCommand", "usernamePassword", "oauth", "script"} {
				if a[key] != nil {
					sources++
				}
			}
			if blocks != 1 || sources != 1 {
				t.Errorf("%s: %d authorizations, %d sources", name, blocks, sources)
			}
		}
	}},
	{"StackHawk: the kinds fit each other", func(t *testing.T) {
		f := fromYAML(t, first(must(t, "stackhawk", shop())))
		a := at(t, f, "app", "authentication")
		if at(t, a, "external", "type") != "COOKIE" || at(t, a, "external", "value") != "${GATEPASS_COOKIE}" || at(t, a, "cookieAuthorization", "cookieNames", 0) != "shop_session" {
			t.Errorf("cookies: %v", a)
		}
		a = at(t, fromYAML(t, first(must(t, "stackhawk", with(shop(), func(in *Input) { in.Proven.Facts.Header = true })))), "app", "authentication")
		if at(t, a, "external", "type") != "TOKEN" || at(t, a, "tokenAuthorization", "type") != "HEADER" || at(t, a, "tokenAuthorization", "value") != "Authorization" || at(t, a, "tokenAuthorization", "tokenType") != "Bearer" {
			t.Errorf("header: %v", a)
		}
	}},
	{"StackHawk: the test path looks at the body, which a login page does not have", func(t *testing.T) {
		a := at(t, fromYAML(t, first(must(t, "stackhawk", shop()))), "app", "authentication")
		p := at(t, a, "testPath")
		if at(t, p, "type") != "BODY" || at(t, p, "path") != "/account" || at(t, p, "requestMethod") != "GET" {
			t.Errorf("testPath: %v", p)
		}
		success := regexp.MustCompile("^" + at(t, p, "success").(string) + "$")
		if !success.MatchString("<html>\n<h1>Orders of scan-bot</h1>\n</html>") || success.MatchString("<html>\n200 OK Sign in</html>") {
			t.Errorf("success: %v", success)
		}
		in, out := regexp.MustCompile(at(t, a, "loggedInIndicator").(string)), regexp.MustCompile(at(t, a, "loggedOutIndicator").(string))
		if !in.MatchString("Orders of scan-bot") || !out.MatchString("HTTP/1.1 302 Found\r\nLocation: https://shop.example.com/login?next=%2F\r\n") || !out.MatchString("HTTP/1.1 401 Unauthorized") || out.MatchString("HTTP/1.1 200 OK\r\n\r\n<h1>Orders of scan-bot</h1>") {
			t.Errorf("indicators: %v, %v", in, out)
		}
	}},
	{"StackHawk: signing out is excluded by its path", func(t *testing.T) {
		if got := at(t, fromYAML(t, first(must(t, "stackhawk", shop()))), "app", "excludePaths", 0); got != "/logout.*" {
			t.Errorf("excludePaths: %v", got)
		}
	}},
	{"StackHawk: the command is sh with curl, and knows the container", func(t *testing.T) {
		out := must(t, "stackhawk", with(variantOf(shop(), "command"), func(in *Input) { in.Options.Broker = "http://127.0.0.1:9999/" }))
		c := at(t, fromYAML(t, first(out)), "app", "authentication", "externalCommand")
		if at(t, c, "command") != "sh" || at(t, c, "parameters", 0) != "-c" {
			t.Errorf("command: %v", c)
		}
		line := at(t, c, "parameters", 1).(string)
		if line != `printf 'Authorization: Bearer %s' "$GATEPASS_BROKER_TOKEN" | curl -fsS -H @- http://127.0.0.1:9999/session.json` {
			t.Errorf("parameters: %s", line)
		}
		wantText(t, "run", strings.Join(out.Run, "\n"), "gatepass serve shop --token-file shop.token", `export GATEPASS_BROKER_TOKEN="$(cat shop.token)"; hawk scan shop.stackhawk.yml`, "--network host", "host.docker.internal")
	}},
	{"StackHawk: what it costs that the session is renewed", func(t *testing.T) {
		for route, want := range map[store.Route]string{
			store.RouteBypassCode: "each login costs one use of a bypass code", store.RoutePush: "a person has to approve each login", store.RouteOTP: "",
		} {
			out := must(t, "stackhawk", with(variantOf(shop(), "command"), func(in *Input) { in.Target.Route = route }))
			if notes := strings.Join(out.Notes, "\n"); !strings.Contains(notes, want) || want == "" && strings.Contains(notes, "Whenever") {
				t.Errorf("by %s: %s", route, notes)
			}
		}
	}},
	{"StackHawk: hawk validate auth", func(t *testing.T) {
		wantText(t, "check", strings.Join(must(t, "stackhawk", shop()).Check, ""), "gatepass exec shop -- sh -c 'hawk perch start && hawk validate auth shop.stackhawk.yml'")
	}},
	{"StackHawk: what its command answers", func(t *testing.T) {
		s, err := Write("json", signedIn(shop()))
		if err != nil {
			t.Fatal(err)
		}
		v := fromJSON(t, s.File.Content.Reveal())
		if h := at(t, v, "headers").([]any); len(h) != 0 {
			t.Errorf("headers: %v", h)
		}
		if at(t, v, "cookies", 0, "shop_session") != canaryCookie || at(t, v, "cookies", 1, "remember") != canaryRemember {
			t.Errorf("cookies: %v", v)
		}
		in := shop()
		in.Session = bearer()
		if s, err = Write("json", in); err != nil || at(t, fromJSON(t, s.File.Content.Reveal()), "headers", 0, "Authorization") != canaryBearer {
			t.Errorf("a header: %v", err)
		}
	}},
}

var burpTraps = []trap{
	{"Burp: the recording begins with its recorder and goes to the login", func(t *testing.T) {
		out := must(t, "burp", inlined(variantOf(bank(), "recording")))
		events := fromJSON(t, first(out)).([]any)
		if at(t, events, 0, "eventType") != "start" || at(t, events, 0, "name") != "Burp Suite Navigation Recorder" || at(t, events, 1, "eventType") != "goto" || at(t, events, 1, "url") != shopLogin {
			t.Errorf("events: %v", events[:2])
		}
		var kinds []string
		last := 0.0
		for _, e := range events[1:] {
			kind := at(t, e, "eventType").(string)
			kinds = append(kinds, kind)
			now, _ := at(t, e, "timestamp").(float64)
			if now <= last {
				t.Errorf("event %v is not later than the one before", e)
			}
			last = now
			if (kind == "typing" || kind == "click") && at(t, e, "xPath") == nil {
				t.Errorf("event %v has no XPath", e)
			}
			for _, field := range []string{"name", "id", "tagName", "className", "elementType"} {
				if _, there := e.(map[string]any)[field]; (kind == "typing" || kind == "click") && !there {
					t.Errorf("event %v has no %s", kind, field)
				}
			}
		}
		if got := strings.Join(kinds, " "); got != "goto typing typing click click typing keyboard click" {
			t.Errorf("events: %s", got)
		}
	}},
	{"Burp: six digits where the code was, and they are no code", func(t *testing.T) {
		out := must(t, "burp", inlined(variantOf(shop(), "recording")))
		wantText(t, "the recording", first(out), `"typedValue": "000000"`)
		wantText(t, "the steps", all(out), "TOTP detected", "Algorithm SHA1", "Period 30", "Digits 6", "Status check")
	}},
	{"Burp: a recording holds the password, so it is asked for and kept private", func(t *testing.T) {
		if _, err := Make("burp", variantOf(shop(), "recording")); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "--inline-secrets") {
			t.Errorf("it was written: %v", err)
		}
		out := must(t, "burp", inlined(variantOf(shop(), "recording")))
		if f := out.Files[0]; f.Mode != 0o600 || !f.Secret || !strings.Contains(first(out), canaryPassword) {
			t.Errorf("%s: %o", f.Name, f.Mode)
		}
		sheet := out.Files[len(out.Files)-1].Content.Reveal()
		wantText(t, "the sheet", sheet, "holds a secret")
	}},
	{"Burp: the CI configuration", func(t *testing.T) {
		f := fromYAML(t, first(must(t, "burp", signedIn(shop()))))
		c := at(t, f, "headersCookiesConfig", "cookies", 0)
		if at(t, c, "name") != "shop_session" || at(t, c, "value") != canaryCookie || at(t, c, "scopePrefix") != "https://shop.example.com" {
			t.Errorf("cookies: %v", c)
		}
		in := shop()
		in.Session = bearer()
		h := at(t, fromYAML(t, first(must(t, "burp", in))), "headersCookiesConfig", "headers", 0)
		if at(t, h, "name") != "Authorization" || at(t, h, "value") != canaryBearer {
			t.Errorf("headers: %v", h)
		}
	}},
	{"Burp: each origin is sent its own cookies", func(t *testing.T) {
		in := with(signedIn(shop()), func(in *Input) { in.Proven.Landed = "https://www.example.com/" })
		for _, c := range at(t, fromYAML(t, first(must(t, "burp", in))), "headersCookiesConfig", "cookies").([]any) {
			if at(t, c, "scopePrefix") == "https://www.example.com" && at(t, c, "name") == "shop_session" {
				t.Error("a cookie of one host alone is sent to another")
			}
		}
	}},
	{"Burp: the scan runs on signed out", func(t *testing.T) {
		wantText(t, "silent", strings.Join(must(t, "burp", signedIn(shop())).Silent, " "), "runs on signed out")
	}},
}

var checklistTraps = []trap{
	{"Invicti: five values of a dialog, and no file that it might not read", func(t *testing.T) {
		in := with(shop(), func(in *Input) {
			in.Key = &Key{otp.TOTP, otp.SHA512, 8, 45 * time.Second}
		})
		for _, variant := range []string{"enterprise", "standard"} {
			out := must(t, "invicti", variantOf(in, variant))
			if len(out.Files) != 1 || out.Files[0].Name != "shop.invicti.txt" {
				t.Errorf("files: %v", out.Files)
			}
			wantText(t, variant, first(out), "OTP Type: TOTP", "Secret Key: (the seed", "Digit: 8", "Period: 45", "Algorithm: SHA512",
				"Login Form URL: "+shopLogin, "Login Required URL: https://shop.example.com/account", "Verify Login & Logout", "Orders of scan-bot", `https://shop\.example\.com/logout.*`)
		}
		wantText(t, "Standard", first(must(t, "invicti", variantOf(in, "standard"))), "Standard: ")
		wantText(t, "Enterprise", first(must(t, "invicti", in)), "Enterprise: ")
	}},
	{"Invicti: a counter", func(t *testing.T) {
		out := must(t, "invicti", with(shop(), func(in *Input) { in.Key = &Key{Type: otp.HOTP, Algorithm: otp.SHA1, Digits: 6} }))
		wantText(t, "the checklist", first(out), "OTP Type: HOTP", "counter moves")
		if strings.Contains(first(out), "Period:") {
			t.Error("a counter has no period")
		}
	}},
	{"Invicti: exemption, and where it has not been tried", func(t *testing.T) {
		out := must(t, "invicti", variantOf(exempt(shop()), "exemption"))
		wantText(t, "the checklist", first(out), "exempt the address", "Personas")
		if strings.Contains(first(out), "OTP Type") {
			t.Error("an exempt scanner needs no code")
		}
		if _, err := Make("invicti", variantOf(shop(), "exemption")); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "has not been tried") {
			t.Errorf("an exemption that nobody tried: %v", err)
		}
	}},
	{"Invicti: a custom script from the way that passed", func(t *testing.T) {
		out := must(t, "invicti", variantOf(exempt(shop()), "script"))
		wantText(t, "the script", first(out),
			`netsparker.auth.setValueByQuery("#username", username, 2000);`,
			`netsparker.auth.setValueByQuery("#password", password, 2000);`,
			`netsparker.auth.clickByQuery("form button[type=submit]", 2000);`)
		if _, err := Make("invicti", variantOf(shop(), "script")); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "OTP dialog") {
			t.Errorf("a script with a code: %v", err)
		}
	}},
	{"Acunetix: a checklist, no sequence file", func(t *testing.T) {
		out := must(t, "acunetix", bank())
		if len(out.Files) != 1 {
			t.Errorf("files: %v", out.Files)
		}
		wantText(t, "the checklist", first(out), "OTP Type: TOTP", "Login Sequence Recorder", "Session pattern", "api-1234abcd.duosecurity.com")
	}},
	{"boxes for a code, which nobody documents that a dialog fills", func(t *testing.T) {
		boxes := with(shop(), func(in *Input) { in.Proven.Trail[4].Boxes = 6 })
		for scanner, way := range map[string]string{"invicti": "gatepass advise shop --letter", "acunetix": "--variant session", "appscan": "box by box"} {
			wantText(t, scanner, first(must(t, scanner, boxes)), "6 boxes for the code", way)
			if text := first(must(t, scanner, shop())); strings.Contains(text, "boxes") {
				t.Errorf("%s: one field is called boxes:\n%s", scanner, text)
			}
		}
	}},
	{"what must be seen, in a sentence", func(t *testing.T) {
		wantText(t, "acunetix", first(must(t, "acunetix", shop())), `whose answer has "Orders of scan-bot": https://shop.example.com/account`)
		wantText(t, "appscan", first(must(t, "appscan", shop())), `the page must contain "Orders of scan-bot": https://shop.example.com/account`)
	}},
	{"AppScan: each code from the broker", func(t *testing.T) {
		out := must(t, "appscan", with(shop(), func(in *Input) { in.Key = &Key{otp.TOTP, otp.SHA256, 8, time.Minute} }))
		wantText(t, "the checklist", first(out), "http://127.0.0.1:8765/code", "http://gatepass:TOKEN@127.0.0.1:8765/code?format=text", "--token-file shop.token", `(\d{8})`, "Action-based", "OTP HTTP-parameters, if it did not find it: code", "gatepass serve shop")
		if _, err := Make("appscan", with(shop(), func(in *Input) { in.Key.Type = otp.Steam })); !errors.Is(err, ErrRefused) {
			t.Errorf("letters for digits: %v", err)
		}
	}},
}

// gitlabVariables reads the job's variables.
func gitlabVariables(t *testing.T, in Input) map[string]any {
	t.Helper()
	f := fromYAML(t, first(must(t, "gitlab", in)))
	if at(t, f, "include", 0, "template") != "Security/DAST.gitlab-ci.yml" {
		t.Error("the template is not included")
	}
	return at(t, f, "dast", "variables").(map[string]any)
}

var gitlabTraps = []trap{
	{"GitLab: secrets are masked variables, never in the file", func(t *testing.T) {
		for _, in := range []Input{shop(), inlined(shop()), variantOf(shop(), "session"), signedIn(inlined(variantOf(shop(), "session")))} {
			out := must(t, "gitlab", in)
			for name := range gitlabVariables(t, in) {
				if slices.Contains([]string{"DAST_AUTH_PASSWORD", "DAST_AUTH_OTP_KEY", "DAST_REQUEST_COOKIES", "DAST_REQUEST_HEADERS"}, name) {
					t.Errorf("%s is in the file", name)
				}
			}
			wantText(t, "the steps", all(out), "masked")
			for _, c := range canaries() {
				if strings.Contains(first(out), c) {
					t.Errorf("%s is in the file", c)
				}
			}
		}
		out := must(t, "gitlab", inlined(shop()))
		if f := out.Files[1]; f.Mode != 0o600 || !strings.Contains(f.Content.Reveal(), "DAST_AUTH_OTP_KEY='"+canarySeed+"'") {
			t.Errorf("%s: %o", f.Name, f.Mode)
		}
	}},
	{"GitLab: the fields, with the kind of each selector", func(t *testing.T) {
		v := gitlabVariables(t, shop())
		for name, want := range map[string]string{
			"DAST_TARGET_URL": "https://shop.example.com", "DAST_AUTH_URL": shopLogin, "DAST_AUTH_USERNAME": "scan-bot",
			"DAST_AUTH_USERNAME_FIELD": "css:#username", "DAST_AUTH_PASSWORD_FIELD": "css:#password",
			"DAST_AUTH_SUBMIT_FIELD": "css:form button[type=submit]",
			"DAST_AUTH_OTP_FIELD":    "css:#code", "DAST_AUTH_OTP_SUBMIT_FIELD": "css:form button[type=submit]",
			"DAST_AUTH_SUCCESS_IF_NO_LOGIN_FORM": "true",
			"DAST_AUTH_REPORT":                   "true", "DAST_SCOPE_EXCLUDE_URLS": "https://shop.example.com/logout",
		} {
			if v[name] != want {
				t.Errorf("%s is %v, not %s", name, v[name], want)
			}
		}
		if v["DAST_AUTH_FIRST_SUBMIT_FIELD"] != nil {
			t.Error("there is one page for both")
		}
		if v["DAST_AUTH_SUCCESS_IF_AT_URL"] != nil {
			t.Error("the login page would match what is to tell that one is signed in")
		}
		home := gitlabVariables(t, with(shop(), func(in *Input) { in.Proven.Landed = "https://shop.example.com/home" }))
		if home["DAST_AUTH_SUCCESS_IF_AT_URL"] != "https://shop.example.com/home*" {
			t.Errorf("a page of its own after the login: %v", home["DAST_AUTH_SUCCESS_IF_AT_URL"])
		}
		v = gitlabVariables(t, with(shop(), func(in *Input) {
			in.Proven.Trail = slices.Insert(in.Proven.Trail, 2, press(shopLogin, login.KindUsername, "Next"))
		}))
		if v["DAST_AUTH_FIRST_SUBMIT_FIELD"] != "css:form button[type=submit]" {
			t.Errorf("the username's own page: %v", v)
		}
	}},
	{"GitLab: Duo's host is ignored, never excluded", func(t *testing.T) {
		in := with(bank(), func(in *Input) {
			in.Proven.Trail = slices.Delete(in.Proven.Trail, 4, 5)
			in.Proven.Trail[5] = press("https://api-1234abcd.duosecurity.com/x", login.KindCode, "Verify")
		})
		v := gitlabVariables(t, in)
		if v["DAST_SCOPE_IGNORE_HOSTS"] != "api-1234abcd.duosecurity.com" || v["DAST_SCOPE_EXCLUDE_HOSTS"] != nil {
			t.Errorf("scope: %v", v)
		}
		if v["DAST_AUTH_AFTER_LOGIN_ACTIONS"] != "click(on=css:form button[type=submit])" {
			t.Errorf("the last press: %v", v["DAST_AUTH_AFTER_LOGIN_ACTIONS"])
		}
	}},
	{"GitLab: a press between password and code has no variable", func(t *testing.T) {
		out := must(t, "gitlab", bank())
		if out.Variant != "session" || !strings.Contains(out.Refusals[0].Reasons[0], "Other options") {
			t.Errorf("%s: %v", out.Variant, out.Refusals)
		}
	}},
	{"GitLab: commas and colons separate", func(t *testing.T) {
		for _, value := range []string{"a,b", "a:b"} {
			in := signedIn(inlined(variantOf(shop(), "session")))
			in.Session.Cookies[0].Value = store.NewSecret(value)
			for name, err := range map[string]error{
				"handoff": second(Make("gitlab", in)), "login": second(Write("gitlab", in)),
			} {
				if !errors.Is(err, ErrRefused) || strings.Contains(err.Error(), value) {
					t.Errorf("%s with %q: %v", name, value, err)
				}
			}
		}
		in := signedIn(shop())
		s, err := Write("gitlab", in)
		if err != nil || s.File.Content.Reveal() != "DAST_REQUEST_COOKIES='shop_session:"+canaryCookie+",remember:"+canaryRemember+"'\n" {
			t.Errorf("%q, %v", s.File.Content.Reveal(), err)
		}
		in.Session = bearer()
		if s, err = Write("gitlab", in); err != nil || s.File.Content.Reveal() != "DAST_REQUEST_HEADERS='Authorization: "+canaryBearer+"'\n" {
			t.Errorf("%q, %v", s.File.Content.Reveal(), err)
		}
	}},
	{"GitLab: a dollar sign would be a variable", func(t *testing.T) {
		v := gitlabVariables(t, with(shop(), func(in *Input) { in.Proven.Trail[1].At = login.Selectors{CSS: `[id$=user]`} }))
		if v["DAST_AUTH_USERNAME_FIELD"] != "css:[id$$=user]" {
			t.Errorf("%v", v["DAST_AUTH_USERNAME_FIELD"])
		}
	}},
}

func second[T any](_ T, err error) error { return err }

var sessionFileTraps = []trap{
	{"storageState: -1 ends with the session, and sameSite is spelled as Playwright wants it", func(t *testing.T) {
		v := fromJSON(t, first(must(t, "playwright", signedIn(shop()))))
		for i, want := range []map[string]any{
			{"name": "shop_session", "expires": -1.0, "sameSite": "Lax", "domain": "shop.example.com", "path": "/", "httpOnly": true, "secure": true},
			{"name": "remember", "expires": float64(noon.Add(3 * time.Hour).Unix()), "sameSite": "Strict", "domain": ".example.com", "path": "/", "httpOnly": false},
		} {
			for key, value := range want {
				if got := at(t, v, "cookies", i, key); got != value {
					t.Errorf("cookie %d: %s is %v, not %v", i, key, got, value)
				}
			}
		}
		in := signedIn(shop())
		in.Session.Cookies[0].SameSite, in.Session.Cookies[0].Path = "unspecified", ""
		if c := at(t, fromJSON(t, first(must(t, "playwright", in))), "cookies", 0).(map[string]any); c["sameSite"] != nil || c["path"] != "/" {
			t.Errorf("cookie: %v", c)
		}
	}},
	{"storageState: a partitioned cookie stays in its partition", func(t *testing.T) {
		in := signedIn(shop())
		in.Session.Cookies[0].Partition = login.Partition{Site: "https://portal.example.org"}
		v := fromJSON(t, first(must(t, "playwright", in)))
		c := at(t, v, "cookies", 0).(map[string]any)
		if c["partitionKey"] != "https://portal.example.org" || c["_crHasCrossSiteAncestor"] != false {
			t.Errorf("cookie: %v", c)
		}
		if c := at(t, v, "cookies", 1).(map[string]any); c["partitionKey"] != nil || c["_crHasCrossSiteAncestor"] != nil {
			t.Errorf("a cookie of no partition: %v", c)
		}
	}},
	{"storageState: sessionStorage is not restored", func(t *testing.T) {
		in := shop()
		in.Session = bearer()
		out := must(t, "playwright", in)
		v := fromJSON(t, first(out))
		if at(t, v, "origins", 0, "origin") != "https://shop.example.com" || at(t, v, "origins", 0, "localStorage", 0, "value") != canaryLocal {
			t.Errorf("origins: %v", v)
		}
		if strings.Contains(first(out), canaryTab) {
			t.Error("sessionStorage is in it")
		}
		wantText(t, "what is said", all(out), "sessionStorage is not restored", "sessionStorage, which is not carried over")
	}},
	{"an empty session is not a session", func(t *testing.T) {
		in := shop()
		in.Session = session()
		in.Session.Cookies = in.Session.Cookies[2:]
		for _, name := range []string{"playwright", "cookies.txt", "wapiti", "nuclei", "header", "burp"} {
			if _, err := Make(name, in); !errors.Is(err, ErrNoSession) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}},
	{"cookies.txt: seven fields between tabs under the right first line", func(t *testing.T) {
		lines := strings.Split(strings.TrimSuffix(first(must(t, "cookies.txt", signedIn(shop()))), "\n"), "\n")
		if lines[0] != "# Netscape HTTP Cookie File" {
			t.Errorf("first line: %q", lines[0])
		}
		var cookies []string
		for _, line := range lines[1:] {
			if !strings.HasPrefix(line, "# ") {
				cookies = append(cookies, line)
				if n := strings.Count(line, "\t"); n != 6 {
					t.Errorf("%d tabs in %q", n, line)
				}
			}
		}
		want := []string{
			"shop.example.com\tFALSE\t/\tTRUE\t1796040000\tshop_session\t" + canaryCookie,
			".example.com\tTRUE\t/\tTRUE\t1795446000\tremember\t" + canaryRemember,
		}
		if !slices.Equal(cookies, want) {
			t.Errorf("got  %q\nwant %q", cookies, want)
		}
	}},
	{"cookies.txt: no mark that wget and older Pythons take for a comment", func(t *testing.T) {
		out := must(t, "cookies.txt", signedIn(shop()))
		if strings.Contains(first(out), "#HttpOnly_") {
			t.Error("a cookie stands behind a number sign")
		}
		wantText(t, "run", strings.Join(out.Run, "\n"), "wget --load-cookies shop.cookies.txt")
	}},
	{"cookies.txt: no expiry of 0, which Python takes for over", func(t *testing.T) {
		out := must(t, "cookies.txt", signedIn(shop()))
		if strings.Contains(first(out), "\t0\t") {
			t.Error("there is an expiry of 0")
		}
		wantText(t, "silent", strings.Join(out.Silent, " "), "given a week", "spaces for tabs")
	}},
	{"nothing breaks out of its field", func(t *testing.T) {
		for _, value := range []string{"a\tb", "a\r\nSet-Cookie: b=c", "a\nb", "a\x00b", "a;b", "a\u0085b", "a\u2028b"} {
			in := signedIn(shop())
			in.Session.Cookies[0].Value = store.NewSecret(value)
			for _, f := range FormatNames() {
				if _, err := Write(f, in); !errors.Is(err, ErrRefused) || strings.Contains(err.Error(), value) {
					t.Errorf("%s with %q: %v", f, value, err)
				}
			}
		}
		in := shop()
		in.Session = bearer()
		in.Session.Authorization = store.NewSecret("Bearer a\r\nHost: evil")
		if _, err := Write("header", in); !errors.Is(err, ErrRefused) {
			t.Errorf("a header: %v", err)
		}
	}},
	{"Wapiti: all five fields, and the domains that it looks up", func(t *testing.T) {
		in := signedIn(shop())
		v := fromJSON(t, first(must(t, "wapiti", in)))
		c, _ := at(t, v, ".shop.example.com", "/", "shop_session").(map[string]any)
		if len(c) != 5 || c["value"] != canaryCookie || c["version"] != 0.0 || c["secure"] != true {
			t.Errorf("cookie: %v", c)
		}
		for domain, want := range map[string]string{"127.0.0.1": "127.0.0.1", "Shop.example.com": ".shop.example.com", "localhost": ".localhost.local"} {
			if got := wapitiDomain(domain); got != want {
				t.Errorf("%s is %s, not %s", domain, got, want)
			}
		}
		wantText(t, "run", must(t, "wapiti", in).Run[0], "-c shop.wapiti.json", "-x https://shop.example.com/logout")
	}},
	{"a header in a file that holds cookies alone", func(t *testing.T) {
		in := shop()
		in.Session = bearer()
		for _, name := range []string{"cookies.txt", "wapiti"} {
			if _, err := Make(name, in); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "Authorization header") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}},
}

var recordingTraps = []trap{
	{"recordings cannot give codes", func(t *testing.T) {
		for _, name := range []string{"selenium", "chrome-recorder"} {
			if _, err := Make(name, inlined(shop())); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "cannot give codes") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}},
	{".side: the commands that all readers know", func(t *testing.T) {
		in := exempt(shop())
		in.Proven.Trail[3] = enter(shopLogin, login.KindBoth)
		v := fromJSON(t, first(must(t, "selenium", in)))
		if at(t, v, "version") != "2.0" || at(t, v, "url") != "https://shop.example.com" {
			t.Errorf("project: %v", v)
		}
		var got []string
		for _, c := range at(t, v, "tests", 0, "commands").([]any) {
			got = append(got, at(t, c, "command").(string)+" "+at(t, c, "target").(string)+" "+at(t, c, "value").(string))
			for _, key := range []string{"id", "comment", "targets"} {
				if _, there := c.(map[string]any)[key]; !there {
					t.Errorf("command %v has no %s", c, key)
				}
			}
		}
		want := []string{"open /login ", "type id=username @@authusername@@", "type id=password @@authpassword@@", "sendKeys id=password ${KEY_ENTER}"}
		if !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		if at(t, v, "suites", 0, "tests", 0) != at(t, v, "tests", 0, "id") {
			t.Error("the suite does not name the test")
		}
		if id := at(t, v, "id").(string); !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(id) {
			t.Errorf("id %s", id)
		}
		plain := must(t, "selenium", inlined(variantOf(exempt(shop()), "plain")))
		wantText(t, "with the password", first(plain), canaryPassword)
		if plain.Files[0].Mode != 0o600 {
			t.Errorf("mode %o", plain.Files[0].Mode)
		}
	}},
	{"recorder flow", func(t *testing.T) {
		v := fromJSON(t, first(must(t, "chrome-recorder", inlined(exempt(shop())))))
		var kinds []string
		for _, s := range at(t, v, "steps").([]any) {
			kinds = append(kinds, at(t, s, "type").(string))
		}
		if got := strings.Join(kinds, " "); got != "navigate change change click" {
			t.Errorf("steps: %s", got)
		}
		if at(t, v, "steps", 1, "selectors", 0, 0) != "#username" || at(t, v, "steps", 2, "value") != canaryPassword || at(t, v, "steps", 3, "offsetX") != 1.0 {
			t.Errorf("flow: %v", v)
		}
	}},
}
