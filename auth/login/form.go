package login

// candidate is one form, or part of one, with the roles of its fields.
type candidate struct {
	v         *view
	form      int
	fields    []int
	buttons   []int
	usernames []int
	passwords []int
	newOnes   []int
	codes     []int
	others    []Role // codes that come another way
	captcha   bool
	plain     []int // to be filled in, of no known role
	elses     int   // fields that are known to be for something else
	button    int   // the one to press, or -1
}

// candidates lists what might be the login. A page that is one large form, as some
// frameworks make it, is taken apart at its buttons.
func (v *view) candidates() []candidate {
	var all []candidate
	for form := NoForm; form < len(v.Forms); form++ {
		buttons := v.buttonsOf(form)
		for _, part := range v.parts(form, buttons) {
			if len(part.fields) > 0 {
				all = append(all, v.gather(form, part.fields, part.buttons))
			}
		}
	}
	return all
}

// part is a stretch of a form: fields and the buttons after them.
type part struct{ fields, buttons []int }

// parts takes a form apart where fields follow a button, if there is more in it
// than one login needs.
func (v *view) parts(form int, buttons []int) []part {
	fields := v.form(form).usable
	if len(fields) <= 3 || len(buttons) <= 1 {
		return []part{{fields, buttons}}
	}
	var all []part
	var now part
	b := 0
	for _, i := range fields {
		for b < len(buttons) && v.Buttons[buttons[b]].Order < v.Fields[i].Order {
			if len(now.fields) > 0 || len(all) == 0 {
				now.buttons = append(now.buttons, buttons[b])
			}
			b++
		}
		if len(now.fields) > 0 && len(now.buttons) > 0 {
			all, now = append(all, now), part{}
		}
		now.fields = append(now.fields, i)
	}
	now.buttons = append(now.buttons, buttons[b:]...)
	return append(all, now)
}

// buttonsOf lists what could send a form. Outside of forms any button could, by
// its script; inside, those that only run a script count if there is no other.
func (v *view) buttonsOf(form int) []int {
	var submits, scripted []int
	for i, b := range v.Buttons {
		switch {
		case b.Form != form || b.Disabled && form != NoForm || b.Type == "reset":
		case b.Submits():
			submits = append(submits, i)
		default:
			scripted = append(scripted, i)
		}
	}
	if form == NoForm {
		return inOrder(submits, scripted)
	}
	if len(submits) == 0 {
		return scripted
	}
	return submits
}

func inOrder(a, b []int) []int {
	all := make([]int, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		if len(b) == 0 || len(a) > 0 && a[0] < b[0] {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return all
}

func (v *view) gather(form int, fields, buttons []int) candidate {
	c := candidate{v: v, form: form, fields: fields, buttons: buttons}
	for _, i := range fields {
		switch role := v.role[i]; role {
		case RoleUsername:
			c.usernames = append(c.usernames, i)
		case RolePassword:
			c.passwords = append(c.passwords, i)
		case RoleNewPassword:
			c.newOnes = append(c.newOnes, i)
		case RoleCode:
			c.codes = append(c.codes, i)
		case RoleSMSCode, RoleMailCode, RoleBackupCode:
			c.others = append(c.others, role)
		case RoleCaptcha:
			c.captcha = true
		case roleElse:
			c.elses++
		default:
			c.plain = append(c.plain, i)
		}
	}
	c.codes = v.oneCode(c.codes)
	c.button = c.press()
	return c
}

// oneCode keeps what one code goes into: a row of boxes, or a single field. Of
// several whole fields the first counts; the others are for other ways.
func (v *view) oneCode(codes []int) []int {
	if len(codes) < 2 || v.isBox(codes[0]) {
		return codes
	}
	return codes[:1]
}

// username is the field for the account's name: one that says so, or else the
// nearest plain one before the password.
func (c *candidate) username() int {
	if len(c.passwords) == 0 {
		switch {
		case len(c.usernames) > 0:
			return c.usernames[0]
		case len(c.plain) == 1 && len(c.fields) == 1 && c.saysLogin():
			return c.plain[0] // whatever the account is called here
		}
		return -1
	}
	for _, list := range [][]int{c.usernames, c.plain} {
		best := -1
		for _, i := range list {
			if i < c.passwords[0] {
				best = i
			}
		}
		if best >= 0 {
			return best
		}
	}
	if len(c.usernames) > 0 {
		return c.usernames[0]
	}
	return -1
}

// saysLogin reports whether its own words say that it is a login.
func (c *candidate) saysLogin() bool {
	names, said, heading := c.speech()
	return loginNames.in(names) || loginWords.in(said) || loginWords.in(heading)
}

// asksOnlyName reports whether there is neither password nor code to fill in.
func (c *candidate) asksOnlyName() bool {
	return len(c.passwords)+len(c.newOnes)+len(c.codes)+len(c.others) == 0
}

// score says how much like a login it looks; 0: not at all.
func (c *candidate) score() int {
	s := c.structure()
	if s <= 0 {
		return 0
	}
	s += c.wording()
	least := 3
	if c.asksOnlyName() {
		least = 4 // a lone text field needs a word that it is a login
	}
	if s < least {
		return 0
	}
	return s
}

// structure weighs what there is, whatever it is called.
func (c *candidate) structure() int {
	s := 0
	switch n := len(c.passwords); {
	case n == 1:
		s += 5
	case n > 1:
		s -= 4
	}
	if len(c.newOnes) > 0 {
		s -= 6
	}
	if len(c.codes)+len(c.others) > 0 {
		s += 5
	}
	if c.username() >= 0 {
		s += 2
	}
	for _, i := range c.passwords {
		switch autocompleteOf(c.v.Fields[i]) {
		case "current-password":
			s += 3
		case "new-password":
			s -= 3
		}
	}
	if extra := len(c.plain) + c.elses - 1; extra > 0 {
		s -= extra
		if len(c.passwords) == 0 {
			s -= extra
		}
	}
	s += c.extras()
	f := c.v.form(c.form)
	if f.concealed {
		s -= 2
	}
	if c.form != NoForm {
		if c.v.isSearch(c.form) {
			s -= 10
		}
	}
	return s
}

// isSearch reports whether a form says that it searches.
func (v *view) isSearch(form int) bool {
	return form != NoForm && v.Forms[form].Role == "search"
}

// extras weighs what is not typed into: "remember me" belongs to a login, terms to
// accept and long texts to something else.
func (c *candidate) extras() int {
	s := 0
	for _, f := range c.v.Fields {
		if f.Form != c.form || !f.Visible || c.form == NoForm {
			continue
		}
		switch f.Type {
		case "checkbox":
			text := proseOf(f.Label, f.Near).and(namesOf(f.Name, f.ID))
			switch {
			case rememberWords.in(text):
				s += 2
			case termsWords.in(text):
				s -= 3
			}
		case "textarea", "file", "date":
			if !captchaNames.in(namesOf(f.Name, f.ID)) {
				s -= 3
			}
		}
	}
	return s
}

// wording is what its names, its button and its heading say for and against.
func (c *candidate) wording() int {
	names, said, heading := c.speech()
	top := c.v.top
	s := 0
	login := loginNames.in(names)
	if login {
		s += 2
	}
	if loginWords.in(said) {
		s += 3
	}
	if loginWords.in(heading) {
		s++
	}
	switch {
	case loginWords.in(said):
	case signupWords.in(said):
		s -= 5
		if !loginWords.in(heading) {
			s -= 2
		}
	case !login && (signupNames.in(names) || signupWords.in(heading) && !loginWords.in(heading)):
		s -= 4
	case signupWords.in(top) && !loginWords.in(top) && !login:
		s -= 2
	}
	if newsletterNames.in(names) || newsletterWords.in(said) || newsletterWords.in(heading) && !login {
		s -= 6
	}
	if len(c.passwords) == 0 && (searchNames.in(names) || searchWords.in(said)) {
		s -= 6
	}
	if paymentWords.in(said) || paymentWords.in(heading) || paymentWords.in(names) {
		s -= 6
	}
	if c.asksOnlyName() {
		s += c.wordingOfName(names, said, heading)
	}
	return s
}

// wordingOfName judges a form that asks for a name and nothing else: login pages
// that ask step by step have one, and so has everybody else.
func (c *candidate) wordingOfName(names, said, heading prose) int {
	if c.username() < 0 || len(c.fields) > 2 {
		return -10
	}
	s := 0
	f := c.v.Fields[c.username()]
	if autocompleteOf(f) == "username" {
		s += 2
	}
	inside := loginNames.in(names) || loginWords.in(said) || loginWords.in(heading)
	if loginWords.in(c.v.top) || loginNames.in(namesOf(path(c.v.URL))) {
		s += 2
	} else if !inside && autocompleteOf(f) != "username" {
		s -= 6
	}
	recovery := recoveryNames.in(names) || recoveryWords.in(heading) || recoveryWords.in(c.v.top)
	if recoveryWords.in(said) || recovery && !loginWords.in(said) {
		s -= 10
	}
	if c.asksToChoose() {
		s -= 4
	}
	if logoutLink(c.v.Page) {
		s -= 6
	}
	return s
}

// asksToChoose reports whether there are options to choose from.
func (c *candidate) asksToChoose() bool {
	for _, f := range c.v.Fields {
		if f.Form == c.form && f.Type == "radio" && f.Visible {
			return true
		}
	}
	return false
}

// speech gives what a form is called by its author, what stands on its button, and
// its heading.
func (c *candidate) speech() (names, label, heading prose) {
	if c.form != NoForm {
		f := c.v.Forms[c.form]
		names = namesOf(f.ID, f.Name, clipBytes(f.Class, 200))
		if f.Action != c.v.URL {
			names = names.and(namesOf(path(f.Action)))
		}
	}
	if c.button >= 0 {
		b := c.v.Buttons[c.button]
		label = proseOf(b.Label)
		if b.Value != b.Label {
			label = label.and(proseOf(b.Value))
		}
		names = names.and(namesOf(b.Name, b.ID))
	}
	heading = c.v.form(c.form).heading
	if len(heading.words) == 0 {
		heading = proseOf(c.v.Title)
	}
	return names, label, heading
}

// press is the button that a person would press to go on: not one that leads
// away, and rather the first after the fields.
func (c *candidate) press() int {
	best, score := -1, -100
	end := -1
	for _, i := range c.fields {
		end = max(end, c.v.Fields[i].Order)
	}
	after := 0
	for _, i := range c.buttons {
		b := c.v.Buttons[i]
		label, s := proseOf(b.Label), 0
		if b.Visible || c.v.form(c.form).concealed {
			s += 8
		}
		if b.Submits() {
			s += 4
		}
		if loginWords.in(label) {
			s += 2
		}
		for _, away := range []*vocabulary{recoveryWords, signupWords, searchWords, passkeyWords, awayWords, newsletterWords} {
			if away.in(label) {
				s -= 5
			}
		}
		if b.Order > end {
			s += max(3-after, 1)
			after++
		}
		if s > score {
			best, score = i, s
		}
	}
	return best
}

// isPasswordChange reports whether it wants a new password of somebody who is
// known already: passwords and nothing else to fill in, or the old one among them.
func (c *candidate) isPasswordChange() bool {
	if len(c.newOnes) == 0 && len(c.passwords) < 2 {
		return false
	}
	names, said, heading := c.speech()
	speaks := changeWords.in(said) || changeWords.in(heading) || changeNames.in(names) || changeWords.in(c.v.top) || expiredPasswordWords.in(c.v.top)
	old := false
	for _, i := range c.passwords {
		old = old || changeNames.in(c.v.names[i]) || changeWords.in(c.v.words[i])
	}
	alone := len(c.usernames)+len(c.plain) == 0
	return alone && (len(c.newOnes)+len(c.passwords) >= 2 || speaks) || old
}

// reading is what it makes of the page.
func (c *candidate) reading() Reading {
	r := Reading{Form: c.form, Username: c.username(), Password: -1, Code: c.codes, Button: c.button}
	if len(c.passwords) > 0 {
		r.Password = c.passwords[0]
	}
	switch {
	case r.Password >= 0 && r.Username >= 0 && len(r.Code) > 0:
		r.Kind = KindBothCode
	case r.Password >= 0 && r.Username >= 0:
		r.Kind = KindBoth
	case r.Password >= 0:
		r.Kind = KindPassword
	case len(r.Code) > 0:
		r.Kind = KindCode
	case len(c.others) > 0:
		r.Kind, r.Username = KindOtherCode, -1
		if c.others[0] == RoleBackupCode {
			r.Kind = KindBackupCode
		}
	default:
		r.Kind = KindUsername
	}
	return r
}
