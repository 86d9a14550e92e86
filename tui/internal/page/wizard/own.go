package wizard

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/auth/otp/importer"
	"gatepass/store"
	"gatepass/tui/internal/form"
	"gatepass/tui/internal/ui"
)

// ownState is what a route needs beside a password.
type ownState struct {
	secret *form.Field // the seed
	enrol  *form.Field // have Duo make a token of a new seed
	token  bool

	codes       *form.Field // bypass codes that somebody issued
	issue       *form.Field // have Duo issue them
	issued      bool
	count       *form.Field
	valid, uses *form.Field
	lasts       *form.Field // as valid, of codes that somebody issued

	addresses *form.Field

	read    []store.Secret // the codes that were given
	fromKey string         // where the seed comes from, if not from the field: "the picture"
	reading ui.Task        // a file that was named instead
	file    string         // the one that was read
}

type (
	seedResult  struct{ key otp.Key }
	codesResult struct{ codes []store.Secret }
)

func (p *Page) newOwn() ownState {
	o := ownState{
		secret: form.Masked("Seed", "the otpauth:// link, the letters, or a picture's path", p.checkSeed),
		codes:  form.Masked("Codes", "paste them, or the path of a file", p.checkCodes),
		count:  form.Line("How many", "one for each login", nil),
		valid:  form.Line("Good for", "such as 2h", nil),
		lasts:  form.Line("Good for", "such as 24h; empty: for ever", nil),
		uses:   form.Line("Uses each", "1, or more", nil),
	}
	o.addresses = form.Line("Addresses", "203.0.113.10, 203.0.113.0/28", p.checkAddresses)
	o.count.Check = func() error { return checkCount(o.count, false) }
	o.uses.Check = func() error { return checkCount(o.uses, false) }
	o.valid.Check = func() error { return checkSpan(o.valid, false) }
	o.lasts.Check = func() error { return checkSpan(o.lasts, true) }
	o.count.Input.SetValue("12")
	o.valid.Input.SetValue("2h")
	o.uses.Input.SetValue("1")
	o.enrol = form.Switch("Have Duo make a token of a new seed instead, when this is stored.", &p.own.token)
	o.issue = form.Switch("Have Duo issue the codes instead, when this is stored.", &p.own.issued)
	return o
}

// ownFields are what the route's own step asks for.
func (p *Page) ownFields() []*form.Field {
	o := &p.own
	switch p.route() {
	case store.RouteOTP:
		switch {
		case !p.administers():
			return []*form.Field{o.secret}
		case o.token:
			return []*form.Field{o.enrol}
		}
		return []*form.Field{o.secret, o.enrol}
	case store.RouteBypassCode:
		switch {
		case !p.administers():
			return []*form.Field{o.codes, o.lasts, o.uses}
		case o.issued:
			return []*form.Field{o.issue, o.count, o.valid, o.uses}
		}
		return []*form.Field{o.issue, o.codes, o.lasts, o.uses}
	case store.RouteExemption:
		return []*form.Field{o.addresses}
	case store.RouteTrustedDevice:
		return []*form.Field{o.secret}
	}
	return nil
}

// ownEntered forgets what needs a tenant that is not chosen any more.
func (p *Page) ownEntered() {
	if !p.administers() {
		p.own.token, p.own.issued = false, false
		p.form.Set(p.fields()...)
		p.form.Focus(0)
	}
}

// readSeed reads the seed on every key: parsing costs microseconds, and whoever
// types it off a paper wants to see the moment when it is right.
func (p *Page) readSeed() {
	p.key, p.own.fromKey, p.own.file = nil, "", ""
	p.own.reading.Stop()
	v := p.own.secret.Value()
	if v == "" || isPath(v) {
		return
	}
	k, err := otp.Parse(v)
	if err != nil {
		p.own.secret.Problem = err
		return
	}
	p.key = &k
}

func (p *Page) checkSeed() error {
	optional := p.route() != store.RouteOTP || p.own.token
	switch {
	case p.key != nil, p.own.secret.Empty() && optional:
		return nil
	case p.own.secret.Empty():
		return store.WithHint(errors.New("the route otp needs a seed"),
			"It is behind the QR code when an authenticator app is enrolled: choose “enter it by hand” there. "+p.withoutSeed())
	case p.own.secret.Problem != nil:
		return p.own.secret.Problem
	}
	return errors.New("the file is not read yet")
}

// withoutSeed says what there is to do for whoever has no seed.
func (p *Page) withoutSeed() string {
	if p.administers() {
		return "Without one, have Duo make a token, below, or go back and choose another route."
	}
	return "Without one, go back and choose another route."
}

// isPath reports whether what was given for a secret is the path of a file. No seed
// and no code has a slash or begins with a dot.
func isPath(v string) bool {
	v = strings.TrimSpace(v)
	return strings.HasPrefix(v, "/") || strings.HasPrefix(v, "~/") || strings.HasPrefix(v, "./") || strings.HasPrefix(v, "../") ||
		len(v) > 2 && v[1] == ':' && v[2] == '\\'
}

// readFileIfNamed reads the file that a field names instead of holding the secret
// itself.
func (p *Page) readFileIfNamed() tea.Cmd {
	f := p.form.Focused()
	path := strings.Trim(strings.TrimSpace(f.Value()), `'"`)
	if !isPath(path) || path == p.own.file {
		return nil
	}
	f.Problem, p.own.file = nil, path
	files := p.env.Files
	if files == nil {
		f.Problem = errors.New("files cannot be read here")
		return nil
	}
	run := p.own.reading.Begin(p.env)
	if f == p.own.secret {
		return ui.Do(run, func(ctx context.Context) (seedResult, error) { return seedIn(ctx, files, path) })
	}
	return ui.Do(run, func(ctx context.Context) (codesResult, error) {
		list, err := files(ctx, []string{path})
		if err != nil || len(list) != 1 {
			return codesResult{}, errors.Join(err, oneOf(len(list), "file"))
		}
		codes, err := auth.ReadBypassCodes(store.NewSecret(string(list[0].Data)))
		return codesResult{codes}, err
	})
}

// seedIn takes the seed out of a picture or another file.
func seedIn(ctx context.Context, files ui.Files, path string) (seedResult, error) {
	list, err := files(ctx, []string{path})
	if err != nil {
		return seedResult{}, err
	}
	found, err := importer.ReadAll(ctx, list, importer.Options{})
	if err != nil {
		return seedResult{}, err
	}
	if len(found.Entries) != 1 {
		return seedResult{}, store.WithHint(oneOf(len(found.Entries), "seed"), "A target has one seed. Many are brought in by the import: i on the first page.")
	}
	return seedResult{found.Entries[0].Key}, nil
}

func oneOf(n int, what string) error {
	if n == 1 {
		return nil
	}
	return fmt.Errorf("there are %d %ss in it, and one is needed", n, what)
}

func (p *Page) seedRead(r seedResult, err error) {
	if err != nil {
		p.own.secret.Problem, p.own.file = err, ""
		return
	}
	p.key, p.own.fromKey = &r.key, "the file"
}

// listed keeps the line ends of what is pasted as something between codes: a field has
// one line.
func listed(msg tea.KeyMsg) tea.KeyMsg {
	if msg.Paste {
		v := strings.TrimSpace(string(msg.Runes))
		msg.Runes = []rune(strings.NewReplacer("\r\n", ",", "\n", ",", "\r", ",").Replace(v))
	}
	return msg
}

func (p *Page) readCodes() {
	p.own.read, p.own.file = nil, ""
	p.own.reading.Stop()
	v := p.own.codes.Value()
	if v == "" || isPath(v) {
		return
	}
	codes, err := auth.ReadBypassCodes(p.own.codes.Input.Secret())
	if err != nil {
		p.own.codes.Problem = err
		return
	}
	p.own.read = codes
}

func (p *Page) codesRead(r codesResult, err error) {
	if err != nil {
		p.own.codes.Problem, p.own.file = err, ""
		return
	}
	p.own.read = r.codes
}

func (p *Page) checkCodes() error {
	switch {
	case p.own.codes.Empty(), len(p.own.read) > 0:
		return nil // they may come later
	case p.own.codes.Problem != nil:
		return p.own.codes.Problem
	}
	return errors.New("the file is not read yet")
}

// span reads a length of time; nothing is none.
func span(f *form.Field) (time.Duration, error) {
	v := strings.TrimSpace(f.Value())
	if v == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < time.Minute {
		return 0, errors.New("a time looks like 2h, 90m or 72h")
	}
	return d, nil
}

func checkSpan(f *form.Field, mayMiss bool) error {
	d, err := span(f)
	if err == nil && d == 0 && !mayMiss {
		return errors.New("a time is needed, such as 2h")
	}
	return err
}

// order is what Duo is to issue.
func (p *Page) order() auth.BypassOrder {
	o := auth.BypassOrder{}
	o.Count, _ = strconv.Atoi(strings.TrimSpace(p.own.count.Value()))
	o.Uses, _ = strconv.Atoi(strings.TrimSpace(p.own.uses.Value()))
	o.Valid, _ = span(p.own.valid)
	return o
}

// bypass is what was given of bypass codes, nil if nothing was.
func (p *Page) bypass() *auth.BypassCodes {
	if p.route() != store.RouteBypassCode || p.own.issued || len(p.own.read) == 0 {
		return nil
	}
	b := &auth.BypassCodes{Codes: p.own.read, Terms: auth.BypassTerms{Uses: p.order().Uses}}
	if lasts, _ := span(p.own.lasts); lasts > 0 {
		b.Terms.Expires = p.env.Now().Add(lasts)
	}
	return b
}

// address is the first single address that was given, "" if there is none.
func (p *Page) address() string {
	for _, a := range fieldsOf(p.own.addresses.Value()) {
		if ip, err := netip.ParseAddr(a); err == nil {
			return ip.String()
		}
	}
	return ""
}
