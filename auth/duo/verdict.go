package duo

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"gatepass/store"
)

// A State says whether a route is open.
type State string

// The states. Unknown means that what was read does not decide it.
const (
	Open    State = "allowed"
	Blocked State = "blocked"
	Unknown State = "unknown"
)

// A Verdict says of one route whether a policy lets it through.
type Verdict struct {
	Route   store.Route
	State   State
	Section string   // the policy's section, or "account", that decided; "" where none stands in the way
	Why     string   // a sentence
	Notes   []string // sentences on what may still go wrong
}

// Circumstances are what a policy is judged for.
type Circumstances struct {
	User User       // zero ID: Duo does not have the user
	IP   netip.Addr // where the scanner comes from; the zero Addr if it is not known
}

// SectionAccount stands for the account itself, where it decides and no section does.
const SectionAccount = "account"

// Judge tells for every route whether a policy lets it through. It decides only what
// the policy's text decides: places are known to Duo alone, and so is what it thinks
// of an address.
func Judge(p Policy, c Circumstances) []Verdict {
	var out []Verdict
	for _, route := range store.Routes() {
		v := judgeRoute(route, p.Sections, c)
		v.Route = route
		v.Notes = append(v.Notes, notes(p.Sections, c)...)
		out = append(out, v)
	}
	return out
}

func judgeRoute(route store.Route, s Sections, c Circumstances) Verdict {
	if v, decided := closed(s, c); decided {
		return v
	}
	asked, free := exemption(s, c)
	if route == store.RouteExemption {
		return asked
	}
	if free {
		return Verdict{State: Open, Section: asked.Section, Why: "No second factor is asked for, so this route is never needed. " + asked.Why}
	}
	if status, _ := c.User.Effective(); status == "" || c.User.ID == "" {
		return Verdict{State: Blocked, Section: SectionAccount, Why: "Duo has no such user, so there is nobody whose factor could be asked for."}
	}
	switch route {
	case store.RouteOTP:
		return method(s, "hardware-token", "Codes of a hardware token", tokenNote(c.User))
	case store.RouteBypassCode:
		return method(s, "bypass", "Bypass codes", "")
	case store.RoutePush:
		return push(s, c.User)
	}
	return remembered(s)
}

// closed finds what keeps everybody out, whatever the route.
func closed(s Sections, c Circumstances) (Verdict, bool) {
	shut := func(section, why string) (Verdict, bool) {
		return Verdict{State: Blocked, Section: section, Why: why}, true
	}
	switch status, group := c.User.Effective(); status {
	case StatusDisabled:
		return shut(SectionAccount, "The account is disabled"+through(group)+".")
	case StatusLocked:
		return shut(SectionAccount, "The account is locked out; an administrator sets its status to active again, or the lockout ends by itself.")
	case StatusLeaving:
		return shut(SectionAccount, "The account waits to be deleted.")
	case StatusBypass: // no policy is looked at
		return Verdict{}, false
	}
	if a := s.Authentication; a != nil && a.Behavior == "deny" {
		return shut("authentication_policy", "The policy denies every login to this application.")
	}
	if v, decided := closedNetwork(s, c); decided {
		return v, true
	}
	if n := s.NewUser; n != nil && isNew(c.User) && n.Behavior == "deny" {
		return shut("new_user", "The policy denies users who have no device enrolled, and this one has none.")
	}
	if t := s.Trusted; t != nil && t.Checking == "require-trusted" {
		return shut("trusted_endpoints", "The policy lets in trusted endpoints only: Duo Desktop must run on the scanner's own machine and be enrolled there. A container or a service in somebody's cloud cannot be one.")
	}
	return Verdict{}, false
}

func closedNetwork(s Sections, c Circumstances) (Verdict, bool) {
	n := s.Networks
	if n == nil {
		return Verdict{}, false
	}
	if !c.IP.IsValid() {
		if n.DenyOthers {
			return Verdict{State: Unknown, Section: "authorized_networks",
				Why: "The policy denies every address that it does not list. Name the scanner's: --ip ADDRESS"}, true
		}
		return Verdict{}, false
	}
	if entry, _ := inList(n.Blocked.List, c.IP); entry != "" {
		return Verdict{State: Blocked, Section: "authorized_networks", Why: fmt.Sprintf("The policy blocks %s (%s).", c.IP, entry)}, true
	}
	exempt, _ := inList(n.Exempt.List, c.IP)
	askedFor, _ := inList(n.Asked.List, c.IP)
	if n.DenyOthers && exempt == "" && askedFor == "" {
		return Verdict{State: Blocked, Section: "authorized_networks",
			Why: fmt.Sprintf("The policy denies every address that it does not list, and %s is not listed.", c.IP)}, true
	}
	return Verdict{}, false
}

// exemption judges whether a second factor is asked for at all. free says that none
// is.
func exemption(s Sections, c Circumstances) (v Verdict, free bool) {
	open := func(section, why string) (Verdict, bool) {
		return Verdict{State: Open, Section: section, Why: why}, true
	}
	if status, group := c.User.Effective(); status == StatusBypass {
		return open(SectionAccount, "The account's status is bypass"+through(group)+": Duo asks it for nothing, in every application, and no policy changes that.")
	}
	if a := s.Authentication; a != nil && a.Behavior == "bypass" {
		return open("authentication_policy", "The policy asks nobody for a second factor in this application.")
	}
	if n := s.NewUser; n != nil && isNew(c.User) {
		switch n.Behavior {
		case "no-mfa":
			return open("new_user", "The policy lets users without a device in with their password, and this one has none.")
		case "enroll":
			if !exemptUnenrolled(s, c) {
				return Verdict{State: Blocked, Section: "new_user", Why: "The user has no device, and the policy asks to enrol one first."}, false
			}
		}
	}
	return exemptNetwork(s, c)
}

func exemptNetwork(s Sections, c Circumstances) (Verdict, bool) {
	const section = "authorized_networks"
	n := s.Networks
	switch {
	case n == nil || len(n.Exempt.List) == 0:
		if l := s.Location; l != nil && (len(l.Exempt) > 0 || l.Default == "allow-access-no-2fa") {
			return Verdict{State: Unknown, Section: "user_location", Why: "The policy asks for no second factor from some countries, and only Duo knows which country it takes an address for."}, false
		}
		return Verdict{State: Blocked, Section: section, Why: "The policy lists no address that may do without a second factor."}, false
	case !c.IP.IsValid():
		return Verdict{State: Unknown, Section: section,
			Why: fmt.Sprintf("The policy exempts %s. Name the scanner's address: --ip ADDRESS", strings.Join(clipList(n.Exempt.List), ", "))}, false
	}
	entry, unread := inList(n.Exempt.List, c.IP)
	switch {
	case entry != "" && isNew(c.User) && (n.Exempt.RequireEnrollment == nil || *n.Exempt.RequireEnrollment):
		return Verdict{State: Blocked, Section: section, Why: fmt.Sprintf("The policy exempts %s (%s), but for users with a device alone, and this one has none.", c.IP, entry)}, false
	case entry != "":
		return Verdict{State: Open, Section: section, Why: fmt.Sprintf("The policy asks for no second factor from %s (%s).", c.IP, entry)}, true
	case unread > 0:
		return Verdict{State: Unknown, Section: section, Why: fmt.Sprintf("%s is in none of the entries that could be read; %d could not.", c.IP, unread)}, false
	}
	return Verdict{State: Blocked, Section: section, Why: fmt.Sprintf("%s is not among the addresses that the policy exempts: %s.", c.IP, strings.Join(clipList(n.Exempt.List), ", "))}, false
}

func exemptUnenrolled(s Sections, c Circumstances) bool {
	n := s.Networks
	if n == nil || !c.IP.IsValid() || n.Exempt.RequireEnrollment == nil || *n.Exempt.RequireEnrollment {
		return false
	}
	entry, _ := inList(n.Exempt.List, c.IP)
	return entry != ""
}

// method judges a factor by its name in the policy. What is not blocked is allowed.
func method(s Sections, name, what, note string) Verdict {
	const section = "authentication_methods"
	if s.Methods == nil {
		return Verdict{State: Unknown, Section: section, Why: "The policy that was read does not tell which methods it blocks."}
	}
	if slices.Contains(s.Methods.Blocked, name) {
		return Verdict{State: Blocked, Section: section, Why: fmt.Sprintf("%s are blocked: the policy's blocked methods hold %q.", what, name)}
	}
	v := Verdict{State: Open, Why: what + " are not blocked."}
	if note != "" {
		v.Notes = []string{note}
	}
	if s.Risk != nil && s.Risk.Limit {
		v.State, v.Section = Unknown, "risk_based_factor_selection"
		v.Why = what + " are not blocked, but where Duo finds a login risky it asks for stronger methods only, and a scanner looks risky."
	}
	return v
}

func tokenNote(u User) string {
	if len(u.Tokens) > 0 {
		return ""
	}
	return "The account has no token yet: gatepass duo token enrol TARGET"
}

func push(s Sections, u User) Verdict {
	v := method(s, "duo-push", "Pushes", "Somebody has to approve each login on the phone, by hand.")
	if v.State != Blocked && !slices.ContainsFunc(u.Phones, func(p Phone) bool { return slices.Contains(p.Capabilities, "push") }) {
		return Verdict{State: Blocked, Section: SectionAccount, Why: "The account has no phone that takes pushes."}
	}
	return v
}

func remembered(s Sections) Verdict {
	const section = "remembered_devices"
	switch r := s.Remembered; {
	case r == nil:
		return Verdict{State: Unknown, Section: section, Why: "The policy that was read does not tell whether browsers are remembered."}
	case !r.Browser.Enabled:
		return Verdict{State: Blocked, Section: section, Why: "The policy does not let browsers be remembered."}
	default:
		length, by := r.Browser.User, ""
		if r.Browser.Method == "risk-based" {
			length, by = r.Browser.Risk, ", unless its address or the browser changes"
		}
		v := Verdict{State: Open, Why: "The policy lets browsers be remembered."}
		if length.Value > 0 {
			v.Why = fmt.Sprintf("The policy remembers a browser for %d %s%s.", length.Value, length.Units, by)
		}
		return v
	}
}

// notes are what no route is safe from.
func notes(s Sections, c Circumstances) []string {
	if status, _ := c.User.Effective(); status == StatusBypass {
		return nil
	}
	var out []string
	if l := s.Location; l != nil && (l.Default == "deny-access" || len(l.Denied) > 0) {
		out = append(out, "user_location: the policy denies some countries; only Duo knows which one it takes the scanner's address for.")
	}
	if a := s.Anonymous; a != nil && a.Behavior == "deny" {
		out = append(out, "anonymous_networks: the policy denies addresses that Duo counts as anonymous; VPNs, proxies and some clouds are.")
	}
	if b := s.Browsers; b != nil && (b.OutOfDate == "warn-and-block" || len(b.Blocked) > 0) {
		out = append(out, "browsers: the policy blocks some browsers; the scanner's must name itself as an ordinary, current one.")
	}
	if d := s.Desktop; d != nil && len(d.Required) > 0 {
		out = append(out, "duo_desktop: on "+strings.Join(d.Required, ", ")+" the policy wants Duo Desktop to run where the browser runs.")
	}
	return out
}

// isNew reports whether Duo has no device for a user.
func isNew(u User) bool {
	return u.ID == "" || !u.Enrolled && len(u.Phones) == 0 && len(u.Tokens) == 0
}

func through(group string) string {
	if group == "" {
		return ""
	}
	return fmt.Sprintf(" through the group %q", group)
}

// clipList keeps a list to what fits a line.
func clipList(list []string) []string {
	const most = 6
	if len(list) <= most {
		return list
	}
	return append(slices.Clone(list[:most]), fmt.Sprintf("and %d more", len(list)-most))
}
