//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"gatepass/auth/lab"
)

// printed is what code --json said.
type printed struct {
	Code      string `json:"code"`
	Step      int64  `json:"step"`
	Remaining int    `json:"remaining_seconds"`
}

// Fifty processes ask for a code of one target at the same instant. Each time step
// goes to one of them; the others wait for a later one.
func TestFiftyProcessesNeverShareATimeStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(seed("totp", "&period=1"), "add", "shop", "--url", "https://shop.example.com/", "--username", "u", "--route", "otp", "--otp-file", "-")

	const processes, enough = 50, 8
	type answer struct {
		out []byte
		err error
	}
	answers := make(chan answer, processes)
	var running []*exec.Cmd
	for range processes {
		cmd := w.command("code", "shop", "--json")
		var out bytes.Buffer
		cmd.Stdout = &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
		go func() { err := cmd.Wait(); answers <- answer{out.Bytes(), err} }()
	}
	seen := map[int64]bool{}
	take := func(a answer) {
		var p printed
		if err := json.Unmarshal(a.out, &p); err != nil {
			t.Errorf("a process printed no code: %v", err)
			return
		}
		if seen[p.Step] {
			t.Errorf("the time step %d was given out twice", p.Step)
		}
		seen[p.Step] = true
	}
	for range enough {
		take(<-answers)
	}
	// The others wait. Told to stop, they have spent nothing and say nothing, but
	// for those that got their code while they were told.
	for _, cmd := range running {
		_ = cmd.Process.Signal(syscall.SIGTERM)
	}
	stopped := 0
	for range processes - enough {
		a := <-answers
		if len(a.out) > 0 {
			take(a)
			continue
		}
		var exit *exec.ExitError
		// One that was told before it could listen is ended by the signal itself.
		if !errors.As(a.err, &exit) || exit.ExitCode() != 130 && exit.ExitCode() != -1 {
			t.Errorf("a waiting process ended with %v, not with exit code 130", a.err)
		}
		stopped++
	}
	if stopped == 0 {
		t.Error("no process had to wait: the test did not test anything")
	}
}

// Counters are not bound to time, so all fifty get one at once.
func TestFiftyProcessesNeverShareACounter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(seed("hotp", "&counter=0"), "add", "bank", "--url", "https://bank.example.com/", "--username", "u", "--route", "otp", "--otp-file", "-")
	const processes = 50
	seen := map[int64]bool{}
	for _, one := range w.crowd(processes, nil, "code", "bank", "--json") {
		var p printed
		if one.code != 0 || json.Unmarshal([]byte(one.out), &p) != nil {
			t.Errorf("a process printed no code, exit code %d: %s", one.code, one.errs)
			continue
		}
		if seen[p.Step] {
			t.Errorf("the counter %d was given out twice", p.Step)
		}
		seen[p.Step] = true
	}
	for c := range int64(processes) {
		if !seen[c] {
			t.Errorf("the counter %d was skipped", c)
		}
	}
}

// A process that is killed between recording a code and printing it loses that
// one code, and nobody is given it again.
func TestKilledProcessLosesAtMostItsOwnCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.must(seed("hotp", "&counter=0"), "add", "bank", "--url", "https://bank.example.com/", "--username", "u", "--route", "otp", "--otp-file", "-")
	seen := map[string]bool{}
	runs, killed := 0, 0
	span := 1 + timeOf(t, w.command("code", "bank")) // one run's length, to kill within it
	runs++
	for range 30 {
		cmd := w.command("code", "bank")
		var out bytes.Buffer
		cmd.Stdout = &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		runs++
		timer := time.AfterFunc(rand.N(span), func() { _ = cmd.Process.Signal(syscall.SIGKILL) })
		if cmd.Wait() != nil {
			killed++
		}
		timer.Stop()
		code := strings.TrimSpace(out.String())
		if code == "" {
			continue
		}
		if seen[code] {
			t.Fatalf("a code was given out twice")
		}
		seen[code] = true
	}
	var last printed
	if err := json.Unmarshal([]byte(w.must("", "code", "bank", "--json")), &last); err != nil {
		t.Fatal(err)
	}
	if last.Step > int64(runs) {
		t.Errorf("%d runs used up %d counters", runs, last.Step)
	}
	if seen[last.Code] {
		t.Error("a code was given out twice")
	}
	t.Logf("%d of %d processes were killed; %d counters were lost", killed, runs, last.Step-int64(len(seen))-1)
}

func timeOf(t *testing.T, cmd *exec.Cmd) time.Duration {
	t.Helper()
	began := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return time.Since(began)
}

// Verifications at the same time, of two targets with one account, send different
// codes: the application refuses none as used.
func TestVerificationsAtOnceNeverSendTheSameStep(t *testing.T) {
	t.Parallel()
	l := startLab(t, lab.Options{Period: map[string]time.Duration{"": 2 * time.Second}})
	w := newWorld(t)
	w.addApp(l, "shop", "one")
	w.addApp(l, "shop", "two")
	var wg sync.WaitGroup
	names := []string{"one", "two", "one", "two"}
	for _, name := range names {
		cmd := w.command("verify", name, "--json")
		wg.Go(func() {
			if out, err := cmd.Output(); err != nil {
				t.Errorf("verify %s: %v\n%s", name, err, out)
			}
		})
	}
	wg.Wait()
	if got := len(l.Accepted("shop")); got != len(names) {
		t.Errorf("the application accepted %d codes of %d", got, len(names))
	}
}
