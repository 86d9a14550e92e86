//go:build !linux

package login_test

import (
	"testing"
	"time"
)

// workOf measures nothing where a thread's own time is not to be had: the tests that ask
// hold by what is kept of a page.
func workOf(testing.TB) func() time.Duration { return func() time.Duration { return 0 } }
