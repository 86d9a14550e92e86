package handoff

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// shapesOf are the shapes in which a secret could have slipped out.
func shapesOf(secret string) []string {
	quoted, _ := json.Marshal(secret)
	return []string{
		secret, strings.ToLower(secret), url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`),
		base64.StdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)), hex.EncodeToString([]byte(secret)),
	}
}

func holds(text string) []string {
	var found []string
	for _, c := range canaries() {
		for _, shape := range shapesOf(c) {
			if strings.Contains(text, shape) {
				found = append(found, c)
				break
			}
		}
	}
	return found
}

// What an output may hold: nothing but the session, and that only where it was asked
// for; password and seed only where they were.
func TestNothingThatWasNotAskedFor(t *testing.T) {
	made := 0
	for name, in := range logins() {
		for _, s := range Scanners() {
			for _, v := range s.Variants() {
				made += checkVariant(t, name, s, v, in)
			}
		}
	}
	if made < 60 {
		t.Errorf("only %d outputs were looked at", made)
	}
}

func checkVariant(t *testing.T, name string, s Scanner, v Variant, in Input) int {
	t.Helper()
	made := 0
	for _, inline := range []bool{false, true} {
		in := variantOf(in, v.Name)
		if inline {
			in = inlined(in)
		}
		c, err := Choose(s.Name(), in)
		if err != nil {
			continue
		}
		out, err := Make(s.Name(), in)
		if err != nil {
			continue
		}
		made++
		where := fmt.Sprintf("%s for %s (%s), inline %v", name, s.Name(), v.Name, inline)
		found := holds(all(out))
		for _, secret := range found {
			session := secret == canaryCookie || secret == canaryRemember || secret == canaryToken || secret == canaryLocal
			credentials := secret == canaryPassword || secret == canarySeed
			if !(session && c.Session || credentials && c.Secrets) {
				t.Errorf("%s holds %s", where, secret)
			}
		}
		for _, lines := range [][]string{out.Run, out.Check, out.Silent, out.Notes} {
			if found := holds(strings.Join(lines, "\n")); len(found) > 0 {
				t.Errorf("%s: what is said holds %s", where, found)
			}
		}
		if shown := fmt.Sprintf("%v %+v %#v %s", out, out, out, out.Files[0].Content); len(holds(shown)) > 0 {
			t.Errorf("%s: printing it shows %s", where, holds(shown))
		}
		if text, err := json.Marshal(out); err != nil || len(holds(string(text))) > 0 {
			t.Errorf("%s as JSON: %v %s", where, err, holds(string(text)))
		}
		for _, f := range out.Files {
			if found := holds(f.Mask()); len(found) > 0 {
				t.Errorf("%s: the preview of %s holds %s", where, f.Name, found)
			}
			if secret := len(holds(f.Content.Reveal())) > 0; secret != f.Secret || secret && f.Mode != 0o600 {
				t.Errorf("%s: %s holds a secret: %v, says %v, mode %o", where, f.Name, secret, f.Secret, f.Mode)
			}
		}
		if len(out.Run) == 0 || len(out.Check) == 0 || len(out.Silent) == 0 {
			t.Errorf("%s does not say how to run it, how to check it, or how it fails", where)
		}
	}
	return made
}

func TestATicketIsMaskedAndPrivate(t *testing.T) {
	made := map[string]int{}
	for name, in := range logins() {
		for _, f := range FormatNames() {
			ticket, err := Write(f, in)
			if err != nil {
				continue
			}
			made[f]++
			where := name + " as " + f
			if ticket.File.Mode != 0o600 || !ticket.File.Secret {
				t.Errorf("%s has mode %o", where, ticket.File.Mode)
			}
			if found := holds(ticket.File.Mask()); len(found) > 0 {
				t.Errorf("the preview of %s holds %s", where, found)
			}
			if !strings.Contains(ticket.File.Mask(), dots) {
				t.Errorf("the preview of %s shows nothing:\n%s", where, ticket.File.Mask())
			}
			found := holds(ticket.File.Content.Reveal())
			if len(found) == 0 {
				t.Errorf("%s has no session in it", where)
			}
			for _, secret := range found {
				if secret == canaryIdP || secret == canaryTab {
					t.Errorf("%s holds %s", where, secret)
				}
			}
			if text := strings.Join(ticket.Notes, "\n"); len(holds(text)) > 0 || !strings.Contains(text, "session") {
				t.Errorf("%s: %s", where, text)
			}
		}
	}
	for _, f := range FormatNames() {
		if made[f] == 0 {
			t.Errorf("no ticket was written as %s", f)
		}
	}
}
