// Package lab is the practice range that ships inside gatepass: web applications
// with real logins, on loopback, that nobody minds being signed in to.
//
// [Start] serves each application on a port of its own, and so on an origin of
// its own:
//
//   - shop asks for username and password on one page and for a one-time code on
//     the next (TOTP, SHA1, 6 digits, 30 s).
//   - intranet asks for the user ID, then for the password, then for a code
//     (TOTP, SHA256, 8 digits, 30 s).
//   - portal asks for username and password and for nothing else, as an
//     application does whose policy exempts the scanner from MFA.
//   - payroll is like shop, but its clock is two minutes ahead.
//   - desk has a page that a script draws: a JSON login and a box for each digit
//     of the code.
//   - mail asks for name, password and code on one page that changes its address
//     by script; a switch moves the form to a frame from the login origin.
//   - wiki signs in at an identity provider on an origin of its own, by OpenID
//     Connect's code flow with PKCE, with a page for consent.
//   - bank asks for the password itself and for the second factor by a prompt on
//     an origin of its own, modelled on Duo's Universal Prompt: a push that sends
//     itself, a passcode, a bypass code, a hardware token, a trusted browser. What
//     its pages call on their server is the lab's own.
//
// [App.Origins] lists the origins beside an application's own that ask for
// secrets. They follow it in the order of the ports.
//
// Each keeps sessions in cookies, ties its forms to them with CSRF tokens, gives
// a new session id at sign-in, refuses a code that was used before and locks an
// account after repeated failures. [Lab.Describe] says where the applications
// are, which account signs in, and what only a signed-in visitor gets to see.
//
// [Switches] make an application misbehave in the ways that real ones do. They
// are turned by [Options], by [Lab.Set] and over HTTP at the control origin:
//
//	GET  /                              what Describe says
//	GET  /switches                      which switches are on, by application
//	POST /switch?app=shop&name=slow&on=1
//	POST /reset?app=shop                unlock the account
//	POST /approve?app=bank&code=    answer a push as the person with the phone
//	GET  /accepted?app=shop             sign-ins and the time steps they spent
//	GET  /outside                       what the foreign origin was sent
//
// The control origin needs no password. It answers on loopback only, only to its
// own name, and not to other web pages in the same browser.
//
// One more origin, "outside", stands for somebody else's server, and so it has
// another host name than the applications: localhost. It remembers every request,
// so that a test can prove that no password went there.
//
// The lab is the judge of the login engine and of package otp, and so it shares
// no code with them: its one-time codes are checked by its own few lines of
// RFC 6238, and nothing but the standard library is imported.
package lab
