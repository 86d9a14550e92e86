package lab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

const bankCallback = "/login/duo-callback"

// bankFlow asks for name and password itself and leaves the second factor to a
// prompt on another origin: a signed request goes there, a code comes back, and
// the code is exchanged for a signed answer without the browser.
type bankFlow struct {
	a       *app
	host    *promptHost
	pending *shelf[request]
	back    *backChannel
}

func newBankFlow(a *app, o Options) (flow, error) {
	duo, err := newTenant(a, o)
	if err != nil {
		return nil, err
	}
	return &bankFlow{a: a, host: newPromptHost(a, duo), pending: newShelf[request](a.clock, signInTime), back: newBackChannel()}, nil
}

func (f *bankFlow) annexes() []*annex { return []*annex{f.host.annex} }

func (f *bankFlow) describe(d *App) {
	d.Origins = []Origin{f.host.annex.origin()}
	d.BypassCodes = f.host.duo.firstBypass()
}

// policy lets the form with the password lead to the prompt: browsers hold the
// redirects after a form to the policy too.
func (f *bankFlow) policy(p *policy) {
	p.allow("form-action", "'self'", f.host.annex.url)
	if f.a.panel.on(SwitchForeignAction) || f.a.panel.on(SwitchRedirect307) {
		p.allow("form-action", f.a.outside)
	}
}

func (f *bankFlow) routes(mux *http.ServeMux) {
	f.a.passwordForms(mux)
	mux.HandleFunc("GET "+f.a.spec.signIn.codePath, f.begin)
	mux.HandleFunc("GET "+bankCallback, f.callback)
}

// promptRequest is what an application asks of the prompt. Names and shape are
// those of Duo's Web SDK v4.
type promptRequest struct {
	claims
	Scope        string `json:"scope"`
	ClientID     string `json:"client_id"`
	RedirectURI  string `json:"redirect_uri"`
	ResponseType string `json:"response_type"`
	State        string `json:"state"`
	Nonce        string `json:"nonce"`
	Username     string `json:"duo_uname"`
	UseDuoCode   bool   `json:"use_duo_code_attribute"`
}

// promptAnswer is what the prompt says in the end.
type promptAnswer struct {
	claims
	Nonce    string `json:"nonce"`
	Username string `json:"preferred_username"`
	Result   struct {
		Result string `json:"result"`
		Status string `json:"status"`
	} `json:"auth_result"`
	Context struct {
		Factor string `json:"factor"`
	} `json:"auth_context"`
}

// begin sends a visitor whose password was right to the prompt.
func (f *bankFlow) begin(w http.ResponseWriter, r *http.Request) {
	v := f.a.visitor(w, r)
	if v.stage != halfway {
		http.Redirect(w, r, loginPath, http.StatusFound)
		return
	}
	req := request{owner: v.id, next: v.next, nonce: newID()}
	state := f.pending.put(req)
	asked := promptRequest{
		claims:       claims{Issuer: f.host.duo.bank.ikey, Audience: f.host.annex.url, Expires: f.a.now().Add(tokenTime).Unix()},
		Scope:        "openid",
		ClientID:     f.host.duo.bank.ikey,
		RedirectURI:  f.a.url + bankCallback,
		ResponseType: "code",
		State:        state,
		Nonce:        req.nonce,
		Username:     v.user,
		UseDuoCode:   true,
	}
	query := url.Values{
		"response_type": {"code"},
		"client_id":     {f.host.duo.bank.ikey},
		"request":       {mint(f.host.secret(), asked)},
	}
	http.Redirect(w, r, f.host.annex.url+"/oauth/v1/authorize?"+query.Encode(), http.StatusFound)
}

// callback takes the visitor back from the prompt.
func (f *bankFlow) callback(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	req, ok := f.pending.take(query.Get("state"))
	v, known := f.a.known(r)
	if !ok || !known || v.id != req.owner || v.stage != halfway {
		f.a.message(w, r, http.StatusBadRequest, "You are not signed in", "This sign-in was not begun here, or it has expired.")
		return
	}
	if err := f.exchange(r.Context(), query.Get("duo_code"), v.user, req.nonce); err != nil {
		f.a.message(w, r, http.StatusBadGateway, "You are not signed in", "The second factor could not be confirmed: "+err.Error()+".")
		return
	}
	f.a.goIn(w, r, v, v.session)
}

// exchange turns a code into the prompt's signed answer and checks it.
func (f *bankFlow) exchange(ctx context.Context, code, username, nonce string) error {
	address, now := f.host.annex.url+tokenPath, f.a.now()
	var tokens struct {
		IDToken string `json:"id_token"`
	}
	err := f.back.post(ctx, address, "", "", url.Values{
		"grant_type":            {"authorization_code"},
		"code":                  {code},
		"redirect_uri":          {f.a.url + bankCallback},
		"client_id":             {f.host.duo.bank.ikey},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
		"client_assertion": {mint(f.host.secret(), claims{
			Issuer: f.host.duo.bank.ikey, Subject: f.host.duo.bank.ikey, Audience: address,
			Issued: now.Unix(), Expires: now.Add(tokenTime).Unix(), ID: newID(),
		})},
	}, &tokens)
	if err != nil {
		return err
	}
	var says promptAnswer
	if err := unseal(f.host.secret(), tokens.IDToken, &says); err != nil {
		return err
	}
	if err := says.good(address, f.host.duo.bank.ikey, now); err != nil {
		return err
	}
	if says.Nonce != nonce || says.Username != username {
		return fmt.Errorf("%w: it is about another sign-in", errToken)
	}
	if says.Result.Result != "allow" {
		return errors.New("the prompt did not allow it")
	}
	return nil
}
