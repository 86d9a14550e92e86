package lab

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"sync"
)

const (
	bypassCodes  = 10
	bypassDigits = 9
)

// bypassList holds codes of which each is good once.
type bypassList struct {
	codes []string

	mu   sync.Mutex
	left map[[sha256.Size]byte]bool
}

func newBypassList(random io.Reader) (*bypassList, error) {
	b := &bypassList{left: map[[sha256.Size]byte]bool{}}
	for range bypassCodes {
		var raw [8]byte
		if _, err := io.ReadFull(random, raw[:]); err != nil {
			return nil, fmt.Errorf("draw a bypass code: %w", err)
		}
		code := fmt.Sprintf("%0*d", bypassDigits, binary.BigEndian.Uint64(raw[:])%1_000_000_000)
		b.codes = append(b.codes, code)
		b.left[sha256.Sum256([]byte(code))] = true
	}
	return b, nil
}

// list gives all codes, used or not.
func (b *bypassList) list() []string { return slices.Clone(b.codes) }

// use reports whether the code is good, and spends it.
func (b *bypassList) use(code string) bool {
	key := sha256.Sum256([]byte(code))
	b.mu.Lock()
	defer b.mu.Unlock()
	good := b.left[key]
	delete(b.left, key)
	return good
}
