package recording_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gatepass/auth/login"
	"gatepass/auth/login/recording"
	"gatepass/store"
)

// What somebody typed while recording.
const (
	canaryPassword = "c4nary-Ünicode \"p\\ss"
	canaryCode     = "918273"
)

// read gives one of the recordings, with what was typed put in.
func read(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.NewReplacer(
		"PASSWORD", `c4nary-\u00dcnicode \"p\\ss`, "CODE", canaryCode,
	).Replace(string(raw)))
}

// TestImport_KeepsRolesOnly brings recordings in, with the password known and without,
// and looks for everything that was typed.
func TestImport_KeepsRolesOnly(t *testing.T) {
	for name, want := range map[string]string{
		"shop":   "open fill:username fill:password press fill:otp press",
		"desk":   "open press fill:username fill:password press fill:otp:1 fill:otp:2 fill:otp:3 fill:otp:4 fill:otp:5 fill:otp:6",
		"mail":   "open fill:username press fill:password enter fill:otp press",
		"bank":   "open fill:username fill:password press press press fill:otp press press",
		"pieces": "open fill:username fill:password press fill:otp enter",
	} {
		for _, known := range []recording.Known{{}, {Username: "scan-bot", Password: store.NewSecret(canaryPassword)}} {
			imported, err := recording.Import(read(t, name), known)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			var typed login.Secrets
			typed.Add(login.RolePassword, store.NewSecret(canaryPassword))
			typed.Add(login.RoleCode, store.NewSecret(canaryCode))
			if typed.In(string(imported.File)) || typed.In(strings.Join(imported.Notes, "\n")) {
				t.Errorf("%s: what was typed is kept:\n%s", name, imported.File)
			}
			for _, left := range []string{"token=", "SAML", "Acme Shop", "hunter"} {
				if strings.Contains(string(imported.File), left) {
					t.Errorf("%s: %q is kept", name, left)
				}
			}
			r, err := recording.Parse(imported.File)
			if err != nil {
				t.Errorf("%s: what was kept cannot be read: %v", name, err)
				continue
			}
			if got := shape(r); got != want {
				t.Errorf("%s: %q, not %q", name, got, want)
			}
			again, err := recording.Import(imported.File, known)
			if err != nil || string(again.File) != string(imported.File) {
				t.Errorf("%s: what was kept does not come in the same again: %v", name, err)
			}
		}
	}
}

// shape writes what a recording does in a line.
func shape(r *login.Recording) string {
	var words []string
	box := 0
	for _, s := range r.Steps {
		word := string(s.Do)
		if s.Role != "" {
			word += ":" + string(s.Role)
		}
		if s.Box {
			box++
			word += ":" + string(rune('0'+box))
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// TestImport_Refuses names the step and the reason, and never what was typed.
func TestImport_Refuses(t *testing.T) {
	start := `{"title":"x","steps":[{"type":"navigate","url":"https://a.example/"},`
	end := `,{"type":"change","selectors":[["#password"]],"value":"pw-canary-77"}]}`
	for name, c := range map[string]struct {
		file   string
		number int
		says   string
	}{
		"an expression":         {start + `{"type":"waitForExpression","expression":"steal('pw-canary-77')"}` + end, 2, "it runs code"},
		"a step of its own":     {start + `{"type":"customStep","name":"pw-canary-77","parameters":{}}` + end, 2, "it runs code"},
		"evaluate":              {start + `{"type":"evaluate","expression":"1"}` + end, 2, "it runs code"},
		"an unknown kind":       {start + `{"type":"pw-canary-77"}` + end, 2, "not known"},
		"who knows what":        {start + `{"type":"change","selectors":[["#x9"]],"value":"pw-canary-78"}` + end, 2, "nothing says what it types"},
		"a single key":          {start + `{"type":"keyDown","key":"9"}` + end, 2, "single key"},
		"no selectors":          {start + `{"type":"click"}` + end, 2, "does not say what element"},
		"found by what's typed": {start + `{"type":"click","selectors":[["text/pw-canary-77"]]}` + end, 2, "only be found by what was typed"},
		"userinfo":              {start + `{"type":"navigate","url":"https://u:pw-canary-77@a.example/"}` + end, 2, "a name or a password in it"},
		"a new password":        {start + `{"type":"change","selectors":[["aria/Confirm password"]],"value":"pw-canary-77"}` + end, 2, "new password"},
		"a captcha":             {start + `{"type":"change","selectors":[["#captcha"]],"value":"xk2pq"}` + end, 2, "robots"},
	} {
		_, err := recording.Import([]byte(c.file), recording.Known{})
		var step *recording.StepError
		switch {
		case !errors.As(err, &step):
			t.Errorf("%s: %v is not about a step", name, err)
		case step.Number != c.number || !strings.Contains(step.Problem, c.says):
			t.Errorf("%s: %v", name, err)
		case strings.Contains(err.Error(), "canary"):
			t.Errorf("%s: the error tells what was typed: %v", name, err)
		}
	}
	for name, file := range map[string]string{
		"no JSON":    `{"title": pw-canary-77}`,
		"nothing":    `{}`,
		"a list":     `[{"type":"pw-canary-77"}]`,
		"no typing":  `{"title":"x","steps":[{"type":"navigate","url":"https://a.example/"}]}`,
		"wrong kind": `{"title":"x","steps":[{"type":"change","selectors":[[7]],"value":"pw-canary-77"}]}`,
		"in a path":  `{"title":"x","steps":[{"type":"navigate","url":"https://a.example/pw-canary-77"},{"type":"change","selectors":[["#password"]],"value":"pw-canary-77"}]}`,
	} {
		_, err := recording.Import([]byte(file), recording.Known{})
		if !errors.Is(err, recording.ErrNotRecording) || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestImport_IsToldRoles settles by hand what nothing in the file tells.
func TestImport_IsToldRoles(t *testing.T) {
	file := []byte(`{"title":"x","steps":[{"type":"change","selectors":[["#f1"]],"value":"acme-canary"},{"type":"change","selectors":[["#f2"]],"value":"pw-canary-77"}]}`)
	imported, err := recording.Import(file, recording.Known{Roles: map[int]login.Role{1: recording.Leave, 2: login.RolePassword}})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(imported.File), "canary") || !slices.Equal(imported.Fills, []login.Role{login.RolePassword}) {
		t.Errorf("kept %s", imported.File)
	}
}

// TestParse_TakesRolesOnly refuses a file that somebody put there by hand.
func TestParse_TakesRolesOnly(t *testing.T) {
	for _, file := range []string{
		`{"title":"x","steps":[{"type":"change","selectors":[["#p"]],"value":"pw-canary-77"}]}`,
		`{"title":"x","steps":[{"type":"change","selectors":[["#p"]]}]}`,
		`{"title":"x","steps":[{"type":"change","selectors":[["#p"]],"value":"{{totp.11}}"}]}`,
		`{"title":"x","steps":[{"type":"change","selectors":[[]],"value":"{{totp}}"}]}`,
		`{"title":"x","steps":[{"type":"keyDown","key":"a"}]}`,
		`{"title":"x","steps":[{"type":"navigate","url":"javascript:alert(1)"}]}`,
		`{"title":"x","steps":[{"type":"waitForExpression"}]}`,
		`{"title":"x","steps":[]}`,
	} {
		if _, err := recording.Parse([]byte(file)); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", file, err)
		}
	}
}
