package chrome

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// errGone says that the browser is not there any more.
var errGone = errors.New("the browser ended unexpectedly")

// wire carries the protocol's messages, of all sessions over one pipe.
//
// chromedp's own targets are not used: they attach to a new window or frame only
// after it has begun to load, and what it requests until then nobody judges. Here
// every target is held at its start until the guard stands.
type wire struct {
	pipe chromedp.Transport
	on   func(target.SessionID, any) // told of every event, in order; must not wait for an answer
	gone chan struct{}               // closed when the browser is gone

	mu      sync.Mutex
	last    int64
	waiting map[int64]chan *cdproto.Message
	queue   []*cdproto.Message
	wake    chan struct{}
}

func newWire(pipe chromedp.Transport, on func(target.SessionID, any)) *wire {
	w := &wire{
		pipe: pipe, on: on, gone: make(chan struct{}),
		waiting: map[int64]chan *cdproto.Message{}, wake: make(chan struct{}, 1),
	}
	go w.read()
	go w.write()
	return w
}

var protocol = jsonv2.JoinOptions(jsonv2.DefaultOptionsV2(), jsonv2.AllowInvalidUTF8(true))

// read hands out what the browser sends, until it is gone.
func (w *wire) read() {
	defer close(w.gone)
	for {
		m := new(cdproto.Message)
		if err := w.pipe.Read(context.Background(), m); err != nil {
			return
		}
		if m.ID != 0 {
			w.mu.Lock()
			answer := w.waiting[m.ID]
			delete(w.waiting, m.ID)
			w.mu.Unlock()
			if answer != nil {
				answer <- m
			}
			continue
		}
		if strings.HasPrefix(string(m.Method), "DOM.") {
			w.on(m.SessionID, nil) // that something changed is all there is to know
			continue
		}
		if !heard[m.Method] {
			continue
		}
		if event, err := cdproto.UnmarshalMessage(m, protocol); err == nil {
			w.on(m.SessionID, event)
		}
	}
}

// write sends what is queued, so that nobody who queues has to wait.
func (w *wire) write() {
	for {
		w.mu.Lock()
		queue := w.queue
		w.queue = nil
		w.mu.Unlock()
		for _, m := range queue {
			if err := w.pipe.Write(context.Background(), m); err != nil {
				return
			}
		}
		if len(queue) > 0 {
			continue
		}
		select {
		case <-w.wake:
		case <-w.gone:
			return
		}
	}
}

// post queues a command. answer may be nil.
func (w *wire) post(session target.SessionID, method string, params any, answer chan *cdproto.Message) (int64, error) {
	raw, err := jsonv2.Marshal(params, protocol)
	if err != nil {
		return 0, fmt.Errorf("encode %s: %w", method, err)
	}
	w.mu.Lock()
	w.last++
	id := w.last
	if answer != nil {
		w.waiting[id] = answer
	}
	w.queue = append(w.queue, &cdproto.Message{ID: id, SessionID: session, Method: cdproto.MethodType(method), Params: raw})
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
	return id, nil
}

// A session is one target that the browser lets us talk to; the empty id is the
// browser itself.
type session struct {
	wire   *wire
	id     target.SessionID
	info   target.Info
	tab    *tab          // nil for the browser
	parent *session      // nil for a tab's own
	left   chan struct{} // closed when the target is gone
}

// call runs a command and waits for its answer.
func call[P, R any](ctx context.Context, s *session, command cdp.Command[P, R], params P) (R, error) {
	var result R
	answer := make(chan *cdproto.Message, 1)
	id, err := s.wire.post(s.id, command.Method, params, answer)
	if err != nil {
		return result, err
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			return result, fmt.Errorf("%s: %w", command.Method, m.Error)
		}
		if err := jsonv2.Unmarshal(m.Result, &result, protocol); err != nil {
			return result, fmt.Errorf("decode the answer to %s: %w", command.Method, err)
		}
		return result, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-s.wire.gone:
		err = errGone
	case <-s.left:
		err = fmt.Errorf("%s: %w", command.Method, errLeft)
	}
	s.wire.mu.Lock()
	delete(s.wire.waiting, id)
	s.wire.mu.Unlock()
	return result, err
}

// errLeft says that a window or frame was closed meanwhile.
var errLeft = errors.New("the page is gone")

// send runs a command without waiting for its answer. The browser carries out the
// commands of one session in their order.
func send[P, R any](s *session, command cdp.Command[P, R], params P) {
	_, _ = s.wire.post(s.id, command.Method, params, nil) // what cannot be encoded is a mistake of ours that every test shows
}
