// Package broker is the loopback endpoint that gives a scanner what it needs during
// a scan: a fresh code, the session in the shapes that scanners take, and nothing
// to keep.
//
// It answers only who has the bearer token that was made at its start, only under
// its own host name, so that a web page cannot reach it by a name of its own that it
// points at loopback, and never a page's script. What it gives is not cached. There
// is one code a time step, whoever asks: those who come at once wait for their turn,
// or are told when to come back.
package broker
