package lab

import (
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// duoRules is what the simulator reads of a policy's sections.
type duoRules struct {
	Policy struct {
		Behaviour string `json:"user_auth_behavior"` // "enforce", "bypass", "deny"
	} `json:"authentication_policy"`
	NewUser struct {
		Behaviour string `json:"new_user_behavior"` // "enroll", "no-mfa", "deny"
	} `json:"new_user"`
	Methods struct {
		Allowed []string `json:"allowed_auth_list"`
		Blocked []string `json:"blocked_auth_list"`
	} `json:"authentication_methods"`
	Networks struct {
		Free struct {
			addressList
			RequireEnrollment bool `json:"require_enrollment"`
		} `json:"no_2fa_required"`
		Required addressList `json:"mfa_required"`
		DenyRest bool        `json:"deny_other_access"`
		Blocked  addressList `json:"blocked"`
	} `json:"authorized_networks"`
	Devices struct {
		Browsers struct {
			Enabled   bool     `json:"enabled"`
			Method    string   `json:"remember_method"` // "risk-based", "user-based"
			RiskBased lifetime `json:"risk_based"`
			UserBased lifetime `json:"user_based"`
		} `json:"browser_apps"`
	} `json:"remembered_devices"`
	Endpoints struct {
		Checking string `json:"trusted_endpoint_checking"` // "allow-all", "require-trusted", "not-configured"
	} `json:"trusted_endpoints"`
}

type addressList struct {
	List []string `json:"ip_list"`
}

type lifetime struct {
	Units string `json:"max_time_units"` // "minutes", "hours", "days", "weeks"
	Value int    `json:"max_time_value"`
}

func (l lifetime) duration() time.Duration {
	unit := map[string]time.Duration{"minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour, "weeks": 7 * 24 * time.Hour}[l.Units]
	return time.Duration(l.Value) * unit
}

// rules reads sections. Those that were checked when they came in can be read.
func (s sections) rules() (duoRules, error) {
	var r duoRules
	raw, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(raw, &r)
	}
	return r, err
}

// check refuses sections that are none, lists with methods that are none, and
// addresses that cannot be read. The refusal names the section.
func (s sections) check() *duoError {
	for name, raw := range s {
		var object map[string]any
		if !slices.Contains(sectionNames, name) || json.Unmarshal(raw, &object) != nil || object == nil {
			return invalid(name)
		}
		r, err := sections{name: raw}.rules()
		if err != nil {
			return invalid(name)
		}
		for _, method := range append(r.Methods.Allowed, r.Methods.Blocked...) {
			if !slices.Contains(methodNames, method) {
				return invalid(name)
			}
		}
		for _, list := range []addressList{r.Networks.Free.addressList, r.Networks.Required, r.Networks.Blocked} {
			if !list.readable() {
				return invalid(name)
			}
		}
	}
	return nil
}

// methodNames are all methods that a policy can name.
var methodNames = []string{
	"duo-push", "duo-push-pwl", "sms", "phonecall", "duo-passcode", "hardware-token", "desktop", "bypass", "bypass-pwl",
	"webauthn-platform", "webauthn-platform-pwl", "webauthn-roaming", "webauthn-roaming-pwl",
	"webauthn-require-user-verification", "smart-card",
}

// allows says whether a method may be used: whatever is not blocked may.
func (r duoRules) allows(method string) bool { return !slices.Contains(r.Methods.Blocked, method) }

// remembered gives how long a browser is remembered; 0 for not at all.
func (r duoRules) remembered() time.Duration {
	switch b := r.Devices.Browsers; {
	case !b.Enabled:
		return 0
	case b.Method == "risk-based":
		return b.RiskBased.duration()
	default:
		return b.UserBased.duration()
	}
}

// An addressRange is one entry of a list: an address, a range a-b or a network.
type addressRange struct{ from, to netip.Addr }

func readRange(s string) (addressRange, bool) {
	s = strings.TrimSpace(s)
	if network, err := netip.ParsePrefix(s); err == nil {
		return addressRange{network.Masked().Addr(), lastOf(network)}, true
	}
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		to = from
	}
	a, errA := netip.ParseAddr(strings.TrimSpace(from))
	b, errB := netip.ParseAddr(strings.TrimSpace(to))
	return addressRange{a, b}, errA == nil && errB == nil && a.BitLen() == b.BitLen() && a.Compare(b) <= 0
}

// lastOf gives the last address of a network.
func lastOf(network netip.Prefix) netip.Addr {
	raw := network.Masked().Addr().AsSlice()
	for bit := network.Bits(); bit < len(raw)*8; bit++ {
		raw[bit/8] |= 0x80 >> (bit % 8)
	}
	last, _ := netip.AddrFromSlice(raw) // As long as it was.
	return last
}

func (l addressList) readable() bool {
	for _, entry := range l.List {
		if _, ok := readRange(entry); !ok {
			return false
		}
	}
	return true
}

// contains says whether an address is on the list; one that was not told is on none.
func (l addressList) contains(a netip.Addr) bool {
	a = a.Unmap()
	for _, entry := range l.List {
		r, ok := readRange(entry)
		if ok && a.IsValid() && a.BitLen() == r.from.BitLen() && r.from.Compare(a) <= 0 && a.Compare(r.to) <= 0 {
			return true
		}
	}
	return false
}
