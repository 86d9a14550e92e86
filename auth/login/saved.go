package login

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
)

// ErrNotAPage is the cause where a file is no web page. The error says what it is
// instead, and what to do.
var ErrNotAPage = errors.New("it is no web page")

type notAPage struct{ what string }

func (e notAPage) Error() string { return e.what }
func (e notAPage) Unwrap() error { return ErrNotAPage }

// SavedAt is the address of a saved page that does not say where it comes from.
const SavedAt = "https://saved.invalid/"

// ReadSaved makes a Page of a file that a browser saved: HTML in any encoding, as it
// came or as a single file, or MHTML. base is the address that the page had; with nil,
// what the file says of it counts, and then [SavedAt].
func ReadSaved(raw []byte, base *url.URL) (Page, error) {
	contentType := ""
	if part, kind, from, ok := webArchive(raw); ok {
		if part == nil {
			return Page{}, notAPage{"it is a web archive (MHTML) without a page in it: save the page again, as “HTML only”"}
		}
		raw, contentType = part, kind
		if base == nil {
			base = from
		}
	}
	if err := isPage(raw); err != nil {
		return Page{}, err
	}
	text, charset := decodeSaved(raw, contentType)
	if base == nil {
		base = savedFrom(text)
	}
	if base == nil {
		base, _ = url.Parse(SavedAt)
	}
	p := ReadDocument(text, base)
	p.Charset = charset
	return p, nil
}

// isPage refuses what certainly is something else.
func isPage(raw []byte) error {
	again := ": save the page as HTML"
	if len(bytes.TrimSpace(raw)) == 0 {
		return notAPage{"the file is empty" + again}
	}
	if bytes.HasPrefix(raw, []byte("bplist00")) {
		return notAPage{"it is a Safari web archive, which only Safari reads: save the page again with the format “Page Source”"}
	}
	switch kind := http.DetectContentType(raw); {
	case kind == "application/pdf":
		return notAPage{"it is a PDF, not the page" + again}
	case strings.HasPrefix(kind, "image/"):
		return notAPage{"it is a picture of a page, not the page" + again}
	case strings.HasPrefix(kind, "application/zip"), strings.HasPrefix(kind, "application/x-gzip"), strings.HasPrefix(kind, "application/x-rar"):
		return notAPage{"it is a packed file: unpack it, and give the page inside"}
	}
	return nil
}

// savedFrom is the address that browsers and their extensions write into a page that
// they save.
func savedFrom(text string) *url.URL {
	for _, mark := range savedMarks {
		if m := mark.FindStringSubmatch(clipBytes(text, 4096)); m != nil {
			if u, err := url.Parse(m[1]); err == nil && u.Host != "" {
				return u
			}
		}
	}
	return nil
}

var savedMarks = []*regexp.Regexp{
	regexp.MustCompile(`<!-- saved from url=\(\d+\)(https?://\S+) -->`),                // Chrome, Edge
	regexp.MustCompile(`(?s)Page saved with SingleFile.{0,40}?\burl: *(https?://\S+)`), // SingleFile
}

// webArchive finds the page in an MHTML file (RFC 2557): its first part that is HTML.
// page is nil where there is none.
func webArchive(raw []byte) (page []byte, contentType string, from *url.URL, ok bool) {
	head := strings.ToLower(clipBytes(string(raw[:min(len(raw), 2048)]), 2048))
	if !strings.Contains(head, "mime-version:") || !strings.Contains(head, "multipart/related") {
		return nil, "", nil, false
	}
	letter, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil, "", nil, true
	}
	_, params, err := mime.ParseMediaType(letter.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return nil, "", nil, true
	}
	from = address(letter.Header.Get("Snapshot-Content-Location"))
	parts := multipart.NewReader(letter.Body, params["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil, "", from, true
		}
		contentType = part.Header.Get("Content-Type")
		if !strings.HasPrefix(strings.ToLower(contentType), "text/html") {
			continue
		}
		if at := address(part.Header.Get("Content-Location")); at != nil {
			from = at
		}
		var body io.Reader = part // quoted-printable is undone by the reader of parts
		if strings.EqualFold(part.Header.Get("Content-Transfer-Encoding"), "base64") {
			body = base64.NewDecoder(base64.StdEncoding, part)
		}
		page, err = io.ReadAll(body)
		if err != nil || len(page) == 0 {
			return nil, "", from, true
		}
		return page, contentType, from, true
	}
}

// address is an absolute one of the web, or nil.
func address(s string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return u
}
