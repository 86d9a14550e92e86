package importer

import (
	"bytes"
	"strconv"
	"strings"

	"gatepass/auth/otp"
)

// Otpauth lists: one link a line, as pass, ente, Aegis, KeePassXC and people write
// them; with comments, blank lines, bullets and whatever else a note holds.

const (
	formatLinks     = "otpauth list"
	formatMigration = "Google Authenticator export"
)

func init() {
	register(format{name: formatLinks, rank: byContent, is: holdsLinks, read: readLinks})
}

// schemes begin what is a key, or is known not to be one and worth saying so.
var schemes = []string{"otpauth://", "otpauth-migration:", "steam://", "motp://", "duo://", "otpauth%3a", `otpauth:\/\/`}

func holdsLinks(d *document) bool {
	if !d.text || len(bytes.TrimSpace(d.data)) == 0 {
		return false
	}
	for line := range bytes.Lines(d.data) {
		line := string(line)
		if hasLink(line) || otp.IsDuoActivation(line) {
			return true
		}
		if _, ok := findSeed(line); ok {
			return true
		}
	}
	return false
}

func readLinks(r *reading) error {
	total := bytes.Count(r.document.data, []byte("\n")) + 1
	links, number, other := 0, 0, 0
	beside := &preamble{}
	for raw := range bytes.Lines(r.document.data) {
		number++
		line := strings.TrimSpace(string(raw))
		if line == "" || isComment(line) || isRule(line) {
			continue
		}
		where := "line " + strconv.Itoa(number)
		found := cutLinks(line)
		if len(found) > 0 {
			beside.forget(r)
		}
		for i, link := range found {
			if err := r.count(max(total, r.session.seen)); err != nil {
				return err
			}
			at := where
			if len(found) > 1 {
				at += ", link " + strconv.Itoa(i+1)
			}
			if isMigration(link) {
				if err := r.migration(at, link); err != nil {
					return err
				}
				continue
			}
			links++
			r.link(at, link)
		}
		if len(found) > 0 {
			continue
		}
		if r.document.json != noJSON { // a program's own file: its brackets are no lines to report
			other++
			continue
		}
		if err := r.count(max(total, r.session.seen)); err != nil {
			return err
		}
		links++
		r.seedLine(where, line, beside)
	}
	beside.forget(r)
	if links == 0 {
		r.format = formatMigration
	}
	if other > 0 {
		r.note("The format of this JSON is unknown; only the links in it were read.")
	}
	return nil
}

// link reads one otpauth:// or steam:// link.
func (r *reading) link(where, link string) {
	extra := readCodeDisplay(link)
	if extra.Trashed {
		r.refuse(where, linkName(link), "it is in ente's bin")
		return
	}
	k, err := otp.Parse(link)
	name := linkName(link)
	if err == nil {
		name = title(k.Issuer(), k.Account())
	}
	r.add(where, name, extra.Tags, k, err)
}

// isComment knows the marks that lists and notes begin their remarks with.
func isComment(line string) bool {
	return strings.HasPrefix(line, "#") || strings.HasPrefix(line, "//") || strings.HasPrefix(line, ";")
}

// cutLinks gives the links of a line. One behind a quotation mark ends at the next;
// any other ends where the next link begins, for labels may hold spaces.
func cutLinks(line string) []string {
	starts := linkStarts(line, -1)
	var links []string
	for i, from := range starts {
		to := len(line)
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		link := line[from:to]
		if from > 0 {
			if end := closingAt(link, line[from-1]); end > 0 {
				link = link[:end]
			}
		}
		links = append(links, plainLink(strings.TrimRight(strings.TrimSpace(link), ",")))
	}
	return links
}

// closingAt finds the mark that closes what open opened before the link; -1 if there
// is none. Brackets inside a label are closed there.
func closingAt(link string, open byte) int {
	switch open {
	case '"', '\'', '`':
		return strings.IndexByte(link, open)
	case '<':
		return strings.IndexByte(link, '>')
	case '(':
		depth := 0
		for i := range len(link) {
			switch link[i] {
			case '(':
				depth++
			case ')':
				if depth--; depth < 0 {
					return i
				}
			}
		}
	}
	return -1
}

// plainLink undoes what the text around a link did to it: escaped as a whole, it lies
// in another address; and a full stop behind its last number or seed ends a sentence.
func plainLink(link string) string {
	const escaped = "otpauth%3a"
	if len(link) >= len(escaped) && strings.EqualFold(link[:len(escaped)], escaped) {
		if end := strings.IndexAny(link, "& \t\"'<>"); end > 0 {
			link = link[:end]
		}
		link = unpercent(link)
	}
	link = withoutSentence(link)
	last := strings.ToLower(link[strings.LastIndexAny(link, "?&")+1:])
	if name, _, ok := strings.Cut(last, "="); ok && name != "issuer" {
		link = strings.TrimRight(link, ".;!)")
	}
	return link
}

// withoutSentence cuts off the words that go on behind a link's last parameter. Names
// and secrets may hold spaces: a secret only between groups, and an issuer ends where
// the one in the label does.
func withoutSentence(link string) string {
	at := strings.LastIndexAny(link, "?&") + 1
	name, value, ok := strings.Cut(link[at:], "=")
	space := strings.IndexByte(value, ' ')
	if at == 0 || !ok || space < 0 {
		return link
	}
	cut := link[:len(link)-len(value)+space]
	switch strings.ToLower(name) {
	case "secret":
		if isBareSeed(value) || !isBareSeed(value[:space]) {
			return link
		}
	case "issuer":
		_, label, _ := strings.Cut(link, "://")
		_, label, _ = strings.Cut(label, "/")
		prefix, _, both := strings.Cut(label, ":")
		if !both || prefix != value[:space] {
			return link
		}
	case "digits", "period", "counter", "algorithm":
	default:
		return link
	}
	return cut
}

// linkStarts finds where links begin in a line, in one pass; up to n of them, or
// all if n is negative.
func linkStarts(line string, n int) []int {
	var starts []int
	for i := 0; i < len(line) && len(starts) != n; i++ {
		switch line[i] | 0x20 {
		case 'o', 's', 'm', 'd':
		default:
			continue
		}
		for _, scheme := range schemes {
			if len(line)-i >= len(scheme) && strings.EqualFold(line[i:i+len(scheme)], scheme) {
				starts = append(starts, i)
				i += len(scheme) - 1
				break
			}
		}
	}
	return starts
}

func hasLink(s string) bool { return len(linkStarts(s, 1)) > 0 }

// linkName gives what stands between the type and the parameters, to tell the user
// which link was refused; safeName takes care of what should not be there.
func linkName(link string) string {
	_, rest, _ := strings.Cut(link, "://")
	_, label, _ := strings.Cut(rest, "/")
	label, _, found := strings.Cut(label, "?")
	if !found {
		return "" // a link without parameters, or a damaged one: this may be anything
	}
	return strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(label, "%20", " "), "%40", "@"), "%3A", ":")
}
