package handoff

import (
	"fmt"
	"time"
)

// noticeable is a difference between clocks that may have a code refused.
const noticeable = 2 * time.Second

// aboutClock says what it means for a scanner that the codes went by the target's clock.
func (v *view) aboutClock(variant Variant) []string {
	p := v.in.Proven
	if p == nil || !v.otp() || p.Ahead.Abs() < noticeable {
		return nil
	}
	off := fmt.Sprintf("%s ahead of", spell(p.Ahead.Abs()))
	if p.Ahead < 0 {
		off = fmt.Sprintf("%s behind", spell(p.Ahead.Abs()))
	}
	passed := fmt.Sprintf("The login passed by the target's clock, which was %s this machine's.", off)
	switch {
	case variant.FromBroker:
		return []string{passed + " Have the codes go by it as well: gatepass serve " + shell(v.in.Target.Name) + " --clock target"}
	case variant.SignsIn:
		return []string{passed + " This scanner makes its codes by the clock of the machine that it runs on: they are refused unless that clock is set as the target's is."}
	case variant.Session != Always:
		return []string{passed + " Say --clock target to gatepass exec and gatepass serve as well."}
	}
	return nil
}
