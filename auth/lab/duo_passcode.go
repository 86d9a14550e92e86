package lab

import "slices"

// The methods that policies name, as far as the simulator has them.
const (
	methodPush     = "duo-push"
	methodPasscode = "duo-passcode"
	methodToken    = "hardware-token"
	methodBypass   = "bypass"
	methodSMS      = "sms"
	methodPhone    = "phonecall"
)

// factorNames are the log's names for the methods.
var factorNames = map[string]string{
	methodPush: "duo_push", methodPasscode: "duo_mobile_passcode", methodToken: "hardware_token",
	methodBypass: "bypass_code", methodSMS: "sms_passcode", methodPhone: "phone_call",
}

// An outcome is what became of a passcode.
type outcome struct {
	verdict verdict
	method  string // that the passcode belongs to; "" for none
	reason  string // as the log has it
	step    int64  // the time step that was spent, or neverUsed
}

// judge takes a passcode for a user, by any of the methods. A right passcode of
// another method is as wrong as any, and is not spent. It is the one place where a
// code is used, counted and logged, for the API and for the prompt.
func (t *tenant) judge(v duoVisit, code string, methods []string) outcome {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := t.weigh(v, code, methods)
	t.present(v, code, out)
	t.conclude(v, out)
	return out
}

func (t *tenant) weigh(v duoVisit, code string, methods []string) outcome {
	if v.user == nil {
		return outcome{refused, "", "error", neverUsed} // Deleted meanwhile.
	}
	switch t.standing(v.user) {
	case statusLocked:
		return outcome{locked, "", "locked_out", neverUsed}
	case statusDisabled:
		return outcome{refused, "", "user_disabled", neverUsed}
	}
	if slices.Contains(methods, methodToken) {
		for _, k := range v.user.tokens {
			if verdict, step := k.use(code, t.wall()); verdict != refused {
				return outcome{verdict, methodToken, reasonOf(verdict), step}
			}
		}
	}
	if slices.Contains(methods, methodBypass) && t.useBypass(v.user, code) {
		return outcome{accepted, methodBypass, "valid_passcode", neverUsed}
	}
	if !v.browser && !slices.Contains(methods, methodBypass) && t.hasBypass(v.user, code) {
		return outcome{refused, methodBypass, "factor_restricted", neverUsed}
	}
	return outcome{refused, "", "invalid_passcode", neverUsed}
}

func (t *tenant) hasBypass(u *duoUser, code string) bool {
	return slices.ContainsFunc(t.bypassOf(u), func(b *duoBypass) bool { return b.code == code })
}

func reasonOf(v verdict) string {
	if v == accepted {
		return "valid_passcode"
	}
	return "invalid_passcode"
}

// conclude counts and logs what became of a passcode.
func (t *tenant) conclude(v duoVisit, out outcome) {
	e := logEntry{factor: factorNames[out.method], reason: out.reason, result: "denied"}
	switch {
	case out.verdict == accepted:
		t.succeed(v.user)
		e.result = "success"
	case out.reason == "invalid_passcode":
		t.fail(v.user)
	}
	if e.factor == "" {
		e.factor = "passcode"
	}
	t.note(v, e)
	t.stir()
}
