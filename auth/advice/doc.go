// Package advice chooses a route past the second factor, and writes the request for
// whoever must grant it.
//
// The interview is data ([Questions]) and the choice a pure function ([Rank]) of
// the answers, which may be partial, and of what was measured. Where both speak of
// the same thing, what was measured counts: people remember how a login was last
// year, the page shows how it is. So the screens can rank anew with each answer,
// and a pipeline can ask with a file.
//
// What is said about Duo's policies is from Duo's Admin API documentation (policies
// v2, bypass codes, hardware tokens); the paths in its Admin Panel are as
// administrators know them and change with the panel.
package advice
