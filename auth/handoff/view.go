package handoff

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gatepass/auth/login"
	"gatepass/store"
)

// A view is a login as the writers see it: sorted into what belongs to the
// application and what does not.
type view struct {
	in      Input
	base    string   // begins the files' names
	scope   []string // the application's origins, the proof's first
	outside []string // hosts that only the login met, host[:port]
	duo     string   // the one of them that is Duo's, or ""
	way     way
	logout  []string // addresses to keep away from, in scope
	cookies []login.Cookie
	left    []string // names of cookies that belong to other hosts
	bearer  string   // the value of an Authorization header
	life    Lifetime
	notes   []string
}

// dots stand where a secret would.
const dots = "••••••"

// look sorts an input.
func look(in Input) *view {
	v := &view{in: in, base: in.Options.Base}
	if v.base == "" {
		v.base = in.Target.Name
	}
	if in.unproven() {
		v.base += ".unproven"
	}
	if in.Proven != nil {
		v.way = follow(in.Proven.Trail)
	}
	v.findScope()
	v.findOutside()
	v.findLogout()
	if in.Session != nil {
		v.sort(*in.Session)
		v.life = lifetime(v.cookies, v.bearer, *in.Session)
		v.life.Watched = in.Watched
	}
	return v
}

// proof gives the proof's address and text.
func (v *view) proof() store.Proof {
	if p := v.in.Proven; p != nil {
		return store.Proof{URL: p.ProofURL, Text: p.ProofText}
	}
	return v.in.Target.Proof
}

// findScope takes the application's origins from where signed-in users are: the
// proof, and the page that the login ended on. The login page may be an identity
// provider's, so it only counts where nothing else is known.
func (v *view) findScope() {
	candidates := []string{v.proof().URL}
	if v.in.Proven != nil {
		candidates = append(candidates, v.in.Proven.Landed)
		v.duo = v.in.Proven.DuoHost
	}
	for _, c := range candidates {
		v.belongs(c)
	}
	if len(v.scope) == 0 {
		v.belongs(v.in.Target.URL)
	}
}

// belongs takes an address's origin into the scope, unless it is Duo's.
func (v *view) belongs(address string) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || isDuo(u.Hostname()) || u.Host == v.duo {
		return
	}
	if origin := login.Origin(u); !slices.Contains(v.scope, origin) {
		v.scope = append(v.scope, origin)
	}
}

// findOutside collects the hosts of the login that are not the application's.
func (v *view) findOutside() {
	add := func(address string) {
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || v.inScope(u) {
			return
		}
		if isDuo(u.Hostname()) && v.duo == "" {
			v.duo = u.Host
		}
		if !slices.Contains(v.outside, u.Host) {
			v.outside = append(v.outside, u.Host)
		}
	}
	add(v.in.Target.URL)
	if p := v.in.Proven; p != nil {
		for _, act := range p.Trail {
			add(act.Page)
			add(act.Frame)
		}
	}
	if v.duo != "" && !slices.Contains(v.outside, v.duo) && !v.inScope(&url.URL{Scheme: "https", Host: v.duo}) {
		v.outside = append(v.outside, v.duo)
	}
}

// isDuo knows the hosts of Duo's cloud by their names.
func isDuo(host string) bool {
	host = strings.ToLower(host)
	for _, domain := range []string{"duosecurity.com", "duofederal.com"} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}

func (v *view) inScope(u *url.URL) bool { return slices.Contains(v.scope, login.Origin(u)) }

// findLogout keeps the addresses that can be excluded without excluding the
// application.
func (v *view) findLogout() {
	if v.in.Proven == nil {
		return
	}
	for _, address := range v.in.Proven.Logout {
		u, err := url.Parse(address)
		if err != nil || !v.inScope(u) {
			continue
		}
		bare := login.Bare(u)
		switch {
		case strings.Trim(u.Path, "/") == "" || strings.HasPrefix(v.proof().URL, bare):
			v.notes = append(v.notes, "Signing out happens at "+bare+", which cannot be excluded without excluding the application: keep the scanner from it by hand.")
		case !slices.Contains(v.logout, bare):
			v.logout = append(v.logout, bare)
		}
	}
	if len(v.logout) == 0 && len(v.notes) == 0 {
		v.notes = append(v.notes, "No link or button that signs out was seen. If there is one, exclude it: a scanner that finds it signs itself out.")
	}
}

// origin is the application's first origin.
func (v *view) origin() string {
	if len(v.scope) == 0 {
		return ""
	}
	return v.scope[0]
}

// hosts are the application's hosts, without ports.
func (v *view) hosts() []string {
	var hosts []string
	for _, o := range v.scope {
		if u, err := url.Parse(o); err == nil && !slices.Contains(hosts, u.Hostname()) {
			hosts = append(hosts, u.Hostname())
		}
	}
	return hosts
}

// loginURL is the login page.
func (v *view) loginURL() string { return v.in.Target.URL }

func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return login.Origin(u)
}

// hostPort splits a host into its name and its port, "" where none is written.
func hostPort(host string) (string, string) {
	if name, port, err := net.SplitHostPort(host); err == nil {
		return name, port
	}
	return strings.Trim(host, "[]"), ""
}

// masked gives the same view with dots for every secret.
func (v *view) masked() *view {
	m := *v
	m.cookies = slices.Clone(v.cookies)
	for i := range m.cookies {
		m.cookies[i].Value = masked(m.cookies[i].Value)
	}
	if m.bearer != "" {
		m.bearer = "Bearer " + dots
	}
	if s := v.in.Session; s != nil {
		c := *s
		c.Cookies, c.Authorization = m.cookies, masked(c.Authorization)
		c.Storage = nil
		for _, place := range s.Storage {
			c.Storage = append(c.Storage, login.Storage{Origin: place.Origin, Local: maskedItems(place.Local), Session: maskedItems(place.Session)})
		}
		m.in.Session = &c
	}
	if s := v.in.Options.Inline; s != nil {
		m.in.Options.Inline = &Secrets{Password: masked(s.Password), Seed: masked(s.Seed)}
	}
	return &m
}

func masked(s store.Secret) store.Secret {
	if s.IsZero() {
		return s
	}
	return store.NewSecret(dots)
}

func maskedItems(items []login.StorageItem) []login.StorageItem {
	items = slices.Clone(items)
	for i := range items {
		items[i].Value = masked(items[i].Value)
	}
	return items
}

// password and seed are values to write, or references to the environment.
func (v *view) password() string {
	if s := v.in.Options.Inline; s != nil && !s.Password.IsZero() {
		return s.Password.Reveal()
	}
	return "${" + EnvPassword + "}"
}

func (v *view) seed() string {
	if s := v.in.Options.Inline; s != nil && !s.Seed.IsZero() {
		return s.Seed.Reveal()
	}
	return "${" + EnvSeed + "}"
}

// inline reports whether values are wanted in the file.
func (v *view) inline() bool { return v.in.Options.Inline != nil }

// otp reports whether the scanner has to give codes.
func (v *view) otp() bool { return v.in.Target.Route == store.RouteOTP }

// boxes is how many fields the code is typed into.
func (v *view) boxes() int {
	if v.way.code == nil || !v.otp() {
		return 0
	}
	return v.way.code.Boxes
}

// drawn reports whether a client without scripts does not see the proof: one that looks
// for it would look in vain.
func (v *view) drawn() bool {
	return v.in.Proven != nil && v.in.Proven.Facts.BareClient == login.No
}

// needsPlainProof is why a scanner that looks for the proof by itself cannot find it.
func (v *view) needsPlainProof(who string) string {
	return fmt.Sprintf("A client without scripts does not see the proof, so %s would look for it in vain, and sign in again and again or not at all. Name an address whose answer has the text, of the application's API for instance: gatepass edit %s --proof-url URL --proof-text TEXT, and verify again.", who, shell(v.in.Target.Name))
}

// renewalCost says what it costs that the session is made anew whenever it has ended; ""
// where that costs nothing that could run out.
func (v *view) renewalCost() string {
	switch v.in.Target.Route {
	case store.RouteBypassCode:
		return "Whenever the session has ended gatepass signs in again, and each login costs one use of a bypass code. What is left: gatepass show " + shell(v.in.Target.Name)
	case store.RoutePush:
		return "Whenever the session has ended gatepass signs in again, and a person has to approve each login: somebody must be at hand for as long as the scan takes."
	}
	return ""
}

// proofText is the proof's text as a sentence has it.
func (v *view) proofText() string {
	if text := v.proof().Text; text != "" {
		return strconv.Quote(text)
	}
	return "what only a signed-in user sees"
}

// broker is where "gatepass serve" listens.
func (v *view) broker() string {
	if v.in.Options.Broker != "" {
		return strings.TrimSuffix(v.in.Options.Broker, "/")
	}
	return DefaultBroker
}

// proofURL is the proof's address, or the application's root where there is none.
func (v *view) proofURL() string {
	if p := v.proof().URL; p != "" {
		return p
	}
	return v.origin() + "/"
}
