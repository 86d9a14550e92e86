//go:build linux

package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gatepass/auth/login/chrome"
	"gatepass/store/storetest"
	"gatepass/store/vanish"
)

// However gatepass is ended in the middle of a login, five seconds later there is no
// browser, and soon after that not its profile either, in which the login's cookies
// would be.
func TestEndedInTheMiddleOfABrowserLogin(t *testing.T) {
	if _, err := chrome.Find("", false, os.Environ()); err != nil {
		if storetest.Required("browser") {
			t.Fatal(err)
		}
		t.Skipf("no browser is installed here: %v", err)
	}
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGKILL} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			typed := make(chan struct{}, 1)
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					_, _ = io.Copy(io.Discard, r.Body)
					typed <- struct{}{}
					<-r.Context().Done() // it never answers
					return
				}
				w.Header().Set("Content-Type", "text/html")
				http.SetCookie(w, &http.Cookie{Name: "sid", Value: "v", Path: "/", MaxAge: 3600})
				_, _ = io.WriteString(w, `<!doctype html><title>Sign in</title><h1>Sign in</h1><form method="post"><label>Username <input name="u"></label><label>Password <input name="p" type="password"></label><button>Log in</button></form>`)
			}))
			defer s.Close()
			w := newWorld(t)
			folder, err := os.MkdirTemp("", "gpk") // a browser needs a short name
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = os.RemoveAll(folder) }()
			w.env = append(w.env, "TMPDIR="+folder)
			w.must("a-password-of-tests", "add", "slow", "--url", s.URL+"/login", "--username", "u", "--route", "exemption", "--password-file", "-", "--proof-url", s.URL+"/home")
			cmd := w.command("verify", "slow", "--driver", "browser", "--plain")
			var said bytes.Buffer
			cmd.Stdout, cmd.Stderr = &said, &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			select {
			case <-typed:
			case <-time.After(30 * time.Second):
				_ = cmd.Process.Kill()
				t.Fatalf("nothing was typed; it said:\n%s", said.String())
			}
			if left := browserTraces(folder); !strings.Contains(left, "process") || !strings.Contains(left, "folder") {
				t.Fatalf("while it ran there was: %q", left)
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			processes, folders := time.After(5*time.Second), time.After(10*time.Second)
			for left := browserTraces(folder); left != ""; left = browserTraces(folder) {
				select {
				case <-processes:
					if strings.Contains(left, "process") {
						t.Fatalf("still running: %s", left)
					}
				case <-folders:
					t.Fatalf("left behind: %s", left)
				case <-time.After(20 * time.Millisecond):
				}
			}
		})
	}
}

// browserTraces tells which processes name a folder, and what is in it.
func browserTraces(folder string) string {
	var traces []string
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		line, err := os.ReadFile(filepath.Join("/proc", e.Name(), "cmdline"))
		switch {
		case err != nil || !bytes.Contains(line, []byte(folder)):
		case bytes.Contains(line, []byte(vanish.Word)): // it tidies up
			traces = append(traces, "guardian "+e.Name())
		default:
			traces = append(traces, "process "+e.Name())
		}
	}
	inside, _ := os.ReadDir(folder)
	for _, e := range inside {
		traces = append(traces, "folder "+e.Name())
	}
	return strings.Join(traces, ", ")
}
