//go:build unix

package main

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatepass/auth/duo"
	"gatepass/auth/lab"
	"gatepass/store"
)

// stockOf is what show --json says of a target's bypass codes.
type stockOf struct {
	Stock struct{ Total, Left, Unknown, Used, Refused, Expired, Lost int }
}

func (w *world) stock(name string) stockOf {
	w.t.Helper()
	var s stockOf
	if err := json.Unmarshal([]byte(w.must("", "show", name, "--json")), &s); err != nil {
		w.t.Fatal(err)
	}
	return s
}

// addStock makes a target with single-use bypass codes, and gives them.
func (w *world) addStock(name string, codes int) map[string]bool {
	w.t.Helper()
	given := map[string]bool{}
	var list strings.Builder
	for i := range codes {
		code := fmt.Sprintf("00%07d", 1_000_003*(i+1)%10_000_000)
		given[code] = true
		list.WriteString(code + "\n")
	}
	if len(given) != codes {
		w.t.Fatalf("the test has %d different codes", len(given))
	}
	w.must(list.String(), "add", name, "--url", "https://"+name+".example.com/", "--username", "u", "--route", "bypass-code", "--bypass-codes-file", "-")
	return given
}

// issued keeps the lab's bank as a target, and has Duo issue single-use bypass codes
// for its account. present gives one to Duo and reports whether it was let in.
func (w *world) issued(l *lab.Lab, name string, codes int) (present func(code string) bool) {
	w.t.Helper()
	w.addBank(l, name)
	w.must("", "duo", "bypass", "issue", name, "--count", strconv.Itoa(codes), "--yes")
	d, bank := l.Describe().Duo, w.bank(l)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(d.CAPEM))
	api, err := duo.NewAuth(duo.Config{Host: d.APIHost, IKey: d.AuthIKey, SKey: store.NewSecret(d.AuthSKey), Roots: roots, Now: time.Now})
	if err != nil {
		w.t.Fatal(err)
	}
	return func(code string) bool {
		answer, err := api.Passcode(w.t.Context(), duo.UserRef{Name: bank.Username}, store.NewSecret(code), "")
		if err != nil {
			w.t.Fatal(err)
		}
		return answer.Allowed()
	}
}

// addBank keeps the lab's bank as a target, and its Duo tenant.
func (w *world) addBank(l *lab.Lab, name string) {
	w.t.Helper()
	d, bank := l.Describe().Duo, w.bank(l)
	files := map[string]string{"auth": d.AuthSKey, "admin": d.AdminSKey, "ca": d.CAPEM, "password": bank.Password}
	for file, text := range files {
		files[file] = filepath.Join(w.dir, name+"."+file)
		if err := os.WriteFile(files[file], []byte(text), 0o600); err != nil {
			w.t.Fatal(err)
		}
	}
	w.must("", "duo", "add", "practice", "--api-host", d.APIHost, "--auth-ikey", d.AuthIKey, "--auth-skey-file", files["auth"],
		"--admin-ikey", d.AdminIKey, "--admin-skey-file", files["admin"], "--ca-file", files["ca"])
	w.must("", "add", name, "--url", bank.URL, "--username", bank.Username, "--route", "bypass-code", "--password-file", files["password"],
		"--duo-tenant", "practice", "--duo-integration", d.Integration)
}

// good counts the codes at Duo that open something.
func good(l *lab.Lab) int {
	n := 0
	for _, c := range l.Duo().Codes() {
		if c.Good {
			n++
		}
	}
	return n
}

// Duo has made the codes and not answered when the process ends. Interrupted, it deletes
// them again; killed, it leaves behind that there are some, and they are found, told from
// everybody else's, and revoked.
func TestCodesOfAnIssueThatEndsHalfWayAreNobodys(t *testing.T) {
	for _, c := range []struct {
		signal syscall.Signal
		left   int
		says   string
	}{
		{syscall.SIGINT, 0, "the 5 codes that Duo had made were deleted there again"},
		{syscall.SIGKILL, 5, ""},
	} {
		t.Run(c.signal.String(), func(t *testing.T) {
			w := newWorld(t)
			l := startLab(t, lab.Options{})
			w.addBank(l, "shop")
			before := good(l)
			if err := l.Duo().SetFault(lab.FaultHeldAnswer, true); err != nil {
				t.Fatal(err)
			}
			cmd := w.command("duo", "bypass", "issue", "shop", "--count", "5", "--yes")
			var errs strings.Builder
			cmd.Stderr = &errs
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			look := time.NewTicker(5 * time.Millisecond)
			defer look.Stop()
			for good(l) == before && t.Context().Err() == nil {
				<-look.C
			}
			if err := l.Duo().SetFault(lab.FaultHeldAnswer, false); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Process.Signal(c.signal); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if !strings.Contains(errs.String(), c.says) || good(l) != before+c.left {
				t.Errorf("%d codes are left: %s", good(l)-before, errs.String())
			}
			said := w.must("", "duo", "bypass", "list", "shop")
			if lost := strings.Contains(said, "5 of them never arrived here"); lost != (c.left > 0) {
				t.Errorf("the list says:\n%s", said)
			}
			w.must("", "duo", "bypass", "revoke", "shop", "--yes")
			if good(l) != before {
				t.Errorf("%d codes are left after revoking", good(l)-before)
			}
			if said := w.must("", "duo", "bypass", "list", "shop", "--json"); !strings.Contains(said, `"reminders":[]`) {
				t.Errorf("afterwards the list says:\n%s", said)
			}
		})
	}
}

func (w *world) bank(l *lab.Lab) lab.App {
	w.t.Helper()
	bank, ok := l.Describe().App("bank")
	if !ok {
		w.t.Fatal("the lab has no bank")
	}
	return bank
}

// Two hundred processes want one of the fifty codes that Duo has issued, at the same
// instant: fifty get one, each another, which Duo accepts, and the others are told that
// nothing is left. Duo sees no code twice.
func TestTwoHundredProcessesShareFiftyBypassCodes(t *testing.T) {
	w := newWorld(t)
	const processes, codes = 200, 50
	l := startLab(t, lab.Options{})
	present := w.issued(l, "shop", codes)
	seen := map[string]bool{}
	late := 0
	for _, p := range w.crowd(processes, nil, "code", "shop") {
		code := strings.TrimSpace(p.out)
		switch {
		case p.code == 6 && code == "":
			late++
		case p.code != 0:
			t.Errorf("a process ended with exit code %d: %s", p.code, p.errs)
		case !present(code):
			t.Error("Duo did not take a code that was given out")
		default:
			seen[code] = true
		}
	}
	for _, p := range l.Duo().Seen() {
		if p.Times != 1 || p.Accepted != 1 {
			t.Errorf("Duo saw a code %d times and took it %d times", p.Times, p.Accepted)
		}
	}
	if len(seen) != codes || late != processes-codes {
		t.Errorf("%d processes got a code and %d were told that nothing is left", len(seen), late)
	}
	if s := w.stock("shop").Stock; s.Total != codes || s.Left != 0 || s.Unknown != codes {
		t.Errorf("the stock says %+v", s)
	}
}

// Processes that are killed at any moment lose at most the code that they had taken.
// Nobody is given it, and the stock accounts for every code.
func TestKilledProcessesNeverGiveABypassCodeTwice(t *testing.T) {
	w := newWorld(t)
	const processes, codes = 200, 50
	given := w.addStock("shop", codes)
	seen := map[string]bool{}
	killed, lost := 0, 0
	crowd := func(processes int, at func(*exec.Cmd)) {
		t.Helper()
		for _, p := range w.crowd(processes, at, "code", "shop") {
			code := strings.TrimSpace(p.out)
			if p.code == -1 {
				killed++
			} else if p.code != 0 && p.code != 6 {
				t.Errorf("a process ended with exit code %d: %s", p.code, p.errs)
			}
			if code == "" {
				continue
			}
			if !given[code] || seen[code] {
				t.Error("a code was given out twice, or was none")
			}
			seen[code] = true
		}
	}
	// A process among few takes a few dozen milliseconds: it is killed within them,
	// wherever it is. Crowds of twenty keep it so.
	span := 2 * timeOf(t, w.command("show", "shop"))
	kill := func(cmd *exec.Cmd) {
		if rand.N(3) > 0 {
			time.AfterFunc(rand.N(8*span), func() { _ = cmd.Process.Signal(syscall.SIGKILL) })
		}
	}
	for range processes / 20 {
		crowd(20, kill)
	}
	s := w.stock("shop").Stock
	if s.Total != codes || s.Left+s.Unknown != codes || s.Unknown < len(seen) {
		t.Errorf("%d codes were given out and the stock says %+v", len(seen), s)
	}
	lost = s.Unknown - len(seen)
	// What is left is given to those who live.
	before := len(seen)
	crowd(s.Left+1, nil)
	if len(seen)-before != s.Left {
		t.Errorf("of %d codes that were left %d were given out", s.Left, len(seen)-before)
	}
	if s := w.stock("shop").Stock; s.Left != 0 || s.Unknown != codes {
		t.Errorf("in the end the stock says %+v", s)
	}
	if killed == 0 {
		t.Error("no process was killed: the test did not test anything")
	}
	t.Logf("%d of %d processes were killed; %d codes were lost with them", killed, processes, lost)
}
