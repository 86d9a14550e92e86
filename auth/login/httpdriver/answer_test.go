package httpdriver_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"gatepass/auth/login"
	"gatepass/auth/login/httpdriver"
)

// answers starts a host that gives one answer to everything, and opens it.
func answers(t *testing.T, kind, body string, headers ...string) login.Page {
	t.Helper()
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = []string{kind}
		if kind == "" {
			w.Header()["Content-Type"] = nil
		}
		for i := 0; i+1 < len(headers); i += 2 {
			if headers[i] == "status" {
				continue
			}
			w.Header().Add(headers[i], headers[i+1])
		}
		for i := 0; i+1 < len(headers); i += 2 {
			if headers[i] == "status" {
				status := 0
				_, _ = fmt.Sscan(headers[i+1], &status)
				w.WriteHeader(status)
			}
		}
		_, _ = io.WriteString(w, body)
	})
	return open(t, drive(t, httpdriver.Options{}, app), app.at("/"))
}

func TestAnswer_Encodings(t *testing.T) {
	for name, c := range map[string]struct{ kind, body, title, charset string }{
		"UTF-8":                      {"text/html; charset=utf-8", "<title>Вход</title>", "Вход", "utf-8"},
		"windows-1251":               {"text/html; charset=windows-1251", "<title>\xc2\xf5\xee\xe4</title>", "Вход", "windows-1251"},
		"Shift_JIS":                  {"text/html; charset=Shift_JIS", "<title>\x83\x8d\x83\x4f\x83\x43\x83\x93</title>", "ログイン", "shift_jis"},
		"EUC-KR by its own word":     {"text/html", "<meta charset='euc-kr'><title>\xb7\xce\xb1\xd7\xc0\xce</title>", "로그인", "euc-kr"},
		"GBK by http-equiv":          {"text/html", "<meta http-equiv=Content-Type content='text/html; charset=gb2312'><title>\xb5\xc7\xc2\xbc</title>", "登录", "gbk"},
		"UTF-16 with a mark":         {"text/html", "\xff\xfe<\x00t\x00i\x00t\x00l\x00e\x00>\x00\xfc\x00", "ü", "utf-16le"},
		"UTF-16 by its header":       {"text/html; charset=utf-16be", "\x00<\x00t\x00i\x00t\x00l\x00e\x00>\x00\xfc", "ü", "utf-16be"},
		"nothing said, late letters": {"text/html", strings.Repeat(" ", 3000) + "<title>Größe</title>", "Größe", "utf-8"},
		"nothing said, not UTF-8":    {"text/html", "<title>Gr\xf6\xdfe</title>", "Größe", "windows-1252"},
		"a lie":                      {"text/html; charset=no-such-thing", "<title>Größe</title>", "Größe", "utf-8"},
		"no type at all":             {"", "<!doctype html><title>Größe</title>", "Größe", "utf-8"},
		"XHTML":                      {"application/xhtml+xml", "<html xmlns='http://www.w3.org/1999/xhtml'><title>x</title></html>", "x", "utf-8"},
		"broken parameters":          {"text/html; charset", "<title>x</title>", "x", "utf-8"},
	} {
		t.Run(name, func(t *testing.T) {
			p := answers(t, c.kind, c.body)
			if p.Title != c.title || p.Charset != c.charset {
				t.Errorf("got %q in %s, want %q in %s", p.Title, p.Charset, c.title, c.charset)
			}
		})
	}
}

func TestAnswer_OtherThanPages(t *testing.T) {
	for kind, c := range map[string]struct{ body, text string }{
		"application/json": {`{"user":"scan-bot",` + "\n" + `"x":"\u001b[31m"}`, `{"user":"scan-bot", "x":"\u001b[31m"}`},
		"text/plain":       {"Not <b>HTML</b>\x1b[2J", "Not <b>HTML</b>"},
		"application/pdf":  {"%PDF-1.4", ""},
		"image/png":        {"\x89PNG", ""},
	} {
		t.Run(kind, func(t *testing.T) {
			p := answers(t, kind, c.body)
			if p.Text != c.text || len(p.Forms) != 0 || p.Status != 200 {
				t.Errorf("got %+v", p)
			}
		})
	}
}

func TestAnswer_Headers(t *testing.T) {
	p := answers(t, "text/html", "<h1>401</h1>", "status", "401", "Www-Authenticate", `Basic realm="x"`, "Www-Authenticate", "Negotiate")
	if strings.Join(p.Auth, " ") != "basic negotiate" || p.Status != 401 {
		t.Errorf("got %+v", p.Auth)
	}
	if d := login.Decide(p, login.Memory{}); d.Stop != login.HTTPAuth {
		t.Errorf("got %+v", d)
	}
	p = answers(t, "text/html", form, "status", "401", "Www-Authenticate", `Bearer`)
	if d := login.Decide(p, login.Memory{}); d.Do != login.DoFill {
		t.Errorf("a form under 401: got %+v", d)
	}
	p = answers(t, "text/html", "<p>One moment", "Refresh", "0; url=/next")
	if p.Refresh == nil || p.Refresh.Path != "/next" {
		t.Errorf("got %v", p.Refresh)
	}
	p = answers(t, "text/html", "<title>Just a moment...</title>", "status", "403", "Cf-Mitigated", "challenge")
	if d := login.Decide(p, login.Memory{}); d.Stop != login.Captcha {
		t.Errorf("got %+v", d)
	}
}

func TestAnswer_Compressed(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.WriteString(w, "<title>packed</title>"+form)
	_ = w.Close()
	if p := answers(t, "text/html", packed.String(), "Content-Encoding", "gzip"); p.Title != "packed" {
		t.Errorf("got %q", p.Title)
	}
}

// TestAnswer_HugeOnesAreCut, packed ones too: a few kilobytes may unpack to gigabytes.
func TestAnswer_HugeOnesAreCut(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.WriteString(w, "<title>huge</title><p>")
	chunk := bytes.Repeat([]byte("x "), 1<<19)
	for range 64 {
		_, _ = w.Write(chunk)
	}
	_ = w.Close()
	p := answers(t, "text/html", packed.String(), "Content-Encoding", "gzip")
	if p.Title != "huge" || len(p.Text) > 64<<10 {
		t.Errorf("got %q and %d bytes of text", p.Title, len(p.Text))
	}
}

// TestAnswer_ThatNeverEnds ends with the context.
func TestAnswer_ThatNeverEnds(t *testing.T) {
	begun := make(chan struct{})
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		html(w, "<title>slow</title>")
		w.(http.Flusher).Flush()
		close(begun)
		<-r.Context().Done()
	})
	d := drive(t, httpdriver.Options{}, app)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-begun
		cancel()
	}()
	if _, err := d.Open(ctx, app.at("/")); err != context.Canceled {
		t.Errorf("got %v", err)
	}
}

// TestAnswer_BrokenOff is the application's fault.
func TestAnswer_BrokenOff(t *testing.T) {
	app := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000")
		html(w, "<title>half")
	})
	_, err := drive(t, httpdriver.Options{}, app).Open(t.Context(), app.at("/"))
	wantStop(t, err, login.ServerError)
}
