package wizard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/duo"
	"gatepass/store"
	"gatepass/tui/internal/form"
	"gatepass/tui/internal/talk"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
)

// duoState says as whom Duo knows the account.
type duoState struct {
	tenant, integration, known *form.Field

	talk   talk.Talk // reading the applications
	about  string    // the tenant whose they are
	apps   []duo.Application
	unread error // why they could not be read
}

type appsResult struct{ apps []duo.Application }

func (p *Page) newDuo() duoState {
	return duoState{
		tenant:      form.Line("Duo tenant", "may stay empty", p.checkTenant),
		integration: form.Line("Application", "its integration key, DI…; may stay empty", p.checkIntegration),
		known:       form.Line("Known as", "if Duo knows the account by another name", nil),
	}
}

// tenant is the tenant that was chosen.
func (p *Page) tenant() (store.Tenant, bool) {
	i := slices.IndexFunc(p.tenants, func(t store.Tenant) bool { return t.Name == strings.TrimSpace(p.duo.tenant.Value()) })
	if i < 0 || p.foreign() {
		return store.Tenant{}, false
	}
	return p.tenants[i], true
}

// administers reports whether gatepass can have Duo make things: the tenant has an
// Admin API application.
func (p *Page) administers() bool {
	t, ok := p.tenant()
	return ok && t.AdminIKey != ""
}

func (p *Page) checkTenant() error {
	name := strings.TrimSpace(p.duo.tenant.Value())
	if _, ok := p.tenant(); ok || name == "" {
		return nil
	}
	return store.WithHint(errors.New("no Duo tenant is called that"), "There are: "+p.tenantNames()+".")
}

func (p *Page) tenantNames() string {
	names := make([]string, len(p.tenants))
	for i, t := range p.tenants {
		names[i] = t.Name
	}
	return strings.Join(names, ", ")
}

// checkIntegration takes the number or the name of an application for its key.
func (p *Page) checkIntegration() error {
	v := strings.TrimSpace(p.duo.integration.Value())
	for i, a := range p.duo.apps {
		if v == strconv.Itoa(i+1) || v != "" && strings.EqualFold(v, a.Name) {
			v = a.Key
		}
	}
	if v != p.duo.integration.Value() {
		p.duo.integration.Input.SetValue(v)
	}
	if v == "" {
		return nil
	}
	t := store.Target{Name: "x", URL: "https://x.invalid/", Username: "x", Route: store.RouteExemption, Duo: store.TargetDuo{Tenant: "x", Integration: v}}
	if err := t.Validate(); err != nil {
		return store.WithHint(err, "It begins with DI and has 20 characters; the list has the number of each application.")
	}
	return nil
}

// readApps reads the applications of the tenant, if another one than before was chosen.
func (p *Page) readApps() tea.Cmd {
	t, ok := p.tenant()
	if !ok || t.AdminIKey == "" || t.Name == p.duo.about {
		return nil
	}
	p.duo.about, p.duo.apps, p.duo.unread = t.Name, nil, nil
	gate := p.env.Gate
	return talk.Ask(&p.duo.talk, p.env, "reading the applications of "+t.Name, func(ctx context.Context, tell auth.DuoSink) (appsResult, error) {
		apps, err := gate.DuoApplications(ctx, t.Name, tell)
		return appsResult{apps}, err
	})
}

// accountLines say what can be chosen.
func (p *Page) accountLines(w int) []string {
	s := p.env.Styles
	lines := dimLines(s, "Tenants: "+p.tenantNames()+".", w)
	switch {
	case p.duo.talk.Busy():
		return append(lines, p.duo.talk.Lines(s, p.env.Now(), w)...)
	case p.duo.unread != nil:
		return append(lines, ui.ErrorLines(s, p.duo.unread, w)...)
	case len(p.duo.apps) == 0:
		return lines
	}
	lines = append(lines, "", s.Dim.Of("Applications: type the number"))
	for i, a := range p.duo.apps {
		row := fmt.Sprintf("%3d  %s  ", i+1, a.Key)
		lines = append(lines, text.Cut(row+text.Clean(a.Name)+s.Dim.Of("  "+text.Clean(a.Type)), w))
	}
	return lines
}
