package login

// Some logins ask a question on their way to the end: may this application know who
// you are, shall you stay signed in, is this device yours. There is nothing to fill
// in, only a button to choose.

// question finds such a form and the button that answers it: yes to the application
// that is being signed in to, no to staying signed in and to trusting the device,
// because a verification leaves nothing behind. Terms to accept are found, but no
// button: to agree to them is for a person.
func (v *view) question() (kind Kind, form, button, yes int) {
	for i, f := range v.Forms {
		if f.Method != "POST" || len(v.form(i).usable) > 0 || v.isSearch(i) {
			continue
		}
		var buttons []int
		for _, b := range v.buttonsOf(i) {
			if v.Buttons[b].Visible && v.Buttons[b].Submits() {
				buttons = append(buttons, b)
			}
		}
		if len(buttons) == 1 { // the other answer may be a script's
			buttons = v.answersIn(i, buttons)
		}
		if len(buttons) == 0 || len(buttons) > 4 {
			continue
		}
		if kind := v.asks(i, buttons); kind != "" {
			yes = -1
			if kind == KindTrust {
				yes = v.agreement(buttons)
			}
			return kind, i, v.answerTo(kind, buttons), yes
		}
	}
	return "", NoForm, -1, -1
}

// answersIn adds to a form's buttons those that say no and do not send it.
func (v *view) answersIn(form int, buttons []int) []int {
	for i, b := range v.Buttons {
		if b.Form == form && b.Visible && !b.Disabled && !b.Submits() && b.Type != "reset" && noWords.in(proseOf(b.Label)) {
			buttons = append(buttons, i)
		}
	}
	return buttons
}

// asks says what a form without fields is about.
func (v *view) asks(form int, buttons []int) Kind {
	var labels prose
	for _, b := range buttons {
		labels = labels.and(proseOf(v.Buttons[b].Label))
	}
	about := v.top.and(v.form(form).heading)
	inside := v.form(form).text.and(labels)
	switch {
	case cookieWords.in(inside), logoutWords.in(labels), logoutNames.in(namesOf(path(v.Forms[form].Action))):
		return ""
	case termsPageWords.in(about):
		return KindTerms
	case stayWords.in(about):
		return KindStay
	case trustWords.in(about), trustWords.in(labels):
		return KindTrust
	case consentWords.in(about), requestWords.in(v.plain) && yesWords.in(labels) && noWords.in(labels) && !logoutLink(v.Page):
		return KindConsent
	}
	return ""
}

// agreement is the button that says yes: the only one that does not say no.
func (v *view) agreement(buttons []int) int {
	yes := -1
	for _, b := range buttons {
		switch label := proseOf(v.Buttons[b].Label); {
		case noWords.in(label) || notNowWords.in(label):
		case yes < 0 || yesWords.in(label) && !yesWords.in(proseOf(v.Buttons[yes].Label)):
			yes = b
		}
	}
	return yes
}

// answerTo is the button to press; -1 if it is not clear which.
func (v *view) answerTo(kind Kind, buttons []int) int {
	if kind == KindTerms {
		return -1
	}
	yes, no := -1, -1
	for _, b := range buttons {
		label := proseOf(v.Buttons[b].Label)
		switch {
		case noWords.in(label):
			if no < 0 {
				no = b
			}
		case yes < 0:
			yes = b
		}
	}
	if kind == KindConsent {
		if yes >= 0 && (no >= 0 || yesWords.in(proseOf(v.Buttons[yes].Label))) {
			return yes
		}
		return -1
	}
	if no >= 0 {
		return no
	}
	if len(buttons) == 1 {
		return yes
	}
	return -1
}

var (
	consentWords = words(
		"authorize", "authorise", "authorization", "grant access", "allow access", "permissions requested", "permission requested", "requests permission", "requesting permission", "wants access", "wants to access", "would like to access", "access to your account", "consent",
		"zugriff erlauben", "zugriff gestatten", "zugriff auf ihr konto", "auf ihr konto zugreifen", "auf dein konto zugreifen", "berechtigungen", "zustimmung", "einwilligung",
		"autoriser", "autorisation*", "acces a votre compte", "consentement", "autorizar", "autorizacion", "acceso a tu cuenta", "acceder a tu cuenta", "permisos solicitados", "consentimiento", "autorizacao", "acessar sua conta", "permissoes", "autorizza*", "consenso", "accesso al tuo account",
		"toestemming", "toegang tot je account", "toegang verlenen", "autoryzuj*", "dostep do twojego konta", "zezwol*", "udziel dostepu", "yetkilendir*", "erisim izni", "izin ver*", "hesabiniza erisme*", "доступ к вашему аккаунту", "разрешить доступ", "разрешение на доступ", "предоставить доступ",
		"許可", "アクセス権", "授权", "授權", "권한", "동의하고 계속",
	)
	requestWords = words("would like to", "would like permission", "is requesting", "requests access", "will be able to", "mochte", "souhaite", "quiere", "deseja", "vorrebbe", "wil graag", "chce uzyskac", "istiyor", "запрашивает", "求めています", "申请", "请求", "요청")
	stayWords    = words("stay signed in", "keep me signed in", "stay logged in", "keep you signed in", "remain signed in", "angemeldet bleiben", "eingeloggt bleiben", "rester connecte*", "mantener la sesion", "permanecer conectad*", "continuar conectad*", "manter conectad*", "manter sessao", "restare collegat*", "rimanere conness*", "restare conness*", "aangemeld blijven", "ingelogd blijven", "nie wylogowuj", "pozostac zalogowan*", "oturum acik kalsin", "oturumunuz acik", "оставаться в системе", "не выходить из системы", "サインインの状態を維持", "ログインしたまま", "保持登录", "保持登入", "로그인 상태를 유지", "로그인 상태 유지")
	trustWords   = words("trust this", "trust browser", "trusted device", "trust device", "is this your device", "remember this device", "remember this browser", "remember this computer", "register this device", "diesem gerat vertrauen", "diesem browser vertrauen", "gerat merken", "vertrauenswurdig*", "confiance a cet", "appareil de confiance", "faire confiance", "confiar en este", "dispositivo de confianza", "confiar neste", "dispositivo confiavel", "fidarsi di questo", "considerare attendibile", "dispositivo attendibile", "dit apparaat vertrouwen", "vertrouwd apparaat", "zaufac temu", "zaufane urzadzenie", "ufaj temu", "bu cihaza guven*", "guvenilir cihaz", "доверять этому", "доверенное устройство", "запомнить это устройство", "この端末を信頼", "このデバイスを信頼", "このブラウザを信頼", "信任此", "信任该", "이 기기를 신뢰", "이 브라우저를 신뢰")

	termsPageWords = words("terms of use", "terms of service", "terms and conditions", "acceptable use", "user agreement", "license agreement", "privacy policy", "privacy notice", "nutzungsbedingungen", "geschaftsbedingungen", "datenschutzerklarung", "conditions d utilisation", "conditions generales", "terminos y condiciones", "terminos de uso", "condiciones de uso", "termos de uso", "termos e condicoes", "termini e condizioni", "condizioni d uso", "gebruiksvoorwaarden", "algemene voorwaarden", "regulamin*", "warunki korzystania", "kullanim kosullari", "kullanim sartlari", "условия использования", "пользовательское соглашение", "利用規約", "服务条款", "使用条款", "服務條款", "用户协议", "이용약관")
	cookieWords    = words("cookie*", "cookies", "クッキー", "쿠키")
	yesWords       = words("yes", "allow", "authorize*", "authorise*", "accept", "approve", "grant", "agree", "continue", "confirm", "ok", "ja", "erlauben", "zulassen", "zustimmen", "akzeptieren", "gestatten", "weiter", "oui", "autoriser", "accepter", "continuer", "si", "permitir", "autorizar", "aceptar", "continuar", "sim", "aceitar", "autorizza", "consenti", "accetta", "continua", "toestaan", "accepteren", "doorgaan", "tak", "zezwol", "akceptuj*", "kontynuuj", "evet", "izin ver", "kabul et", "onayla", "devam", "да", "разрешить", "принять", "продолжить", "許可", "はい", "同意", "続行", "允许", "授权", "是", "继续", "允許", "授權", "허용", "예", "동의", "계속")
	noWords        = words("no", "deny", "cancel", "decline", "reject", "refuse", "skip", "not now", "don t", "do not", "never", "nein", "ablehnen", "abbrechen", "verweigern", "nicht jetzt", "uberspringen", "non", "refuser", "annuler", "plus tard", "ignorer", "denegar", "rechazar", "cancelar", "ahora no", "omitir", "nao", "recusar", "negar", "agora nao", "rifiuta", "annulla", "nega", "non ora", "nee", "weigeren", "annuleren", "niet nu", "overslaan", "nie", "odmow*", "anuluj", "odrzuc", "pomin", "hayir", "reddet", "iptal", "simdi degil", "нет", "отклонить", "запретить", "отмена", "не сейчас", "пропустить", "拒否", "いいえ", "キャンセル", "スキップ", "許可しない", "拒绝", "取消", "否", "跳过", "拒絕", "略過", "거부", "취소", "아니요", "아니오", "건너뛰기")
)
