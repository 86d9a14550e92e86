package lab

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"sync"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed static/*
var staticFiles embed.FS

// pages are the templates by the name of their file: framed ones hang in the
// layout that an application's pages share, bare ones stand for themselves. They are
// read when the first page is served: most commands serve none.
var pages = sync.OnceValue(func() map[string]*template.Template {
	return parsePages(
		[]string{"home", "section", "search", "signup", "forgot", "signin", "landing", "account", "message", "frame", "consent"},
		[]string{"script", "outside", "captcha", "single", "autopost", "prompt"},
	)
})

func parsePages(framed, bare []string) map[string]*template.Template {
	all := map[string]*template.Template{}
	for _, name := range framed {
		all[name] = template.Must(template.New("layout.html").Funcs(template.FuncMap{"slug": slug}).ParseFS(templateFiles,
			"templates/layout.html", "templates/field.html", "templates/"+name+".html"))
	}
	for _, name := range bare {
		all[name] = template.Must(template.ParseFS(templateFiles, "templates/"+name+".html"))
	}
	return all
}

// A page is what the layout needs.
type page struct {
	Site       site
	Title      string
	User       string // who is signed in, or ""
	Token      hidden
	SignInPath string
	Plain      bool   // without the search box, the newsletter and other forms
	Alert      string // what went wrong
	Notice     string // what went well
	Body       any    // what the page's own template needs
}

// A hidden is a hidden field.
type hidden struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// render writes a page, whole or not at all.
func render(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := pages()[name].Execute(&b, data); err != nil {
		http.Error(w, "The page could not be drawn.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // The visitor may have left.
}

func serveStatic(w http.ResponseWriter, r *http.Request, name string) {
	http.ServeFileFS(w, r, staticFiles, "static/"+name)
}

// writeJSON answers a program. Ampersands stay as they are: people copy key URIs
// from here.
func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	answer := json.NewEncoder(w)
	answer.SetEscapeHTML(false)
	_ = answer.Encode(v) // The client may have left.
}
