package otp

import "strings"

const (
	hintDuo     = "Ask your Duo administrator for a third-party TOTP hardware token (its seed comes in hexadecimal), or for bypass codes."
	hintDuoWhy  = "To take it up would register a second phone and use up the activation, and a program could then approve pushes: the very thing that is to be tested."
	hintOneLink = "Paste one otpauth:// link, or the base32 secret of one account."
)

// refuseForeign names what gets pasted in a key's place and is none. nil means
// that text may be a key.
func refuseForeign(text string) error {
	lower := strings.ToLower(text)
	links := strings.Count(lower, linkScheme)
	switch {
	case text == "":
		return refuse("key", "there is nothing in it")
	case strings.HasPrefix(lower, "otpauth-migration:"):
		return refuse("key", "this is an export of Google Authenticator, which holds several accounts, not one key",
			"All of it comes in with gatepass import FILE.",
			"Or show the QR code or the secret of the one account where it was issued, and paste that.")
	case strings.HasPrefix(lower, "{"), strings.HasPrefix(lower, "["), strings.HasPrefix(lower, "<?xml"):
		return refuse("key", "this is a whole file of another program, not one key", "What is in it comes in with gatepass import FILE.")
	case links > 1:
		return refuse("key", "these are several otpauth:// links", hintOneLink)
	case strings.HasPrefix(lower, linkScheme), strings.HasPrefix(lower, "steam://"):
		return nil
	case isDuoActivation(lower):
		return RefuseDuoActivation()
	case strings.HasPrefix(lower, "motp:"):
		return refuse("key", "this is a Mobile-OTP key, which works by other rules", hintOneLink)
	case links > 0:
		return refuse("key", "there is text around the otpauth:// link", "Paste the link alone.")
	case strings.HasPrefix(lower, "http://"), strings.HasPrefix(lower, "https://"):
		return refuse("key", "this is a web address, not a seed", hintOneLink)
	case strings.HasPrefix(lower, "otpauth:"), strings.HasPrefix(lower, "otpauth%"):
		return refuse("key", "this is an otpauth:// link with a damaged beginning", "Copy the link again, as it was issued.")
	case strings.Contains(lower, "://"):
		return refuse("key", "this is some other link, not an otpauth:// link", hintOneLink)
	}
	return nil
}

// IsDuoActivation reports whether text is one of the ways to activate Duo Mobile, none
// of which holds a seed.
func IsDuoActivation(text string) bool { return isDuoActivation(strings.ToLower(undress(text))) }

// RefuseDuoActivation is what [Parse] answers for one.
func RefuseDuoActivation() error {
	return refuse("key", "this is a Duo Mobile activation link, not a seed", hintDuoWhy, hintDuo)
}

// isDuoActivation recognises the ways to activate Duo Mobile: duo://CODE-HOST, the
// bare CODE-HOST that its manual activation asks for, and the web page that leads
// there. None holds a seed. Taking one up would register a second phone, spend
// the user's activation, and let software approve pushes: the very control that
// is being tested.
func isDuoActivation(lower string) bool {
	const encodedHost = "-yxbpl" // base64 of "api-", how every Duo API host begins
	if strings.HasPrefix(lower, "duo:") {
		return true
	}
	rest, ok := strings.CutPrefix(lower, "https://")
	if !ok {
		code, _, found := strings.Cut(lower, encodedHost)
		return found && code != "" && !strings.ContainsAny(code, ":/ ")
	}
	host, path, _ := strings.Cut(rest, "/")
	duo := strings.HasSuffix(host, ".duosecurity.com") || strings.HasSuffix(host, ".duofederal.com")
	return duo && strings.HasPrefix(path, "activate")
}
