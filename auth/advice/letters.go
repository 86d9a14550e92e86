package advice

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
)

// The paths in Duo's Admin Panel are those that administrators gave; the section
// and parameter names are the Admin API's own.

const panelNote = "The names in the Admin Panel may differ a little in your edition; the policy section is the one that counts."

func (w *writer) exemption() Letter {
	l := Letter{Subject: "Duo policy for a security scan of " + w.application()}
	l.Sections = append(l.Sections,
		w.facts("We scan this application for security defects. The scanner has to sign in by itself, perhaps hundreds of times, and a push to a phone stops it. I ask for a policy that does not ask this one account for a second factor when it comes from the scanner's address."),
		Section{Title: "How, in the Admin Panel", Steps: []string{
			"Make a group with the test account " + w.account() + " alone (Users, Groups).",
			"Applications, " + w.application() + ", Group policies: a new policy for that group.",
			"In it, Authorized Networks: allow access without 2FA from " + w.addresses() + ". Nothing else in the policy; denying all other networks stays off, or the account cannot sign in from anywhere else.",
			"Requiring users to have enrolled a device may stay on if " + w.account() + " has one; otherwise it has to be off, for this group alone.",
			"Please leave the global policy as it is.",
		}, Text: []string{panelNote}},
		Section{Title: "Or by the Admin API", Text: []string{"A new policy, for that group in this application alone (policies v2, POST /admin/v2/policies). Please do not put the section into a policy that others are under: it would exempt them too."}, Code: w.networks()},
		Section{Title: "Why it is safe enough", Text: []string{
			"It holds for one application, one account and the scanner's address. Everybody else, and this account from everywhere else, is asked as before.",
			"What it costs: from that address the password is all there is. " + w.neighbours(),
		}},
		Section{Title: "How to undo it", Text: []string{"Delete the policy, or take it off the application. Please do so after " + w.until() + "; I shall remind you."}},
		verified("I sign in through the scanner's address with a tool that reports whether Duo asked, and once without a session to be sure that the result means something. From another address it must still ask."),
		watchers("Sign-ins of "+w.account()+" from "+w.addresses()+" will appear in the authentication log with the reason trusted_network, many of them in a row."),
	)
	return w.signed(l)
}

// neighbours says who else comes from the address.
func (w *writer) neighbours() string {
	if w.r.Cloud {
		return "It is a vendor's, and other customers of the vendor come from there too; they would need the password."
	}
	return "It is ours, and everybody behind it comes from there; they would need the password."
}

// networks is the policy's section as the API takes it.
func (w *writer) networks() string {
	addresses := w.r.Addresses
	if len(addresses) == 0 {
		addresses = []string{w.addresses()}
	}
	text, err := json.MarshalIndent(map[string]any{
		"policy_name": "Security scan, " + w.account(),
		"apply_to_groups_in_apps": map[string]any{"apply_group_policies_list": []any{map[string]any{
			"app_integration_key": cmp.Or(w.r.Integration, "[its integration key]"), "group_id_list": []string{"[id of the group]"},
		}}},
		"sections": map[string]any{"authorized_networks": map[string]any{
			"no_2fa_required": map[string]any{"ip_list": addresses, "require_enrollment": true},
		}},
	}, "", "  ")
	if err != nil { // strings and booleans
		panic(err)
	}
	return string(text)
}

func (w *writer) token() Letter {
	l := Letter{Subject: "A hardware token in Duo for the test account " + w.account()}
	l.Sections = append(l.Sections,
		w.facts("We scan this application for security defects. The scanner has to sign in by itself. I ask for a token of one-time codes (TOTP, 6 digits, 30 seconds, SHA-1) to be imported and attached to this one account. The second factor stays in force; the scanner answers it."),
		Section{Title: "How, in the Admin Panel", Steps: []string{
			"Devices, Hardware Tokens, Import: type TOTP 6-digit, with the file of one line that I hand you: serial number, seed in hexadecimal; the step is 30 seconds. It goes to you by a way that is meant for secrets, not by mail.",
			"Users, " + w.account() + ", Hardware Tokens: attach that serial number.",
			"The policy for " + w.application() + " must allow hardware tokens (section authentication_methods).",
		}, Text: []string{panelNote}},
		Section{Title: "Or by the Admin API", Text: []string{
			"With the keys of an Admin API application that has Grant read resource and Grant write resource I do it from here (gatepass duo token enrol), and you need not. It sends POST /admin/v1/tokens (type t6) and POST /admin/v1/users/[user_id]/tokens. Duo's current documentation does not list t6; where a tenant refuses it, the import above remains.",
		}},
		Section{Title: "Why it is safe enough", Text: []string{
			"Nothing is switched off. The seed lives in an encrypted store on the scanner's machine; each code is used once.",
			"The account should have no phone, so that no push is ever sent to anybody.",
		}},
		Section{Title: "How to undo it", Text: []string{"Detach and delete the token. Please do so after " + w.until() + "; I shall remind you."}},
		verified("One sign-in that is challenged and answered with a code, checked against the same request without a session."),
		watchers("Sign-ins of "+w.account()+" will appear with the factor hardware_token, at most one in 30 seconds."),
	)
	return w.signed(l)
}

func (w *writer) bypass() Letter {
	count := "[how many]"
	if w.r.Logins > 0 {
		count = fmt.Sprint(w.r.Logins)
	} else {
		w.or("", "how many")
	}
	l := Letter{Subject: "Bypass codes in Duo for a security scan of " + w.application()}
	l.Sections = append(l.Sections,
		w.facts("We scan this application for security defects. The scanner has to sign in by itself. I ask for bypass codes for this one account: "+count+" uses, good until the end of the scan and no longer."),
		Section{Title: "How, in the Admin Panel", Steps: []string{
			"Users, " + w.account() + ", Bypass Codes, Add Bypass Code: " + w.codeWords() + ", until " + w.until() + ". Fewer codes with more uses do as well, if your panel makes one at a time.",
			"Hand me the codes by a way that is meant for secrets, not by mail.",
			"The policy for " + w.application() + " must not block bypass codes (section authentication_methods).",
		}, Text: []string{panelNote}},
		Section{Title: "Or by the Admin API", Text: []string{
			"POST /admin/v1/users/[user_id]/bypass_codes, at most 10 a call and 100 a user. preserve_existing has to be sent: without it Duo deletes the codes that the account has. valid_secs too: without it they never end. It counts from the call, so add what lies between the call and the first day.",
			"With the keys of an Admin API application that has Grant read resource and Grant write resource I do it from here (gatepass duo bypass issue), and you need not. The codes then go straight into an encrypted store and are shown to nobody.",
		}, Code: w.issue()},
		Section{Title: "Why it is safe enough", Text: []string{
			"For several nights, please issue them for each night anew: a code that is good for days is good for whoever finds it.",
			"A code opens this one account, and only together with its password. Each is recorded as used before it is sent, and none is sent twice.",
		}},
		Section{Title: "How to undo it", Text: []string{"Delete the account's bypass codes. They end by themselves at " + w.until() + "; what is left I report to you."}},
		verified("The first sign-in is checked by itself before the scan begins, and costs one code."),
		watchers("Creating the codes is recorded as bypass_create and may raise an alert. Sign-ins of "+w.account()+" will appear with the factor bypass_code "+w.window()+"."),
	)
	return w.signed(l)
}

// codes are how many codes give as many uses as are asked for, and how many uses each: no
// more codes than one call makes.
func (w *writer) codes() (count, uses string) {
	n := w.r.Logins
	if n <= 0 {
		return "[how many, at most 10]", "1"
	}
	codes := min(n, 10)
	return fmt.Sprint(codes), fmt.Sprint((n + codes - 1) / codes)
}

// codeWords are the same for people.
func (w *writer) codeWords() string {
	count, uses := w.codes()
	switch {
	case count == "1":
		return "one code, good once"
	case uses == "1":
		return count + " codes, each good once"
	}
	return count + " codes, each good " + uses + " times"
}

// issue is the call that makes the codes: as many uses as are asked for, from the
// first day to the last, in calls of ten at most.
func (w *writer) issue() string {
	count, uses := w.codes()
	valid := "[seconds until the scan ends]"
	if d := w.r.Until.Sub(w.r.From); !w.r.From.IsZero() && d > 0 {
		valid = fmt.Sprint(int64(d.Seconds()))
	}
	return "count=" + count + "&reuse_count=" + uses + "&valid_secs=" + valid + "&preserve_existing=true"
}

func (w *writer) device() Letter {
	l := Letter{Subject: "Remembered devices in Duo for a security scan of " + w.application()}
	l.Sections = append(l.Sections,
		w.facts("We scan this application for security defects. I ask that Duo remembers the scanner's browser for this one account: a person passes the second factor once, and the scanner goes on with it."),
		Section{Title: "How, in the Admin Panel", Steps: []string{
			"Make a group with the test account " + w.account() + " alone (Users, Groups).",
			"Applications, " + w.application() + ", Group policies: a new policy for that group.",
			"In it, Remembered Devices: for browser-based applications, for as long as the scans last.",
			"Prefer the setting that counts time (user-based) to the one that weighs risk: the latter asks again when the address changes.",
		}, Text: []string{panelNote}},
		Section{Title: "Or by the Admin API", Text: []string{"Policies v2, section remembered_devices: browser_apps enabled, with its time limit."}},
		Section{Title: "Why it is safe enough", Text: []string{
			"The second factor is passed by a person. What is kept is the trusted browser's own proof, for this account, in an encrypted store.",
			"Where Trusted Endpoints require managed devices, this does not help: a scanner that is not managed stays out, and that is right.",
		}},
		Section{Title: "How to undo it", Text: []string{"Delete the policy after " + w.until() + ", or remove the account's remembered devices."}},
		verified("A second sign-in that is not challenged, from the scanner's own address."),
		watchers("Sign-ins of "+w.account()+" will appear with the factor remembered_device."),
	)
	return w.signed(l)
}

func (w *writer) push() Letter {
	l := Letter{Subject: "Pushes to your phone during a security scan of " + w.application()}
	count := "A push"
	if w.r.Logins > 1 {
		count = fmt.Sprintf("About %d pushes", w.r.Logins)
	}
	l.Sections = append(l.Sections,
		w.facts("We scan this application for security defects, and sign in to it as "+w.account()+". "+count+" will come to your phone, and I ask you to approve: nobody and nothing else can."),
		Section{Title: "What to do", Steps: []string{
			"Approve only while we speak, and only what says " + w.application() + ".",
			"If it shows a number, type the one that I read out to you.",
			"Deny whatever comes at another time, and report it as you would any other day.",
		}},
		watchers("Sign-ins of "+w.account()+" will appear with the factor duo_push "+w.window()+"."),
	)
	return w.signed(l)
}

// foreign asks for a route where the second factor is not Duo's.
func (w *writer) foreign() Letter {
	l := Letter{Subject: "Second factor of the test account " + w.account() + " at " + w.application()}
	ask := "We scan this application for security defects. The scanner has to sign in by itself. "
	how := map[bool][]string{
		true: {
			"Best: let the account have an authenticator app (TOTP), and let me have the seed by a way that is meant for secrets.",
			"Else: do not ask this account for a second factor when it comes from " + w.addresses() + ".",
		},
		false: {
			"Best: do not ask this account for a second factor when it comes from " + w.addresses() + ".",
			"Else: let the account have an authenticator app (TOTP), and let me have the seed by a way that is meant for secrets.",
		},
	}[w.r.Route == "otp"]
	l.Sections = append(l.Sections,
		w.facts(ask+"I ask for a second factor that a machine can answer, or for none, for this one account."),
		Section{Title: "What would do", Steps: how},
		Section{Title: "Why it is safe enough", Text: []string{"It holds for one test account, from one address, for the days of the scan. The password is still asked for."}},
		Section{Title: "How to undo it", Text: []string{"Put the account back as it was after " + w.until() + "; I shall remind you."}},
		verified("One sign-in, checked against the same request without a session."),
		watchers("Many sign-ins of "+w.account()+" from "+w.addresses()+" "+w.window()+"."),
	)
	return w.signed(l)
}

// watchers is the notice for those who watch alerts.
func watchers(what string) Section {
	return Section{Title: "For those who watch the alerts", Text: []string{
		"Please pass this on to the people who would be woken: " + strings.TrimSpace(what) + " Anything else about this account is not us.",
	}}
}
