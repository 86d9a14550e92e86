// Package duo talks to one Duo tenant: its Auth API and its Admin API, which are
// two applications with a key pair each.
//
// Requests, signatures and the pinned certificate authorities are those of Duo's
// own Go client, github.com/duosecurity/duo_api_golang. What that client leaves
// open is closed here, in one place for every call:
//   - it repeats a rate-limited request with a body that has been read already,
//     which Duo answers with "invalid signature": a call that is turned away is made
//     anew here, signed anew, and the wait is told and can be ended;
//   - several of its calls have no time limit and none takes a context;
//   - it leaves it to the caller to look whether an answer is an error, and stumbles
//     over web pages that a proxy answers with;
//   - it lacks most calls that gatepass needs, and the one that is named for listing
//     bypass codes creates some and deletes the others. It is not called.
//
// Text from Duo is data: control characters and escape sequences are taken out of
// every answer before anything reads it. Secret keys, bypass codes and seeds are
// [store.Secret].
package duo
