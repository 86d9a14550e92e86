package lab

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// oidc talks to the prompt as the bank's server does.
func oidc(t *testing.T, l *Lab, now time.Time, path, audience string, more url.Values) *browser {
	t.Helper()
	d := l.Describe().Duo
	host := describe(t, l, "bank").Origins[0].Origin
	said := mint(sharedKey(l.tenant.bank.skey), claims{
		Issuer: d.Integration, Subject: d.Integration, Audience: host + audience, Issued: now.Unix(), Expires: now.Add(tokenTime).Unix(), ID: newID(),
	})
	query := url.Values{"client_id": {d.Integration}, "client_assertion": {said}}
	for name, values := range more {
		query[name] = values
	}
	// In the query, as one of the official clients has it; the bank sends a form.
	return ask(t, http.MethodPost, host+path+"?"+query.Encode(), nil)
}

func TestThePromptKnowsTheBank(t *testing.T) {
	l, c, _ := startBank(t)
	oidc(t, l, c.now(), healthPath, healthPath, nil).expectStatus(http.StatusOK)
	for what, b := range map[string]*browser{
		"another audience": oidc(t, l, c.now(), healthPath, tokenPath, nil),
		"another client":   oidc(t, l, c.now(), healthPath, healthPath, url.Values{"client_id": {"DI"}}),
		"an old word":      oidc(t, l, c.now().Add(-time.Hour), healthPath, healthPath, nil),
	} {
		if got := answer[map[string]any](t, b); b.status != http.StatusBadRequest || got["message"] != "invalid_client" || got["code"] != 40002.0 {
			t.Errorf("%s: %d %v", what, b.status, got)
		}
	}
}

func TestACodeOfThePromptIsExchangedOnce(t *testing.T) {
	l, c, a := startBank(t)
	p := prompted(t, a)
	p.bypass(a.BypassCodes[0])
	back, err := url.Parse(p.say("trust", promptWord{}).Go)
	if err != nil {
		t.Fatal(err)
	}
	exchange := func(audience, redirect string) *browser {
		return oidc(t, l, c.now(), tokenPath, audience, url.Values{
			"grant_type": {"authorization_code"}, "code": {back.Query().Get("duo_code")}, "redirect_uri": {redirect},
		})
	}
	own := (&url.URL{Scheme: back.Scheme, Host: back.Host, Path: back.Path}).String()
	if got := answer[map[string]any](t, exchange(healthPath, own)); got["error"] != "invalid_client" {
		t.Errorf("another audience: %v", got)
	}
	got := answer[map[string]any](t, exchange(tokenPath, own))
	var says promptAnswer
	if err := unseal(sharedKey(l.tenant.bank.skey), got["id_token"].(string), &says); err != nil || says.Username != user || says.Context.Factor != "bypass_code" || says.Result.Result != "allow" {
		t.Errorf("the answer is %+v (%v)", says, err)
	}
	if got := answer[map[string]any](t, exchange(tokenPath, own)); got["error"] != "invalid_grant" {
		t.Errorf("a second time: %v", got)
	}
}
