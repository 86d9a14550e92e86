package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"
)

func init() {
	// Adds to a number in a file, which is only right if nobody else does between
	// reading and writing.
	Roles["count"] = func(args []string) int {
		times, _ := strconv.Atoi(args[1])
		for range times {
			if err := count(args[0]); err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
		}
		return 0
	}
	Roles["hold the lock"] = func(args []string) int {
		if _, err := lockFile(context.Background(), args[0], lockToWrite); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println("here")
		select {}
	}
}

func count(file string) error {
	unlock, err := lockFile(context.Background(), file+".lock", lockToWrite)
	if err != nil {
		return err
	}
	defer unlock()
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(string(text))
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(strconv.Itoa(n+1)), 0o600)
}

func TestTheLockExcludesGoroutinesAndProcesses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "n")
	mustWrite(t, file, "0")
	var wg sync.WaitGroup
	for range 5 {
		cmd := Process(t, "count", file, "20")
		wg.Go(func() {
			if err := cmd.Run(); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			for range 20 {
				if err := count(file); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	wantText(t, file, "200")
	wantMode(t, file+".lock", 0o600)
}

func TestReadersShareTheLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l")
	one, err := lockFile(t.Context(), path, lockToRead)
	if err != nil {
		t.Fatal(err)
	}
	two, err := lockFile(t.Context(), path, lockToRead)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := lockFile(ctx, path, lockToWrite); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a writer got in among readers: %v", err)
	}
	one()
	two()
	three, err := lockFile(t.Context(), path, lockToWrite)
	if err != nil {
		t.Fatal(err)
	}
	three()
}

func TestWaitingForTheLockEndsWithTheContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l")
	unlock, err := lockFile(t.Context(), path, lockToWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := lockFile(ctx, path, lockToWrite); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
}

func TestAKilledHolderLetsGo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l")
	cmd := Process(t, "hold the lock", path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := lockFile(ctx, path, lockToWrite); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("err = %v while the lock is held", err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	unlock, err := lockFile(t.Context(), path, lockToWrite)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}
