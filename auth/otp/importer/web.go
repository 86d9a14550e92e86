package importer

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"

	"gatepass/auth/otp"
	"gatepass/auth/otp/qr"
)

// Web pages: the exports that Aegis, Stratum, ente and Raivo make to be printed, and
// saved pages of an enrolment. Keys stand in them as links, in the text or in
// attributes, and as pictures of QR codes inside data: addresses.

func init() {
	register(format{
		name: "HTML", rank: byShape,
		is: func(d *document) bool {
			head := bytes.ToLower(d.data[:min(len(d.data), 4<<10)])
			return d.text && d.json == noJSON && (bytes.Contains(head, []byte("<!doctype html")) || bytes.Contains(head, []byte("<html")) || bytes.Contains(head, []byte("<table")))
		},
		read: readHTML,
	})
}

// inPage finds a picture inside an address, or where a link begins.
var inPage = regexp.MustCompile(`(?i)data:image/[a-z+.-]+;base64,([A-Za-z0-9+/=_\s%-]+)|otpauth(?:-migration)?://[^\s"'<>` + "`" + `]+|otpauth%3A%2F%2F[^\s"'<>&]+|steam://[A-Za-z2-7]{16,}`)

func readHTML(r *reading) error {
	// Entities first: addresses in attributes have &amp; in them.
	text := html.UnescapeString(string(r.document.data))
	seen := map[string]bool{}
	page := &pageReading{reading: r, seen: seen}
	found := 0
	for _, at := range inPage.FindAllStringSubmatchIndex(text, MaxEntries) {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		if at[2] < 0 {
			if err := page.text("line "+strconv.Itoa(1+strings.Count(text[:at[0]], "\n")), plainLink(text[at[0]:at[1]])); err != nil {
				return err
			}
			found++
			continue
		}
		n, err := page.picture(text[at[2]:at[3]])
		if err != nil {
			return err
		}
		found += n
	}
	if found == 0 && page.secrets(text) == 0 {
		return fmt.Errorf("%w: the page has neither otpauth:// links nor readable QR codes", ErrUnknownFormat)
	}
	return nil
}

// A pageReading leaves out what is on the page twice: as a link and as a picture.
type pageReading struct {
	*reading
	seen  map[string]bool
	codes int
}

func (p *pageReading) text(where, text string) error {
	id := text
	if k, err := otp.Parse(text); err == nil {
		id = k.URI().Reveal()
	}
	if p.seen[id] {
		return nil
	}
	p.seen[id] = true
	if err := p.count(0); err != nil {
		return err
	}
	if isMigration(text) {
		return p.migration(where, text)
	}
	p.link(where, text)
	return nil
}

// picture reads the codes in a picture; most pictures on a page have none.
func (p *pageReading) picture(data string) (int, error) {
	data = strings.NewReplacer("\n", "", "\r", "", " ", "", "\t", "").Replace(unpercent(data))
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(data, "="))
	if err != nil || !qr.IsPicture(raw) {
		return 0, nil
	}
	codes, err := qr.Read(p.ctx, raw)
	if err != nil {
		if p.ctx.Err() != nil {
			return 0, p.ctx.Err()
		}
		if errors.Is(err, qr.ErrTooLarge) {
			return 0, fmt.Errorf("%w: a picture on the page has too many pixels", ErrTooLarge)
		}
		return 0, nil
	}
	for _, code := range codes {
		p.codes++
		if text := code.Text.Reveal(); hasLink(text) {
			if err := p.text("QR code "+strconv.Itoa(p.codes), text); err != nil {
				return 0, err
			}
		}
	}
	return len(codes), nil
}

var (
	inlineTag = regexp.MustCompile(`(?i)</?(?:b|i|u|em|strong|code|span|font|tt|kbd|a)(?:\s[^>]*)?>`)
	blockTag  = regexp.MustCompile(`<[^>]*>`)
)

// secrets reads the secrets that stand in a page's words, as in a mail, and tells how
// many there are. What else the page says is not reported: it is the page's own.
func (p *pageReading) secrets(text string) int {
	const longest = 1 << 20
	if len(text) > longest {
		return 0
	}
	words := html.UnescapeString(blockTag.ReplaceAllString(inlineTag.ReplaceAllString(text, ""), "\n"))
	n := 0
	for line := range strings.Lines(words) {
		found, ok := findSeed(line)
		if !ok || p.seen[found.secret] || p.count(0) != nil {
			continue
		}
		p.seen[found.secret] = true
		n++
		k, err := found.key()
		p.add("secret "+strconv.Itoa(n)+" on the page", title(found.issuer, found.account), nil, k, err)
	}
	return n
}
