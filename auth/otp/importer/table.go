package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"gatepass/auth/otp"
)

// CSV of password managers: Bitwarden, KeePassXC, KeePass, Proton Pass, 1Password,
// Apple and others. What a column means is in its name.

const (
	formatBitwardenCSV = "Bitwarden CSV"
	formatCSV          = "CSV"
)

func init() {
	register(format{
		name: formatBitwardenCSV, rank: byShape,
		is:   func(d *document) bool { h, ok := tableOf(d); return ok && h.bitwarden },
		read: readTable,
	})
	register(format{
		name: formatCSV, rank: byShape,
		is:   func(d *document) bool { _, ok := tableOf(d); return ok },
		read: readTable,
	})
}

// columns are the names by which a meaning goes, in lower case.
var columns = map[string][]string{
	"key":       {"login_totp", "totp", "otp", "otpauth", "otpurl", "otp url", "otpauth url", "uri", "totp seed", "one-time password", "one-time password secret", "otpsecret", "otp secret", "otp_secret", "otp_url", "otpuri", "totp secret", "totp_secret", "totpuri", "totp_uri", "totp uri", "totp url", "totpauth", "twofactorsecret", "2fa", "2fa secret", "authenticator key", "secret key", "secret", "seed", "tfc:keeper"},
	"settings":  {"totp settings"},
	"issuer":    {"issuer", "service", "provider", "manufacturer"},
	"name":      {"name", "title", "account name", "password name", "site"},
	"account":   {"login_username", "username", "user name", "login name", "account", "login", "email", "label", "user", "upn", "user principal name", "serial number", "serial"},
	"tag":       {"folder", "group", "tags", "grouping", "vault"},
	"type":      {"type"},
	"algorithm": {"algorithm", "algo", "hash"},
	"digits":    {"digits"},
	"period":    {"period", "interval", "timer", "time interval", "timeinterval", "time step"},
	"counter":   {"counter"},
}

// A table is a CSV's columns by meaning; -1 is none.
type table struct {
	at        map[string]int
	comma     rune
	bitwarden bool
}

// tableOf reads the first line, and reports whether it names a column of keys
// beside others.
func tableOf(d *document) (table, bool) {
	const longest = 4 << 10
	if !d.text || d.json != noJSON {
		return table{}, false
	}
	line, _, _ := bytes.Cut(d.data[:min(len(d.data), longest)], []byte("\n"))
	for _, comma := range []rune{',', ';', '\t'} {
		in := csv.NewReader(bytes.NewReader(line))
		in.Comma, in.LazyQuotes = comma, true
		head, err := in.Read()
		if err != nil || len(head) < 2 {
			continue
		}
		if slices.ContainsFunc(head, func(cell string) bool { return hasLink(cell) || isBareSeed(cell) }) {
			return table{}, false // this is an entry: the table has no head
		}
		for i, name := range head {
			head[i] = strings.ToLower(strings.TrimSpace(name))
		}
		t := table{at: map[string]int{}, comma: comma, bitwarden: slices.Contains(head, "login_totp")}
		for meaning, names := range columns {
			t.at[meaning] = -1
			for _, name := range names {
				if i := slices.Index(head, name); i >= 0 {
					t.at[meaning] = i
					break
				}
			}
		}
		if t.at["key"] >= 0 {
			return t, true
		}
	}
	return table{}, false
}

func (t table) cell(record []string, meaning string) string {
	i := t.at[meaning]
	if i < 0 || i >= len(record) {
		return ""
	}
	return strings.TrimSpace(record[i])
}

func readTable(r *reading) error {
	t, _ := tableOf(r.document)
	const mostColumns = 10_000
	for line := range bytes.Lines(r.document.data) {
		if bytes.Count(line, []byte(string(t.comma))) > mostColumns {
			return fmt.Errorf("%w: a line has too many columns", ErrDamaged)
		}
	}
	in := csv.NewReader(bytes.NewReader(r.document.data))
	in.Comma, in.LazyQuotes, in.FieldsPerRecord, in.ReuseRecord = t.comma, true, -1, true
	if _, err := in.Read(); err != nil {
		return fmt.Errorf("%w: its first line cannot be read", ErrDamaged)
	}
	without := 0
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err := r.count(0); err != nil {
			return err
		}
		if err != nil {
			return fmt.Errorf("%w: its CSV breaks off or is wrong", ErrDamaged)
		}
		line, _ := in.FieldPos(0)
		if t.cell(record, "key") == "" {
			without++
			continue
		}
		k, err := t.key(record)
		r.add("line "+strconv.Itoa(line), t.title(record), []string{t.cell(record, "tag")}, k, err)
	}
	r.without(without)
	return nil
}

// title is what a row's entry is called.
func (t table) title(record []string) string {
	if name := t.cell(record, "name"); name != "" {
		return name
	}
	return title(t.cell(record, "issuer"), t.cell(record, "account"))
}

// key reads a row: a link or KeeOtp's form stands for itself, and beside a bare
// secret other columns may say more.
func (t table) key(record []string) (otp.Key, error) {
	value, issuer, account := t.cell(record, "key"), t.cell(record, "issuer"), t.cell(record, "account")
	switch name := t.cell(record, "name"); {
	case issuer == "":
		issuer = name
	case account == "":
		account = name
	}
	_, kee := keeOTP(value)
	more := t.cell(record, "settings") + t.cell(record, "algorithm") + t.cell(record, "digits") +
		t.cell(record, "period") + t.cell(record, "counter")
	typ := strings.ToLower(t.cell(record, "type")) // password managers write "login" here
	switch typ {
	case "totp", "login", "note", "card", "identity", "password", "alias":
		typ = ""
	}
	if isHexSeed(value) { // as lists of hardware tokens give them
		f := fields{typ: typ, issuer: issuer, account: account, secret: value, form: otp.SeedHex, algorithm: t.cell(record, "algorithm")}
		f.digits, f.period, f.counter = numberOf(t.cell(record, "digits")), numberOf(t.cell(record, "period")), numberOf(t.cell(record, "counter"))
		return f.key()
	}
	if more == "" && typ == "" || kee || strings.Contains(value, "://") {
		return parseNamed(value, issuer, account)
	}
	f := fields{issuer: issuer, account: account, secret: value}
	if settings := t.cell(record, "settings"); settings != "" {
		f.traySettings(settings)
		return f.key()
	}
	f.typ, f.algorithm = typ, t.cell(record, "algorithm")
	f.digits, f.period, f.counter = numberOf(t.cell(record, "digits")), numberOf(t.cell(record, "period")), numberOf(t.cell(record, "counter"))
	return f.key()
}

// isHexSeed reports whether a seed of a common length can only be hexadecimal: it has
// a digit that base32 lacks. Others in a table are base32, as everywhere.
func isHexSeed(s string) bool {
	const fewest, most = 32, 128
	if len(s) < fewest || len(s) > most || len(s)%2 == 1 || !strings.ContainsAny(s, "0189") {
		return false
	}
	return strings.Trim(s, "0123456789abcdefABCDEF") == ""
}
