package store

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// decodeTarget reads the target that d describes. The error is a [FieldError], or
// several joined.
func decodeTarget(name string, d *document) (Target, error) {
	t := Target{Name: name}
	var route string
	var kinds []string
	r := &reader{doc: d, lines: map[string]int{}, unknown: secretKey("a target's file", "gatepass setup "+name)}
	r.mapping(d.root, "", []field{
		{"url", text(&t.URL)},
		{"username", text(&t.Username)},
		{"route", text(&route)},
		{"origins", grants(&t.Origins)},
		{"proof", nested([]field{
			{"url", text(&t.Proof.URL)},
			{"text", text(&t.Proof.Text)},
		})},
		{"driver", text(&t.Driver)},
		{"duo", nested([]field{
			{"tenant", text(&t.Duo.Tenant)},
			{"integration", text(&t.Duo.Integration)},
			{"username", text(&t.Duo.Username)},
		})},
		{"stock", text(&t.Stock)},
		{"recording", text(&t.Recording)},
		{"tags", texts(&t.Tags)},
		{"secrets", texts(&kinds)},
	})
	t.Route = Route(route)
	for _, k := range kinds {
		t.Secrets = append(t.Secrets, Kind(k))
	}
	if err := r.verdict(t.problems()); err != nil {
		return Target{}, err
	}
	return t.normal(), nil
}

// entries gives t's content as it is written, in the order of a new file.
func (t Target) entries() []entry {
	kinds := words(t.Secrets)
	return []entry{
		{"url", t.URL},
		{"username", t.Username},
		{"route", string(t.Route)},
		{"origins", grantItems(t.Origins)},
		{"proof", []entry{{"url", t.Proof.URL}, {"text", t.Proof.Text}}},
		{"driver", t.Driver},
		{"duo", []entry{{"tenant", t.Duo.Tenant}, {"integration", t.Duo.Integration}, {"username", t.Duo.Username}}},
		{"stock", t.Stock},
		{"recording", t.Recording},
		{"tags", t.Tags},
		{"secrets", kinds},
	}
}

// Keys under which people write a secret, in small letters without dashes and
// underscores: these words alone, and everything with one of those inside.
var (
	secretNames = []string{"pass", "pwd", "pw", "otp", "totp", "hotp", "apikey", "privatekey", "cookie", "cookies", "bypasscode", "bypasscodes"}
	secretParts = []string{"skey", "password", "passwd", "passphrase", "secret", "seed", "otpauth", "otpkey", "token", "credential"}
)

// secretKey answers a key that looks like a secret's: it does not belong into this
// file, and there is a command that keeps it.
func secretKey(file, command string) func(*reader, *yaml.Node, string) *FieldError {
	return func(r *reader, key *yaml.Node, path string) *FieldError {
		flat := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(key.Value))
		if flat != "secret" && nearest(flat, []string{"secrets"}) != "" {
			return nil // a slip in our own key
		}
		plain := slices.Contains(secretNames, flat) ||
			slices.ContainsFunc(secretParts, func(part string) bool { return strings.Contains(flat, part) })
		slip := nearest(flat, secretNames) != "" || nearest(flat, secretParts) != ""
		switch {
		case plain:
			e := r.wrong(key.Line, path, "key "+quoteKey(key.Value)+" does not belong here: secrets never live in this file, only in the secret store")
			e.remedies = secretRemedy(file, command)
			return e
		case slip:
			e := r.wrong(key.Line, path, "unknown key "+quoteKey(key.Value))
			e.Suggest = "secrets"
			e.remedies = secretRemedy(file, command)
			return e
		}
		return nil
	}
}

func secretRemedy(file, command string) []string {
	return []string{
		"A secret never lives in " + file + ". Take the line out, change the secret if others saw the file, and keep it in the secret store: " + command,
	}
}
