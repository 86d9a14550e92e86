package importer

import (
	"strings"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

// seedBytes says that fields.secret is the key's bytes themselves.
const seedBytes otp.SeedForm = "bytes"

// fields are an entry as most formats have it: names and texts beside one another.
type fields struct {
	typ             string // "totp", "hotp", "steam" in any case; "" is totp
	issuer, account string
	secret          string
	form            otp.SeedForm // "" is base32
	algorithm       string
	digits, period  number
	counter         number
}

// key checks the fields and makes them a key.
func (f fields) key() (otp.Key, error) {
	p := otp.Params{Issuer: f.issuer, Account: f.account}
	switch otp.Type(strings.ToLower(strings.TrimSpace(f.typ))) {
	case "", otp.TOTP:
		p.Type = otp.TOTP
	case otp.HOTP:
		p.Type = otp.HOTP
	case otp.Steam:
		p.Type = otp.Steam
	case "motp":
		return otp.Key{}, refused("this is a Mobile-OTP key, which works by other rules")
	case "yandex", "yaotp":
		return otp.Key{}, refused("this is a Yandex key, which works by other rules")
	default:
		return otp.Key{}, refused("the type is not totp, hotp or steam")
	}
	var err error
	if p.Algorithm, err = otp.ParseAlgorithm(f.algorithm); err != nil {
		return otp.Key{}, err
	}
	if err := f.numbers(&p); err != nil {
		return otp.Key{}, err
	}
	form := f.form
	if form == "" {
		form = otp.SeedBase32
	}
	if form == seedBytes {
		p.Seed = store.NewSecret(f.secret)
		return otp.New(p)
	}
	if p.Seed, err = otp.ParseSeed(f.secret, form); err != nil {
		return otp.Key{}, err
	}
	return otp.New(p)
}

func (f fields) numbers(p *otp.Params) error {
	digits, ok := f.digits.within(otp.MinDigits, otp.MaxDigits, 0)
	if !ok {
		return refused("digits: they must be a whole number from 5 to 10")
	}
	p.Digits = int(digits)
	if p.Type == otp.HOTP {
		counter, ok := f.counter.within(0, int64(otp.MaxCounter), 0)
		if !ok {
			return refused("counter: it must be a whole number from 0 to 9223372036854775806")
		}
		p.Counter = uint64(counter)
		return nil
	}
	seconds, ok := f.period.within(1, int64(otp.MaxPeriod/time.Second), 0)
	if !ok {
		return refused("period: it must be a whole number of seconds from 1 to 86400")
	}
	p.Period = time.Duration(seconds) * time.Second
	return nil
}

// parseNamed reads what password managers keep in one field: a link, steam://, a
// bare secret, or KeeOtp's key=…; issuer and account fill names that it lacks.
func parseNamed(value, issuer, account string) (otp.Key, error) {
	if f, ok := keeOTP(value); ok {
		f.issuer, f.account = issuer, account
		return f.key()
	}
	k, err := otp.Parse(value)
	if err != nil {
		return otp.Key{}, err
	}
	switch {
	case k.Issuer() != "":
		issuer = k.Issuer()
		if k.Account() != "" {
			account = k.Account()
		}
	case k.Account() != "":
		account = k.Account()
	}
	return k.Named(issuer, account)
}

// title names an entry by what a file calls it, or by its key.
func title(issuer, account string) string {
	issuer, account = strings.TrimSpace(issuer), strings.TrimSpace(account)
	switch {
	case issuer == "":
		return account
	case account == "":
		return issuer
	}
	return issuer + ": " + account
}
