package lab

import (
	"crypto/sha256"
	"sync"
	"time"
)

// maxShelved bounds each shelf.
const maxShelved = 512

// A shelf keeps things for a while under names that nobody can guess: requests
// that wait for their answer, codes that may be handed in once. Like sessions
// they are kept by the hash of their name.
type shelf[T any] struct {
	now  func() time.Time
	life time.Duration

	mu sync.Mutex
	by map[[sha256.Size]byte]shelved[T]
}

type shelved[T any] struct {
	thing T
	until time.Time
}

func newShelf[T any](now func() time.Time, life time.Duration) *shelf[T] {
	return &shelf[T]{now: now, life: life, by: map[[sha256.Size]byte]shelved[T]{}}
}

// put keeps a thing and gives its name.
func (s *shelf[T]) put(thing T) string {
	name, now := newID(), s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.by) >= maxShelved {
		s.makeRoom(now)
	}
	s.by[sha256.Sum256([]byte(name))] = shelved[T]{thing, now.Add(s.life)}
	return name
}

// get finds a thing and leaves it where it is.
func (s *shelf[T]) get(name string) (T, bool) { return s.find(name, false) }

// take finds a thing and removes it: nobody gets it twice.
func (s *shelf[T]) take(name string) (T, bool) { return s.find(name, true) }

func (s *shelf[T]) find(name string, remove bool) (T, bool) {
	key := sha256.Sum256([]byte(name))
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.by[key]
	expired := ok && !s.now().Before(found.until)
	if ok && (remove || expired) {
		delete(s.by, key)
	}
	if !ok || expired {
		var none T
		return none, false
	}
	return found.thing, true
}

// makeRoom removes what has expired or, if nothing has, what ends soonest.
func (s *shelf[T]) makeRoom(now time.Time) {
	var victim [sha256.Size]byte
	var soonest time.Time
	for key, v := range s.by {
		if !now.Before(v.until) {
			delete(s.by, key)
			continue
		}
		if soonest.IsZero() || v.until.Before(soonest) {
			victim, soonest = key, v.until
		}
	}
	if len(s.by) >= maxShelved {
		delete(s.by, victim)
	}
}
