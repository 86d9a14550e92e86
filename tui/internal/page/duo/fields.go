package duo

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/store"
	"gatepass/tui/internal/form"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// fields are all that is ever filled in on this page.
type fields struct {
	ip *form.Field

	count, valid, uses, replace *form.Field
	wipe                        bool

	name, host, authIKey, authKey, adminIKey, adminKey, ca *form.Field
	change                                                 bool // the tenant is there already
}

type (
	keptResult   struct{ name string }
	editedResult struct{ said string }
)

func (p *Page) newFields() fields {
	f := fields{
		ip:    form.Line("Address", "203.0.113.10; empty: not said", p.checkIP),
		count: form.Line("How many", "one for each login", nil),
		valid: form.Line("Good for", "such as 2h", nil),
		uses:  form.Line("Uses each", "1, or more", nil),

		name:      form.Line("Name", "what you will call the tenant", nil),
		host:      form.Line("API host", "api-1a2b3c4d.duosecurity.com", nil),
		authIKey:  form.Line("Auth API", "integration key, DI…; may stay empty", nil),
		authKey:   form.Masked("  secret", "or the path of a file with it", nil),
		adminIKey: form.Line("Admin API", "integration key, DI…; may stay empty", nil),
		adminKey:  form.Masked("  secret", "or the path of a file with it", nil),
		ca:        form.Line("CA file", "its whole path; empty: Duo's own certificates", nil),
	}
	f.count.Input.SetValue("12")
	f.valid.Input.SetValue("2h")
	f.uses.Input.SetValue("1")
	f.replace = form.Switch("Delete every other code of the account, whoever made it.", &p.fields.wipe)
	f.count.Check = func() error { return checkNumber(f.count) }
	f.uses.Check = func() error { return checkNumber(f.uses) }
	f.valid.Check = func() error { return checkSpan(f.valid) }
	f.name.Check = func() error { return store.CheckName(tidy(f.name)) }
	// A tenant with one thing alone says what is wrong with it.
	f.host.Check = func() error { return store.Tenant{Name: "x", APIHost: tidy(f.host)}.Validate() }
	f.authIKey.Check = func() error { return checkIKey(f.authIKey) }
	f.adminIKey.Check = func() error { return checkIKey(f.adminIKey) }
	f.ca.Check = func() error {
		return store.Tenant{Name: "x", APIHost: "api.duosecurity.com", CAFile: tidy(f.ca)}.Validate()
	}
	return f
}

// tidy takes the spaces off both ends of what was typed.
func tidy(f *form.Field) string {
	v := strings.TrimSpace(f.Value())
	if v != f.Value() {
		f.Input.SetValue(v)
	}
	return v
}

func checkNumber(f *form.Field) error {
	if n, err := strconv.Atoi(tidy(f)); err != nil || n < 1 {
		return errors.New("a number from 1 on is needed")
	}
	return nil
}

func checkSpan(f *form.Field) error {
	if d, err := time.ParseDuration(tidy(f)); err != nil || d < time.Minute {
		return errors.New("a time looks like 2h, 90m or 72h")
	}
	return nil
}

func (p *Page) checkIP() error {
	v := tidy(p.fields.ip)
	if _, err := netip.ParseAddr(v); v != "" && err != nil {
		return errors.New("one address is needed, such as 203.0.113.10")
	}
	return nil
}

func checkIKey(f *form.Field) error {
	if (store.Tenant{Name: "x", APIHost: "api.duosecurity.com", AuthIKey: tidy(f)}).Validate() != nil {
		return errors.New("an integration key is DI and 18 capital letters and digits; the secret key goes below it")
	}
	return nil
}

// order is what was filled in of codes to be issued.
func (f *fields) order() auth.BypassOrder {
	o := auth.BypassOrder{Replace: f.wipe}
	o.Count, _ = strconv.Atoi(tidy(f.count))
	o.Uses, _ = strconv.Atoi(tidy(f.uses))
	o.Valid, _ = time.ParseDuration(tidy(f.valid))
	return o
}

// formKey fills in. The last field's enter does what the form is for.
func (p *Page) formKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	if p.act.Busy() || p.keeping.Busy() {
		return nil
	}
	switch {
	case key.Matches(msg, k.Next):
		return p.nextField()
	case key.Matches(msg, k.Field):
		p.form.Move(+1)
	case key.Matches(msg, k.Before):
		p.form.Move(-1)
	case key.Matches(msg, k.Toggle):
		p.form.Flip()
	default:
		if p.form.Edit(msg) != nil {
			p.actErr = nil
		}
	}
	return nil
}

func (p *Page) nextField() tea.Cmd {
	if f := p.form.Focused(); !f.Leave() {
		return nil
	}
	if !p.form.Last() {
		p.form.Move(+1)
		return nil
	}
	if !p.form.Fine() {
		return nil
	}
	switch p.mode {
	case locating:
		p.ip = p.fields.ip.Value()
		p.toOverview()
		return p.askStatus()
	case ordering:
		return p.plan()
	case adding:
		p.sureTenant()
	default:
	}
	return nil
}

// openTenant shows the form of a tenant: an empty one, or that of one that is there.
func (p *Page) openTenant(t *store.Tenant) {
	f := &p.fields
	if f.change != (t != nil) {
		for _, field := range []*form.Field{f.name, f.host, f.authIKey, f.authKey, f.adminIKey, f.adminKey, f.ca} {
			field.Input.SetValue("")
			field.Problem = nil
		}
	}
	f.change = t != nil
	shown := []*form.Field{f.name, f.host, f.authIKey, f.authKey, f.adminIKey, f.adminKey, f.ca}
	if t != nil {
		f.name.Input.SetValue(t.Name)
		f.host.Input.SetValue(t.APIHost)
		f.authIKey.Input.SetValue(t.AuthIKey)
		f.adminIKey.Input.SetValue(t.AdminIKey)
		f.ca.Input.SetValue(t.CAFile)
		shown = shown[1:]
	}
	p.open(adding, shown...)
}

func (p *Page) changeTenant() {
	if t, ok := p.known(); ok {
		p.openTenant(&t)
	}
}

// sureTenant shows once more what will be kept: a line break within something that is
// pasted would be enough to send the form.
func (p *Page) sureTenant() {
	f := &p.fields
	lines := []string{"API host " + tidy(f.host) + "."}
	for _, a := range []struct {
		name      string
		ikey, key *form.Field
	}{{"Auth API", f.authIKey, f.authKey}, {"Admin API", f.adminIKey, f.adminKey}} {
		if tidy(a.ikey) == "" {
			lines = append(lines, a.name+": none.")
			continue
		}
		key := "its secret key goes to " + ui.Named(p.env.Place.Backend) + "."
		if a.key.Empty() && f.change {
			key = "its secret key stays as it is."
		}
		lines = append(lines, a.name+": "+a.ikey.Value()+", "+key)
	}
	p.question(widget.NewConfirm("Keep the Duo tenant "+text.Cut(tidy(f.name), 40)+"?", "keep it", "not yet", lines...), p.keepTenant)
}

func (p *Page) keepTenant() tea.Cmd {
	f := &p.fields
	e := auth.TenantEnrolment{Replace: f.change, Tenant: store.Tenant{
		Name: tidy(f.name), APIHost: tidy(f.host), AuthIKey: tidy(f.authIKey), AdminIKey: tidy(f.adminIKey), CAFile: tidy(f.ca),
	}}
	authKey, adminKey := f.authKey.Input.Secret(), f.adminKey.Input.Secret()
	gate, files := p.env.Gate, p.env.Files
	p.actErr = nil
	return ui.Do(p.keeping.BeginIn(p.env, p.env.Life), func(ctx context.Context) (keptResult, error) {
		var err error
		if e.AuthKey, err = keyOf(ctx, files, authKey, "Auth API"); err != nil {
			return keptResult{}, err
		}
		if e.AdminKey, err = keyOf(ctx, files, adminKey, "Admin API"); err != nil {
			return keptResult{}, err
		}
		return keptResult{e.Tenant.Name}, gate.AddTenant(ctx, e)
	})
}

// keyOf takes a secret key as it was given, or out of the file that was named instead.
func keyOf(ctx context.Context, files ui.Files, given store.Secret, app string) (store.Secret, error) {
	v := strings.TrimSpace(given.Reveal())
	if !strings.ContainsAny(v, `/\`) { // no key has one
		return store.NewSecret(v), nil
	}
	if files == nil {
		return store.Secret{}, errors.New("files cannot be read here")
	}
	list, err := files(ctx, []string{strings.Trim(v, `'"`)})
	if err == nil && len(list) != 1 {
		err = errors.New("one file is needed")
	}
	if err != nil {
		return store.Secret{}, fmt.Errorf("the secret key of the %s: %w", app, err)
	}
	return store.NewSecret(strings.TrimSpace(string(list[0].Data))), nil
}

// askDrop asks before a tenant is removed from here.
func (p *Page) askDrop() {
	gate, name := p.env.Gate, p.tenant
	p.question(widget.NewTypedConfirm("Remove the Duo tenant "+name+"?", name, "remove it", "keep it",
		"Its file and its secret keys are deleted here. At Duo nothing changes."), func() tea.Cmd {
		return ui.Do(p.keeping.BeginIn(p.env, p.env.Life), func(ctx context.Context) (editedResult, error) {
			return editedResult{"Removed the Duo tenant " + name + "."}, gate.RemoveTenant(ctx, name)
		})
	})
}

// updateKept takes what came of keeping something here.
func (p *Page) updateKept(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case ui.Result[keptResult]:
		if !p.keeping.Done(msg.Run) {
			return nil
		}
		if p.actErr = msg.Err; msg.Err != nil {
			return nil
		}
		p.fields.authKey.Input.SetValue("")
		p.fields.adminKey.Input.SetValue("")
		p.env.Host.Say(ui.Notice{Level: ui.Success, Text: "Kept the Duo tenant " + msg.Value.name + "."})
		p.tenant, p.checked, p.status = msg.Value.name, nil, nil
		p.toOverview()
		return p.read()
	case ui.Result[editedResult]:
		if !p.keeping.Done(msg.Run) {
			return nil
		}
		p.toOverview()
		if p.actErr = msg.Err; msg.Err == nil {
			p.checked, p.status = nil, nil
			p.env.Host.Say(ui.Notice{Level: ui.Success, Text: msg.Value.said})
		}
		return p.read()
	}
	return nil
}

// pickTenant offers the tenants.
func (p *Page) pickTenant() {
	options := make([]widget.Option, len(p.tenants))
	for i, t := range p.tenants {
		options[i] = widget.Option{Name: t.Tenant.Name, Note: t.Tenant.APIHost}
	}
	p.offer(picking, widget.NewChoice(options...))
}

// choiceKey moves among what is offered; enter takes it.
func (p *Page) choiceKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	if !key.Matches(msg, k.Next) {
		p.choice.Update(msg, k.List)
		return nil
	}
	at := p.choice.Cursor()
	switch p.mode {
	case picking:
		return p.picked(p.tenants[at].Tenant.Name)
	case revoking:
		p.toOverview()
		return p.askRevoke(at == 1)
	case enroling:
		p.toOverview()
		p.sureEnrol(auth.TokenOrder{UseKept: at == 0, Replace: at == 1})
	case naming:
		app := p.apps[at]
		return p.edit("Duo's application of "+p.name+" is "+text.Clean(app.Name)+".", func(t *store.Target) {
			t.Duo.Integration = app.Key
			if t.Duo.Tenant == "" {
				t.Duo.Tenant = p.tenant
			}
		})
	default:
	}
	return nil
}

// picked shows a tenant, and makes it the target's.
func (p *Page) picked(name string) tea.Cmd {
	if p.target == nil {
		p.tenant, p.checked = name, nil
		p.toOverview()
		return p.checkAgain()
	}
	return p.edit("The account of "+p.name+" is in the tenant "+name+".", func(t *store.Target) {
		if t.Duo.Tenant != name {
			t.Duo.Tenant, t.Duo.Integration = name, ""
		}
	})
}

// edit changes the target's file.
func (p *Page) edit(said string, change func(*store.Target)) tea.Cmd {
	gate, name := p.env.Gate, p.name
	return ui.Do(p.keeping.BeginIn(p.env, p.env.Life), func(ctx context.Context) (editedResult, error) {
		return editedResult{said}, gate.Edit(ctx, name, change)
	})
}
