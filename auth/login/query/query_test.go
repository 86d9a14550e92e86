package query_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gatepass/auth/login/query"
)

const page = `<html><head><title>x</title></head><body>
<form id="first" class="search-form"><input name="q"><button>Go</button></form>
<form id="log:in" class="card login" data-testid="login-form">
 <div><label for="u">User</label><input id="u" name="user" type="TEXT"></div>
 <div class="row"><span>Password</span><input id="p1" name="pw" type="password"></div>
 <ol><li><input maxlength="1"></li><li><input maxlength="1"></li><li><input maxlength="1"></li></ol>
 <button id="go" aria-label="Sign in now">Sign <b>in</b></button>
</form></body></html>`

// names says what was found: the element's id, its name, or its tag.
func names(list []*html.Node) string {
	var all []string
	for _, n := range list {
		name := n.Data
		for _, key := range []string{"name", "id"} {
			for _, a := range n.Attr {
				if a.Key == key {
					name = a.Val
				}
			}
		}
		all = append(all, name)
	}
	return strings.Join(all, " ")
}

func TestCSS_FindsWhatBrowsersFind(t *testing.T) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for css, want := range map[string]string{
		"#p1":                             "p1",
		"input":                           "q u p1 input input input",
		"form#log\\:in input[name=user]":  "u",
		"form[id='log:in'] > div > input": "u p1",
		"[data-testid=\"login-form\"] input[type='text']": "u",
		"li:nth-of-type(2) > input":                       "input",
		"li:nth-child(2n+1) input":                        "input input",
		"ol li:last-child":                                "li",
		"form.login div.row input":                        "p1",
		"label + input":                                   "u",
		"div ~ ol":                                        "ol",
		"input:not([maxlength]):not([name=q])":            "u p1",
		"[aria-label^='Sign' i], [name|=q]":               "q go",
		"#\\70 1":                                         "p1",
		"button:is(.none, #go)":                           "go",
		"body > form:nth-of-type(2) button":               "go",
		"#missing":                                        "",
		// What cannot be read finds nothing.
		"input:focus-within": "", "input[": "", "> input": "", "a,,b": "", "div >": "", "": "", "input)": "", "*:nth-child(x)": "",
	} {
		if got := names(query.CSS(root, css)); got != want {
			t.Errorf("%q found %q, not %q", css, got, want)
		}
	}
}

func TestXPath_FindsWhatRecordersWrite(t *testing.T) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for xpath, want := range map[string]string{
		`//*[@id="p1"]`:                                    "p1",
		`//*[@id="log:in"]/div[2]/input`:                   "p1",
		`/html/body/form[2]/ol/li[3]/input`:                "input",
		`//form[@class='card login']//input[@name="user"]`: "u",
		`//button[.="Sign in"]`:                            "go",
		`//li[2]`:                                          "li",
		`//input[@maxlength="1"][1]`:                       "input input input",
		`//*[@id="nobody"]/div`:                            "",
		`//a[contains(@x,"y")]`:                            "", `id("x")`: "", `//`: "", `//a[`: "", `//a[@x="y]`: "", `/html/body/form[2]/@id`: "",
	} {
		if got := names(query.XPath(root, xpath)); got != want {
			t.Errorf("%q found %q, not %q", xpath, got, want)
		}
	}
}

// FuzzSelectors reads anything: no panic, no endless work.
func FuzzSelectors(f *testing.F) {
	for _, s := range []string{"#a > b.c:not([d*='e' i]) ~ f", `//*[@id="a"]/b[2]`, "\\", ":nth-child(-2n+3)", "a:is(b,:is(c,:is(d)))", "//*//*//*//*[1]"} {
		f.Add(s, page)
	}
	f.Fuzz(func(t *testing.T, s, document string) {
		root, err := html.Parse(strings.NewReader(document))
		if err != nil || len(document) > 1<<14 {
			return
		}
		for _, n := range append(query.CSS(root, s), query.XPath(root, s)...) {
			if n.Type != html.ElementNode {
				t.Errorf("%q found something that is no element", s)
			}
		}
	})
}
