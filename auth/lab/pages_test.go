package lab

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// visit collects an application's pages as an anonymous crawler finds them.
func visit(t *testing.T, a App) map[string]*browser {
	t.Helper()
	pages := map[string]*browser{}
	queue := []string{"/", "/login", "/signup", "/forgot", "/search?q=the", "/nowhere"}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if pages[path] != nil {
			continue
		}
		b := newBrowser(t).open(strings.TrimSuffix(a.URL, loginPath) + path)
		pages[path] = b
		for _, link := range elements(b.doc, "a") {
			if href := attr(link, "href"); strings.HasPrefix(href, "/") {
				queue = append(queue, href)
			}
		}
	}
	return pages
}

func TestTheProofStandsOnNoPublicPage(t *testing.T) {
	l, _ := start(t, Options{})
	for _, a := range l.Describe().Apps {
		pages := visit(t, a)
		if len(pages) < 7 {
			t.Errorf("%s has only %d pages", a.Name, len(pages))
		}
		for path, b := range pages {
			if strings.Contains(b.text, a.ProofText) {
				t.Errorf("%s%s shows %q to everybody", a.Name, path, a.ProofText)
			}
		}
	}
}

func TestNoLinkLeadsNowhere(t *testing.T) {
	l, _ := start(t, Options{})
	for _, a := range formApps(l) {
		for path, b := range visit(t, a) {
			want := http.StatusOK
			if path == "/nowhere" || path == "/signup" && !specOf(t, a.Name).site.SignUp {
				want = http.StatusNotFound
			}
			if b.status != want {
				t.Errorf("%s%s answers %d, want %d", a.Name, path, b.status, want)
			}
		}
	}
}

func TestPagesAreDecentHTML(t *testing.T) {
	l, _ := start(t, Options{})
	for _, a := range formApps(l) {
		for path, b := range visit(t, a) {
			if n := len(elements(b.doc, "h1")); n != 1 {
				t.Errorf("%s%s has %d headings", a.Name, path, n)
			}
			if len(elements(b.doc, "nav")) != 1 || len(elements(b.doc, "main")) != 1 {
				t.Errorf("%s%s has no navigation or no main part", a.Name, path)
			}
			if strings.Contains(b.text, "ZgotmplZ") || strings.Contains(b.text, "<no value>") {
				t.Errorf("%s%s has a hole:\n%s", a.Name, path, b.text)
			}
			if got := b.header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s%s may be kept by a cache: %q", a.Name, path, got)
			}
			expectLabels(t, b)
			expectTokens(t, b, specOf(t, a.Name).token)
		}
	}
}

// expectLabels checks that a person who cannot see the page knows each field.
func expectLabels(t *testing.T, b *browser) {
	t.Helper()
	var ids, labelled []string
	for _, label := range elements(b.doc, "label") {
		labelled = append(labelled, attr(label, "for"))
	}
	for _, n := range elements(b.doc, "input") {
		if attr(n, "type") == "hidden" {
			continue
		}
		if id := attr(n, "id"); id != "" && slices.Contains(ids, id) {
			t.Errorf("%s has two fields with the id %q", b.at, id)
		} else {
			ids = append(ids, id)
		}
		if !inside(n, "label") && !slices.Contains(labelled, attr(n, "id")) {
			t.Errorf("%s: the field %q has no label", b.at, attr(n, "name"))
		}
	}
}

func inside(n *html.Node, tag string) bool {
	for ; n != nil; n = n.Parent {
		if n.Data == tag {
			return true
		}
	}
	return false
}

func expectTokens(t *testing.T, b *browser, token string) {
	t.Helper()
	for _, form := range elements(b.doc, "form") {
		if attr(form, "method") == "post" && hiddenValues(form).Get(token) == "" {
			t.Errorf("%s: the form for %s has no token", b.at, attr(form, "action"))
		}
	}
}

// Engines must find the login among other forms: here they are.
func TestTheLoginPageOfTheShopHasOtherFormsToo(t *testing.T) {
	l, _ := start(t, Options{})
	b := newBrowser(t).open(describe(t, l, "shop").URL)
	var actions []string
	for _, form := range elements(b.doc, "form") {
		actions = append(actions, attr(form, "action"))
	}
	if want := []string{"/search", "/login", "/newsletter"}; !slices.Equal(actions, want) {
		t.Errorf("the forms go to %v, want %v", actions, want)
	}
}

func TestTheOtherFormsWork(t *testing.T) {
	l, _ := start(t, Options{})
	b := newBrowser(t).open(describe(t, l, "shop").URL)
	b.submit(map[string]string{"email": "a@example.com"})
	if b.at.Path != "/" || b.withRole("status") == "" {
		t.Errorf("subscribing led to %s", b.at)
	}
	b.open("/signup").submit(map[string]string{"email": "a@example.com", "new_password": "x", "confirm_password": "x"})
	if b.alert() == "" {
		t.Error("signing up says nothing")
	}
	b.open("/forgot")
	forgot := hiddenValues(b.formWith(map[string]string{"email": ""}))
	b.post("/forgot", forgot)
	if b.withRole("status") == "" {
		t.Error("asking for a new password says nothing")
	}
	b.open("/search?q=grinders")
	if !strings.Contains(b.text, "outlive their owners") {
		t.Error("the search finds nothing")
	}
}

func TestWhatVisitorsTypeIsNoMarkup(t *testing.T) {
	l, _ := start(t, Options{})
	a := describe(t, l, "shop")
	const attack = `"><script>alert(1)</script>`
	b := newBrowser(t).givePassword(a, attack, "x")
	if len(elements(b.doc, "script")) != 0 {
		t.Error("a username became a script")
	}
	b.open("/search?q=" + "%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
	if len(elements(b.doc, "script")) != 0 || !strings.Contains(content(b.doc), attack) {
		t.Error("a search became a script, or is not shown")
	}
}

func TestFieldsAreMarkedAfterAnError(t *testing.T) {
	l, _ := start(t, Options{})
	a := describe(t, l, "shop")
	b := newBrowser(t).givePassword(a, a.Username, "wrong")
	for _, n := range elements(b.formWith(map[string]string{"password": ""}), "input") {
		if typ := attr(n, "type"); (typ == "text" || typ == "password") && (attr(n, "aria-invalid") != "true" || !hasAttr(n, "required")) {
			t.Errorf("the field %s is not marked", attr(n, "name"))
		}
	}
}
