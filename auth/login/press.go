package login

// buttonsOf lists what could send a form. Outside of forms any button could, by
// its script; inside, those that only run a script count if there is no other.
func (v *view) buttonsOf(form int) []int {
	var submits, scripted, asleep []int
	for i, b := range v.Buttons {
		switch {
		case b.Form != form || b.Type == "reset":
		case b.Disabled && form != NoForm: // pages wake it once the fields are filled in
			if b.Submits() {
				asleep = append(asleep, i)
			}
		case b.Submits():
			submits = append(submits, i)
		default:
			scripted = append(scripted, i)
		}
	}
	if form == NoForm {
		return inOrder(submits, scripted)
	}
	switch {
	case len(submits) > 0:
		return submits
	case len(asleep) > 0:
		return asleep
	}
	return scripted
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
		for _, away := range elsewhere {
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
	if best < 0 || !c.v.Buttons[best].Submits() && (leadsAway(proseOf(c.v.Buttons[best].Label)) || c.standsBefore(best)) {
		if outside := c.pressOutside(end); outside >= 0 {
			return outside
		}
		if best >= 0 && !loginWords.in(proseOf(c.v.Buttons[best].Label)) {
			return -1 // nothing goes on: the page does so by itself, or with Enter
		}
	}
	return best
}

// standsBefore reports whether a button stands before everything that is to be filled in,
// outside of forms, and does not say that it goes on: it belongs to the page's head.
func (c *candidate) standsBefore(button int) bool {
	b := c.v.Buttons[button]
	return c.form == NoForm && b.Order < c.v.Fields[c.fields[0]].Order && !goOnWords.in(proseOf(b.Label))
}

// pressOutside is the button that goes on where a form has none: scripts draw pages in
// which it stands after the form and not in it. It must say that it goes on.
func (c *candidate) pressOutside(after int) int {
	if c.form == NoForm {
		return -1
	}
	for _, i := range c.v.buttonsOf(NoForm) {
		b := c.v.Buttons[i]
		label := proseOf(b.Label)
		if b.Order > after && b.Visible && len(label.words) <= 3 && (loginWords.in(label) || goOnWords.in(label)) && !leadsAway(label) {
			return i
		}
	}
	return -1
}

// elsewhere are the words of buttons that lead to something else than on.
var elsewhere = [...]*vocabulary{recoveryWords, signupWords, searchWords, passkeyWords, awayWords, newsletterWords, logoutWords}

// leadsAway reports whether what stands on a button leads to something else than on.
func leadsAway(label prose) bool {
	for _, away := range elsewhere {
		if away.in(label) {
			return true
		}
	}
	return false
}

// goOnWords stand on buttons that go on.
var goOnWords = words(
	"next", "continue", "verify", "confirm", "submit", "proceed", "ok", "go", "weiter", "fortfahren", "bestatigen", "prufen", "suivant", "continuer", "valider", "confirmer", "verifier", "siguiente", "continuar", "verificar", "confirmar", "avancar", "seguinte", "proximo", "avanti", "continua", "prosegui", "verifica", "conferma",
	"volgende", "doorgaan", "verder", "bevestigen", "dalej", "kontynuuj", "potwierdz", "zweryfikuj", "ileri", "devam", "dogrula", "onayla", "далее", "продолжить", "подтвердить", "次へ", "続行", "確認", "認証", "下一步", "继续", "繼續", "确认", "确定", "确 定", "確定", "验证", "다음", "계속", "확인", "인증",
)
