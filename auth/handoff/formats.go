package handoff

import (
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatepass/auth/login"
)

// A Format is a form of a session alone.
type Format struct {
	Name  string
	Title string
	// Suffix ends the file's name, ".cookies.txt".
	Suffix string
	write  func(v *view) (string, error)
}

// Formats lists the forms of a session, in the order in which they are shown.
func Formats() []Format {
	return []Format{
		{"cookies.txt", "Netscape's cookies.txt, for curl, wget, Python and many scanners", ".cookies.txt", writeCookiesTxt},
		{"header", "header lines: Cookie, Authorization, or both", ".headers", writeHeaders},
		{"cookie", "the value of a Cookie header alone", ".cookie", writeCookie},
		{"playwright", "Playwright's storageState", ".storage-state.json", writeStorageState},
		{"json", "headers and cookies as StackHawk's external command answers", ".session.json", writeSessionJSON},
		{"curl", "a file for curl --config", ".curlrc", writeCurlConfig},
		{"nuclei", "Nuclei's secrets file", ".nuclei.yaml", writeNuclei},
		{"wapiti", "Wapiti's cookie file", ".wapiti.json", writeWapiti},
		{"gitlab", "the values of GitLab's DAST_REQUEST variables", ".gitlab.env", writeGitLabRequest},
	}
}

// FormatNames lists what "gatepass login --for" takes.
func FormatNames() []string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return names
}

// FindFormat gives a format by name; ErrNoFormat with a suggestion.
func FindFormat(name string) (Format, error) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
	}
	return Format{}, unknown(ErrNoFormat, name, FormatNames())
}

// A Ticket is a session in one format, with what is known of it.
type Ticket struct {
	Format Format
	File   File
	Life   Lifetime
	// Notes say, in whole sentences, when it ends, what it may be bound to and what
	// was left out.
	Notes []string
}

// Write writes [Input.Session] in a format. Nothing but the application's own cookies,
// storage and header is in it. Errors are ErrNoFormat, ErrNoSession, ErrTooShort, and
// ErrRefused for a session that the format cannot carry.
func Write(format string, in Input) (Ticket, error) {
	f, err := FindFormat(format)
	if err != nil {
		return Ticket{}, err
	}
	if in.unproven() && !in.Options.Unproven {
		return Ticket{}, in.notProven()
	}
	see := look(in)
	if err := see.usable(); err != nil {
		return Ticket{}, err
	}
	text, err := f.write(see)
	if err != nil {
		return Ticket{}, err
	}
	masked, err := f.write(see.masked())
	if err != nil {
		return Ticket{}, fmt.Errorf("write a preview: %w", err)
	}
	file := see.file(f.Suffix, text, masked)
	file.Secret, file.Mode = true, 0o600 // it is a session, whatever it looks like
	return Ticket{Format: f, File: file, Life: see.life, Notes: see.aboutSession()}, nil
}

// writeCookiesTxt writes the format that Netscape's browser kept cookies in: a first
// line that says so, then seven fields with tabs between them. Readers leave a line
// with anything but tabs out and do not say so. An expiry of 0 would be a cookie that
// ends with the browser, and Python's http.cookiejar takes it for one that ended in
// 1970: it never sends it. So such a cookie is given a week; the server ends it anyway.
// The mark #HttpOnly_ is left out: wget and older Pythons take its line for a comment and
// go on signed out, and a client without scripts has no use for it.
func writeCookiesTxt(v *view) (string, error) {
	if err := v.needsCookies("cookies.txt"); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString("# Netscape HTTP Cookie File\n")
	b.WriteString(comment(append(v.head("clients that read cookies.txt"), v.ends())))
	for _, c := range v.cookies {
		domain := strings.ToLower(c.Domain)
		if !c.HostOnly && net.ParseIP(domain) == nil {
			domain = "." + domain
		}
		expires := c.Expires
		if expires.IsZero() {
			expires = v.in.Options.Now.Add(week)
		}
		b.WriteString(strings.Join([]string{
			domain, upper(strings.HasPrefix(domain, ".")), c.Path, upper(c.Secure), strconv.FormatInt(expires.Unix(), 10), c.Name, c.Value.Reveal(),
		}, "\t") + "\n")
	}
	return b.String(), nil
}

// week is more than a scan takes, and than most servers keep a session.
const week = 7 * 24 * time.Hour

func upper(b bool) string { return strings.ToUpper(strconv.FormatBool(b)) }

// writeHeaders writes whole header lines, Authorization first.
func writeHeaders(v *view) (string, error) {
	lines, err := v.headerLines()
	if err != nil {
		return "", err
	}
	return strings.Join(lines, "\n") + "\n", nil
}

// headerLines are the headers that carry the session.
func (v *view) headerLines() ([]string, error) {
	if err := v.needsHeaders("a header"); err != nil {
		return nil, err
	}
	var lines []string
	if v.bearer != "" {
		lines = append(lines, "Authorization: "+v.bearer)
	}
	if value := v.cookieValue(); value != "" {
		lines = append(lines, "Cookie: "+value)
	}
	return lines, nil
}

func writeCookie(v *view) (string, error) {
	if err := v.needsCookies("a Cookie header"); err != nil {
		return "", err
	}
	value := v.cookieValue()
	if value == "" {
		return "", refuse("no cookie of the session is sent to %s", v.proofURL())
	}
	return value + "\n", nil
}

type (
	storageState struct {
		Cookies []stateCookie `json:"cookies"`
		Origins []stateOrigin `json:"origins"`
	}
	stateCookie struct {
		Name     string `json:"name"`
		Value    string `json:"value"`
		Domain   string `json:"domain"`
		Path     string `json:"path"`
		Expires  int64  `json:"expires"` // -1 ends with the session; 0 would drop the cookie
		HTTPOnly bool   `json:"httpOnly"`
		Secure   bool   `json:"secure"`
		SameSite string `json:"sameSite,omitempty"` // Strict, Lax or None, spelled so
		// The partition of a cookie that has one. Playwright takes an absent
		// CrossSite for true.
		PartitionKey string `json:"partitionKey,omitempty"`
		CrossSite    *bool  `json:"_crHasCrossSiteAncestor,omitempty"`
	}
	stateOrigin struct {
		Origin       string      `json:"origin"`
		LocalStorage []nameValue `json:"localStorage"`
	}
	nameValue struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
)

func writeStorageState(v *view) (string, error) {
	state := storageState{Cookies: []stateCookie{}, Origins: []stateOrigin{}}
	for _, c := range v.cookies {
		domain := strings.ToLower(c.Domain)
		if !c.HostOnly && net.ParseIP(domain) == nil {
			domain = "." + domain
		}
		s := stateCookie{
			Name: c.Name, Value: c.Value.Reveal(), Domain: domain, Path: c.Path, Expires: -1,
			HTTPOnly: c.HTTPOnly, Secure: c.Secure, SameSite: sameSite(c.SameSite),
		}
		if !c.Expires.IsZero() {
			s.Expires = c.Expires.Unix()
		}
		if c.Partition != (login.Partition{}) {
			s.PartitionKey, s.CrossSite = c.Partition.Site, &c.Partition.CrossSite
		}
		state.Cookies = append(state.Cookies, s)
	}
	for _, place := range v.localStorage() {
		o := stateOrigin{Origin: place.Origin}
		for _, item := range place.Local {
			o.LocalStorage = append(o.LocalStorage, nameValue{item.Name, item.Value.Reveal()})
		}
		state.Origins = append(state.Origins, o)
	}
	if len(state.Cookies)+len(state.Origins) == 0 {
		return "", fmt.Errorf("%w: a storageState would be empty; the Authorization header goes by --for header", ErrNoSession)
	}
	return toJSON(state)
}

// sameSite gives the one spelling that Playwright takes; "" leaves it to the browser.
func sameSite(s string) string {
	for _, known := range []string{"Strict", "Lax", "None"} {
		if strings.EqualFold(s, known) {
			return known
		}
	}
	return ""
}

// writeSessionJSON answers as StackHawk's external command does: lists of objects with
// one name each.
func writeSessionJSON(v *view) (string, error) {
	if err := v.needsHeaders("session.json"); err != nil {
		return "", err
	}
	type pair map[string]string
	s := struct {
		Headers []pair `json:"headers"`
		Cookies []pair `json:"cookies"`
	}{[]pair{}, []pair{}}
	if v.bearer != "" {
		s.Headers = append(s.Headers, pair{"Authorization": v.bearer})
	}
	for _, c := range v.headerCookies() {
		s.Cookies = append(s.Cookies, pair{c.Name: c.Value.Reveal()})
	}
	text, err := json.Marshal(s)
	return string(text) + "\n", err
}

// writeCurlConfig writes a file for curl --config (man curl, "--config"): inside its
// double quotes a backslash escapes.
func writeCurlConfig(v *view) (string, error) {
	if err := v.needsHeaders("curl"); err != nil {
		return "", err
	}
	text := comment(append(v.head("curl --config"), v.ends()))
	if value := v.cookieValue(); value != "" {
		text += "cookie = " + curlText(value) + "\n"
	}
	if v.bearer != "" {
		text += "header = " + curlText("Authorization: "+v.bearer) + "\n"
	}
	return text, nil
}

func curlText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// writeWapiti writes Wapiti's cookie file: by domain, path and name, each with all of
// its five fields. Wapiti looks names up behind a leading dot, and addresses without.
func writeWapiti(v *view) (string, error) {
	if err := v.needsCookies("Wapiti's cookie file"); err != nil {
		return "", err
	}
	type cookie struct {
		Value   string  `json:"value"`
		Version int     `json:"version"`
		Secure  bool    `json:"secure"`
		Expires *int64  `json:"expires"`
		Port    *string `json:"port"`
	}
	file := map[string]map[string]map[string]cookie{}
	for _, c := range v.cookies {
		w := cookie{Value: c.Value.Reveal(), Secure: c.Secure}
		if !c.Expires.IsZero() {
			at := c.Expires.Unix()
			w.Expires = &at
		}
		domain := wapitiDomain(c.Domain)
		if file[domain] == nil {
			file[domain] = map[string]map[string]cookie{}
		}
		if file[domain][c.Path] == nil {
			file[domain][c.Path] = map[string]cookie{}
		}
		file[domain][c.Path][c.Name] = w
	}
	return toJSON(file)
}

// wapitiDomain spells a domain as Wapiti looks it up: names without a dot are on the
// local network for it.
func wapitiDomain(domain string) string {
	domain = strings.ToLower(domain)
	switch {
	case net.ParseIP(strings.Trim(domain, "[]")) != nil:
		return domain
	case !strings.Contains(domain, "."):
		return "." + domain + ".local"
	}
	return "." + domain
}

// writeGitLabRequest writes assignments of the two variables that GitLab's DAST takes
// a session by. A comma separates cookies and headers there, a colon names and values,
// and neither can be escaped.
func writeGitLabRequest(v *view) (string, error) {
	lines, err := v.gitLabRequest()
	if err != nil {
		return "", err
	}
	return strings.Join(lines, "\n") + "\n", nil
}

func (v *view) gitLabRequest() ([]string, error) {
	if err := v.needsHeaders("GitLab"); err != nil {
		return nil, err
	}
	var lines []string
	var pairs []string
	for _, c := range v.headerCookies() {
		if strings.ContainsAny(c.Value.Reveal(), ",:") || strings.Contains(c.Name, ":") {
			return nil, refuse("the cookie %s holds a comma or a colon, which separate values in DAST_REQUEST_COOKIES and cannot be escaped", c.Name)
		}
		pairs = append(pairs, c.Name+":"+c.Value.Reveal())
	}
	if len(pairs) > 0 {
		lines = append(lines, "DAST_REQUEST_COOKIES="+quoted(strings.Join(pairs, ",")))
	}
	if v.bearer != "" {
		if strings.Contains(v.bearer, ",") {
			return nil, refuse("the Authorization header holds a comma, which separates headers in DAST_REQUEST_HEADERS and cannot be escaped")
		}
		lines = append(lines, "DAST_REQUEST_HEADERS="+quoted("Authorization: "+v.bearer))
	}
	return lines, nil
}

type (
	nucleiFile struct {
		ID     string         `yaml:"id"`
		Info   nucleiInfo     `yaml:"info"`
		Static []nucleiSecret `yaml:"static"`
	}
	nucleiInfo struct {
		Name     string `yaml:"name"`
		Author   string `yaml:"author"`
		Severity string `yaml:"severity"`
	}
	nucleiSecret struct {
		Type    string       `yaml:"type"`
		Domains []string     `yaml:"domains"`
		Headers []nucleiPair `yaml:"headers,omitempty"`
		Cookies []nucleiPair `yaml:"cookies,omitempty"`
	}
	nucleiPair struct {
		Key   string `yaml:"key"`
		Value string `yaml:"value"`
	}
)

// writeNuclei writes Nuclei's secrets file. Names and values stand apart, because its
// raw form fails at a value with an equals sign; cookies without a value are an error
// for it and are left out; its domains are compared as a whole, the port included
// where it is not the scheme's own.
func writeNuclei(v *view) (string, error) {
	if err := v.needsHeaders("Nuclei"); err != nil {
		return "", err
	}
	f := nucleiFile{
		ID:   v.in.Target.Name,
		Info: nucleiInfo{Name: v.hosts()[0] + " session", Author: "gatepass", Severity: "info"},
	}
	for _, origin := range v.scope {
		domains, err := nucleiDomains(origin)
		if err != nil {
			return "", err
		}
		if cookies := v.nucleiCookies(origin); len(cookies) > 0 {
			f.Static = append(f.Static, nucleiSecret{Type: "cookie", Domains: domains, Cookies: cookies})
		}
		if v.bearer != "" {
			f.Static = append(f.Static, nucleiSecret{Type: "header", Domains: domains, Headers: []nucleiPair{{"Authorization", v.bearer}}})
		}
	}
	if len(f.Static) == 0 {
		return "", refuse("every cookie of the session is empty")
	}
	return toYAML(append(v.head("Nuclei"), v.ends(), "Nuclei does not sign in again: the scan must be over by then."), f, nil)
}

// nucleiDomains are the spellings of a host that Nuclei compares with.
func nucleiDomains(origin string) ([]string, error) {
	u, err := url.Parse(origin)
	if err != nil {
		return nil, fmt.Errorf("read an origin: %w", err)
	}
	domains := []string{u.Hostname()}
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		domains = append(domains, u.Host)
	}
	return domains, nil
}

func (v *view) nucleiCookies(origin string) []nucleiPair {
	var pairs []nucleiPair
	for _, c := range v.cookiesFor(origin) {
		value := c.Value.Reveal()
		if value == "" || slices.ContainsFunc(pairs, func(p nucleiPair) bool { return p.Key == c.Name }) {
			continue
		}
		pairs = append(pairs, nucleiPair{c.Name, value})
	}
	return pairs
}

// LeftOver is how long a session has to live at an instant; false if it does not tell.
func (l Lifetime) LeftOver(now time.Time) (time.Duration, bool) {
	if !l.Known() {
		return 0, false
	}
	return max(l.Until.Sub(now), 0), true
}
