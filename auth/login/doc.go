// Package login signs in to a web application for real, and tells what happened.
//
// # Observe, decide, act
//
// One loop serves every driver. A [Driver] turns what is in front of it into a
// [Page]: texts, forms, fields, buttons, links, frames. [Read] says what the page
// is, and [Decide], a pure function of the page and of what has happened so far,
// says what to do next: fill in the username and the password, send a code, go on
// with hidden values, press No to "stay signed in?", stop because a captcha stands
// in the way, or finish. [Run] has the driver do it and looks again. So all that is
// known about login pages is in functions that need neither network nor browser, and
// a second driver is a second driver and not a second engine.
//
// Read weighs structure before words, and forms before fields. It looks for the
// form that is most like a login, by what there is to fill in, and by what its names,
// its heading and its button say in thirteen languages; then for the fields in it. A
// field's type counts little: providers ask for one-time codes in fields of type
// password. A password is never put where a code belongs, nor a code from a seed
// where one from an SMS, an e-mail or a printed list is wanted.
//
// # Stages
//
// A run reports seven stages, always all of them and in this order, each as passed,
// failed or skipped, with a note:
//
//	reach        the login page answered and is one
//	credentials  username and password were accepted
//	challenge    a second factor was asked for; or not, as an exemption wants it
//	passcode     the passcode was accepted
//	session      cookies, storage or a header appeared that were not there before
//	proof        what only a signed-in user sees was seen
//	control      the same request without the session looks different
//
// Where a login does not go through, exactly one stage has failed: the one that was
// at work. [Event]s tell about stages as they happen.
//
// # Verdict
//
// Two requests decide, not the look of the last page: the target's proof with the
// session must show what it promises, and without the session must not.
//
//   - signed-in: it was proven. A [Diagnosis] may come with it, if something is worth
//     knowing: that no second factor was asked for although one was expected.
//   - refused: the application answered and did not let the account in, or turned it
//     away again at the next request.
//   - error: it could not be found out. The application was not reached, needs a
//     browser, wanted a secret that is not stored or to go where it must not, or the
//     proof was not seen or proves nothing.
//
// Everything but a plain success carries a diagnosis: a [Code] that stays the same
// for ever, what was seen, and what to do next.
//
// # What is certain
//
//   - Secrets go only to origins that are allowed to have this very secret, over TLS
//     (or on this machine), from a page that is on one of them. The driver checks every
//     request, redirects included, before it leaves. A [Guard] may ask a person about
//     an origin that it does not know; what is not encrypted it does not ask about.
//   - Nothing is sent twice. A page that asks again has answered no; accounts lock. Only
//     a one-time code that was refused is followed by one more, of another time step,
//     and only if the clocks agree or the application says that the code had been used.
//   - A passcode is drawn, and so spent, only when a page is there that can use it and
//     may have it, and as the last thing before it is sent. Where the route wants no
//     challenge, none is. What became of it is told to whoever gave it.
//   - A push is waited for and never approved.
//   - What a server says is data. Events, results and diagnoses hold no control
//     characters and none of the run's secrets, even if a page repeats them.
//   - Every run ends: pages, redirects, bytes and time are bounded. The time for the
//     pages does not run while a code is waited for, or somebody is asked something; a
//     person who is waited for has a time of their own.
package login
