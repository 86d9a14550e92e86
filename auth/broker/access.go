package broker

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gatepass/auth/login"
)

// atHome refuses what is not meant for this server: a foreign Host header, as a page
// sends that points a name of its own at loopback; requests of pages at all; bodies.
func (b *Broker) atHome(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		switch {
		case len(b.o.Hosts) > 0 && !slices.Contains(b.o.Hosts, strings.ToLower(r.Host)):
			b.deny(w, r, http.StatusMisdirectedRequest, "This is not the host that you asked for.")
		case r.Header.Get("Origin") != "" || fromPage(r.Header.Get("Sec-Fetch-Site")):
			b.deny(w, r, http.StatusForbidden, "Web pages are not served.")
		case r.ContentLength != 0:
			w.Header().Set("Connection", "close")
			b.deny(w, r, http.StatusRequestEntityTooLarge, "Requests have no body here.")
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET")
			b.deny(w, r, http.StatusMethodNotAllowed, "Everything here is read with GET.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// fromPage reports whether a browser says that a page made the request (Fetch
// Metadata); a person who types the address sends "none".
func fromPage(site string) bool { return site != "" && site != "none" }

// open answers anybody: it tells nothing.
func (b *Broker) open(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		if !b.anybody.Allow() {
			comeBack(w, time.Second)
			refuse(w, r, http.StatusTooManyRequests, "Too many requests.")
			return
		}
		next(w, r)
	})
}

// guarded answers who has the token. Whoever does not have it has a rate of their own,
// and no connection that stays, so that they cannot keep out whoever has.
func (b *Broker) guarded(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !b.knows(r):
			w.Header().Set("WWW-Authenticate", `Bearer realm="gatepass"`)
			w.Header().Add("WWW-Authenticate", `Basic realm="gatepass"`)
			b.deny(w, r, http.StatusUnauthorized, "The token is missing or wrong: Authorization: Bearer TOKEN")
		case r.Method == http.MethodHead:
			// A HEAD would spend a code and show nothing.
			w.Header().Set("Allow", "GET")
			b.deny(w, r, http.StatusMethodNotAllowed, "This is read with GET.")
		case !b.limit.Allow():
			b.tooMany(w, r)
		default:
			next(w, r)
		}
	})
}

func (b *Broker) tooMany(w http.ResponseWriter, r *http.Request) {
	comeBack(w, time.Second)
	b.deny(w, r, http.StatusTooManyRequests, "Too many requests.")
}

// knows compares the token in constant time. Tools that can only be given an address
// send it as a password (RFC 7617): http://gatepass:TOKEN@127.0.0.1:PORT/code
func (b *Broker) knows(r *http.Request) bool {
	given := ""
	if scheme, token, found := strings.Cut(r.Header.Get("Authorization"), " "); found && strings.EqualFold(scheme, "Bearer") {
		given = strings.TrimSpace(token)
	} else if _, password, ok := r.BasicAuth(); ok {
		given = password
	}
	// Hashed first: the comparison needs equal lengths, and may tell nothing of them.
	want, got := sha256.Sum256([]byte(b.o.Token.Reveal())), sha256.Sum256([]byte(given))
	return subtle.ConstantTimeCompare(want[:], got[:]) == 1
}

// deny refuses and tells. Of many refusals of strangers not each is told: nobody would
// read them.
func (b *Broker) deny(w http.ResponseWriter, r *http.Request, status int, why string) {
	if !b.knows(r) {
		w.Header().Set("Connection", "close")
		if !b.anybody.Allow() {
			comeBack(w, time.Second)
			refuse(w, r, http.StatusTooManyRequests, "Too many requests.")
			return
		}
	}
	b.told(r, status, why)
	refuse(w, r, status, why)
}

func (b *Broker) told(r *http.Request, status int, note string) {
	b.o.Tell(Asked{At: b.o.Now(), Client: client(r), Path: clip(login.Clean(r.URL.Path)), Status: status, Note: note})
}

// client is what the program calls itself.
func client(r *http.Request) string {
	if agent := clip(login.Clean(r.UserAgent())); agent != "" {
		return agent
	}
	return "unnamed"
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

func refuse(w http.ResponseWriter, _ *http.Request, status int, why string) {
	write(w, status, map[string]string{"error": why})
}

// comeBack says when it makes sense to ask again, in whole seconds (RFC 9110 §10.2.3).
func comeBack(w http.ResponseWriter, after time.Duration) {
	seconds := max(1, int((after+time.Second-1)/time.Second))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
}

func write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked may have gone
}
