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
		if hasLink(string(line)) || isBareSeed(string(line)) || otp.IsDuoActivation(string(line)) {
			return true
		}
		if _, _, ok := namedSeed(string(line)); ok {
			return true
		}
	}
	return false
}

func readLinks(r *reading) error {
	total := bytes.Count(r.document.data, []byte("\n")) + 1
	links, number, other := 0, 0, 0
	for raw := range bytes.Lines(r.document.data) {
		number++
		line := strings.TrimSpace(string(raw))
		if line == "" || isComment(line) {
			continue
		}
		where := "line " + strconv.Itoa(number)
		found := cutLinks(line)
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
		if otp.IsDuoActivation(line) {
			r.add(where, "", nil, otp.Key{}, otp.RefuseDuoActivation())
			continue
		}
		if name, f, ok := namedSeed(line); ok {
			k, err := f.key()
			r.add(where, name, nil, k, err)
			continue
		}
		if isBareSeed(line) {
			k, err := otp.Parse(line)
			r.add(where, "", nil, k, err)
			continue
		}
		r.refuse(where, "", "there is no otpauth:// link in it, and it does not look like a secret")
	}
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
			if end := strings.IndexByte(link, closing(line[from-1])); end > 0 {
				link = link[:end]
			}
		}
		links = append(links, strings.TrimRight(strings.TrimSpace(link), ","))
	}
	return links
}

// closing gives the mark that closes what c opens; 0 stands in no text.
func closing(c byte) byte {
	switch c {
	case '"', '\'', '`':
		return c
	case '<':
		return '>'
	}
	return 0
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

// namedSeed reads a line of the simplest of lists, a name and its secret: "name:
// SECRET", "name = SECRET", "name<tab>SECRET"; and that of the program 2fa, "name 6
// SECRET", which for a counting key has its last counter behind, twenty digits long.
func namedSeed(line string) (name string, f fields, ok bool) {
	line = strings.TrimSpace(line)
	if words := strings.Fields(line); len(words) == 3 || len(words) == 4 {
		if n, digits := strings.TrimSpace(words[0]), numberOf(words[1]); digits.value >= 6 && digits.value <= 8 && len(words[1]) == 1 && isBareSeed(strings.ToUpper(words[2])) {
			f := fields{account: n, secret: words[2], digits: digits}
			if len(words) == 3 {
				return n, f, true
			}
			const width = 20
			last := numberOf(words[3])
			if len(words[3]) != width || last.wrong {
				return "", fields{}, false
			}
			// The file has the counter that was used last; the next one is wanted.
			f.counter = number{value: last.value + 1, given: true}
			f.typ = string(otp.HOTP)
			return n, f, true
		}
	}
	at := strings.IndexAny(line, ":=\t|,;")
	if at <= 0 || at == len(line)-1 {
		return "", fields{}, false
	}
	name, secret := strings.Trim(strings.TrimSpace(line[:at]), `"'`), strings.Trim(strings.TrimSpace(line[at+1:]), `"'`)
	if name == "" || isBareSeed(name) || !isBareSeed(secret) {
		return "", fields{}, false
	}
	if otpWord(name) {
		name = ""
	}
	return name, fields{account: name, secret: secret}, true
}

// otpWord reports whether a name only says what stands behind it.
func otpWord(name string) bool {
	switch strings.ToLower(name) {
	case "secret", "seed", "key", "secret key", "setup key", "totp", "otp", "otp secret", "totp secret", "2fa", "2fa secret":
		return true
	}
	return false
}

func hasLink(s string) bool { return len(linkStarts(s, 1)) > 0 }

// isBareSeed reports whether a line is a base32 secret alone. Every English word is
// base32 as well, so it must look the part: long enough, and with a digit, in upper
// case, or in the groups of four that pages show.
func isBareSeed(line string) bool {
	const shortest, longest = 16, 2 << 10
	if len(line) > longest {
		return false
	}
	line = strings.TrimRight(strings.TrimSpace(line), "= ")
	letters, digits, upper, lower := 0, 0, 0, 0
	for _, c := range []byte(line) {
		switch {
		case 'A' <= c && c <= 'Z':
			letters, upper = letters+1, upper+1
		case 'a' <= c && c <= 'z':
			letters, lower = letters+1, lower+1
		case '2' <= c && c <= '7':
			letters, digits = letters+1, digits+1
		case c != ' ' && c != '-':
			return false
		}
	}
	if letters < shortest || upper > 0 && lower > 0 {
		return false
	}
	groups := strings.FieldsFunc(line, func(c rune) bool { return c == ' ' || c == '-' })
	even := true
	for _, g := range groups[:len(groups)-1] {
		even = even && len(g) == len(groups[0])
	}
	switch {
	case len(groups) == 1:
		return digits > 0 || upper > 0
	case even && len(groups[len(groups)-1]) <= len(groups[0]):
		return digits > 0 || upper > 0 || len(groups[0]) == 4
	}
	return false // words of other lengths: a name beside a secret would become a part of it
}

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
