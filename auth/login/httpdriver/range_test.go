package httpdriver_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/auth/login/httpdriver"
	"gatepass/store"
)

const (
	username = "scan-bot"
	password = `Pa55+w%rd=&"<ü>`
	passcode = "731904"
)

// A host is a server of a test that remembers every request.
type host struct {
	*httptest.Server
	mu   sync.Mutex
	seen []seen
}

type seen struct {
	method, path, query, body string
	header                    http.Header
}

// serve starts a host. What the handler does not answer is an empty page.
func serve(t testing.TB, handler http.HandlerFunc) *host {
	h := &host{}
	h.Server = httptest.NewServer(h.remember(handler))
	t.Cleanup(h.Close)
	return h
}

// serveTLS starts one with a certificate.
func serveTLS(t testing.TB, certificate tls.Certificate, handler http.HandlerFunc) *host {
	h := &host{}
	h.Server = httptest.NewUnstartedServer(h.remember(handler))
	h.Server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	h.Config.ErrorLog = log.New(io.Discard, "", 0)
	h.EnableHTTP2 = true
	h.StartTLS()
	t.Cleanup(h.Close)
	return h
}

func (h *host) remember(handler http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		h.mu.Lock()
		h.seen = append(h.seen, seen{r.Method, r.URL.Path, r.URL.RawQuery, string(body), r.Header.Clone()})
		h.mu.Unlock()
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		if handler != nil {
			handler(w, r)
		}
	})
}

func (h *host) all() []seen {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]seen(nil), h.seen...)
}

func (h *host) last(t testing.TB) seen {
	t.Helper()
	all := h.all()
	if len(all) == 0 {
		t.Fatal("nothing was asked for")
	}
	return all[len(all)-1]
}

// sawNothing is for somebody else's server: it must not learn a secret in any form.
func (h *host) sawNothing(t testing.TB) {
	t.Helper()
	for _, s := range h.all() {
		holdsNone(t, s, password, passcode)
	}
}

// holdsNone checks that a request carries none of the secrets, however encoded.
func holdsNone(t testing.TB, s seen, secrets ...string) {
	t.Helper()
	whole := fmt.Sprintf("%s %s?%s %v %s", s.method, s.path, s.query, s.header, s.body)
	plain, err := url.QueryUnescape(whole)
	if err != nil {
		plain = whole
	}
	for _, secret := range secrets {
		raw := []byte(secret)
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), hex.EncodeToString(raw),
			base64.StdEncoding.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw)} {
			if strings.Contains(whole, form) || strings.Contains(plain, form) {
				t.Errorf("somebody else's server was sent a secret: %s", whole)
			}
		}
	}
}

// html answers with a page.
func html(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, body)
}

// at joins a host and a path.
func (h *host) at(path string) *url.URL {
	u, err := url.Parse(h.URL + path)
	if err != nil {
		panic(err)
	}
	return u
}

func (h *host) address() string { return h.Listener.Addr().String() }

func address(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// allowing makes a guard that gives everything to these origins.
func allowing(origins ...string) *login.Guard {
	var grants []login.Grant
	for _, o := range origins {
		grants = append(grants, login.Grant{Origin: o})
	}
	return login.NewGuard(grants, nil)
}

// drive makes a driver for which the hosts are allowed.
func drive(t testing.TB, o httpdriver.Options, hosts ...*host) *httpdriver.Driver {
	t.Helper()
	if o.Guard == nil {
		var origins []string
		for _, h := range hosts {
			origins = append(origins, login.Origin(h.at("/")))
		}
		o.Guard = allowing(origins...)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	d, err := httpdriver.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// names makes a driver reach hosts under names of their own.
func names(d *httpdriver.Driver, hosts map[string]*host) {
	d.DialBy(func(ctx context.Context, network, address string) (net.Conn, error) {
		name, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		h, ok := hosts[name]
		if !ok {
			return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Name: name, Err: "no such host", IsNotFound: true}}
		}
		return new(net.Dialer).DialContext(ctx, network, h.address())
	})
}

func open(t testing.TB, d *httpdriver.Driver, u *url.URL) login.Page {
	t.Helper()
	p, err := d.Open(t.Context(), u)
	if err != nil {
		t.Fatalf("open %s: %v", u, detail(err))
	}
	return p
}

// signIn fills in whatever the page has as the engine would, and sends it.
func signIn(ctx context.Context, d *httpdriver.Driver, p login.Page) (login.Page, error) {
	r := login.Read(p)
	s := login.Submission{Form: r.Form, Button: r.Button}
	for _, in := range []struct {
		field int
		role  login.Role
		value string
	}{{r.Username, login.RoleUsername, username}, {r.Password, login.RolePassword, password}} {
		if in.field >= 0 {
			s.Inputs = append(s.Inputs, login.Input{Field: in.field, Role: in.role, Value: store.NewSecret(in.value)})
		}
	}
	for _, i := range r.Code {
		s.Inputs = append(s.Inputs, login.Input{Field: i, Role: login.RoleCode, Value: store.NewSecret(passcode)})
	}
	return d.Submit(ctx, p, s)
}

// mustSignIn is signIn for logins that go through.
func mustSignIn(t testing.TB, d *httpdriver.Driver, p login.Page) login.Page {
	t.Helper()
	next, err := signIn(t.Context(), d, p)
	if err != nil {
		t.Fatalf("sign in: %v", detail(err))
	}
	return next
}

// stopCode is the code of the diagnosis that an error carries; "" for none.
func stopCode(err error) login.Code {
	var s *login.Stopped
	if errors.As(err, &s) {
		return s.Diagnosis.Code
	}
	return ""
}

func detail(err error) string {
	var s *login.Stopped
	if errors.As(err, &s) {
		return string(s.Diagnosis.Code) + ": " + s.Diagnosis.Detail
	}
	return fmt.Sprint(err)
}

// wantStop checks that an error is a diagnosis, with a detail that can be shown.
func wantStop(t testing.TB, err error, want login.Code) {
	t.Helper()
	if got := stopCode(err); got != want {
		t.Fatalf("got %q (%v), want %q", got, detail(err), want)
	}
	for _, secret := range []string{password, passcode} {
		if strings.Contains(detail(err), secret) {
			t.Errorf("the diagnosis tells a secret: %s", detail(err))
		}
	}
}

// An authority signs the certificates of a test.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
	pool        *x509.CertPool
}

func newAuthority(t testing.TB) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test authority"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return authority{certificate, key, pool}
}

// sign makes a certificate for names, good until an instant.
func (a authority) sign(t testing.TB, until time.Time, names ...string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: names[0]}, DNSNames: names,
		NotBefore: until.Add(-2 * time.Hour), NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

const form = `<form action="/in" method="post"><input name="u"><input name="p" type="password"><button>Sign in</button></form>`
