package login

import (
	"context"
	"strings"
)

// replay does the next part of the recording on the page in front, if there is one and
// the page lets it: what belongs to no login's pages but to the way between them, what
// must be said, and what must not be done, is decided all the same. It reports whether
// another page is in front because of it.
func (r *run) replay(ctx context.Context, decided Step) (acted bool, err error) {
	if r.tape.over() {
		return false, nil
	}
	f := newFinder(r.page, r.memory.Bypass)
	s, miss := r.tape.next(f)
	switch {
	case decided.Do == DoFinish && logoutLink(r.page): // it is through, sooner than it was then
		r.tape.at = len(r.tape.steps)
		return false, nil
	case betweenPages(decided, r.raw.Name()):
		return false, nil
	case ownAnswer(decided):
		if miss == nil && len(s.fills) == 0 {
			r.tape.at = s.end
		}
		return false, nil
	case miss != nil && decided.Do == DoFinish: // what is left of it was not asked for
		r.tape.at = len(r.tape.steps)
		return false, nil
	case miss != nil:
		r.arrive(decided) // so that it is said of the stage that it happens in
		r.leaveTape(miss.String())
		return false, nil
	case !s.acts():
		r.tape.at = len(r.tape.steps)
		return false, nil
	case r.mustNot(decided, s):
		r.tape.at = len(r.tape.steps)
		return false, nil
	}
	r.tape.at = s.end
	for _, i := range s.boxes {
		r.answers = append(r.answers, "left as it was what the recording clicks: "+Quote(r.page.Fields[i].Label))
	}
	switch {
	case len(s.fills) > 0:
		step := r.filling(f, s, decided)
		r.arrive(step)
		return true, r.fill(ctx, step)
	case s.open != nil:
		r.trail = append(r.trail, Act{Do: ActOpen, Page: r.hide.Bare(s.open)})
		return true, r.arriveAt(r.driver.Open(ctx, s.open))
	case s.link >= 0:
		to := r.page.Links[s.link].URL
		r.trail = append(r.trail, Act{Do: ActOpen, Page: r.hide.Bare(to)})
		return true, r.arriveAt(r.driver.Open(ctx, to))
	}
	return true, r.press(ctx, s.button, decided)
}

// leaveTape goes on without the recording, and says so.
func (r *run) leaveTape(why string) {
	r.tape.left = why + "; went on by reading the page"
	r.answers = append(r.answers, r.tape.left)
	r.rec.note(r.rec.running(), r.tape.left)
}

// aboutTape says in a diagnosis that the recording was left, which may be why.
func (r *run) aboutTape() string {
	if r.tape == nil || r.tape.left == "" {
		return ""
	}
	return " " + strings.ToUpper(r.tape.left[:1]) + r.tape.left[1:] + "."
}

// betweenPages reports whether a page is none that somebody acts on: it leads on by
// itself, waits for a person, or needs another driver to be seen at all.
func betweenPages(decided Step, driver string) bool {
	switch decided.Do {
	case DoFollow, DoWait:
		return true
	case DoContinue:
		return decided.Reading.Kind == KindAutoSubmit
	case DoStop:
		return driver == "http" && decided.Stop == NeedsBrowser
	}
	return false
}

// ownAnswer reports whether a page asks what is answered by rule: a verification leaves
// no trusted browser behind, whatever was clicked then.
func ownAnswer(decided Step) bool {
	if decided.Do != DoContinue {
		return false
	}
	switch decided.Reading.Kind {
	case KindTrust, KindStay, KindNag, KindConsent:
		return true
	}
	return false
}

// mustNot reports what a recording does not override: nothing is sent a second time, no
// challenge is answered that should not be there, a refusal is the end, and nobody is
// signed out.
func (r *run) mustNot(decided Step, s stretch) bool {
	for _, role := range s.roles() {
		switch {
		case role == RoleUsername && r.memory.SentUsername && r.memory.UsernameTo == Origin(r.page.URL),
			role == RolePassword && r.memory.SentPassword,
			role == RoleCode && (r.memory.SentCode || r.memory.unasked() != ""):
			return true
		}
	}
	if s.button >= 0 && logoutWords.in(proseOf(r.page.Buttons[s.button].Label)) {
		return true
	}
	if s.link >= 0 {
		if l := r.page.Links[s.link]; logoutWords.in(proseOf(l.Text)) || logoutNames.in(namesOf(path(l.URL))) {
			return true
		}
	}
	if kind := decided.Reading.Kind; (kind == KindMethods || kind == KindWaiting) && (r.memory.Push || r.memory.Bypass) {
		return true
	}
	return decided.Do == DoStop && !overridden(decided.Stop, len(s.fills) > 0)
}

// overridden reports whether a recording knows better than a reading: it was made for
// pages that cannot be read. What a page says of the account, and a gate against robots,
// stand. A code of another kind is not filled in, but may be clicked away from.
func overridden(why Code, fills bool) bool {
	switch why {
	case PageNotFound, NeedsClick, NeedsBrowser, PasskeyOnly, MethodMissing, PushOnly, UnknownPrompt:
		return true
	case OtherChannel, NeedsBackup:
		return !fills
	}
	return false
}

// filling makes a stretch into a step as deciding gives it.
func (r *run) filling(f *finder, s stretch, decided Step) Step {
	step := Step{Do: DoFill, Roles: s.roles(), Reading: Reading{
		Form: NoForm, Username: -1, Password: -1, Button: s.button, Yes: -1, Away: -1, Ways: noWays,
	}}
	read := &step.Reading
	for i, fill := range s.fills {
		if i == 0 || read.Form == NoForm {
			read.Form = r.page.Fields[fill.field].Form
		}
		switch fill.step.Role {
		case RoleUsername:
			read.Username = fill.field
		case RolePassword:
			read.Password = fill.field
		case RoleCode:
			read.Code = append(read.Code, fill.field)
		}
	}
	if len(read.Code) == 1 {
		read.Code = f.view.rowOf(read.Code[0])
	}
	if read.Button < 0 && !s.enter && decided.Reading.Form == read.Form {
		read.Button = decided.Reading.Button
	}
	read.Kind = kindOf(step.Roles)
	return step
}

// rowOf gives the boxes that a field is the first of, or the field alone.
func (v *view) rowOf(field int) []int {
	if !v.isBox(field) {
		return []int{field}
	}
	var row []int
	for _, i := range v.form(v.Fields[field].Form).usable {
		if i >= field && v.isBox(i) && v.alike(field, i) {
			row = append(row, i)
		}
	}
	if len(row) < 4 {
		return []int{field}
	}
	return row
}

// kindOf names a page by what is filled in there.
func kindOf(roles []Role) Kind {
	has := map[Role]bool{}
	for _, r := range roles {
		has[r] = true
	}
	switch {
	case has[RolePassword] && has[RoleCode]:
		return KindBothCode
	case has[RolePassword] && has[RoleUsername]:
		return KindBoth
	case has[RolePassword]:
		return KindPassword
	case has[RoleCode]:
		return KindCode
	}
	return KindUsername
}

// press clicks a button that nothing is filled in for.
func (r *run) press(ctx context.Context, button int, decided Step) error {
	decided.Do = DoContinue
	r.arrive(decided)
	b := r.page.Buttons[button]
	r.answers = append(r.answers, "pressed "+Quote(b.Label)+", as recorded")
	s := Submission{Form: b.Form, Button: button, Bearer: r.memory.SentPassword}
	r.trackForm(s, decided.Reading.Kind)
	return r.arriveAt(r.driver.Submit(ctx, r.page, s))
}
