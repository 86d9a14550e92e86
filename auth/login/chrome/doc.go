// Package chrome signs in with a real browser of the Chromium family, over the
// DevTools protocol and a pipe: no debugging port is opened.
//
// It is a second [login.Driver] and no second engine. What it adds is how a page
// is read (from the live document with its layout, closed shadow roots and frames
// included), how a form is filled in (with real keys and a real mouse), and how
// the browser is kept from giving a secret away: every request of every target is
// held until it was judged. What a page is, and what to do about it, is decided
// in [gatepass/auth/login] alone.
//
// The browser runs on a profile of its own in a folder that only this user can
// read. The folder and every process are gone when the driver is closed; if
// gatepass itself is killed, the browser ends with it, and the next run sweeps
// the folder up.
package chrome
