package lab

import (
	"net/http"
	"strings"
)

// home is the front page.
func (a *app) home(w http.ResponseWriter, r *http.Request) {
	p := a.page(a.visitor(w, r), a.spec.site.Title)
	if r.URL.Query().Has("subscribed") {
		p.Notice = "Thank you. The next letter comes on Friday."
	}
	render(w, http.StatusOK, "home", p)
}

// section is one of the pages that the navigation leads to.
func (a *app) section(w http.ResponseWriter, r *http.Request) {
	for i, heading := range a.spec.site.Nav {
		if slug(heading) == r.PathValue("slug") {
			p := a.page(a.visitor(w, r), heading)
			p.Body = a.spec.site.About[i]
			render(w, http.StatusOK, "section", p)
			return
		}
	}
	a.notFound(w, r)
}

// search finds the paragraphs of the front page that hold a word.
func (a *app) search(w http.ResponseWriter, r *http.Request) {
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	var found []string
	for _, text := range a.spec.site.About {
		if query != "" && strings.Contains(strings.ToLower(text), strings.ToLower(query)) {
			found = append(found, text)
		}
	}
	p := a.page(a.visitor(w, r), "Search")
	p.Body = struct {
		Query string
		Found []string
	}{query, found}
	render(w, http.StatusOK, "search", p)
}

func (a *app) subscribe(w http.ResponseWriter, r *http.Request, _ visitor) {
	seeOther(w, r, "/?subscribed")
}

// signUp has a form that looks much like a login and is none.
func (a *app) signUp(w http.ResponseWriter, r *http.Request) {
	if !a.spec.site.SignUp {
		a.notFound(w, r)
		return
	}
	render(w, http.StatusOK, "signup", a.page(a.visitor(w, r), "Create an account"))
}

func (a *app) takeSignUp(w http.ResponseWriter, r *http.Request, v visitor) {
	p := a.page(v, "Create an account")
	p.Alert = "New accounts are made by invitation only at the moment."
	render(w, http.StatusOK, "signup", p)
}

func (a *app) forgot(w http.ResponseWriter, r *http.Request) {
	render(w, http.StatusOK, "forgot", a.page(a.visitor(w, r), "Reset your password"))
}

func (a *app) takeForgot(w http.ResponseWriter, r *http.Request, v visitor) {
	p := a.page(v, "Reset your password")
	p.Notice = "If we know this address, a letter is on its way to it."
	render(w, http.StatusOK, "forgot", p)
}

// slug makes a heading part of an address.
func slug(heading string) string {
	return strings.ReplaceAll(strings.ToLower(heading), " ", "-")
}
