package lab

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"net"
	"net/http"
	netmail "net/mail"
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"
)

// duoTolerance is how far a request's date may be off.
const duoTolerance = 5 * time.Minute

// The two ways to sign a request.
const (
	signatureV2 = "v2" // the parameters are signed, wherever they stand; SHA1 or SHA512
	signatureV5 = "v5" // the query, the body as sent and the X-Duo headers are; SHA512
)

// duoDate gives a request's date as it was signed: X-Duo-Date wins over Date.
func duoDate(h http.Header) string {
	if date := h.Get("X-Duo-Date"); date != "" {
		return date
	}
	return h.Get("Date")
}

// checkDuoDate gives 0 if the date is near enough, else the code of the refusal.
func checkDuoDate(h http.Header, now time.Time) int {
	date := duoDate(h)
	if date == "" {
		return 40104
	}
	at, err := netmail.ParseDate(date)
	if err != nil || at.Sub(now).Abs() > duoTolerance {
		return 40105
	}
	return 0
}

// signatureOf says which version a request's signature is good for: "" for none.
// form holds the parameters of query and body. A client may have signed the host
// with or without its port.
func signatureOf(r *http.Request, skey, signature string, body []byte, form url.Values) string {
	hosts := []string{strings.ToLower(r.Host)}
	if bare, _, err := net.SplitHostPort(hosts[0]); err == nil {
		hosts = append(hosts, bare)
	}
	for _, host := range hosts {
		v2 := []string{duoDate(r.Header), r.Method, host, r.URL.Path, canonical(form)}
		v5 := append(slices.Clone(v2[:4]), canonical(r.URL.Query()), hexSHA512(body), hexSHA512(signedHeaders(r.Header)))
		for _, try := range []struct {
			version string
			new     func() hash.Hash
			lines   []string
		}{{signatureV5, sha512.New, v5}, {signatureV2, sha512.New, v2}, {signatureV2, sha1.New, v2}} {
			mac := hmac.New(try.new, []byte(skey))
			mac.Write([]byte(strings.Join(try.lines, "\n")))
			if hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(strings.ToLower(signature))) {
				return try.version
			}
		}
	}
	return ""
}

// canonical writes parameters as they are signed: sorted, and a space as %20
// whatever it is on the wire.
func canonical(values url.Values) string {
	for key := range values {
		sort.Strings(values[key])
	}
	return strings.ReplaceAll(values.Encode(), "+", "%20")
}

func hexSHA512(b []byte) string {
	sum := sha512.Sum512(b)
	return hex.EncodeToString(sum[:])
}

// signedHeaders joins the X-Duo headers. That X-Duo-Date is none of them is
// recalled, not recorded.
func signedHeaders(h http.Header) []byte {
	var names []string
	for name := range h {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-duo-") && lower != "x-duo-date" {
			names = append(names, lower)
		}
	}
	sort.Strings(names)
	var parts [][]byte
	for _, name := range names {
		parts = append(parts, []byte(name), []byte(h.Get(name)))
	}
	return bytes.Join(parts, []byte{0})
}
