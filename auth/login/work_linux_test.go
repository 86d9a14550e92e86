package login_test

import (
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// workOf begins to measure what the processor does for the calling test alone; the
// function that it gives tells how much it was. It runs on one thread until then, whose
// own time the kernel counts.
func workOf(t testing.TB) func() time.Duration {
	t.Helper()
	runtime.LockOSThread()
	spent := func() time.Duration {
		var u unix.Rusage
		if err := unix.Getrusage(unix.RUSAGE_THREAD, &u); err != nil {
			t.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := spent()
	return func() time.Duration {
		defer runtime.UnlockOSThread()
		return spent() - before
	}
}
