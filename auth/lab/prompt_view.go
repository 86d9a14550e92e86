package lab

import (
	"net/http"
	"slices"
	"strings"
)

// view decides what the visitor sees next, and sends the push that nobody asked for.
// The user's status and the policy count as they are now.
func (h *promptHost) view(p *prompt) promptView {
	h.duo.review(p)
	switch {
	case p.denied != "":
		return promptView{View: "denied", Why: p.denied}
	case h.a.panel.on(SwitchLocked):
		return promptView{View: "denied", Why: saysLockedOut}
	case p.factor == "" && h.a.panel.on(SwitchNag) && !p.skipped:
		return promptView{View: "nag"}
	case p.factor != "" && !p.asked && h.duo.remembersBrowsers(p):
		return promptView{View: "trust"}
	case p.factor != "":
		return promptView{View: "done"}
	}
	v := promptView{View: "challenge", Methods: h.duo.offers(p)}
	switch {
	case len(v.Methods) == 0:
		return promptView{View: "denied", Why: saysNoMethod}
	case v.Methods[0] != "push":
		return v
	}
	if p.push.sent.IsZero() {
		h.send(p)
	}
	v.Push = h.pushState(p)
	if v.Push == "waits" {
		v.Number = p.push.number
	}
	return v
}

// takePasscode judges a passcode and says what is wrong with it. Each method takes its
// own kind: a hardware token's code, or a bypass code. The phone's app is in nobody's
// hands here, so that no code of it is right.
func (h *promptHost) takePasscode(p *prompt, word promptWord) string {
	method := word.Method
	if method == "" {
		method = "mobile"
	}
	if v := h.view(p); v.View != "challenge" || !slices.Contains(v.Methods, method) {
		return ""
	}
	out := h.duo.judge(h.duo.visitor(p), strings.ReplaceAll(word.Passcode, " ", ""), takenBy[method])
	switch {
	case out.verdict == accepted && out.step != neverUsed:
		h.a.account.signedInAt(out.step)
	case out.verdict == accepted:
		h.a.account.signedIn()
	default:
		if h.duo.review(p); p.denied != "" {
			return p.denied
		}
		return saysWrongPasscode
	}
	p.factor = factorNames[out.method]
	return ""
}

// takeTrust remembers the browser if it is to be trusted.
func (h *promptHost) takeTrust(w http.ResponseWriter, p *prompt, trust bool) {
	if p.factor == "" || p.asked {
		return
	}
	p.asked = true
	if !trust {
		return
	}
	name, life := h.duo.trustBrowser(p)
	if name == "" {
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: deviceCookie, Value: name, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// deviceOf reads the name of a trusted browser, or "".
func deviceOf(r *http.Request) string {
	cookie, err := r.Cookie(deviceCookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}
