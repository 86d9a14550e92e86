package login

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// widget recognises the robots' gates that others' scripts put into pages, by the
// class or frame address that their own documentation prescribes. The invisible
// kinds let most visitors pass and are no reason to stop.
func (r *reader) widget(n *html.Node, in surroundings) {
	if !in.visible || n.DataAtom == atom.Button || n.DataAtom == atom.Input || len(r.page.Widgets) >= maxFrames {
		return
	}
	class := attr(n, "class")
	if class == "" && n.DataAtom != atom.Iframe {
		return
	}
	class, src := " "+class+" ", attr(n, "src")
	for _, w := range [...]struct{ name, class, src string }{
		{"recaptcha", " g-recaptcha ", "/recaptcha/"},
		{"hcaptcha", " h-captcha ", "hcaptcha.com/"},
		{"turnstile", " cf-turnstile ", "challenges.cloudflare.com/"},
		{"friendlycaptcha", " frc-captcha ", "friendlycaptcha"},
		{"geetest", " geetest_holder ", "geetest.com/"},
		{"funcaptcha", " funcaptcha ", "arkoselabs.com/"},
		{"datadome", " ", "captcha-delivery.com/"},
		{"incapsula", " ", "_Incapsula_Resource"},
	} {
		byClass := w.class != " " && strings.Contains(class, w.class) && attr(n, "data-size") != "invisible"
		byFrame := n.DataAtom == atom.Iframe && strings.Contains(src, w.src) && !strings.Contains(src, "size=invisible")
		if byClass || byFrame {
			r.page.Widgets = append(r.page.Widgets, Widget{Name: w.name, Form: in.form})
			return
		}
	}
}

// widgetScript recognises the walls that put themselves before a whole page.
func (r *reader) widgetScript(n *html.Node) {
	src := attr(n, "src")
	if strings.Contains(src, "/cdn-cgi/challenge-platform/") && strings.Contains(src, "/orchestrate/") {
		r.page.Widgets = append(r.page.Widgets, Widget{Name: "turnstile", Form: NoForm})
	}
}

// image takes note of pictures: a QR code says that something is being set up, and
// one beside a field for a code says that a person is to read it off.
func (r *reader) image(n *html.Node, in surroundings) {
	if !in.visible {
		return
	}
	src := attr(n, "src")
	if strings.HasPrefix(src, "data:") {
		src = "data:"
	}
	path, _, _ := strings.Cut(src, "?")
	names := strings.Join([]string{attr(n, "alt"), attr(n, "id"), attr(n, "class"), attr(n, "title"), clipBytes(src, 300)}, " ")
	if qrNames.in(namesOf(names)) {
		r.page.QR = true
	}
	if n.DataAtom == atom.Svg || staticImage(path) && !pictureNames.in(namesOf(names)) {
		return
	}
	names = clip(Clean(names), 300)
	if names == "" {
		names = "picture"
	}
	r.picture = names
	// The picture often comes after its field.
	if k := len(r.page.Fields) - 1; k >= 0 && r.page.Fields[k].Picture == "" && r.page.Fields[k].Type != "hidden" {
		r.page.Fields[k].Picture = names
	}
}

// staticImage reports whether an address is that of a drawing which is the same
// for everybody: a logo, an icon.
func staticImage(path string) bool {
	path = strings.ToLower(path)
	for _, end := range [...]string{".png", ".svg", ".gif", ".jpg", ".jpeg", ".webp", ".ico", ".avif"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return path == ""
}

var (
	qrNames      = words("qr*", "*qr", "qrcode*", "*qrcode*", "*barcode")
	pictureNames = words("*captcha*", "*verifycode*", "*validatecode*", "vcode*", "checkcode*", "authcode*", "securimage*", "security image", "security code", "verify code", "verification code", "rand code", "randcode*", "yzm*", "kaptcha*", "验证码", "驗證碼", "看不清", "点击刷新")
)
