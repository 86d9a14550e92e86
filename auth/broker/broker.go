package broker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"
	"golang.org/x/time/rate"

	"gatepass/auth/login"
	"gatepass/store"
)

// A Code is a passcode as it is given out.
type Code struct {
	Value store.Secret
	Type  string    // "totp", "hotp", "steam", "bypass"
	From  time.Time // zero where it is not bound to a time
	Until time.Time
}

// Codes gives passcodes, each recorded as spent before it is given. It may wait for
// a time step that nobody has used. Errors match [ErrUsedUp] when there are no more.
type Codes interface {
	Draw(ctx context.Context) (Code, error)
}

// ErrUsedUp says that there is no code left, and waiting will not help.
var ErrUsedUp = errors.New("no code is left")

// Sessions gives a proven session, and signs in when there is none.
type Sessions interface {
	Session(ctx context.Context) (login.Session, error)
}

// A View is the session in one shape.
type View struct {
	Path   string // "/session.json"
	Type   string // media type
	What   string // one sentence, for the description
	Render func(login.Session) ([]byte, error)
}

// Asked tells who asked for what, and what came of it.
type Asked struct {
	At     time.Time
	Client string // the program as it calls itself; nothing to rely on
	Path   string
	Status int
	Note   string // why not, or what was given; no secret in it
}

// Options say what is given to whom.
type Options struct {
	Target   string
	Token    store.Secret // required
	Hosts    []string     // host:port as Host headers may have it; empty: not checked, for a unix socket
	Codes    Codes        // nil: the route has no codes
	Sessions Sessions     // nil: no sessions
	Views    []View
	Period   time.Duration // of a time step, for those who are told to come back; 0 means 30 s
	Patience time.Duration // how long a request for a code may wait; 0 means a minute
	Rate     rate.Limit    // requests per second; 0 means 50
	Now      func() time.Time
	Tell     func(Asked) // may be nil; may be called by several at once
}

const (
	burst       = 100     // requests that may come at once
	connections = 256     // open at the same time
	maxHeader   = 8 << 10 // bytes
	slowHeader  = 5 * time.Second
	slowRequest = 10 * time.Second
	idle        = 30 * time.Second
)

// A Broker answers requests. Make one with [New].
type Broker struct {
	o       Options
	limit   *rate.Limiter // of who has the token
	anybody *rate.Limiter // of everybody else
	turn    chan struct{} // one at a time draws a code
	waiting atomic.Int64
	handler http.Handler
}

// New makes a broker.
func New(o Options) (*Broker, error) {
	if len(o.Token.Reveal()) < 16 {
		return nil, errors.New("a broker needs a token of at least 16 characters")
	}
	if o.Now == nil {
		return nil, errors.New("a broker needs a clock")
	}
	if o.Period <= 0 {
		o.Period = 30 * time.Second
	}
	if o.Patience <= 0 {
		o.Patience = time.Minute
	}
	if o.Rate <= 0 {
		o.Rate = 50
	}
	if o.Tell == nil {
		o.Tell = func(Asked) {}
	}
	b := &Broker{o: o, limit: rate.NewLimiter(o.Rate, burst), anybody: rate.NewLimiter(o.Rate, burst), turn: make(chan struct{}, 1)}
	b.handler = b.routes()
	return b, nil
}

// GivesCodes reports whether there are passcodes to ask for.
func (b *Broker) GivesCodes() bool { return b.o.Codes != nil }

// Handler gives the endpoint without a server around it.
func (b *Broker) Handler() http.Handler { return b.handler }

// Serve answers on l until ctx ends, and closes l. Requests that wait are ended with
// it.
func (b *Broker) Serve(ctx context.Context, l net.Listener) error {
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	s := &http.Server{
		Handler:           b.handler,
		ReadHeaderTimeout: slowHeader,
		ReadTimeout:       slowRequest,
		WriteTimeout:      b.o.Patience + slowRequest,
		IdleTimeout:       idle,
		MaxHeaderBytes:    maxHeader,
		BaseContext:       func(net.Listener) context.Context { return life },
	}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		end() // those who wait for a code are sent away
		grace, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		if s.Shutdown(grace) != nil {
			_ = s.Close()
		}
	})
	err := s.Serve(netutil.LimitListener(l, connections))
	if !stop() {
		<-ended // Serve is back as soon as the end begins
	}
	if !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// routes is the endpoint, each path behind the checks that it needs.
func (b *Broker) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", b.open(b.describe))
	mux.Handle("GET /healthz", b.open(b.health))
	if b.o.Codes != nil {
		mux.Handle("GET /code", b.guarded(b.code))
	}
	if b.o.Sessions != nil {
		for _, v := range b.o.Views {
			mux.Handle("GET "+v.Path, b.guarded(b.view(v)))
		}
	}
	mux.Handle("/", b.open(func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, http.StatusNotFound, "There is nothing here; / describes what there is.")
	}))
	return b.atHome(mux)
}
