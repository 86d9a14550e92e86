package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

func init() {
	// Keeps a number of secrets in the encrypted file: folder, name, how many.
	Roles["keep secrets"] = func(args []string) int {
		f := OpenFile(optionsIn(args[0], &keeper{says: phrase}))
		times, _ := strconv.Atoi(args[2])
		for i := range times {
			ref := Ref{Owner: fmt.Sprintf("%s-%d", args[1], i), Kind: KindPassword}
			if err := f.Set(context.Background(), ref, NewSecret("of "+ref.String())); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
		}
		return 0
	}
	Roles["keep one and stop"] = func(args []string) int {
		stopAt(args[1])
		f := OpenFile(optionsIn(args[0], &keeper{says: phrase}))
		_ = f.Set(context.Background(), shopOTP, NewSecret("new"))
		return 1
	}
	Roles["make the ledger's key"] = func(args []string) int {
		f := OpenFile(optionsIn(args[0], &keeper{says: phrase}))
		_, _ = io.ReadAll(os.Stdin) // all begin together
		key, err := LoadLedgerKey(context.Background(), f, filepath.Join(args[0], "key.lock"))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println(key.Account(NewSecret("seed")))
		return 0
	}
}

func TestManyProcessesLoseNoSecret(t *testing.T) {
	for name, dir := range map[string]string{"a store that is there": kept(t), "a store that is not there yet": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			const processes, each = 8, 10
			var wg sync.WaitGroup
			for p := range processes {
				cmd := Process(t, "keep secrets", dir, "p"+strconv.Itoa(p), strconv.Itoa(each))
				wg.Go(func() {
					if err := cmd.Run(); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			f := OpenFile(optionsIn(dir, &keeper{says: phrase}))
			for p := range processes {
				for i := range each {
					ref := Ref{Owner: fmt.Sprintf("p%d-%d", p, i), Kind: KindPassword}
					if got, err := f.Get(t.Context(), ref); err != nil || got.Reveal() != "of "+ref.String() {
						t.Errorf("Get(%s) = %v", ref, err)
					}
				}
			}
			if left := strings.Join(files(t, dir), " "); strings.Contains(left, ".tmp") {
				t.Errorf("left behind: %s", left)
			}
		})
	}
}

func TestAKilledProcessLeavesTheOldSecrets(t *testing.T) {
	dir := kept(t)
	for _, step := range []writeStep{stepWrite, stepSync, stepRename} {
		killThere(t, Process(t, "keep one and stop", dir, string(step)))
		f := OpenFile(optionsIn(dir, &keeper{says: phrase}))
		if got, err := f.Get(t.Context(), shopOTP); err != nil || got.Reveal() != canary {
			t.Fatalf("killed before %s: %v", step, err)
		}
		// The lock of the dead does not hold, and what they left is swept away.
		if err := f.Set(t.Context(), Ref{Owner: "next", Kind: KindPassword}, NewSecret("v")); err != nil {
			t.Fatal(err)
		}
		if left := strings.Join(files(t, dir), " "); strings.Contains(left, ".tmp") {
			t.Errorf("left behind: %s", left)
		}
	}
}

func TestProcessesThatComeFirstTogetherAgreeOnTheLedgersKey(t *testing.T) {
	dir := kept(t)
	const processes = 6
	var wg sync.WaitGroup
	accounts := make([]string, processes)
	begin, hold, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	for p := range processes {
		cmd := Process(t, "make the ledger's key", dir)
		cmd.Stdin = begin
		wg.Go(func() {
			out, err := cmd.Output()
			if err != nil {
				t.Error(err)
			}
			accounts[p] = string(out)
		})
	}
	_ = hold.Close()
	wg.Wait()
	_ = begin.Close()
	for _, a := range accounts {
		if a != accounts[0] || !Account(strings.TrimSpace(a)).valid() {
			t.Errorf("accounts differ: %q", accounts)
		}
	}
}

func TestManyGoroutinesAgreeOnTheLedgersKey(t *testing.T) {
	secrets := NewMemory()
	lock := filepath.Join(t.TempDir(), "key.lock")
	var wg sync.WaitGroup
	accounts := make([]Account, 20)
	for i := range accounts {
		wg.Go(func() {
			key, err := LoadLedgerKey(t.Context(), secrets, lock)
			if err != nil {
				t.Error(err)
			}
			accounts[i] = key.Account(NewSecret("seed"))
		})
	}
	wg.Wait()
	for _, a := range accounts {
		if a != accounts[0] || !a.valid() {
			t.Fatalf("accounts differ: %q", accounts)
		}
	}
}

func TestLedgerKeyErrors(t *testing.T) {
	lock := filepath.Join(t.TempDir(), "key.lock")
	// A store that cannot be read is not a store without a key: making a new one
	// would forget what was spent.
	k, r := onFake("linux")
	r.worse = func(op, _ string) error {
		if op == "set" {
			t.Error("a key was made")
		}
		return errors.New("failed to unlock correct collection '/org/freedesktop/secrets/collection/login'")
	}
	if _, err := LoadLedgerKey(t.Context(), k, lock); !errors.Is(err, ErrLocked) {
		t.Errorf("LoadLedgerKey = %v, want ErrLocked", err)
	}
	for _, bad := range []string{"hunter2", strings.Repeat("ab", 31), strings.Repeat("zz", 32)} {
		m := NewMemory()
		if err := m.Set(t.Context(), ledgerKeyRef, NewSecret(bad)); err != nil {
			t.Fatal(err)
		}
		_, err := LoadLedgerKey(t.Context(), m, lock)
		if err == nil || strings.Contains(err.Error(), bad) || len(Hints(err)) == 0 {
			t.Errorf("a key that is malformed: %v, hints %q", err, Hints(err))
		}
	}
}

func TestAccounts(t *testing.T) {
	load := func() LedgerKey {
		key, err := LoadLedgerKey(t.Context(), NewMemory(), filepath.Join(t.TempDir(), "key.lock"))
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	one, two := load(), load()
	seed := NewSecret("JBSWY3DPEHPK3PXP")
	if one.Account(seed) != one.Account(NewSecret("JBSWY3DPEHPK3PXP")) {
		t.Error("one seed has two accounts")
	}
	if one.Account(seed) == one.Account(NewSecret("JBSWY3DPEHPK3PXQ")) {
		t.Error("two seeds have one account")
	}
	if one.Account(seed) == two.Account(seed) {
		t.Error("the key does not matter: accounts could be guessed")
	}
	if (LedgerKey{}).Account(seed) != "" || one.Account(Secret{}) != "" {
		t.Error("without a key or a seed there is an account")
	}
}
