package login

import "net/url"

// A prompt for a second factor often shows nothing to fill in: it waits for a
// person who was asked on a phone, offers several methods, or asks on its way out
// whether the browser is trusted. Scripts draw such pages, so their buttons stand
// outside of forms.

// prompted is what such a page is taken for.
type prompted struct {
	kind   Kind
	button int      // leads on: away from the wait, to a method that takes a code, to "no" and "not now"; or -1
	yes    int      // trusts the browser; or -1
	lead   *url.URL // where a link leads on that no button does; or nil
	ways   Ways
	picks  *Picks // what is chosen before a button is pressed; or nil
}

// offers are what can be pressed and followed on such a page, by what it leads to.
type offers struct {
	ways   Ways
	picks  *Picks
	labels prose    // of all buttons
	liking int      // how well the method behind ways.Code or lead takes a code
	lead   *url.URL // the link to that method, where it is a link
	away   int      // the button to other ways; or -1
	beside *url.URL // the link to them; or nil
	no     int
}

// factor reads such a page.
func (v *view) factor() prompted {
	f := prompted{button: -1, yes: -1, ways: noWays}
	buttons := v.looseButtons()
	if v.leaves() || len(v.Plain) > 2000 {
		return f
	}
	o := v.sortOffers(buttons)
	waits := v.Number != "" || approvalWords.in(v.top) || v.waits()
	v.sortPicks(&o)
	if len(buttons) == 0 && !waits && o.ways.Count == 0 {
		return f
	}
	f.ways, f.picks = o.ways, o.picks
	switch {
	case o.ways.Count >= 2, o.ways.Count == 1 && methodListWords.in(v.top):
		f.kind, f.button, f.lead = KindMethods, o.ways.Code, o.lead
	case waits, o.away >= 0 && (approvalWords.in(v.plain) || unansweredWords.in(v.top) || deniedWords.in(v.top)), v.keyHasAnotherWay(o):
		f.kind, f.button, f.lead = KindWaiting, o.away, o.beside
	case trustWords.in(v.top), trustWords.in(o.labels):
		f.kind, f.button, f.yes = KindTrust, o.no, v.agreement(buttons)
	case o.no >= 0 && notNowWords.in(o.labels):
		f.kind, f.button = KindNag, o.no
	}
	if f.button >= 0 {
		f.lead = nil
	}
	return f
}

// leaves reports whether somebody is signed in already. A prompt has a way out too,
// which ends the login; there it is called cancelling.
func (v *view) leaves() bool {
	if !logoutLink(v.Page) {
		return false
	}
	if v.asksForSomething() || enrolWords.in(v.top) {
		return true
	}
	if methodListWords.in(v.top) {
		return false
	}
	for _, l := range v.Links {
		if logoutNames.in(namesOf(path(l.URL))) && noWords.in(proseOf(l.Text)) {
			return !codeWords.in(v.top)
		}
	}
	return true
}

// sortOffers looks through the buttons, and through the links of a page that lists
// methods.
func (v *view) sortOffers(buttons []int) offers {
	o := offers{ways: noWays, away: -1, no: -1}
	for _, b := range buttons {
		label := proseOf(v.Buttons[b].Label)
		o.labels = o.labels.and(label)
		switch like, method := methodOf(label); {
		case otherWayWords.in(label), troubleWords.in(label):
			o.away = b
		case method:
			o.ways.Count++
			if like > o.liking {
				o.ways.Code, o.liking = b, like
			}
			if bypassWords.in(label) {
				o.ways.Bypass = b
			}
			if like == 0 && o.ways.Push < 0 && pushWords.in(label) {
				o.ways.Push = b
			}
		case len(label.words) <= 6 && typedWords.in(label):
			o.away = b
		case (noWords.in(label) || notNowWords.in(label)) && o.no < 0:
			o.no = b
		}
	}
	v.sortLinks(&o)
	return o
}

// sortLinks adds what links offer. Links speak of methods everywhere; only where the
// page says that one is to be chosen, and has nothing to fill in, they are the choice.
func (v *view) sortLinks(o *offers) {
	lists := !v.asksForSomething() && len(v.Plain) < 1200 && (methodListWords.in(v.top) || methodListWords.in(v.plain))
	for _, l := range clipLinks(v.Links, 40) {
		label := proseOf(l.Text)
		if len(label.words) > 25 || Origin(l.URL) != Origin(v.URL) || Bare(l.URL) == Bare(v.URL) && l.URL.RawQuery == "" {
			continue
		}
		like, method := methodOf(label)
		switch {
		case otherWayWords.in(label):
			o.beside = l.URL
		case lists && method:
			o.ways.Count++
			if like > o.liking {
				o.ways.Code, o.lead, o.liking = -1, l.URL, like
			}
		}
	}
}

func clipLinks(list []Link, n int) []Link { return list[:min(len(list), n)] }

// asksForSomething reports whether there is anything to fill in.
func (v *view) asksForSomething() bool {
	for k := range v.forms {
		if len(v.forms[k].usable) > 0 {
			return true
		}
	}
	return false
}

// instead finds what leads from a code that was sent, or that stands on a list, to one
// that an authenticator gives.
func (v *view) instead() (button int, link *url.URL) {
	for i, b := range v.Buttons {
		if label := proseOf(b.Label); b.Visible && !b.Disabled && leadsToApp(label) {
			return i, nil
		}
	}
	for _, l := range clipLinks(v.Links, 40) {
		if Origin(l.URL) == Origin(v.URL) && Bare(l.URL) != Bare(v.URL) && leadsToApp(proseOf(l.Text)) {
			return -1, l.URL
		}
	}
	return -1, nil
}

// leadsToApp reports whether a label offers a code from an authenticator: not to have
// one set up, or what to read about it.
func leadsToApp(label prose) bool {
	like, method := methodOf(label)
	return method && like >= 2 && len(label.words) <= 15 && !enrolWords.in(label) && !getWords.in(label)
}

var getWords = words("download", "get the app", "install*", "learn more", "what is", "help", "herunterladen", "telecharger", "descargar", "baixar", "scarica", "pobierz", "indir", "скачать", "ダウンロード", "下载", "下載", "다운로드")

// keyHasAnotherWay reports whether the page waits for a security key or a passkey, and
// leads to other ways.
func (v *view) keyHasAnotherWay(o offers) bool {
	return (o.away >= 0 || o.beside != nil) && (passkeyWords.in(v.top) || passkeyWords.in(o.labels)) && !v.asksForSomething()
}

// waits reports whether a short page without anything to fill in says that something
// went to a device, and that it is to be approved there: what, where and how, whatever
// the language puts between them.
func (v *view) waits() bool {
	if v.asksForSomething() || len(v.Plain) > 1200 || mailWords.in(v.plain) || v.QR {
		return false
	}
	all := v.top.and(v.plain)
	if !deviceWords.in(all) {
		return false
	}
	pushed, sent := pushWords.in(all), sentWords.in(all)
	return (pushed || sent || len(v.Plain) < 500 && openWords.in(all)) && approveWords.in(all) || pushed && sent && !logoutLink(v.Page)
}

var (
	deviceWords  = words("phone", "smartphone*", "*smartphone", "mobile", "device", "tablet", "app", "your app", "*app", "handy", "mobilgerat*", "telefon*", "telephone", "appareil", "mobil*", "application", "celular", "movil", "dispositivo", "telefono", "telemovel", "aplicacion", "aplicativo", "applicazione", "apparaat", "telefoon", "aplikacj*", "urzadzen*", "uygulama*", "telefonunuz*", "cihaz*", "телефон*", "приложени*", "устройств*", "アプリ", "スマートフォン", "スマホ", "端末", "手机", "手機", "应用", "應用程式", "设备", "앱", "휴대", "스마트폰", "기기")
	openWords    = words("in your app", "in the app", "in ihrer app", "in der app", "*tan app", "dans l application", "dans l appli", "en la app", "en tu app", "no aplicativo", "no seu app", "nell app", "in de app", "w aplikacji", "uygulamasi*", "в приложении", "アプリで", "在应用", "앱에서", "open", "offnen", "offne", "ouvrez", "abre", "abra", "apri", "otworz", "acin", "откройте", "開い", "開き", "打开", "打開", "열어", "열고")
	approveWords = words("approve", "approval", "approving", "tap yes", "tap", "confirm", "confirmation", "authorize", "authorise", "accept the", "digits shown", "number shown", "freigeben", "freigabe*", "bestatig*", "genehmig*", "approuv*", "validez", "valider", "confirmez", "confirmer", "autorisez", "aprob*", "aprueb*", "confirm*", "autoriz*", "aprov*", "approva*", "conferm*", "goedkeur*", "bevestig*", "zatwierdz*", "potwierdz*", "onayla*", "onay ver*", "подтверд*", "одобр*", "承認", "許可", "批准", "确认", "確認", "승인", "허용", "확인")
)

// looseButtons lists what can be pressed outside of forms, and in forms if there is
// nothing outside; none where there is something to fill in.
func (v *view) looseButtons() []int {
	if v.asksForSomething() {
		return nil
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
	// One alone sends a form, unless it says that it leads to other ways; several are a
	// choice.
	if len(inside) > 1 || len(inside) == 1 && otherWayWords.in(proseOf(v.Buttons[inside[0]].Label)) {
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
	methodListWords = words("other options", "security method", "following options", "following methods", "how would you like to sign in", "choose a method", "choose how", "select a method", "verification method", "authentication method", "another way", "verify your identity", "choose a second factor", "choose a factor", "select a factor", "select a second factor", "ihren zweiten faktor", "zweiten faktor wahlen", "choose your", "choose an", "select an authent*", "select login method", "select how", "how do you want to", "how would you like to", "ways to verify", "ways to sign in", "methode wahlen", "wie mochten sie", "wie mochtest du", "methode auswahlen", "verfahren wahlen", "comment souhaitez vous", "comment voulez vous", "choisissez votre", "choisir une methode", "choisissez comment", "como quieres", "como desea", "seleccione un metodo", "selecciona un metodo", "elige como", "elija", "como deseja", "como voce quer", "selecione um metodo", "escolha como", "come vuoi", "seleziona un metodo", "scegli come", "hoe wilt u", "hoe wil je", "jak chcesz", "metode weryfikacji", "nasil", "dogrulama yontemi", "как вы хотите", "способ подтверждения", "認証方法", "ログイン方法", "验证方式", "驗證方式", "登录方式", "인증 방법", "인증 수단", "choisissez une methode", "elige un metodo", "escolha um metodo", "scegli un metodo", "kies een methode", "wybierz metode", "yontem secin", "выберите способ", "方法を選択", "选择验证方式", "방법 선택")
	unansweredWords = words("nobody answered", "no response", "no answer", "timed out", "time out", "timeout", "expired", "didn t respond", "did not respond", "didn t get a response", "not answered", "keine antwort", "abgelaufen", "expire*", "sans reponse", "sin respuesta", "caducad*", "sem resposta", "expirou", "scadut*", "nessuna risposta", "verlopen", "geen reactie", "wygasl*", "zaman asimi", "suresi doldu", "истекло", "нет ответа", "タイムアウト", "超时", "逾時", "시간 초과")
	deniedWords     = words("denied", "declined", "rejected", "reported as fraud", "marked as fraud", "abgelehnt", "refusee", "rechazad*", "recusad*", "negada", "rifiutat*", "negato", "geweigerd", "afgewezen", "odrzucon*", "reddedildi", "отклонен*", "拒否", "拒绝", "拒絕", "거부")
	policyWords     = words("blocked by policy", "your organization s policy", "your organisation s policy", "organization policy", "security policy", "not allowed by your administrator", "administrator does not allow", "does not meet", "doesn t meet", "not permitted from", "not allowed from", "anonymous network", "anonymous ip", "access from your location", "your location", "browser is not supported", "unsupported browser", "device is not managed", "not enrolled and", "richtlinie*", "von ihrer organisation", "politique de securite", "politica de seguridad", "politica de seguranca", "criteri di sicurezza", "beveiligingsbeleid", "zasad* zabezpieczen", "guvenlik ilkesi", "политик* безопасности", "セキュリティポリシー", "安全策略", "보안 정책")
	otherWayWords   = words("other options", "more options", "another way", "other ways", "other methods", "different method", "different way", "something else", "another method", "another factor", "another option", "other factors", "try a different", "use a different", "choose another", "use another", "another verification", "alternative method", "alternative option*", "more ways", "andere *option*", "andere *methode*", "anderes *verfahren", "andere moglichkeit*", "anderes medium", "anderen weg", "auf andere weise", "weitere optionen", "weitere moglichkeiten", "autres options", "autre option", "autre methode", "autre moyen", "autre facon", "autres moyens", "autrement", "otras opciones", "otro metodo", "otra manera", "otra forma", "otra opcion", "otros metodos", "outras opcoes", "outro metodo", "outra forma", "outra maneira", "outra opcao", "altre opzioni", "altro metodo", "altro modo", "altra modalita", "andere opties", "andere manier", "andere methode", "iets anders", "inne opcje", "inny sposob", "innej metody", "inna metoda", "inna metode", "diger secenekler", "baska bir yol", "baska bir yontem", "farkli bir yontem", "другие способы", "другой способ", "другим способом", "другой метод", "他の方法", "ほかの方法", "別の方法", "其他方式", "其他方法", "其它方式", "更换验证方式", "换一种方式", "切换验证方式", "다른 방법", "다른 옵션", "다른 인증")
	typedWords      = words("manually enter*", "enter code manually", "enter a code", "enter code", "enter a verification code", "enter a passcode", "use a code", "code eingeben", "code manuell", "saisir un code", "saisir le code", "introducir codigo", "ingresar codigo", "digitar codigo", "inserisci codice", "code invoeren", "wpisz kod", "kod gir", "ввести код", "コードを入力", "输入验证码", "코드 입력")
	troubleWords    = words("can t use", "can t access", "having trouble", "having problems", "don t have", "do not have access", "lost my", "lost your", "probleme", "problemas", "problemi", "kein zugriff", "keinen zugriff", "habe mein", "n ai pas", "n ai plus", "no tengo", "no puedo", "nao tenho", "nao consigo", "non ho", "non riesci", "heb geen", "lukt het niet", "nie mam", "yanimda degil", "erisemiyorum", "нет доступа", "не могу", "持っていない", "使えない", "利用できない", "无法使用", "無法使用", "없어요", "사용할 수 없", "받을 수 없")
	notNowWords     = words("skip for now", "not now", "maybe later", "remind me later", "later", "jetzt nicht", "spater", "plus tard", "ahora no", "mas tarde", "agora nao", "mais tarde", "non ora", "piu tardi", "niet nu", "later", "nie teraz", "pozniej", "simdi degil", "daha sonra", "не сейчас", "позже", "後で", "以后再说", "稍后", "나중에")
)
