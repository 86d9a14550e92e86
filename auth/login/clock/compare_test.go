package clock_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"gatepass/auth/login/clock"
)

// far is a machine whose clock is ahead, and whose answers take a while.
func far(ahead, there, back time.Duration) clock.Teller {
	return func(ctx context.Context) (time.Time, error) {
		<-time.After(there)
		at := time.Now().Add(ahead).Truncate(time.Second)
		<-time.After(back)
		return at, ctx.Err()
	}
}

// One answer leaves half a second of doubt and more; the bounds always hold the truth,
// and half a dozen of answers bring them down to what the network takes.
func TestTheDifferenceIsFoundBelowASecond(t *testing.T) {
	for _, ahead := range []time.Duration{0, 64 * time.Second, -3 * time.Hour, 730 * time.Millisecond, -120 * time.Millisecond, 29999 * time.Millisecond} {
		for _, trip := range []time.Duration{0, 8 * time.Millisecond, 90 * time.Millisecond, 400 * time.Millisecond} {
			synctest.Test(t, func(t *testing.T) {
				<-time.After(time.Duration(rand.IntN(1000)) * time.Millisecond)
				began := time.Now()
				got, err := clock.Compare(t.Context(), far(ahead, trip/3, trip-trip/3), clock.Options{Now: time.Now})
				if err != nil || !got.Known {
					t.Fatal(got, err)
				}
				if wrong := (got.Offset - ahead).Abs(); wrong > got.Within {
					t.Errorf("%s away, %s ahead: found %s ± %s", trip, ahead, got.Offset, got.Within)
				}
				if got.Within > 60*time.Millisecond+trip {
					t.Errorf("%s away, %s ahead: the doubt is still ± %s after %d answers", trip, ahead, got.Within, got.Samples)
				}
				if took := time.Since(began); took > 6*(time.Second+trip) || got.Unsteady {
					t.Errorf("it took %s, unsteady %v", took, got.Unsteady)
				}
			})
		}
	}
}

func TestOneAnswerIsEnoughToKnowSomething(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		got, err := clock.Compare(t.Context(), func(ctx context.Context) (time.Time, error) {
			if asked++; asked > 1 {
				return time.Time{}, errors.New("gone")
			}
			return far(64*time.Second, time.Millisecond, time.Millisecond)(ctx)
		}, clock.Options{Now: time.Now})
		if err != nil || got.Samples != 1 || (got.Offset-64*time.Second).Abs() > got.Within || got.Within > 600*time.Millisecond {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestMachinesThatDisagreeAreSaidToDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		got, err := clock.Compare(t.Context(), func(ctx context.Context) (time.Time, error) {
			asked++
			return far(time.Duration(asked%2)*10*time.Second, 0, time.Millisecond)(ctx)
		}, clock.Options{Now: time.Now})
		if err != nil || !got.Unsteady || got.Offset-got.Within > 0 || got.Offset+got.Within < 10*time.Second {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		got, err := clock.Compare(ctx, func(ctx context.Context) (time.Time, error) {
			defer cancel()
			return time.Now().Truncate(time.Second), nil
		}, clock.Options{Now: time.Now})
		if err != nil || got.Samples != 1 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// A server whose clock is ahead, over a real connection.
func TestADateHeaderTellsTheTime(t *testing.T) {
	const ahead = 42 * time.Second
	var methods []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		methods = append(methods, r.Method)
		if len(r.Cookies()) > 0 || r.URL.RawQuery != "" {
			t.Error("more than an address was sent")
		}
		w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
		http.Redirect(w, r, "https://elsewhere.example.com/", http.StatusFound)
	}))
	defer srv.Close()
	at, err := url.Parse(srv.URL + "/login?token=x")
	if err != nil {
		t.Fatal(err)
	}
	s := clock.NewServer(at, nil, nil)
	defer s.Close()
	got, err := clock.Compare(t.Context(), s.Time, clock.Options{Now: time.Now})
	if err != nil || (got.Offset-ahead).Abs() > got.Within || got.Within > 400*time.Millisecond {
		t.Errorf("%+v, %v", got, err)
	}
	for _, m := range methods {
		if m != http.MethodHead {
			t.Errorf("it was asked with %s", m)
		}
	}
}

func TestTheAgeOfAKeptAnswerIsAdded(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat))
		w.Header().Set("Age", "3600")
	}))
	defer srv.Close()
	at, _ := url.Parse(srv.URL)
	s := clock.NewServer(at, nil, nil)
	defer s.Close()
	got, err := s.Time(t.Context())
	if err != nil || time.Since(got).Abs() > 3*time.Second {
		t.Errorf("%s, %v", got, err)
	}
}

func TestAServerWithoutATimeSaysSo(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Header()["Date"] = nil }))
	defer srv.Close()
	at, _ := url.Parse(srv.URL)
	s := clock.NewServer(at, nil, nil)
	defer s.Close()
	if _, err := clock.Compare(t.Context(), s.Time, clock.Options{Now: time.Now}); !errors.Is(err, clock.ErrUntold) {
		t.Error(err)
	}
}
