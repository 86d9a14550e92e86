package duo

import (
	"context"
	"net/http/httptrace"
	"sync/atomic"
)

// Sent gives a context for one call, and tells afterwards whether anything of the call
// left this machine.
func Sent(ctx context.Context) (context.Context, func() bool) {
	var sent atomic.Bool
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { sent.Store(true) },
	}), sent.Load
}
