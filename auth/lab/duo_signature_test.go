package lab

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// The vectors are those of the facts, made by Duo's own clients.
func TestSignaturesAreDuos(t *testing.T) {
	const (
		ikey, skey = "DIWJ8X6AEYOR5OMC6TQ1", "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep"
		path       = "/accounts/v1/account/list"
		body       = `{"txid":"f22b1678-252a-4070-b176-0ca2be7319fd"}`
	)
	for _, try := range []struct{ query, form, body, signature, version string }{
		{"", "realname=First+Last&username=root", "", "2d97d6166319781b5a3a07af39d366f491234edc", "v2"},
		{"", "username=root&realname=First%20Last", "", "1bffb8924348f7db7da9e7d7d749ded93aafd02d8e904960da7b96c57510220185a64a2827ee8f24ac5d30802a9ee97e59de44b304b18242f0d596d15a8122af", "v2"},
		{"realname=First%20Last", "", body, "78f4327f831173cc78d0907e913e3c5a28fe72dd4545a342586bb67181f2ba393d20911e870362f6faba3dc6f7e9db5e93aed2f3bfc110c6dadaff4dc6179e0b", "v5"},
		{"realname=First%20Lasu", "", body, "78f4327f831173cc78d0907e913e3c5a28fe72dd4545a342586bb67181f2ba393d20911e870362f6faba3dc6f7e9db5e93aed2f3bfc110c6dadaff4dc6179e0b", ""},
		{"", "realname=First+Last&username=toor", "", "2d97d6166319781b5a3a07af39d366f491234edc", ""},
	} {
		kind, sent := "application/json", try.body
		if try.form != "" {
			kind, sent = "application/x-www-form-urlencoded", try.form
		}
		for _, host := range []string{"api-XXXXXXXX.duosecurity.com", "api-xxxxxxxx.duosecurity.com:443"} {
			r := httptest.NewRequest(http.MethodPost, "https://"+host+path+"?"+try.query, strings.NewReader(sent))
			r.Header.Set("Content-Type", kind)
			r.Header.Set("Date", "Tue, 21 Aug 2012 17:29:18 -0000")
			r.SetBasicAuth(ikey, try.signature)
			_, raw, form, failure := readDuoRequest(httptest.NewRecorder(), r)
			if failure != nil {
				t.Fatal(failure)
			}
			for _, signature := range []string{try.signature, strings.ToUpper(try.signature)} {
				if got := signatureOf(r, skey, signature, raw, form); got != try.version {
					t.Errorf("%+v at %s is signed by %q", try, host, got)
				}
			}
			if got := signatureOf(r, skey+"x", try.signature, raw, form); got != "" {
				t.Errorf("another key signs by %q", got)
			}
		}
	}
}

func TestEverySignatureOpensWhatItShould(t *testing.T) {
	_, _, auth, admin := startDuo(t)
	for _, version := range []string{signatureV2, "sha1", signatureV5} {
		auth.version, admin.version = version, version
		auth.get("/auth/v2/check", nil)
		auth.post("/auth/v2/preauth", values("username", user))
		admin.get("/admin/v1/users", values("username", user, "limit", "10"))
		said := admin.call(http.MethodGet, "/admin/v2/policies", values("limit", "10"))
		if version == signatureV5 {
			said.good(t)
			continue
		}
		said.refused(t, 40103, "")
	}
}

func TestOddParametersAreSignedAsTheyAre(t *testing.T) {
	for _, version := range []string{signatureV2, "sha1", signatureV5} {
		_, _, auth, admin := startDuo(t)
		auth.version, admin.version = version, version
		for _, name := range []string{"jörg müller", "a b", "tilde~star*", "x+y=z&w", "100%", "日本"} {
			admin.post("/admin/v1/users", values("username", name))
			found := as[[]map[string]any](t, admin.get("/admin/v1/users", values("username", name)))
			if len(found) != 1 || found[0]["username"] != name {
				t.Errorf("%s: looking for %q finds %v", version, name, found)
			}
			if got := as[authSaid](t, auth.post("/auth/v2/preauth", values("username", name))); got.Result != rulesEnroll {
				t.Errorf("%s: preauth of %q: %+v", version, name, got)
			}
		}
	}
}

func TestAForeignHeaderIsPartOfTheSignature(t *testing.T) {
	_, _, auth, _ := startDuo(t)
	req := auth.request(http.MethodGet, "/auth/v2/check", nil)
	req.Header.Set("X-Duo-Other", "1")
	auth.send(req).refused(t, 40103, "")
}

func TestAPostThatLostItsBodyIsSignedWrongly(t *testing.T) {
	_, _, auth, _ := startDuo(t)
	auth.version = signatureV2
	req := auth.request(http.MethodPost, "/auth/v2/preauth", values("username", user))
	req.Body, req.ContentLength = http.NoBody, 0
	auth.send(req).refused(t, 40103, "")
}

func TestBodiesMayComeInChunks(t *testing.T) {
	_, _, auth, _ := startDuo(t)
	form := url.Values{"username": {user}}.Encode()
	req := auth.request(http.MethodPost, "/auth/v2/preauth", values("username", user))
	req.Body, req.ContentLength = io.NopCloser(strings.NewReader(form)), -1
	auth.send(req).good(t)
}

func TestTheDateMustBeNear(t *testing.T) {
	l, c, auth, _ := startDuo(t)
	at := func(off time.Duration, header string) duoSaid {
		auth.now = func() time.Time { return c.now().Add(off) }
		req := auth.request(http.MethodGet, "/auth/v2/check", nil)
		date := req.Header.Get("Date")
		req.Header.Del("Date")
		if header != "" {
			req.Header.Set(header, date)
		}
		return auth.send(req)
	}
	for _, off := range []time.Duration{0, 299 * time.Second, -299 * time.Second, 300 * time.Second} {
		at(off, "Date").good(t)
	}
	for _, off := range []time.Duration{301 * time.Second, -301 * time.Second, time.Hour} {
		at(off, "Date").refused(t, 40105, "")
	}
	at(0, "").refused(t, 40104, "")
	at(0, "X-Duo-Date").good(t)

	req := auth.request(http.MethodGet, "/auth/v2/check", nil)
	req.Header.Set("Date", "Mon, 01 Jan 1990 00:00:00 +0000")
	req.Header.Set("X-Duo-Date", c.now().Add(time.Minute).UTC().Format(time.RFC1123Z))
	auth.send(req).refused(t, 40103, "") // X-Duo-Date wins, and another date was signed.
	req.Header.Set("X-Duo-Date", "yesterday")
	auth.send(req).refused(t, 40105, "")

	l.Duo().Skew(301 * time.Second)
	at(0, "Date").refused(t, 40105, "")
	at(301*time.Second, "Date").good(t)
	said := as[map[string]int64](t, auth.send(auth.request(http.MethodGet, "/auth/v2/ping", nil)).good(t))
	if want := c.now().Add(301 * time.Second).Unix(); said["time"] != want {
		t.Errorf("ping says %d, want %d", said["time"], want)
	}
}
