package login_test

import (
	"strings"
	"testing"

	"gatepass/auth/login"
)

// TestPlace_FindsOneElement: what is said to find a control finds no other; where
// names are used twice, the way to it is told.
func TestPlace_FindsOneElement(t *testing.T) {
	p := document(t, `<meta name="user" content="x"><div id="twice"></div><form id="f">
<input id="alone" name="user"><input id="twice" name="pass"><input name="pass" type="password">
<div><p>One</p><input name="pass"></div><input id="odd:id"><button name="go" type="submit">Go</button><button>Go</button></form>`)
	want := []login.Place{
		{ID: "alone", CSS: "#alone", XPath: `//*[@id="alone"]`},
		{CSS: "#f > input:nth-of-type(2)", XPath: `//*[@id="f"]/input[2]`},
		{CSS: `input[type="password"]`, XPath: `//input[@type="password"]`},
		{CSS: "#f > div:nth-of-type(1) > input:nth-of-type(1)", XPath: `//*[@id="f"]/div[1]/input[1]`},
		{ID: "odd:id", CSS: `[id="odd:id"]`, XPath: `//*[@id="odd:id"]`},
	}
	for i, w := range want {
		if got := p.Fields[i].Place; got != w {
			t.Errorf("field %d: got %+v, want %+v", i, got, w)
		}
	}
	if got := p.Buttons[0].Place; got.CSS != `button[name="go"]` || got.Name != "go" {
		t.Errorf("got %+v", got)
	}
}

// TestTrail_TellsTheWay without a value, and a button's text only if it is the only
// one.
func TestTrail_TellsTheWay(t *testing.T) {
	page := strings.Replace(loginPage, "</form>", "</form><a href=/help>Help</a>", 1)
	o := trial{app: &application{pages: []answer{{body: page}, {body: codePage}, {body: homePage, sets: "sid"}}, proof: answer{body: homePage}, control: answer{body: loginPage}}, proof: goodProof}.run(t)
	var acts []string
	for _, a := range o.result.Trail {
		acts = append(acts, strings.TrimRight(string(a.Do)+" "+string(a.Role), " "))
		if a.Do == login.ActFill && a.At == (login.Selectors{}) {
			t.Errorf("nothing finds %+v", a)
		}
	}
	if got := strings.Join(acts, ", "); got != "open, fill username, fill password, submit, fill otp, submit" {
		t.Errorf("got %s", got)
	}
}

// TestTrail_LeavesOutARefusedCode: the way that the login took is the one that led on.
func TestTrail_LeavesOutARefusedCode(t *testing.T) {
	o := trial{app: &application{pages: []answer{{body: loginPage}, {body: codePage}, {body: saying(codePage, "This code was already used")}, {body: homePage, sets: "sid"}}, proof: answer{body: homePage}, control: answer{body: loginPage}}, codes: &codes{all: []string{"111222", canaryCode}}, proof: goodProof}.run(t)
	n := 0
	for _, a := range o.result.Trail {
		if a.Role == login.RoleCode {
			n++
		}
	}
	if !o.result.OK() || n != 1 || o.codes.drawn != 2 {
		t.Errorf("%s: %d codes on the trail, %d drawn", o.result.Verdict, n, o.codes.drawn)
	}
	if len(o.codes.settled) != 2 || o.codes.settled[0] || !o.codes.settled[1] {
		t.Errorf("the codes were settled as %v", o.codes.settled)
	}
}
