package broker

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"gatepass/auth/keeper"
	"gatepass/auth/login"
)

func (b *Broker) health(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, map[string]string{"status": "ok"})
}

// codeAnswer is what /code promises.
type codeAnswer struct {
	Code       string `json:"code"`
	Type       string `json:"type"`
	ValidFrom  string `json:"valid_from,omitempty"`
	ValidUntil string `json:"valid_until,omitempty"`
	Remaining  *int   `json:"remaining_seconds,omitempty"`
}

// code gives one passcode. One at a time draws; the others wait for their turn as
// long as patience lasts, and are then told when it may come.
func (b *Broker) code(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), b.o.Patience)
	defer cancel()
	ahead := b.waiting.Add(1)
	defer b.waiting.Add(-1)
	select {
	case b.turn <- struct{}{}:
		defer func() { <-b.turn }()
	case <-ctx.Done():
		b.later(w, r, ahead)
		return
	}
	code, err := b.o.Codes.Draw(ctx)
	switch {
	case err == nil:
		b.told(r, http.StatusOK, "a "+code.Type+" code")
		b.give(w, r, code)
	case errors.Is(err, ErrUsedUp):
		b.deny(w, r, http.StatusGone, "No code is left.")
	case ctx.Err() != nil:
		b.later(w, r, ahead)
	default:
		b.failed(w, r, err)
	}
}

func (b *Broker) later(w http.ResponseWriter, r *http.Request, ahead int64) {
	comeBack(w, time.Duration(max(ahead, 1))*b.o.Period)
	b.deny(w, r, http.StatusServiceUnavailable, "Every code until then is spoken for: there is one a time step.")
}

// failed says what went wrong. The error is one of our own and has no secret in it.
func (b *Broker) failed(w http.ResponseWriter, r *http.Request, err error) {
	var soon *keeper.TooSoonError
	status := http.StatusBadGateway
	if errors.As(err, &soon) {
		status = http.StatusServiceUnavailable
		comeBack(w, soon.Until.Sub(b.o.Now()))
	}
	b.deny(w, r, status, login.Clean(err.Error()))
}

func (b *Broker) give(w http.ResponseWriter, r *http.Request, c Code) {
	if strings.HasPrefix(r.Header.Get("Accept"), "text/plain") || r.URL.Query().Get("format") == "text" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, c.Value.Reveal()+"\n")
		return
	}
	answer := codeAnswer{Code: c.Value.Reveal(), Type: c.Type}
	if !c.Until.IsZero() {
		left := max(0, int(c.Until.Sub(b.o.Now())/time.Second))
		answer.ValidFrom, answer.ValidUntil, answer.Remaining = c.From.UTC().Format(time.RFC3339), c.Until.UTC().Format(time.RFC3339), &left
	}
	write(w, http.StatusOK, answer)
}

// view gives the session in one shape.
func (b *Broker) view(v View) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		session, err := b.o.Sessions.Session(r.Context())
		if err != nil {
			b.failed(w, r, err)
			return
		}
		text, err := v.Render(session)
		if err != nil {
			b.failed(w, r, err)
			return
		}
		b.told(r, http.StatusOK, "the session")
		w.Header().Set("Content-Type", v.Type)
		_, _ = w.Write(text)
	}
}
