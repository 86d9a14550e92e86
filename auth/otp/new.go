package otp

import (
	"encoding/base32"
	"math"
	"strings"
	"time"

	"gatepass/store"
)

// Limits of a key.
const (
	// MinSeed is the shortest seed in bytes: 8 base32 characters. RFC 4226 R6 asks
	// for 16 bytes and most services issue 10 or 20, but 8 characters are in use (a
	// plug-in for Jira: standardnotes/token-vault issue 96), and a tester cannot
	// choose. What is shorter is a passcode, a PIN or half a paste.
	MinSeed = 5
	// MaxSeed is the longest seed in bytes. HMAC gains nothing beyond its block,
	// at most 128 bytes.
	MaxSeed = 512
	// MaxName is the longest issuer or account, in bytes of UTF-8.
	MaxName = 256

	MinDigits = 5
	MaxDigits = 10
	MaxPeriod = 24 * time.Hour
	// MaxCounter leaves room for the counter that comes after it.
	MaxCounter uint64 = math.MaxInt64 - 1

	defaultDigits = 6
	defaultPeriod = 30 * time.Second
	steamDigits   = 5
	steamIssuer   = "Steam"
)

// weakSeed is the length in bytes under which a seed is unusual enough to say so:
// the shortest that Google Authenticator takes when one is typed in.
const weakSeed = 10

const (
	noteSteamIssuer = "The issuer is Steam, so the codes are Steam's: five letters and digits."
	noteSteamFixed  = "Steam's codes always have 5 characters, SHA1 and 30 seconds; what the key says otherwise was ignored."
	noteWeakSeed    = "The seed is shorter than 80 bits, which is rare; make sure that it is neither a password nor a recovery code."
)

// canonical is base32 as this room keeps and writes it.
var canonical = base32.StdEncoding.WithPadding(base32.NoPadding)

// Params are the parts of a key, as an importer or a generator knows them. The
// zero of everything but Seed means the usual: TOTP, SHA1, 6 digits, 30 seconds.
type Params struct {
	Type      Type
	Issuer    string
	Account   string
	Seed      store.Secret // the key's bytes themselves, not their base32
	Algorithm Algorithm
	Digits    int           // 5 to 10
	Period    time.Duration // whole seconds up to a day; HOTP has none
	Counter   uint64        // HOTP only: the first counter to use
}

// New checks p and makes it a key. It settles what formats leave open:
//   - control characters, which a terminal would obey, are dropped from names;
//   - "Issuer:" at the front of an account is taken off, and used as the issuer
//     if there is none;
//   - a TOTP key issued by "Steam" with 5 digits or without saying how many is
//     a Steam key: Steam issues no others;
//   - Steam fixes its parameters, so others are ignored.
//
// It answers a *[ParseError].
func New(p Params) (Key, error) {
	k := Key{typ: p.Type, algorithm: p.Algorithm, digits: p.Digits}
	if k.typ == "" {
		k.typ = TOTP
	}
	if err := k.setNames(p.Issuer, p.Account); err != nil {
		return Key{}, err
	}
	k.settleSteam(p)
	if err := k.setCode(p); err != nil {
		return Key{}, err
	}
	if err := k.setSeed(p.Seed.Reveal()); err != nil {
		return Key{}, err
	}
	return k, nil
}

func (k *Key) setNames(issuer, account string) error {
	k.issuer, k.account = settleNames(cleanName(issuer), cleanName(account))
	if len(k.issuer) > MaxName {
		return refuse("issuer", "it is longer than 256 bytes")
	}
	if len(k.account) > MaxName {
		return refuse("account", "it is longer than 256 bytes")
	}
	return nil
}

// settleSteam recognises a Steam key by its issuer, and gives every Steam key the
// parameters that Steam uses.
func (k *Key) settleSteam(p Params) {
	if k.typ == TOTP && strings.EqualFold(k.issuer, steamIssuer) && (p.Digits == 0 || p.Digits == steamDigits) {
		k.typ = Steam
		k.notes = append(k.notes, noteSteamIssuer)
	}
	if k.typ != Steam {
		return
	}
	if p.Algorithm != "" && p.Algorithm != SHA1 ||
		p.Digits != 0 && p.Digits != steamDigits ||
		p.Period != 0 && p.Period != defaultPeriod {
		k.notes = append(k.notes, noteSteamFixed)
	}
	k.algorithm, k.digits = SHA1, steamDigits
}

// setCode takes what shapes the code: type, algorithm, digits, period, counter.
func (k *Key) setCode(p Params) error {
	switch k.algorithm {
	case "":
		k.algorithm = SHA1
	case SHA1, SHA256, SHA512:
	default:
		return refuseAlgorithm()
	}
	if k.digits == 0 {
		k.digits = defaultDigits
	}
	if k.digits < MinDigits || k.digits > MaxDigits {
		return refuseDigits()
	}
	switch k.typ {
	case TOTP:
		return k.setPeriod(p.Period)
	case Steam:
		return k.setPeriod(defaultPeriod)
	case HOTP:
		if p.Counter > MaxCounter {
			return refuseCounter()
		}
		k.counter = p.Counter
		return nil
	default:
		return refuse("type", "it is not totp, hotp or steam")
	}
}

func (k *Key) setPeriod(d time.Duration) error {
	if d == 0 {
		d = defaultPeriod
	}
	if d < time.Second || d > MaxPeriod || d%time.Second != 0 {
		return refusePeriod()
	}
	k.period = int64(d / time.Second)
	return nil
}

func (k *Key) setSeed(raw string) error {
	switch {
	case raw == "":
		return refuseMissing()
	case len(raw) < MinSeed:
		return refuseShort()
	case len(raw) > MaxSeed:
		return refuse("secret", "it is too long for a seed: over 512 bytes")
	case len(raw) < weakSeed:
		k.notes = append(k.notes, noteWeakSeed)
	}
	k.seed = store.NewSecret(canonical.EncodeToString([]byte(raw)))
	return nil
}

func refuseMissing() error { return refuse("secret", "it is missing") }

func refuseShort() error {
	return refuse("secret", "it is too short for a seed: under 8 base32 characters",
		"Make sure that the whole secret was copied; most have 16 or 32 characters.")
}

func refuseAlgorithm() error {
	return refuse("algorithm", "it is not SHA1, SHA256 or SHA512",
		"Ask the issuer for a key with SHA1, SHA256 or SHA512; another algorithm would give wrong codes.")
}

func refuseDigits() error {
	return refuse("digits", "they must be a whole number from 5 to 10")
}

func refusePeriod() error {
	return refuse("period", "it must be a whole number of seconds from 1 to 86400")
}

func refuseCounter() error {
	return refuse("counter", "it must be a whole number from 0 to 9223372036854775806")
}
