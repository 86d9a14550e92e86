package lab

import "strconv"

// duoLockout is Duo's own number of failures in a row that lock a user out.
const duoLockout = 10

// duoSettings are the account's settings that the simulator knows.
type duoSettings struct {
	Name             string `json:"name"`
	LockoutThreshold int    `json:"lockout_threshold"`
	LockoutExpires   int    `json:"lockout_expire_duration"` // minutes; 0: somebody has to unlock
	Helpdesk         string `json:"helpdesk_bypass"`         // "allow", "limit", "deny"
	HelpdeskExpires  int    `json:"helpdesk_bypass_expiration"`
	UserTelephony    string `json:"user_telephony_cost_max"`
	Timezone         string `json:"timezone"`
}

func newDuoSettings(lockout int) duoSettings {
	return duoSettings{Name: "Practice", LockoutThreshold: lockout, Helpdesk: "allow", UserTelephony: "20", Timezone: "UTC"}
}

func (t *tenant) readSettings(*duoRequest) (any, *duoError) { return t.settings, nil }

// changeSettings takes the settings about lockouts and the help desk.
func (t *tenant) changeSettings(q *duoRequest) (any, *duoError) {
	set := t.settings
	for name, field := range map[string]struct {
		into        *int
		least, most int
		orNothing   bool
	}{
		"lockout_threshold":          {&set.LockoutThreshold, 1, 9999, false},
		"lockout_expire_duration":    {&set.LockoutExpires, 5, 30000, true},
		"helpdesk_bypass_expiration": {&set.HelpdeskExpires, 0, 30000, true},
	} {
		given, ok := q.params[name]
		if !ok {
			continue
		}
		if field.orNothing && (given == "" || given == "0") {
			*field.into = 0
			continue
		}
		n, err := strconv.Atoi(given)
		if err != nil || n < field.least || n > field.most {
			return nil, invalid(name)
		}
		*field.into = n
	}
	switch given, ok := q.params["helpdesk_bypass"]; {
	case ok && given != "allow" && given != "limit" && given != "deny":
		return nil, invalid("helpdesk_bypass")
	case ok:
		set.Helpdesk = given
	}
	t.settings = set
	return t.settings, nil
}
