package httpdriver_test

import (
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"gatepass/auth/login"
	"gatepass/auth/login/httpdriver"
)

// TestSubmit_SendsWhatABrowserWould: every control that counts, in document order,
// the pressed button among them, and nothing else.
func TestSubmit_SendsWhatABrowserWould(t *testing.T) {
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		html(w, `<form action="/in?step=1#top" method="post">
<input type="hidden" name="csrf" value=" a+b&amp;c= ">
<input name="user" value="old"><input type="hidden" name="between" value="">
<input type="password" name="pw"><input name="unnamed-later" disabled value="x"><input value="no name">
<input type="checkbox" name="off"><input type="checkbox" name="on" checked><input type="checkbox" name="v" value="1" checked>
<input type="radio" name="r" value="1"><input type="radio" name="r" value="2" checked>
<select name="lang"><option value="en">English</option><option value="de" selected>Deutsch</option></select><select multiple name="none"><option>x</option></select>
<textarea name="note">two
lines</textarea><input type="file" name="f">
<button name="go" value="now">Sign in</button><button name="other" value="1" type="submit">Cancel</button>
<input type="hidden" name="after" value="é"></form><input name="outside" value="x"><input type="hidden" form="nowhere" name="x" value="y">`)
	})
	d := drive(t, httpdriver.Options{}, app)
	mustSignIn(t, d, open(t, d, app.at("/login")))
	got := app.last(t)
	want := strings.Join([]string{
		"csrf=+a%2Bb%26c%3D+", "user=scan-bot", "between=", "pw=" + url.QueryEscape(password),
		"on=on", "v=1", "r=2", "lang=de", "note=two%0D%0Alines", "go=now", "after=%C3%A9",
	}, "&")
	if got.body != want {
		t.Errorf("got  %s\nwant %s", got.body, want)
	}
	if got.method != "POST" || got.path != "/in" || got.query != "step=1" || got.header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		t.Errorf("got %+v", got)
	}
}

func TestSubmit_ButtonsSayWhereAndHow(t *testing.T) {
	for name, c := range map[string]struct{ button, path, body, kind string }{
		"formaction":            {`<button formaction="/other">Sign in</button>`, "/other", "u=scan-bot&p=" + url.QueryEscape(password), login.EncURL},
		"formmethod":            {`<button formmethod="post" formaction="/x">Sign in</button>`, "/x", "u=scan-bot&p=" + url.QueryEscape(password), login.EncURL},
		"formenctype":           {`<button formenctype="text/plain">Sign in</button>`, "/in", "u=scan-bot\r\np=" + password + "\r\n", login.EncText},
		"image":                 {`<input type="image" name="go" alt="Sign in">`, "/in", "u=scan-bot&p=" + url.QueryEscape(password) + "&go.x=1&go.y=1", login.EncURL},
		"image without a name":  {`<input type="image" alt="Sign in">`, "/in", "u=scan-bot&p=" + url.QueryEscape(password) + "&x=1&y=1", login.EncURL},
		"no name":               {`<input type="submit" value="Sign in">`, "/in", "u=scan-bot&p=" + url.QueryEscape(password), login.EncURL},
		"none at all":           {``, "/in", "u=scan-bot&p=" + url.QueryEscape(password), login.EncURL},
		"one that only scripts": {`<button type="button" name="b" value="1">Sign in</button>`, "/in", "u=scan-bot&p=" + url.QueryEscape(password), login.EncURL},
	} {
		t.Run(name, func(t *testing.T) {
			app := serve(t, func(w http.ResponseWriter, r *http.Request) {
				html(w, `<form action="/in" method="post"><input name="u"><input name="p" type="password">`+c.button+`</form>`)
			})
			d := drive(t, httpdriver.Options{}, app)
			mustSignIn(t, d, open(t, d, app.at("/login")))
			got := app.last(t)
			if got.path != c.path || got.body != c.body || got.header.Get("Content-Type") != c.kind {
				t.Errorf("got %s %q %s", got.path, got.body, got.header.Get("Content-Type"))
			}
		})
	}
}

func TestSubmit_Multipart(t *testing.T) {
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		html(w, `<form action="/in" method="post" enctype="multipart/form-data"><input type="hidden" name="csrf" value="1"><input name="u"><input name="p" type="password"><button name="go" value="2">Sign in</button></form>`)
	})
	d := drive(t, httpdriver.Options{}, app)
	mustSignIn(t, d, open(t, d, app.at("/login")))
	got := app.last(t)
	_, params, err := mime.ParseMediaType(got.header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	form, err := multipart.NewReader(strings.NewReader(got.body), params["boundary"]).ReadForm(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"csrf": "1", "u": username, "p": password, "go": "2"} {
		if v := form.Value[name]; len(v) != 1 || v[0] != want {
			t.Errorf("%s: got %q, want %q", name, v, want)
		}
	}
}

// TestSubmit_InThePagesEncoding: a page that is not in UTF-8 gets its forms back as
// it speaks, or else no password with an umlaut is right.
func TestSubmit_InThePagesEncoding(t *testing.T) {
	for name, c := range map[string]struct{ kind, body, form, want string }{
		"windows-1251":        {"text/html; charset=windows-1251", "<input type=hidden name=h value='\xcf\xf0'>", "", "h=%CF%F0&c=windows-1251&u=scan-bot"},
		"Shift_JIS by a meta": {"text/html", "<meta charset=Shift_JIS><input type=hidden name=h value='\x83\x8d'>", "", "h=%83%8D&c=shift_jis&u=scan-bot"},
		"accept-charset":      {"text/html; charset=utf-8", "<input type=hidden name=h value='ü'>", `accept-charset="ISO-8859-1"`, "h=%FC&c=windows-1252&u=scan-bot"},
		"what it cannot say":  {"text/html; charset=iso-8859-1", "<input type=hidden name=h value='&#x30ed;'>", "", "h=%26%2312525%3B&c=windows-1252&u=scan-bot"},
		"UTF-16":              {"text/html; charset=utf-16le", "\xff\xfe", "", "h=%C3%BC&c=UTF-8&u=scan-bot"},
		"undeclared":          {"text/html", strings.Repeat(" ", 2000) + "<input type=hidden name=h value='ü'>", "", "h=%C3%BC&c=UTF-8&u=scan-bot"},
	} {
		t.Run(name, func(t *testing.T) {
			app := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				page := `<form action="/in" method="post" ` + c.form + `>` + c.body + `<input type="hidden" name="_charset_"><input name="u"><input name="p" type="password"><button>Sign in</button></form>`
				if name == "UTF-16" {
					page = utf16le(strings.Replace(page, c.body, "<input type=hidden name=h value='ü'>", 1))
				}
				_, _ = w.Write([]byte(page))
			})
			d := drive(t, httpdriver.Options{}, app)
			mustSignIn(t, d, open(t, d, app.at("/login")))
			got := strings.Replace(app.last(t).body, "_charset_=", "c=", 1)
			got, _, _ = strings.Cut(got, "&p=")
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func utf16le(s string) string {
	b := []byte{0xff, 0xfe}
	for _, r := range s {
		b = append(b, byte(r), byte(r>>8))
	}
	return string(b)
}

func TestSubmit_ToldAsABrowserTells(t *testing.T) {
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/in" {
			http.Redirect(w, r, "/home", http.StatusSeeOther)
			return
		}
		html(w, form)
	})
	idp := serve(t, func(w http.ResponseWriter, r *http.Request) {
		html(w, strings.Replace(form, "/in", app.URL+"/in", 1))
	})
	d := drive(t, httpdriver.Options{}, app, idp)
	mustSignIn(t, d, open(t, d, app.at("/login?next=/x#y")))
	post := app.all()[1]
	if post.header.Get("Referer") != app.URL+"/login?next=/x" || post.header.Get("Origin") != app.URL {
		t.Errorf("got %v", post.header)
	}
	if get := app.last(t); get.method != "GET" || get.body != "" || get.header.Get("Content-Type") != "" || get.header.Get("Origin") != "" {
		t.Errorf("after 303: got %+v", get)
	}
	mustSignIn(t, d, open(t, d, idp.at("/login?state=x")))
	post = app.all()[len(app.all())-2]
	if post.header.Get("Referer") != idp.URL+"/" || post.header.Get("Origin") != idp.URL {
		t.Errorf("from another origin: got %v", post.header)
	}
}

// TestSubmit_OnlyAScriptCouldSend says so instead of sending something else, or of
// calling it the application's fault.
func TestSubmit_OnlyAScriptCouldSend(t *testing.T) {
	pages := map[string]string{
		"/none":      `<input name="u"><input name="p" type="password"><button>Sign in</button>`,
		"/dialog":    strings.Replace(form, "post", "dialog", 1),
		"/nameless":  strings.Replace(form, `name="p"`, `id="p"`, 1),
		"/get":       strings.Replace(form, `method="post"`, "", 1), // and no script
		"/no-method": strings.Replace(form, `method="post"`, "", 1) + `<script src="/app.js"></script>`,
	}
	app := serve(t, func(w http.ResponseWriter, r *http.Request) { html(w, pages[r.URL.Path]) })
	d := drive(t, httpdriver.Options{}, app)
	for path := range pages {
		code := login.NeedsBrowser
		if path == "/get" {
			code = login.UnsafeForm
		}
		_, err := signIn(t.Context(), d, open(t, d, app.at(path)))
		wantStop(t, err, code)
	}
	if n := len(app.all()); n != len(pages) {
		t.Errorf("%d requests were made", n)
	}
}

// TestSubmit_AUsernameMayStandInAnAddress, a password may not.
func TestSubmit_AUsernameMayStandInAnAddress(t *testing.T) {
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		html(w, `<title>Login</title><form action="/next"><input type="hidden" name="flow" value="1"><input name="username"><button>Log in</button></form>`)
	})
	d := drive(t, httpdriver.Options{}, app)
	mustSignIn(t, d, open(t, d, app.at("/login")))
	if got := app.last(t); got.method != "GET" || got.query != "flow=1&username=scan-bot" {
		t.Errorf("got %+v", got)
	}
}

// TestSubmit_IsNotRepeated: a server that breaks off is not sent the password again.
func TestSubmit_IsNotRepeated(t *testing.T) {
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			panic(http.ErrAbortHandler)
		}
		html(w, form)
	})
	d := drive(t, httpdriver.Options{}, app)
	_, err := signIn(t.Context(), d, open(t, d, app.at("/login")))
	wantStop(t, err, login.Connect)
	posts := 0
	for _, s := range app.all() {
		if s.method == http.MethodPost {
			posts++
		}
	}
	if posts != 1 {
		t.Errorf("the password was sent %d times", posts)
	}
}
