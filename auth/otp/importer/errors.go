package importer

import "errors"

// Errors of reading a file as a whole; match them with errors.Is. What the user
// can do is attached to them; store.Hints gives it.
var (
	// ErrTooLarge: the file has more than [MaxBytes], or a picture more than
	// qr.MaxPixels.
	ErrTooLarge = errors.New("the file is too large")
	// ErrTooMany: there are more than [MaxEntries] entries.
	ErrTooMany = errors.New("there are too many entries")
	// ErrUnknownFormat: nothing in the file is a format that is known.
	ErrUnknownFormat = errors.New("the format is unknown")
	// ErrUnsupported: the format is known and cannot be read here.
	ErrUnsupported = errors.New("this cannot be imported")
	// ErrDamaged: the format is known, and the file breaks its rules: cut short,
	// changed, or badly written.
	ErrDamaged = errors.New("the file is damaged")
	// ErrPasswordNeeded: the backup is encrypted, and there was no one to ask.
	ErrPasswordNeeded = errors.New("the backup is encrypted")
	// ErrWrongPassword: the file is whole as far as can be seen, and the password
	// does not open it.
	ErrWrongPassword = errors.New("the password does not open the backup")
	// ErrTooCostly: the file asks for more memory or time to derive its key than
	// any real one does.
	ErrTooCostly = errors.New("the file asks for too much to open it")
	// ErrNoCode: a picture has no QR code that could be read.
	ErrNoCode = errors.New("no QR code was found in the picture")
)
