// Package importer reads the one-time-password keys that other programs keep or
// export: bytes in, and what is in them out. It stores nothing, asks nobody but
// through [Options], opens no file and no network.
//
// [Read] tells formats apart by content, since names lie and the clipboard has
// none. Whatever it meets it gives back in one of three ways: an [Entry] with a
// checked key; a [Refusal] with its place and its reason, for what is there but
// cannot be used; or a note, for what is missing or was left out. One broken entry
// never costs the others. An error is for a file that cannot be read at all.
//
// # Trust
//
// A backup may come from anywhere. So everything that a file can ask for is
// bounded: its size, its depth, its number of entries, the pixels of a picture,
// and above all the memory and time of its key derivation, whose parameters an
// encrypted backup names itself. Nothing that is said about a file holds a seed, and
// neither do the texts of this package's errors: those of the decoders below, which
// quote their input, are never passed on.
//
// # A new format
//
// Each format is one file: a description of how to know it and how to read it,
// registered in that file's init. See proton.go for a short one.
package importer
