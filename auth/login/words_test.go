package login

import "testing"

func TestVocabulary_MatchesWordsAndNotTheirParts(t *testing.T) {
	v := words("pin", "log in", "passwort*", "*code", "2 fa", "kod* zapasow*", "验证码", "인증번호")
	for text, want := range map[string]bool{
		"Enter your PIN":                    true,
		"shopping":                          false,
		"Log-in":                            true,
		"log into":                          false,
		"Passwortwiederherstellung":         true,
		"Einmalpasswort":                    false,
		"Sicherheitscode":                   true,
		"codec":                             false,
		"2FA":                               true,
		"12fa":                              false,
		"Wpisz jeden z kodów zapasowych":    true,
		"请输入短信验证码":                          true,
		"인증 번호를 입력하세요":                      true,
		"":                                  false,
		"ＰＩＮ":                               true, // full-width
		"p\u0069\u0301n":                    true, // an accent that somebody put on it
		"log\u00a0in":                       true,
		"\u202elog in":                      true,
		"unrelated words only, in a row of": false,
	} {
		if got := v.in(proseOf(Clean(text))); got != want {
			t.Errorf("%q: found %v, want %v", text, got, want)
		}
	}
}

func TestVocabulary_TurkishCapitals(t *testing.T) {
	for _, text := range []string{"GİRİŞ YAP", "giriş yap", "Giris Yap"} {
		if !loginWords.in(proseOf(text)) {
			t.Errorf("%q is not taken for a login", text)
		}
	}
	for _, text := range []string{"KULLANICI ADI", "kullanıcı adı", "Kullanici adi"} {
		if !usernameWords.in(proseOf(text)) {
			t.Errorf("%q is not taken for a username", text)
		}
	}
}

func TestNamesOf_TakesProgrammersNamesApart(t *testing.T) {
	for name, want := range map[string][]string{
		"Input.TwoFactorCode":    {"input", "two", "factor", "code"},
		"ctl00$Main$txtUserName": {"ctl", "00", "main", "txt", "user", "name"},
		"user[otp_attempt]":      {"user", "otp", "attempt"},
		"OTPCode":                {"otp", "code"},
		"userID":                 {"user", "id"},
		"d1":                     {"d", "1"},
		"":                       nil,
	} {
		got := namesOf(name).words
		if len(got) != len(want) {
			t.Errorf("%q: got %q, want %q", name, got, want)
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%q: got %q, want %q", name, got, want)
				break
			}
		}
	}
}

// TestVocabularies_AreWritten finds entries that can never be found: folding must
// leave something of each.
func TestVocabularies_AreWritten(t *testing.T) {
	for name, v := range map[string]*vocabulary{
		"usernameNames": usernameNames, "usernameWords": usernameWords, "passwordNames": passwordNames, "passwordWords": passwordWords,
		"codeNames": codeNames, "codeWords": codeWords, "digitWords": digitWords, "consentWords": consentWords, "requestWords": requestWords, "stayWords": stayWords, "trustWords": trustWords, "termsPageWords": termsPageWords, "yesWords": yesWords, "noWords": noWords, "weakCodeNames": weakCodeNames, "weakCodeWords": weakCodeWords,
		"newPasswordNames": newPasswordNames, "newPasswordWords": newPasswordWords,
		"appWords": appWords, "smsWords": smsWords, "mailWords": mailWords, "sentWords": sentWords, "backupWords": backupWords,
		"captchaWords": captchaWords, "captchaNames": captchaNames, "otherNumberWords": otherNumberWords, "searchNames": searchNames,
		"passkeyWords": passkeyWords, "rememberWords": rememberWords, "termsWords": termsWords,
		"loginNames": loginNames, "loginWords": loginWords, "signupNames": signupNames, "signupWords": signupWords,
		"recoveryNames": recoveryNames, "recoveryWords": recoveryWords, "newsletterWords": newsletterWords, "searchWords": searchWords,
		"paymentWords": paymentWords, "changeWords": changeWords, "enrolWords": enrolWords, "logoutWords": logoutWords, "awayWords": awayWords, "questionWords": questionWords,
		"lockedWords": lockedWords, "usedCodeWords": usedCodeWords, "expiredPasswordWords": expiredPasswordWords, "refusedWords": refusedWords, "csrfWords": csrfWords,
		"bypassWords": bypassWords, "methodListWords": methodListWords, "unansweredWords": unansweredWords, "deniedWords": deniedWords, "policyWords": policyWords,
	} {
		for _, entry := range v.entries {
			plain := makeProse(removeStars(entry))
			if len(plain.words) == 0 {
				t.Errorf("%s: nothing is left of %q", name, entry)
				continue
			}
			if !v.in(plain) {
				t.Errorf("%s: %q does not find itself", name, entry)
			}
		}
	}
}

func removeStars(s string) string {
	out := []rune(s)[:0:0]
	for _, r := range s {
		if r != '*' {
			out = append(out, r)
		}
	}
	return string(out)
}

func TestSheet_HidesWhatItsRulesHide(t *testing.T) {
	page := func(css, body string) Page {
		return ReadDocument("<html><head><style>"+css+"</style></head><body>"+body+"</body></html>", nil)
	}
	const field = `<p class="a b" id="x"><input class="c"></p>`
	for css, visible := range map[string]bool{
		"":                                          true,
		".a{display:none}":                          false,
		"#x { display : none }":                     false,
		"p.b{visibility:hidden !important}":         false,
		"input{opacity:0}":                          false,
		"input{opacity:0.4}":                        true,
		".z{display:none}":                          true,
		"div{display:none}":                         true,
		".a.b{display:none}":                        false,
		".a.z{display:none}":                        true,
		".a{display:none}.a.b{display:block}":       true,
		".a.b{display:block} .a{display:none}":      true,
		"@media print{.a{display:none}}":            true,
		"/* .z */ .a{left:-9999px}":                 false,
		".a{margin-left:-5px}":                      true,
		".q, .a , .r{position:absolute;top:-999px}": false,
		".a > .z{display:none}":                     true,
		".a{":                                       true,
		"}}}{{{.a{display:none}":                    true,
		".a{height:0;overflow:hidden}":              false,
		".a{height:0}":                              true,
	} {
		p := page(css, field)
		if len(p.Fields) != 1 || p.Fields[0].Visible != visible {
			t.Errorf("%q: visible %v, want %v", css, !visible, visible)
		}
	}
}
