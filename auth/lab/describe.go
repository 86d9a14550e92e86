package lab

import (
	"encoding/base32"
	"fmt"
	"net/url"
	"slices"
	"time"
)

// A Description says where everything is. Its JSON keys are promised. The
// passwords and seeds in it are the range's own and open nothing else.
type Description struct {
	Apps    []App  `json:"apps"`
	Control string `json:"control"` // origin of the control endpoint
	Outside string `json:"outside"` // the foreign origin, under the name localhost
	Duo     Duo    `json:"duo"`     // the simulated Duo
}

// Duo describes the simulated Duo behind the bank: where its API is, the keys of the
// two applications that may use it, and the account that the bank's customer has there.
type Duo struct {
	APIHost   string `json:"api_host"`  // host:port; TLS, by an authority of its own
	AuthIKey  string `json:"auth_ikey"` // of the Auth API application
	AuthSKey  string `json:"auth_skey"`
	AdminIKey string `json:"admin_ikey"` // of the Admin API application
	AdminSKey string `json:"admin_skey"`
	CAPEM     string `json:"ca_pem"` // the authority's certificate
	// Integration is the bank's own application, whose policy holds at its prompt.
	Integration     string `json:"integration"`
	IntegrationName string `json:"integration_name"`
	Username        string `json:"username"`
	UserID          string `json:"user_id"`
	// Faults are the names of what can go wrong on request; see [DuoFaults].
	Faults []string `json:"faults"`
}

// App describes one application and the account that signs in to it.
type App struct {
	Name      string   `json:"name"`
	URL       string   `json:"url"` // login page
	Username  string   `json:"username"`
	Password  string   `json:"password"`
	OTPAuth   string   `json:"otpauth"`    // key URI; "" where no code is asked
	ProofURL  string   `json:"proof_url"`  // redirects to the login without a session
	ProofText string   `json:"proof_text"` // stands on it with one, and nowhere else
	Switches  []string `json:"switches"`   // the names of the switches it has
	// Origins are the further origins that ask for secrets; none for an
	// application that asks for everything itself.
	Origins []Origin `json:"origins,omitempty"`
	// BypassCodes get past the second factor, each of them once.
	BypassCodes []string `json:"bypass_codes,omitempty"`
}

// App finds an application by name.
func (d Description) App(name string) (App, bool) {
	i := slices.IndexFunc(d.Apps, func(a App) bool { return a.Name == name })
	if i < 0 {
		return App{}, false
	}
	return d.Apps[i], true
}

func (a *app) describe() App {
	d := App{
		Name:      a.spec.site.Name,
		URL:       a.url + loginPath,
		Username:  a.account.username,
		Password:  a.password,
		OTPAuth:   a.otpauth(),
		ProofURL:  a.url + accountPath,
		ProofText: a.spec.site.Members.Proof,
		Switches:  slices.Clone(a.panel.names),
	}
	if a.flow != nil {
		a.flow.describe(&d)
	}
	return d
}

// otpauth writes the key as authenticator apps take it, with every parameter
// spelled out.
func (a *app) otpauth() string {
	f := a.account.factor
	if f == nil {
		return ""
	}
	issuer := url.PathEscape(a.spec.site.Title)
	return fmt.Sprintf("otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=%s&digits=%d&period=%d",
		issuer, url.PathEscape(a.account.username),
		base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(f.seed),
		issuer, f.hash.name, f.digits, f.period/time.Second)
}
