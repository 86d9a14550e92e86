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
//	GET  /duo/…, POST /duo/…            the simulated Duo, see below
//
// The control origin needs no password. It answers on loopback only, only to its
// own name, and not to other web pages in the same browser.
//
// One more origin, "outside", stands for somebody else's server, and so it has
// another host name than the applications: localhost. It remembers every request,
// so that a test can prove that no password went there.
//
// # The simulated Duo
//
// Behind the bank's prompt stands a Duo of its own: [Description.Duo] says where its
// API is and gives the keys of an Auth API and an Admin API application. It speaks TLS
// by an authority made at the start, checks both versions of Duo's signature, and has
// the Auth API v2, and of the Admin API users, bypass codes, hardware tokens, policies
// with their calculation, applications, settings, information and the authentication
// log. Prompt and API share everything: a bypass code that the API issues opens the
// prompt once, a token that it imports is taken there, and status, lockout, policy and
// log are the same from both sides. The customer's bypass codes and one-time codes in
// the bank's description are at home there. Three of the bank's switches (exempt,
// push-only, no-trust) are presets of its policy and show in it, and locked-out shows
// in the user's status.
//
// [DuoControl] sees and changes what no client could, in a test by [Lab.Duo] and else
// at the control origin:
//
//	GET  /duo/faults                     which faults are on; [DuoFaults] tells what they do
//	POST /duo/fault?name=html-502&on=1
//	POST /duo/advance?by=130s            time passes for what expires or ripens
//	POST /duo/skew?by=301s               the clock that clients see is wrong
//	GET  /duo/policy?of=bank             what holds; also of=auth and of=global
//	POST /duo/policy?of=bank             sections as JSON in the body; null takes one out
//	POST /duo/user?status=bypass         active, bypass, disabled, locked out
//	POST /duo/deny?fraud=1               answer a push with no, or report it
//	GET  /duo/seen                       every passcode given, how often, and taken or not
//	GET  /duo/codes                      every bypass code that there ever was
//	GET  /duo/calls                      the requests that the API was sent
//
// How far it can be trusted: signatures, errors, limits, and the shapes of most answers
// are from Duo's own clients, test vectors and recorded answers. Recalled, and not seen
// in a real answer: the texts of 40104 and 40501, that the tolerance of five minutes for
// a date is the real one, the texts for locked and disabled accounts, what counts as a
// failure besides wrong passcodes, SHA1 for tokens that follow the clock, that a step of
// theirs is refused once it was used, the answers of /admin/v1/info. Not known, and the
// simulator's own choice: the order in which the sections of a policy count, whether a
// section that is sent replaces the one that is there ([FaultPolicyMerge] has it the
// other way), what policy_elements holds, that tokens which follow the clock may be one
// step off and those which count twenty codes ahead, that codes which are used up or
// have expired are not listed any more, and the texts for what a policy forbids. Places,
// versions of browsers and managed devices do not exist on loopback; user_location and
// anonymous_networks do nothing. Groups can be read, not changed.
//
// The prompt's pages come in what third parties number as generations 2 and 3. Duo
// documents neither: their addresses and hooks are modelled on transcripts and
// automation that others published, and a real tenant may differ tomorrow.
//
// The lab is the judge of the login engine and of package otp, and so it shares
// no code with them: its one-time codes are checked by its own few lines of
// RFC 6238, and nothing but the standard library is imported.
package lab
