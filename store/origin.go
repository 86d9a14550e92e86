package store

import (
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// maxURL bounds a URL in a target, in bytes.
const maxURL = 2048

// A urlProblem says what is wrong with a URL, with the correction. It never
// repeats the URL, which may carry a password.
type urlProblem string

// ParseOrigin gives the one spelling of an origin (RFC 6454): scheme://host[:port]
// in lower case, an international name in its ASCII form, without the scheme's own
// port. Only https is an origin here, and http on this machine. The error never
// repeats s.
func ParseOrigin(s string) (string, error) {
	origin, problem := parseOrigin(s)
	if problem != "" {
		return "", &FieldError{Field: "origin", Problem: string(problem)}
	}
	return origin, nil
}

func parseOrigin(s string) (string, urlProblem) {
	if strings.Contains(s, "*") {
		return "", "an origin is exact: no * in it; list each host"
	}
	u, problem := parseURL(s)
	if problem != "" {
		return "", problem
	}
	origin := OriginOf(u)
	if u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(s, "#") {
		return "", urlProblem(fmt.Sprintf("an origin ends after the host and port; write %q", origin))
	}
	return origin, ""
}

// OriginOf gives the origin of an absolute http or https URL, spelled as
// [ParseOrigin] does, so that two origins are the same when their texts are. It is
// "" for a URL that has none.
func OriginOf(u *url.URL) string {
	scheme := strings.ToLower(u.Scheme)
	if scheme != "http" && scheme != "https" {
		return ""
	}
	host, ok := canonicalHost(u.Hostname())
	if !ok {
		return ""
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if u.Port() == "" {
		return scheme + "://" + host
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		return ""
	}
	if scheme == "http" && port == 80 || scheme == "https" && port == 443 {
		return scheme + "://" + host
	}
	return scheme + "://" + host + ":" + strconv.FormatUint(port, 10)
}

// checkURL answers what is wrong with a page's address, "" if nothing is.
func checkURL(s string) urlProblem {
	_, problem := parseURL(s)
	return problem
}

// parseURL reads an absolute URL that credentials may be sent to: https, or http on
// this machine.
func parseURL(s string) (*url.URL, urlProblem) {
	switch {
	case len(s) > maxURL:
		return nil, urlProblem(fmt.Sprintf("longer than %d bytes", maxURL))
	case strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return nil, "there is a space or an invisible character in the URL"
	}
	u, err := url.Parse(s)
	if err != nil { // the error repeats the URL
		return nil, "not a URL; write it as the browser's address bar shows it"
	}
	scheme := strings.ToLower(u.Scheme)
	switch {
	case scheme != "http" && scheme != "https":
		return nil, "a URL must begin with https://"
	case u.User != nil || strings.Contains(u.Host, "@"):
		return nil, "no user name or password in a URL; leave out everything from // up to the @"
	case u.Opaque != "" || u.Hostname() == "":
		return nil, "there is no host in the URL; write https://host/path"
	}
	host, ok := canonicalHost(u.Hostname())
	if !ok {
		return nil, "not the name or the address of a host"
	}
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return nil, "a port is a number from 1 to 65535"
		}
	}
	if scheme == "http" && !isLoopback(host) {
		return nil, "plain http is for this machine only (localhost, 127.0.0.1, [::1]); credentials go over https"
	}
	return u, ""
}

// isLoopback reports whether a canonical host is this machine. A name below
// .localhost is not: some resolvers ask the network for it.
func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

var (
	hostPattern = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$`)
	// What the URL standard takes for an IPv4 address, 127.1 and 0x7f000001 too.
	numberEnd = regexp.MustCompile(`(^|\.)([0-9]+|0x[0-9a-f]*)\.?$`)
)

// canonicalHost gives the one spelling of a host, without brackets. Addresses that
// have several spellings are accepted in the plain one only, because the programs
// that follow do not agree on what the others mean.
func canonicalHost(host string) (string, bool) {
	if strings.Contains(host, ":") {
		addr, err := netip.ParseAddr(host)
		if err != nil || addr.Zone() != "" || addr.Is4In6() {
			return "", false
		}
		return addr.String(), true
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return "", false
		}
		host = ascii
	}
	host = strings.ToLower(host)
	if len(host) > 254 || !hostPattern.MatchString(host) {
		return "", false
	}
	if numberEnd.MatchString(host) {
		addr, err := netip.ParseAddr(host)
		return host, err == nil && addr.Is4()
	}
	return host, true
}
