package login

import "strings"

// A prompt for a second factor often shows nothing to fill in: it waits for a
// person who was asked on a phone, offers several methods, or asks on its way out
// whether the browser is trusted. Scripts draw such pages, so their buttons stand
// outside of forms.

// factor reads such a page and the button that leads on: away from the wait, to a
// method that takes a code from a seed, to "no" and "not now". The button is -1
// where there is none.
func (v *view) factor() (Kind, int) {
	buttons := v.looseButtons()
	if len(buttons) == 0 && !approvalWords.in(v.top) || logoutLink(v.Page) || len(v.Plain) > 2000 {
		return "", -1
	}
	var labels prose
	methods, best, liking := 0, -1, 0
	away, no := -1, -1
	for _, b := range buttons {
		label := proseOf(v.Buttons[b].Label)
		labels = labels.and(label)
		switch like, method := methodOf(label); {
		case otherWayWords.in(label):
			away = b
		case method:
			methods++
			if like > liking {
				best, liking = b, like
			}
		case noWords.in(label) && no < 0:
			no = b
		}
	}
	switch {
	case methods >= 2:
		return KindMethods, best
	case approvalWords.in(v.top), approvalWords.in(v.plain) && away >= 0:
		return KindWaiting, away
	case trustWords.in(v.top), trustWords.in(labels):
		return KindTrust, no
	case no >= 0 && notNowWords.in(labels):
		return KindNag, no
	}
	return "", -1
}

// looseButtons lists what can be pressed outside of forms; none where there is
// something to fill in.
func (v *view) looseButtons() []int {
	for k := range v.forms {
		if len(v.forms[k].usable) > 0 {
			return nil
		}
	}
	var out []int
	for _, b := range v.buttonsOf(NoForm) {
		if v.Buttons[b].Visible && !v.Buttons[b].Disabled {
			out = append(out, b)
		}
	}
	return out
}

// methodOf reports whether a label names a way past the challenge, and how well it
// takes a code from our seed; 0 is not at all. A hardware token is what an
// administrator imports our seed as. The passcodes of Duo's own app come from a
// seed that only the app has.
func methodOf(label prose) (liking int, method bool) {
	switch {
	case hardwareWords.in(label):
		return 3, true
	case pushWords.in(label), smsWords.in(label), backupWords.in(label), passkeyWords.in(label), phoneWords.in(label), letterWords.in(label):
		return 0, true
	case appWords.in(label):
		return 2, true
	case speaksOfCode(label):
		return 1, true
	}
	return 0, false
}

// factorChoice decides on a page that waits for a person or offers methods.
func factorChoice(p Page, r Reading, m Memory) Step {
	stop := map[Kind]Code{KindWaiting: PersonNeeded, KindMethods: MethodMissing}[r.Kind]
	switch {
	case !m.SentPassword && !m.SentUsername:
		return noLogin(p, r, m)
	case m.Exempt:
		stop = StillAsked
	case m.SentCode:
		return finished(p, r, m)
	case m.Seedless:
		stop = PersonNeeded
	case r.Button >= 0 && !m.Answered[r.Kind]:
		return Step{Do: DoContinue, Reading: r}
	}
	return Step{Reading: r, Stop: stop, Said: first(p.Headings)}
}

// providerOf names who asks for the second factor, as far as the page shows it.
func providerOf(p Page) string {
	host := "." + strings.ToLower(p.URL.Hostname())
	text := proseOf(append([]string{p.Title, clip(p.Plain, maxProse)}, p.Headings...)...)
	if strings.HasSuffix(host, ".duosecurity.com") || strings.HasSuffix(host, ".duofederal.com") || duoWords.in(text) {
		return "duo"
	}
	return "app"
}

var (
	duoWords      = words("duo push", "duo mobile", "duo security", "powered by duo", "secured by duo")
	hardwareWords = words("hardware token", "security token", "token device", "hardware tokens", "hardware-token", "jeton materiel", "token de hardware", "token fisico", "token hardware", "hardwaretoken", "token sprzetowy", "donanim belirteci", "аппаратный токен", "ハードウェアトークン", "硬件令牌", "하드웨어 토큰")
	pushWords     = words("push", "approve", "notification", "duo mobile", "genehmig*", "benachrichtigung", "approuver", "notificacion", "notificacao", "notifica", "melding", "powiadomienie", "bildirim", "уведомлени*", "通知", "推送", "알림")
	phoneWords    = words("phone call", "call me", "call my", "voice call", "anruf", "appel", "llamada", "chamada", "ligacao", "chiamata", "oproep", "bel mij", "polaczenie", "telefoniczne", "arama", "звонок", "電話", "电话", "전화")
	letterWords   = words("email", "e mail", "courriel", "correo", "posta", "poczta", "e posta", "почт*", "メール", "邮件", "郵件", "이메일")
	approvalWords = words("duo push", "push notification", "sent a push", "approve the", "approve this", "approve your sign in", "approve sign in", "check your phone", "check your device", "waiting for approval", "waiting for you to", "waiting for your", "tap approve", "open your authenticator", "anfrage genehmigen", "anmeldung genehmigen", "approuvez", "approuver la", "aprueba", "aprobar la solicitud", "aprove", "approva la", "keur de", "aanvraag goedkeuren", "zatwierdz", "istegi onaylayin", "подтвердите вход", "одобрите", "承認してください", "サインインを承認", "批准登录", "批准請求", "로그인 승인")
	otherWayWords = words("other options", "more options", "another way", "other ways", "other methods", "different method", "different way", "can t use", "having trouble", "andere optionen", "andere methode", "weitere optionen", "autres options", "autre methode", "autrement", "otras opciones", "otro metodo", "otra manera", "outras opcoes", "outro metodo", "altre opzioni", "altro metodo", "andere opties", "andere manier", "inne opcje", "inny sposob", "diger secenekler", "baska bir yol", "другие способы", "другой способ", "他の方法", "別の方法", "其他方式", "其他方法", "다른 방법")
	notNowWords   = words("skip for now", "not now", "maybe later", "remind me later", "later", "jetzt nicht", "spater", "plus tard", "ahora no", "mas tarde", "agora nao", "mais tarde", "non ora", "piu tardi", "niet nu", "later", "nie teraz", "pozniej", "simdi degil", "daha sonra", "не сейчас", "позже", "後で", "以后再说", "稍后", "나중에")
)
