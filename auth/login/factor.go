package login

// A prompt for a second factor often shows nothing to fill in: it waits for a
// person who was asked on a phone, offers several methods, or asks on its way out
// whether the browser is trusted. Scripts draw such pages, so their buttons stand
// outside of forms.

// prompted is what such a page is taken for.
type prompted struct {
	kind   Kind
	button int // leads on: away from the wait, to a method that takes a code, to "no" and "not now"; or -1
	yes    int // trusts the browser; or -1
	ways   Ways
}

// factor reads such a page.
func (v *view) factor() prompted {
	f := prompted{button: -1, yes: -1, ways: noWays}
	buttons := v.looseButtons()
	if logoutLink(v.Page) || len(v.Plain) > 2000 {
		return f
	}
	waits := v.waits()
	if len(buttons) == 0 && !approvalWords.in(v.top) && !waits {
		return f
	}
	var labels prose
	liking := 0
	away, no := -1, -1
	for _, b := range buttons {
		label := proseOf(v.Buttons[b].Label)
		labels = labels.and(label)
		switch like, method := methodOf(label); {
		case otherWayWords.in(label):
			away = b
		case method:
			f.ways.Count++
			if like > liking {
				f.ways.Code, liking = b, like
			}
			if bypassWords.in(label) {
				f.ways.Bypass = b
			}
			if like == 0 && f.ways.Push < 0 && pushWords.in(label) {
				f.ways.Push = b
			}
		case noWords.in(label) && no < 0:
			no = b
		}
	}
	switch {
	case f.ways.Count >= 2, f.ways.Count == 1 && methodListWords.in(v.top):
		f.kind, f.button = KindMethods, f.ways.Code
	case approvalWords.in(v.top), waits, away >= 0 && (approvalWords.in(v.plain) || unansweredWords.in(v.top) || deniedWords.in(v.top)):
		f.kind, f.button = KindWaiting, away
	case trustWords.in(v.top), trustWords.in(labels):
		f.kind, f.button, f.yes = KindTrust, no, v.agreement(buttons)
	case no >= 0 && notNowWords.in(labels):
		f.kind, f.button = KindNag, no
	}
	return f
}

// waits reports whether a short page without anything to fill in says that something
// went to a device, and that it is to be approved there: what, where and how, whatever
// the language puts between them.
func (v *view) waits() bool {
	for k := range v.forms {
		if len(v.forms[k].usable) > 0 {
			return false
		}
	}
	if len(v.Plain) > 1200 || mailWords.in(v.plain) || v.QR {
		return false
	}
	all := v.top.and(v.plain)
	return (pushWords.in(all) || sentWords.in(all)) && deviceWords.in(all) && approveWords.in(all)
}

var (
	deviceWords  = words("phone", "smartphone*", "*smartphone", "mobile", "device", "tablet", "app", "your app", "*app", "handy", "mobilgerat*", "telefon*", "telephone", "appareil", "mobil*", "application", "celular", "movil", "dispositivo", "telefono", "telemovel", "aplicacion", "aplicativo", "applicazione", "apparaat", "telefoon", "aplikacj*", "urzadzen*", "uygulama*", "telefonunuz*", "cihaz*", "телефон*", "приложени*", "устройств*", "アプリ", "スマートフォン", "スマホ", "端末", "手机", "手機", "应用", "應用程式", "设备", "앱", "휴대", "스마트폰", "기기")
	approveWords = words("approve", "approval", "approving", "tap yes", "tap", "confirm", "confirmation", "authorize", "authorise", "accept the", "digits shown", "number shown", "freigeben", "freigabe*", "bestatig*", "genehmig*", "approuv*", "validez", "valider", "confirmez", "confirmer", "autorisez", "aprob*", "aprueb*", "confirm*", "autoriz*", "aprov*", "approva*", "conferm*", "goedkeur*", "bevestig*", "zatwierdz*", "potwierdz*", "onayla*", "onay ver*", "подтверд*", "одобр*", "承認", "許可", "批准", "确认", "確認", "승인", "허용", "확인")
)

// looseButtons lists what can be pressed outside of forms, and in forms if there is
// nothing outside; none where there is something to fill in.
func (v *view) looseButtons() []int {
	for k := range v.forms {
		if len(v.forms[k].usable) > 0 {
			return nil
		}
	}
	var out, inside []int
	for i, b := range v.Buttons {
		switch {
		case !b.Visible || b.Disabled || b.Type == "reset":
		case b.Form == NoForm:
			out = append(out, i)
		case !v.isSearch(b.Form):
			inside = append(inside, i)
		}
	}
	if len(inside) > 1 { // one alone sends a form; several are a choice
		out = inOrder(out, inside)
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

// providerOf names who asks for the second factor, as far as the page shows it.
func providerOf(p Page) string {
	text := proseOf(append([]string{p.Title, clip(p.Plain, maxProse)}, p.Headings...)...)
	if duoHost(p.URL) || p.Number != "" || duoWords.in(text) {
		return "duo"
	}
	return "app"
}

var (
	duoWords        = words("duo push", "duo mobile", "duo security", "powered by duo", "secured by duo")
	hardwareWords   = words("hardware token", "security token", "token device", "hardware tokens", "hardware-token", "jeton materiel", "token de hardware", "token fisico", "token hardware", "hardwaretoken", "token sprzetowy", "donanim belirteci", "аппаратный токен", "ハードウェアトークン", "硬件令牌", "하드웨어 토큰")
	pushWords       = words("push", "approve", "notification", "duo mobile", "genehmig*", "benachrichtigung", "approuver", "notificacion", "notificacao", "notifica", "melding", "powiadomienie", "bildirim", "уведомлени*", "通知", "推送", "알림")
	phoneWords      = words("phone", "phone call", "call me", "call my", "voice call", "anruf", "appel", "llamada", "chamada", "ligacao", "chiamata", "oproep", "bel mij", "polaczenie", "telefoniczne", "arama", "звонок", "電話", "电话", "전화")
	letterWords     = words("email", "e mail", "courriel", "correo", "posta", "poczta", "e posta", "почт*", "メール", "邮件", "郵件", "이메일")
	approvalWords   = words("duo push", "push notification", "sent a push", "approve the", "approve this", "approve your sign in", "approve sign in", "check your phone", "check your device", "waiting for approval", "waiting for you to", "waiting for your", "tap approve", "open your authenticator", "anfrage genehmigen", "anmeldung genehmigen", "approuvez", "approuver la", "aprueba", "aprobar la solicitud", "aprove", "approva la", "keur de", "aanvraag goedkeuren", "zatwierdz", "istegi onaylayin", "подтвердите вход", "одобрите", "承認してください", "サインインを承認", "批准登录", "批准請求", "로그인 승인")
	bypassWords     = words("bypass code*", "bypasscode*", "umgehungscode*", "code* de contournement", "codigo* de omision", "codigo* de bypass", "codic* di bypass", "omzeilingscode*", "バイパスコード")
	methodListWords = words("other options", "security method", "following options", "following methods", "how would you like to sign in", "choose a method", "choose how", "select a method", "verification method", "authentication method", "another way", "verify your identity", "methode wahlen", "choisissez une methode", "elige un metodo", "escolha um metodo", "scegli un metodo", "kies een methode", "wybierz metode", "yontem secin", "выберите способ", "方法を選択", "选择验证方式", "방법 선택")
	unansweredWords = words("nobody answered", "no response", "no answer", "timed out", "time out", "timeout", "expired", "didn t respond", "did not respond", "didn t get a response", "not answered", "keine antwort", "abgelaufen", "expire*", "sans reponse", "sin respuesta", "caducad*", "sem resposta", "expirou", "scadut*", "nessuna risposta", "verlopen", "geen reactie", "wygasl*", "zaman asimi", "suresi doldu", "истекло", "нет ответа", "タイムアウト", "超时", "逾時", "시간 초과")
	deniedWords     = words("denied", "declined", "rejected", "reported as fraud", "marked as fraud", "abgelehnt", "refusee", "rechazad*", "recusad*", "negada", "rifiutat*", "negato", "geweigerd", "afgewezen", "odrzucon*", "reddedildi", "отклонен*", "拒否", "拒绝", "拒絕", "거부")
	policyWords     = words("blocked by policy", "your organization s policy", "your organisation s policy", "organization policy", "security policy", "not allowed by your administrator", "administrator does not allow", "does not meet", "doesn t meet", "not permitted from", "not allowed from", "anonymous network", "anonymous ip", "access from your location", "your location", "browser is not supported", "unsupported browser", "device is not managed", "not enrolled and", "richtlinie*", "von ihrer organisation", "politique de securite", "politica de seguridad", "politica de seguranca", "criteri di sicurezza", "beveiligingsbeleid", "zasad* zabezpieczen", "guvenlik ilkesi", "политик* безопасности", "セキュリティポリシー", "安全策略", "보안 정책")
	otherWayWords   = words("other options", "more options", "another way", "other ways", "other methods", "different method", "different way", "can t use", "having trouble", "andere optionen", "andere methode", "weitere optionen", "autres options", "autre methode", "autrement", "otras opciones", "otro metodo", "otra manera", "outras opcoes", "outro metodo", "altre opzioni", "altro metodo", "andere opties", "andere manier", "inne opcje", "inny sposob", "diger secenekler", "baska bir yol", "другие способы", "другой способ", "他の方法", "別の方法", "其他方式", "其他方法", "다른 방법")
	notNowWords     = words("skip for now", "not now", "maybe later", "remind me later", "later", "jetzt nicht", "spater", "plus tard", "ahora no", "mas tarde", "agora nao", "mais tarde", "non ora", "piu tardi", "niet nu", "later", "nie teraz", "pozniej", "simdi degil", "daha sonra", "не сейчас", "позже", "後で", "以后再说", "稍后", "나중에")
)
