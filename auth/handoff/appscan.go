package handoff

import (
	"fmt"
	"strconv"
	"strings"

	"gatepass/auth/otp"
)

// appscan is HCL AppScan. It is the one scanner that fetches a code from an address,
// so the seed stays where it is.
type appscan struct{}

func (appscan) Name() string  { return "appscan" }
func (appscan) Title() string { return "HCL AppScan" }

func (appscan) Variants() []Variant {
	return []Variant{
		{Name: "url", Title: "a checklist: AppScan takes each code from gatepass serve", SignsIn: true, FromBroker: true},
		{Name: "totp", Title: "a checklist: AppScan is given the seed", SignsIn: true, Secrets: Inline},
	}
}

func (appscan) refuse(variant string, v *view) []string {
	reasons := seedReasons("appscan", v.in.Key)
	if variant == "totp" && v.in.Key != nil && v.in.Key.Type == otp.HOTP {
		reasons = append(reasons, "The seed is a counter (HOTP), and AppScan is given time-based ones only. The variant url can.")
	}
	if !v.otp() {
		reasons = append(reasons, "No code is asked for on this route, so there is nothing for AppScan's one-time password.")
	}
	return reasons
}

func (a appscan) write(variant string, v *view) (draft, error) {
	d := draft{steps: []Step{{Do: "Configuration, Login Management: record the login with the Chromium browser; Login playback: Action-based"}}}
	add := func(do, value string) { d.steps = append(d.steps, Step{Do: do, Value: value}) }
	add("Login page", v.loginURL())
	add("User name", v.in.Target.Username)
	if variant == "url" {
		add("One-time password: URL-generated OTP, URL", v.broker()+"/code?format=text")
		add("Regular expression", fmt.Sprintf(`(\d{%d})`, v.digits()))
		token := v.base + ".token"
		add("If it asks for the address' credentials: the password is the token, which stands in "+token+"; the user name", "gatepass")
		if with, found := strings.CutPrefix(v.broker(), "http://"); found {
			add("If it does not ask: the address with the token for TOKEN", "http://gatepass:TOKEN@"+with+"/code?format=text")
		}
		d.run = []string{"gatepass serve " + shell(v.in.Target.Name) + " --token-file " + shell(token), "Start the scan in AppScan, on the same machine."}
	} else {
		d.steps = append(d.steps, secretStep("One-time password: TOTP, secret key", v.in.Options.Inline, true, "the seed in base32"))
		add("Digits", strconv.Itoa(v.digits()))
		add("Period", strconv.Itoa(int(v.in.Key.Period.Seconds())))
		add("Algorithm", string(v.in.Key.Algorithm))
		d.run = []string{"Start the scan in AppScan."}
	}
	if code := v.way.code; code != nil && code.At.Name != "" {
		add("OTP HTTP-parameters, if it did not find it", code.At.Name)
	}
	if n := v.boxes(); n > 1 {
		d.steps = append(d.steps, Step{Do: fmt.Sprintf("This login has %d boxes for the code, a digit each, and it is not documented that AppScan fills such: record the login with the code typed box by box, and go on only if Validate passes", n)})
	}
	for _, address := range v.logout {
		add("Exclude paths: add", address)
	}
	for _, host := range v.outside {
		add("Leave out of the scope this host, which only the login meets", host)
	}
	add("In-session detection: the page must contain "+v.proofText(), v.proofURL())
	d.check = append([]string{"Login Management, Validate: the in-session pattern must hold after the replay."}, v.see()...)
	d.silent = []string{
		"Only one kind of one-time password is used in a scan, and only with action-based playback: request-based playback goes on without it.",
		"Without an in-session pattern that fails when signed out, AppScan does not notice that it was.",
	}
	return d, nil
}

func (v *view) digits() int {
	if v.in.Key == nil {
		return 6
	}
	return v.in.Key.Digits
}
