package importer

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"gatepass/auth/otp"
	"gatepass/store"
)

// A reading is one file on its way in: what a format reads from and gives to.
type reading struct {
	*session
	document *document
	name     string // of the file
	prefix   string // of every Where
	format   string // a format may make it more exact
	nested   bool   // it lies in an archive
	password []byte // that opened what came before in an archive

	entries []Entry
	refused []Refusal
	notes   []string
	seen    int
}

// count is called for every entry, good or not; it keeps the limit, the progress
// and the context.
func (r *reading) count(total int) error {
	r.seen++
	r.session.seen++
	if r.session.seen > MaxEntries {
		return store.WithHint(fmt.Errorf("%w: over %d", ErrTooMany, MaxEntries), "Import fewer files at once.")
	}
	if r.options.Progress != nil {
		r.options.Progress(r.session.seen, total)
	}
	return r.ctx.Err()
}

// add gives a key, or the refusal of one. where is its place in the file.
func (r *reading) add(where, name string, tags []string, k otp.Key, err error) {
	if err != nil {
		r.refuse(where, name, reason(err))
		return
	}
	var kept []string
	for _, tag := range tags {
		if tag = clean(tag); tag != "" {
			kept = append(kept, tag)
		}
	}
	if name = clean(name); name == "" && k.Type() == otp.Steam {
		name = "Steam" // steam:// has no room for a name
	}
	r.entries = append(r.entries, Entry{Key: k, Name: name, Tags: kept, Where: r.prefix + where})
}

// refuse takes a reason that was written in the source, never one from the file.
func (r *reading) refuse(where, name, why string) {
	r.refused = append(r.refused, Refusal{Where: r.prefix + where, Name: safeName(name), Reason: why})
}

func (r *reading) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// reason gives a refused key's error with its next step, which for a refusal is
// half of the message.
func reason(err error) string {
	text := "it cannot be read"
	if e, ok := errors.AsType[*otp.ParseError](err); ok {
		text = e.Field + ": " + e.Reason
	} else if e, ok := errors.AsType[*refusal](err); ok {
		text = e.reason
	}
	if hints := store.Hints(err); len(hints) > 0 {
		text += ". " + strings.Join(hints, " ")
	}
	return text
}

// A refusal is this package's own reason not to take an entry.
type refusal struct{ reason string }

func (r *refusal) Error() string { return r.reason }

func refused(why string, hints ...string) error {
	if len(hints) == 0 {
		return &refusal{why}
	}
	return store.WithHint(&refusal{why}, hints...)
}

// clean makes a name from a file safe to show and of bearable length.
func clean(s string) string {
	const longest = 256
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d':
			return -1
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "") + "…"
	}
	return s
}

// safeName is clean for what was refused. There nothing has vouched for the name
// being one: in a damaged line it may be the seed. So long runs of letters and
// digits without a gap are left out.
func safeName(s string) string {
	const longest = 15
	var b strings.Builder
	var run []rune
	flush := func() {
		if len(run) > longest {
			b.WriteString("…")
		} else {
			b.WriteString(string(run))
		}
		run = run[:0]
	}
	for _, r := range clean(s) {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '+' || r == '/' || r == '=' {
			run = append(run, r)
			continue
		}
		flush()
		b.WriteRune(r)
	}
	flush()
	return b.String()
}
