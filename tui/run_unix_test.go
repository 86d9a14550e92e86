//go:build unix

package tui

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"gatepass/tui/internal/uitest"
)

// A terminal is a real one, with nobody behind it but the test.
type terminal struct {
	t        *testing.T
	host     *os.File // our end
	mu       sync.Mutex
	out      bytes.Buffer
	arrived  *sync.Cond
	finished chan error
}

// show runs the screens in a terminal of 80x24.
func show(ctx context.Context, t *testing.T, change func(*Deps, *uitest.Gate)) *terminal {
	t.Helper()
	// These names are not asked for their background; nobody here would answer.
	t.Setenv("TERM", "screen-256color")
	host, tty, err := pty.Open()
	if err != nil {
		t.Fatalf("open a terminal: %v", err)
	}
	if err := pty.Setsize(tty, &pty.Winsize{Cols: 80, Rows: 24}); err != nil {
		t.Fatal(err)
	}
	tm := &terminal{t: t, host: host, finished: make(chan error, 1)}
	tm.arrived = sync.NewCond(&tm.mu)
	t.Cleanup(func() {
		_ = tty.Close()
		_ = host.Close()
	})
	go tm.read()
	g := uitest.NewGate(time.Now)
	uitest.Town(g)
	d := Deps{Gate: g, Now: time.Now, In: tty, Out: tty, Version: "0.1.0"}
	if change != nil {
		change(&d, g)
	}
	go func() { tm.finished <- Run(ctx, d) }()
	return tm
}

func (tm *terminal) read() {
	buf := make([]byte, 1<<14)
	for {
		n, err := tm.host.Read(buf)
		tm.mu.Lock()
		tm.out.Write(buf[:n])
		tm.arrived.Broadcast()
		tm.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// await waits until text was printed, and gives all that was.
func (tm *terminal) await(text string) string {
	tm.t.Helper()
	late := time.AfterFunc(20*time.Second, func() { tm.arrived.Broadcast() })
	defer late.Stop()
	deadline := time.Now().Add(20 * time.Second)
	tm.mu.Lock()
	defer tm.mu.Unlock()
	for !strings.Contains(tm.out.String(), text) {
		if time.Now().After(deadline) {
			tm.t.Fatalf("%q never came; what came is %q", text, tm.out.String())
		}
		tm.arrived.Wait()
	}
	return tm.out.String()
}

func (tm *terminal) types(keys string) {
	tm.t.Helper()
	if _, err := tm.host.WriteString(keys); err != nil {
		tm.t.Fatal(err)
	}
}

// ends waits for Run to return.
func (tm *terminal) ends() error {
	tm.t.Helper()
	select {
	case err := <-tm.finished:
		return err
	case <-time.After(20 * time.Second):
		tm.t.Fatal("it does not end")
		return nil
	}
}

const leavesAltScreen = "\x1b[?1049l"

func TestOnATerminal(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(*terminal, context.CancelFunc)
		want error
	}{
		"q":       {func(tm *terminal, _ context.CancelFunc) { tm.types("q") }, nil},
		"ctrl+c":  {func(tm *terminal, _ context.CancelFunc) { tm.types("\x03") }, ErrInterrupted},
		"SIGHUP":  {func(*terminal, context.CancelFunc) { _ = syscall.Kill(os.Getpid(), syscall.SIGHUP) }, ErrInterrupted},
		"SIGTERM": {func(*terminal, context.CancelFunc) { _ = syscall.Kill(os.Getpid(), syscall.SIGTERM) }, ErrInterrupted},
		"SIGINT":  {func(*terminal, context.CancelFunc) { _ = syscall.Kill(os.Getpid(), syscall.SIGINT) }, ErrInterrupted},
		"context": {func(_ *terminal, cancel context.CancelFunc) { cancel() }, ErrInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			tm := show(ctx, t, nil)
			tm.await("shop.example.com")
			c.end(tm, cancel)
			if err := tm.ends(); !errors.Is(err, c.want) {
				t.Errorf("it ended with %v, want %v", err, c.want)
			}
			tm.await(leavesAltScreen)
		})
	}
}

func TestNothingSecretStaysAfterTheScreens(t *testing.T) {
	tm := show(t.Context(), t, func(d *Deps, _ *uitest.Gate) { d.Start = Codes(CodesOptions{}) })
	tm.await("shop-admin")
	tm.types("a")
	tm.await("all shown")
	tm.types("q")
	if err := tm.ends(); err != nil {
		t.Fatal(err)
	}
	out := tm.await(leavesAltScreen)
	if !strings.Contains(out, "\x1b[?1049h") {
		t.Error("codes were shown on the main screen")
	}
	if _, rest, _ := strings.Cut(out, leavesAltScreen); strings.Contains(rest, "shop") {
		t.Errorf("after the screens were left, this was printed: %q", rest)
	}
}

func TestALoginThatIsOnIsEndedBeforeTheProgram(t *testing.T) {
	tm := show(t.Context(), t, func(_ *Deps, g *uitest.Gate) {
		l := uitest.Green("intranet")
		l.Stay = true
		g.Logins["intranet"] = l
	})
	tm.await("intranet")
	tm.types("v")
	tm.await("reach")
	began := time.Now()
	tm.types("\x03")
	if err := tm.ends(); !errors.Is(err, ErrInterrupted) {
		t.Errorf("it ended with %v", err)
	}
	if took := time.Since(began); took >= farewell {
		t.Errorf("it took %v to end a login that heeds its context", took)
	}
}

func TestWithoutColourNothingIsAskedAndNothingIsPainted(t *testing.T) {
	t.Setenv("NO_COLOR", "1")
	ctx := t.Context()
	host, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = tty.Close()
		_ = host.Close()
	})
	_ = pty.Setsize(tty, &pty.Winsize{Cols: 80, Rows: 24})
	t.Setenv("TERM", "xterm-256color") // a name that is asked, when colours are wanted
	tm := &terminal{t: t, host: host, finished: make(chan error, 1)}
	tm.arrived = sync.NewCond(&tm.mu)
	go tm.read()
	g := uitest.NewGate(time.Now)
	uitest.Town(g)
	go func() { tm.finished <- Run(ctx, Deps{Gate: g, Now: time.Now, In: tty, Out: tty}) }()
	out := tm.await("shop.example.com")
	if strings.Contains(out, "\x1b]11;?") {
		t.Error("the terminal was asked for its background")
	}
	for _, sgr := range []string{"\x1b[1m", "\x1b[2m", "\x1b[9", "\x1b[3"} {
		if strings.Contains(out, sgr) {
			t.Errorf("it paints %q though NO_COLOR is set", sgr)
		}
	}
	tm.types("q")
	if err := tm.ends(); err != nil {
		t.Error(err)
	}
}
