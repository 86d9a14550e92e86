package chrome

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"github.com/chromedp/cdproto/input"

	"gatepass/auth/login"
	"gatepass/store"
)

// Submit implements [login.Driver]. Fields are filled in as a person does it, with
// keys, and the form is sent with its button, with Enter where it has none, or not
// at all where the page goes on by itself.
func (d *Driver) Submit(ctx context.Context, p login.Page, s login.Submission) (login.Page, error) {
	if err := d.launch(ctx); err != nil {
		return login.Page{}, err
	}
	if d.seen == nil || !d.fits(s) {
		return login.Page{}, errors.New("the form is not one of the page in front")
	}
	if err := d.mayType(ctx, p, s); err != nil {
		return login.Page{}, err
	}
	d.arm(s.Inputs)
	defer d.disarm()
	later := slices.DeleteFunc(slices.Clone(s.Inputs), func(in login.Input) bool { return d.seen.page.Fields[in.Field].Visible })
	now := slices.DeleteFunc(slices.Clone(s.Inputs), func(in login.Input) bool { return !d.seen.page.Fields[in.Field].Visible })
	if len(now) == 0 && len(later) > 0 {
		return login.Page{}, login.Stop(login.NeedsClick, nil, "The fields at %s show only after something else has been clicked.", login.Bare(p.URL))
	}
	after, err := d.put(ctx, now, s)
	if err != nil {
		return login.Page{}, d.lost(ctx, err)
	}
	if len(later) == 0 {
		return d.arrive(after, nil)
	}
	return d.putLater(ctx, after, later)
}

// fits reports whether a submission is about the page that was seen last.
func (d *Driver) fits(s login.Submission) bool {
	for _, in := range s.Inputs {
		if in.Field < 0 || in.Field >= len(d.seen.fields) || d.seen.fields[in.Field].in == nil {
			return false
		}
	}
	if c := s.Choice; c != nil && (c.Field < 0 || c.Field >= len(d.seen.fields) || d.seen.fields[c.Field].in == nil) {
		return false
	}
	return s.Button < len(d.seen.buttons) && s.Form < len(d.seen.forms)
}

// mayType checks, before a single key, that whoever gets to see what is typed may:
// the document that each field stands in, and where the form goes. It may wait for
// somebody to be asked.
func (d *Driver) mayType(ctx context.Context, p login.Page, s login.Submission) error {
	if len(s.Inputs) == 0 && !s.Bearer {
		return nil
	}
	roles := login.RolesOf(s.Inputs)
	if len(s.Inputs) == 0 {
		if err := d.o.Guard.Check(ctx, p.URL); err != nil {
			return login.Stop(login.UnexpectedOrigin, err, "The page that passes on what signs in is at %s; %s.", login.Bare(p.URL), err)
		}
	}
	for _, in := range s.Inputs {
		at := d.seen.fields[in.Field].address
		if err := d.o.Guard.Check(ctx, at, d.rolesAt(at, s.Inputs)...); err != nil {
			return login.Stop(login.UnexpectedOrigin, err, "What asks for %s is at %s; %s.", named(roles), login.Bare(at), err)
		}
		// A page around a frame of another origin does not see what is typed there,
		// and yet it is what a person would trust.
		if err := d.o.Guard.Check(ctx, p.URL, d.rolesAt(p.URL, s.Inputs)...); err != nil {
			return login.Stop(login.UnexpectedOrigin, err, "The page that asks for %s is at %s; %s.", named(roles), login.Bare(p.URL), err)
		}
	}
	if action := p.Action(s.Form, s.Button); action != nil {
		if err := d.o.Guard.Check(ctx, action, roles...); err != nil {
			return login.Stop(login.UnexpectedOrigin, err, "A form with %s was to be sent to %s; %s.", named(roles), d.guard.typed.Bare(action), err)
		}
	}
	return nil
}

// rolesAt lists what is about to be typed into documents of one origin.
func (d *Driver) rolesAt(u *url.URL, inputs []login.Input) []login.Role {
	own := slices.DeleteFunc(slices.Clone(inputs), func(in login.Input) bool {
		return login.Origin(d.seen.fields[in.Field].address) != login.Origin(u)
	})
	return login.RolesOf(own)
}

// named says roles for people, and what signs in without being typed.
func named(roles []login.Role) string {
	if names := login.RoleNames(roles); names != "" {
		return names
	}
	return "what signs in"
}

// arm makes the guard know what is about to be typed.
func (d *Driver) arm(inputs []login.Input) {
	d.remember(inputs)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.guard.typed.AddInputs(inputs)
	d.guard.any = true
	if len(inputs) > 0 {
		d.bearers = nil // what counts is what the application sends from now on
	}
	d.guard.typing = len(inputs) > 0
}

// remember keeps what a picture must not show.
func (d *Driver) remember(inputs []login.Input) {
	if d.touched == nil {
		d.touched = map[spot]bool{}
	}
	boxes := ""
	for _, in := range inputs {
		if in.Role == login.RoleUsername {
			continue
		}
		h := d.seen.fields[in.Field]
		d.touched[spot{h.in, h.node}] = true
		if v := in.Value.Reveal(); len(v) > 1 {
			d.values = append(d.values, in.Value)
		} else {
			boxes += v
		}
	}
	if boxes != "" {
		d.values = append(d.values, store.NewSecret(boxes))
	}
}

// rearm has the guard expect keys again.
func (d *Driver) rearm(inputs []login.Input) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.guard.typing = len(inputs) > 0
}

// disarm has the guard expect no more keys: what waited for that is weighed again.
func (d *Driver) disarm() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.guard.typing = false
	late := d.guard.late
	d.guard.late = nil
	for _, again := range late {
		again()
	}
}

// put fills in, sends, and waits for what comes. If the page draws its form anew
// meanwhile, it begins again.
func (d *Driver) put(ctx context.Context, inputs []login.Input, s login.Submission) (*sight, error) {
	was := d.stand()
	sent := d.sent(was.tab)
	for refits := 0; ; refits++ {
		err := d.fillIn(ctx, was, inputs)
		d.disarm()
		pressed := err == nil
		if pressed {
			if d.wentOn(ctx, was, sent, inputs) {
				after, err := d.still(ctx, nil, was)
				if err != nil || !d.unmoved(was, after) {
					return after, err
				}
				sent = d.sent(was.tab) // that was about something else
			}
			err = d.press(ctx, inputs, s)
		}
		redrawn := errors.Is(err, errRedrawn)
		switch {
		case err == nil || errors.Is(err, errLeft) && !redrawn || redrawn && pressed && (d.sent(was.tab) != sent || d.carried(was.tab) != was.carried):
			return d.still(ctx, nil, was)
		case !redrawn || refits == maxRefits:
			return nil, err
		}
		if inputs, s, err = d.refit(ctx, was, inputs, s); errors.Is(err, errLeft) {
			return d.still(ctx, nil, was)
		} else if err != nil {
			return nil, err
		}
		d.rearm(inputs)
	}
}

// fillIn types the values, one field after the other.
func (d *Driver) fillIn(ctx context.Context, was before, inputs []login.Input) error {
	for i, in := range inputs {
		if err := d.standsStill(was); err != nil {
			return err
		}
		h := d.seen.fields[in.Field]
		var err error
		if len(inputs) > 1 && in.Role == login.RoleCode && len([]rune(in.Value.Reveal())) == 1 {
			err = d.typeBox(ctx, h, in.Value)
		} else {
			err = d.typeInto(ctx, h, in.Value)
		}
		var unfit *login.Stopped
		switch {
		case err == nil:
		case i == len(inputs)-1 && in.Role == login.RoleCode && errors.Is(err, errLeft) && !errors.As(err, &unfit):
			// It was typed, and the page went on by itself.
		default:
			return d.onPage(ctx, h, err)
		}
	}
	return nil
}

// standsStill reports whether the page that was read is still the one in front:
// keys go to whatever has the focus.
func (d *Driver) standsStill(was before) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.stop != nil:
		return d.stop
	case d.front != was.tab || was.tab.closed:
		return login.Stop(login.TooManyPages, nil, "The page changed while it was being filled in.")
	}
	return nil
}

func (d *Driver) sent(t *tab) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return t.sent
}

// unmoved reports whether the page in front neither was left nor says anything new,
// and nothing secret has left it since the act.
func (d *Driver) unmoved(was before, now *sight) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.front == was.tab && now.shape == was.shape && now.told() == was.told && was.tab.carried == was.carried
}

// wentOn reports whether the page went on by itself when the last character of a
// code was typed, as many do. That something else was sent, to where the page had not
// sent anything before, may mean that and may not.
func (d *Driver) wentOn(ctx context.Context, was before, sent int, inputs []login.Input) bool {
	if len(inputs) == 0 || inputs[len(inputs)-1].Role != login.RoleCode {
		return false
	}
	if err := breathe(ctx, d.seen.fields[inputs[len(inputs)-1].Field].in); err != nil {
		return true // what the question was put to is not there any more
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return was.tab.moving || was.tab.sent != sent || was.tab.carried != was.carried || d.front != was.tab || d.stop != nil
}

// press makes the choice, if there is one, and sends the form.
func (d *Driver) press(ctx context.Context, inputs []login.Input, s login.Submission) error {
	if s.Choice != nil {
		if err := d.choose(ctx, *s.Choice); err != nil {
			return err
		}
	}
	switch {
	case s.Button >= 0 && d.seen.buttons[s.Button].in != nil:
		h := d.seen.buttons[s.Button]
		return d.onPage(ctx, h, d.click(ctx, h))
	case len(inputs) > 0:
		return d.enter(ctx, d.seen.fields[inputs[len(inputs)-1].Field])
	case s.Form >= 0 && d.seen.forms[s.Form].in != nil:
		_, err := apply[bool](ctx, d.seen.forms[s.Form], `function () { HTMLFormElement.prototype.submit.call(this); return true }`)
		return err
	}
	return login.Stop(login.NeedsClick, nil, "There is nothing on %s to send it with.", login.Bare(d.seen.page.URL))
}

// putLater fills in the fields that showed only after the first ones were sent, as
// a password does behind a username.
func (d *Driver) putLater(ctx context.Context, after *sight, later []login.Input) (login.Page, error) {
	d.mu.Lock()
	d.seen, d.last = after, after.page
	d.mu.Unlock()
	reading := login.Read(after.page)
	var inputs []login.Input
	for _, in := range later {
		at := -1
		switch in.Role {
		case login.RolePassword:
			at = reading.Password
		case login.RoleCode:
			if len(reading.Code) == 1 {
				at = reading.Code[0]
			}
		}
		if at < 0 || !after.page.Fields[at].Visible {
			return d.arrive(after, nil) // something else came first
		}
		inputs = append(inputs, login.Input{Field: at, Role: in.Role, Value: in.Value})
	}
	s := login.Submission{Form: reading.Form, Inputs: inputs, Button: reading.Button}
	if err := d.mayType(ctx, after.page, s); err != nil {
		return login.Page{}, err
	}
	d.arm(inputs)
	last, err := d.put(ctx, inputs, s)
	if err != nil {
		return login.Page{}, d.lost(ctx, err)
	}
	return d.arrive(last, nil)
}

var enterKey = []input.DispatchKeyEventParams{
	{Type: input.DispatchKeyEventTypeRawKeyDown, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, NativeVirtualKeyCode: 13},
	{Type: input.DispatchKeyEventTypeChar, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, NativeVirtualKeyCode: 13, Text: "\r", UnmodifiedText: "\r"},
	{Type: input.DispatchKeyEventTypeKeyUp, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, NativeVirtualKeyCode: 13},
}
