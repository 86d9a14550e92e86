package lab

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A caller is a client of the simulated API, as the facts describe one.
type caller struct {
	t          *testing.T
	l          *Lab
	host       string
	ikey, skey string
	now        func() time.Time
	version    string // "v5" unless it says "v2" or "sha1"
	client     *http.Client
}

// said is an answer of the API.
type duoSaid struct {
	status   int
	header   http.Header
	raw      string
	Stat     string          `json:"stat"`
	Code     int             `json:"code"`
	Message  string          `json:"message"`
	Detail   string          `json:"message_detail"`
	Response json.RawMessage `json:"response"`
	Metadata map[string]int  `json:"metadata"`
}

// startDuo gives a lab with callers of the Auth API and of the Admin API.
func startDuo(t *testing.T, switches ...string) (l *Lab, c *clock, auth, admin *caller) {
	t.Helper()
	l, c = start(t, Options{Switches: map[string][]string{"bank": switches}, Delay: 50 * time.Millisecond})
	d := l.Describe().Duo
	return l, c, newCaller(t, l, c, d.AuthIKey, d.AuthSKey), newCaller(t, l, c, d.AdminIKey, d.AdminSKey)
}

func newCaller(t *testing.T, l *Lab, c *clock, ikey, skey string) *caller {
	t.Helper()
	d := l.Describe().Duo
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(d.CAPEM)) {
		t.Fatal("the authority's certificate cannot be read")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	t.Cleanup(transport.CloseIdleConnections)
	return &caller{t, l, d.APIHost, ikey, skey, c.now, signatureV5, &http.Client{Transport: transport}}
}

// signed gives the Authorization header's password. It is written apart from the
// simulator's own check.
func (c *caller) signed(method, path, date string, query url.Values, body []byte) string {
	params := func(v url.Values) string { return strings.ReplaceAll(v.Encode(), "+", "%20") }
	digest := func(b []byte) string {
		sum := sha512.Sum512(b)
		return hex.EncodeToString(sum[:])
	}
	lines, h := []string{date, method, c.host, path, params(query)}, sha512.New
	switch c.version {
	case signatureV5:
		lines = append(lines, digest(body), digest(nil))
	default:
		form, _ := url.ParseQuery(string(body))
		for name, values := range query {
			form[name] = append(form[name], values...)
		}
		lines[4] = params(form)
		if c.version == "sha1" {
			h = sha1.New
		}
	}
	return signLines(h, c.skey, lines)
}

func signLines(h func() hash.Hash, key string, lines []string) string {
	mac := hmac.New(h, []byte(key))
	mac.Write([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(mac.Sum(nil))
}

// request makes a signed request. Parameters go where Duo wants them: into the query of
// GET and DELETE, else into a form, or into JSON for an any that is no url.Values.
func (c *caller) request(method, path string, params any) *http.Request {
	c.t.Helper()
	return c.requestIn(c.t.Context(), method, path, params)
}

func (c *caller) requestIn(ctx context.Context, method, path string, params any) *http.Request {
	c.t.Helper()
	query, body, kind := url.Values{}, []byte(nil), ""
	switch p := params.(type) {
	case nil:
	case url.Values:
		if method == http.MethodGet || method == http.MethodDelete {
			query = p
			break
		}
		body, kind = []byte(p.Encode()), "application/x-www-form-urlencoded"
	default:
		var err error
		if body, err = json.Marshal(p); err != nil {
			c.t.Fatal(err)
		}
		kind = "application/json"
	}
	address := url.URL{Scheme: "https", Host: c.host, Path: path, RawQuery: query.Encode()}
	req, err := http.NewRequestWithContext(ctx, method, address.String(), bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	date := c.now().UTC().Format(time.RFC1123Z)
	req.Header.Set("Date", date)
	req.SetBasicAuth(c.ikey, c.signed(method, path, date, query, body))
	return req
}

func (c *caller) call(method, path string, params any) duoSaid {
	c.t.Helper()
	return c.send(c.request(method, path, params))
}

func (c *caller) send(req *http.Request) duoSaid {
	c.t.Helper()
	said, err := c.try(req)
	if err != nil {
		c.t.Fatal(err)
	}
	return said
}

// try is send for goroutines and for requests that fail.
func (c *caller) try(req *http.Request) (duoSaid, error) {
	res, err := c.client.Do(req)
	if err != nil {
		return duoSaid{}, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return duoSaid{}, err
	}
	said := duoSaid{status: res.StatusCode, header: res.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &said) // A gateway's page is no JSON.
	return said, nil
}

// get, post, put and del expect an answer that is OK.
func (c *caller) get(path string, params url.Values) duoSaid {
	c.t.Helper()
	return c.call(http.MethodGet, path, params).good(c.t)
}

func (c *caller) post(path string, params any) duoSaid {
	c.t.Helper()
	return c.call(http.MethodPost, path, params).good(c.t)
}

func (c *caller) put(path string, params any) duoSaid {
	c.t.Helper()
	return c.call(http.MethodPut, path, params).good(c.t)
}

func (c *caller) del(path string) duoSaid {
	c.t.Helper()
	return c.call(http.MethodDelete, path, nil).good(c.t)
}

func (s duoSaid) good(t *testing.T) duoSaid {
	t.Helper()
	if s.status != http.StatusOK || s.Stat != "OK" {
		t.Fatalf("the answer is %d %s", s.status, s.raw)
	}
	return s
}

// refused expects a code, and a status that goes with it.
func (s duoSaid) refused(t *testing.T, code int, detail string) {
	t.Helper()
	if s.Code != code || s.status != code/100 || s.Stat != "FAIL" || s.Detail != detail || s.Message != duoMessages[code] {
		t.Errorf("the answer is %d %s, want %d %q", s.status, s.raw, code, detail)
	}
}

// as decodes a response.
func as[T any](t *testing.T, s duoSaid) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(s.Response, &v); err != nil {
		t.Fatalf("%v in %s", err, s.raw)
	}
	return v
}

// An authSaid is the answer of preauth, auth and auth_status.
type authSaid struct {
	Result  string `json:"result"`
	Status  string `json:"status"`
	Says    string `json:"status_msg"`
	Txid    string `json:"txid"`
	Trusted string `json:"trusted_device_token"`
	Portal  string `json:"enroll_portal_url"`
	Devices []struct {
		Device       string   `json:"device"`
		Name         string   `json:"name"`
		Type         string   `json:"type"`
		Number       string   `json:"number"`
		Capabilities []string `json:"capabilities"`
	} `json:"devices"`
}

// preauth asks about the bank's customer; more is pairs of further parameters.
func (c *caller) preauth(more ...string) authSaid {
	c.t.Helper()
	return as[authSaid](c.t, c.post("/auth/v2/preauth", values("username", append([]string{user}, more...)...)))
}

// passcode gives a passcode for the bank's customer.
func (c *caller) passcode(code string) authSaid {
	c.t.Helper()
	return as[authSaid](c.t, c.post("/auth/v2/auth", values("username", user, "factor", "passcode", "passcode", code)))
}

// values pairs names with values.
func values(first string, rest ...string) url.Values {
	v, all := url.Values{}, append([]string{first}, rest...)
	for i := 0; i+1 < len(all); i += 2 {
		v.Set(all[i], all[i+1])
	}
	return v
}
