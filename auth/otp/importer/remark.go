package importer

import (
	"regexp"
	"strings"

	"gatepass/auth/otp"
)

// What people write behind a secret, in words: "(SHA1, 6 digits, 30 seconds)". It is
// read wherever it stands, for a parameter that is passed over makes wrong codes.

var (
	saidAlgorithm = regexp.MustCompile(`(?i)\b(?:hmac[-_ ]?)?(?:sha[-_ ]?\d[\d/-]*|md5)\b`)
	saidDigits    = regexp.MustCompile(`(?i)\b(\d{1,2})[- ]?digits?\b|\bdigits?[:= ]+(\d{1,2})\b`)
	saidPeriod    = regexp.MustCompile(`(?i)\b(\d{1,5})[- ]?(?:s|secs?|seconds?)\b|\b(?:period|interval|time ?step)[:= ]+(\d{1,5})\b`)
	saidCounter   = regexp.MustCompile(`(?i)\bcounter[:= ]+(?:is )?(\d{1,18})\b`)
	saidCounting  = regexp.MustCompile(`(?i)\bhotp\b|\b(?:counter|event)[- ]?based\b`)
	saidTimed     = regexp.MustCompile(`(?i)\btotp\b|\btime[- ]?based\b`)
)

// said takes the parameters out of a remark; all reports whether it says nothing else.
func (f *fields) said(remark string) (all bool) {
	left := remark
	take := func(re *regexp.Regexp) (value string, found bool) {
		at := re.FindStringSubmatch(left)
		if at == nil {
			return "", false
		}
		left = strings.Replace(left, at[0], "", 1)
		return strings.Join(at[1:], ""), true
	}
	if name := saidAlgorithm.FindString(left); name != "" {
		f.algorithm = name
		left = strings.Replace(left, name, "", 1)
	}
	for _, number := range []struct {
		re *regexp.Regexp
		to *number
	}{{saidDigits, &f.digits}, {saidPeriod, &f.period}, {saidCounter, &f.counter}} {
		if value, found := take(number.re); found {
			*number.to = numberOf(value)
		}
	}
	switch _, counting := take(saidCounting); {
	case counting, f.counter.given:
		f.typ = string(otp.HOTP)
	default:
		take(saidTimed)
	}
	return left != remark && strings.Trim(left, " ()[]{},;/|+.-") == ""
}

// seedWithRemark reads a line whose secret has a remark behind it: in brackets
// whatever it says, behind a comma only if it says nothing but parameters.
func seedWithRemark(line string) (seedLine, bool) {
	const brackets, commas = "([{", ",;"
	for from := 0; ; {
		at := strings.IndexAny(line[from:], brackets+commas)
		if at < 0 {
			return seedLine{}, false
		}
		at += from
		from = at + 1
		found, ok := cutNamedSeed(strings.TrimSpace(line[:at]))
		if !ok {
			continue
		}
		all := found.said(line[at:])
		if !all && strings.IndexByte(brackets, line[at]) < 0 {
			return seedLine{}, false
		}
		return found, true
	}
}
