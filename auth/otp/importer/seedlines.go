package importer

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"gatepass/auth/otp"
)

// Secrets that stand in a text: alone in a line, behind a name, in a table, in a
// sentence of a ticket. Every English word is base32 as well, so a secret must look
// the part.

// A seedLine is what a line with a secret says.
type seedLine struct {
	fields
	named bool
}

// seedLine reads a line without a link.
func (r *reading) seedLine(where, line string, beside *preamble) {
	if otp.IsDuoActivation(line) {
		beside.forget(r)
		r.add(where, "", nil, otp.Key{}, otp.RefuseDuoActivation())
		return
	}
	found, ok := findSeed(line)
	if !ok {
		beside.remember(r, where, line)
		return
	}
	beside.flush(r)
	if !found.named {
		found.issuer, found.account = beside.take()
	}
	beside.fill(&found.fields)
	beside.forget(r)
	beside.open, beside.openAt = &found.fields, where
}

// findSeed looks for a secret in a line.
func findSeed(line string) (seedLine, bool) {
	const longest = 4 << 10 // what is longer is no line that a person wrote
	if len(line) > longest {
		return seedLine{}, false
	}
	line = plainLine(line)
	if isBareSeed(line) {
		return seedLine{fields: fields{secret: line}}, true
	}
	if f, ok := countedSeed(line); ok {
		return f, true
	}
	if f, ok := seedInRow(line); ok {
		return f, true
	}
	if f, ok := seedWithRemark(line); ok {
		return f, true
	}
	return cutNamedSeed(line)
}

// cutNamedSeed reads a secret that stands alone, or behind what it is.
func cutNamedSeed(line string) (seedLine, bool) {
	if isBareSeed(line) {
		return seedLine{fields: fields{secret: line}}, true
	}
	name, secret, ok := cutSeed(line)
	if !ok || name == "" || isBareSeed(name) {
		return seedLine{}, false
	}
	f := seedLine{fields: fields{secret: secret}}
	if said := saidHex.FindString(name); said != "" && isHex(secret) {
		f.form = otp.SeedHex
		name = strings.Replace(name, said, "", 1)
	} else if !isBareSeed(secret) {
		return seedLine{}, false
	}
	f.account = nameBefore(name)
	f.named = f.account != ""
	return f, true
}

// saidHex is in the name of a secret that says itself in which form it is.
var saidHex = regexp.MustCompile(`(?i)\(?\bhex(?:adecimal)?\b\)?`)

// isHex reports whether a text may be a seed in hexadecimal, once something says so.
func isHex(s string) bool {
	const fewest, most = 20, 256
	return len(s) >= fewest && len(s) <= most && len(s)%2 == 0 && strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

// cutSeed divides a line at the last mark that may stand before a secret: "name:
// SECRET", "name = SECRET", "your key is SECRET".
func cutSeed(line string) (name, secret string, ok bool) {
	const is = " is "
	at, width := strings.LastIndexAny(line, ":=\t|,;"), 1
	if word := strings.LastIndex(line, is); word > at {
		at, width = word, len(is)
	}
	if at <= 0 {
		return "", "", false
	}
	return strings.TrimSpace(line[:at]), unquote(line[at+width:]), true
}

// plainLine makes the spaces and dashes of all scripts those of ASCII, and takes off
// what lists and quotations put around a line.
func plainLine(line string) string {
	line = strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Pd, r):
			return '-'
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, line)
	return unquote(strings.TrimLeft(strings.TrimSpace(line), "*>•- "))
}

func unquote(s string) string { return strings.Trim(strings.TrimSpace(s), "\"'`*") }

// countedSeed reads the list of the program 2fa, "name 6 SECRET", which for a counting
// key has its last counter behind, twenty digits long.
func countedSeed(line string) (seedLine, bool) {
	const width = 20
	words := strings.Fields(line)
	if len(words) != 3 && len(words) != 4 {
		return seedLine{}, false
	}
	digits := numberOf(words[1])
	if digits.value < 6 || digits.value > 8 || len(words[1]) != 1 || !isBareSeed(strings.ToUpper(words[2])) {
		return seedLine{}, false
	}
	f := fields{account: words[0], secret: words[2], digits: digits}
	if len(words) == 4 {
		last := numberOf(words[3])
		if len(words[3]) != width || last.wrong {
			return seedLine{}, false
		}
		// The file has the counter that was used last; the next one is wanted.
		f.typ, f.counter = string(otp.HOTP), number{value: last.value + 1, given: true}
	}
	return seedLine{f, true}, true
}

// seedInRow reads a row of a table without a head: names, then a secret, and among
// what follows the parameters that can be told by their looks. A counter cannot.
func seedInRow(line string) (seedLine, bool) {
	for _, comma := range []string{"|", "\t", ";", ","} {
		cells := strings.Split(strings.Trim(line, "|"), comma)
		for i, cell := range cells {
			cells[i] = unquote(cell)
		}
		cells = slices.DeleteFunc(cells, func(cell string) bool { return cell == "" })
		at := slices.IndexFunc(cells, isBareSeed)
		if len(cells) < 2 || at < 1 || slices.ContainsFunc(cells[at+1:], isBareSeed) {
			continue
		}
		f := seedLine{fields: fields{secret: cells[at]}}
		var names []string
		for i, cell := range cells {
			if i != at && !f.parameter(cell) && i < at {
				names = append(names, cell)
			}
		}
		if f.typ == string(otp.HOTP) || len(names) == 0 {
			continue
		}
		if len(names) > 1 {
			f.issuer, names = names[0], names[1:]
		}
		f.account = nameBefore(names[0])
		f.named = f.issuer+f.account != ""
		return f, true
	}
	return seedLine{}, false
}

// parameter takes a cell that can only be one.
func (f *seedLine) parameter(cell string) bool {
	switch word := strings.ToLower(cell); word {
	case "totp", "hotp", "steam":
		f.typ = word
		return true
	case "6", "7", "8":
		f.digits = numberOf(word)
		return true
	case "15", "30", "60":
		f.period = numberOf(word)
		return true
	}
	if !strings.HasPrefix(strings.ToLower(cell), "sha") && !strings.HasPrefix(strings.ToLower(cell), "hmac") {
		return false
	}
	_, err := otp.ParseAlgorithm(cell)
	if err == nil {
		f.algorithm = cell
	}
	return err == nil
}

// otpWords only say what stands behind them.
var otpWords = []string{"your", "my", "the", "this", "secret", "seed", "key", "setup", "totp", "otp", "2fa", "mfa", "token", "code", "manual", "entry", "authenticator", "base32", "oath"}

// nameBefore is the name in front of a secret: without the words that only say what
// follows, and none if it is a sentence.
func nameBefore(name string) string {
	const sentence = 5
	name = strings.TrimPrefix(strings.TrimSpace(name), "export ")
	words := strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '_' || r == '"' || r == '\'' })
	for _, w := range words {
		if !isOTPWord(w) {
			kept := words
			for len(kept) > 0 && isOTPWord(kept[len(kept)-1]) {
				kept = kept[:len(kept)-1]
			}
			if len(words) > sentence {
				return ""
			}
			if len(kept) == len(words) {
				return strings.Trim(name, `"'`)
			}
			return strings.Join(kept, " ")
		}
	}
	return ""
}

func isOTPWord(w string) bool { return slices.Contains(otpWords, strings.ToLower(w)) }

// A preamble is what the lines before a secret said of it.
type preamble struct {
	issuer, account string
	// title is a line of a word or two, which may be a name; where is its place.
	title, where string
	// digits and the like, before the secret they are said of.
	more fields
	// open is the last secret, of which the lines that follow may say more.
	open   *fields
	openAt string
}

// flush adds the last secret: nothing more will be said of it.
func (c *preamble) flush(r *reading) {
	if c.open == nil {
		return
	}
	k, err := c.open.key()
	r.add(c.openAt, title(c.open.issuer, c.open.account), nil, k, err)
	c.open = nil
}

// fill gives a secret the parameters that were said before it.
func (c *preamble) fill(f *fields) {
	f.typ, f.algorithm = cmp.Or(f.typ, c.more.typ), cmp.Or(f.algorithm, c.more.algorithm)
	for _, pair := range []struct{ to, from *number }{{&f.digits, &c.more.digits}, {&f.period, &c.more.period}, {&f.counter, &c.more.counter}} {
		if !pair.to.given {
			*pair.to = *pair.from
		}
	}
	c.more = fields{}
}

// parameter takes a line that says what kind of key the secret above or below is.
func (c *preamble) parameter(label, value string) bool {
	f := c.open
	if f == nil {
		f = &c.more
	}
	switch label {
	case "digits", "length", "otp length", "code length", "number of digits":
		f.digits = numberOf(strings.TrimSuffix(value, " digits"))
	case "period", "interval", "time step", "timestep", "time period", "time interval", "refresh interval":
		f.period = numberOf(strings.TrimRight(value, "abcdefghijklmnopqrstuvwxyz ")) // "30 s", "30 seconds"
	case "counter":
		f.counter = numberOf(value)
	case "algorithm", "algo", "hash", "hash algorithm":
		f.algorithm = value
	case "type", "otp type", "token type":
		switch word := strings.ToLower(value); {
		case word == "totp" || word == "steam":
			f.typ = word
		case word == "counter" || saidCounting.MatchString(word):
			f.typ = string(otp.HOTP)
		}
	default:
		return false
	}
	return true
}

// What lines say of the secret that follows, before their colon.
var (
	issuerLabels  = []string{"issuer", "service", "provider", "site", "application", "app"}
	accountLabels = []string{"account", "account name", "username", "user", "user name", "login", "email", "e mail", "name", "label"}
)

// remember keeps what a line says; one that says nothing is refused.
func (c *preamble) remember(r *reading, where, line string) {
	c.forgetTitle(r)
	line = plainLine(line)
	name, value, found := cutLabel(line)
	label := strings.ToLower(strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), " "))
	value = unquote(value)
	switch {
	case found && value == "" && len(strings.Fields(name)) <= 2: // the head of a block
	case found && c.parameter(label, value):
	case found && slices.Contains(issuerLabels, label):
		if c.open != nil && c.open.issuer == "" {
			c.open.issuer = value
			return
		}
		c.flush(r)
		c.issuer = value
	case found && slices.Contains(accountLabels, label):
		if c.open != nil && c.open.issuer+c.open.account == "" {
			c.open.account = value
			return
		}
		c.flush(r)
		c.account = value
	case looksLikeTitle(line):
		c.title, c.where = line, where
	default:
		r.refuse(where, "", noSecretInLine)
	}
}

// cutLabel divides a line at the first mark that stands behind a label.
func cutLabel(line string) (name, value string, found bool) {
	at := strings.IndexAny(line, ":=")
	if at < 0 {
		return line, "", false
	}
	return line[:at], line[at+1:], true
}

const noSecretInLine = "there is no otpauth:// link in it, and it does not look like a secret"

// looksLikeTitle reports whether a line may be the name of the secret below it.
func looksLikeTitle(line string) bool {
	const most = 3
	words := strings.Fields(line)
	return len(words) > 0 && len(words) <= most && !strings.ContainsAny(line[len(line)-1:], ".,:;!?-") && !slices.ContainsFunc(words, isOTPWord)
}

// take gives what is known of the secret.
func (c *preamble) take() (issuer, account string) {
	issuer, account = c.issuer, c.account
	if issuer == "" && account == "" {
		account = c.title
	}
	if account != "" || issuer != "" {
		c.title = ""
	}
	return issuer, account
}

// forget ends what the lines so far said: an entry has taken it.
func (c *preamble) forget(r *reading) {
	c.flush(r)
	c.forgetTitle(r)
	c.issuer, c.account, c.more = "", "", fields{}
}

// forgetTitle refuses the line that turned out to be nobody's name.
func (c *preamble) forgetTitle(r *reading) {
	if c.title != "" {
		r.refuse(c.where, "", noSecretInLine)
		c.title = ""
	}
}

// isRule reports whether a line only divides: "---", "|---|:--|".
func isRule(line string) bool { return strings.Trim(line, "-=_*|:+ ") == "" }

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
