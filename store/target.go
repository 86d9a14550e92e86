package store

import (
	"net/url"
	"slices"
)

// A Target is one web application as the scanner's test account signs in to it.
// There is no secret in it.
type Target struct {
	// Name is the file's name without .yaml; [CheckName] has the rule.
	Name string
	// URL is the login page: https, or http on this machine. A target that keeps a
	// seed may do without.
	URL string
	// Username is what the test account signs in with.
	Username string
	// Route is how the challenge is passed.
	Route Route
	// Origins are further origins that may receive credentials, and which. The
	// URL's own is implied, for everything.
	Origins []Grant
	// Proof is what shows that one is signed in.
	Proof Proof
	// Driver is "auto", "http" or "browser"; "" is "auto".
	Driver string
	// Duo says as whom Duo knows the test account.
	Duo TargetDuo
	// Stock names the bypass codes that targets of one account share; "" means the
	// target's own, [Target.StockName].
	Stock string
	// Recording is the name of a recorded login among the recordings, "" if there is
	// none.
	Recording string
	// Tags group targets as the user likes.
	Tags []string
	// Secrets says what the secret store keeps for this target, because not
	// every keyring can be asked for a list.
	Secrets []Kind
}

// Proof is a page that only works when signed in.
type Proof struct {
	URL  string // "" when the page after the login is the proof
	Text string // what the page says only to who is signed in
}

// TargetDuo is where a target's account is in Duo.
type TargetDuo struct {
	Tenant      string // the name of a [Tenant]; "" when no Duo tenant is known here
	Integration string // the protected application's key, "DI…"; "" when it is not known
	Username    string // the account's name in Duo; "" when it is the target's own
}

// StockName is the name of the bypass codes that t draws from.
func (t Target) StockName() string {
	if t.Stock != "" {
		return t.Stock
	}
	return t.Name
}

// Drivers lists what Target.Driver may be.
func Drivers() []string { return []string{"auto", "http", "browser"} }

// Has reports whether the secret store keeps a secret of this kind for t.
func (t Target) Has(k Kind) bool { return slices.Contains(t.Secrets, k) }

// CodesOnly reports whether t is kept for its codes alone: it has a seed and no
// login page, as entries from an authenticator's backup do.
func (t Target) CodesOnly() bool { return t.URL == "" && t.Has(KindSeed) }

// AllowedOrigins lists every origin that may receive some of t's credentials, the
// login page's own first, each as [OriginOf] spells it.
func (t Target) AllowedOrigins() []string { return Origins(t.Grants()) }

// Grants says who may receive t's credentials, the login page's own origin first,
// each origin once and as [OriginOf] spells it. What is not an origin is left out.
func (t Target) Grants() []Grant {
	var all []Grant
	if u, problem := parseURL(t.URL); problem == "" {
		all = append(all, Grant{Origin: OriginOf(u)})
	}
	for _, g := range t.Origins {
		if _, problem := parseOrigin(g.Origin); problem == "" {
			all = append(all, g)
		}
	}
	return Granted(all)
}

// Validate answers ErrBadName, or a [FieldError] for each value that t cannot
// have, joined.
func (t Target) Validate() error {
	if err := CheckName(t.Name); err != nil {
		return err
	}
	return result(t.problems())
}

// problems finds what is wrong with everything but the name, in the order of the
// file's keys.
func (t Target) problems() []*FieldError {
	var c checker
	if !t.CodesOnly() {
		c.required("url", t.URL)
		c.required("username", t.Username)
	}
	c.url("url", t.URL)
	c.text("username", t.Username, 256)
	c.route(t.Route)
	c.grants("origins", t.Origins)
	c.url("proof.url", t.Proof.URL)
	c.text("proof.text", t.Proof.Text, 256)
	c.driver(t.Driver)
	c.duo(t.Duo)
	c.stock(t.Stock)
	c.recording(t.Recording)
	c.tags(t.Tags)
	c.kinds(t.Secrets, Kinds())
	return c.problems
}

// normal gives t with origins in their one spelling, each list without repeats, and
// what means the same written the same.
func (t Target) normal() Target {
	t.Origins = Granted(t.Origins)
	t.Tags = slices.Clone(t.Tags)
	t.Secrets = slices.Clone(t.Secrets)
	if t.Driver == "auto" {
		t.Driver = ""
	}
	if t.Duo.Username == t.Username {
		t.Duo.Username = ""
	}
	return t
}

// ParseTargetURL reads the address of a login page by the rule of [Target.URL]. The
// error never repeats s.
func ParseTargetURL(s string) (*url.URL, error) {
	u, problem := parseURL(s)
	if problem != "" {
		return nil, &FieldError{Field: "url", Problem: string(problem)}
	}
	return u, nil
}
