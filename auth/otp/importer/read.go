package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gatepass/auth/otp"
	"gatepass/store"
)

// Limits of what is read.
const (
	MaxBytes   = 40 << 20 // of one file
	MaxEntries = 100_000  // of all files together, refused ones included
)

// Options are what a reading may need from its caller.
type Options struct {
	// Password is asked for the password of an encrypted backup, at most three
	// times a file, and not again once it has given the same one twice. An error
	// from it ends the reading with that error. nil: encrypted backups are
	// refused with ErrPasswordNeeded.
	Password func(ctx context.Context, ask Ask) (store.Secret, error)
	// Sealed says that the user brought a password along, so what is read is encrypted.
	Sealed bool
	// Progress is told how many entries were seen, and of how many; total is 0
	// while that is unknown. It is called from the reading's own goroutine. nil:
	// nobody is told.
	Progress func(done, total int)
}

// Ask says what a password is for.
type Ask struct {
	Name    string // the file, as it was called in Read
	Format  string
	Attempt int // 1, 2, 3: from the second on, the one before was wrong
}

// A Result is what was in a file, or in several.
type Result struct {
	// Format names what was read, for people: "Aegis (encrypted)". Several are
	// divided by ", ".
	Format  string
	Entries []Entry
	Refused []Refusal
	// Notes are whole sentences on what is missing or was left out.
	Notes []string
}

// An Entry is a key with what its file says of it.
type Entry struct {
	Key  otp.Key
	Name string   // as the file names it, cleaned for a terminal; it may be empty
	Tags []string // groups, folders and tags; may be empty
	// Where is its place: "line 12", "items[3]", "QR code 2". With ReadAll, it
	// begins with the file: "phone.png, QR code 2".
	Where string
}

// A Refusal is an entry that is in the file and cannot be used.
type Refusal struct {
	Where, Name string
	Reason      string // one clause or sentence; never holds anything of the entry
}

// A File is one of several that are read together.
type File struct {
	Name string // for messages only
	Data []byte
	// Found says that nobody named this file: it lay in a folder. If it holds no
	// entries it is passed over, and a note says so.
	Found bool
}

// Read detects the format of data and reads every entry. name is for messages
// only. It answers an error that wraps one of this package's, or that of the
// context or of Options.Password; the Result is then empty.
func Read(ctx context.Context, name string, data []byte, o Options) (Result, error) {
	s := newSession(ctx, o)
	if err := s.file(File{Name: name, Data: data}, ""); err != nil {
		return Result{}, err
	}
	return s.result(), nil
}

// ReadAll reads several files as one, so that the QR codes of one export may lie
// in several pictures. A file that cannot be read does not stop the others: its
// error is joined to the answer's, and the Result holds all that was read. Only if
// the context ends, or more than [MaxEntries] come together, the Result is empty.
func ReadAll(ctx context.Context, files []File, o Options) (Result, error) {
	s := newSession(ctx, o)
	var failed []error
	for _, f := range files {
		err := s.file(f, clean(f.Name)+", ")
		switch {
		case ctx.Err() != nil:
			return Result{}, ctx.Err()
		case errors.Is(err, ErrTooMany):
			return Result{}, err
		case f.Found && (errors.Is(err, ErrUnknownFormat) || errors.Is(err, ErrNoCode)):
			s.passed = append(s.passed, clean(f.Name))
		case err != nil:
			failed = append(failed, err)
		}
	}
	return s.result(), errors.Join(failed...)
}

// A session is one Read or ReadAll.
type session struct {
	ctx     context.Context
	options Options
	formats []string
	out     Result
	batches batches
	seen    int
	passed  []string // files that nobody named and that hold no entries
}

func newSession(ctx context.Context, o Options) *session {
	return &session{ctx: ctx, options: o, batches: newBatches()}
}

// file reads one file into the session, or nothing of it.
func (s *session) file(f File, prefix string) error {
	wrap := func(err error) error {
		if errors.Is(err, ErrDamaged) && len(store.Hints(err)) == 0 {
			err = store.WithHint(err, "Export it again, or copy it again, whole.")
		}
		if f.Name == "" {
			return err
		}
		return fmt.Errorf("read %q: %w", clean(f.Name), err)
	}
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if len(f.Data) > MaxBytes {
		return wrap(store.WithHint(fmt.Errorf("%w: over %d MB", ErrTooLarge, MaxBytes>>20),
			"A backup of keys is small; make sure that this is the right file."))
	}
	d := newDocument(f.Data)
	d.name, d.sealed = f.Name, s.options.Sealed
	format, err := detect(d)
	if err != nil {
		return wrap(err)
	}
	r := &reading{session: s, document: d, name: clean(f.Name), prefix: prefix, format: format.name}
	before := s.batches.clone()
	if err := format.read(r); err != nil {
		s.batches = before
		s.seen -= r.seen
		return wrap(err)
	}
	s.out.Entries = append(s.out.Entries, r.entries...)
	s.out.Refused = append(s.out.Refused, r.refused...)
	for _, note := range r.notes {
		s.note(note)
	}
	if !slices.Contains(s.formats, r.format) {
		s.formats = append(s.formats, r.format)
	}
	return nil
}

func (s *session) note(note string) {
	if !slices.Contains(s.out.Notes, note) {
		s.out.Notes = append(s.out.Notes, note)
	}
}

// result closes the session: only now it is known which parts never came.
func (s *session) result() Result {
	for _, note := range s.batches.notes() {
		s.note(note)
	}
	if note := passedOver(s.passed); note != "" {
		s.note(note)
	}
	s.out.Format = strings.Join(s.formats, ", ")
	return s.out
}

// passedOver names files without entries, as many as one reads.
func passedOver(names []string) string {
	const most = 5
	switch n := len(names); {
	case n == 0:
		return ""
	case n == 1:
		return "One file in the folder holds no entries: " + names[0] + "."
	case n > most:
		return fmt.Sprintf("%d files in the folder hold no entries: %s and %d more.", n, strings.Join(names[:most], ", "), n-most)
	default:
		return fmt.Sprintf("%d files in the folder hold no entries: %s.", n, strings.Join(names, ", "))
	}
}
