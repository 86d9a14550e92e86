package importer

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// maxBatch is the largest number of QR codes that one export is believed to have.
const maxBatch = 1000

// batches know which parts of which exports were seen.
type batches struct {
	exports map[int64]*export
	seen    map[[sha256.Size]byte]bool
	odd     bool
}

type export struct {
	size  int64
	parts map[int64]bool
}

func newBatches() batches {
	return batches{exports: map[int64]*export{}, seen: map[[sha256.Size]byte]bool{}}
}

// clone lets a file that turns out to be unreadable be forgotten again.
func (b *batches) clone() batches {
	c := batches{exports: map[int64]*export{}, seen: maps.Clone(b.seen), odd: b.odd}
	for id, e := range b.exports {
		c.exports[id] = &export{e.size, maps.Clone(e.parts)}
	}
	return c
}

// add tells whether the payload is new.
func (b *batches) add(p payload) bool {
	if b.seen[p.digest] {
		return false
	}
	b.seen[p.digest] = true
	switch {
	case p.size <= 1: // most writers but Google's leave these fields out
	case p.size > maxBatch || p.index < 0 || p.index >= p.size:
		b.odd = true
	default:
		e := b.exports[p.id]
		if e == nil {
			e = &export{parts: map[int64]bool{}}
			b.exports[p.id] = e
		}
		e.size = max(e.size, p.size)
		e.parts[p.index] = true
	}
	return true
}

// notes name the parts that never came, counted from 1 as the app shows them.
func (b *batches) notes() []string {
	var notes []string
	for _, id := range slices.Sorted(maps.Keys(b.exports)) {
		e := b.exports[id]
		var missing []string
		for i := range e.size {
			if !e.parts[i] {
				missing = append(missing, strconv.FormatInt(i+1, 10))
			}
		}
		if len(missing) > 0 {
			notes = append(notes, fmt.Sprintf("%d of %d QR codes of this export are here; missing: %s.",
				len(e.parts), e.size, strings.Join(missing, ", ")))
		}
	}
	if b.odd {
		notes = append(notes, "A QR code of the Google Authenticator export counts its parts in a way that makes no sense; compare the number of accounts.")
	}
	return notes
}
