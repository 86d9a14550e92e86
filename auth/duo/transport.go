package duo

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// maxAnswer bounds an answer's body; a full page of the log is about 2 MB.
const maxAnswer = 16 << 20

// An attempt carries one request of Duo's client, which knows no context: it gives
// the request one, a time limit that includes reading the answer, and a body of
// known length. It hides a rate limit from the client, whose own way to repeat a
// request sends it without its body.
type attempt struct {
	ctx     context.Context
	base    http.RoundTripper
	limit   time.Duration
	limited bool          // it was turned away by the rate limit
	after   time.Duration // when the server said to come again; 0 if it did not
	status  int
}

// hidden stands for 429 until the answer has passed Duo's client.
const hidden = http.StatusServiceUnavailable

// RoundTrip implements [http.RoundTripper].
func (a *attempt) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		var err error
		if body, err = io.ReadAll(req.Body); err != nil {
			return nil, fmt.Errorf("read the request: %w", err)
		}
		_ = req.Body.Close()
	}
	ctx, cancel := context.WithTimeoutCause(a.ctx, a.limit, errNoAnswer)
	r := req.Clone(ctx)
	r.Body, r.ContentLength = nil, 0
	if body != nil {
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
		r.Body, _ = r.GetBody()
		r.ContentLength = int64(len(body))
	}
	resp, err := a.base.RoundTrip(r)
	if err != nil {
		defer cancel()
		return nil, causeOf(ctx, err)
	}
	a.status = resp.StatusCode
	if resp.StatusCode == http.StatusTooManyRequests {
		a.limited, a.after = true, retryAfter(resp.Header.Get("Retry-After"))
		resp.StatusCode = hidden
	}
	resp.Body = &limitedBody{ctx: ctx, Reader: io.LimitReader(resp.Body, maxAnswer), body: resp.Body, cancel: cancel}
	return resp, nil
}

// causeOf gives why a context ended in place of what the network made of it.
func causeOf(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

// retryAfter reads the header's seconds; Duo's Admin API sends none.
func retryAfter(header string) time.Duration {
	n, err := strconv.Atoi(header)
	if err != nil || n < 1 || n > 60 {
		return 0
	}
	return time.Duration(n) * time.Second
}

// limitedBody is an answer's body that ends the attempt when it is closed.
type limitedBody struct {
	io.Reader
	ctx    context.Context
	body   io.Closer
	cancel context.CancelFunc
}

func (b *limitedBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err != nil && err != io.EOF {
		err = causeOf(b.ctx, err)
	}
	return n, err
}

func (b *limitedBody) Close() error {
	defer b.cancel()
	return b.body.Close()
}
