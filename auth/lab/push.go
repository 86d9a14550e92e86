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
	sent   time.Time // zero: none
	denied bool
	noted  bool   // that nobody answered is in the log
	number string // what the person must type, if anything
}

// send asks the person on the phone, unless a push waits already.
func (h *promptHost) send(p *prompt) {
	if !p.push.sent.IsZero() && h.pushState(p) == "waits" {
		return
	}
	p.push = push{sent: h.duo.lifeNow()}
	if h.a.panel.on(SwitchVerifiedPush) {
		p.push.number = pushNumber()
	}
	h.duo.phones.ask(p)
}

// pushState says what became of a push that was sent.
func (h *promptHost) pushState(p *prompt) string {
	h.duo.mu.Lock()
	defer h.duo.mu.Unlock()
	switch {
	case p.push.denied:
		return "denied"
	case h.duo.life().Before(p.push.sent.Add(pushTime)):
		return "waits"
	}
	if !p.push.noted && p.factor == "" {
		p.push.noted = true
		h.duo.note(h.duo.visitAt(p, ""), logEntry{factor: "duo_push", reason: "no_response", result: "denied", device: h.duo.ownPhone.label()})
	}
	return "expired"
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

// answered takes what the person with the phone says to this prompt's push.
func (p *prompt) answered(says phoneAnswer, number string) (bool, error) {
	h := p.host
	p.mu.Lock()
	defer p.mu.Unlock()
	if h.duo.review(p); p.factor != "" || p.denied != "" || h.pushState(p) != "waits" {
		return false, nil
	}
	if says == phoneApproves && p.push.number != number {
		return true, advised{ErrPushNumber, "Say code= with the number that the prompt shows, and nothing where it shows none."}
	}
	h.duo.hear(p, says)
	if says != phoneApproves {
		p.push.denied = true
		return true, nil
	}
	p.factor = "duo_push"
	h.a.account.signedIn()
	return true, nil
}

// hear logs and counts what the person said to a prompt's push.
func (t *tenant) hear(p *prompt, says phoneAnswer) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.notePush(t.visitAt(p, ""), says)
	t.stir()
}
