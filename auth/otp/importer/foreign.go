package importer

import (
	"bytes"
	"fmt"
	"slices"

	"gatepass/store"
)

// Files that are known and cannot be read here, each with the way that leads on. A
// sentence here saves an hour there.

func init() {
	register(format{
		name: drawing, rank: byShape,
		is: func(d *document) bool {
			return d.text && bytes.Contains(d.data[:min(len(d.data), 4<<10)], []byte("<svg")) && !bytes.Contains(d.data, []byte("<html"))
		},
		read: func(*reading) error {
			return store.WithHint(fmt.Errorf("%w: this is %s", ErrUnsupported, drawing), "Open it in a browser, and take a screenshot of it.")
		},
	})
	for _, f := range foreign {
		register(format{
			name: f.what, rank: byMagic,
			is: func(d *document) bool {
				const sure = 4 // a shorter sign may begin a text
				return len(d.data) >= f.at+len(f.magic) && bytes.HasPrefix(d.data[f.at:], []byte(f.magic)) &&
					(len(f.magic) >= sure || !d.text)
			},
			read: func(*reading) error {
				return store.WithHint(fmt.Errorf("%w: this is %s", ErrUnsupported, f.what), f.hint)
			},
		})
	}
}

// isForeign reports whether a format is known only to be refused.
func isForeign(name string) bool {
	return name == drawing || slices.ContainsFunc(foreign, func(f foreignFile) bool { return f.what == name })
}

// drawing is what many pages show a QR code as.
const drawing = "an SVG drawing"

const hintUnpack = "Unpack it first, and import what is inside."

type foreignFile struct {
	what  string
	at    int
	magic string
	hint  string
}

var foreign = []foreignFile{
	{"a 7z archive", 0, "7z\xbc\xaf\x27\x1c", hintUnpack},
	{"a bzip2 archive", 0, "BZh", hintUnpack},
	{"an xz archive", 0, "\xfd7zXZ", hintUnpack},
	{"an Android backup", 0, "ANDROID BACKUP", "Export the keys from the app itself."},
	{"an SQLite database", 0, "SQLite format 3\x00", "Export the keys from the app itself."},
	{"a KeePass database", 0, "\x03\xd9\xa2\x9a", "Export it from KeePass as XML, import that, and then delete the file."},
	{"a PDF", 0, "%PDF-", "Take a screenshot of the page with the QR code."},
	{"a PostScript drawing", 0, "%!PS", "Take a screenshot of the page with the QR code."},
	{"an HEIC photo", 4, "ftyphei", "Save it as PNG or JPEG; a screenshot of it will do."},
	{"an HEIC photo", 4, "ftypmif1", "Save it as PNG or JPEG; a screenshot of it will do."},
	{"an AVIF picture", 4, "ftypavif", "Save it as PNG or JPEG; a screenshot of it will do."},
	{"a file encrypted with OpenSSL", 0, "Salted__", "Decrypt it first."},
	{"a file encrypted with age", 0, "age-encryption.org/", "Decrypt it first: age --decrypt FILE"},
	{"a file encrypted with age", 0, "-----BEGIN AGE", "Decrypt it first: age --decrypt FILE"},
	{"a file encrypted with OpenPGP", 0, "-----BEGIN PGP", "Decrypt it first: gpg --decrypt FILE"},
	{"a program", 0, "\x7fELF", "Choose the file that the app exported."},
	{"a program", 0, "MZ\x90", "Choose the file that the app exported."},
}
