package lab

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"time"
)

const (
	// pushTime is how long a push waits for its person.
	pushTime = time.Minute
	// maxPushes bounds the pushes that wait for their person.
	maxPushes = 100
)

// A push is a question on somebody's phone.
type push struct {
	sent     time.Time // zero: none
	approved bool
	number   string // what the person must type, if anything
}

// send asks the person on the phone, unless a push waits already.
func (h *promptHost) send(p *prompt) {
	now := h.a.clock()
	if !p.push.sent.IsZero() && now.Before(p.push.sent.Add(pushTime)) {
		return
	}
	p.push = push{sent: now}
	if h.a.panel.on(SwitchVerifiedPush) {
		p.push.number = pushNumber()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pushed = append(h.pushed, p)
	if len(h.pushed) > maxPushes {
		h.pushed = append([]*prompt{}, h.pushed[len(h.pushed)-maxPushes:]...)
	}
}

// pushNumber draws a number of three to six digits.
func pushNumber() string {
	draw := func(below int64) int64 {
		n, err := rand.Int(rand.Reader, big.NewInt(below))
		if err != nil {
			panic(err) // crypto/rand does not fail.
		}
		return n.Int64()
	}
	digits, value := 3+int(draw(4)), draw(1_000_000)
	return fmt.Sprintf("%06d", value)[:digits]
}

// approve answers the newest push that waits, as its person would. number is what
// they type where the push wants one.
func (h *promptHost) approve(number string) error {
	h.mu.Lock()
	pushed := append([]*prompt{}, h.pushed...)
	h.mu.Unlock()
	for i := len(pushed) - 1; i >= 0; i-- {
		p := pushed[i]
		p.mu.Lock()
		waits := p.factor == "" && !p.denied && h.a.clock().Before(p.push.sent.Add(pushTime))
		if !waits {
			p.mu.Unlock()
			continue
		}
		defer p.mu.Unlock()
		if p.push.number != number {
			return advised{ErrPushNumber, "Say code= with the number that the prompt shows, and nothing where it shows none."}
		}
		p.push.approved, p.factor = true, "duo_push"
		h.a.account.signedIn()
		return nil
	}
	return advised{ErrNoPush, "A push is sent when the prompt is shown, and waits for a minute."}
}
