package store

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestParseOriginGivesTheOneSpelling(t *testing.T) {
	for in, want := range map[string]string{
		"https://shop.example.com":          "https://shop.example.com",
		"HTTPS://Shop.Example.COM":          "https://shop.example.com",
		"https://shop.example.com:443":      "https://shop.example.com",
		"https://shop.example.com:0443":     "https://shop.example.com",
		"https://shop.example.com:":         "https://shop.example.com",
		"https://shop.example.com:8443":     "https://shop.example.com:8443",
		"https://shop.example.com:80":       "https://shop.example.com:80",
		"https://shop.example.com.":         "https://shop.example.com.",
		"https://my_app.example":            "https://my_app.example",
		"https://bücher.example":            "https://xn--bcher-kva.example",
		"https://BÜCHER.example":            "https://xn--bcher-kva.example",
		"https://xn--bcher-kva.example":     "https://xn--bcher-kva.example",
		"https://192.0.2.7":                 "https://192.0.2.7",
		"https://[2001:DB8::0:1]:443":       "https://[2001:db8::1]",
		"https://[2001:db8:0:0:0:0:0:1]:99": "https://[2001:db8::1]:99",
		"http://localhost:80":               "http://localhost",
		"http://LOCALHOST:8080":             "http://localhost:8080",
		"http://127.0.0.1:443":              "http://127.0.0.1:443",
		"http://127.8.9.1":                  "http://127.8.9.1",
		"http://[::1]:8080":                 "http://[::1]:8080",
	} {
		got, err := ParseOrigin(in)
		if err != nil || got != want {
			t.Errorf("ParseOrigin(%q) = %q, %v; want %q", in, got, err, want)
		}
		if again, err := ParseOrigin(got); err != nil || again != got {
			t.Errorf("ParseOrigin(%q) = %q, %v; it should stay", got, again, err)
		}
	}
}

func TestParseOriginRefuses(t *testing.T) {
	for in, why := range map[string]string{
		"":                                                  "must begin with https://",
		"shop.example.com":                                  "must begin with https://",
		"localhost:8080":                                    "must begin with https://",
		"//shop.example.com":                                "must begin with https://",
		"ftp://shop.example.com":                            "must begin with https://",
		"javascript:alert(1)":                               "must begin with https://",
		"otpauth://totp/x?secret=hunter2":                   "must begin with https://",
		"https:shop.example.com":                            "there is no host",
		"https://":                                          "there is no host",
		"https://:443":                                      "there is no host",
		"https://shop.example.com/login":                    `write "https://shop.example.com"`,
		"https://Shop.example.com:443/":                     `write "https://shop.example.com"`,
		"https://shop.example.com?a=hunter2":                `write "https://shop.example.com"`,
		"https://shop.example.com?":                         `write "https://shop.example.com"`,
		"https://shop.example.com#hunter2":                  `write "https://shop.example.com"`,
		"https://shop.example.com#":                         `write "https://shop.example.com"`,
		"https://u:hunter2@shop.example":                    "leave out everything",
		"https://hunter2@shop.example":                      "leave out everything",
		"https://@shop.example":                             "leave out everything",
		"https://*.example.com":                             "no *",
		"*":                                                 "no *",
		"http://shop.example.com":                           "this machine only",
		"http://localhost.example.com":                      "this machine only",
		"http://app.localhost":                              "this machine only",
		"http://0.0.0.0":                                    "this machine only",
		"http://10.0.0.1":                                   "this machine only",
		"http://128.0.0.1":                                  "this machine only",
		"http://[2001:db8::1]":                              "this machine only",
		"http://127.1":                                      "not the name or the address",
		"http://2130706433":                                 "not the name or the address",
		"http://0x7f000001":                                 "not the name or the address",
		"http://0177.0.0.1":                                 "not the name or the address",
		"https://127.0.0.1.":                                "not the name or the address",
		"http://[::ffff:127.0.0.1]":                         "not the name or the address",
		"http://[fe80::1%25eth0]":                           "not the name or the address",
		"https://shop..example":                             "not the name or the address",
		"https://-shop.example":                             "not the name or the address",
		"https://shop.example-":                             "not the name or the address",
		"https://sh+op.example":                             "not the name or the address",
		"https://shop.example:0":                            "a port is",
		"https://shop.example:65536":                        "a port is",
		"https://shop.example:99999999999":                  "a port is",
		"https://shop.example:https":                        "not a URL",
		"https://[::1":                                      "not a URL",
		"https://shop.example\\@evil.com":                   "not a URL",
		" https://shop.example":                             "a space",
		"https://shop.example\n":                            "a space",
		"https://shop.example\u200b":                        "a space",
		"https://shop .example":                             "a space",
		"https://shop.example/" + strings.Repeat("x", 3000): "longer than 2048",
	} {
		got, err := ParseOrigin(in)
		if err == nil || got != "" {
			t.Errorf("ParseOrigin(%q) = %q, nil; want an error", in, got)
			continue
		}
		if !strings.Contains(err.Error(), why) {
			t.Errorf("ParseOrigin(%q): %v; want %q in it", in, err, why)
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("ParseOrigin repeats what may be a secret: %v", err)
		}
	}
}

func TestParseTargetURL(t *testing.T) {
	for _, in := range []string{
		"https://shop.example.com/login?next=%2Faccount#form",
		"https://shop.example.com",
		"http://127.0.0.1:8080/login",
		"HTTPS://Shop.Example.com/Login",
	} {
		u, err := ParseTargetURL(in)
		if err != nil || u.Host == "" {
			t.Errorf("ParseTargetURL(%q) = %v", in, err)
		}
	}
	for _, in := range []string{"http://shop.example.com/login", "/login", "https://u:hunter2@shop.example.com/"} {
		if _, err := ParseTargetURL(in); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("ParseTargetURL(%q) = %v", in, err)
		}
	}
}

func TestOriginOfWhatHasNone(t *testing.T) {
	for _, in := range []string{"", "about:blank", "data:text/html,x", "file:///etc/passwd", "https:opaque", "https://shop..example/", "https://shop.example:99999/"} {
		u, err := url.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := OriginOf(u); got != "" {
			t.Errorf("OriginOf(%q) = %q", in, got)
		}
	}
}

func TestOriginOfPlainHTTPIsGivenButNeverAllowed(t *testing.T) {
	u, _ := url.Parse("http://shop.example.com/login")
	if got := OriginOf(u); got != "http://shop.example.com" {
		t.Errorf("OriginOf = %q", got)
	}
	if slices.Contains(good().AllowedOrigins(), OriginOf(u)) {
		t.Error("plain http is among the allowed origins")
	}
}
