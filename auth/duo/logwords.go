package duo

import (
	"fmt"
	"strings"
)

// factors puts the log's factors into words, as in "signed in with …".
var factors = map[string]string{
	"duo_push":                     "a Duo push",
	"phone_call":                   "a phone call",
	"u2f_token":                    "a U2F security key",
	"hardware_token":               "a code of a hardware token, which an enrolled seed counts as",
	"bypass_code":                  "a bypass code",
	"sms_passcode":                 "a code from a text message",
	"sms_refresh":                  "a request for new codes by text message",
	"duo_mobile_passcode":          "a code of Duo Mobile",
	"yubikey_code":                 "a YubiKey's code",
	"passcode":                     "a passcode",
	"digipass_go_7_token":          "a Digipass GO 7 token",
	"WebAuthn Security Key":        "a security key",
	"WebAuthn Chrome Touch ID":     "Touch ID in Chrome",
	"WebAuthn Credential":          "a passkey",
	"not_available":                "no second factor",
	"remembered_device":            "a remembered device",
	"trusted_network":              "an address that needs no second factor",
	"trusted_mobile_authenticator": "a trusted phone",
}

// reason is one of the log's reasons: a sentence, and what to do where something can
// be done.
type reason struct{ text, todo string }

var reasons = map[string]reason{
	// let in
	"allow_unenrolled_user":                    {"The user has no device, and the policy lets such users in.", ""},
	"bypass_user":                              {"The account was let in without a second factor, or with a bypass code: Duo uses this word for both. The factor tells which.", ""},
	"trusted_network":                          {"The address is exempt: the policy asks for no second factor from it.", ""},
	"remembered_device":                        {"The device was trusted earlier and was not asked again.", ""},
	"trusted_location":                         {"The place is exempt: the policy asks for no second factor from it.", ""},
	"user_approved":                            {"Somebody approved the request on the phone.", ""},
	"valid_passcode":                           {"The passcode was right.", ""},
	"allowed_by_policy":                        {"The policy lets this login in.", ""},
	"allow_unenrolled_user_on_trusted_network": {"The address is exempt, for users without a device too.", ""},
	// turned away
	"user_marked_fraud":                 {"Somebody marked the request as fraud on the phone.", "Tell the people who watch Duo's alerts that a scan is running, and use an account without a phone."},
	"deny_unenrolled_user":              {"The user has no device, and the policy turns such users away.", "Enrol a token: gatepass duo token enrol TARGET"},
	"error":                             {"Duo had a problem of its own.", "Try again in a minute."},
	"locked_out":                        {"The account is locked out after too many refusals.", "Ask an administrator to set its status to active, and find out what was refused before."},
	"user_disabled":                     {"The account is disabled.", "Ask an administrator to set its status to active."},
	"user_cancelled":                    {"The request was cancelled in the prompt.", ""},
	"invalid_passcode":                  {"The passcode was wrong, used before, or expired.", "Look at this machine's clock: gatepass duo check. A code is good for one login."},
	"no_response":                       {"Nobody answered the push in time.", "Use a route that needs nobody, or be at the phone."},
	"no_keys_pressed":                   {"The call was answered and no key was pressed.", ""},
	"call_timed_out":                    {"The call was not answered.", ""},
	"location_restricted":               {"The policy turns this place away.", "Ask for an exception for the scanner's address, or scan from another place."},
	"factor_restricted":                 {"The policy blocks this method.", "See which are open: gatepass duo policy TARGET"},
	"platform_restricted":               {"The policy does not take this operating system; a browser without a window may name one that is odd.", "Let the scanner's browser name itself as an ordinary, current one."},
	"version_restricted":                {"The policy does not take this version of the operating system.", "Let the scanner's browser name itself as an ordinary, current one."},
	"rooted_device":                     {"The phone is rooted or jailbroken.", ""},
	"no_screen_lock":                    {"The phone has no screen lock.", ""},
	"touch_id_disabled":                 {"The phone has no fingerprint set up.", ""},
	"no_disk_encryption":                {"The phone's storage is not encrypted.", ""},
	"anonymous_ip":                      {"Duo counts the address as anonymous, as it does VPNs, proxies and some clouds.", "Scan from another address, or ask for an exception for this one."},
	"out_of_date":                       {"The browser or the operating system names itself as out of date.", "Let the scanner's browser name itself as a current one."},
	"denied_by_policy":                  {"The policy turns this login away.", "See by which section: gatepass duo policy TARGET"},
	"software_restricted":               {"The policy does not take this software.", ""},
	"no_duo_certificate_present":        {"The machine has no Duo certificate.", todoEndpoint},
	"user_provided_invalid_certificate": {"The machine's certificate is not valid.", todoEndpoint},
	"could_not_determine_if_endpoint_was_trusted":     {"Duo could not find out whether the machine is a trusted endpoint.", todoEndpoint},
	"invalid_management_certificate_collection_state": {"Duo could not read whether the machine is managed.", todoEndpoint},
	"endpoint_is_not_trusted":                         {"The machine is no trusted endpoint.", todoEndpoint},
	"endpoint_is_not_in_management_system":            {"The machine is not in the management system that the policy asks for.", todoEndpoint},
	"endpoint_failed_google_verification":             {"Google did not vouch for the machine.", todoEndpoint},
	"no_referring_hostname_provided":                  {"The application did not say where the login came from.", todoReferer},
	"invalid_referring_hostname_provided":             {"The login came from a host that Duo does not take for the application.", todoReferer},
	"no_web_referer_match":                            {"The login came from a host that is not on the application's list.", todoReferer},
	"invalid_device":                                  {"The device is not one of the account's.", ""},
	"anomalous_push":                                  {"Duo found the push out of the ordinary and turned it away.", "Use a route without a push."},
	"no_activated_duo_mobile_account":                 {"Duo Mobile is not set up on the phone.", ""},
	"user_not_in_permitted_group":                     {"The user is in none of the groups that the application is open to.", "Ask an administrator to add the account to one."},
	"denied_network":                                  {"The policy turns this address away.", "Ask for an exception for the scanner's address."},
}

const (
	todoEndpoint = "Only a machine with Duo Desktop installed and enrolled can be one: ask for a policy without that for the scanner's account."
	todoReferer  = "Ask an administrator to look at the application's allowed hostnames."
)

// Sentence says what an entry tells: who was let in or turned away, with what, why.
func (e Entry) Sentence() string {
	what := "Turned away"
	switch e.Result {
	case "success":
		what = "Let in"
	case "fraud":
		what = "Reported as fraud"
	}
	if e.Event == "enrollment" {
		what = "Enrolled a device"
	}
	text := reasons[e.Reason].text
	if text == "" {
		text = fmt.Sprintf("Duo's word for why is %q, which this version does not know.", clip(e.Reason))
	}
	return fmt.Sprintf("%s with %s. %s", what, e.with(), text)
}

// with names the factor. In the log the factor tells a bypass code from a status of
// bypass; the reason does not.
func (e Entry) with() string {
	words, known := factors[e.Factor]
	switch {
	case known:
		return words
	case e.Factor == "":
		return "no second factor"
	}
	return fmt.Sprintf("the factor %q", clip(strings.TrimSpace(e.Factor)))
}

// Remedy says what to do about an entry, "" where nothing can be done.
func (e Entry) Remedy() string {
	if e.Result == "success" {
		return ""
	}
	return reasons[e.Reason].todo
}

// Refused reports whether it counts against the account.
func (e Entry) Refused() bool { return e.Result != "success" }
