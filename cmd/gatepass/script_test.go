package main

import (
	"context"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"gatepass/auth/lab"
	"gatepass/auth/login/chrome"
	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/store/storetest"
)

// updateScripts rewrites the expected outputs inside the scripts.
var updateScripts = flag.Bool("u", false, "update the scripts' expected outputs")

func TestMain(m *testing.M) {
	testscript.Main(cleaner{m}, map[string]func(){"gatepass": main})
}

// cleaner removes the programs that the tests built.
type cleaner struct{ *testing.M }

func (c cleaner) Run() int {
	flag.Parse()
	manyAtOnce()
	code := c.M.Run()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir)
	}
	return code
}

// manyAtOnce has more of these tests run at a time than there are processors, unless
// somebody said how many: most of the time they wait, for the next time step, the end
// of a session, another process.
func manyAtOnce() {
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		_ = flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))) // it is a flag of every test
	}
}

// TestScripts tells the command line's stories. Each has a home of its own, an
// encrypted file store that an identity opens, and, if it asks for one, a lab.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *updateScripts,
		RequireExplicitExec: true,
		Setup:               setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":     cmdExits,
			"json":      cmdJSON,
			"lab":       cmdLab,
			"nosecrets": cmdNoSecrets,
			"keyring":   cmdKeyring,
			"port":      cmdPort,
			"browser":   cmdBrowser,
			"duo":       cmdDuo,
		},
	})
}

// testKey finds the test that a script belongs to.
type testKey struct{}

// shortStories are those that the short run tells: of programs that do several things
// at a time.
var shortStories = []string{"serve", "exec", "expiry", "rehearse", "code-watch"}

func setup(env *testscript.Env) error {
	if testing.Short() && !slices.Contains(shortStories, strings.TrimPrefix(filepath.Base(env.WorkDir), "script-")) {
		env.T().Skip("-short: it does one thing after the other")
	}
	identity := filepath.Join(env.WorkDir, "identity.txt")
	if _, err := store.InitIdentityFile(identity); err != nil {
		return err
	}
	env.Setenv("GATEPASS_HOME", filepath.Join(env.WorkDir, "home"))
	env.Setenv("GATEPASS_STORE", "file")
	env.Setenv("GATEPASS_IDENTITY", identity)
	env.Setenv("NO_COLOR", "1")
	env.Setenv("TERM", "dumb")
	env.Values[testKey{}] = env.T()
	return nil
}

// cmdExits runs a program and wants exactly this exit code:
//
//	exits 3 gatepass verify shop
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exit *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, not %d", got, want)
	}
}

// cmdJSON looks into a JSON file; numbers index arrays and "#" counts them:
//
//	json stdout diagnosis.code clock-skew
//	json stdout stages.# 7
func cmdJSON(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: json FILE PATH VALUE")
	}
	var v any
	if err := json.Unmarshal([]byte(ts.ReadFile(args[0])), &v); err != nil {
		ts.Fatalf("%s is not one JSON value: %v", args[0], err)
	}
	got, err := lookUp(v, args[1])
	ts.Check(err)
	if (got == args[2]) == neg {
		ts.Fatalf("%s is %q", args[1], got)
	}
}

func lookUp(v any, path string) (string, error) {
	for _, key := range strings.Split(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			next, ok := at[key]
			if !ok {
				return "", fmt.Errorf("there is no %s", path)
			}
			v = next
		case []any:
			if key == "#" {
				v = float64(len(at))
				continue
			}
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(at) {
				return "", fmt.Errorf("there is no %s", path)
			}
			v = at[i]
		default:
			return "", fmt.Errorf("there is no %s", path)
		}
	}
	if s, ok := v.(string); ok {
		return s, nil
	}
	text, err := json.Marshal(v)
	return string(text), err
}

// cmdLab opens a lab for the rest of the script. For each application it writes
// the files APP.password and APP.seed, and sets APP_url, APP_user, APP_proof and
// APP_text:
//
//	lab [period=DURATION] [session=DURATION] [APP=SWITCH...]
//	lab outside        fails if the foreign origin was given a secret
func cmdLab(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 1 && args[0] == "outside" {
		checkOutside(ts)
		return
	}
	o := lab.Options{Switches: map[string][]string{}, Period: map[string]time.Duration{}}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		switch name {
		case "period":
			o.Period[""] = duration(ts, value)
		case "session":
			o.Session = duration(ts, value)
		default:
			o.Switches[name] = append(o.Switches[name], value)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	practice, err := lab.Start(ctx, o)
	ts.Check(err)
	ts.Defer(func() { _ = practice.Close(); cancel() })
	d := practice.Describe()
	for _, app := range d.Apps {
		for file, secret := range map[string]string{"password": app.Password, "seed": app.OTPAuth} {
			ts.Check(os.WriteFile(ts.MkAbs(app.Name+"."+file), []byte(secret+"\n"), 0o600))
		}
		ts.Setenv(app.Name+"_url", app.URL)
		ts.Setenv(app.Name+"_user", app.Username)
		ts.Setenv(app.Name+"_proof", app.ProofURL)
		ts.Setenv(app.Name+"_text", app.ProofText)
		for _, o := range app.Origins {
			ts.Setenv(app.Name+"_origin", o.Origin)
		}
	}
	ts.Setenv("outside", d.Outside)
	ts.Setenv("control", d.Control)
	describeDuo(ts, d.Duo)
}

// describeDuo leaves the simulated tenant for the script: the secret keys in
// duo-auth.password and duo-admin.password, the authority in duo-ca.pem, the rest in
// duo_host, duo_auth_ikey, duo_admin_ikey, duo_integration and duo_user.
func describeDuo(ts *testscript.TestScript, d lab.Duo) {
	for file, text := range map[string]string{"duo-auth.password": d.AuthSKey, "duo-admin.password": d.AdminSKey, "duo-ca.pem": d.CAPEM} {
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text+"\n"), 0o600))
	}
	for name, value := range map[string]string{
		"host": d.APIHost, "auth_ikey": d.AuthIKey, "admin_ikey": d.AdminIKey, "integration": d.Integration, "user": d.Username,
	} {
		ts.Setenv("duo_"+name, value)
	}
}

// cmdDuo turns the simulated Duo:
//
//	duo fault NAME on|off
//	duo policy global|bank|auth JSON
//	duo status active|bypass|disabled|'locked out'
//	duo advance DURATION
//	duo codes FILE     writes every code that is good to a file, for nosecrets
func cmdDuo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: duo fault|policy|status|advance|codes ...")
	}
	at := ts.Getenv("control") + "/duo/"
	post := func(path string, query url.Values, body string) {
		resp, err := http.Post(at+path+"?"+query.Encode(), "application/json", strings.NewReader(body))
		ts.Check(err)
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusNoContent {
			ts.Fatalf("the lab answered %s", resp.Status)
		}
	}
	switch {
	case args[0] == "fault" && len(args) == 3:
		post("fault", url.Values{"name": {args[1]}, "on": {strconv.FormatBool(args[2] == "on")}}, "")
	case args[0] == "policy" && len(args) == 3:
		post("policy", url.Values{"of": {args[1]}}, args[2])
	case args[0] == "status":
		post("user", url.Values{"status": {args[1]}}, "")
	case args[0] == "advance":
		post("advance", url.Values{"by": {args[1]}}, "")
	case args[0] == "codes":
		writeDuoCodes(ts, at+"codes", args[1])
	default:
		ts.Fatalf("usage: duo fault|policy|status|advance|codes ...")
	}
}

func writeDuoCodes(ts *testscript.TestScript, from, file string) {
	resp, err := http.Get(from)
	ts.Check(err)
	defer func() { _ = resp.Body.Close() }()
	var codes []lab.BypassCode
	ts.Check(json.NewDecoder(resp.Body).Decode(&codes))
	var b strings.Builder
	for _, c := range codes {
		if c.Good {
			b.WriteString(c.Code + "\n")
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(file), []byte(b.String()), 0o600))
}

func duration(ts *testscript.TestScript, s string) time.Duration {
	d, err := time.ParseDuration(s)
	ts.Check(err)
	return d
}

// checkOutside asks the lab what its foreign origin was given.
func checkOutside(ts *testscript.TestScript) {
	resp, err := http.Get(ts.Getenv("control") + "/outside")
	ts.Check(err)
	defer func() { _ = resp.Body.Close() }()
	seen, err := io.ReadAll(resp.Body)
	ts.Check(err)
	for _, file := range secretFiles(ts) {
		for _, form := range forms(file.secret) {
			if strings.Contains(string(seen), form) {
				ts.Fatalf("the foreign origin was given %s", file.name)
			}
		}
	}
}

type secretFile struct{ name, secret string }

// secretFiles are the passwords, seeds and bypass codes that a story uses:
// NAME.password, NAME.seed and NAME.codes, one a line. Of a seed it is the key that
// counts.
func secretFiles(ts *testscript.TestScript) []secretFile {
	var all []secretFile
	for _, pattern := range []string{"*.password", "*.seed", "*.codes"} {
		files, err := filepath.Glob(ts.MkAbs(pattern))
		ts.Check(err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			ts.Check(err)
			secret := strings.TrimSpace(string(text))
			if secret == "" {
				continue
			}
			if strings.HasSuffix(file, ".codes") {
				for _, code := range strings.Fields(secret) {
					all = append(all, secretFile{filepath.Base(file), code})
				}
				continue
			}
			if key, err := otp.Parse(secret); err == nil && strings.HasSuffix(file, ".seed") {
				secret = key.Seed().Reveal()
			}
			all = append(all, secretFile{filepath.Base(file), secret})
		}
	}
	return all
}

// forms are the shapes in which a secret could have slipped out. A seed is base32
// of the key, so the key's own bytes count as well.
func forms(secret string) []string {
	all := []string{secret}
	texts := [][]byte{[]byte(secret)}
	if key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret); err == nil {
		texts = append(texts, key)
		all = append(all, string(key), strings.ToLower(secret))
	}
	for _, b := range texts {
		all = append(all,
			hex.EncodeToString(b), strings.ToUpper(hex.EncodeToString(b)),
			base64.RawStdEncoding.EncodeToString(b), base64.RawURLEncoding.EncodeToString(b),
			base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b),
			url.QueryEscape(string(b)), url.PathEscape(string(b)))
	}
	return all
}

// cmdNoSecrets searches every file under the given folders, and what the last
// program printed, for every secret of the story in every form:
//
//	nosecrets $GATEPASS_HOME
func cmdNoSecrets(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: nosecrets FOLDER...")
	}
	texts := map[string]string{"stdout": ts.ReadFile("stdout"), "stderr": ts.ReadFile("stderr")}
	for _, folder := range args {
		ts.Check(filepath.WalkDir(ts.MkAbs(folder), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			b, err := os.ReadFile(path)
			texts[path] = string(b)
			return err
		}))
	}
	secrets := secretFiles(ts)
	if len(secrets) == 0 {
		ts.Fatalf("there is no secret to look for")
	}
	for _, s := range secrets {
		for _, form := range forms(s.secret) {
			for where, text := range texts {
				if strings.Contains(text, form) {
					ts.Fatalf("%s holds %s", where, s.name)
				}
			}
		}
	}
}

// cmdKeyring gives the rest of the script a real keyring of its own, or skips it.
func cmdKeyring(ts *testscript.TestScript, _ bool, _ []string) {
	for _, e := range storetest.Keyring(ts.Value(testKey{}).(testing.TB)) {
		name, value, _ := strings.Cut(e, "=")
		ts.Setenv(name, value)
	}
	ts.Setenv("GATEPASS_STORE", "keyring")
	ts.Setenv("GATEPASS_IDENTITY", "")
}

// cmdBrowser skips the rest of the script where no browser is installed.
func cmdBrowser(ts *testscript.TestScript, _ bool, _ []string) {
	t := ts.Value(testKey{}).(testing.TB)
	if testing.Short() {
		t.Skip("a login in a browser takes long; those of the driver's own tests are left")
	}
	if _, err := chrome.Find("", false, os.Environ()); err != nil {
		if storetest.Required("browser") {
			t.Fatalf("a browser is required: %v", err)
		}
		t.Skip("no browser is installed, so no login that is drawn by scripts can be driven")
	}
}

// cmdPort sets a variable to a loopback port on which nobody listens.
func cmdPort(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: port VARIABLE")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Check(l.Close())
	ts.Setenv(args[0], port)
}
