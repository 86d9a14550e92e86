package auth_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/store"
)

// countingStore counts what is read of a secret store.
type countingStore struct {
	store.Secrets
	reads atomic.Int64
}

func (c *countingStore) Get(ctx context.Context, ref store.Ref) (store.Secret, error) {
	c.reads.Add(1)
	return c.Secrets.Get(ctx, ref)
}

// What other programs get wrong about spending and keeping, each with the proof that
// we do not.
func TestDefectsOfPeers(t *testing.T) {
	for what, proof := range map[string]func(*testing.T){
		"otpclient-cli, gopass: one code costs more, the more keys there are": func(t *testing.T) {
			g := newGate(t, time.Now)
			if err := g.AddAll(t.Context(), many(t, 60), auth.Importing{}); err != nil {
				t.Fatal(err)
			}
			if _, _, err := g.Code(t.Context(), "entry-6", auth.CodeOptions{Peek: true}); err != nil { // makes the ledger's key
				t.Fatal(err)
			}
			counted := &countingStore{Secrets: g.Secrets}
			another := &auth.Gate{Home: g.Home, Targets: g.Targets, Secrets: counted, Ledger: g.Ledger, Now: time.Now} // as another process has it
			if _, _, err := another.Code(t.Context(), "entry-7", auth.CodeOptions{Peek: true}); err != nil {
				t.Fatal(err)
			}
			if n := counted.reads.Load(); n > 2 { // the seed, and the ledger's key
				t.Errorf("%d secrets were read for one code", n)
			}
		},
		"gopass: a display that waits burns a counter for each period": func(t *testing.T) {
			g := newGate(t, time.Now)
			add(t, g, auth.Enrolment{Target: target("bank"), OTP: countingKey(t, "0")})
			k, err := g.Key(t.Context(), "bank")
			if err != nil {
				t.Fatal(err)
			}
			if err := g.Watch(t.Context(), k, auth.WatchOptions{Spend: true}, func(otp.Code) error { return nil }); err == nil {
				t.Error("a counter was watched")
			}
			for range 5 {
				if _, _, err := g.Code(t.Context(), "bank", auth.CodeOptions{Peek: true}); err != nil {
					t.Fatal(err)
				}
			}
			if c, _, err := g.Code(t.Context(), "bank", auth.CodeOptions{}); err != nil || c.Step != 0 || c.Reveal() != "755224" {
				t.Errorf("the first code is that of counter %d, %v", c.Step, err)
			}
		},
		"pass-otp: a counted code changes what is kept of the key": func(t *testing.T) {
			g := newGate(t, time.Now)
			add(t, g, auth.Enrolment{Target: target("bank"), OTP: countingKey(t, "0")})
			ref := store.Ref{Owner: "bank", Kind: store.KindSeed}
			before, err := g.Secrets.Get(t.Context(), ref)
			if err != nil {
				t.Fatal(err)
			}
			for range 4 {
				if _, _, err := g.Code(t.Context(), "bank", auth.CodeOptions{}); err != nil {
					t.Fatal(err)
				}
			}
			if after, err := g.Secrets.Get(t.Context(), ref); err != nil || !after.Equal(before) {
				t.Errorf("the seed is kept otherwise, %v", err)
			}
		},
		"the clients of password managers: a counter that is counted after the code was shown": func(t *testing.T) {
			g := newGate(t, time.Now)
			add(t, g, auth.Enrolment{Target: target("bank"), OTP: countingKey(t, "0")})
			k, err := g.Key(t.Context(), "bank")
			if err != nil {
				t.Fatal(err)
			}
			account, err := g.Account(t.Context(), k)
			if err != nil {
				t.Fatal(err)
			}
			c, err := g.Draw(t.Context(), k, auth.CodeOptions{})
			if err != nil {
				t.Fatal(err)
			}
			// Another process looks at what is on the disk at the moment the code is there.
			other := store.NewLedger(g.Home.LedgerFile(), time.Now)
			if next, err := other.PeekCounter(t.Context(), account, 0); err != nil || next != uint64(c.Step)+1 {
				t.Errorf("on the disk the next is %d, %v", next, err)
			}
		},
	} {
		t.Run(what, proof)
	}
}
