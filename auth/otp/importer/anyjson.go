package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"gatepass/auth/otp"
	"gatepass/store"
)

// JSON of programs that have no reader of their own here. They agree on little but
// the words: a seed is called secret or totp or decrypted_seed, and beside it stand
// issuer, account, digits, period. So an object is known by its members' names, and
// every link is taken wherever it stands. Raivo, LastPass Authenticator, 2FAuth,
// the browser extension Authenticator, Authy's decrypted exports, TOTP
// Authenticator, Steam, Proton Pass, 1Password, Keeper, Enpass and Dashlane come in
// this way.

const formatJSON = "JSON"

func init() {
	register(format{name: formatJSON, rank: byNames, is: holdsNamedSeeds, read: readAnyJSON})
}

// What members are called, as fold writes it, the likeliest first.
var (
	seedNames = []string{
		"secret", "totpsecret", "otpsecret", "secretkey", "otpkey", "totpkey", "totpseed", "seed", "decryptedseed", "decryptedsecret",
		"totp", "totpuri", "totpurl", "otpauth", "otpauthuri", "otpurl", "otpuri", "otp", "oathsecretkey", "twofactorsecret", "sharedsecret", "secretseed", "hotpsecret", "base32stringseed", "secretcode",
		"encryptedseed", "encryptedsecret",
	}
	issuerNames    = []string{"issuer", "issuername", "originalissuer", "originalissuername", "issuerext", "service", "servicename", "provider", "appname"}
	accountNames   = []string{"account", "accountname", "username", "originalusername", "itemusername", "itememail", "user", "login", "email", "label"}
	titleNames     = []string{"title", "name", "originalname"}
	typeNames      = []string{"otptype", "tokentype", "kind", "entrytype", "type"}
	algorithmNames = []string{"algorithm", "algo", "hashalgorithm", "hashfunction", "otphashmode", "digest"}
	digitsNames    = []string{"digits", "otplength", "codelength", "digitcount", "size", "length"}
	periodNames    = []string{"period", "timer", "timestep", "interval", "timeperiod", "step"}
	tagNames       = []string{"group", "folder", "category", "tags", "groups"}
)

// A signature tells a program by the members of its entries.
var signatures = []struct {
	program string
	members []string
}{
	{"Raivo", []string{"kind", "timer", "secret"}},
	{"LastPass Authenticator", []string{"originalissuername", "secret"}},
	{"2FAuth", []string{"otptype", "service", "secret"}},
	{"Authenticator extension", []string{"hash", "index", "secret"}},
	{"Authy", []string{"decryptedseed"}},
	{"Authy", []string{"decryptedsecret"}},
	{"Authy (encrypted)", []string{"encryptedseed", "salt"}},
	{"Authy (encrypted)", []string{"encryptedsecret", "salt"}},
	{"TOTP Authenticator", []string{"base", "key"}},
	{"Steam", []string{"sharedsecret"}},
	{"Proton Pass", []string{"totpuri"}},
}

// holdsNamedSeeds reports whether a whole JSON text has a member that may be a seed,
// or a link.
func holdsNamedSeeds(d *document) bool {
	if d.json != object && d.json != array || len(d.data) > maxTree {
		return false
	}
	data := wholeJSON(d.data)
	if seedsByName(data) {
		return true
	}
	s := scanner{data: data}
	for {
		t, ok := s.next()
		if !ok {
			return false
		}
		text := string(t.text)
		if t.key && (slices.Contains(seedNames, fold(text)) || text == "base") || !t.key && (hasLink(text) || text == extensionEntry || strings.EqualFold(text, "totp")) {
			return json.Valid(data)
		}
	}
}

func readAnyJSON(r *reading) error {
	tree, err := treeOf(wholeJSON(r.document.data))
	if err != nil {
		return err
	}
	w, before := &jsonWalk{r: r}, r.seen
	if key, ok := tree.get("key"); ok {
		w.extensionKey = key.first("enc")
	}
	w.extensionSalts = saltsOf(tree)
	if err := w.walk(tree, "", heading{}); err != nil {
		return err
	}
	if err := w.openAuthy(); err != nil {
		return err
	}
	if err := w.openExtension(); err != nil {
		return err
	}
	if err := w.openEntries(); err != nil {
		return err
	}
	switch {
	case r.seen == before:
		return store.WithHint(fmt.Errorf("%w: nothing in this JSON looks like a one-time-password key", ErrUnknownFormat), hintKnown)
	case w.program != "":
		r.format = w.program
	case w.taken == 0 && w.migrations > 0:
		r.format = formatMigration
	}
	return nil
}

// A jsonWalk goes through a tree and takes what it finds.
type jsonWalk struct {
	r          *reading
	program    string
	taken      int
	migrations int
	sealed     []sealedAuthy
	// The browser extension Authenticator's: its own key, and the secrets under it.
	extensionKey string
	salted       []sealedSecret
	// Its newer backups: the salts of keys by their ids, and the entries under them.
	extensionSalts map[string]string
	sealedEntries  []sealedEntry
}

// A heading is what the objects around an entry say of it.
type heading struct {
	title, account string
	tags           []string
	fixed          bool // a title that those below do not change
}

// below gives the heading for what is inside an object.
func (h heading) below(n node) heading {
	for _, name := range []string{"overview", "metadata"} { // 1Password, Proton Pass
		if about, ok := n.get(name); ok {
			if title := about.first(titleNames...); title != "" {
				h.title, h.fixed = title, true
			}
		}
	}
	if title := n.first(titleNames...); title != "" && !h.fixed {
		h.title = title
	}
	if account := n.first(accountNames...); account != "" && !isField(n) {
		h.account = account
	}
	if details, ok := n.get("details"); ok { // 1Password
		if fields, ok := details.get("loginfields"); ok {
			for _, field := range fields.items {
				if field.first("designation") == "username" {
					h.account = field.first("value")
				}
			}
		}
	}
	if fields, ok := n.get("fields"); ok { // Enpass
		for _, field := range fields.items {
			if t := field.first("type"); (t == "username" || t == "email" && h.account == "") && field.first("value") != "" {
				h.account = field.first("value")
			}
		}
	}
	if tags := tagsOf(n); len(tags) > 0 {
		h.tags = tags
	}
	return h
}

func tagsOf(n node) []string {
	var tags []string
	for _, name := range tagNames {
		member, ok := n.get(name)
		if text, plain := member.plain(); ok && plain && member.kind == stringNode {
			tags = append(tags, text)
		}
		if member.kind == arrayNode {
			for _, item := range member.items {
				if item.kind == stringNode {
					tags = append(tags, item.text)
				}
			}
		}
	}
	return tags
}

func (w *jsonWalk) walk(n node, at string, h heading) error {
	switch n.kind {
	case stringNode:
		if !hasLink(n.text) {
			return nil
		}
		return w.link(placed(at), n.text, h)
	case arrayNode:
		for i, item := range n.items {
			if err := w.walk(item, at+"["+strconv.Itoa(i)+"]", h); err != nil {
				return err
			}
		}
	case objectNode:
		if isSeedMap(n) {
			return w.seedMap(n, at)
		}
		if put, err := w.putEntryBy(n, placed(at)); put || err != nil {
			return err
		}
		taken, err := w.take(n, placed(at), h.below(n))
		if taken || err != nil {
			return err
		}
		for i, item := range n.items {
			if err := w.walk(item, under(at, n.names[i]), h.below(n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// placed names the outermost value too.
func placed(at string) string {
	if at == "" {
		return "the whole"
	}
	if at[0] == '[' {
		return "entries" + at
	}
	return strings.TrimPrefix(at, ".")
}

// under gives the place of a member. Some programs use names that mean nothing, or
// something that is not for a message.
func under(at, name string) string {
	const longest = 24
	if name = safeName(name); len(name) > longest || name == "" {
		name = "…"
	}
	return at + "." + name
}

func (w *jsonWalk) link(where, text string, h heading) error {
	if err := w.r.count(0); err != nil {
		return err
	}
	if isMigration(text) {
		w.migrations++
		return w.r.migration(where, text)
	}
	w.taken++
	k, err := parseNamed(text, h.title, h.account)
	name := h.title
	if err == nil && name == "" {
		name = title(k.Issuer(), k.Account())
	}
	w.r.add(where, name, h.tags, k, err)
	return nil
}

// take reads an object that is an entry; false means that it is none, though there
// may be some inside it.
func (w *jsonWalk) take(n node, where string, h heading) (bool, error) {
	found, value, ok := seedOf(n)
	if !ok {
		return false, nil
	}
	if err := w.r.count(0); err != nil {
		return true, err
	}
	w.recognise(n)
	issuer, account := names(n, h)
	name := title(issuer, account)
	switch {
	case isTrue(n, "encrypted") && w.putBy(n, value, where, name, issuer, account, h):
		return true, nil
	case n.first("encrypted") == "" && isTrue(n, "encrypted"):
		w.r.refuse(where, name, "it is encrypted, though others in this file may not be; export it again without a password")
		return true, nil
	case strings.HasPrefix(found, "encrypted"):
		w.sealed = append(w.sealed, sealAuthy(n, value, where, name, h.tags))
		return true, nil
	case isMigration(value):
		w.migrations++
		return true, w.r.migration(where, value)
	}
	w.taken++
	k, err := keyOfObject(n, found, value, issuer, account)
	if err == nil && !h.fixed {
		name = title(k.Issuer(), k.Account())
	}
	w.r.add(where, name, h.tags, k, err)
	return true, nil
}

// putBy keeps an encrypted secret of the browser extension Authenticator for when the
// password is asked for; false means that it is none.
func (w *jsonWalk) putBy(n node, value, where, name, issuer, account string, h heading) bool {
	sealed, ok := salted(value)
	if !ok {
		return false
	}
	w.salted = append(w.salted, sealedSecret{sealed, func(secret string) {
		w.taken++
		k, err := keyOfObject(n, "secret", secret, issuer, account)
		w.r.add(where, name, h.tags, k, err)
	}})
	return true
}

func isTrue(n node, name string) bool {
	member, ok := n.get(name)
	return ok && member.kind == booleanNode && member.text == "true"
}

func (w *jsonWalk) recognise(n node) {
	for _, s := range signatures {
		if w.program == "" && n.has(s.members...) {
			w.program = s.program
		}
	}
}

// seedOf finds the member that holds an object's seed, by its folded name.
func seedOf(n node) (name, value string, ok bool) {
	for i, item := range n.items { // a link says more than the secret beside it
		if item.kind != stringNode || i >= len(n.names) || !strings.HasPrefix(item.text, "otpauth://") {
			continue
		}
		if _, err := otp.Parse(item.text); err == nil { // some keep one without its secret
			return fold(n.names[i]), strings.TrimSpace(item.text), true
		}
	}
	for _, name := range seedNames {
		member, _ := n.get(name)
		if text := strings.TrimSpace(member.text); member.kind == stringNode && text != "" {
			return name, text, true
		}
	}
	if n.has("base", "key") { // TOTP Authenticator
		return "key", n.first("key"), n.first("key") != ""
	}
	if isField(n) {
		return "value", n.first("value"), n.first("value") != ""
	}
	return "", "", false
}

// isField reports whether an object is one of Enpass's fields: a type and a value.
func isField(n node) bool {
	t := n.first("type")
	return (strings.EqualFold(t, "totp") || strings.EqualFold(t, "otp")) && n.has("value")
}

// names gives an object's issuer and account; where it has one name only, that is
// the account's, unless the account has its own.
func names(n node, h heading) (issuer, account string) {
	issuer, account = n.first(issuerNames...), n.first(accountNames...)
	if isField(n) { // its label says what the field is, not whose the key is
		account = ""
	}
	name := h.title
	if name == "" {
		name = n.first("originalname")
	}
	if account == "" && h.account != "" {
		account = h.account
	}
	switch {
	case account == "":
		account = name
		if before, after, both := strings.Cut(n.first("originalname"), ":"); both && issuer == "" { // Authy
			issuer, account = strings.TrimSpace(before), strings.TrimSpace(after)
		}
	case issuer == "":
		issuer = name
	}
	return issuer, account
}

// keyOfObject makes a key of an object's members. A link beside nothing that says
// more stands for itself.
func keyOfObject(n node, found, value, issuer, account string) (otp.Key, error) {
	if hasLink(value) {
		return parseNamed(value, issuer, account)
	}
	f := fields{
		issuer: issuer, account: account, secret: value, algorithm: algorithmIn(n),
		digits: numberOf(n.first(digitsNames...)), period: numberOf(n.first(periodNames...)), counter: numberOf(n.first("counter", "hotpcounter")),
	}
	if err := f.typeOf(n); err != nil {
		return otp.Key{}, err
	}
	switch found {
	case "sharedsecret": // Steam's own
		f = fields{typ: string(otp.Steam), issuer: "Steam", account: account, secret: value, form: otp.SeedBase64}
	case "secretseed": // Authy's own tokens: hexadecimal, seven digits, ten seconds
		f.form = otp.SeedHex
		if !f.period.given {
			f.period = numberOf("10")
		}
		if !f.digits.given {
			f.digits = numberOf("7")
		}
	case "hotpsecret": // Duo: the characters themselves are the key
		f.typ, f.form = string(otp.HOTP), otp.SeedText
	case "key":
		f.form = baseForm(n.first("base"))
	}
	return f.key()
}

// algorithmIn gives a hash's name. Nextcloud's OTP Manager numbers them from 0; above
// that, programs number them differently.
func algorithmIn(n node) string {
	if name := n.first(algorithmNames...); name != "0" {
		return name
	}
	return ""
}

func baseForm(base string) otp.SeedForm {
	switch base {
	case "16":
		return otp.SeedHex
	case "32":
		return otp.SeedBase32
	case "64":
		return otp.SeedBase64
	}
	return "unknown"
}

// typeOf reads what an object says of its type. "type" may mean anything, so one
// that is unknown is passed over; the other names are only used for this.
func (f *fields) typeOf(n node) error {
	for _, name := range typeNames {
		text := fold(n.first(name))
		switch text {
		case "", "totp", "timebased", "time", "otp":
		case "hotp", "counter", "counterbased", "hmac":
			f.typ = string(otp.HOTP)
		case "steam", "steamtotp", "steamguard":
			f.typ = string(otp.Steam)
		case "motp", "mobileotp", "yandex", "yaotp":
			f.typ = text
		case "hex": // the browser extension Authenticator
			f.form = otp.SeedHex
		case "hhex":
			f.typ, f.form = string(otp.HOTP), otp.SeedHex
		case "battle":
			f.digits = numberOf("8")
		default:
			if name != "type" && name != "kind" {
				return refused("the type is not totp, hotp or steam")
			}
			continue
		}
		if text != "" {
			return nil
		}
	}
	return nil
}

// wholeJSON makes one JSON text of a file that has one on each line, or one behind the
// other, as logs and databases do.
func wholeJSON(data []byte) []byte {
	if json.Valid(data) {
		return data
	}
	const most = 10_000
	dec := json.NewDecoder(bytes.NewReader(data))
	whole := []byte("[")
	for i := 0; ; i++ {
		var next json.RawMessage
		err := dec.Decode(&next)
		if errors.Is(err, io.EOF) && i > 1 {
			return append(whole, ']')
		}
		if err != nil || i > most || len(next) == 0 || next[0] != '{' {
			return data
		}
		if i > 0 {
			whole = append(whole, ',')
		}
		whole = append(whole, next...)
	}
}

// seedsByName reports whether a JSON text is no more than names with secrets.
func seedsByName(data []byte) bool {
	const longest = 1 << 20
	var all map[string]string
	if len(data) > longest || tooDeep(data) || json.Unmarshal(data, &all) != nil {
		return false
	}
	for _, v := range all {
		if !isBareSeed(v) && !hasLink(v) {
			return false
		}
	}
	return len(all) > 0
}

// isSeedMap is seedsByName for an object, but for members whose names say what they
// are: those are one entry.
func isSeedMap(n node) bool {
	for i, item := range n.items {
		if item.kind != stringNode || !isBareSeed(item.text) || slices.Contains(seedNames, fold(n.names[i])) {
			return false
		}
	}
	return len(n.items) > 0
}

func (w *jsonWalk) seedMap(n node, at string) error {
	for i, item := range n.items {
		if err := w.r.count(0); err != nil {
			return err
		}
		w.taken++
		k, err := fields{account: n.names[i], secret: item.text}.key()
		w.r.add(placed(under(at, n.names[i])), n.names[i], nil, k, err)
	}
	return nil
}
