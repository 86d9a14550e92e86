package login_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"gatepass/auth/login"
)

// The pages that the tables below are made of.
const (
	loginPage   = `<title>Sign in</title><h1>Sign in</h1><form action="/in" method="post"><label>Username<input name="u"></label><label>Password<input name="p" type="password"></label><button>Sign in</button></form>`
	namePage    = `<title>Sign in</title><form action="/name" method="post"><label>Username<input name="u"></label><button>Next</button></form>`
	passPage    = `<title>Password</title><form action="/pass" method="post"><label>Password<input name="p" type="password"></label><button>Sign in</button></form>`
	codePage    = `<title>Two steps</title><h1>Two-step verification</h1><p>Open your authenticator app.</p><form action="/code" method="post"><label>Code<input name="c" autocomplete="one-time-code"></label><button>Verify</button></form>`
	smsPage     = `<h1>Check your phone</h1><p>We texted you a code.</p><form method="post"><label>Code<input name="c"></label><button>Verify</button></form>`
	backupPage  = `<h1>Backup code</h1><form method="post"><label>Backup code<input name="c"></label><button>Verify</button></form>`
	everything  = `<form action="/all" method="post"><label>Username<input name="u"></label><label>Password<input name="p" type="password"></label><label>Authenticator code<input name="c"></label><button>Sign in</button></form>`
	captchaPage = `<form method="post"><label>Username<input name="u"></label><label>Password<input name="p" type="password"></label><div class="g-recaptcha"></div><button>Sign in</button></form>`
	changePage  = `<h1>Your password has expired</h1><form method="post"><label>New password<input name="n1" type="password"></label><label>Repeat it<input name="n2" type="password"></label><button>Save</button></form>`
	enrolPage   = `<h1>Set up your authenticator app</h1><img alt="QR code" src="/qr.png"><form method="post"><label>Code<input name="c"></label><button>Activate</button></form>`
	samlPage    = `<form method="post" action="https://sp.example.com/acs"><input type="hidden" name="SAMLResponse" value="x"></form>`
	homePage    = `<title>Home</title><h1>Your orders</h1><a href="/logout">Sign out</a><p>1004 is on its way.</p>`
	welcomePage = `<title>Welcome</title><h1>Welcome back</h1><p>Choose a page from the menu.</p>`
	shellPage   = `<title>App</title><div id="root"></div><script src="/app.js"></script>`
	passkeyPage = `<title>Sign in</title><h1>Sign in with a passkey</h1><button type="button">Use your passkey</button>`
	linkPage    = `<title>Acme</title><h1>Everything for the garden</h1><p>We sell plants.</p><a href="/login">Log in</a>`
	textPage    = `<title>Acme</title><h1>Everything for the garden</h1><p>We sell plants.</p>`
	framePage   = `<title>Portal</title><h1>Portal</h1><iframe src="/login-frame" width="300" height="300"></iframe>`
	consentPage = `<h1>Wiki wants to access your account</h1><form method="post"><button name="a" value="0">Deny</button><button name="a" value="1">Allow</button></form>`
	trustPage   = `<h1>Is this your device?</h1><form method="post"><button>Yes, trust this device</button><button>No, do not trust</button></form>`
	stayPage    = `<h1>Stay signed in?</h1><form method="post"><button>Yes</button><button>No</button></form>`
	termsPage   = `<h1>Terms of use</h1><form method="post"><button>Accept</button></form>`
	duoPage     = `<title>Second step</title><iframe id="duo_iframe" data-host="api-1.duosecurity.com"></iframe><script src="/duo.js"></script>`
)

// saying is a page with a message on it.
func saying(page, message string) string { return `<p role="alert">` + message + `</p>` + page }

func TestDecide(t *testing.T) {
	toldOf := func(body string) map[string]bool {
		p, told := document(t, body), map[string]bool{}
		for _, list := range [][]string{p.Messages, p.Headings, p.Lines} {
			for _, s := range list {
				told[s] = true
			}
		}
		return told
	}
	name := login.Memory{SentUsername: true, UsernameTo: "https://app.example.com", Told: toldOf(namePage)}
	password := login.Memory{SentUsername: true, SentPassword: true, Told: toldOf(loginPage)}
	code := login.Memory{SentUsername: true, SentPassword: true, SentCode: true, Challenged: true, Told: toldOf(codePage)}
	together := login.Memory{SentUsername: true, SentPassword: true, SentCode: true, Told: toldOf(everything)}
	exempt := login.Memory{Exempt: true}
	exemptAfter := password
	exemptAfter.Exempt = true
	seedless := login.Memory{Seedless: true}
	refreshed := login.Memory{Refreshed: map[string]bool{"https://app.example.com/next": true}}
	answered := code
	answered.Answered = map[login.Kind]bool{login.KindStay: true}
	elsewhere := name
	elsewhere.UsernameTo = "https://portal.example.com"

	both := []login.Role{login.RoleUsername, login.RolePassword}
	all := append(slices.Clone(both), login.RoleCode)
	fill := func(roles ...login.Role) login.Step { return login.Step{Do: login.DoFill, Roles: roles} }
	stop := func(c login.Code, said ...string) login.Step {
		return login.Step{Stop: c, Said: append(said, "")[0]}
	}
	finish := func(doubt ...login.Code) login.Step {
		return login.Step{Do: login.DoFinish, Doubt: append(doubt, "")[0]}
	}

	for _, c := range []struct {
		name   string
		status int
		body   string
		memory login.Memory
		want   login.Step
	}{
		{"username and password", 200, loginPage, login.Memory{}, fill(both...)},
		{"the same under 401", 401, loginPage, login.Memory{}, fill(both...)},
		{"username alone", 200, namePage, login.Memory{}, fill(login.RoleUsername)},
		{"password after it", 200, passPage, name, fill(login.RolePassword)},
		{"both after the username", 200, loginPage, name, fill(both...)},
		{"everything at once", 200, everything, login.Memory{}, fill(all...)},
		{"a code that may be left out, without a seed", 200, everything, seedless, fill(both...)},
		{"a code that may be left out, exempt", 200, everything, exempt, fill(both...)},
		{"a code before anything else", 200, codePage, login.Memory{}, fill(login.RoleCode)},
		{"a code after the password", 200, codePage, password, fill(login.RoleCode)},
		{"another origin asks for the name again", 200, namePage, elsewhere, fill(login.RoleUsername)},

		{"hidden values on the way", 200, samlPage, password, login.Step{Do: login.DoContinue}},
		{"a refresh on the way", 200, `<meta http-equiv="refresh" content="0;url=/next"><p>One moment`, login.Memory{}, login.Step{Do: login.DoFollow}},
		{"a refresh on the way after the password", 200, `<meta http-equiv="refresh" content="1;url=/next"><p>One moment`, password, login.Step{Do: login.DoFollow}},
		{"a refresh in a circle", 200, `<meta http-equiv="refresh" content="0;url=/next"><p>One moment`, refreshed, stop(login.PageNotFound)},
		{"a refresh to itself", 200, `<meta http-equiv="refresh" content="5;url=/start"><h1>Board</h1>`, code, finish()},
		{"a refresh that signs out", 200, `<meta http-equiv="refresh" content="900;url=/logout"><h1>Board</h1>`, code, finish()},

		{"consent", 200, consentPage, password, login.Step{Do: login.DoContinue}},
		{"trust this device", 200, trustPage, code, login.Step{Do: login.DoContinue}},
		{"stay signed in", 200, stayPage, code, login.Step{Do: login.DoContinue}},
		{"a question that was answered", 200, stayPage, answered, finish(login.PersonNeeded)},
		{"a question before the login", 200, consentPage, login.Memory{}, stop(login.PageNotFound)},
		{"terms to accept", 200, termsPage, password, stop(login.TermsWanted, "Terms of use")},
		{"members' page", 200, homePage, code, finish()},
		{"a page that only says so", 200, welcomePage, code, finish()},
		{"members' page with a form like a login", 200, homePage + loginPage, password, finish(login.WrongCredentials)},
		{"members' page with a password form", 200, `<h1>Account</h1><a href="/logout">x</a><form method="post"><label>Current password<input name="o" type="password"></label><label>New password<input name="n" type="password"></label><label>Repeat<input name="r" type="password"></label><button>Change password</button></form>`, code, finish(login.PasswordExpired)},
		{"a script-drawn page after the password", 200, shellPage, password, finish(login.NeedsBrowser)},
		{"a frame after the password", 200, duoPage, password, finish(login.NeedsBrowser)},

		{"wrong password", 200, saying(loginPage, "The username or password is incorrect."), password, stop(login.WrongCredentials, "The username or password is incorrect.")},
		{"wrong password, in a language without a vocabulary", 200, `<p>Hibás jelszó.</p>` + loginPage, password, stop(login.WrongCredentials, "Hibás jelszó.")},
		{"wrong password, without a word", 200, loginPage, password, stop(login.WrongCredentials)},
		{"wrong password, no form", 200, saying(`<h1>Login failed</h1><a href="/login">Try again</a>`, "Invalid credentials"), password, stop(login.WrongCredentials, "Invalid credentials")},
		{"wrong password, 403 without a form", 403, textPage, password, stop(login.WrongCredentials)},
		{"wrong password, then a captcha", 200, saying(captchaPage, "Wrong password."), password, stop(login.WrongCredentials, "Wrong password.")},
		{"unknown username", 200, saying(namePage, "We could not find that account."), name, stop(login.WrongCredentials, "We could not find that account.")},
		{"unknown username, no form", 200, saying(textPage, "Unknown user"), name, stop(login.WrongCredentials, "Unknown user")},
		{"what stood there before is no news", 200, saying(loginPage, "Maintenance on Sunday: some logins may fail. Error reports to us."), login.Memory{SentPassword: true, Told: toldOf(saying(loginPage, "Maintenance on Sunday: some logins may fail. Error reports to us."))}, stop(login.WrongCredentials)},
		{"back at the start after the code", 200, loginPage, code, stop(login.WrongCode)},

		{"locked, in words", 200, saying(loginPage, "Ihr Konto ist gesperrt."), password, stop(login.AccountLocked, "Ihr Konto ist gesperrt.")},
		{"locked, on a page without a form", 200, saying(textPage, "Your account has been locked."), password, stop(login.AccountLocked, "Your account has been locked.")},
		{"locked, by status 423", 423, loginPage, password, stop(login.AccountLocked)},
		{"locked, by status 429", 429, textPage, password, stop(login.AccountLocked)},
		{"disabled, in words", 200, saying(textPage, "Your account is disabled. Please contact your administrator."), password, stop(login.AccountDisabled, "Your account is disabled. Please contact your administrator.")},
		{"disabled, in German", 200, saying(loginPage, "Ihr Konto wurde deaktiviert."), password, stop(login.AccountDisabled, "Ihr Konto wurde deaktiviert.")},
		{"locked at the code", 200, saying(codePage, "Too many attempts."), code, stop(login.AccountLocked, "Too many attempts.")},
		{"expired password, in words", 200, saying(loginPage, "Your password has expired."), password, stop(login.PasswordExpired, "Your password has expired.")},
		{"expired password, by its form", 200, changePage, password, stop(login.PasswordExpired, "Your password has expired")},

		{"wrong code", 200, saying(codePage, "Incorrect code."), code, stop(login.WrongCode, "Incorrect code.")},
		{"used code", 200, saying(codePage, "This code was already used."), code, stop(login.ReplayedCode, "This code was already used.")},
		{"used code, asked for together", 200, saying(everything, "Der Code wurde bereits verwendet."), together, stop(login.ReplayedCode, "Der Code wurde bereits verwendet.")},
		{"wrong code, asked for together", 200, saying(everything, "The code is not valid."), together, stop(login.WrongCode, "The code is not valid.")},
		{"wrong password, asked for together", 200, saying(everything, "Wrong password or code."), together, stop(login.WrongCredentials, "Wrong password or code.")},

		{"SMS", 200, smsPage, password, stop(login.OtherChannel, "Check your phone")},
		{"backup code", 200, backupPage, password, stop(login.NeedsBackup, "Backup code")},
		{"a link by mail", 200, `<h1>Check your inbox</h1><p>We sent you a link.</p>`, name, stop(login.OtherChannel, "Check your inbox")},
		{"a code in spite of the exemption", 200, codePage, exemptAfter, stop(login.StillAsked, "Two-step verification")},
		{"an SMS in spite of the exemption", 200, smsPage, exemptAfter, stop(login.StillAsked, "Check your phone")},
		{"enrolment", 200, enrolPage, password, stop(login.EnrolmentNeeded, "Set up your authenticator app")},

		{"stale token, 419", 419, `<h1>Page expired</h1>`, password, stop(login.CSRFMismatch, "Page expired")},
		{"stale token, 403", 403, `<h1>Forbidden</h1><p>CSRF verification failed. Request aborted.</p>`, password, stop(login.CSRFMismatch, "CSRF verification failed. Request aborted.")},
		{"stale token, 400", 400, `<h1>Bad Request</h1><p>The CSRF token is missing.</p>`, name, stop(login.CSRFMismatch)},
		{"refused by 422 with the form", 422, saying(loginPage, "Invalid email or password."), password, stop(login.WrongCredentials, "Invalid email or password.")},

		{"captcha", 200, captchaPage, login.Memory{}, stop(login.Captcha)},
		{"captcha before the page", 403, `<title>Just a moment...</title><div class="cf-turnstile"></div>`, login.Memory{}, stop(login.Captcha)},
		{"passkey only", 200, passkeyPage, login.Memory{}, stop(login.PasskeyOnly)},
		{"drawn by a script", 200, shellPage, login.Memory{}, stop(login.NeedsBrowser)},
		{"in a frame", 200, framePage, login.Memory{}, stop(login.NeedsBrowser)},
		{"in a frame after the name", 200, framePage, name, stop(login.NeedsBrowser)},
		{"drawn by a script after the name", 200, shellPage, name, stop(login.NeedsBrowser)},
		{"behind a link", 200, linkPage, login.Memory{}, stop(login.NeedsClick, "https://app.example.com/login")},
		{"nothing there", 200, textPage, login.Memory{}, stop(login.PageNotFound)},
		{"nothing there after the name", 200, textPage, name, stop(login.PageNotFound)},
		{"404", 404, linkPage, login.Memory{}, stop(login.PageNotFound)},
		{"410", 410, textPage, login.Memory{}, stop(login.PageNotFound)},
		{"password form at the start", 200, changePage, login.Memory{}, stop(login.PageNotFound)},
		{"enrolment at the start", 200, enrolPage, login.Memory{}, stop(login.PageNotFound)},
		{"403", 403, `<h1>Forbidden</h1>`, login.Memory{}, stop(login.AccessDenied, "Forbidden")},
		{"429 at the start", 429, textPage, login.Memory{}, stop(login.AccessDenied, "Everything for the garden")},
		{"500", 500, textPage, login.Memory{}, stop(login.ServerError)},
		{"503 with a form", 503, loginPage, password, stop(login.ServerError)},
		{"407", http.StatusProxyAuthRequired, textPage, login.Memory{}, stop(login.Proxy)},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := document(t, c.body)
			p.Status = c.status
			got := login.Decide(p, c.memory)
			kind := got.Reading.Kind
			got.Reading = login.Reading{}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("a page of the kind %s: got %+v, want %+v", kind, got, c.want)
			}
		})
	}
}

func TestDecide_HTTPAuthentication(t *testing.T) {
	p := document(t, `<h1>401 Unauthorized</h1>`)
	p.Status, p.Auth = 401, []string{"basic"}
	if got := login.Decide(p, login.Memory{}); got.Stop != login.HTTPAuth {
		t.Errorf("got %+v", got)
	}
	p = document(t, loginPage)
	p.Status, p.Auth = 401, []string{"bearer"}
	if got := login.Decide(p, login.Memory{}); got.Do != login.DoFill {
		t.Errorf("a login page that also offers a scheme: got %+v", got)
	}
}

// TestDecide_CodeThatMustBeFilledIn: an exemption leaves out what it may, and says
// so where it may not.
func TestDecide_CodeThatMustBeFilledIn(t *testing.T) {
	p := document(t, `<form method="post"><label>Username<input name="u"></label><label>Password<input name="p" type="password"></label><label>One-time code<input name="c" required></label><button>Sign in</button></form>`)
	got := login.Decide(p, login.Memory{Exempt: true})
	if !slices.Contains(got.Roles, login.RoleCode) {
		t.Errorf("got %+v", got)
	}
}

// TestDecide_UsernameTogetherWithTheCode: some pages ask for these two and for no
// password at all.
func TestDecide_UsernameTogetherWithTheCode(t *testing.T) {
	p := document(t, `<form method="post"><label>User ID<input name="u"></label><label>Passcode<input name="c" type="password"></label><button>Log in</button></form>`)
	got := login.Decide(p, login.Memory{})
	if want := []login.Role{login.RoleUsername, login.RoleCode}; !slices.Equal(got.Roles, want) {
		t.Errorf("got %v, want %v", got.Roles, want)
	}
}

func TestCodes_AllHaveATitleAndARemedy(t *testing.T) {
	seen := map[login.Code]bool{}
	for _, code := range login.Codes() {
		d := login.Stop(code, nil, "x").Diagnosis
		if seen[code] || d.Title == "" || d.Remedy == "" || d.Title[len(d.Title)-1] == '.' {
			t.Errorf("%s: %+v", code, d)
		}
		seen[code] = true
	}
}
