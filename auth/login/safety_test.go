package login_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gatepass/auth/login"
)

// What must never be typed where is tried on every sample in every disguise: whatever
// the inputs' type, with and without autocomplete, with the names that authors chose
// and without.

var (
	inputTag     = regexp.MustCompile(`(?i)<input\b[^>]*>`)
	typeAttr     = regexp.MustCompile(`(?i)\stype\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)`)
	completeAttr = regexp.MustCompile(`(?i)\sautocomplete\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)`)
)

// disguised gives a page with every input that can be typed into made one of a type.
func disguised(body, kind string, autocomplete string) string {
	return inputTag.ReplaceAllStringFunc(body, func(tag string) string {
		was := "text"
		if m := typeAttr.FindStringSubmatch(tag); m != nil {
			was = strings.ToLower(strings.Trim(m[1], `"'`))
		}
		switch was {
		case "text", "password", "tel", "number", "email":
		default:
			return tag
		}
		tag = typeAttr.ReplaceAllString(tag, "")
		if autocomplete != "as it is" {
			tag = completeAttr.ReplaceAllString(tag, "")
		}
		more := ` type="` + kind + `"`
		if autocomplete != "as it is" && autocomplete != "" {
			more += ` autocomplete="` + autocomplete + `"`
		}
		return "<input" + more + tag[len("<input"):]
	})
}

// raw gives the samples of some kinds as they stand in their files, by name.
func raw(t *testing.T, kinds ...string) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/pages/*.html")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range kinds {
			if first, _, _ := strings.Cut(string(b), "\n"); strings.HasPrefix(first, "<!-- kind: "+kind+";") || strings.HasPrefix(first, "<!-- kind: "+kind+" ") {
				all[filepath.Base(file)] = string(b)
			}
		}
	}
	if len(all) == 0 {
		t.Fatalf("no samples of %v", kinds)
	}
	return all
}

// typed lists what a login would put into a page at any time, with any memory.
func typed(p login.Page) map[login.Role]bool {
	roles := map[login.Role]bool{}
	for _, m := range memories() {
		if step := login.Decide(p, m); step.Do == login.DoFill {
			for _, role := range step.Roles {
				roles[role] = true
			}
		}
	}
	return roles
}

// TestSafety_NoPasswordIntoACode: a field for a one-time code gets no password, whatever
// its type.
func TestSafety_NoPasswordIntoACode(t *testing.T) {
	for name, body := range raw(t, "one-time-code", "other-channel-code", "backup-code") {
		for _, kind := range []string{"password", "text", "tel", "number"} {
			if first, _, _ := strings.Cut(body, "\n"); kind == "password" && (strings.Contains(first, "username: ") || strings.Contains(first, "beside: ")) {
				continue // a name is asked for as well, and that is never hidden
			}
			for _, complete := range []string{"as it is", "", "one-time-code"} {
				p := document(t, disguised(body, kind, complete))
				if typed(p)[login.RolePassword] {
					t.Errorf("%s as %s, autocomplete %q: the password would be typed", name, kind, complete)
				}
			}
		}
	}
}

// TestSafety_NoCodeIntoAnotherKind: a code from a seed goes into no field for one that
// was sent, stands on a list, or confirms a new seed.
func TestSafety_NoCodeIntoAnotherKind(t *testing.T) {
	for name, body := range raw(t, "other-channel-code", "backup-code", "enrolment", "captcha", "password-change") {
		for _, kind := range []string{"password", "text", "tel", "number"} {
			for _, complete := range []string{"as it is", "", "one-time-code"} {
				if strings.HasPrefix(body, "<!-- kind: captcha") && complete == "one-time-code" || strings.HasPrefix(body, "<!-- kind: password-change") && (complete == "one-time-code" || kind != "password") {
					continue // then the page says something else
				}
				p := document(t, disguised(body, kind, complete))
				if typed(p)[login.RoleCode] {
					t.Errorf("%s as %s, autocomplete %q: a code would be typed", name, kind, complete)
				}
			}
		}
	}
}

// foreign are forms that nothing of a login is ever typed into, in several languages.
var foreignForms = map[string]string{
	"sign-up":            `<form class="F" action="/register" method="post"><h2>Create your account</h2><input name="fn" placeholder="First name"><input name="e" type="email" placeholder="Email"><input name="p" type="password" placeholder="Choose a password"><button>Sign up</button></form>`,
	"sign-up, twice":     `<form class="F" action="/a" method="post"><input name="n1" placeholder="E-mail"><input name="n2" type="password" placeholder="Password"><input name="n3" type="password" placeholder="Confirm password"><button>Go</button></form>`,
	"Registrierung":      `<form class="F" action="/neu" method="post"><h2>Neu hier?</h2><input name="e" placeholder="E-Mail"><input name="p" type="password" placeholder="Passwort"><label><input type="checkbox" name="agb"> Ich akzeptiere die AGB</label><button>Konto erstellen</button></form>`,
	"inscription":        `<form class="F" action="/x" method="post"><h2>Pas encore de compte ?</h2><input name="e" placeholder="E-mail"><input name="p" type="password" autocomplete="new-password" placeholder="Mot de passe"><button>Créer mon compte</button></form>`,
	"cadastro":           `<form class="F" action="/y" method="post"><input name="e" placeholder="E-mail"><input name="p" type="password" placeholder="Crie uma senha"><button>Cadastre-se</button></form>`,
	"会員登録":               `<form class="F" action="/z" method="post"><input name="e" placeholder="メールアドレス"><input name="p" type="password" placeholder="パスワードを設定"><button>会員登録</button></form>`,
	"recovery":           `<form class="F" action="/forgot" method="post"><h2>Forgot your password?</h2><input name="e" type="email" placeholder="Email"><button>Send reset link</button></form>`,
	"Passwort vergessen": `<form class="F" action="/pw" method="post"><h2>Passwort vergessen?</h2><input name="benutzer" placeholder="Benutzername"><button>Zurücksetzen</button></form>`,
	"newsletter":         `<form class="F" action="/nl" method="post"><input name="email" type="email" placeholder="Your email"><button>Subscribe to our newsletter</button></form>`,
	"search":             `<form class="F" action="/find"><input name="q" placeholder="Search products"><button>Search</button></form>`,
	"Suche":              `<form class="F" role="search"><input name="s" placeholder="Suchbegriff"><button></button></form>`,
	"payment":            `<form class="F" action="/pay" method="post"><input name="cc" placeholder="Card number" autocomplete="cc-number"><input name="cvc" type="password" placeholder="CVC" autocomplete="cc-csc"><button>Pay now</button></form>`,
	"contact":            `<form class="F" action="/c" method="post"><input name="name" placeholder="Your name"><input name="email" placeholder="Email"><textarea name="m"></textarea><button>Send message</button></form>`,
	"coupon":             `<form class="F" action="/v" method="post"><input name="code" placeholder="Promo code"><button>Apply</button></form>`,
}

// logins are what is to be found beside them.
var loginForms = map[string]string{
	"plain":   `<form class="L" action="/login" method="post"><h2>Log in</h2><input name="e" type="email" placeholder="Email"><input name="p" type="password" placeholder="Password"><button>Log in</button></form>`,
	"overlay": `<div class="modal" style="display:none"><form class="L" action="/session" method="post"><input name="u" placeholder="Username"><input name="p" type="password" placeholder="Password"><button>Sign in</button></form></div>`,
	"German":  `<form class="L" action="/k" method="post"><h2>Bereits Kunde?</h2><input name="a" placeholder="E-Mail-Adresse"><input name="b" type="password" placeholder="Passwort"><button>Anmelden</button></form>`,
	"mute":    `<form class="L" action="/k" method="post"><input name="a"><input name="b" type="password"><button>OK</button></form>`,
	"none":    ``,
}

// TestSafety_ForeignFormsStayEmpty puts forms of other kinds before and after a login, in
// every number and order that chance gives.
func TestSafety_ForeignFormsStayEmpty(t *testing.T) {
	var names []string
	for name := range foreignForms {
		names = append(names, name)
	}
	chance := rand.New(rand.NewPCG(7, 7))
	for what, form := range loginForms {
		for range 400 {
			parts := []string{form}
			var used []string
			for range 1 + chance.IntN(4) {
				name := names[chance.IntN(len(names))]
				used = append(used, name)
				if parts = append(parts, foreignForms[name]); chance.IntN(2) == 0 {
					parts[0], parts[len(parts)-1] = parts[len(parts)-1], parts[0]
				}
			}
			p := document(t, "<html><body><h1>Shop</h1>"+strings.Join(parts, "\n")+"</body></html>")
			for _, m := range memories()[:2] {
				step := login.Decide(p, m)
				if step.Do != login.DoFill {
					if what != "none" {
						t.Errorf("%s beside %v: nothing would be filled in (%s)", what, used, step.Reading.Kind)
					}
					continue
				}
				if at := step.Reading.Form; at < 0 || p.Forms[at].Class != "L" {
					t.Fatalf("%s beside %v: %v would go into %s", what, used, step.Roles, where(p, at))
				}
			}
		}
	}
}

func where(p login.Page, form int) string {
	if form < 0 {
		return "no form"
	}
	return fmt.Sprintf("the form %q to %s", p.Forms[form].Class, p.Forms[form].Action)
}
