package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"gatepass/store"
)

// TestSecrets is the suite that every backend passes. open gives the store under
// test, empty or shared with earlier calls: each case uses owners of its own and
// removes what it kept.
func TestSecrets(t *testing.T, open func(t *testing.T) store.Secrets) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(*testing.T, store.Secrets)
	}{
		{"what was never kept is not found", testMiss},
		{"what was kept is read back", testRoundTrip},
		{"a second secret takes the place of the first", testOverwrite},
		{"removing what is not there is no error", testDeleteMiss},
		{"what was removed is not found", testDelete},
		{"every byte comes back", testBytes},
		{"an empty secret is refused", testEmpty},
		{"sizes around the smallest platform's limit", testSizes},
		{"a secret that is too large leaves the old one", testTooLarge},
		{"owners and kinds do not mix", testApart},
		{"the longest names work", testLongNames},
		{"addresses that not every backend can keep are refused", testBadRefs},
		{"a cancelled call does nothing", testCancelled},
		{"many at once lose nothing", testConcurrent},
		{"many are kept, read and removed together", testBatch},
		{"of many that cannot all be kept, none is", testBatchAllOrNothing},
		{"a batch loses nothing that others keep meanwhile", testBatchAmongOthers},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func ref(t *testing.T, s store.Secrets, owner string, kind store.Kind) store.Ref {
	t.Helper()
	r := store.Ref{Owner: owner, Kind: kind}
	t.Cleanup(func() {
		if err := s.Delete(context.Background(), r); err != nil {
			t.Errorf("cleaning up: %v", err)
		}
	})
	return r
}

func mustSet(t *testing.T, s store.Secrets, r store.Ref, value string) {
	t.Helper()
	if err := s.Set(t.Context(), r, store.NewSecret(value)); err != nil {
		t.Fatalf("Set(%s): %v", r, err)
	}
}

func wantValue(t *testing.T, s store.Secrets, r store.Ref, want string) {
	t.Helper()
	got, err := s.Get(t.Context(), r)
	if err != nil {
		t.Fatalf("Get(%s): %v", r, err)
	}
	if got.Reveal() != want {
		t.Fatalf("Get(%s) gave %d bytes that are not the %d bytes kept", r, len(got.Reveal()), len(want))
	}
}

func wantMiss(t *testing.T, s store.Secrets, r store.Ref) {
	t.Helper()
	got, err := s.Get(t.Context(), r)
	if !errors.Is(err, store.ErrNotFound) {
		t.Fatalf("Get(%s) = %v, want ErrNotFound", r, err)
	}
	if !got.IsZero() {
		t.Fatalf("Get(%s) gave a secret along with its error", r)
	}
	if !strings.Contains(err.Error(), r.String()) {
		t.Errorf("the error does not say which secret: %v", err)
	}
}

func testMiss(t *testing.T, s store.Secrets) {
	wantMiss(t, s, ref(t, s, "miss", store.KindPassword))
}

func testRoundTrip(t *testing.T, s store.Secrets) {
	r := ref(t, s, "round", store.KindSeed)
	mustSet(t, s, r, "otpauth://totp/Shop:scan-bot?secret=JBSWY3DPEHPK3PXP&issuer=Shop")
	wantValue(t, s, r, "otpauth://totp/Shop:scan-bot?secret=JBSWY3DPEHPK3PXP&issuer=Shop")
}

func testOverwrite(t *testing.T, s store.Secrets) {
	r := ref(t, s, "over", store.KindPassword)
	for _, v := range []string{"first", "a longer second", "3"} {
		mustSet(t, s, r, v)
		wantValue(t, s, r, v)
	}
}

func testDeleteMiss(t *testing.T, s store.Secrets) {
	if err := s.Delete(t.Context(), store.Ref{Owner: "never", Kind: store.KindPassword}); err != nil {
		t.Fatalf("Delete: %v", err)
	}
}

func testDelete(t *testing.T, s store.Secrets) {
	r := ref(t, s, "gone", store.KindPassword)
	mustSet(t, s, r, "here")
	if err := s.Delete(t.Context(), r); err != nil {
		t.Fatalf("Delete: %v", err)
	}
	wantMiss(t, s, r)
	mustSet(t, s, r, "again")
	wantValue(t, s, r, "again")
}

func testBytes(t *testing.T, s store.Secrets) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for i, v := range []string{
		"Pässwörter · 密码 · كلمة السر · 🔑🏳️‍🌈",
		`quotes " ' and \ back $slashes` + " `and` %s {}",
		"two\nlines\r\nand a tab\t",
		" a space at each end ",
		"\x00 in the middle \x00 and the end \x00",
		"<html>&amp;",
		"not UTF-8: \xff\xfe\xc3",
		string(all),
		"go-keyring-base64:c2VjcmV0", // a prefix that a client library gives a meaning
	} {
		r := ref(t, s, fmt.Sprintf("bytes-%d", i), store.KindPassword)
		mustSet(t, s, r, v)
		wantValue(t, s, r, v)
	}
}

func testEmpty(t *testing.T, s store.Secrets) {
	r := ref(t, s, "empty", store.KindPassword)
	mustSet(t, s, r, "kept")
	if err := s.Set(t.Context(), r, store.Secret{}); !errors.Is(err, store.ErrEmpty) {
		t.Fatalf("Set of nothing = %v, want ErrEmpty", err)
	}
	wantValue(t, s, r, "kept")
}

// testSizes: Windows keeps 2,560 bytes, so every backend does. Above, one that
// cannot says so and keeps what was there.
func testSizes(t *testing.T, s store.Secrets) {
	r := ref(t, s, "sizes", store.KindSeed)
	last := ""
	for _, n := range []int{1, 2559, 2560, 2561, 4096, 64 << 10} {
		v := strings.Repeat("x", n-1) + "y"
		err := s.Set(t.Context(), r, store.NewSecret(v))
		switch {
		case err == nil:
			last = v
		case n <= 2560 || !errors.Is(err, store.ErrTooBig):
			t.Fatalf("Set of %d bytes: %v", n, err)
		case len(store.Hints(err)) == 0:
			t.Errorf("ErrTooBig without a hint: %v", err)
		}
		wantValue(t, s, r, last)
	}
}

func testTooLarge(t *testing.T, s store.Secrets) {
	r := ref(t, s, "large", store.KindSeed)
	mustSet(t, s, r, "small")
	err := s.Set(t.Context(), r, store.NewSecret(strings.Repeat("x", 2<<20)))
	if !errors.Is(err, store.ErrTooBig) {
		t.Fatalf("Set of 2 MiB = %v, want ErrTooBig", err)
	}
	wantValue(t, s, r, "small")
}

func testApart(t *testing.T, s store.Secrets) {
	refs := []store.Ref{
		ref(t, s, "apart", store.KindPassword),
		ref(t, s, "apart", store.KindSeed),
		ref(t, s, "apart2", store.KindPassword),
		ref(t, s, ".apart", store.KindPassword),
		ref(t, s, "apart", "bypass/1"),
		ref(t, s, "apart", "bypass/10"),
	}
	for _, r := range refs {
		mustSet(t, s, r, "secret of "+r.String())
	}
	if err := s.Delete(t.Context(), refs[0]); err != nil {
		t.Fatalf("Delete: %v", err)
	}
	wantMiss(t, s, refs[0])
	for _, r := range refs[1:] {
		wantValue(t, s, r, "secret of "+r.String())
	}
}

func testLongNames(t *testing.T, s store.Secrets) {
	long := strings.Repeat("n", 63)
	a := ref(t, s, long, store.Kind(strings.Repeat("k", 32)+"/"+strings.Repeat("i", 64)))
	b := ref(t, s, long[:62], a.Kind)
	mustSet(t, s, a, "long")
	mustSet(t, s, b, "one less")
	wantValue(t, s, a, "long")
	wantValue(t, s, b, "one less")
}

func testBadRefs(t *testing.T, s store.Secrets) {
	for _, r := range []store.Ref{
		{},
		{Owner: "shop"},
		{Kind: store.KindPassword},
		{Owner: "Shop", Kind: store.KindPassword},
		{Owner: "sh op", Kind: store.KindPassword},
		{Owner: "shop/otp", Kind: store.KindPassword},
		{Owner: "-w", Kind: store.KindPassword},
		{Owner: "..", Kind: store.KindPassword},
		{Owner: "shöp", Kind: store.KindPassword},
		{Owner: "shop\n", Kind: store.KindPassword},
		{Owner: strings.Repeat("n", 65), Kind: store.KindPassword},
		{Owner: "shop", Kind: "a/b/c"},
		{Owner: "shop", Kind: "pass word"},
	} {
		if err := s.Set(t.Context(), r, store.NewSecret("v")); !errors.Is(err, store.ErrBadRef) {
			t.Errorf("Set(%q) = %v, want ErrBadRef", r.String(), err)
		}
		if _, err := s.Get(t.Context(), r); !errors.Is(err, store.ErrBadRef) {
			t.Errorf("Get(%q) = %v, want ErrBadRef", r.String(), err)
		}
		if err := s.Delete(t.Context(), r); !errors.Is(err, store.ErrBadRef) {
			t.Errorf("Delete(%q) = %v, want ErrBadRef", r.String(), err)
		}
	}
}

func testCancelled(t *testing.T, s store.Secrets) {
	r := ref(t, s, "cancelled", store.KindPassword)
	mustSet(t, s, r, "kept")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Get(ctx, r); !errors.Is(err, context.Canceled) {
		t.Errorf("Get = %v, want context.Canceled", err)
	}
	if err := s.Set(ctx, r, store.NewSecret("new")); !errors.Is(err, context.Canceled) {
		t.Errorf("Set = %v, want context.Canceled", err)
	}
	if err := s.Delete(ctx, r); !errors.Is(err, context.Canceled) {
		t.Errorf("Delete = %v, want context.Canceled", err)
	}
	wantValue(t, s, r, "kept")
}

// testConcurrent grows one secret a worker, each by itself: a backend that keeps
// all in one file must not lose one's change to another's.
func testConcurrent(t *testing.T, s store.Secrets) {
	const workers, rounds = 8, 5
	refs := make([]store.Ref, workers)
	for i := range refs {
		refs[i] = ref(t, s, fmt.Sprintf("worker-%d", i), store.KindPassword)
		mustSet(t, s, refs[i], "=")
	}
	var wg sync.WaitGroup
	for _, r := range refs {
		wg.Go(func() {
			for range rounds {
				got, err := s.Get(t.Context(), r)
				if err == nil {
					err = s.Set(t.Context(), r, store.NewSecret(got.Reveal()+"+"))
				}
				if err != nil {
					t.Errorf("%s: %v", r, err)
					return
				}
			}
		})
	}
	wg.Wait()
	for _, r := range refs {
		wantValue(t, s, r, "="+string(bytes.Repeat([]byte("+"), rounds)))
	}
}

// batch gives the store as a Batch; a keyring is none, and has its secrets one by one.
func batch(t *testing.T, s store.Secrets) store.Batch {
	t.Helper()
	b, ok := s.(store.Batch)
	if !ok {
		t.Skipf("a %s keeps one secret at a time", s.Backend())
	}
	return b
}

// keptIn makes n secrets with addresses that are cleaned up.
func keptIn(t *testing.T, s store.Secrets, owner string, n int) (list []store.Kept, refs []store.Ref) {
	t.Helper()
	for i := range n {
		r := ref(t, s, fmt.Sprintf("%s-%d", owner, i), store.KindSeed)
		list, refs = append(list, store.Kept{Ref: r, Secret: store.NewSecret("secret of " + r.String())}), append(refs, r)
	}
	return list, refs
}

func testBatch(t *testing.T, s store.Secrets) {
	b := batch(t, s)
	beside := ref(t, s, "beside", store.KindPassword)
	mustSet(t, s, beside, "not of the batch")
	list, refs := keptIn(t, s, "batch", 40)
	mustSet(t, s, refs[7], "what was there before")
	if err := b.SetMany(t.Context(), list); err != nil {
		t.Fatalf("SetMany: %v", err)
	}
	found, err := store.GetMany(t.Context(), s, append(refs, store.Ref{Owner: "never", Kind: store.KindSeed}))
	if err != nil || len(found) != len(list) {
		t.Fatalf("GetMany gave %d of %d, %v", len(found), len(list), err)
	}
	for _, k := range list {
		if got := found[k.Ref]; !got.Equal(k.Secret) {
			t.Errorf("%s came back as another", k.Ref)
		}
		wantValue(t, s, k.Ref, k.Secret.Reveal())
	}
	if err := b.DeleteMany(t.Context(), append(refs[1:], store.Ref{Owner: "never", Kind: store.KindSeed})); err != nil {
		t.Fatalf("DeleteMany: %v", err)
	}
	for _, r := range refs[1:] {
		wantMiss(t, s, r)
	}
	wantValue(t, s, refs[0], list[0].Secret.Reveal())
	wantValue(t, s, beside, "not of the batch")
	if err := errors.Join(b.SetMany(t.Context(), nil), b.DeleteMany(t.Context(), nil)); err != nil {
		t.Errorf("a batch of none: %v", err)
	}
}

func testBatchAllOrNothing(t *testing.T, s store.Secrets) {
	b := batch(t, s)
	list, refs := keptIn(t, s, "none", 3)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	bad := func(k store.Kept) []store.Kept { return append(list[:2:2], k) }
	for what, c := range map[string]struct {
		ctx  context.Context
		list []store.Kept
		want error
	}{
		"one is empty":             {t.Context(), bad(store.Kept{Ref: refs[2]}), store.ErrEmpty},
		"one is too large":         {t.Context(), bad(store.Kept{Ref: refs[2], Secret: store.NewSecret(strings.Repeat("x", 2<<20))}), store.ErrTooBig},
		"one has no right address": {t.Context(), bad(store.Kept{Ref: store.Ref{Owner: "No", Kind: store.KindSeed}, Secret: store.NewSecret("v")}), store.ErrBadRef},
		"it is cancelled":          {cancelled, list, context.Canceled},
	} {
		if err := b.SetMany(c.ctx, c.list); !errors.Is(err, c.want) {
			t.Errorf("%s: SetMany = %v, want %v", what, err, c.want)
		}
		for _, r := range refs {
			wantMiss(t, s, r)
		}
	}
}

func testBatchAmongOthers(t *testing.T, s store.Secrets) {
	b := batch(t, s)
	list, _ := keptIn(t, s, "crowd", 20)
	single, _ := keptIn(t, s, "single", 10)
	var wg sync.WaitGroup
	for half := range 2 {
		wg.Go(func() {
			if err := b.SetMany(t.Context(), list[half*10:half*10+10]); err != nil {
				t.Error(err)
			}
		})
	}
	for _, k := range single {
		wg.Go(func() {
			if err := s.Set(t.Context(), k.Ref, k.Secret); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, k := range append(list, single...) {
		wantValue(t, s, k.Ref, k.Secret.Reveal())
	}
}
