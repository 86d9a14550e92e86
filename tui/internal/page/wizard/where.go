package wizard

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth/login"
	"gatepass/store"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// pause is how long the address must stand before it is looked at: half of it
// would be another host.
const pause = 700 * time.Millisecond

// checkURL tidies the address and checks it.
func (p *Page) checkURL() error {
	v := strings.TrimSpace(p.url.Value())
	if v != "" && !strings.Contains(v, "://") {
		v = "https://" + v
	}
	if v != p.url.Value() {
		p.url.Input.SetValue(v)
	}
	if v == "" {
		return errors.New("the address of the login page is needed")
	}
	_, err := store.ParseTargetURL(v)
	return err
}

// urlEdited forgets what was seen at the address before.
func (p *Page) urlEdited(pasted bool) tea.Cmd {
	p.inspecting.Stop()
	p.seen, p.unseen, p.asked, p.allowed = nil, nil, "", false
	p.edited = p.env.Now()
	p.suggestName()
	if pasted {
		return p.inspectIfDue(0)
	}
	return nil
}

// inspectIfDue looks at the address if it stood for the time given and is one.
func (p *Page) inspectIfDue(stood time.Duration) tea.Cmd {
	if p.edited.IsZero() || p.env.Now().Sub(p.edited) < stood {
		return nil
	}
	address := strings.TrimSpace(p.url.Value())
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	if _, err := store.ParseTargetURL(address); err != nil || !plausible(address) {
		if stood > 0 {
			p.edited = time.Time{} // it will not become one by waiting
		}
		return nil
	}
	p.edited, p.asked = time.Time{}, address
	gate := p.env.Gate
	return ui.Do(p.inspecting.Begin(p.env), func(ctx context.Context) (inspectResult, error) {
		in, err := gate.Survey(ctx, address)
		return inspectResult{in}, err
	})
}

// plausible keeps from asking for hosts that are only half typed.
func plausible(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := u.Hostname()
	return login.Loopback(u) || strings.Contains(strings.Trim(host, "."), ".") || strings.Contains(host, ":")
}

func (p *Page) inspected(in login.Survey, err error) {
	p.seen, p.unseen = nil, err
	if err == nil {
		p.seen = &in
	}
	if p.step == where {
		p.form.Set(p.fields()...) // a field may have come or gone
	}
}

// elsewhere is the origin of the page that asks for the password, if that is not
// the origin of the address. Nothing is typed there unless the person allows it.
func (p *Page) elsewhere() string {
	if p.seen == nil || !p.seen.Username && !p.seen.Password {
		return ""
	}
	ended, err := store.ParseTargetURL(p.seen.URL)
	if err != nil {
		return ""
	}
	asked, err := url.Parse(p.asked)
	if err != nil || store.OriginOf(asked) == store.OriginOf(ended) {
		return ""
	}
	return store.OriginOf(ended)
}

// checkName checks the name, and that no target has it.
func (p *Page) checkName() error {
	name := strings.TrimSpace(p.name.Value())
	if name != p.name.Value() {
		p.name.Input.SetValue(name)
	}
	if err := store.CheckName(name); err != nil {
		return err
	}
	if p.taken[name] {
		return store.WithHint(fmt.Errorf("there is a target called %s already", name),
			"Call this one "+p.free(name)+", or change that one: gatepass edit "+name)
	}
	return nil
}

// common are the parts of host names that say nothing about the application.
var common = []string{"www", "login", "signin", "sso", "auth", "accounts", "account", "id", "idp", "app", "my", "portal"}

// suggestName derives a name from the address, as long as none was typed.
func (p *Page) suggestName() {
	if p.named {
		return
	}
	v := p.url.Value()
	if _, rest, ok := strings.Cut(v, "://"); ok {
		v = rest
	}
	u, err := url.Parse("https://" + strings.TrimSpace(v))
	if err != nil {
		return
	}
	name := nameOf(u.Hostname())
	if store.CheckName(name) != nil {
		name = ""
	}
	p.name.Problem = nil
	p.name.Input.SetValue(p.free(name))
}

func nameOf(host string) string {
	host = strings.ToLower(strings.Trim(host, "."))
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	if len(labels) < 2 || last == "" || last[0] >= '0' && last[0] <= '9' {
		return host // a single name, or an address in numbers
	}
	for _, l := range labels[:len(labels)-1] {
		if !slices.Contains(common, l) {
			return l
		}
	}
	return labels[0]
}

// free is name, or with a number that makes it one that no target has.
func (p *Page) free(name string) string {
	if name == "" || !p.taken[name] {
		return name
	}
	for n := 2; ; n++ {
		if numbered := fmt.Sprintf("%s-%d", name, n); !p.taken[numbered] {
			return numbered
		}
	}
}

// asks says what an inspected page asks for.
func asks(in login.Inspection) string {
	var wants []string
	for _, w := range []struct {
		seen bool
		name string
	}{{in.Username, "username"}, {in.Password, "password"}, {in.OTP, "one-time code"}} {
		if w.seen {
			wants = append(wants, w.name)
		}
	}
	switch len(wants) {
	case 0:
		return ""
	case 1:
		return "asks for the " + wants[0]
	}
	return "asks for " + strings.Join(wants[:len(wants)-1], ", ") + " and " + wants[len(wants)-1]
}

// seenLines tell what was found at the address.
func (p *Page) seenLines(w int) []string {
	s := p.env.Styles
	switch {
	case p.inspecting.Busy():
		frame := int(p.env.Now().UnixMilli() / 150)
		return []string{widget.MarkRunning.Of(s, frame) + " looking at the page…"}
	case p.unseen != nil:
		return ui.ErrorLines(s, p.unseen, w)
	case p.seen == nil:
		return nil
	}
	in := p.seen
	var lines []string
	what := asks(in.Inspection)
	if title := text.Clean(in.Title); title != "" {
		what = strings.TrimSuffix("“"+text.Cut(title, 60)+"” "+what, " ")
	}
	sign := s.Good.Of("✓ ")
	if in.Diagnosis != nil {
		sign = s.Dim.Of("· ")
	}
	if what != "" {
		lines = append(lines, ui.Hanging(sign, what+".", w)...)
	}
	if d := in.Diagnosis; d != nil {
		d := d.For(p.name.Value())
		lines = append(lines, ui.Hanging(s.Warn.Of("! "), text.Clean(d.Title)+". "+text.Clean(d.Detail), w)...)
		lines = append(lines, ui.Hanging(s.Accent.Of("→ "), text.Clean(d.Remedy), w)...)
	}
	for _, n := range in.Notes {
		lines = append(lines, ui.Hanging(s.Dim.Of("· "), text.Clean(n), w)...)
	}
	return append(lines, surveyLines(s, *in, w)...)
}

// surveyLines tell what of the page is what, who asks, and what can go through it.
func surveyLines(s *theme.Styles, in login.Survey, w int) []string {
	var lines []string
	say := func(head, what string) {
		if what != "" {
			lines = append(lines, ui.Hanging("  "+s.Dim.Of(text.Pad(head, 8)), text.Clean(what), w)...)
		}
	}
	var fields, routes []string
	for _, f := range in.Fields {
		fields = append(fields, strings.TrimSpace(string(f.Role)+" "+f.Selector))
	}
	if in.Submit != "" {
		fields = append(fields, "button "+in.Submit)
	}
	for _, r := range in.Routes {
		if r.Fit != "unlikely" {
			routes = append(routes, string(r.Route)+" "+r.Fit)
		}
	}
	say("fields", strings.Join(fields, ", "))
	say("asks", in.Provider)
	if in.Title != "" || len(lines) > 0 { // of a page that did not come, it says nothing
		say("driver", in.Driver)
	}
	say("routes", strings.Join(routes, ", "))
	return lines
}
