package lab

// The results of a ruling, in the words of preauth.
const (
	rulesAuth   = "auth"   // a second factor is wanted
	rulesAllow  = "allow"  // none is
	rulesDeny   = "deny"   // there is no way in
	rulesEnroll = "enroll" // the user has to enrol first
)

// A ruling says how a visit begins.
type ruling struct {
	result  string
	reason  string // as the log has it; "" with rulesAuth
	factor  string // as the log has it
	says    string // for the visitor
	methods []string
}

// What a visitor is told. The texts about locked and disabled accounts are recalled;
// those about policies are the simulator's own.
const (
	saysActive        = "Account is active"
	saysSuccess       = "Success. Logging you in..."
	saysDisabled      = "Your account is disabled. Please contact your administrator."
	saysLockedAccount = "Your account is locked out. Please contact your administrator."
	saysEnroll        = "Enroll an authentication device to proceed"
	saysNetwork       = "Access is not allowed from this network."
	saysDenied        = "Access is not allowed because of your organization's policy."
	saysNoMethod      = "None of your authentication methods is allowed by your organization's policy."
	saysUntrusted     = "Access is not allowed because this device is not trusted."
)

// rule decides how a visit begins: the user's status first, then the effective policy
// from section to section. Where Duo does not say in which order the sections count,
// the order here is the simulator's own. Countries and anonymous networks are not
// known on loopback, and so those sections do nothing.
func (t *tenant) rule(v duoVisit) ruling {
	all, _ := t.effective(v.user, v.at)
	r, err := all.rules()
	if err != nil {
		return deny("error", saysDenied)
	}
	if v.user == nil {
		return r.forStrangers(v)
	}
	switch {
	case t.standing(v.user) == statusLocked:
		return deny("locked_out", saysLockedAccount)
	case t.has(v.user, statusDisabled):
		return deny("user_disabled", saysDisabled)
	case t.bypassed(v.user):
		return allow("bypass_user", "not_available")
	}
	if out, decided := r.forAddress(v, t.enrolled(v.user)); decided {
		return out
	}
	if !t.enrolled(v.user) {
		return r.forStrangers(v)
	}
	if t.remembers(v, r) {
		return allow("remembered_device", "remembered_device")
	}
	methods := t.methods(v.user, r)
	if len(methods) == 0 {
		return deny("factor_restricted", saysNoMethod)
	}
	return ruling{result: rulesAuth, says: saysActive, methods: methods}
}

func deny(reason, says string) ruling {
	return ruling{result: rulesDeny, reason: reason, factor: "not_available", says: says}
}

func allow(reason, factor string) ruling {
	return ruling{result: rulesAllow, reason: reason, factor: factor, says: saysSuccess}
}

// forStrangers is about users that Duo does not know or that have no device.
func (r duoRules) forStrangers(v duoVisit) ruling {
	if out, decided := r.forAddress(v, false); decided {
		return out
	}
	switch r.NewUser.Behaviour {
	case "no-mfa":
		return allow("allow_unenrolled_user", "not_available")
	case "deny":
		return deny("deny_unenrolled_user", saysDenied)
	default:
		return ruling{result: rulesEnroll, says: saysEnroll}
	}
}

// forAddress is about what holds for everybody, or for everybody from an address.
func (r duoRules) forAddress(v duoVisit, enrolled bool) (out ruling, decided bool) {
	networks := r.Networks
	switch {
	case r.Policy.Behaviour == "deny":
		return deny("denied_by_policy", saysDenied), true
	case networks.Blocked.contains(v.from):
		return deny("denied_network", saysNetwork), true
	case r.Policy.Behaviour == "bypass":
		return allow("allowed_by_policy", "not_available"), true
	case networks.Free.contains(v.from) && enrolled:
		return allow("trusted_network", "trusted_network"), true
	case networks.Free.contains(v.from) && !networks.Free.RequireEnrollment:
		return allow("allow_unenrolled_user_on_trusted_network", "trusted_network"), true
	case networks.DenyRest && v.from.IsValid() && !networks.Free.contains(v.from) && !networks.Required.contains(v.from):
		return deny("denied_network", saysNetwork), true
	case r.Endpoints.Checking == "require-trusted":
		return deny("endpoint_is_not_trusted", saysUntrusted), true
	}
	return ruling{}, false
}

// methods are what a user can use and may. A bypass code is on offer to everybody,
// as only its bearer knows that there is one.
func (t *tenant) methods(u *duoUser, r duoRules) []string {
	var all []string
	has := map[string]bool{methodBypass: true, methodToken: len(u.tokens) > 0}
	for _, method := range []string{methodPush, methodPasscode, methodSMS, methodPhone} {
		has[method] = len(t.phonesOf(u)) > 0
	}
	for _, method := range []string{methodPush, methodPasscode, methodBypass, methodToken, methodSMS, methodPhone} {
		if has[method] && r.allows(method) {
			all = append(all, method)
		}
	}
	return all
}
