package lab

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// A Lab is the practice range, running.
type Lab struct {
	apps          []*app
	foreign       *outside
	tenant        *tenant // of the Duo simulator
	controlOrigin *origin
	outsideOrigin *origin
	duoOrigin     *origin
	origins       []*origin

	cancel   context.CancelFunc // ends running requests
	stop     func() bool        // forgets Start's context
	shutting sync.Once
	served   sync.WaitGroup
	done     chan struct{} // closed when nothing runs any more
	mu       sync.Mutex
	failure  error
}

// Start listens and serves until ctx ends or Close is called. It returns once
// every application can be reached. Errors are ErrNotLoopback, ErrNoApp,
// ErrNoSwitch, ErrPeriod, or of the network.
func Start(ctx context.Context, options Options) (*Lab, error) {
	o := options.withDefaults()
	addr, err := loopback(o.Addr)
	if err != nil {
		return nil, err
	}
	l := &Lab{foreign: &outside{now: o.Now}, done: make(chan struct{})}
	for _, s := range catalogue() {
		a, err := newApp(s, o)
		if err != nil {
			return nil, err
		}
		l.apps = append(l.apps, a)
		if f, ok := a.flow.(*bankFlow); ok {
			l.tenant = f.host.duo
		}
	}
	for name := range o.Period {
		if _, err := l.find(name); name != "" && err != nil {
			return nil, err
		}
	}
	for name, switches := range o.Switches {
		for _, s := range switches {
			if err := l.Set(name, s, true); err != nil {
				return nil, err
			}
		}
	}
	ports := 3
	for _, a := range l.apps {
		ports += 1 + len(a.annexes())
	}
	if l.origins, err = listen(ctx, addr, ports); err != nil {
		return nil, err
	}
	l.serve(ctx, o.Delay)
	return l, nil
}

// newApp makes an application that has no address yet.
func newApp(s spec, o Options) (*app, error) {
	password, err := newPassword(o.Rand)
	if err != nil {
		return nil, err
	}
	live := newSessions(o.Now)
	live.life = o.Session
	csrfKey := make([]byte, 32)
	_, _ = rand.Read(csrfKey) // crypto/rand ends the program rather than fail.
	a := &app{
		spec:     s,
		clock:    o.Now,
		delay:    o.Delay,
		csrfKey:  csrfKey,
		password: password,
		sessions: live,
		panel:    newPanel(s.switches()),
	}
	var f *factor
	if s.hash != nil {
		if f, err = newFactor(s, o); err != nil {
			return nil, err
		}
	}
	a.account = newAccount(user, password, f, o.Attempts)
	for _, name := range s.switchesOn {
		a.panel.set(name, true)
	}
	if s.flow != nil {
		if a.flow, err = s.flow(a, o); err != nil {
			return nil, err
		}
	}
	return a, nil
}

func (a *app) annexes() []*annex {
	if a.flow == nil {
		return nil
	}
	return a.flow.annexes()
}

func newFactor(s spec, o Options) (*factor, error) {
	period, err := o.period(s.site.Name)
	if err != nil {
		return nil, err
	}
	seed := make([]byte, s.hash.seedLen)
	if _, err := io.ReadFull(o.Rand, seed); err != nil {
		return nil, fmt.Errorf("draw a seed: %w", err)
	}
	return &factor{hash: *s.hash, digits: s.digits, period: period, seed: seed}, nil
}

// serve hands out the open ports and begins to answer.
func (l *Lab) serve(ctx context.Context, delay time.Duration) {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	l.cancel = cancel
	l.controlOrigin, l.outsideOrigin = l.origins[0], l.origins[1]
	l.controlOrigin.equip(running, l.control(), 0)
	l.outsideOrigin.equip(running, l.foreign, 0)
	l.duoOrigin = l.origins[len(l.origins)-1]
	l.tenant.host = l.duoOrigin.host()
	l.duoOrigin.equip(running, l.tenant.serve(), 0)
	l.duoOrigin.secure(l.tenant.tls)
	next := l.origins[2:]
	for _, a := range l.apps {
		own := next[0]
		a.url, a.outside = own.url(), l.outsideOrigin.localhost()
		own.equip(running, a.handler(), delay)
		next = next[1:]
		for _, x := range a.annexes() {
			x.url = next[0].url()
			if x.foreign {
				x.url = next[0].localhost()
			}
			if x.app != nil {
				x.app.url, x.app.outside = x.url, a.outside
			}
			next[0].equip(running, x.handler, delay)
			next = next[1:]
		}
	}
	for _, o := range l.origins {
		l.served.Go(func() {
			if err := o.serve(); err != nil {
				l.fail(err)
			}
		})
	}
	l.stop = context.AfterFunc(ctx, l.shutdown)
}

// fail notes why the lab ended by itself, and ends the rest of it.
func (l *Lab) fail(err error) {
	l.mu.Lock()
	l.failure = errors.Join(l.failure, err)
	l.mu.Unlock()
	go l.shutdown()
}

// shutdown ends everything, once.
func (l *Lab) shutdown() {
	l.shutting.Do(func() {
		l.cancel()
		var closing sync.WaitGroup
		for _, o := range l.origins {
			closing.Go(o.close)
		}
		closing.Wait()
		l.served.Wait()
		close(l.done)
	})
}

// Close ends the lab and returns when nothing of it runs any more. It may be
// called again, and after the context ended.
func (l *Lab) Close() error {
	l.stop()
	l.shutdown()
	return l.Wait()
}

// Wait returns when the lab has ended: nil after Close or the end of the context,
// else what ended it.
func (l *Lab) Wait() error {
	<-l.done
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failure
}

// Describe says where the applications are, which account signs in, and how to
// tell that it is signed in.
func (l *Lab) Describe() Description {
	d := Description{Control: l.controlOrigin.url(), Outside: l.outsideOrigin.localhost(), Duo: l.tenant.describe()}
	for _, a := range l.apps {
		d.Apps = append(d.Apps, a.describe())
	}
	return d
}

// Set turns a switch of an application on or off. Errors are ErrNoApp and
// ErrNoSwitch.
func (l *Lab) Set(app, name string, on bool) error {
	a, err := l.find(app)
	if err != nil {
		return err
	}
	if !a.panel.set(name, on) {
		return noChoice(fmt.Errorf("%w of %s", ErrNoSwitch, app), name, a.panel.names)
	}
	return nil
}

// Reset unlocks an application's account. Time steps that were spent stay spent,
// and switches stay as they are. The error is ErrNoApp.
func (l *Lab) Reset(app string) error {
	a, err := l.find(app)
	if err != nil {
		return err
	}
	a.account.unlock()
	if f, ok := a.flow.(*bankFlow); ok {
		f.host.duo.unlockOwn()
	}
	return nil
}

// Approve answers a push of an application's second factor as the person with the
// phone would, the newest one that waits. number is what they type into the phone
// where the prompt shows a number, else "". Errors are ErrNoApp, ErrNoPush and
// ErrPushNumber.
func (l *Lab) Approve(app, number string) error {
	a, err := l.find(app)
	if err != nil {
		return err
	}
	if f, ok := a.flow.(*bankFlow); ok {
		return f.host.duo.phones.answer(phoneApproves, number)
	}
	return advised{fmt.Errorf("%w: %s sends none", ErrNoPush, app), "The application that sends pushes is bank."}
}

// Accepted lists the time steps of the codes that an application accepted, in the
// order of the sign-ins; the last 10,000 at most, and none for an unknown
// application.
func (l *Lab) Accepted(app string) []int64 {
	a, err := l.find(app)
	if err != nil {
		return nil
	}
	_, steps := a.account.record()
	return steps
}

// SignIns counts the completed sign-ins of an application, with or without a code.
func (l *Lab) SignIns(app string) int {
	a, err := l.find(app)
	if err != nil {
		return 0
	}
	signIns, _ := a.account.record()
	return signIns
}

// Outside lists what the foreign origin was sent, oldest first; the last 500
// requests at most.
func (l *Lab) Outside() []Seen { return l.foreign.all() }

func (l *Lab) find(name string) (*app, error) {
	var names []string
	for _, a := range l.apps {
		if a.spec.site.Name == name {
			return a, nil
		}
		names = append(names, a.spec.site.Name)
	}
	return nil, noChoice(ErrNoApp, name, names)
}
