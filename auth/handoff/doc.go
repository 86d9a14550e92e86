// Package handoff writes a proven login as security scanners take it.
//
// It is pure: an [Input] goes in and an [Output] comes out, and nothing is read,
// asked or sent in between. [Choose] says which variant of a scanner's hand-off
// fits a login and what it needs, above all whether somebody has to sign in for it;
// [Make] writes it. [Formats] are the forms of a session alone, for a command or a
// broker that hands sessions on.
//
// What holds for every scanner is kept here and nowhere else:
//
//   - Only a login that was proven, with its control, is handed off. What was not is
//     written on demand alone, and its file says so in its name and its text.
//   - How a field or a button is found comes from the login that passed, never from
//     a template. What the trail does not tell is a reason to refuse.
//   - Passwords and seeds are written as references to the environment, unless the
//     caller gives their values ([Options.Inline]). A file that holds a secret has
//     mode 0600 and [File.Secret] set.
//   - A bypass code never leaves as a code: scanners sign in more than once. For that
//     route, a trusted device and a push there is only the session.
//   - A seed that a scanner cannot express is refused with the reason (seeds.go).
//   - Addresses that sign out are excluded, and hosts that only the login met, Duo's
//     first of all, are kept out of what is attacked.
//   - Every output ends with how to run it, how to see that the scanner is signed in,
//     and how this scanner goes on without a session and does not say so.
//
// A scanner is one file with one type that is listed in the registry; the writers
// see a login through a view, which knows what belongs to the application and what
// does not. Every output is written twice, the second time from a view in which each
// secret is a row of dots: that is what [Content.Mask] shows, so a preview cannot
// leak what a writer quoted, escaped or joined.
//
// The formats and their traps are those of the scanners' own sources and documents;
// where a spelling could not be checked, the file's comment says so and the scanner
// is given a checklist instead of a file.
package handoff
