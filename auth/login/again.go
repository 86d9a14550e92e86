package login

import (
	"context"
	"errors"
	"time"
)

// again reports whether a code that was refused is followed by one more: once, of a
// fresh time step, and only if the clocks were compared and are fine, or the
// application says that the code had been used. A code that is counted, or taken off
// a list, is not: each costs something.
func (r *run) again(step Step) (Step, bool) {
	if r.retried || r.sent == nil || r.sent.Period == 0 || step.Reading.Kind != KindCode || len(step.Reading.Code) == 0 {
		return Step{}, false
	}
	if step.Stop != ReplayedCode && !(step.Stop == WrongCode && r.clockFine()) {
		return Step{}, false
	}
	r.retried = true
	r.settle(false)
	r.forgetCode()
	r.rec.note(StagePasscode, "the first code was refused; once more with a fresh one")
	return Step{Do: DoFill, Reading: step.Reading, Roles: []Role{RoleCode}}, true
}

// clockFine reports whether the clocks were compared, and agree so well that the code
// was right.
func (r *run) clockFine() bool {
	skew := r.driver.Skew()
	return skew.Known && skew.Offset.Abs()-skew.Within < min(r.sent.Period/2, 10*time.Second)
}

// outOfCodes reports whether a second code was not to be had: then the first refusal
// is what there is to tell.
func (r *run) outOfCodes(err error) bool {
	var draw drawError
	return errors.As(err, &draw) && !errors.Is(err, context.Canceled)
}

// settle tells whoever gave the passcode what became of it, once.
func (r *run) settle(accepted bool) {
	if r.sent == nil || r.settled {
		return
	}
	r.settled = true
	if r.sent.Settle != nil {
		r.sent.Settle(accepted)
	}
}

// afterCode reports whether a page of this kind comes only after a code was
// accepted.
func afterCode(k Kind) bool {
	switch k {
	case KindTrust, KindStay, KindConsent, KindNag, KindTerms, KindAutoSubmit, KindPasswordChange:
		return true
	}
	return false
}
