// Package store is what gatepass keeps: targets, secrets and the ledger. It knows
// nothing of logins, screens or commands.
//
// # Targets
//
// A [Target] is one web application and how its test account signs in. [Targets]
// keeps each in a YAML file of its own that people edit by hand and put into
// version control, so reading is strict (a typing slip is answered with file, line
// and correction, a [FieldError]) and writing touches only what changed: comments,
// order and layout stay. No secret is ever in these files.
//
// # Secrets
//
// A [Secret] cannot be printed by accident. [Secrets] keeps them in one of three
// places: [Keyring] is the operating system's keyring, [File] is an encrypted file
// for machines without one, [Memory] is for tests and the demo. Which one is used
// is the user's choice, remembered in [Settings]; nothing here falls back from one
// to another by itself. Every failure that a user can mend is a named error
// ([ErrLocked], [ErrUnavailable], …) with the next step attached ([Hints]).
//
// The encrypted file is two ordinary age files. Should gatepass be gone, the age
// command line still opens them:
//
//	age --decrypt --identity identity.age secrets.age
//
// asks for the passphrase and prints the secrets as JSON. With GATEPASS_IDENTITY it
// is the same command with that file in place of identity.age.
//
// # Ledger
//
// The [Ledger] records what has been spent: the time steps and counters of one-time
// codes, and the last verification of each target. A record is on disk before the
// call that made it returns, and any number of processes may share one ledger. A
// seed appears in it only as an [Account], which cannot be guessed without the
// [LedgerKey] that lives among the secrets.
//
// # Files
//
// Folders are made for their owner alone (0700) and so are files (0600). A file is
// replaced by a rename, after its bytes have reached the disk: whoever reads it,
// and whatever crashes, there is the old file or the new one.
package store
