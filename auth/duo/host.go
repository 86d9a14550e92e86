package duo

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strings"

	"gatepass/store"
)

// ErrConfig is a tenant that cannot be spoken to as it is described.
var ErrConfig = errors.New("the Duo tenant is not described right")

// hosts are what Duo's own API hosts end in, the commercial and the federal ones.
var hosts = []string{".duosecurity.com", ".duofederal.com"}

var (
	// Some keys and ids do not begin with two letters of a kind, so only their
	// length and characters are held to.
	idPattern   = regexp.MustCompile(`^[A-Z0-9]{20}$`)
	hostPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)
)

// CheckHost answers ErrConfig for what cannot be an API host: a name, with a port
// where it is not Duo's own. ownCA says that the tenant brings a certificate
// authority of its own, without which only Duo's hosts are spoken to.
func CheckHost(host string, ownCA bool) error {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = host, ""
	}
	_, notAddress := netip.ParseAddr(strings.Trim(name, "[]"))
	switch {
	case strings.Contains(host, "://") || strings.ContainsAny(host, "/?#@ "):
		return store.WithHint(fmt.Errorf("%w: the API host is a name alone, without https:// and without a path", ErrConfig), hintHost)
	case notAddress != nil && !hostPattern.MatchString(strings.ToLower(name)):
		return store.WithHint(fmt.Errorf("%w: the API host is not the name of a host", ErrConfig), hintHost)
	case ownCA || isDuoHost(name) && port == "":
		return nil
	}
	return store.WithHint(fmt.Errorf("%w: %q is none of Duo's API hosts", ErrConfig, host), hintHost,
		"A practice range, or a network that inspects TLS, brings a certificate authority of its own: --ca-file FILE")
}

const hintHost = "The Admin Panel shows it on each application's page as the API hostname: api-XXXXXXXX.duosecurity.com"

func isDuoHost(name string) bool {
	name = strings.ToLower(name)
	for _, end := range hosts {
		if strings.HasSuffix(name, end) && strings.HasPrefix(name, "api-") {
			return true
		}
	}
	return false
}

// CheckID answers ErrConfig for what cannot be one of Duo's keys or ids: 20
// capital letters and digits. Ids become part of a path, which Duo's client does not
// escape, so none is used unchecked.
func CheckID(what, id string) error {
	if !idPattern.MatchString(id) {
		return fmt.Errorf("%w: %s is 20 capital letters and digits", ErrConfig, what)
	}
	return nil
}

// checkSecretKey looks at a secret key's form, never telling what is in it.
func checkSecretKey(key store.Secret) error {
	text := key.Reveal()
	switch {
	case key.IsZero():
		return fmt.Errorf("%w: the secret key is missing", ErrConfig)
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return store.WithHint(fmt.Errorf("%w: there is a space or another character in the secret key that belongs in none", ErrConfig),
			"Copy the secret key again, alone: 40 letters and digits.")
	case len(text) != 40:
		return store.WithHint(fmt.Errorf("%w: the secret key has %d characters, and Duo's have 40", ErrConfig, len(text)),
			"The integration key has 20 characters and is not secret; the secret key is the one below it.")
	}
	return nil
}
