package login_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"gatepass/auth/login"
)

func TestReadHTML_LabelsOfAField(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		"pointing":              {`<label for="a">User</label><input id="a">`, "User"},
		"pointing from after":   {`<input id="a"><label for="a">User</label>`, "User"},
		"two pointing":          {`<label for="a">User</label><input id="a"><label for="a">required</label>`, "User required"},
		"wrapping":              {`<label>User <input></label>`, "User"},
		"wrapping deep":         {`<label><span><b>User</b></span><div><input></div></label>`, "User"},
		"aria-label":            {`<input aria-label="User">`, "User"},
		"aria-labelledby":       {`<b id="x">User</b> <i id="y">name</i><input aria-labelledby="x y">`, "User name"},
		"aria-describedby":      {`<label>Code<input aria-describedby="h"></label><p id="h">six digits</p>`, "Code six digits"},
		"pointing at nobody":    {`<label for="b">User</label><input id="a">`, ""},
		"no id, empty for":      {`<label for="">User</label><input>`, ""},
		"hidden words":          {`<label for="a">User<span hidden>secret</span></label><input id="a">`, "User"},
		"entities":              {`<label for="a">A &amp; B&nbsp;&lt;c&gt; &#x1F511;</label><input id="a">`, "A & B <c> 🔑"},
		"terminal escapes":      {"<label for=a>\x1b[31mUs\x1b]0;title\x07er\u202e\u200b</label><input id=a>", "User"},
		"breaks":                {"<label for=a>\n  User\r\n\tname </label><input id=a>", "User name"},
		"button inside":         {`<label>Password <button type="button">Show</button><input></label>`, "Password"},
		"label of another form": {`<form id="f"></form><label for="a">User</label><input id="a" form="f">`, "User"},
	} {
		t.Run(name, func(t *testing.T) {
			p := document(t, c.body)
			if len(p.Fields) != 1 || p.Fields[0].Label != c.want {
				t.Errorf("got %+q, want %q", labelsOf(p), c.want)
			}
		})
	}
}

func labelsOf(p login.Page) []string {
	var all []string
	for _, f := range p.Fields {
		all = append(all, f.Label)
	}
	return all
}

func TestReadHTML_WhatStandsBesideAField(t *testing.T) {
	p := document(t, `<table><tr><td>User ID:</td><td><input name="a"></td></tr><tr><td>Password:</td><td><input name="b"></td></tr></table>
<p>This is a whole paragraph of text which nobody would take for the name of a field, so it is not.</p><input name="c">
Zip <input name="d"><br>Town <input name="e">`)
	want := []string{"User ID:", "Password:", "", "Zip", "Town"}
	for i, f := range p.Fields {
		if f.Near != want[i] {
			t.Errorf("%s: got %q, want %q", f.Name, f.Near, want[i])
		}
	}
}

func TestReadHTML_WhichFormAFieldBelongsTo(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want map[string]int
	}{
		"inside":                  {`<form><input name="a"></form><input name="b">`, map[string]int{"a": 0, "b": login.NoForm}},
		"two forms":               {`<form><input name="a"></form><form><input name="b"></form>`, map[string]int{"a": 0, "b": 1}},
		"form attribute":          {`<input name="a" form="f"><form id="e"></form><form id="f"></form>`, map[string]int{"a": 1}},
		"form attribute wins":     {`<form id="e"><input name="a" form="f"></form><form id="f"></form>`, map[string]int{"a": 1}},
		"form attribute nowhere":  {`<form><input name="a" form="zzz"></form>`, map[string]int{"a": login.NoForm}},
		"form in a table":         {`<table><form><tr><td><input name="a"></td></tr></form></table><input name="b">`, map[string]int{"a": 0, "b": login.NoForm}},
		"form in a row":           {`<table><tr><form><td><input name="a"></td><td><input name="b"></td></form></tr></table>`, map[string]int{"a": 0, "b": 0}},
		"two forms in tables":     {`<table><tr><form id=x><td><input name="a"></td></form></tr><tr><form id=y><td><input name="b"></td></form></tr></table>`, map[string]int{"a": 0, "b": 1}},
		"closed by its parent":    {`<div><form></div><p><input name="a"></p></form><input name="b">`, map[string]int{"a": 0, "b": login.NoForm}},
		"nested forms":            {`<form id="f"><input name="a"><form id="g"><input name="b"></form><input name="c"></form>`, map[string]int{"a": 0, "b": 0, "c": login.NoForm}},
		"never closed":            {`<form><div><input name="a"></div>`, map[string]int{"a": 0}},
		"self-closed field":       {`<form><input name="a"/><input name="b" /></form>`, map[string]int{"a": 0, "b": 0}},
		"in a template":           {`<template><form><input name="x"></form></template><form><input name="a"></form>`, map[string]int{"a": 0}},
		"forged mark":             {`<form id="evil"></form><form><input name="a" gatepass-owner="0"></form>`, map[string]int{"a": 1}},
		"tags inside a script":    {`<form><script>document.write("</form>")</script><input name="a"></form>`, map[string]int{"a": 0}},
		"tags inside a comment":   {`<form><!-- </form> --><input name="a"></form>`, map[string]int{"a": 0}},
		"tags inside a textarea":  {`<form><textarea name="t"></form></textarea><input name="a"></form>`, map[string]int{"t": 0, "a": 0}},
		"tags inside a noscript":  {`<form><noscript><input name="n"></noscript><input name="a"></form>`, map[string]int{"n": 0, "a": 0}},
		"upper case and unquoted": {`<FORM ID=f><INPUT NAME=a></FORM><INPUT NAME=b FORM=f>`, map[string]int{"a": 0, "b": 0}},
	} {
		t.Run(name, func(t *testing.T) {
			p := document(t, c.body)
			got := map[string]int{}
			for _, f := range p.Fields {
				got[f.Name] = f.Form
			}
			if len(got) != len(c.want) {
				t.Fatalf("got %v, want %v", got, c.want)
			}
			for name, form := range c.want {
				if got[name] != form {
					t.Errorf("%s: got %v, want %v", name, got[name], form)
				}
			}
		})
	}
}

func TestReadHTML_Addresses(t *testing.T) {
	p := document(t, `<head><base href="/deep/er/"><base href="https://evil.example.net/"></head><body>
<form action="go"><button formaction="other" formmethod="get" formenctype="multipart/form-data">x</button></form>
<form action=""><button>y</button></form><form></form><form action="javascript:steal()"></form>
<form action="  https://b.example.com/x?y#z
"></form>
<a href="next">n</a><a href="mailto:x@example.com">m</a><a href="#top">t</a><a>none</a><a href="http://[::1">broken</a>`)
	var got []string
	for _, f := range p.Forms {
		got = append(got, f.Action.String())
	}
	got = append(got, p.Buttons[0].Action.String(), p.Buttons[0].Method, p.Buttons[0].Enc, fmt.Sprint(p.Buttons[1].Action))
	for _, l := range p.Links {
		got = append(got, l.URL.String())
	}
	want := []string{
		"https://app.example.com/deep/er/go", "https://app.example.com/start", "https://app.example.com/start", "https://app.example.com/start", "https://b.example.com/x?y#z",
		"https://app.example.com/deep/er/other", "GET", login.EncMultipart, "<nil>",
		"https://app.example.com/deep/er/next", "https://app.example.com/deep/er/#top",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestReadHTML_MethodsAndEncodings(t *testing.T) {
	p := document(t, `<form method="PoSt" enctype="Text/Plain"></form><form method="put" enctype="x"></form><form method="dialog" accept-charset="shift_jis, utf-8"></form>`)
	got := fmt.Sprint(p.Forms[0].Method, p.Forms[0].Enc, " ", p.Forms[1].Method, p.Forms[1].Enc, " ", p.Forms[2].Method, p.Forms[2].Charset)
	if want := fmt.Sprint("POST", login.EncText, " ", "GET", login.EncURL, " ", "DIALOG", "shift_jis"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestReadHTML_ValuesAsTheyAreSent(t *testing.T) {
	p := document(t, `<form>
<input type="hidden" name="h" value=" keep&amp;all ">
<input type="checkbox" name="c1" checked><input type="checkbox" name="c2" value="v">
<input type="radio" name="r" value="1"><input type="radio" name="r" value="2" checked>
<select name="s1"><option>one</option><option selected>two words</option></select>
<select name="s2"><option value="" disabled>choose</option><option value="x">y</option></select>
<select name="s3" multiple><option value="x">y</option></select>
<select name="s4"><optgroup disabled><option selected value="no">no</option></optgroup><option value="yes">yes</option></select>
<select name="s5"></select>
<textarea name="t">
line &lt;1&gt;
line 2</textarea>
<input name="bogus" type="bogus" value="b"></form>`)
	type sent struct {
		typ, value string
		checked    bool
	}
	want := map[string]sent{
		"h": {"hidden", " keep&all ", false}, "c1": {"checkbox", "", true}, "c2": {"checkbox", "v", false},
		"s1": {"select", "two words", true}, "s2": {"select", "x", true}, "s3": {"select", "", false}, "s4": {"select", "yes", true}, "s5": {"select", "", false},
		"t": {"textarea", "line <1>\nline 2", false}, "bogus": {"text", "b", false},
	}
	for _, f := range p.Fields {
		if w, ok := want[f.Name]; ok && (sent{f.Type, f.Value, f.Checked}) != w {
			t.Errorf("%s: got %q %q %v, want %+v", f.Name, f.Type, f.Value, f.Checked, w)
		}
	}
	if r := p.Fields[4]; r.Name != "r" || r.Value != "2" || !r.Checked {
		t.Errorf("the ticked one of two is %+v", r)
	}
}

func TestReadHTML_WhatCanBeFilledIn(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want bool
	}{
		"plain":                      {`<input>`, true},
		"hidden type":                {`<input type="hidden">`, false},
		"hidden attribute":           {`<input hidden>`, false},
		"hidden ancestor":            {`<div hidden><p><input></p></div>`, false},
		"display none":               {`<div style="Display : NONE"><input></div>`, false},
		"visibility":                 {`<input style="visibility:hidden">`, false},
		"off the screen":             {`<div style="position:absolute; left:-9999px"><input></div>`, false},
		"a little to the left":       {`<div style="margin-left:-5px"><input></div>`, true},
		"aria-hidden":                {`<div aria-hidden="true"><input></div>`, false},
		"aria-hidden false":          {`<div aria-hidden="false"><input></div>`, true},
		"closed dialog":              {`<dialog><input></dialog>`, false},
		"open dialog":                {`<dialog open><input></dialog>`, true},
		"class of a framework":       {`<div class="col d-none"><input></div>`, false},
		"template":                   {`<template><input></template>`, false},
		"disabled":                   {`<input disabled>`, false},
		"disabled fieldset":          {`<fieldset disabled><div><input></div></fieldset>`, false},
		"legend of one":              {`<fieldset disabled><legend><input></legend></fieldset>`, true},
		"second legend of one":       {`<fieldset disabled><legend></legend><legend><input></legend></fieldset>`, false},
		"inner fieldset of disabled": {`<fieldset disabled><fieldset><input></fieldset></fieldset>`, false},
		"read-only with a value":     {`<input readonly value="x">`, false},
		"read-only against browsers": {`<input readonly onfocus="this.removeAttribute('readonly')">`, true},
		"checkbox":                   {`<input type="checkbox">`, false},
		"noscript":                   {`<noscript><input></noscript>`, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := document(t, c.body)
			if got := len(p.Fields) == 1 && p.Fields[0].Fillable(); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestReadHTML_Texts(t *testing.T) {
	p := document(t, `<html><head><title> The
 title </title></head><body><svg><title>not this</title></svg>
<h1>Head<b>ing</b></h1><p>First <a href="/x">link</a> line.</p><p>Second line.</p>
<div role="alert">Wrong <span>password</span></div><div class="alert-danger"></div><p class="form-error">Try again</p>
<form><legend>Who</legend><p>Inside <a href="/y">away</a></p><label>Name <input></label><button>Go</button></form>
<div hidden>never</div><script>nor this()</script><style>nor this</style></body></html>`)
	check := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	check("title", p.Title, "The title")
	check("headings", strings.Join(p.Headings, "|"), "Heading|Who")
	check("messages", strings.Join(p.Messages, "|"), "Wrong password|Try again")
	check("text", p.Text, "Heading First link line. Second line. Wrong password Try again Who Inside away Name Go")
	check("plain", p.Plain, "Heading First line. Second line. Wrong password Try again Who Inside")
	check("lines", strings.Join(p.Lines, "|"), "Heading|First line.|Second line.|Wrong password|Try again|Who|Inside")
	check("form text", p.Forms[0].Text, "Who Inside Name")
	check("form heading", p.Forms[0].Heading, "Who")
	check("form links", p.Forms[0].Links, "away")
}

func TestReadHTML_HeadingBeforeAForm(t *testing.T) {
	p := document(t, `<h2>Sign up</h2><form id="a"></form><h2>Sign in</h2><div><form id="b"></form></div>`)
	if p.Forms[0].Heading != "Sign up" || p.Forms[1].Heading != "Sign in" {
		t.Errorf("got %q and %q", p.Forms[0].Heading, p.Forms[1].Heading)
	}
}

func TestRefreshTarget_ReadsWhatBrowsersRead(t *testing.T) {
	base, _ := url.Parse("https://app.example.com/a/b")
	for content, want := range map[string]string{
		"0; url=/next":                   "https://app.example.com/next",
		"0;URL='next?x=1'":               "https://app.example.com/a/next?x=1",
		`5 ; url = "https://b.test/"`:    "https://b.test/",
		"0, /next":                       "https://app.example.com/next",
		"0 /next":                        "https://app.example.com/next",
		".5; url=/next":                  "https://app.example.com/next",
		"10;url=/next":                   "https://app.example.com/next",
		"11;url=/next":                   "", // later than a redirect
		"1800;url=/logout":               "",
		"99999999999999999999;url=/next": "",
		"5":                              "",
		"":                               "",
		"url=/next":                      "",
		"0;url=javascript:x()":           "",
		"0;url=":                         "",
	} {
		got := ""
		if u := login.RefreshTarget(content, base); u != nil {
			got = u.String()
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", content, got, want)
		}
	}
}

func TestReadHTML_RefreshInHeadBodyAndNoscript(t *testing.T) {
	for name, body := range map[string]string{
		"head":     `<head><meta http-equiv="Refresh" content="0;url=/n"></head>`,
		"noscript": `<head><noscript><meta http-equiv="refresh" content="0;url=/n"></noscript></head>`,
		"late":     `<body><noscript><meta http-equiv="refresh" content="0;url=/n"></noscript>`,
	} {
		t.Run(name, func(t *testing.T) {
			if p := document(t, body); p.Refresh == nil || p.Refresh.Path != "/n" {
				t.Errorf("got %v", p.Refresh)
			}
		})
	}
}

func TestReadHTML_Frames(t *testing.T) {
	p := document(t, `<iframe src="/login" name="l"></iframe><iframe id="duo"></iframe>
<iframe src="/pixel" width="1" height="1"></iframe><iframe src="/x" style="display:none"></iframe>
<noscript><iframe src="https://tags.test/ns.html"></iframe></noscript>`)
	if len(p.Frames) != 2 || p.Frames[0].Name != "l" || p.Frames[1].URL != nil {
		t.Errorf("got %+v", p.Frames)
	}
}

func TestReadHTML_Buttons(t *testing.T) {
	p := document(t, `<form><button>A</button><button type="bogus">B</button><button type="button">C</button><button type="reset">D</button>
<input type="submit"><input type="submit" value="F"><input type="image" alt="G"><input type="button" value="H"><button aria-label="I"><svg></svg></button><button disabled>J</button></form>`)
	var got []string
	for _, b := range p.Buttons {
		got = append(got, b.Type+":"+b.Label)
	}
	want := []string{"submit:A", "submit:B", "button:C", "reset:D", "submit:Submit", "submit:F", "image:G", "button:H", "submit:I", "submit:J"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if !p.Buttons[9].Disabled || p.Buttons[0].Disabled {
		t.Error("which button is disabled was read wrong")
	}
}

func TestClean_LeavesNothingThatATerminalObeys(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                          "plain",
		"":                               "",
		" a  b ":                         "a b",
		"a\r\n\tb":                       "a b",
		"\x1b[2Ja\x1b]52;c;eA==\x07b":    "ab",
		"a\u009b31mb":                    "a31mb",
		"a\u202eb\u2066c\u200fd\ufeffe":  "abcde",
		"\x00\x07\x7f":                   "",
		"bad\xff\xfeutf":                 "badutf",
		"čeština ě Ý žluťoučký":          "čeština ě Ý žluťoučký",
		"日本語 ログイン":                       "日本語 ログイン",
		"👩\u200d💻":                       "👩\u200d💻",
		"e\u0301":                        "e\u0301",
		"soft\u00adhyphen":               "softhyphen",
		"\u2028a\u2029b\u00a0c\u3000d":   "a b c d",
		"\x1bPq#0\x1b\\after":            "after",
		"text \x1b]0;never closed title": "text",
	} {
		if got := login.Clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
		if got := login.Clean(login.Clean(in)); got != login.Clean(in) {
			t.Errorf("%q: cleaning twice changes it to %q", in, got)
		}
	}
}

// texts lists everything in a page that is shown to people.
func texts(p login.Page) []string {
	all := []string{p.Title, p.Text, p.Plain, p.NoScript}
	all = append(append(append(all, p.Headings...), p.Messages...), p.Lines...)
	for _, f := range p.Forms {
		all = append(all, f.Text, f.Heading, f.Links)
	}
	for _, f := range p.Fields {
		all = append(all, f.Label, f.Near, f.Placeholder, f.Title, f.Picture)
	}
	for _, b := range p.Buttons {
		all = append(all, b.Label)
	}
	for _, l := range p.Links {
		all = append(all, l.Text)
	}
	return all
}

// unclean says what is wrong with a text that would be shown; "" if nothing.
func unclean(s string) string {
	if !utf8.ValidString(s) {
		return "not UTF-8"
	}
	for _, r := range s {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d' {
			return fmt.Sprintf("holds %U", r)
		}
	}
	return ""
}

func TestReadHTML_EveryTextIsClean(t *testing.T) {
	nasty := "x\x1b[31m\u202e\u0007\x00\x9b\u200by\r\nz"
	p := document(t, strings.ReplaceAll(`<html><head><title>N</title></head><body><h1>N</h1><p role="alert">N</p><noscript>N</noscript><p>N</p>
<form title="N"><legend>N</legend>N<label for="a">N</label><input id="a" placeholder="N" title="N" aria-label="N">N<input><img alt="N" src="/x"><button title="N">N</button><input type="submit" value="N"><a href="/x">N</a></form></body></html>`, "N", nasty))
	for _, s := range texts(p) {
		if why := unclean(s); why != "" {
			t.Errorf("%q %s", s, why)
		}
	}
}

// TestReadHTML_IsBounded feeds documents that are large in one dimension each. The
// limit is far above what they need and far below what a careless reader takes. It is
// for the work, not for the time: whatever else the machine does meanwhile is not
// counted.
func TestReadHTML_IsBounded(t *testing.T) {
	n := 20_000
	if testing.Short() {
		n = 5_000
	}
	many := func(s string) string { return strings.Repeat(s, n) }
	for name, body := range map[string]string{
		"deep":               strings.Repeat("<div>", 20_000) + `<form><input name="a"><input type="password" name="b"></form>`,
		"deep formatting":    strings.Repeat("<font><b>", 2_000) + `<form><input name="a"><input type="password" name="b"></form>`,
		"fields":             "<form>" + many(`<input name="code" placeholder="code">`),
		"forms":              many(`<form><input name="code" maxlength="6"><button>go</button></form>`),
		"fields and text":    strings.Repeat(strings.Repeat("word ", 50)+`<input name="code" type="password">`, 5_000),
		"links":              "<form><input name=code>" + many(`<a href="/x">link</a> `),
		"buttons":            "<form>" + many(`<button>go</button>`),
		"headings":           many(`<h1>head</h1>`) + `<form><input name="code"></form>`,
		"messages":           many(`<p class="error">no</p>`),
		"nested messages":    strings.Repeat(`<div class="error">no `, 500) + many("<b></b>"),
		"nested labels":      strings.Repeat(`<label>no `, 500) + many("<input>"),
		"labels of one":      many(`<label for="a">x</label>`) + `<input id="a">`,
		"described by all":   many(`<i id="a">x</i>`) + `<input aria-describedby="` + many("a ") + `">`,
		"style rules":        "<style>" + many(`.a{display:none}`) + "</style>" + many(`<p class="b c d e">x</p>`),
		"one long word":      `<form><label for="a">` + strings.Repeat("a", 1<<20) + `</label><input id="a" type="password"></form>`,
		"one long name":      `<form><input type="password" name="` + strings.Repeat("aB", 1<<18) + `"></form>`,
		"unclosed attribute": `<form><input type="password" name="` + strings.Repeat("<", 1<<20),
		"lines":              many("<p>line</p>"),
		"entities":           "<p>" + many("&amp;&#x41;&notin;") + "<input type=password>",
		"options":            "<select>" + many("<option>x"),
		"scripts":            many("<script></script>"),
		"images":             "<form><input>" + many(`<img src="/x?">`),
		"cells":              "<table><tr>" + many("<td>x") + "</tr><tr>" + many("<td><input>") + "</tr></table>",
		"rows":               "<table>" + many("<tr><td>a<td>b<tr><td><input><td><input type=password>") + "</table>",
		"roles":              strings.Repeat(`<div role="button">no `, 500) + many("<b></b>"),
		"frames":             many(`<iframe src="/x"></iframe>`),
	} {
		t.Run(name, func(t *testing.T) {
			worked := workOf(t)
			p := document(t, body)
			r := login.Read(p)
			login.Decide(p, login.Memory{SentPassword: true, Told: map[string]bool{}})
			if took := worked(); took > 8*time.Second {
				t.Errorf("%s of work", took)
			}
			if len(p.Fields) > 2000 || len(p.Text) > 64<<10 || len(p.Lines) > 400 {
				t.Errorf("kept %d fields, %d bytes of text, %d lines", len(p.Fields), len(p.Text), len(p.Lines))
			}
			if strings.HasPrefix(name, "deep") && r.Kind != login.KindBoth {
				t.Errorf("the login at the bottom was read as %s", r.Kind)
			}
		})
	}
}

// TestReadHTML_OfAParsedTree reads a tree that somebody else parsed, as a driver
// with a live document does.
func TestReadHTML_OfAParsedTree(t *testing.T) {
	root, err := html.Parse(strings.NewReader(`<form action="/go" method="post"><input name="u"><input type="password" name="p"></form>`))
	if err != nil {
		t.Fatal(err)
	}
	base, _ := url.Parse("https://app.example.com/")
	p := login.ReadHTML(root, base)
	if r := login.Read(p); r.Kind != login.KindBoth || p.Forms[0].Action.String() != "https://app.example.com/go" {
		t.Errorf("got %+v", r)
	}
}

func parse(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
