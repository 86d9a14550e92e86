package httpdriver

import (
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"gatepass/auth/login"
)

// read makes an answer of a response that ends a chain.
func (d *Driver) read(ctx context.Context, resp *http.Response) (login.Answer, error) {
	defer func() { _ = resp.Body.Close() }()
	u := resp.Request.URL
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return login.Answer{}, brokenOff(ctx, u, err)
	}
	kind := resp.Header.Get("Content-Type")
	if kind == "" {
		kind = http.DetectContentType(raw)
	}
	body, encoding := login.Decode(raw, kind)
	page := readPage(body, kind, u)
	page.Status, page.Charset = resp.StatusCode, encoding
	page.Auth = schemes(resp.Header)
	if page.Refresh == nil {
		page.Refresh = login.RefreshTarget(resp.Header.Get("Refresh"), u)
	}
	if strings.EqualFold(resp.Header.Get("Cf-Mitigated"), "challenge") {
		page.Widgets = append(page.Widgets, login.Widget{Name: "turnstile", Form: login.NoForm})
	}
	return login.Answer{Page: page, Body: body}, nil
}

// readPage reads HTML as such, other text as text, and nothing else.
func readPage(body, kind string, u *url.URL) login.Page {
	media, _, _ := mime.ParseMediaType(kind) // what is wrong with its parameters does not matter
	switch {
	case strings.Contains(media, "html"):
		return login.ReadDocument(body, u)
	case strings.HasPrefix(media, "text/"), strings.Contains(media, "json"), strings.Contains(media, "xml"), media == "":
		return login.TextPage(body, u)
	}
	return login.Page{URL: u}
}

// schemes lists the HTTP authentication schemes that an answer asks for
// (RFC 9110 §11.6.1).
func schemes(h http.Header) []string {
	var all []string
	for _, challenge := range h.Values("Www-Authenticate") {
		word, _, _ := strings.Cut(strings.TrimSpace(challenge), " ")
		if word = strings.ToLower(login.Clean(strings.TrimSuffix(word, ","))); word != "" && len(all) < 8 {
			all = append(all, word)
		}
	}
	return all
}
