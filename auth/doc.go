// Package auth is what gatepass does, whichever door it is asked through: it
// enrols targets with their secrets, gives passcodes and keeps count of them,
// reads login pages, and verifies logins.
//
// It never prompts and knows no screen. A [Gate] is given everything it works
// with, events go to a sink, and what went wrong comes back as an error that
// says what the user can do, or as a diagnosis inside a result.
package auth
