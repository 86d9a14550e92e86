package handoff_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/handoff"
	"gatepass/auth/lab"
	"gatepass/auth/login/chrome"
	"gatepass/auth/otp"
	"gatepass/store"
	"gatepass/store/storetest"
)

// These tests let real programs use what is written, against the practice range.

// consumer finds a program, or ends the test.
func consumer(t *testing.T, name, packages string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	absent(t, "consumers", name+" is not installed; on Debian and Ubuntu: apt install "+packages)
	return ""
}

func absent(t *testing.T, part, why string) {
	t.Helper()
	if storetest.Required(part) {
		t.Fatal("GATEPASS_TEST_REQUIRE lists " + part + ", but " + why)
	}
	t.Skip(why)
}

// A site is a lab's application with a target of its own.
type site struct {
	gate *auth.Gate
	app  lab.App
}

// open starts a lab and keeps one of its applications as a target.
func open(t *testing.T, name string, o lab.Options) site {
	t.Helper()
	if testing.Short() {
		t.Skip("other programs take their time")
	}
	o.Period = map[string]time.Duration{"": 2 * time.Second} // each hand-off signs in with a code of its own
	l, err := lab.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	home := store.HomeAt(t.TempDir())
	s := site{gate: &auth.Gate{
		Home: home, Targets: store.NewTargets(home.TargetsDir()), Secrets: store.NewMemory(),
		Ledger: store.NewLedger(home.LedgerFile(), time.Now), Now: time.Now, Environ: os.Environ(),
	}}
	s.app, _ = l.Describe().App(name)
	key, err := otp.Parse(s.app.OTPAuth)
	if err != nil {
		t.Fatal(err)
	}
	err = s.gate.Add(t.Context(), auth.Enrolment{
		Target: store.Target{
			Name: name, URL: s.app.URL, Username: s.app.Username, Route: store.RouteOTP,
			Proof: store.Proof{URL: s.app.ProofURL, Text: s.app.ProofText},
		},
		Password: store.NewSecret(s.app.Password), OTP: &key,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// write hands the login off into a folder.
func (s site) write(t *testing.T, scanner string, o auth.HandoffOptions) (folder string, out handoff.Output) {
	t.Helper()
	out, err := s.gate.Handoff(t.Context(), s.app.Name, scanner, o, nil)
	if err != nil {
		t.Fatalf("%s: %v %q", scanner, err, store.Hints(err))
	}
	folder = t.TempDir()
	for _, f := range out.Files {
		if err := os.WriteFile(filepath.Join(folder, f.Name), []byte(f.Content.Reveal()), f.Mode); err != nil {
			t.Fatal(err)
		}
	}
	return folder, out
}

// run runs a program in a folder and gives its output.
func run(t *testing.T, folder string, env []string, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = folder, append(os.Environ(), env...)
	cmd.WaitDelay = 5 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Logf("%s %s: %v", name, strings.Join(args, " "), err)
	}
	return string(out)
}

// sees checks that a page that somebody got is the one of a signed-in user.
func (s site) sees(t *testing.T, who, page string, want bool) {
	t.Helper()
	if strings.Contains(page, s.app.ProofText) != want {
		t.Errorf("%s sees the proof: %v, want %v\n%.2000s", who, !want, want, page)
	}
}

func TestCurlUsesWhatIsWritten(t *testing.T) {
	curl := consumer(t, "curl", "curl")
	s := open(t, "shop", lab.Options{})
	s.sees(t, "curl without anything", run(t, t.TempDir(), nil, curl, "-s", "-L", s.app.ProofURL), false)

	folder, _ := s.write(t, "cookies.txt", auth.HandoffOptions{})
	s.sees(t, "curl with cookies.txt", run(t, folder, nil, curl, "-s", "--cookie", "shop.cookies.txt", s.app.ProofURL), true)
	cookies := filepath.Join(folder, "shop.cookies.txt")

	folder, _ = s.write(t, "header", auth.HandoffOptions{})
	s.sees(t, "curl with a header", run(t, folder, nil, curl, "-s", "--header", "@shop.headers", s.app.ProofURL), true)

	folder, out := s.write(t, "curl", auth.HandoffOptions{})
	s.sees(t, "the script", run(t, folder, []string{handoff.EnvCookiesTxt + "=" + cookies}, "sh", "shop.curl.sh"), true)
	if text := run(t, folder, nil, "sh", "shop.curl.sh"); !strings.Contains(text, "gatepass exec shop") {
		t.Errorf("the script without a session says %s", text)
	}
	if strings.Contains(out.Files[0].Content.Reveal(), "shop_session") {
		t.Error("the script holds the session")
	}

	folder, out = s.write(t, "curl", auth.HandoffOptions{Inline: true})
	s.sees(t, "curl --config", run(t, folder, nil, curl, "-s", "--config", "shop.curlrc", s.app.ProofURL), true)
	if got := strings.TrimSpace(run(t, folder, nil, "sh", "-c", out.Check[0])); got != "1" {
		t.Errorf("the check says %q", got)
	}
}

const pythonReads = `
import http.cookiejar, sys, urllib.request
jar = http.cookiejar.MozillaCookieJar(sys.argv[1])
jar.load()
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
print(opener.open(sys.argv[2]).read().decode())
`

// nodeFetches sends what stands in a file of header lines.
const nodeFetches = `
const headers = Object.fromEntries(require('fs').readFileSync(process.argv[1], 'utf8').trim().split('\n').map(l => l.split(/: (.*)/s).slice(0, 2)));
fetch(process.argv[2], { headers }).then(r => r.text()).then(console.log);
`

// The lab's cookie is HttpOnly, and its file must not look like a comment to anybody.
func TestPythonWgetAndNodeUseWhatIsWritten(t *testing.T) {
	python, wget, node := consumer(t, "python3", "python3"), consumer(t, "wget", "wget"), consumer(t, "node", "nodejs")
	s := open(t, "shop", lab.Options{})
	folder, _ := s.write(t, "cookies.txt", auth.HandoffOptions{})
	s.sees(t, "Python", run(t, folder, nil, python, "-c", pythonReads, "shop.cookies.txt", s.app.ProofURL), true)
	s.sees(t, "wget", run(t, folder, nil, wget, "-qO-", "--load-cookies", "shop.cookies.txt", s.app.ProofURL), true)
	s.sees(t, "wget without", run(t, folder, nil, wget, "-qO-", s.app.ProofURL), false)
	folder, _ = s.write(t, "header", auth.HandoffOptions{})
	s.sees(t, "fetch", run(t, folder, nil, node, "-e", nodeFetches, "shop.headers", s.app.ProofURL), true)
}

func TestZAPsEnvironmentIsReadByAShell(t *testing.T) {
	sh := consumer(t, "sh", "dash")
	curl := consumer(t, "curl", "curl")
	s := open(t, "shop", lab.Options{})
	if _, err := s.gate.Verify(t.Context(), "shop", auth.VerifyOptions{}, nil); err != nil {
		t.Fatal(err)
	}
	folder, _ := s.write(t, "zap", auth.HandoffOptions{Variant: "session", Inline: true})
	page := run(t, folder, nil, sh, "-c", `set -a; . ./shop.zap.env; set +a; exec "$0" -s -H "$ZAP_AUTH_HEADER: $ZAP_AUTH_HEADER_VALUE" "$1"`, curl, s.app.ProofURL)
	s.sees(t, "what ZAP sends", page, true)
}

// mirror stands between a scanner and the application and remembers what was shown.
type mirror struct {
	url string
	mu  sync.Mutex
	// proofs counts the pages with the proof in them; outs the requests to sign out.
	proofs, outs int
}

func reflectOf(t *testing.T, s site) *mirror {
	t.Helper()
	origin, err := url.Parse(s.app.URL)
	if err != nil {
		t.Fatal(err)
	}
	origin.Path = ""
	m := &mirror{}
	proxy := httputil.NewSingleHostReverseProxy(origin)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = origin.Host
		r.Header.Del("Accept-Encoding")
		seen := httptest.NewRecorder()
		proxy.ServeHTTP(seen, r)
		m.mu.Lock()
		if strings.Contains(seen.Body.String(), s.app.ProofText) {
			m.proofs++
		}
		if strings.Contains(r.URL.Path, "logout") {
			m.outs++
		}
		m.mu.Unlock()
		for name, values := range seen.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(seen.Code)
		_, _ = w.Write(seen.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	m.url = server.URL
	return m
}

func TestWapitiCrawlsSignedIn(t *testing.T) {
	wapiti := consumer(t, "wapiti", "wapiti")
	s := open(t, "shop", lab.Options{})
	folder, out := s.write(t, "wapiti", auth.HandoffOptions{})
	// Wapiti 3.0.4 breaks off at any -x under Python 3.11, and signs out without one.
	crawl := func(options ...string) (*mirror, string) {
		m := reflectOf(t, s)
		args := []string{"-u", m.url + "/", "-s", m.url + "/account", "-m", "", "-d", "1", "--scope", "domain", "--no-bugreport",
			"--store-session", t.TempDir(), "--store-config", t.TempDir(), "-f", "json", "-o", filepath.Join(folder, "report.json"), "--max-scan-time", "60"}
		for i, o := range options {
			options[i] = strings.ReplaceAll(o, "ORIGIN", m.url)
		}
		text := run(t, folder, []string{"HOME=" + t.TempDir()}, wapiti, append(args, options...)...)
		m.mu.Lock()
		defer m.mu.Unlock()
		return m, text
	}
	if m, _ := crawl(); m.proofs != 0 {
		t.Errorf("without the file Wapiti saw the proof %d times", m.proofs)
	}
	m, text := crawl("-c", "shop.wapiti.json", "-x", "ORIGIN/logout")
	if strings.Contains(text, "global flags not at the start") {
		m, text = crawl("-c", "shop.wapiti.json")
		m.outs = 0
	}
	if m.proofs == 0 || m.outs != 0 {
		t.Errorf("with the file Wapiti saw the proof %d times and signed out %d times\n%s", m.proofs, m.outs, text)
	}
	if !strings.Contains(out.Run[0], "-x "+strings.TrimSuffix(s.app.URL, "/login")+"/logout") {
		t.Errorf("signing out is not excluded: %s", out.Run[0])
	}
}

const playwrightOpens = `
const { chromium } = require('playwright-core');
(async () => {
  const browser = await chromium.launch({ executablePath: process.argv[1], args: ['--no-sandbox'] });
  const context = await browser.newContext(process.argv[3] ? { storageState: process.argv[3] } : {});
  const page = await context.newPage();
  await page.goto(process.argv[2], { waitUntil: 'networkidle' });
  console.log(await page.content());
  await browser.close();
})().catch(e => { console.error(e); process.exit(1); });
`

func TestPlaywrightRestoresTheStorageState(t *testing.T) {
	node := consumer(t, "node", "nodejs")
	if text := run(t, t.TempDir(), nil, node, "-e", "require('playwright-core')"); strings.Contains(text, "Cannot find module") {
		absent(t, "playwright", "playwright-core is not installed; npm install --prefix DIR playwright-core, and NODE_PATH=DIR/node_modules")
	}
	browser, err := chrome.Find("", false, os.Environ())
	if err != nil {
		absent(t, "playwright", "no browser is installed")
	}
	for name, o := range map[string]lab.Options{
		"shop": {},
		"desk": {Switches: map[string][]string{"desk": {lab.SwitchBearer}}}, // a token in localStorage
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, name, o)
			folder, _ := s.write(t, "playwright", auth.HandoffOptions{})
			s.sees(t, "Playwright with the state", run(t, folder, nil, node, "-e", playwrightOpens, browser, s.app.ProofURL, name+".storage-state.json"), true)
			s.sees(t, "Playwright without", run(t, folder, nil, node, "-e", playwrightOpens, browser, s.app.ProofURL), false)
		})
	}
}

func TestNucleiUsesTheSecretsFile(t *testing.T) {
	nuclei, err := exec.LookPath("nuclei")
	if err != nil {
		t.Skip("nuclei is not installed; the rules of its parser are looked at among the traps")
	}
	s := open(t, "shop", lab.Options{})
	folder, _ := s.write(t, "nuclei", auth.HandoffOptions{})
	args := []string{"-u", s.app.ProofURL, "-t", "shop.nuclei-check.yaml", "-silent", "-duc", "-ni"}
	if text := run(t, folder, nil, nuclei, append(args, "-sf", "shop.nuclei.yaml", "-ps")...); !strings.Contains(text, "signed-in") {
		t.Errorf("with the file: %s", text)
	}
	if text := run(t, folder, nil, nuclei, args...); strings.Contains(text, "signed-in") {
		t.Errorf("without the file: %s", text)
	}
}
