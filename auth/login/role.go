package login

import "strings"

// A Role is what a field is for.
type Role string

// The roles. The empty role is a field that nothing is known of.
const (
	RoleUsername    Role = "username"
	RolePassword    Role = "password"
	RoleNewPassword Role = "new-password"
	RoleCode        Role = "otp"
	RoleSMSCode     Role = "sms-code"
	RoleMailCode    Role = "email-code"
	RoleBackupCode  Role = "backup-code"
	RoleCaptcha     Role = "captcha"
	RolePINCode     Role = "pin+otp" // a PIN and then the code, in one field

	roleSession Role = "session"        // a value that keeps a login alive; no field is for it
	roleElse    Role = "something-else" // known to be none of our business
)

// assignRoles says what each field that counts is for.
func (v *view) assignRoles() {
	for k := range v.forms {
		for _, i := range v.forms[k].usable {
			v.role[i] = v.roleOf(i)
		}
		v.markBoxes(v.forms[k].usable)
		v.markRepeated(v.forms[k].usable)
	}
}

// roleOf weighs one field's evidence, strongest first: what the page declares,
// what it calls the field, its type, its shape, its surroundings. The type comes
// late on purpose: providers ask for one-time codes in fields of type password,
// and a password must never be typed into one of those.
func (v *view) roleOf(i int) Role {
	f, own, declared := v.Fields[i], v.own(i), autocompleteOf(v.Fields[i])
	hidden := f.Type == "password"
	switch {
	case foreignDetails(declared):
		return roleElse
	case (captchaNames.in(v.names[i]) || captchaWords.in(own)) && !v.saysTexted(i):
		return RoleCaptcha
	case declared == "one-time-code":
		return v.channel(i)
	case declared == "username":
		return RoleUsername
	case f.Type != "email" && v.backup(i):
		return RoleBackupCode
	case v.answersQuestion(i):
		return roleElse
	case !hidden && (personNames.in(v.names[i]) || personWords.in(v.words[i])) && !usernameWords.in(v.words[i]):
		return roleElse
	case !hidden && placeWords.in(v.words[i]) && !usernameWords.in(v.words[i]):
		return roleElse
	case !hidden && f.Type != "email" && otherNumberWords.in(own) && !codeNames.in(v.names[i]):
		return roleElse
	case f.Type != "email" && (speaksOfCode(v.words[i]) || codeNames.in(v.names[i]) && !v.saysPassword(i)):
		if v.readOffPicture(i) {
			return RoleCaptcha
		}
		return v.channel(i)
	case hidden:
		return v.passwordRole(i, declared)
	case f.Type == "search" || searchNames.in(v.names[i]) || v.isSearch(f.Form):
		return roleElse
	case declared == "current-password" || v.shownPassword(i):
		return RolePassword
	case f.Type == "email" || declared == "email" || usernameNames.in(v.names[i]) || usernameWords.in(v.words[i]):
		return RoleUsername
	case v.looksLikeCode(i):
		if v.readOffPicture(i) {
			return RoleCaptcha
		}
		return v.channel(i)
	case v.afterPassword(i) && captchaNames.in(namesOf(f.Picture)):
		return RoleCaptcha
	}
	return ""
}

// answersQuestion reports whether a lone field is for the answer to a question that only
// its person knows the answer to.
func (v *view) answersQuestion(i int) bool {
	said := v.words[i]
	if !v.alone(i) || speaksOfCode(said) || appWords.in(said) || passwordWords.in(said) {
		return false
	}
	return questionWords.in(v.own(i)) || questionWords.in(v.form(v.Fields[i].Form).heading) || questionWords.in(v.top)
}

var questionWords = words(
	"security question*", "secret question*", "secret answer", "challenge question*", "memorable question", "mother s maiden", "your first pet", "first school",
	"sicherheitsfrage*", "geheimfrage", "question* de securite", "question secrete", "pregunta* de seguridad", "pregunta secreta", "pergunta* de seguranca", "pergunta secreta", "domanda di sicurezza", "domanda segreta",
	"beveiligingsvra*", "geheime vraag", "pytani* bezpieczenstwa", "pytanie pomocnicze", "guvenlik sorusu", "gizli soru", "контрольн* вопрос*", "секретн* вопрос*", "秘密の質問", "合言葉", "密保问题", "安全问题", "安全問題", "보안 질문", "본인확인 질문",
)

// saysTexted reports whether people are told that a field is for a code that was sent,
// whatever its author called it: some call every code a captcha.
func (v *view) saysTexted(i int) bool {
	return v.Fields[i].Picture == "" && textedWords.in(v.words[i]) && speaksOfCode(v.words[i])
}

// speaksOfCode reports whether a text speaks of a one-time code: in so many words,
// or of some code and how many figures it has.
func speaksOfCode(p prose) bool {
	return codeWords.in(p) || digitWords.in(p) && weakCodeWords.in(p) && !passwordWords.in(p)
}

// saysPassword reports whether people are told that a field is for the password,
// whatever its author called it: some products name every field "passcode".
func (v *view) saysPassword(i int) bool {
	if len(v.words[i].words) > 0 {
		return passwordWords.in(v.words[i]) && !speaksOfCode(v.words[i])
	}
	around := v.top.and(v.form(v.Fields[i].Form).heading)
	return autocompleteOf(v.Fields[i]) == "current-password" && passwordWords.in(around) && !speaksOfCode(around)
}

// foreignDetails reports whether autocomplete says that a field is for something
// else: a payment, an address, a birthday.
func foreignDetails(declared string) bool {
	for _, prefix := range [...]string{"cc-", "address", "bday", "postal", "country", "given-", "family-", "additional-", "organization", "street", "transaction", "tel-country"} {
		if strings.HasPrefix(declared, prefix) {
			return true
		}
	}
	return declared == "name"
}

// backup reports whether a field is for a code off a printed list. An address to
// recover an account by is something else.
func (v *view) backup(i int) bool {
	if usernameNames.in(v.names[i]) || usernameWords.in(v.words[i]) {
		return false
	}
	if backupNames.in(v.names[i]) {
		return true
	}
	return backupWords.in(v.own(i)) && !appWords.in(v.words[i]) // one that takes either is asked for the other
}

// passwordRole tells a password from a new one, and from a code that only the
// surroundings give away.
func (v *view) passwordRole(i int, declared string) Role {
	old := changeNames.in(v.names[i]) || changeWords.in(v.words[i])
	switch {
	case declared == "current-password":
		return RolePassword
	case v.alone(i) && v.challenges(i):
		return RoleSMSCode
	case len(v.words[i].words) <= 8 && textedWords.in(v.own(i)): // "SMS password"
		return RoleSMSCode
	case v.alone(i) && !passwordWords.in(v.words[i]) && !chosenNames.in(v.names[i]) && v.codeInDisguise(i):
		return v.channel(i) // before the next: alone, a second password is none that repeats the first
	case !old && (newPasswordNames.in(v.names[i]) || newPasswordWords.in(v.words[i])):
		return RoleNewPassword
	}
	return RolePassword
}

var (
	textedWords = words("sms", "sms*", "смс", "短信", "簡訊", "문자", "text message")
	chosenNames = words("new", "*newpass*", "newpwd", "new pass*", "new pwd", "create password", "choose password")
)

// codeInDisguise judges a lone field of type password: one that is called a code
// or a challenge, or that stands on a page which speaks of codes.
func (v *view) codeInDisguise(i int) bool {
	if weakCodeNames.in(v.names[i]) && !passwordNames.in(v.names[i]) || weakCodeWords.in(v.words[i]) {
		return true
	}
	form := v.form(v.Fields[i].Form)
	around := v.top.and(form.heading).and(form.text)
	if speaksOfCode(around) || appWords.in(around) {
		return true
	}
	short := len(v.Plain) < 800
	if short && appWords.in(v.plain) && digitWords.in(v.plain) {
		return true
	}
	if passwordNames.in(v.names[i]) || passwordWords.in(around) {
		return false
	}
	// What a short page says beside the form counts where it does not speak of a
	// password.
	if short && !passwordWords.in(v.plain) {
		around = around.and(v.plain)
	}
	return speaksOfCode(around) || backupWords.in(around) || weakCodeWords.in(around) && (smsWords.in(around) || sentWords.in(around) || masked(v.Plain))
}

// shownPassword reports whether a field of type text is labelled as the password:
// pages that can show the password use one.
func (v *view) shownPassword(i int) bool {
	return v.Fields[i].Type == "text" && len(v.words[i].words) <= 3 && passwordWords.in(v.words[i]) &&
		!usernameWords.in(v.words[i]) && !usernameNames.in(v.names[i]) && !recoveryWords.in(v.words[i])
}

// looksLikeCode judges by shape and surroundings. Beside other fields a field must
// be called a code; alone, it is enough that the page speaks of one.
func (v *view) looksLikeCode(i int) bool {
	f := v.Fields[i]
	shaped := f.InputMode == "numeric" || f.InputMode == "decimal" || f.Type == "number" || f.Type == "tel" && f.MaxLength > 0 ||
		strings.Contains(f.Pattern, "0-9") || strings.Contains(f.Pattern, `\d`) || digitsOnly(f.Placeholder) || f.MaxLength >= 4 && f.MaxLength <= 9
	called := weakCodeNames.in(v.names[i]) || weakCodeWords.in(v.words[i]) || digitWords.in(v.words[i])
	form := v.form(f.Form)
	around := v.top.and(form.heading).and(form.text)
	speaks := codeWords.in(around) || digitWords.in(around) || appWords.in(around) || codeWords.in(v.plain) || appWords.in(v.plain)
	switch {
	case v.afterPassword(i):
		return called && len(v.words[i].words) <= 3 && (shaped || speaks)
	case !v.alone(i):
		return false
	case called:
		return shaped || speaks || weakCodeWords.in(around) || backupWords.in(v.plain)
	case shaped:
		return speaks || weakCodeWords.in(around)
	}
	return speaks && len(v.words[i].words) == 0
}

// readOffPicture reports whether a code is to be read off a picture. In Chinese
// the word for it is the same as for a one-time code; a picture beside the field,
// or a password asked together with it, tells which is meant.
func (v *view) readOffPicture(i int) bool {
	f := v.Fields[i]
	if f.Picture == "" && !(v.afterPassword(i) && pictureWords.in(v.words[i])) {
		return false
	}
	form := v.form(f.Form)
	return !v.QR && !appWords.in(v.own(i).and(form.text)) && !strongCodeNames.in(v.names[i]) && (len(form.usable) > 1 || pictureNames.in(namesOf(f.Picture)))
}

var (
	pictureWords    = words("验证码", "驗證碼", "校验码")
	strongCodeNames = words("otp*", "*otp", "totp*", "mfa*", "2 fa*", "tfa*", "twofactor*", "two factor*", "one time*", "onetime*")
)

// channel asks which way the code comes: one from an authenticator must not be
// typed where one from an SMS, an e-mail or a printed list is wanted. What stands
// nearest to the field is asked first. A page that names an authenticator is taken
// at its word, whatever other ways it offers beside, unless it also says where it
// sent something.
func (v *view) channel(i int) Role {
	f, own := v.Fields[i], v.own(i)
	form := v.form(f.Form)
	if v.backup(i) {
		return RoleBackupCode
	}
	clear := codeNames.in(v.names[i]) || speaksOfCode(v.words[i])
	if tappedWords.in(own) && !appWords.in(own) || v.challenges(i) {
		return RoleSMSCode // it comes from a thing that is touched or read: likewise not ours to give
	}
	for depth, level := range []struct {
		words prose
		text  string
	}{
		{own, ""},
		{proseOf(f.Near), f.Near},
		{form.heading, ""},
		{form.text, ""},
		{v.top, ""},
		{v.plain, v.Plain},
	} {
		app, sms, mail := appWords.in(level.words) || shownWords.in(level.words) && appliances.in(level.words), smsWords.in(level.words), mailWords.in(level.words) || depth == 0 && mailNames.in(v.names[i])
		sent := sentWords.in(level.words) || masked(clip(level.text, maxProse))
		switch {
		case app && !(sent && masked(clip(level.text, maxProse))):
			return RoleCode
		case depth > 0 && !clear && backupWords.in(level.words):
			return RoleBackupCode
		case sms:
			return RoleSMSCode
		case mail && (depth == 0 || sent || depth < 3):
			return RoleMailCode
		case sent && depth > 0:
			return sentRole(level.text)
		}
	}
	return RoleCode
}

// shownWords and appliances together say what appWords says of an authenticator that the
// page calls something else: an app or a device makes the code, or shows it.
var (
	shownWords = words("generate*", "displayed", "shown in", "shown on", "shown by", "erzeug*", "generier*", "angezeigt*", "genere*", "affiche*", "genera*", "gener*", "muestra*", "mostrad*", "gere", "gerad*", "exibid*", "mostrato", "visualizzat*", "gegenereerd*", "getoond*", "weergegeven", "wygener*", "wyswietl*", "uretilen", "olustur*", "gorunen", "goruntulenen", "сгенерир*", "создан*", "отображ*", "показан*", "表示され", "表示中", "生成", "显示的", "顯示的", "생성", "표시된", "표시되는")
	appliances = words("app", "apps", "*app", "application", "aplicacion", "aplicativo", "aplicacao", "applicazione", "aplikacj*", "uygulama*", "приложени*", "token", "tokens", "device", "gerat*", "dispositivo", "アプリ", "トークン", "应用", "應用程式", "令牌", "设备", "앱", "토큰")
)

var mailNames = words("email*", "mail*", "*emailcode", "*mailcode")

// challenges reports whether a field, or the form or the heading that it stands under,
// wants the answer to what the page shows.
func (v *view) challenges(i int) bool {
	form := v.form(v.Fields[i].Form)
	return challengeWords.in(v.own(i)) || challengeWords.in(form.heading) || challengeWords.in(v.top) ||
		challengeWords.in(form.text) || len(v.Plain) < 800 && challengeWords.in(v.plain)
}

// sentRole guesses where something was sent; either way it is not ours to give.
func sentRole(text string) Role {
	if strings.Contains(text, "@") {
		return RoleMailCode
	}
	return RoleSMSCode
}

// markRepeated finds a second password field that repeats the first: the same
// label twice, or the same name with a number, means that one is to be chosen.
func (v *view) markRepeated(usable []int) {
	first := -1
	for _, i := range usable {
		if v.role[i] != RolePassword {
			continue
		}
		if first < 0 {
			first = i
			continue
		}
		a, b := v.Fields[first], v.Fields[i]
		if v.separate(usable, first, i) {
			first = i // another form without a form around it
			continue
		}
		sameLabel := a.Label != "" && a.Label == b.Label || a.Placeholder != "" && a.Placeholder == b.Placeholder
		if sameLabel || a.Name+b.Name != "" && strings.TrimRight(b.Name, "0123456789_-") == strings.TrimRight(a.Name, "0123456789_-") {
			v.role[first], v.role[i] = RoleNewPassword, RoleNewPassword
		}
	}
}

// separate reports whether what stands between two passwords parts two forms: a button,
// and a field of another kind after it.
func (v *view) separate(usable []int, a, b int) bool {
	for _, i := range usable {
		if i <= a || i >= b || v.role[i] == RolePassword || v.role[i] == RoleNewPassword {
			continue
		}
		for _, button := range v.Buttons {
			if button.Form == v.Fields[a].Form && button.Visible && button.Order > v.Fields[a].Order && button.Order < v.Fields[i].Order {
				return true
			}
		}
	}
	return false
}

// autocompleteOf is the last word of the attribute, as browsers read it
// (HTML, autofill field names), with a final "webauthn" dropped.
func autocompleteOf(f Field) string {
	words := strings.Fields(f.Autocomplete)
	if n := len(words); n > 0 && words[n-1] == "webauthn" {
		words = words[:n-1]
	}
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

// digitsOnly reports whether a placeholder shows what a code looks like.
func digitsOnly(s string) bool {
	n := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9' || r == 'X' || r == 'x' || r == '•' || r == '_' || r == '*' || r == '–':
			n++
		case r != ' ' && r != '-':
			return false
		}
	}
	return n >= 4 && n <= 10
}
