package chrome

import (
	"strings"

	"gatepass/auth/login"
)

// unreachable names why no page came, by the network error of the browser
// (net/base/net_error_list.h of Chromium).
func unreachable(failure, where string) *login.Stopped {
	name := login.Clean(strings.TrimPrefix(failure, "net::"))
	is := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(name, p) {
				return true
			}
		}
		return false
	}
	switch {
	case is("PROXY", "TUNNEL", "SOCKS", "MANDATORY_PROXY"):
		return login.Stop(login.Proxy, nil, "On the way to %s the browser says %s.", where, name)
	case is("NAME_NOT_RESOLVED", "NAME_RESOLUTION", "DNS_"):
		return login.Stop(login.DNS, nil, "No address was found for %s (%s).", where, name)
	case is("CERT_", "SSL_", "ECH_", "BAD_SSL"):
		return login.Stop(login.TLS, nil, "The browser does not accept the connection to %s: %s.", where, name)
	case is("TIMED_OUT"):
		return login.Stop(login.Timeout, nil, "%s did not answer (%s).", where, name)
	case is("TOO_MANY_REDIRECTS"):
		return login.Stop(login.RedirectLoop, nil, "%s redirected in circles (%s).", where, name)
	case is("CONNECTION_", "ADDRESS_", "INTERNET_DISCONNECTED", "NETWORK_", "EMPTY_RESPONSE", "UNSAFE_PORT", "SOCKET_"):
		return login.Stop(login.Connect, nil, "%s: %s.", where, name)
	}
	return login.Stop(login.ServerError, nil, "%s gave no page: %s.", where, name)
}
