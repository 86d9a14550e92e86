// Package chrome signs in with a real browser of the Chromium family, over the
// DevTools protocol and a pipe: no debugging port is opened.
//
// It is a second [login.Driver] and no second engine. What it adds is how a page
// is read (from the live document with its layout, closed shadow roots and frames
// included), how a form is filled in (with real keys and a real mouse), and how
// the browser is kept from giving a secret away: every request of every target is
// held until it was judged, and where the guard has somebody to ask, until that one
// has answered. What a page is, and what to do about it, is decided in
// [gatepass/auth/login] alone.
//
// The browser names itself as it is, engine, version and system, but for the word
// "Headless", which identity providers refuse; scripts are still told that a program
// is at the wheel.
//
// It gives pictures of a page in which no secret is to be seen, waits for a page
// that somebody else has to make go on, and hands over what keeps a login alive:
// cookies, what scripts store, and the header of the application's own requests.
//
// The browser runs on a profile of its own in a folder that only this user can
// read. The folder and every process are gone when the driver is closed. If
// gatepass itself is killed, the browser ends with it, and a guardian, a second
// process that does nothing but wait for that, removes the folder; where there is
// none, the next run does.
package chrome
