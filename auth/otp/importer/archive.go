package importer

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"gatepass/store"
)

// Archives: ZIP, as Proton Pass, 1Password, Dashlane and Raivo export, and people
// make; and gzip. They are unpacked in memory, one member after the other, and a
// member is read as a file by itself would be, but no archive within an archive.

const (
	maxMembers  = 500       // of an archive
	maxUnpacked = 100 << 20 // bytes of all members together
)

func init() {
	register(format{name: "ZIP archive", rank: byMagic, is: begins("PK\x03\x04", "PK\x05\x06"), read: readZIP})
	register(format{name: "gzip archive", rank: byMagic, is: begins("\x1f\x8b\x08"), read: readGzip})
}

func begins(magics ...string) func(*document) bool {
	return func(d *document) bool {
		for _, magic := range magics {
			if bytes.HasPrefix(d.data, []byte(magic)) {
				return true
			}
		}
		return false
	}
}

// inside reads a file that lies in this one. What is in it goes to this reading.
func (r *reading) inside(name string, data []byte) error {
	d := newDocument(data)
	d.name = name
	format, err := detect(d)
	if err != nil {
		return err
	}
	if r.nested {
		return fmt.Errorf("%w: there is an archive inside an archive", ErrUnsupported)
	}
	child := &reading{
		session: r.session, document: d, name: clean(path.Base(name)), prefix: r.prefix + clean(name) + ", ",
		format: format.name, nested: true, password: r.password,
	}
	before := r.batches.clone()
	if err := format.read(child); err != nil {
		r.batches = before
		r.session.seen -= child.seen
		return err
	}
	r.seen += child.seen
	r.entries = append(r.entries, child.entries...)
	r.refused = append(r.refused, child.refused...)
	r.notes = append(r.notes, child.notes...)
	r.within(child.format)
	return nil
}

// within makes the name of a format say what was in it.
func (r *reading) within(format string) {
	if !strings.Contains(r.format, format) {
		r.format += ", " + format
	}
}

func readZIP(r *reading) error {
	archive, err := zip.NewReader(bytes.NewReader(r.document.data), int64(len(r.document.data)))
	if err != nil {
		return fmt.Errorf("%w: the archive breaks off or is wrong", ErrDamaged)
	}
	if len(archive.File) > maxMembers {
		return store.WithHint(fmt.Errorf("%w: the archive has over %d files", ErrTooMany, maxMembers), "Unpack it, and import the file with the keys.")
	}
	left := int64(maxUnpacked)
	read, passed := 0, 0
	var last error
	for _, member := range archive.File {
		if !worthReading(member) {
			continue
		}
		if err := r.ctx.Err(); err != nil {
			return err
		}
		data, err := r.unpack(member, &left)
		if err == nil {
			err = r.inside(member.Name, data)
		}
		switch {
		case err == nil:
			read++
		case r.ctx.Err() != nil, errors.Is(err, ErrTooMany), errors.Is(err, ErrTooLarge), r.declined(err):
			return err
		case errors.Is(err, ErrUnknownFormat), errors.Is(err, ErrNoCode):
			passed++
		default:
			passed++
			last = err
		}
	}
	switch {
	case read == 0 && last != nil:
		return last
	case read == 0:
		return store.WithHint(fmt.Errorf("%w: no file in the archive has one-time-password keys", ErrUnknownFormat), "Unpack it, and look which file they are in.")
	case passed == 1:
		r.note("One other file in the archive has no keys that could be read.")
	case passed > 1:
		r.note("%d other files in the archive have no keys that could be read.", passed)
	}
	return nil
}

// declined reports whether reading ended because of the password: to go on would be
// to ask for it again.
func (r *reading) declined(err error) bool {
	return !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrUnknownFormat) &&
		!errors.Is(err, ErrNoCode) && !errors.Is(err, ErrTooCostly)
}

// worthReading leaves out folders and what systems put beside people's files.
func worthReading(f *zip.File) bool {
	base := path.Base(f.Name)
	return !strings.HasSuffix(f.Name, "/") && !strings.HasPrefix(f.Name, "__MACOSX/") && !strings.HasPrefix(base, ".") && f.UncompressedSize64 > 0
}

// unpack gives a member's bytes, and takes them off what may still be unpacked. The
// size in the archive is what it says and not what it is.
func (r *reading) unpack(f *zip.File, left *int64) ([]byte, error) {
	const encrypted = 0x1
	limit := min(*left, MaxBytes)
	if f.UncompressedSize64 > uint64(limit) {
		return nil, fmt.Errorf("%w: unpacked, the archive has over %d MB", ErrTooLarge, maxUnpacked>>20)
	}
	in, err := r.contents(f, f.Flags&encrypted != 0)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(in, limit+1))
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("%w: unpacked, the archive has over %d MB", ErrTooLarge, maxUnpacked>>20)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: a file in the archive breaks off or is wrong", ErrDamaged)
	}
	*left -= int64(len(data))
	return data, nil
}

func (r *reading) contents(f *zip.File, encrypted bool) (io.Reader, error) {
	if encrypted {
		return r.unseal(f)
	}
	in, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: a file in the archive is packed in an unusual way", ErrUnsupported)
	}
	return in, nil
}

func readGzip(r *reading) error {
	in, err := gzip.NewReader(bytes.NewReader(r.document.data))
	if err != nil {
		return fmt.Errorf("%w: the archive breaks off or is wrong", ErrDamaged)
	}
	data, err := io.ReadAll(io.LimitReader(in, MaxBytes+1))
	if len(data) > MaxBytes {
		return fmt.Errorf("%w: unpacked, it has over %d MB", ErrTooLarge, MaxBytes>>20)
	}
	if err != nil {
		return fmt.Errorf("%w: the archive breaks off or is wrong", ErrDamaged)
	}
	return r.inside("inside", data)
}
