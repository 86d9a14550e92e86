package otp

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	noteNoCounter = "The link gives no counter, so counting starts at 0."
	noteIssuers   = "The label and the issuer parameter name different issuers; the parameter was taken."
)

// readLink reads what follows otpauth:// in a link: TYPE/LABEL?PARAMETERS. It
// does not use net/url, which takes a raw '#' in a label for the link's end,
// refuses a raw '%', and loses parameters divided by ';'.
func readLink(rest string) (Params, []string, error) {
	head, tail := cutQuery(rest)
	host, label, _ := strings.Cut(head, "/")
	q, err := readQuery(tail)
	if err != nil {
		return Params{}, nil, err
	}
	p, err := readParams(host, q)
	if err != nil {
		return Params{}, nil, err
	}
	var notes []string
	prefix, account := splitLabel(label)
	p.Account = account
	p.Issuer = cleanName(q["issuer"])
	switch {
	case p.Issuer == "":
		p.Issuer = prefix
	case prefix != "" && !strings.EqualFold(strings.ReplaceAll(prefix, "+", " "), p.Issuer):
		notes = append(notes, noteIssuers)
	}
	if p.Type == HOTP && q["counter"] == "" {
		notes = append(notes, noteNoCounter)
	}
	return p, notes, nil
}

// readParams reads all but the names.
func readParams(host string, q query) (Params, error) {
	var p Params
	var err error
	if p.Type, err = readType(host, q["encoder"]); err != nil {
		return Params{}, err
	}
	if p.Seed, err = decodeSecret(q["secret"]); err != nil {
		return Params{}, err
	}
	if p.Algorithm, err = readAlgorithm(q["algorithm"]); err != nil {
		return Params{}, err
	}
	digits, given, ok := q.number("digits", MinDigits, MaxDigits)
	if !ok {
		return Params{}, refuseDigits()
	}
	if given {
		p.Digits = int(digits)
	}
	if p.Type == HOTP {
		if p.Counter, _, ok = q.number("counter", 0, MaxCounter); !ok {
			return Params{}, refuseCounter()
		}
		return p, nil
	}
	seconds, given, ok := q.number("period", 1, uint64(MaxPeriod/time.Second))
	if !ok {
		return Params{}, refusePeriod()
	}
	if given {
		p.Period = time.Duration(seconds) * time.Second
	}
	return p, nil
}

// readType reads the link's type; encoder=steam on a timed key, as KeePassXC and
// pquerna/otp write it, says Steam too.
func readType(host, encoder string) (Type, error) {
	t := Type(strings.ToLower(strings.Join(strings.Fields(host), "")))
	switch t {
	case TOTP, HOTP, Steam:
	case "":
		return "", refuse("type", "the link does not say totp, hotp or steam")
	case "yaotp":
		return "", refuse("type", "this is a Yandex key, which works by other rules",
			"Use an authenticator that the application offers for TOTP.")
	default:
		return "", refuse("type", "it is not totp, hotp or steam")
	}
	switch {
	case encoder == "":
		return t, nil
	case strings.EqualFold(encoder, string(Steam)) && t != HOTP:
		return Steam, nil
	}
	// Another alphabet would give codes that look right and are not.
	return "", refuse("encoder", "it is unknown for this type of key")
}

var algorithmDividers = strings.NewReplacer("-", "", "_", "", " ", "")

// readAlgorithm reads the spellings that are in use: "SHA-256", "HmacSHA256",
// "Algorithm.sha256". None at all means SHA1.
func readAlgorithm(s string) (Algorithm, error) {
	name := strings.ToUpper(strings.TrimSpace(s))
	name = strings.TrimPrefix(name, "ALGORITHM.")
	name = strings.TrimPrefix(name, "HMAC")
	name = algorithmDividers.Replace(name)
	switch a := Algorithm(name); a {
	case "", SHA1, SHA256, SHA512:
		if name == "" && s != "" {
			return "", refuseAlgorithm()
		}
		return a, nil
	}
	return "", refuseAlgorithm()
}

// parameters are the names that a key depends on. Links carry many more (image,
// color, lock, codeDisplay, pin, tags), which every reader must ignore.
var parameters = []string{"secret", "issuer", "algorithm", "digits", "period", "counter", "encoder"}

// A query holds a link's parameters by lower-case name; empty ones are absent.
type query map[string]string

// number reads a whole number from low to high. given is false if there is none,
// ok is false if it is no such number.
func (q query) number(name string, low, high uint64) (n uint64, given, ok bool) {
	s, given := q[name]
	if !given {
		return 0, false, true
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return n, true, err == nil && low <= n && n <= high
}

// readQuery reads a link's parameters. One that is given twice must say the same
// twice; only of several issuers, which are for people, the first counts.
func readQuery(s string) (query, error) {
	q := query{}
	for name, raw := range eachParameter(s) {
		value := strings.ReplaceAll(raw, "+", " ")
		if name != "secret" { // a secret's line breaks divide groups, see wordsAround
			value = unwrap(value)
		}
		value = strings.TrimSpace(unescape(value))
		switch first := q[name]; {
		case value == "":
		case first == "":
			q[name] = value
		case first != value && name != "issuer":
			return nil, refuse(name, "it is given twice, with different values")
		}
	}
	return q, nil
}

// eachParameter gives the known parameters of a query with their raw values, in
// order, their names in lower case.
func eachParameter(s string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for part := range strings.SplitSeq(s, "&") {
			for part != "" {
				var this string
				this, part = cutSemicolon(part)
				name, value, _ := strings.Cut(this, "=")
				name = strings.ToLower(strings.TrimSpace(name))
				if slices.Contains(parameters, name) && !yield(name, value) {
					return
				}
			}
		}
	}
}

// cutSemicolon cuts s at the first ';' that divides parameters, as it once did in
// HTML: the one with a known name and '=' behind it. Others belong to a value.
func cutSemicolon(s string) (this, rest string) {
	for i := range len(s) {
		if s[i] != ';' {
			continue
		}
		name, _, found := strings.Cut(s[i+1:], "=")
		if found && slices.Contains(parameters, strings.ToLower(strings.TrimSpace(name))) {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// cutQuery cuts a link at the '?' in front of its parameters: the first with
// "name=" behind it, since a label may hold a raw '?' of its own.
func cutQuery(s string) (head, tail string) {
	for i := range len(s) {
		if s[i] == '?' && beginsWithName(s[i+1:]) {
			return s[:i], s[i+1:]
		}
	}
	head, tail, _ = strings.Cut(s, "?")
	return head, tail
}

func beginsWithName(s string) bool {
	name, _, found := strings.Cut(s, "=")
	name = strings.TrimSpace(name)
	return found && name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && r != '-' && r != '_'
	})
}
