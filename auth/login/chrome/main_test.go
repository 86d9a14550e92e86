package chrome

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatepass/store/vanish"
)

// TestMain runs the tests and then makes sure that nothing of a browser is left.
func TestMain(m *testing.M) {
	if vanish.Main(os.Args[1:], os.Stdin) {
		return
	}
	if folder := os.Getenv("GATEPASS_TEST_HELPER"); folder != "" {
		helper(folder)
		return
	}
	home, err := os.MkdirTemp("", "gpt")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	profiles = home
	code := m.Run()
	if left := leftovers(home); left != "" {
		fmt.Fprintln(os.Stderr, "left behind:", left)
		code = 1
	}
	_ = os.RemoveAll(home)
	os.Exit(code)
}

// profiles is where the browsers of these tests have their folders.
var profiles string

// leftovers tells what of a browser is left in a folder, after it had the time to
// go.
func leftovers(home string) string {
	deadline := time.After(10 * time.Second) // on a machine with much else to do
	for {
		left := ""
		if pids := running(home); len(pids) > 0 {
			left = fmt.Sprintf("processes %v", pids)
		}
		if folders, _ := filepath.Glob(filepath.Join(home, "gatepass-browser-*")); len(folders) > 0 {
			left += fmt.Sprintf(" folders %v", folders)
		}
		if left == "" {
			return ""
		}
		select {
		case <-deadline:
			return left
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// running lists the processes that name a folder in their command line or
// environment, as all processes of a browser do that runs there.
func running(folder string) []int {
	var pids []int
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		for _, file := range []string{"cmdline", "environ"} {
			text, err := os.ReadFile(filepath.Join("/proc", e.Name(), file))
			if err == nil && bytes.Contains(text, []byte(folder)) && !strings.Contains(string(text), "GATEPASS_TEST_HELPER") {
				pids = append(pids, pid)
				break
			}
		}
	}
	return pids
}

// program finds a browser, or ends the test with the reason.
func program(t testing.TB, name string) string {
	t.Helper()
	path, err := Find(name, false, os.Environ())
	if err == nil {
		return path
	}
	if strings.Contains(os.Getenv("GATEPASS_TEST_REQUIRE"), "browser") {
		t.Fatal(err)
	}
	t.Skipf("no browser is installed here: %v", err)
	return ""
}
