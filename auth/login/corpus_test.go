package login_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"gatepass/auth/login"
)

// A sample is one page of testdata/pages with what a person says that it is. The
// first line of the file tells:
//
//	<!-- kind: username+password; username: user; password: #pw; submit: Log in -->
//
// A field is meant by its name, by #id, or by @ and its place among the page's
// fields; a field that is not mentioned must not be found. The button is meant by
// what stands on it; "leads" is the link that leads on, "joined: yes" says that one
// field takes two things, "beside" names a field for the account that stands beside a code
// which is not ours to give, and "loose: yes" says that the login stands outside of the page's
// forms. The number in a file's name is its batch: each batch was
// written, with its answers, before any of it was first read.
type sample struct {
	name string
	page login.Page
	want map[string]string
}

func samples(t testing.TB) []sample {
	t.Helper()
	files, err := filepath.Glob("testdata/pages/*.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	var all []sample
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(string(raw), "\n")
		comment, ok := strings.CutPrefix(strings.TrimSuffix(strings.TrimSpace(first), " -->"), "<!-- ")
		if !ok {
			t.Fatalf("%s: the first line does not say what the page is", file)
		}
		want := map[string]string{}
		for part := range strings.SplitSeq(comment, "; ") {
			key, value, _ := strings.Cut(part, ": ")
			want[key] = value
		}
		all = append(all, sample{
			name: strings.TrimSuffix(filepath.Base(file), ".html"),
			page: document(t, string(raw)),
			want: want,
		})
	}
	return all
}

// TestRead_RealShapes reads every sample as a person would.
func TestRead_RealShapes(t *testing.T) {
	all, right := samples(t), 0
	for _, s := range all {
		ok := t.Run(s.name, func(t *testing.T) {
			r := login.Read(s.page)
			got := map[string]string{"kind": string(r.Kind)}
			put := func(key string, fields ...int) {
				var names []string
				for i, f := range fields {
					if f >= 0 {
						names = append(names, nameOf(s.page, f, strings.Fields(s.want[key]), i))
					}
				}
				if len(names) > 0 {
					got[key] = strings.Join(names, " ")
				}
			}
			put("username", r.Username)
			put("password", r.Password)
			put("code", r.Code...)
			if r.Button >= 0 {
				got["submit"] = s.page.Buttons[r.Button].Label
			}
			if found := r.Username >= 0 || r.Password >= 0 || len(r.Code) > 0; found && len(s.page.Forms) > 0 && r.Form == login.NoForm && s.want["loose"] == "" {
				t.Error("the fields were found outside of the form, which could not be sent")
			}
			if r.Lead != nil && (s.want["leads"] != "" || r.Kind == login.KindMethods) {
				got["leads"] = r.Lead.Path
			}
			if r.Joined && r.Kind == login.KindCode {
				got["joined"] = "yes"
			}
			for _, key := range []string{"kind", "username", "password", "code", "submit", "leads", "joined"} {
				if got[key] != s.want[key] {
					t.Errorf("%s: got %q, want %q", key, got[key], s.want[key])
				}
			}
		})
		if ok {
			right++
		}
	}
	t.Logf("%d of %d pages read right (%.1f %%)", right, len(all), 100*float64(right)/float64(len(all)))
}

// bodies are the samples as they come, by name.
func bodies(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, s := range samples(t) {
		raw, err := os.ReadFile("testdata/pages/" + s.name + ".html")
		if err != nil {
			t.Fatal(err)
		}
		all[s.name] = string(raw)
	}
	return all
}

// nameOf calls a field as the sample does.
func nameOf(p login.Page, i int, wanted []string, nth int) string {
	f := p.Fields[i]
	if nth < len(wanted) {
		switch wanted[nth][0] {
		case '@':
			return "@" + strconv.Itoa(i)
		case '#':
			return "#" + f.ID
		}
	}
	return f.Name
}

// document reads a page as a driver would that got it from there.
func document(t testing.TB, body string) login.Page {
	t.Helper()
	base, err := url.Parse("https://app.example.com/start")
	if err != nil {
		t.Fatal(err)
	}
	p := login.ReadDocument(body, base)
	p.Status = 200
	return p
}
