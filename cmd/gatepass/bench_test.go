package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"gatepass/store/storetest"
)

// BenchmarkCodeFromKeyring times one passcode from a real keyring, whole process,
// against a bare program that does one keyring read and one code, in turn. The
// ratio is what counts: gatepass reads two items, the seed and the ledger's key,
// looks at the ledger, and starts with a screen's libraries in it.
func BenchmarkCodeFromKeyring(b *testing.B) {
	env := append(storetest.Keyring(b), "GATEPASS_HOME="+b.TempDir(), "GATEPASS_STORE=keyring", "NO_COLOR=1", "TERM=dumb")
	gatepass, bare := build(b, "gatepass/cmd/gatepass"), build(b, "gatepass/cmd/gatepass/testdata/bare")
	run := func(stdin string, name string, args ...string) {
		cmd := exec.Command(name, args...)
		cmd.Env, cmd.Stdin, cmd.Stderr = env, strings.NewReader(stdin), os.Stderr
		if err := cmd.Run(); err != nil {
			b.Fatalf("%s %v: %v", name, args, err)
		}
	}
	// A counted code is never waited for.
	run(seed("hotp", "&counter=0"), gatepass, "add", "counted", "--url", "https://a.example.com/", "--username", "u", "--route", "otp", "--otp-file", "-")
	run(seed("totp", ""), gatepass, "add", "timed", "--url", "https://a.example.com/", "--username", "u", "--route", "otp", "--otp-file", "-")

	var ours, looks, theirs time.Duration
	timed := func(total *time.Duration, f func()) {
		began := time.Now()
		f()
		*total += time.Since(began)
	}
	b.ResetTimer()
	for range b.N {
		timed(&ours, func() { run("", gatepass, "code", "counted") })
		timed(&looks, func() { run("", gatepass, "code", "timed", "--peek") })
		timed(&theirs, func() { run("", bare, "timed/otp") })
	}
	b.ReportMetric(0, "ns/op") // of all three together: it says nothing
	b.ReportMetric(float64(ours.Microseconds())/1000/float64(b.N), "code-ms")
	b.ReportMetric(float64(looks.Microseconds())/1000/float64(b.N), "peek-ms")
	b.ReportMetric(float64(theirs.Microseconds())/1000/float64(b.N), "bare-ms")
	b.ReportMetric(float64(ours)/float64(theirs), "code/bare")
	b.ReportMetric(float64(looks)/float64(theirs), "peek/bare")
}
