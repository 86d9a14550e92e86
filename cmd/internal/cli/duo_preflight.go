package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/duo"
	"gatepass/auth/login"
	"gatepass/store"
)

// preauthOutput is what duo preauth --json promises.
type preauthOutput struct {
	Username string         `json:"username"`
	IP       *string        `json:"ip"`
	Result   string         `json:"result"` // "allow", "auth", "deny" or "enroll"
	Message  string         `json:"status_msg"`
	Sentence string         `json:"sentence"`
	Caveats  []string       `json:"caveats"`
	Devices  []deviceOutput `json:"devices"`
}

type deviceOutput struct {
	ID           string   `json:"device"`
	Type         string   `json:"type"`
	Name         string   `json:"name"`
	Number       *string  `json:"number"`
	Capabilities []string `json:"capabilities"`
}

func preauthJSON(p auth.DuoPreauth) preauthOutput {
	out := preauthOutput{Username: p.Username, IP: orNull(p.IP), Result: p.Result, Message: p.Message, Sentence: p.Sentence, Caveats: list(p.Caveats), Devices: []deviceOutput{}}
	for _, d := range p.Devices {
		out.Devices = append(out.Devices, deviceOutput{d.ID, d.Type, d.Name, orNull(d.Number), list(d.Capabilities)})
	}
	return out
}

func (a *app) duoPreauthCommand(o *duoFlags) *cobra.Command {
	var ip string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "preauth TARGET",
		Short: "Ask what Duo would do with a target's account: let in, ask, deny, enrol",
		Long: `Asks Duo what it would do with a target's account. Nothing is spent and no push is
sent. The answer is by the policy of the Auth API application; gatepass duo policy reads
that of the target's own.`,
		Example:           `  gatepass duo preauth shop --ip 203.0.113.10`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			p, err := gate.DuoPreauth(cmd.Context(), name, ip, a.duoWaits)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(preauthJSON(p))
			}
			return a.print("%s", preauthText(p))
		}),
	}
	cmd.Flags().StringVar(&ip, "ip", "", "the address that the scanner has for Duo")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

func preauthText(p auth.DuoPreauth) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", p.Sentence)
	for _, d := range p.Devices {
		fmt.Fprintf(&b, "  %s %s", d.Type, d.Name)
		if d.Number != "" {
			fmt.Fprintf(&b, " (%s)", d.Number)
		}
		if len(d.Capabilities) > 0 {
			fmt.Fprintf(&b, ": %s", strings.Join(d.Capabilities, ", "))
		}
		b.WriteString("\n")
	}
	for _, c := range p.Caveats {
		fmt.Fprintf(&b, "  note: %s\n", c)
	}
	return b.String()
}

// policyOutput is what duo policy --json promises.
type policyOutput struct {
	Application string          `json:"application"`
	Username    string          `json:"username"`
	IP          *string         `json:"ip"`
	Routes      []verdictOutput `json:"routes"`
}

type verdictOutput struct {
	Route   store.Route `json:"route"`
	State   duo.State   `json:"state"`   // "allowed", "blocked" or "unknown"
	Section *string     `json:"section"` // of the policy, or "account"
	Why     string      `json:"why"`
	Notes   []string    `json:"notes"`
}

func policyJSON(p auth.DuoPolicy) policyOutput {
	out := policyOutput{Application: p.Application, Username: p.Username, IP: orNull(p.IP), Routes: []verdictOutput{}}
	for _, v := range p.Verdicts {
		out.Routes = append(out.Routes, verdictOutput{v.Route, v.State, orNull(v.Section), v.Why, list(v.Notes)})
	}
	return out
}

func (a *app) duoPolicyCommand(o *duoFlags) *cobra.Command {
	var ip string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "policy TARGET",
		Short: "Read the policy that applies to a target's account, and say which routes it lets through",
		Long: `Reads the effective policy for a target's account in the target's own application,
after group, application and global policies were laid over each other, and says of every
route whether it is allowed, blocked by which section, or unknown.`,
		Example:           `  gatepass duo policy shop --ip 203.0.113.10`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			p, err := gate.DuoPolicy(cmd.Context(), name, ip, a.duoWaits)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(policyJSON(p))
			}
			return a.print("%s", policyText(p))
		}),
	}
	cmd.Flags().StringVar(&ip, "ip", "", "the address that the scanner has for Duo")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

func policyText(p auth.DuoPolicy) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s in the application %s", p.Username, p.Application)
	if p.IP != "" {
		fmt.Fprintf(&b, ", from %s", p.IP)
	}
	b.WriteString("\n")
	var notes []string
	for i, v := range p.Verdicts {
		by := ""
		if v.Section != "" {
			by = " by " + v.Section
		}
		fmt.Fprintf(&b, " %s %-15s %s%s\n", duoMark(string(v.State)), v.Route, v.State, by)
		if next := i + 1; next == len(p.Verdicts) || p.Verdicts[next].Why != v.Why { // one reason for several routes is said once
			fmt.Fprintf(&b, "   %s\n", v.Why)
		}
		for _, n := range v.Notes {
			if !strings.Contains(strings.Join(notes, "\n"), n) {
				notes = append(notes, n)
			}
		}
	}
	for _, n := range notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	return b.String()
}

// exemptOutput is what duo exempt --json promises.
type exemptOutput struct {
	Holds     bool           `json:"holds"`
	Alarm     *string        `json:"alarm"` // why nobody would be asked from anywhere; null: that is not so
	Policy    *verdictOutput `json:"policy"`
	Preauth   *preauthOutput `json:"preauth"`
	Login     *resultOutput  `json:"login"`
	Problems  []string       `json:"problems"`
	Sentences []string       `json:"sentences"`
}

func (a *app) duoExemptCommand(o *duoFlags) *cobra.Command {
	var ip string
	var asJSON bool
	var v auth.VerifyOptions
	cmd := &cobra.Command{
		Use:   "exempt TARGET",
		Short: "See whether an exemption holds: by the policy, by preauth, and by a real login",
		Long: `Asks the same question three times, side by side: does the policy of the target's
application exempt the account from this address; what would Duo do, by the policy of the
Auth API application; and is a real login asked for a second factor. Only the login
decides. It is made from here, or with --proxy from where the scanner goes out; it stops
where a second factor is asked for and spends nothing, whatever the target's route is.

It ends with 0 if the login was proven and nothing was asked for, with 3 if something was
or the login was refused, and with 1 if it could not be found out. It ends with 1 and an alarm, too, if nobody would
be asked from anywhere, by the account's status or a policy that is too wide: that is no
exemption of a scanner.`,
		Example:           `  gatepass duo exempt shop --ip 203.0.113.10`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			wait := waits{say: a.say}
			e, err := gate.DuoExempt(cmd.Context(), name, ip, v, a.duoWaits, wait.event)
			if err != nil {
				return err
			}
			if asJSON {
				err = a.printJSON(exemptJSON(e, a.now()))
			} else {
				err = a.print("%s", exemptText(e))
			}
			return errors.Join(err, exemptStatus(e))
		}),
	}
	f := cmd.Flags()
	f.StringVar(&ip, "ip", "", "the address that the scanner has for Duo")
	f.StringVar(&v.Proxy, "proxy", "", "sign in through this proxy (http://HOST:PORT, socks5://HOST:PORT)")
	f.StringVar(&v.Driver, "driver", "", "how to sign in: auto, http or browser")
	f.DurationVar(&v.Timeout, "timeout", auth.DefaultTimeout, "how long the pages may take")
	f.BoolVar(&asJSON, "json", false, "print a JSON object")
	must(cmd.RegisterFlagCompletionFunc("driver", oneOf("auto", "http", "browser")))
	return cmd
}

func exemptStatus(e auth.DuoExemption) error {
	switch {
	case e.Holds:
		return nil
	case e.Login.MFA.Challenged, e.Login.Verdict == login.Refused:
		return status(exitRefused)
	case e.Login.Verdict == "":
		return e.LoginErr
	}
	return status(exitFailed)
}

func exemptJSON(e auth.DuoExemption, now time.Time) exemptOutput {
	out := exemptOutput{Holds: e.Holds, Alarm: orNull(e.Alarm), Problems: []string{}, Sentences: list(e.Sentences)}
	if e.PolicyErr == nil {
		v := e.Policy
		out.Policy = &verdictOutput{v.Route, v.State, orNull(v.Section), v.Why, list(v.Notes)}
	}
	if e.PreauthErr == nil {
		p := preauthJSON(e.Preauth)
		out.Preauth = &p
	}
	if e.Login.Verdict != "" {
		r := resultJSON(e.Login, now)
		out.Login = &r
	}
	for _, err := range []error{e.PolicyErr, e.PreauthErr, e.LoginErr} {
		if err != nil {
			out.Problems = append(out.Problems, err.Error())
		}
	}
	return out
}

func exemptText(e auth.DuoExemption) string {
	var b strings.Builder
	line := func(state, what, text string) { fmt.Fprintf(&b, " %s %-8s %s\n", duoMark(state), what, text) }
	unknown := func(what string, err error) {
		line("unknown", what, err.Error())
		for _, hint := range store.Hints(err) {
			fmt.Fprintf(&b, "   → %s\n", hint)
		}
	}
	if e.PolicyErr != nil {
		unknown("policy", e.PolicyErr)
	} else {
		line(wary(e, e.Policy.State == duo.Open, string(e.Policy.State)), "policy", e.Policy.Why)
	}
	if e.PreauthErr != nil {
		unknown("preauth", e.PreauthErr)
	} else {
		state := "failed"
		if e.Preauth.Result == duo.PreauthAllow {
			state = "ok"
		}
		line(wary(e, state == "ok", state), "preauth", e.Preauth.Sentence+" (By the Auth API application's policy.)")
	}
	switch r := e.Login; {
	case r.Verdict == "":
		unknown("login", e.LoginErr)
	case r.OK() && !r.MFA.Challenged:
		line(wary(e, true, "ok"), "login", "Signed in and proven; no second factor was asked for.")
	case r.MFA.Challenged:
		line("failed", "login", "A second factor was asked for.")
	default:
		text := string(r.Verdict)
		if d := r.Diagnosis; d != nil {
			text += ": " + d.Title
		}
		line("failed", "login", text)
	}
	for _, s := range e.Sentences {
		fmt.Fprintf(&b, "%s\n", s)
	}
	return b.String()
}

// wary is how a yes looks where it is one to everybody.
func wary(e auth.DuoExemption, yes bool, state string) string {
	if yes && e.Alarm != "" {
		return "warning"
	}
	return state
}

// statusOutput is what duo status --json promises.
type statusOutput struct {
	Tenant    string          `json:"tenant"`
	Username  string          `json:"username"`
	Account   *accountOutput  `json:"account"`
	Policy    *policyOutput   `json:"policy"`
	Preauth   *preauthOutput  `json:"preauth"`
	Bypass    duoBypassOutput `json:"bypass"`
	Device    *trustOutput    `json:"device"` // null: none is kept
	Problems  []string        `json:"problems"`
	Errors    []problemOutput `json:"errors"` // the same, each with its part and what to do
	Sentences []string        `json:"sentences"`
}

type problemOutput struct {
	Part  string   `json:"part"` // "account", "policy", "preauth" or "bypass codes"
	Error string   `json:"error"`
	Hints []string `json:"hints"`
}

type accountOutput struct {
	UserID    string   `json:"user_id"`
	Status    string   `json:"status"`
	Group     *string  `json:"group"` // that the status comes from
	Enrolled  bool     `json:"enrolled"`
	LastLogin *string  `json:"last_login"`
	Phones    []string `json:"phones"`
	Tokens    []string `json:"tokens"` // serial numbers
}

func (a *app) duoStatusCommand(o *duoFlags) *cobra.Command {
	var ip string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status TARGET",
		Short: "Show a target's account at Duo: status, devices, routes, bypass codes, what to revoke",
		Long: `Shows a target's account at Duo: its status and devices, what preauth and the policy
say of it, its bypass codes, the trusted device, and what to know before a scan. What could
not be read is told beside the rest; it ends with 1 if Duo told nothing at all.`,
		Example:           `  gatepass duo status shop`,
		Args:              exactArgs("a target's name"),
		ValidArgsFunction: a.completeTargets,
		RunE: a.onDuo(o, func(cmd *cobra.Command, gate *auth.Gate, name string) error {
			s, err := gate.DuoStatus(cmd.Context(), name, ip, a.duoWaits)
			if err != nil {
				return err
			}
			if asJSON {
				err = a.printJSON(statusJSON(s, name, a.now()))
			} else {
				err = a.print("%s", statusText(s, a.now()))
			}
			if err == nil && !s.Told() {
				err = status(exitFailed)
			}
			return err
		}),
	}
	cmd.Flags().StringVar(&ip, "ip", "", "the address that the scanner has for Duo")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	return cmd
}

func accountJSON(u duo.User) *accountOutput {
	status, group := u.Effective()
	out := &accountOutput{UserID: u.ID, Status: status, Group: orNull(group), Enrolled: u.Enrolled, LastLogin: stampOrNull(u.LastSeen()), Phones: []string{}, Tokens: []string{}}
	for _, p := range u.Phones {
		out.Phones = append(out.Phones, strings.TrimSpace(p.Name+" "+p.Number))
	}
	for _, t := range u.Tokens {
		out.Tokens = append(out.Tokens, t.Serial)
	}
	return out
}

func statusJSON(s auth.DuoStatus, target string, now time.Time) statusOutput {
	out := statusOutput{Tenant: s.Tenant, Username: s.Username, Bypass: duoBypassJSON(s.Bypass), Device: trustJSON(s.Device, target, now), Problems: []string{}, Errors: []problemOutput{}, Sentences: list(s.Sentences)}
	if s.UserErr == nil {
		out.Account = accountJSON(s.User)
	}
	if s.PolicyErr == nil {
		p := policyJSON(s.Policy)
		out.Policy = &p
	}
	if s.PreauthErr == nil {
		p := preauthJSON(s.Preauth)
		out.Preauth = &p
	}
	for _, p := range s.Problems() {
		out.Problems = append(out.Problems, p.Err.Error())
		out.Errors = append(out.Errors, problemOutput{p.Part, p.Err.Error(), list(store.Hints(p.Err))})
	}
	return out
}

func statusText(s auth.DuoStatus, now time.Time) string {
	var b strings.Builder
	said := map[string]bool{}
	problem := func(what string, err error) {
		if said[err.Error()] {
			fmt.Fprintf(&b, "%s: not read, for the same reason\n", what)
			return
		}
		said[err.Error()] = true
		fmt.Fprintf(&b, "%s: %s\n", what, err)
		for _, hint := range store.Hints(err) {
			fmt.Fprintf(&b, "  → %s\n", hint)
		}
	}
	fmt.Fprintf(&b, "%s in the tenant %s\n", s.Username, s.Tenant)
	if s.UserErr != nil {
		problem("account", s.UserErr)
	} else {
		u := accountJSON(s.User)
		fmt.Fprintf(&b, "account: %s; phones: %s; tokens: %s\n", u.Status, dash(strings.Join(u.Phones, ", ")), dash(strings.Join(u.Tokens, ", ")))
	}
	if s.PreauthErr != nil {
		problem("preauth", s.PreauthErr)
	} else {
		fmt.Fprintf(&b, "preauth: %s\n", s.Preauth.Sentence)
	}
	if s.PolicyErr != nil {
		problem("policy", s.PolicyErr)
	} else {
		b.WriteString(policyText(s.Policy))
	}
	b.WriteString(bypassSummary(s.Bypass, now) + "\n")
	for _, sentence := range s.Sentences {
		fmt.Fprintf(&b, "%s\n", sentence)
	}
	return b.String()
}
