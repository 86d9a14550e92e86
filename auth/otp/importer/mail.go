package importer

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"

	"gatepass/store"
)

// Mails and tickets as files, .eml: their parts are read like files. As plain text
// they would be read wrong, for quoted-printable breaks a seed in two.

const maxMailDepth = 6 // of parts within parts; mails that were forwarded have three

func init() {
	register(format{name: "mail", rank: byShape, is: isMail, read: readMail})
}

var (
	mailHead    = regexp.MustCompile(`(?i)^[a-z][a-z0-9-]*:[ \t]`)
	mailEncoded = regexp.MustCompile(`(?im)^content-transfer-encoding:[ \t]*(?:quoted-printable|base64)|^content-type:[ \t]*multipart/`)
)

// isMail reports whether a text begins with the head of a mail whose body is not
// plain.
func isMail(d *document) bool {
	const longest = 64 << 10
	if d.json != noJSON || !mailHead.Match(d.data) {
		return false
	}
	head := d.data[:min(len(d.data), longest)]
	for _, gap := range []string{"\r\n\r\n", "\n\n"} {
		if at := bytes.Index(head, []byte(gap)); at > 0 {
			head = head[:at]
		}
	}
	return mailEncoded.Match(head)
}

func readMail(r *reading) error {
	m, err := mail.ReadMessage(bytes.NewReader(r.document.data))
	if err != nil {
		return fmt.Errorf("%w: the head of the mail cannot be read", ErrDamaged)
	}
	p := &mailParts{reading: r}
	if err := p.part(textproto.MIMEHeader(m.Header), m.Body, 0); err != nil {
		return err
	}
	switch {
	case p.read == 0 && p.last != nil:
		return p.last
	case p.read == 0:
		return store.WithHint(fmt.Errorf("%w: no part of the mail has one-time-password keys", ErrUnknownFormat), hintKnown)
	}
	return nil
}

// mailParts goes through a mail.
type mailParts struct {
	*reading
	parts, read int
	last        error // of a part whose format is known
}

func (p *mailParts) part(head textproto.MIMEHeader, body io.Reader, depth int) error {
	if p.parts++; p.parts > maxMembers || depth > maxMailDepth {
		return fmt.Errorf("%w: the mail has over %d parts, or too many within others", ErrTooMany, maxMembers)
	}
	kind, params, _ := mime.ParseMediaType(head.Get("Content-Type"))
	if strings.HasPrefix(kind, "multipart/") && params["boundary"] != "" {
		return p.several(multipart.NewReader(body, params["boundary"]), depth)
	}
	data, err := io.ReadAll(io.LimitReader(unencoded(head, body), MaxBytes+1))
	if err != nil || len(data) > MaxBytes {
		p.last = fmt.Errorf("%w: a part of the mail breaks off or is wrong", ErrDamaged)
		return nil
	}
	_, disposition, _ := mime.ParseMediaType(head.Get("Content-Disposition"))
	name := disposition["filename"]
	if name == "" {
		name = "part " + strconv.Itoa(p.parts)
	}
	switch err := p.inside(name, data); {
	case err == nil:
		p.read++
	case p.ctx.Err() != nil, errors.Is(err, ErrTooMany), p.declined(err):
		return err
	case !errors.Is(err, ErrUnknownFormat) && !errors.Is(err, ErrNoCode):
		p.last = err
	}
	return nil
}

func (p *mailParts) several(in *multipart.Reader, depth int) error {
	for {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		part, err := in.NextRawPart()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			p.last = fmt.Errorf("%w: the mail breaks off or is wrong", ErrDamaged)
			return nil
		}
		if err := p.part(part.Header, part, depth+1); err != nil {
			return err
		}
	}
}

func unencoded(head textproto.MIMEHeader, body io.Reader) io.Reader {
	switch strings.ToLower(strings.TrimSpace(head.Get("Content-Transfer-Encoding"))) {
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	}
	return body
}
