package handoff

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
)

// A shape says what a file of a scanner may hold: the keys that it knows, which of
// them it wants, and their values. Scanners pass over keys that they do not know, so
// a misspelled one is a setting that does not hold.
type shape struct {
	keys  map[string]shape // of a mapping; the key * stands for any
	needs []string
	list  *shape // of a list's entries
	one   []any  // the values that there are
	match string // a pattern for a text
	kind  string // "text", "number", "bool"
}

var (
	text   = shape{kind: "text"}
	number = shape{kind: "number"}
	truth  = shape{kind: "bool"}
)

func listOf(s shape) shape          { return shape{list: &s} }
func oneOf(values ...any) shape     { return shape{one: values} }
func matching(pattern string) shape { return shape{kind: "text", match: pattern} }
func mapping(keys map[string]shape, needs ...string) shape {
	return shape{keys: keys, needs: needs}
}

func (s shape) check(where string, v any) []string {
	var wrong []string
	switch v := v.(type) {
	case map[string]any:
		if s.keys == nil {
			return []string{where + " is a mapping"}
		}
		for _, key := range s.needs {
			if v[key] == nil {
				wrong = append(wrong, where+" has no "+key)
			}
		}
		for key, value := range v {
			sub, known := s.keys[key]
			if !known {
				if sub, known = s.keys["*"]; !known {
					wrong = append(wrong, fmt.Sprintf("%s has the unknown key %s", where, key))
					continue
				}
			}
			wrong = append(wrong, sub.check(where+"."+key, value)...)
		}
	case []any:
		if s.list == nil {
			return []string{where + " is a list"}
		}
		for i, value := range v {
			wrong = append(wrong, s.list.check(fmt.Sprintf("%s[%d]", where, i), value)...)
		}
	default:
		return s.scalar(where, v)
	}
	return wrong
}

func (s shape) scalar(where string, v any) []string {
	if s.one != nil {
		if !slices.Contains(s.one, v) {
			return []string{fmt.Sprintf("%s is %v, not one of %v", where, v, s.one)}
		}
		return nil
	}
	kind := map[bool]string{true: "text"}[isText(v)]
	switch v.(type) {
	case bool:
		kind = "bool"
	case int, float64:
		kind = "number"
	}
	if kind != s.kind {
		return []string{fmt.Sprintf("%s is %T, not a %s", where, v, s.kind)}
	}
	if s.match != "" && !regexp.MustCompile(s.match).MatchString(v.(string)) {
		return []string{fmt.Sprintf("%s is %q, which does not match %s", where, v, s.match)}
	}
	return nil
}

func isText(v any) bool { _, ok := v.(string); return ok }

// The shapes, from the scanners' sources and documents.
var (
	address = matching(`^https?://[^/]+(/.*)?$`)

	zapJobs = listOf(mapping(map[string]shape{
		"type":      oneOf("requestor", "spider", "spiderAjax", "activeScan", "report"),
		"alwaysRun": truth,
		"parameters": mapping(map[string]shape{
			"user": text, "context": text, "url": address, "numberOfBrowsers": oneOf(1), "logoutAvoidance": oneOf(true),
			"template": oneOf("auth-report-json"), "reportDir": text, "reportFile": text,
		}),
		"requests": listOf(mapping(map[string]shape{"url": address, "responseCode": number}, "url")),
		"tests": listOf(mapping(map[string]shape{
			"name": text, "type": oneOf("stats", "url"), "statistic": matching(`^stats\.auth\.`), "site": matching(`^https?://[^/]+$`), "url": address,
			"operator": oneOf(">=", "==", "or"), "value": number, "responseBodyRegex": text, "onFail": oneOf("error"),
		}, "name", "type", "operator", "onFail")),
		"sections": listOf(oneOf("summary", "statistics", "domains", "domainspartiallyoutofscope", "domainsoutofscope")),
	}, "type"))

	zapShape = mapping(map[string]shape{
		"env": mapping(map[string]shape{
			"contexts": listOf(mapping(map[string]shape{
				"name": text, "urls": listOf(address), "includePaths": listOf(matching(`\.\*$`)), "excludePaths": listOf(matching(`\.\*$`)),
				"authentication": mapping(map[string]shape{
					"method": oneOf("browser"),
					"parameters": mapping(map[string]shape{
						"loginPageUrl": address, "loginPageWait": number, "stepDelay": number, "browserId": oneOf("firefox-headless"), "diagnostics": oneOf(false),
						"steps": listOf(mapping(map[string]shape{
							"description": text, "cssSelector": text, "xpath": text, "timeout": number,
							"type": oneOf("AUTO_STEPS", "CLICK", "CUSTOM_FIELD", "ESCAPE", "PASSWORD", "RETURN", "TOTP_FIELD", "USERNAME", "WAIT"),
						}, "description", "type")),
					}, "loginPageUrl", "loginPageWait", "browserId"),
					"verification": mapping(map[string]shape{
						"method": oneOf("poll"), "loggedInRegex": text, "pollUrl": address, "pollFrequency": number, "pollUnits": oneOf("requests", "seconds"),
					}, "method", "loggedInRegex", "pollUrl", "pollFrequency", "pollUnits"),
				}, "method", "parameters", "verification"),
				"sessionManagement": mapping(map[string]shape{"method": oneOf("cookie", "http", "script", "headers", "autodetect")}, "method"),
				"users": listOf(mapping(map[string]shape{
					"name": text,
					"credentials": mapping(map[string]shape{
						"username": text, "password": text,
						"totp": mapping(map[string]shape{"secret": text, "period": number, "digits": number, "algorithm": oneOf("SHA1", "SHA256", "SHA512")}, "secret", "period", "digits", "algorithm"),
					}, "username", "password"),
				}, "name", "credentials")),
			}, "name", "urls", "includePaths")),
			"parameters": mapping(map[string]shape{"failOnError": oneOf(true), "failOnWarning": oneOf(false), "progressToStdout": truth}, "failOnError"),
		}, "contexts", "parameters"),
		"jobs": zapJobs,
	}, "env", "jobs")

	nucleiShape = mapping(map[string]shape{
		"id": text, "info": mapping(map[string]shape{"name": text, "author": text, "severity": oneOf("info")}, "name", "author", "severity"),
		"static": listOf(mapping(map[string]shape{
			"type": oneOf("basicauth", "bearertoken", "header", "cookie", "query"), "domains": listOf(matching(`^[a-z0-9.-]+(:\d+)?$`)),
			"headers": listOf(mapping(map[string]shape{"key": text, "value": matching(`.`)}, "key", "value")),
			"cookies": listOf(mapping(map[string]shape{"key": text, "value": matching(`.`)}, "key", "value")),
		}, "type", "domains")),
	}, "id", "info", "static")

	hawkShape = mapping(map[string]shape{"app": mapping(map[string]shape{
		"applicationId": text, "env": text, "host": matching(`^https?://[^/]+$`), "excludePaths": listOf(matching(`^/`)),
		"authentication": mapping(map[string]shape{
			"loggedInIndicator": text, "loggedOutIndicator": text,
			"external":            mapping(map[string]shape{"type": oneOf("COOKIE", "TOKEN"), "value": text}, "type", "value"),
			"externalCommand":     mapping(map[string]shape{"command": oneOf("sh"), "parameters": listOf(text), "timeoutSeconds": number}, "command", "parameters", "timeoutSeconds"),
			"cookieAuthorization": mapping(map[string]shape{"cookieNames": listOf(text)}, "cookieNames"),
			"tokenAuthorization":  mapping(map[string]shape{"type": oneOf("HEADER"), "value": text, "tokenType": text}, "type", "value", "tokenType"),
			"testPath":            mapping(map[string]shape{"path": matching(`^/`), "type": oneOf("HEADER", "BODY"), "success": text, "requestMethod": oneOf("GET")}, "path", "type", "success"),
		}, "loggedInIndicator", "loggedOutIndicator", "testPath"),
	}, "applicationId", "env", "host", "authentication")}, "app")

	burpShape = mapping(map[string]shape{"headersCookiesConfig": mapping(map[string]shape{
		"cookies": listOf(mapping(map[string]shape{"name": text, "value": text, "scopePrefix": address}, "name", "value", "scopePrefix")),
		"headers": listOf(mapping(map[string]shape{"name": text, "value": text, "scopePrefix": address}, "name", "value", "scopePrefix")),
	})}, "headersCookiesConfig")

	selector = matching(`^(css|id|name|xpath):.`)

	gitlabShape = mapping(map[string]shape{
		"include": listOf(mapping(map[string]shape{"template": oneOf("Security/DAST.gitlab-ci.yml")}, "template")),
		"dast": mapping(map[string]shape{"variables": mapping(map[string]shape{
			"DAST_TARGET_URL": address, "DAST_AUTH_URL": address, "DAST_AUTH_USERNAME": text, "DAST_AUTH_BEFORE_LOGIN_ACTIONS": selector,
			"DAST_AUTH_USERNAME_FIELD": selector, "DAST_AUTH_PASSWORD_FIELD": selector, "DAST_AUTH_FIRST_SUBMIT_FIELD": selector, "DAST_AUTH_SUBMIT_FIELD": selector,
			"DAST_AUTH_OTP_FIELD": selector, "DAST_AUTH_OTP_SUBMIT_FIELD": selector, "DAST_AUTH_AFTER_LOGIN_ACTIONS": matching(`^click\(on=`),
			"DAST_AUTH_SUCCESS_IF_AT_URL": address, "DAST_AUTH_SUCCESS_IF_ELEMENT_FOUND": selector, "DAST_AUTH_SUCCESS_IF_NO_LOGIN_FORM": oneOf("true"),
			"DAST_AUTH_REPORT": oneOf("true"), "DAST_SCOPE_IGNORE_HOSTS": matching(`^[a-z0-9.,-]+$`), "DAST_SCOPE_EXCLUDE_URLS": address,
		}, "DAST_TARGET_URL")}, "variables"),
	}, "include", "dast")
)

// logins are the logins that every file is tried with.
func logins() map[string]Input {
	header := shop()
	header.Session = bearer()
	header = with(header, func(in *Input) { in.Proven.Facts.Header = true })
	return map[string]Input{
		"shop": signedIn(shop()), "bank": signedIn(bank()), "exempt": signedIn(exempt(shop())), "header": header,
	}
}

func TestFilesHaveTheShapeThatTheirScannersRead(t *testing.T) {
	shapes := map[string]shape{"zap": zapShape, "nuclei": nucleiShape, "stackhawk": hawkShape, "burp": burpShape, "gitlab": gitlabShape}
	tried := map[string]int{}
	for name, in := range logins() {
		for scanner, want := range shapes {
			s, err := Find(scanner)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range s.Variants() {
				for _, in := range []Input{variantOf(in, v.Name), inlined(variantOf(in, v.Name))} {
					out, err := Make(scanner, in)
					if err != nil || scanner == "burp" && v.Name == "recording" {
						continue
					}
					tried[scanner+" "+v.Name]++
					for _, wrong := range want.check(scanner, fromYAML(t, first(out))) {
						t.Errorf("%s, %s: %s", name, v.Name, wrong)
					}
				}
			}
		}
	}
	for _, v := range []string{"zap login", "zap session", "nuclei session", "stackhawk session", "stackhawk command", "burp session", "gitlab login", "gitlab session"} {
		if tried[v] == 0 {
			t.Errorf("%s was not tried", v)
		}
	}
}

func TestAShapeFindsWhatIsWrong(t *testing.T) {
	good := func() map[string]any { return fromYAML(t, first(must(t, "zap", shop()))) }
	if wrong := zapShape.check("zap", good()); len(wrong) > 0 {
		t.Fatalf("a good plan is wrong: %v", wrong)
	}
	for name, spoil := range map[string]func(plan map[string]any){
		"unknown key": func(p map[string]any) { p["job"] = p["jobs"] },
		"missing key": func(p map[string]any) {
			delete(at(t, p, "env", "contexts", 0, "users", 0, "credentials", "totp").(map[string]any), "algorithm")
		},
		"wrong value": func(p map[string]any) { at(t, p, "jobs", 0).(map[string]any)["type"] = "request" },
		"wrong kind":  func(p map[string]any) { at(t, p, "env", "parameters").(map[string]any)["failOnError"] = "true" },
	} {
		plan := good()
		spoil(plan)
		if len(zapShape.check("zap", plan)) == 0 {
			t.Errorf("%s passes", name)
		}
	}
}
