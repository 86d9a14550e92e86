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
	backups   []int  // fields for a code off a list
	captcha   bool
	plain     []int // to be filled in, of no known role
	elses     int   // fields that are known to be for something else
	foreign   int   // the last of those before the password; or -1
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
		ends := false // what stands before the first field ends nothing
		for b < len(buttons) && v.Buttons[buttons[b]].Order < v.Fields[i].Order {
			if len(now.fields) > 0 || len(all) == 0 {
				now.buttons = append(now.buttons, buttons[b])
				ends = len(now.fields) > 0
			}
			b++
		}
		if ends {
			all, now = append(all, now), part{}
		}
		now.fields = append(now.fields, i)
	}
	now.buttons = append(now.buttons, buttons[b:]...)
	return append(all, now)
}

func (v *view) gather(form int, fields, buttons []int) candidate {
	c := candidate{v: v, form: form, fields: fields, buttons: buttons, foreign: -1}
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
			if role == RoleBackupCode {
				c.backups = append(c.backups, i)
			}
		case RoleCaptcha:
			c.captcha = true
		case roleElse:
			c.elses++
			if len(c.passwords) == 0 {
				c.foreign = i
			}
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
	if c.elses == 1 && c.foreign >= 0 && len(c.fields) == 2 && c.saysLogin() {
		return c.foreign // whatever number it is: the account goes by it here
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
	alone := len(c.usernames)+len(c.plain) == 0 || len(c.usernames) == 0 && len(c.newOnes) >= 2 && len(c.plain) == 1 && c.v.calledCode(c.plain[0])
	return alone && (len(c.newOnes)+len(c.passwords) >= 2 || speaks) || old
}

// calledCode reports whether a field is called some code: the one that a mail gave to
// those who choose a new password.
func (v *view) calledCode(i int) bool {
	return weakCodeNames.in(v.names[i]) || weakCodeWords.in(v.words[i])
}

// reading is what it makes of the page.
func (c *candidate) reading() Reading {
	r := Reading{Form: c.form, Username: c.username(), Password: -1, Code: c.codes, Button: c.button, Yes: -1, Away: -1, Ways: noWays}
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
			r.Kind, r.Backup = KindBackupCode, c.v.oneCode(c.backups)
		}
	default:
		r.Kind = KindUsername
	}
	r.Joined = c.joined()
	return r
}

// joined reports whether the page says that a code is typed behind something else in one
// field: behind the PIN of a token, or behind the password where no field asks for the
// code.
func (c *candidate) joined() bool {
	known := pinWords
	field := -1
	switch {
	case len(c.codes) == 1 && len(c.passwords) == 0:
		field = c.codes[0]
	case len(c.codes) == 0 && len(c.passwords) == 1:
		field, known = c.passwords[0], passwordWords
	default:
		return false
	}
	form := c.v.form(c.form)
	around := c.v.words[field].and(form.text)
	if len(c.v.Plain) < 1200 {
		around = around.and(c.v.plain)
	}
	return joinedWords.in(around) && known.in(around) && (speaksOfCode(around) || appWords.in(around))
}

var (
	pinWords    = words("pin", "pins", "geheimzahl", "暗証番号", "核心密码")
	joinedWords = words(
		"followed by", "followed immediately", "append*", "plus the", "pin plus", "password plus", "pin tokencode", "pin token", "pin token code", "pin passcode", "pin otp", "pin and token*", "pin and then", "pin and the", "pin and your token*", "pin then",
		"gefolgt von", "gefolgt vom", "anhangen", "angehangt", "hangen sie", "pin und token*", "pin und dann", "pin und anschliessend", "suivi de", "suivi du", "suivie du", "seguido de", "seguido do", "seguida de", "seguida del", "seguido por", "seguito da*", "seguita da*", "gevolgd door",
		"a nastepnie kod", "nastepnie dopisz", "ardindan", "и затем", "затем код", "に続けて", "続けて", "后跟", "后面加", "後面加", "뒤에 이어", "이어서 입력",
	)
)
