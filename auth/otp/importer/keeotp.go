package importer

import (
	"net/url"
	"strings"

	"gatepass/auth/otp"
)

// The ways in which KeePass and its plug-ins keep a key in an entry's fields.

// keeOTP reads the plug-in KeeOtp's "key=SECRET&size=6&step=30&type=Totp&counter=0
// &otpHashMode=Sha1&encoding=Base32"; only key is always there.
func keeOTP(value string) (fields, bool) {
	value = strings.TrimSpace(value)
	if strings.Contains(value, "://") || !strings.HasPrefix(strings.ToLower(value), "key=") && !strings.Contains(strings.ToLower(value), "&key=") {
		return fields{}, false
	}
	f := fields{}
	for part := range strings.SplitSeq(value, "&") {
		name, v, _ := strings.Cut(part, "=")
		if plain, err := url.PathUnescape(v); err == nil {
			v = plain
		}
		switch strings.ToLower(name) {
		case "key":
			f.secret = v
		case "size":
			f.digits = numberOf(v)
		case "step":
			f.period = numberOf(v)
		case "counter":
			f.counter = numberOf(v)
		case "type":
			f.typ = v
		case "otphashmode":
			f.algorithm = v
		case "encoding":
			f.form = keeForm(v)
		}
	}
	return f, true
}

func keeForm(s string) otp.SeedForm {
	switch strings.ToLower(s) {
	case "", "base32":
		return otp.SeedBase32
	case "hex":
		return otp.SeedHex
	case "base64":
		return otp.SeedBase64
	case "utf8", "utf-8":
		return otp.SeedText
	}
	return "unknown"
}

// keyFields are the fields of a KeePass entry by name.
type keyFields map[string]string

// key gives the entry's key; found is false if no field holds one.
func (k keyFields) key(issuer, account string) (key otp.Key, found bool, err error) {
	if value := k["otp"]; value != "" { // KeePassXC, KeeOtp
		key, err = parseNamed(value, issuer, account)
		return key, true, err
	}
	f := fields{issuer: issuer, account: account}
	switch {
	case k["TOTP Seed"] != "": // KeeTrayTOTP, older KeePassXC
		f.secret = k["TOTP Seed"]
		if strings.Contains(f.secret, "://") {
			key, err = parseNamed(f.secret, issuer, account)
			return key, true, err
		}
		f.traySettings(k["TOTP Settings"])
	case k.native(&f, "TimeOtp-Secret"):
		f.typ = "totp"
		f.period, f.digits = numberOf(k["TimeOtp-Period"]), numberOf(k["TimeOtp-Length"])
		f.algorithm = k["TimeOtp-Algorithm"]
	case k.native(&f, "HmacOtp-Secret"):
		f.typ = "hotp"
		f.counter, f.digits = numberOf(k["HmacOtp-Counter"]), numberOf(k["HmacOtp-Length"])
		f.algorithm = k["HmacOtp-Algorithm"]
	default:
		return otp.Key{}, false, nil
	}
	key, err = f.key()
	return key, true, err
}

// native finds the seed in the fields of KeePass itself, since 2.47, which say its
// form in their names.
func (k keyFields) native(f *fields, name string) bool {
	for suffix, form := range map[string]otp.SeedForm{
		"": otp.SeedText, "-Hex": otp.SeedHex, "-Base32": otp.SeedBase32, "-Base64": otp.SeedBase64,
	} {
		if v := k[name+suffix]; v != "" {
			f.secret, f.form = v, form
			return true
		}
	}
	return false
}

// traySettings reads "30;6", "30;6;https://…" for a clock, and "30;S" for Steam.
func (f *fields) traySettings(s string) {
	parts := strings.Split(s, ";")
	f.period = numberOf(parts[0])
	if len(parts) < 2 {
		return
	}
	if strings.EqualFold(strings.TrimSpace(parts[1]), "s") {
		f.typ = "steam"
		return
	}
	f.digits = numberOf(parts[1])
}
