package login

import (
	"net/url"
	"testing"
)

func TestMadeUpNamesFindNothingTheNextTime(t *testing.T) {
	for _, s := range []string{"field-64786389", ":r1a:", "input_9f2c4e0a6b", "b7d81335c1e77aa0"} {
		if !Generated(s) {
			t.Errorf("%s is taken for a name", s)
		}
	}
	for _, s := range []string{"username", "passcode-input", "i0116", "idTxtBx_SAOTCC_OTC", "login_form2", "ctl00_MainContent", "facade", "okta-signin-username", "j_username", "input28"} {
		if Generated(s) {
			t.Errorf("%s is taken for made up", s)
		}
	}
	at, err := url.Parse("https://a.example/")
	if err != nil {
		t.Fatal(err)
	}
	place := ReadDocument(`<form><label>Code <input id="field-64786389" autocomplete="one-time-code"></label></form>`, at).Fields[0].Place
	if place.ID != "" || place.CSS == "" || place.CSS == "#field-64786389" {
		t.Errorf("it is found by %+v", place)
	}
}
