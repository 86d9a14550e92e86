package lab

import "slices"

// phoneCapabilities are what a phone can do, by the method that needs it.
var phoneCapabilities = []struct{ name, method string }{
	{"auto", ""}, {"push", methodPush}, {"sms", methodSMS}, {"phone", methodPhone}, {"mobile_otp", methodPasscode},
}

// devicesOf lists a user's devices as preauth does: a token has a serial number for a
// name, and no capabilities.
func (t *tenant) devicesOf(u *duoUser, methods []string) []map[string]any {
	all := []map[string]any{}
	for _, p := range t.phonesOf(u) {
		var can []string
		for _, c := range phoneCapabilities {
			if c.method == "" || slices.Contains(methods, c.method) {
				can = append(can, c.name)
			}
		}
		all = append(all, map[string]any{
			"device": p.id, "type": "phone", "name": p.name, "number": p.number,
			"display_name": p.name + " (" + p.number + ")", "sms_nextcode": "1", "capabilities": can,
		})
	}
	if !slices.Contains(methods, methodToken) {
		return all
	}
	for _, k := range u.tokens {
		all = append(all, map[string]any{"device": k.id, "name": k.serial, "type": "token"})
	}
	return all
}

// pick finds the phone that a push, a call or a message goes to: the named one, or
// the first.
func (t *tenant) pick(u *duoUser, device string) *duoPhone {
	for _, p := range t.phonesOf(u) {
		if device == "auto" || device == "" || device == p.id {
			return p
		}
	}
	return nil
}
