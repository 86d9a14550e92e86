package lab

import (
	"encoding/base32"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// A clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 1, 15, 9, 0, 10, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// start runs a lab for one test, on a clock of its own unless the options bring one.
func start(t *testing.T, options Options) (*Lab, *clock) {
	t.Helper()
	c := newClock()
	if options.Now == nil {
		options.Now = c.now
	}
	l, err := Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l, c
}

func describe(t *testing.T, l *Lab, name string) App {
	t.Helper()
	a, ok := l.Describe().App(name)
	if !ok {
		t.Fatalf("the lab does not describe %s", name)
	}
	return a
}

// codeAt gives the code that an authenticator app set up with the described URI
// shows at a time.
func codeAt(t *testing.T, a App, at time.Time) string {
	t.Helper()
	f := authenticator(t, a)
	return f.code(f.step(at))
}

func authenticator(t *testing.T, a App) factor {
	t.Helper()
	u, err := url.Parse(a.OTPAuth)
	if err != nil || u.Scheme != "otpauth" || u.Host != "totp" {
		t.Fatalf("%s: not a key URI: %q (%v)", a.Name, a.OTPAuth, err)
	}
	q := u.Query()
	seed, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(q.Get("secret"))
	if err != nil {
		t.Fatal(err)
	}
	digits, _ := strconv.Atoi(q.Get("digits"))
	period, _ := strconv.Atoi(q.Get("period"))
	hash := map[string]hashing{"SHA1": hashSHA1, "SHA256": hashSHA256}[q.Get("algorithm")]
	return factor{hash: hash, digits: digits, period: time.Duration(period) * time.Second, seed: seed}
}

// A browser is one visitor with cookies, as a person would write it by hand.
type browser struct {
	t      *testing.T
	client *http.Client
	at     *url.URL
	status int
	header http.Header
	text   string
	doc    *html.Node
	trail  []string // "status location" of each redirect to the present page
	set    []string // cookies set on the way
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{t: t, client: &http.Client{Jar: jar}}
	b.client.Transport = watch{b}
	t.Cleanup(b.client.CloseIdleConnections)
	return b
}

// watch notes redirects and cookies as they pass.
type watch struct{ b *browser }

func (w watch) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		if to := res.Header.Get("Location"); to != "" {
			w.b.trail = append(w.b.trail, strconv.Itoa(res.StatusCode)+" "+to)
		}
		w.b.set = append(w.b.set, res.Header["Set-Cookie"]...)
	}
	return res, err
}

func (b *browser) open(address string) *browser {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.resolve(address), nil)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.do(req)
}

func (b *browser) resolve(address string) string {
	if b.at == nil {
		return address
	}
	u, err := b.at.Parse(address)
	if err != nil {
		b.t.Fatal(err)
	}
	return u.String()
}

func (b *browser) do(req *http.Request) *browser {
	b.t.Helper()
	if err := b.send(req); err != nil {
		b.t.Fatal(err)
	}
	return b
}

// send is do for goroutines, which must not end the test.
func (b *browser) send(req *http.Request) error {
	b.trail, b.set = nil, nil
	res, err := b.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	b.at, b.status, b.header, b.text = res.Request.URL, res.StatusCode, res.Header, string(body)
	b.doc, err = html.Parse(strings.NewReader(b.text))
	return err
}

// submit fills the form that has all the named fields, and sends it.
func (b *browser) submit(fields map[string]string) *browser {
	b.t.Helper()
	form := b.formWith(fields)
	values := hiddenValues(form)
	for name, value := range fields {
		values.Set(name, value)
	}
	return b.post(attr(form, "action"), values)
}

func (b *browser) post(address string, values url.Values) *browser {
	b.t.Helper()
	return b.do(b.form(address, values))
}

func (b *browser) form(address string, values url.Values) *http.Request {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.resolve(address), strings.NewReader(values.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return req
}

func (b *browser) formWith(fields map[string]string) *html.Node {
	b.t.Helper()
	for _, form := range elements(b.doc, "form") {
		if hasAll(form, fields) {
			return form
		}
	}
	b.t.Fatalf("%s has no form with the fields %v:\n%s", b.at, fields, b.text)
	return nil
}

func hasAll(form *html.Node, fields map[string]string) bool {
	var names []string
	for _, tag := range []string{"input", "button", "textarea"} {
		for _, n := range elements(form, tag) {
			names = append(names, attr(n, "name"))
		}
	}
	for name := range fields {
		if !slices.Contains(names, name) && name != captchaField {
			return false
		}
	}
	return true
}

func hiddenValues(form *html.Node) url.Values {
	values := url.Values{}
	for _, n := range elements(form, "input") {
		if attr(n, "type") == "hidden" {
			values.Set(attr(n, "name"), attr(n, "value"))
		}
	}
	return values
}

// alert gives the text of the page's role=alert element.
func (b *browser) alert() string { return b.withRole("alert") }

func (b *browser) withRole(role string) string {
	for n := range b.doc.Descendants() {
		if n.Type == html.ElementNode && attr(n, "role") == role {
			return strings.TrimSpace(content(n))
		}
	}
	return ""
}

func (b *browser) heading() string {
	for _, n := range elements(b.doc, "h1") {
		return strings.TrimSpace(content(n))
	}
	return ""
}

// cookie gives the application's session cookie.
func (b *browser) cookie(a App) string {
	b.t.Helper()
	u, err := url.Parse(a.URL)
	if err != nil {
		b.t.Fatal(err)
	}
	name := specOf(b.t, a.Name).cookie
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// formApps are the applications whose whole sign-in is forms of their own. The
// others have tests of their own.
func formApps(l *Lab) []App {
	return slices.DeleteFunc(l.Describe().Apps, func(a App) bool {
		app, err := l.find(a.Name)
		return err != nil || app.flow != nil
	})
}

func specOf(t *testing.T, name string) spec {
	t.Helper()
	for _, s := range catalogue() {
		if s.site.Name == name {
			return s
		}
	}
	t.Fatalf("there is no %s", name)
	return spec{}
}

// givePassword walks from the login page to the answer to the password.
func (b *browser) givePassword(a App, username, password string) *browser {
	b.t.Helper()
	s := specOf(b.t, a.Name).signIn
	b.open(a.URL)
	if s.usernameFirst() {
		b.submit(map[string]string{s.username.Name: username})
		return b.submit(map[string]string{s.password.Name: password})
	}
	return b.submit(map[string]string{s.username.Name: username, s.password.Name: password})
}

func (b *browser) giveCode(a App, code string) *browser {
	b.t.Helper()
	return b.submit(map[string]string{specOf(b.t, a.Name).signIn.code.Name: code})
}

// signIn signs in to the end, at a time by the authenticator's clock.
func (b *browser) signIn(a App, at time.Time) *browser {
	b.t.Helper()
	b.givePassword(a, a.Username, a.Password)
	if a.OTPAuth != "" {
		b.giveCode(a, codeAt(b.t, a, at))
	}
	return b
}

func (b *browser) expectStatus(want int) {
	b.t.Helper()
	if b.status != want {
		b.t.Errorf("%s answered %d, want %d", b.at, b.status, want)
	}
}

func (b *browser) expectAlert(want string) {
	b.t.Helper()
	if got := b.alert(); got != want {
		b.t.Errorf("%s says %q, want %q", b.at, got, want)
	}
}

// expectInside checks that the page at hand is the members' page.
func (b *browser) expectInside(a App) {
	b.t.Helper()
	if b.at.String() != a.ProofURL || !strings.Contains(b.text, a.ProofText) {
		b.t.Errorf("%s: %q is not the members' page of %s", b.at, b.heading(), a.Name)
	}
}

// expectOutside checks that the members' page turns the visitor away.
func (b *browser) expectOutside(a App) {
	b.t.Helper()
	b.open(a.ProofURL)
	if strings.Contains(b.text, a.ProofText) || len(b.trail) == 0 || !strings.HasPrefix(b.trail[0], "302 /login?next=") {
		b.t.Errorf("%s: the members' page was open: %v", a.Name, b.trail)
	}
}

func elements(n *html.Node, tag string) []*html.Node {
	var all []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == tag {
			all = append(all, d)
		}
	}
	return all
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func content(n *html.Node) string {
	var text strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			text.WriteString(d.Data)
		}
	}
	return text.String()
}
