package auth_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/store"
)

// cramped is a secret store that takes so many secrets and then no more.
type cramped struct {
	store.Secrets
	room int
}

var errNoRoom = errors.New("the store is full")

func (f *cramped) Set(ctx context.Context, ref store.Ref, s store.Secret) error {
	if ref.Kind == store.KindSeed {
		if f.room--; f.room < 0 {
			return errNoRoom
		}
	}
	return f.Secrets.Set(ctx, ref, s)
}

func many(t *testing.T, n int) []auth.Enrolment {
	t.Helper()
	var list []auth.Enrolment
	for i := range n {
		list = append(list, auth.Enrolment{
			Target: store.Target{Name: fmt.Sprintf("entry-%d", i), Route: store.RouteOTP},
			OTP:    key(t, fmt.Sprintf("otpauth://totp/Acme:user%d?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQO%c%c", i, 'A'+i%26, 'A'+i/26)),
		})
	}
	return list
}

// left counts what is there of an import: files and seeds.
func left(t *testing.T, g *auth.Gate, list []auth.Enrolment) (files, seeds int) {
	t.Helper()
	all, err := g.Targets.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if _, err := g.Secrets.Get(t.Context(), store.Ref{Owner: e.Target.Name, Kind: store.KindSeed}); err == nil {
			seeds++
		}
	}
	return len(all), seeds
}

func TestAnImportThatFailsHalfWayLeavesNothing(t *testing.T) {
	for what, fail := range map[string]func(*auth.Gate, context.CancelFunc) (progress func(int, int), want error){
		"the store is full": func(g *auth.Gate, _ context.CancelFunc) (func(int, int), error) {
			g.Secrets = &cramped{g.Secrets, 25}
			return nil, errNoRoom
		},
		"it is cancelled": func(_ *auth.Gate, cancel context.CancelFunc) (func(int, int), error) {
			return func(done, _ int) {
				if done == 25 {
					cancel()
				}
			}, context.Canceled
		},
	} {
		t.Run(what, func(t *testing.T) {
			g := newGate(t, time.Now)
			add(t, g, auth.Enrolment{Target: target("before"), OTP: key(t, testSeed)})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			progress, want := fail(g, cancel)
			list := many(t, 50)
			if err := g.AddAll(ctx, list, progress); !errors.Is(err, want) {
				t.Fatalf("%v, want %v", err, want)
			}
			if files, seeds := left(t, g, list); files != 1 || seeds != 0 {
				t.Errorf("%d files and %d seeds are left", files-1, seeds)
			}
			if _, err := g.Key(t.Context(), "before"); err != nil {
				t.Errorf("what was there before is gone: %v", err)
			}
		})
	}
}

func TestAnImportTellsItsProgressAndKeepsAll(t *testing.T) {
	g := newGate(t, time.Now)
	list, calls := many(t, 50), 0
	err := g.AddAll(t.Context(), list, func(done, total int) {
		if calls++; done != calls || total != len(list) {
			t.Errorf("call %d says %d of %d", calls, done, total)
		}
	})
	if files, seeds := left(t, g, list); err != nil || files != len(list) || seeds != len(list) || calls != len(list) {
		t.Errorf("%d files, %d seeds, %d calls, %v", files, seeds, calls, err)
	}
}
