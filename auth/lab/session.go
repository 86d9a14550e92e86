package lab

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"sync"
	"time"
)

const (
	// maxSessions bounds the memory of one application.
	maxSessions = 2048
	// signInTime is how long a half-done sign-in waits for its next page.
	signInTime = 5 * time.Minute
	// sessionTime is how long a session lives without a request.
	sessionTime = 30 * time.Minute
	// sessionBytes is the length of a session id before encoding.
	sessionBytes = 32
)

// A stage is how far a visitor has come.
type stage int

const (
	anonymous  stage = iota
	identified       // has given a username, nothing proven
	halfway          // password accepted, code outstanding
	signedIn
)

// A session is what the application remembers of a visitor who began to sign in.
// Anonymous visitors have an id in a cookie but nothing here, so a crawler
// without cookies costs no memory.
type session struct {
	stage stage
	user  string
	next  string // where to go after sign-in
	owner string // the id of the visitor who alone may use the outcome, if another
	until time.Time
}

// sessions are kept by the hash of their id: a look-up's time then tells nothing
// about the ids that exist.
type sessions struct {
	now  func() time.Time
	max  int
	life time.Duration // from the sign-in on, used or not; 0: sessionTime from the last request on

	mu sync.Mutex
	by map[[sha256.Size]byte]session
}

func newSessions(now func() time.Time) *sessions {
	return &sessions{now: now, max: maxSessions, by: map[[sha256.Size]byte]session{}}
}

// get finds a session and, if it is signed in, prolongs it.
func (s *sessions) get(id string) (session, bool) {
	key := sha256.Sum256([]byte(id))
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.by[key]
	if !ok {
		return session{}, false
	}
	now := s.now()
	if !now.Before(found.until) {
		delete(s.by, key)
		return session{}, false
	}
	if found.stage == signedIn && s.life == 0 {
		found.until = now.Add(sessionTime)
		s.by[key] = found
	}
	return found, true
}

// put keeps a session under id for as long as its stage deserves.
func (s *sessions) put(id string, v session) {
	now := s.now()
	v.until = now.Add(signInTime)
	if v.stage == signedIn {
		v.until = now.Add(sessionTime)
		if s.life > 0 {
			v.until = now.Add(s.life)
		}
	}
	key := sha256.Sum256([]byte(id))
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.by[key]; !known && len(s.by) >= s.max {
		s.makeRoom(now)
	}
	s.by[key] = v
}

// drop ends a session.
func (s *sessions) drop(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.by, sha256.Sum256([]byte(id)))
}

// makeRoom removes what has expired or, if nothing has, the session that ends
// soonest; half-done sign-ins go before signed-in visitors.
func (s *sessions) makeRoom(now time.Time) {
	var victim [sha256.Size]byte
	var worst session
	for key, v := range s.by {
		if !now.Before(v.until) {
			delete(s.by, key)
			continue
		}
		if worst.until.IsZero() || ranksBefore(v, worst) {
			victim, worst = key, v
		}
	}
	if len(s.by) >= s.max {
		delete(s.by, victim)
	}
}

func ranksBefore(a, b session) bool {
	if (a.stage == signedIn) != (b.stage == signedIn) {
		return b.stage == signedIn
	}
	return a.until.Before(b.until)
}

// newID draws a session id.
func newID() string {
	id := make([]byte, sessionBytes)
	_, _ = rand.Read(id) // crypto/rand ends the program rather than fail.
	return base64.RawURLEncoding.EncodeToString(id)
}

// wellFormed reports whether id could have come from newID.
func wellFormed(id string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(id)
	return err == nil && len(raw) == sessionBytes
}
