package login

import (
	"net/url"
	"strings"
)

// A Kind says what a page is.
type Kind string

// The kinds of page. A login is a way through some of them.
const (
	KindUsername       Kind = "username"               // asks for the username alone
	KindPassword       Kind = "password"               // asks for the password alone
	KindBoth           Kind = "username+password"      //
	KindCode           Kind = "one-time-code"          // a code that an authenticator gives
	KindBothCode       Kind = "username+password+code" // everything at once
	KindOtherCode      Kind = "other-channel-code"     // a code sent by SMS or e-mail
	KindBackupCode     Kind = "backup-code"            // a code off a printed list
	KindEnrolment      Kind = "enrolment"              // wants a new authenticator to be set up
	KindPasswordChange Kind = "password-change"        // wants a new password
	KindConsent        Kind = "consent"                // asks whether an application may know the account
	KindStay           Kind = "stay-signed-in"         // asks whether to
	KindTrust          Kind = "trust-device"           // asks whether this device is the user's own
	KindNag            Kind = "nag"                    // recommends something, and can be put off
	KindWaiting        Kind = "waiting-for-approval"   // waits for a person who was asked elsewhere
	KindMethods        Kind = "method-choice"          // offers several second factors
	KindTerms          Kind = "terms"                  // wants terms to be accepted
	KindAutoSubmit     Kind = "auto-submit"            // hidden fields that travel on to the next site
	KindCaptcha        Kind = "captcha"                // wants proof that a person sits here
	KindPasskey        Kind = "passkey"                // offers a passkey and nothing to type
	KindScript         Kind = "needs-browser"          // is drawn by a script
	KindNone           Kind = "no-login"               // asks for nothing that belongs to a login
)

// A Reading is what a Page is understood to be.
type Reading struct {
	Kind     Kind
	Form     int    // the form of the login, or NoForm
	Username int    // index in Page.Fields, or -1
	Password int    // index in Page.Fields, or -1
	Code     []int  // one field, or one for each character
	Backup   []int  // the same for a code off a list; only of KindBackupCode
	Button   int    // index in Page.Buttons, or -1
	Yes      int    // the button that agrees, of KindTrust; or -1
	Ways     Ways   // the methods that are offered, of KindMethods
	Picks    *Picks // the same, where one is chosen before a button is pressed; or nil

	// Away is the button, and Lead the link, to a method that takes a code from a seed,
	// where the page itself asks for something else; -1 and nil where there is none. Of
	// KindWaiting and KindMethods the button is Button.
	Away int
	Lead *url.URL
	// Joined says that one field takes two things: a PIN and then the code, or the
	// password and then the code.
	Joined bool
}

// Ways are the buttons that lead to a method; -1 where it is not offered.
type Ways struct {
	Code   int // to one that takes a code from a seed
	Bypass int
	Push   int
	Count  int // how many methods are offered, of any kind
}

var noWays = Ways{Code: -1, Bypass: -1, Push: -1}

// Read decides what a page is. It is a pure function: the same page, the same
// reading, whichever driver it came from.
//
// Forms are judged before fields. On real pages the field rules alone fail most
// often on a sign-up form that stands before the login form.
func Read(p Page) Reading {
	v := newView(p)
	all := v.candidates()
	var best *candidate
	score := 0
	for i := range all {
		if s := all[i].score(); s > score {
			best, score = &all[i], s
		}
	}
	if best == nil {
		return v.readWithoutLogin(all)
	}
	r := best.reading()
	if r.Kind == KindOtherCode || r.Kind == KindBackupCode {
		r.Away, r.Lead = v.instead()
	}
	switch {
	case best.captcha || v.guarded(best.form):
		r.Kind = KindCaptcha
	case (len(r.Code) > 0 || r.Kind == KindOtherCode) && v.enrols():
		r.Kind, r.Code, r.Username, r.Password = KindEnrolment, nil, -1, -1
	}
	return r
}

// readWithoutLogin names a page that has no login form.
func (v *view) readWithoutLogin(all []candidate) Reading {
	r := Reading{Kind: KindNone, Form: NoForm, Username: -1, Password: -1, Button: -1, Yes: -1, Away: -1, Ways: noWays}
	for i := range all {
		if all[i].isPasswordChange() {
			r.Kind, r.Form, r.Button = KindPasswordChange, all[i].form, all[i].button
			return r
		}
	}
	if form, ok := autoSubmit(v.Page); ok {
		r.Kind, r.Form = KindAutoSubmit, form
		return r
	}
	if kind, form, button, yes := v.question(); kind != "" {
		r.Kind, r.Form, r.Button, r.Yes = kind, form, button, yes
		return r
	}
	if v.mailedLink() {
		r.Kind, r.Button = KindOtherCode, -1
		r.Away, r.Lead = v.instead()
		return r
	}
	if f := v.factor(); f.kind != "" {
		r.Kind, r.Button, r.Yes, r.Ways, r.Picks, r.Lead = f.kind, f.button, f.yes, f.ways, f.picks, f.lead
		return r
	}
	switch {
	case len(v.Widgets) > 0 && !logoutLink(v.Page):
		r.Kind = KindCaptcha
	case v.demandsEnrolment():
		r.Kind, r.Form, r.Button = KindEnrolment, NoForm, -1
		for i, b := range v.Buttons {
			if b.Visible && b.Submits() && !v.isSearch(b.Form) {
				r.Form, r.Button = b.Form, i
				break
			}
		}
	case v.offersPasskey():
		r.Kind = KindPasskey
	case v.drawnByScript():
		r.Kind = KindScript
	}
	return r
}

// mailedLink reports whether the login goes on with a link that was sent by e-mail.
func (v *view) mailedLink() bool {
	if v.asksForSomething() || len(v.Plain) > 800 || logoutLink(v.Page) {
		return false
	}
	all := v.top.and(v.plain)
	return sentWords.in(all) && linkWords.in(all) && (mailWords.in(all) || letterWords.in(all)) &&
		(loginWords.in(all) || codeWords.in(all)) && !recoveryWords.in(all) && !changeWords.in(all) && !signupWords.in(all)
}

var linkWords = words("link", "magic link", "*link", "lien", "enlace", "collegamento", "koppeling", "odnosnik*", "baglanti*", "ссылк*", "リンク", "链接", "連結", "링크")

// guarded reports whether a robots' gate stands in a form, or beside all of them.
func (v *view) guarded(form int) bool {
	for _, w := range v.Widgets {
		if w.Form == form || w.Form == NoForm {
			return true
		}
	}
	return false
}

// enrols reports whether the page sets something up: a code that is asked for
// beside a QR code confirms a new seed, and the stored one would be wrong.
func (v *view) enrols() bool {
	return v.QR || enrolWords.in(v.top) && (appWords.in(v.top) || speaksOfCode(v.top) && appWords.in(v.plain))
}

// demandsEnrolment reports whether a page without a login says that a second factor must
// be set up before the login goes on.
func (v *view) demandsEnrolment() bool {
	if logoutLink(v.Page) || len(v.Plain) > 1500 {
		return false
	}
	all := v.top.and(v.plain)
	if demandWords.in(all) && (appWords.in(all) || codeWords.in(all) || smsWords.in(all)) {
		return true
	}
	return enrolWords.in(v.top) && factorWords.in(v.top) && !v.asksForSomething()
}

// factorWords are what prompts call a second factor where they speak of none in
// particular.
var factorWords = words("security method*", "security info*", "verification method*", "authentication method*", "second factor*", "second step", "2 fa", "mfa", "two factor*", "2 factor*", "two step*", "2 step*", "multi factor*", "authenticator*", "sicherheitsmethode*", "zwei faktor*", "zweiten faktor", "double authentification", "dos factores", "dois fatores", "due fattori", "tweestaps*", "dwuskladnikow*", "iki faktorlu", "iki adimli", "двухфакторн*", "二要素認証", "2段階認証", "二段階認証", "双重验证", "两步验证", "二次验证", "2단계 인증")

var demandWords = words(
	"more information required", "additional information required", "your organization requires", "your organisation requires", "before you can sign in", "before you can continue", "must set up", "need to set up", "required to set up", "must be set up", "must enroll", "required to enroll",
	"weitere informationen erforderlich", "muss eingerichtet werden", "mussen sie zuerst", "informations supplementaires requises", "plus d informations requises", "se necesita mas informacion", "mais informacoes necessarias", "ulteriori informazioni necessarie", "sono necessarie altre informazioni", "meer informatie vereist", "wymagane sa dodatkowe informacje", "daha fazla bilgi gerekiyor", "требуются дополнительные сведения", "詳細情報が必要", "需要更多信息", "需要更多資訊", "추가 정보 필요",
)

// offersPasskey reports whether a passkey is what the page asks for.
func (v *view) offersPasskey() bool {
	if len(v.Plain) > 4000 {
		return false
	}
	offered := passkeyWords.in(v.top)
	for _, b := range v.Buttons {
		offered = offered || b.Visible && passkeyWords.in(proseOf(b.Label))
	}
	return offered && (loginWords.in(v.top) || factorWords.in(v.top) && !logoutLink(v.Page) && len(v.Plain) < 800 || loginWords.in(v.plain) || loginNames.in(namesOf(path(v.URL))))
}

// drawnByScript reports whether the document is an empty stage for a script.
func (v *view) drawnByScript() bool {
	for k := range v.forms {
		for _, i := range v.forms[k].usable {
			if v.role[i] != "" || v.Fields[i].Type == "password" {
				return false
			}
		}
	}
	for _, f := range v.Frames {
		if f.URL == nil && v.Scripts > 0 {
			return true
		}
	}
	if len(v.Plain) < 1500 && (enableScriptWords.in(proseOf(v.NoScript)) || v.Scripts > 0 && enableScriptWords.in(v.plain)) {
		return true
	}
	empty := len(v.Text) < 200 && len(v.Forms) == 0
	return v.Scripts > 0 && empty
}

// autoSubmit finds the form that a script would send on at once: nothing to
// fill in, and a field that single sign-on protocols carry (SAML 2.0 bindings
// §3.5, OAuth 2.0 form_post, WS-Federation).
func autoSubmit(p Page) (int, bool) {
	for i, f := range p.Forms {
		if f.Method != "POST" {
			continue
		}
		names, fillable := map[string]bool{}, false
		for _, field := range p.Fields {
			if field.Form != i {
				continue
			}
			fillable = fillable || field.Fillable()
			names[strings.ToLower(field.Name)] = true
		}
		if fillable {
			continue
		}
		for _, carrier := range []string{"samlresponse", "samlrequest", "samlart", "wresult", "id_token", "logintoken"} {
			if names[carrier] {
				return i, true
			}
		}
		if names["state"] && (names["code"] || names["access_token"] || names["error"]) {
			return i, true
		}
		if len(names) > 1 && onlyPassesOn(p) {
			return i, true
		}
	}
	return NoForm, false
}

// onlyPassesOn reports whether a page is nothing but one form of hidden values that
// its script sends on: nothing to read, to press or to follow. Prompts collect what
// they want to know of a browser in such a page.
func onlyPassesOn(p Page) bool {
	if len(p.Forms) != 1 || len(p.Links) > 0 || len(p.Frames) > 0 || p.Scripts == 0 || len(p.Text) > 200 {
		return false
	}
	for _, b := range p.Buttons {
		if b.Visible {
			return false
		}
	}
	for _, f := range p.Fields {
		if f.Form != 0 || f.Type != "hidden" {
			return false
		}
	}
	return true
}

// logoutLink reports whether a page offers to sign out, as pages do for somebody
// who is signed in: by an address or a form that is named so, or by words.
func logoutLink(p Page) bool {
	for _, l := range p.Links {
		text := proseOf(l.Text)
		if logoutNames.in(namesOf(path(l.URL))) && !loginWords.in(text) || logoutWords.in(text) { // "back to sign in" ends a login, and no session
			return true
		}
	}
	for _, f := range p.Forms {
		if f.Action != p.URL && logoutNames.in(namesOf(path(f.Action))) {
			return true
		}
	}
	for _, b := range p.Buttons {
		if logoutWords.in(proseOf(b.Label)) {
			return true
		}
	}
	return false
}

// loginLink finds where a page that is no login leads to one.
func loginLink(p Page) (Link, bool) {
	var byAddress *Link
	for i, l := range p.Links {
		text := proseOf(l.Text)
		if loginWords.in(text) && !signupWords.in(text) {
			return l, true
		}
		if byAddress == nil && loginNames.in(namesOf(path(l.URL))) && !signupNames.in(namesOf(path(l.URL))) {
			byAddress = &p.Links[i]
		}
	}
	if byAddress != nil {
		return *byAddress, true
	}
	return Link{}, false
}

// path is an address's path for reading words in it.
func path(u *url.URL) string {
	if u == nil {
		return ""
	}
	return clipBytes(u.Path, 300)
}
