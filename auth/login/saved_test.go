package login_test

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"

	"gatepass/auth/login"
	"gatepass/auth/login/query"
)

// TestReadSaved_Encodings: a page reads the same in whatever letters it was saved.
func TestReadSaved_Encodings(t *testing.T) {
	const russian = `<html><head>META<title>Вход</title></head><body><form method="post"><label>Логин<input name="a"></label><label>Пароль<input name="b" type="password"></label><button>Войти</button></form></body></html>`
	const japaneseForm = `<html><head>META<title>ログイン</title></head><body><form method="post"><table><tr><td>会員番号</td><td><input name="a"></td></tr><tr><td>パスワード</td><td><input name="b" type="password"></td></tr></table><button>ログイン</button></form></body></html>`
	for name, c := range map[string]struct {
		body, meta string
		in         encoding.Encoding
	}{
		"windows-1251":               {russian, `<meta charset="windows-1251">`, charmap.Windows1251},
		"koi8-r, the old way":        {russian, `<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">`, charmap.KOI8R},
		"shift-jis":                  {japaneseForm, `<meta charset="Shift_JIS">`, japanese.ShiftJIS},
		"euc-jp":                     {japaneseForm, `<meta charset="euc-jp">`, japanese.EUCJP},
		"iso-2022-jp":                {japaneseForm, `<meta charset="iso-2022-jp">`, japanese.ISO2022JP},
		"utf-16 with a mark":         {russian, ``, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		"utf-16 without":             {russian, ``, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		"utf-16, the other order":    {russian, ``, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		"utf-8 with a mark":          {japaneseForm, ``, unicode.UTF8BOM},
		"utf-8 that says otherwise":  {russian, `<meta charset="windows-1251">`, unicode.UTF8},
		"utf-8 that says shift-jis":  {japaneseForm, `<meta charset="shift_jis">`, unicode.UTF8},
		"utf-8 that does not say so": {japaneseForm, ``, unicode.UTF8},
	} {
		raw, err := c.in.NewEncoder().String(strings.Replace(c.body, "META", c.meta, 1))
		if err != nil {
			t.Fatal(err)
		}
		p, err := login.ReadSaved([]byte(raw), nil)
		if err != nil {
			t.Fatal(err)
		}
		if title := p.Title; title != "Вход" && title != "ログイン" {
			t.Errorf("%s: the title is %q", name, title)
		}
		if r := login.Read(p); r.Kind != login.KindBoth {
			t.Errorf("%s: read as %s", name, r.Kind)
		}
	}
}

const savedForm = `<title>Sign in</title><form action="/session" method="post"><input name="user"><input name="pass" type="password"><button>Sign in</button></form>`

// TestReadSaved_SaysWhereFrom: the address stands in the file, whoever saved it; what
// somebody names counts more.
func TestReadSaved_SaysWhereFrom(t *testing.T) {
	archive := func(transfer, body string) string {
		return "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://app.example.com/login\r\nSubject: Sign in\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"--Boundary--1\"\r\n\r\n\r\n----Boundary--1\r\nContent-Type: text/html\r\nContent-ID: <frame-1@mhtml.blink>\r\nContent-Transfer-Encoding: " + transfer + "\r\nContent-Location: https://app.example.com/login\r\n\r\n" + body + "\r\n----Boundary--1\r\nContent-Type: image/png\r\n\r\nx\r\n----Boundary--1--\r\n"
	}
	for name, body := range map[string]string{
		"Chrome":           "<!DOCTYPE html>\n<!-- saved from url=(0029)https://app.example.com/login -->\n<html>" + savedForm,
		"SingleFile":       "<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: https://app.example.com/login \n saved date: Mon Jan 05 2026\n--><head>" + savedForm,
		"MHTML":            archive("quoted-printable", strings.ReplaceAll(savedForm, "=", "=3D")),
		"MHTML in base64":  archive("base64", base64.StdEncoding.EncodeToString([]byte(savedForm))),
		"MHTML as it came": archive("8bit", savedForm),
	} {
		p, err := login.ReadSaved([]byte(body), nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got := login.Bare(p.URL); got != "https://app.example.com/login" {
			t.Errorf("%s: the address is %s", name, got)
		}
		if r := login.Read(p); r.Kind != login.KindBoth || p.Forms[0].Action.String() != "https://app.example.com/session" {
			t.Errorf("%s: read as %s", name, r.Kind)
		}
		named, err := url.Parse("https://other.example.com/")
		if err != nil {
			t.Fatal(err)
		}
		if p, err := login.ReadSaved([]byte(body), named); err != nil || p.URL != named {
			t.Errorf("%s: the address that was named did not count: %v", name, err)
		}
	}
}

// TestReadSaved_ReadsADeclaredShadowRoot as browsers' extensions write one down.
func TestReadSaved_ReadsADeclaredShadowRoot(t *testing.T) {
	p, err := login.ReadSaved([]byte(`<title>Sign in</title><sign-in><template shadowrootmode="open"><label>Email<input id="e" name="email"></label><label>Password<input type="password" name="pw"></label><button>Sign in</button></template></sign-in><template><input name="never"></template>`), nil)
	if err != nil {
		t.Fatal(err)
	}
	s := login.SurveyPage(p)
	if s.Kind != login.KindBoth || len(p.Fields) != 2 || !p.Fields[0].Place.Shadow {
		t.Errorf("got %s with %+v", s.Kind, p.Fields)
	}
	if len(s.Notes) != 1 || !strings.Contains(s.Notes[0], "shadow root") {
		t.Errorf("got %q", s.Notes)
	}
}

// TestReadSaved_Refuses what is no page, and says what it is.
func TestReadSaved_Refuses(t *testing.T) {
	for want, raw := range map[string]string{
		"empty":   " \n",
		"PDF":     "%PDF-1.7 x",
		"picture": "\x89PNG\r\n\x1a\n",
		"Safari":  "bplist00\xd1\x01",
		"packed":  "PK\x03\x04",
		"MHTML":   "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=\"b\"\n\n--b\nContent-Type: image/png\n\nx\n--b--\n",
	} {
		if _, err := login.ReadSaved([]byte(raw), nil); !errors.Is(err, login.ErrNotAPage) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", want, err)
		}
	}
}

// TestSurvey_SelectorsFindOneElement, whatever ids and names a page uses.
func TestSurvey_SelectorsFindOneElement(t *testing.T) {
	odd := []string{
		`<form method="post"><input id="login:user" name="u"><input id="1abc" name="p" type="password"><button id="go on">Sign in</button></form>`,
		`<form method="post"><input id="a b" name="x[y]"><input name='it"s' type="password"><input type="submit" value="Sign in"></form><form><input name="q" type="search"><input type="submit"></form>`,
		`<form method="post"><input id=":r1:" name=""><input id=":r2:" type="password"><button>Sign in</button></form><button>Menu</button>`,
		`<form><h2>Sign up</h2><input name="email"><input name="pw" type="password"><input name="pw2" type="password"><button>Sign up</button></form><form method="post"><h2>Sign in</h2><input name="email"><input name="pw" type="password"><button>Sign in</button></form>`,
		`<form method="post"><input id="Ünï" name="u"><input id="p.w#d" type="password"><span role="button">Sign in</span></form>`,
	}
	check := func(name, body string) {
		root, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		one := func(what, selector string) *html.Node {
			found := query.CSS(root, selector)
			if len(found) != 1 {
				t.Errorf("%s: %s: %q finds %d elements", name, what, selector, len(found))
				return nil
			}
			return found[0]
		}
		s := login.SurveyPage(document(t, body))
		for _, f := range s.Fields {
			if n := one(string(f.Role), f.Selector); n != nil && (valueOf(n, "id") != f.ID || valueOf(n, "name") != f.Name) {
				t.Errorf("%s: %q finds another field", name, f.Selector)
			}
		}
		if s.Submit != "" {
			one("the button", s.Submit)
		}
	}
	for _, body := range odd {
		check(body, body)
		if s := login.SurveyPage(document(t, body)); len(s.Fields) != 2 || s.Submit == "" {
			t.Errorf("%s: got %+v", body, s)
		}
	}
	for name, body := range bodies(t) {
		if !strings.Contains(body, "<frameset") && !strings.Contains(name, "table-row") && !strings.Contains(name, "closed-by") {
			check(name, body)
		}
	}
}

func valueOf(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// TestSurvey_Says what somebody needs who drives the login elsewhere.
func TestSurvey_Says(t *testing.T) {
	for name, c := range map[string]struct {
		body, driver, provider string
		roles                  []login.Role
		note                   string
	}{
		"a plain form":         {`<form method="post"><input name="user"><input name="pw" type="password"><button>Sign in</button></form>`, "http", "", []login.Role{"username", "password"}, ""},
		"fields without names": {`<form method="post"><input id="user"><input id="pw" type="password"><button>Sign in</button></form>`, "browser", "", []login.Role{"username", "password"}, ""},
		"no form":              {`<h1>Sign in</h1><input name="user"><input name="pw" type="password"><button>Sign in</button>`, "browser", "", []login.Role{"username", "password"}, ""},
		"an SMS":               {smsPage, "http", "", []login.Role{"sms-code"}, ""},
		"a backup code":        {backupPage, "http", "", []login.Role{"backup-code"}, ""},
		"a PIN and the code":   {pinAndCode, "http", "", []login.Role{"pin+otp"}, "a PIN is typed into"},
		"the code behind":      {`<h1>Log in</h1><p>Enter your password followed by the one-time code.</p><form method="post"><input name="user"><input name="pw" type="password"><button>Log in</button></form>`, "http", "", []login.Role{"username", "password"}, "behind the password"},
		"Keycloak":             {`<form id="kc-form-login" method="post"><input name="username"><input name="password" type="password"><button>Sign In</button></form>`, "http", "keycloak", []login.Role{"username", "password"}, ""},
		"ADFS":                 {`<form id="loginForm" method="post"><input type="hidden" name="AuthMethod" value="F"><input name="UserName"><input name="Password" type="password"><button>Sign in</button></form>`, "http", "adfs", []login.Role{"username", "password"}, ""},
	} {
		s := login.SurveyPage(document(t, c.body))
		var roles []login.Role
		for _, f := range s.Fields {
			roles = append(roles, f.Role)
		}
		if len(roles) != len(c.roles) || len(roles) > 0 && roles[0] != c.roles[0] || s.Driver != c.driver || s.Provider != c.provider {
			t.Errorf("%s: got %v, %s, %q", name, roles, s.Driver, s.Provider)
		}
		if all := strings.Join(s.Notes, " "); c.note == "" && all != "" || !strings.Contains(strings.ToLower(all), strings.ToLower(c.note)) {
			t.Errorf("%s: notes are %q", name, all)
		}
	}
}
