package login

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
	if len(c.codes)+len(c.others) > 0 && c.v.Fields[c.fields[0]].Modal {
		s += 8 // what lies over the login was asked for after it
	}
	switch {
	case len(c.codes) > 0:
		s += 5
	case len(c.others) > 0: // a page that offers both is answered where it can be
		s += 4
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
	if returningWords.in(heading) {
		s += 2
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
	if len(c.others) == 0 && (paymentWords.in(said) || paymentWords.in(heading) || paymentWords.in(names)) {
		s -= 6
	}
	if c.asksOnlyName() {
		s += c.wordingOfName(names, said, heading)
	}
	beside := c.elses > 0 || len(c.plain) > 0 && len(c.codes) > 0 && len(c.passwords) == 0
	if beside && c.username() < 0 && !login && !loginWords.in(said) && !loginWords.in(heading) && !loginWords.in(top) {
		s -= 5 // a secret beside a number of something else: a voucher, an order
	}
	return s
}

// returningWords stand over the form for those who have an account, where another is for
// those who have none.
var returningWords = words(
	"already have an account", "have an account", "existing customer*", "existing user*", "returning customer*", "registered customer*", "registered user*", "already registered", "already a member", "i am a customer",
	"bereits kunde", "bereits registriert", "ich bin bereits", "schon kunde", "bestandskunde*", "deja client*", "deja un compte", "deja inscrit*", "ya tengo cuenta", "ya soy cliente", "ya tienes cuenta", "cliente registrado", "ja sou", "ja tenho conta", "ja e cliente", "hai gia un account", "gia registrato", "gia cliente", "sono gia",
	"bestaande klant*", "heb al een account", "al klant", "mam juz konto", "mam konto", "jestem juz", "zaten uye*", "hesabim var", "уже есть аккаунт", "уже зарегистрирован*", "会員の方", "会員のお客様", "アカウントをお持ち", "已有账号", "已有帳號", "老用户", "이미 회원", "기존 회원",
)

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
	if loginWords.in(c.v.top) || loginNames.in(namesOf(path(c.v.URL))) || c.isAllThereIs() {
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

// isAllThereIs reports whether a short page that speaks of signing in has no other field:
// a card's title is often no heading.
func (c *candidate) isAllThereIs() bool {
	p := c.v.Page
	if len(c.fields) != 1 || len(p.Plain) > 600 || !loginWords.in(c.v.plain) && !stayWords.in(c.v.plain) {
		return false
	}
	for _, f := range p.Fields {
		if f.Index != c.fields[0] && f.Fillable() {
			return false
		}
	}
	if newsletterWords.in(c.v.plain) {
		return false
	}
	for _, line := range clipList(p.Lines, 20) { // what it speaks of first is what it is for
		switch said := proseOf(line); {
		case signupWords.in(said), recoveryWords.in(said):
			return false
		case loginWords.in(said), stayWords.in(said):
			return true
		}
	}
	return false
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
