// Package exporter writes one-time-password keys in the forms that other programs
// take: a list of otpauth links, the QR codes of a Google Authenticator transfer, an
// encrypted Aegis vault, and one key's own QR code.
//
// What a form cannot express is refused with the reason, never bent: a key that the
// other side reads with six digits instead of seven gives codes that look right.
//
// HOTP keys are written with the counter that they carry. How far it has moved
// since is in the ledger; callers bring it with otp.Key.WithCounter.
//
// What comes out is as secret as what went in. Asking whether the user means it is
// the caller's part.
package exporter
