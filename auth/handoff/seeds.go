package handoff

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gatepass/auth/otp"
)

// limits are the seeds that a scanner can express. An empty list allows all.
type limits struct {
	types      []otp.Type
	algorithms []otp.Algorithm
	digits     []int
	periods    []time.Duration
}

// seedLimits says for each scanner that gives codes by itself which seeds it can be
// told. Sources: ZAP's authhelper reads secret, period, digits and algorithm of TOTP;
// the OTP dialog of Invicti and Acunetix has type, digit, period and algorithm; GitLab
// has one variable for the seed and none for the rest; Burp finds a code by its six
// typed digits and asks for the rest; AppScan reads digits from an address.
var seedLimits = map[string]limits{
	"zap":      {types: []otp.Type{otp.TOTP}},
	"invicti":  {types: []otp.Type{otp.TOTP, otp.HOTP}},
	"acunetix": {types: []otp.Type{otp.TOTP, otp.HOTP}},
	"burp":     {types: []otp.Type{otp.TOTP}, digits: []int{6}},
	"gitlab":   {types: []otp.Type{otp.TOTP}, algorithms: []otp.Algorithm{otp.SHA1}, digits: []int{6}, periods: []time.Duration{30 * time.Second}},
	"appscan":  {types: []otp.Type{otp.TOTP, otp.HOTP}},
}

// seedReasons says why a scanner cannot give this seed's codes.
func seedReasons(scanner string, k *Key) []string {
	l, known := seedLimits[scanner]
	if k == nil || !known {
		return nil
	}
	var reasons []string
	add := func(format string, args ...any) { reasons = append(reasons, fmt.Sprintf(format, args...)) }
	if len(l.types) > 0 && !slices.Contains(l.types, k.Type) {
		return []string{fmt.Sprintf("The seed is %s, and this scanner gives %s only.", kindOfSeed(k.Type), kindsOfSeed(l.types))}
	}
	if len(l.algorithms) > 0 && !slices.Contains(l.algorithms, k.Algorithm) {
		add("The seed's algorithm is %s, and this scanner assumes %s.", k.Algorithm, l.algorithms[0])
	}
	if len(l.digits) > 0 && !slices.Contains(l.digits, k.Digits) {
		add("The seed gives codes of %d digits, and this scanner assumes %d.", k.Digits, l.digits[0])
	}
	if len(l.periods) > 0 && !slices.Contains(l.periods, k.Period) {
		add("The seed's period is %s, and this scanner assumes %s.", inSeconds(k.Period), inSeconds(l.periods[0]))
	}
	return reasons
}

func inSeconds(d time.Duration) string { return fmt.Sprintf("%d s", int(d.Seconds())) }

func kindOfSeed(t otp.Type) string {
	switch t {
	case otp.TOTP:
		return "a time-based one (TOTP)"
	case otp.HOTP:
		return "a counter (HOTP)"
	}
	return "Steam's"
}

func kindsOfSeed(types []otp.Type) string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = strings.ToUpper(string(t))
	}
	return strings.Join(names, " and ")
}
