package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/store"
)

func countingKey(t *testing.T, counter string) *otp.Key {
	t.Helper()
	return key(t, "otpauth://hotp/Bank:bot?secret="+testSeed+"&counter="+counter)
}

// The clock that judges decides which step it is, and which one is spent.
func TestCodesByAClockThatIsAhead(t *testing.T) {
	c := &clock{at: noon}
	g := newGate(t, c.now)
	add(t, g, auth.Enrolment{Target: target("shop"), OTP: key(t, testSeed)})
	const ahead = 64 * time.Second
	code, k, err := g.Code(t.Context(), "shop", auth.CodeOptions{Ahead: ahead, By: "code"})
	if err != nil {
		t.Fatal(err)
	}
	if want := k.Step(noon.Add(ahead)); code.Step != want {
		t.Errorf("it is the code of step %d, want %d", code.Step, want)
	}
	// 64 s ahead it is 5 s into a step: 25 s are left there.
	if left := code.Left(noon.Add(ahead)); left != 25*time.Second {
		t.Errorf("it is right for %s", left)
	}
	spent, known, err := g.Spent(t.Context(), k)
	if err != nil || !known || spent.Step != code.Step {
		t.Errorf("spent is %+v, %v", spent, err)
	}
	// By this machine's clock nothing is fresh before the target's step has passed.
	var waited []time.Time
	again, _, err := g.Code(t.Context(), "shop", auth.CodeOptions{Waiting: func(until time.Time) { waited = append(waited, until); c.set(until) }})
	if err != nil || again.Step != code.Step+1 {
		t.Errorf("step %d after %v, %v", again.Step, waited, err)
	}
	// To wait by the other's clock is told in this machine's time.
	c.set(noon)
	var until time.Time
	ctx, cancel := context.WithCancel(t.Context())
	_, _, err = g.Code(ctx, "shop", auth.CodeOptions{Ahead: ahead, Waiting: func(u time.Time) { until = u; cancel() }})
	if _, end := k.Window(again.Step); !errors.Is(err, context.Canceled) || !until.Equal(end.Add(-ahead)) {
		t.Errorf("waits until %s, %v", until, err)
	}
}

func TestTheNextCodeIsSpentBeforeItsTime(t *testing.T) {
	c := &clock{at: noon}
	g := newGate(t, c.now)
	add(t, g, auth.Enrolment{Target: target("shop"), OTP: key(t, testSeed)})
	looked, k, err := g.Code(t.Context(), "shop", auth.CodeOptions{Next: true, Peek: true})
	if err != nil || looked.Step != k.Step(noon)+1 {
		t.Fatalf("step %d, %v", looked.Step, err)
	}
	taken, _, err := g.Code(t.Context(), "shop", auth.CodeOptions{Next: true})
	if err != nil || taken.Step != looked.Step {
		t.Fatalf("step %d, %v", taken.Step, err)
	}
	// A server that took it refuses the one before: that is not given out any more.
	if _, _, err := g.Code(t.Context(), "shop", auth.CodeOptions{NoWait: true}); !errors.Is(err, auth.ErrNothingFresh) {
		t.Errorf("the code before it: %v", err)
	}
	// The one after that is next as soon as the spent step has begun.
	var waited time.Time
	after, _, err := g.Code(t.Context(), "shop", auth.CodeOptions{Next: true, Waiting: func(until time.Time) { waited = until; c.set(until) }})
	if from, _ := k.Window(taken.Step); err != nil || after.Step != taken.Step+1 || !waited.Equal(from) {
		t.Errorf("step %d after waiting until %s, %v", after.Step, waited, err)
	}
	add(t, g, auth.Enrolment{Target: target("counted"), OTP: countingKey(t, "0")})
	if _, _, err := g.Code(t.Context(), "counted", auth.CodeOptions{Next: true}); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("a counter has no next: %v", err)
	}
}

func TestWatchShowsEachCodeOnce(t *testing.T) {
	for name, spend := range map[string]bool{"looking": false, "spending": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newGate(t, time.Now)
				add(t, g, auth.Enrolment{Target: target("shop"), OTP: key(t, testSeed)})
				k, err := g.Key(t.Context(), "shop")
				if err != nil {
					t.Fatal(err)
				}
				var steps []int64
				done := errors.New("enough")
				err = g.Watch(t.Context(), k, auth.WatchOptions{Spend: spend, By: "code"}, func(c otp.Code) error {
					if c.Step != k.Step(time.Now()) {
						t.Errorf("the code of step %d is shown at step %d", c.Step, k.Step(time.Now()))
					}
					if steps = append(steps, c.Step); len(steps) == 3 {
						return done
					}
					return nil
				})
				if !errors.Is(err, done) || steps[1] != steps[0]+1 || steps[2] != steps[1]+1 {
					t.Errorf("steps %v, %v", steps, err)
				}
				if spent, known, _ := g.Spent(t.Context(), k); known != spend || known && spent.Step != steps[2] {
					t.Errorf("spent: %v, %+v", known, spent)
				}
			})
		})
	}
}

// A machine that slept wakes up in another step; a clock that is set back shows an
// older one again.
func TestWatchNoticesAClockThatJumps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clock{at: noon}
		g := newGate(t, c.now)
		k := *key(t, testSeed)
		var steps []int64
		ctx, cancel := context.WithCancel(t.Context())
		jumps := []time.Time{noon.Add(time.Hour), noon.Add(-time.Hour)}
		err := g.Watch(ctx, k, auth.WatchOptions{}, func(code otp.Code) error {
			steps = append(steps, code.Step)
			if len(steps) > len(jumps) {
				cancel()
				return nil
			}
			c.set(jumps[len(steps)-1])
			return nil
		})
		if !errors.Is(err, context.Canceled) || len(steps) != 3 || steps[1]-steps[0] != 120 || steps[2]-steps[0] != -120 {
			t.Errorf("steps %v, %v", steps, err)
		}
	})
}

func TestACounterIsFoundByTheCodesOfAnotherDevice(t *testing.T) {
	g := newGate(t, time.Now)
	add(t, g, auth.Enrolment{Target: target("bank"), OTP: countingKey(t, "0")})
	k := *countingKey(t, "0")
	codes := func(counters ...uint64) (list []store.Secret) {
		for _, at := range counters {
			c, err := k.HOTP(at)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, store.NewSecret(c.Reveal()[:3]+" "+c.Reveal()[3:]))
		}
		return list
	}
	for _, at := range []uint64{0, 1, 57, auth.ResyncAhead - 1} {
		m, err := g.FindCounter(t.Context(), "bank", codes(at, at+1, at+2))
		if err != nil || m.Next != at+3 || m.Known != 0 || m.Back() {
			t.Errorf("codes from %d: %+v, %v", at, m, err)
		}
	}
	for what, list := range map[string][]store.Secret{
		"one code":                codes(5),
		"no code":                 nil,
		"one that is too short":   {store.NewSecret("75522"), store.NewSecret("287082")},
		"not one after the other": codes(5, 7),
		"too far":                 codes(auth.ResyncAhead+500, auth.ResyncAhead+501),
		"in the wrong order":      codes(8, 7),
	} {
		_, err := g.FindCounter(t.Context(), "bank", list)
		if !errors.Is(err, auth.ErrNoCounter) && !errors.Is(err, auth.ErrUsage) {
			t.Errorf("%s: %v", what, err)
		}
		for _, c := range list {
			if err != nil && strings.Contains(err.Error(), c.Reveal()) {
				t.Errorf("%s: the error tells a code", what)
			}
		}
	}
	// Forwards without a word, and at once on disk; back only when that was decided.
	if was, err := g.MoveCounter(t.Context(), "bank", 60, false); err != nil || was != 0 {
		t.Fatalf("from %d, %v", was, err)
	}
	if c, _, err := g.Code(t.Context(), "bank", auth.CodeOptions{}); err != nil || c.Step != 60 {
		t.Fatalf("the next is %d, %v", c.Step, err)
	}
	m, err := g.FindCounter(t.Context(), "bank", codes(0, 1))
	if err != nil || !m.Back() || m.Next != 2 {
		t.Fatalf("%+v, %v", m, err)
	}
	if _, err := g.MoveCounter(t.Context(), "bank", m.Next, false); !errors.Is(err, store.ErrCounterBack) {
		t.Errorf("it went back by itself: %v", err)
	}
	if _, err := g.MoveCounter(t.Context(), "bank", m.Next, true); err != nil {
		t.Fatal(err)
	}
	if c, _, err := g.Code(t.Context(), "bank", auth.CodeOptions{}); err != nil || c.Step != 2 {
		t.Fatalf("the next is %d, %v", c.Step, err)
	}
	add(t, g, auth.Enrolment{Target: target("shop"), OTP: key(t, testSeed)})
	if _, err := g.MoveCounter(t.Context(), "shop", 1, false); !errors.Is(err, auth.ErrUsage) {
		t.Errorf("a key that follows the clock: %v", err)
	}
}

// A target whose server's clock is ahead.
func TestOffsetOfATarget(t *testing.T) {
	const ahead = 64 * time.Second
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(ahead).UTC().Format(http.TimeFormat))
	}))
	defer srv.Close()
	g := newGate(t, time.Now)
	far := target("far")
	far.URL, far.Origins = srv.URL+"/login", nil
	add(t, g, auth.Enrolment{Target: far, OTP: key(t, testSeed)})
	c, err := g.Offset(t.Context(), "far")
	if err != nil || (c.Offset-ahead).Abs() > c.Within || c.Within > 300*time.Millisecond || c.Of != srv.URL {
		t.Fatalf("%+v, %v", c, err)
	}
	if c.Certain() < auth.ClockFar {
		t.Errorf("%s is beyond doubt", c.Certain())
	}
	code, k, err := g.Code(t.Context(), "far", auth.CodeOptions{Ahead: c.Offset, Peek: true})
	if d := code.Step - k.Step(time.Now().Add(ahead)); err != nil || d > 0 || d < -1 {
		t.Errorf("step %d, %v", code.Step, err)
	}
	if _, err := g.Offset(t.Context(), "nowhere"); !errors.Is(err, store.ErrNoTarget) {
		t.Error(err)
	}
}

// timed is a service that tells its time.
type timed time.Duration

func (t timed) Ping(context.Context) (time.Time, error) {
	return time.Now().Add(time.Duration(t)).Truncate(time.Second), nil
}

func TestAServiceThatTellsItsTimeIsAClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(t, time.Now)
		c, err := g.ClockOf(t.Context(), "Duo", timed(-7*time.Second))
		if err != nil || (c.Offset+7*time.Second).Abs() > c.Within || c.Within > 60*time.Millisecond || c.Of != "Duo" {
			t.Errorf("%+v, %v", c, err)
		}
		if off := c.Certain(); off < auth.ClockOff || off >= auth.ClockFar {
			t.Errorf("%s is beyond doubt", off)
		}
	})
}
