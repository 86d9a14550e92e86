package store

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzTarget: whatever is in a file, reading it ends in a valid target or in errors
// of this file; what was read can be changed, and then says the change.
func FuzzTarget(f *testing.F) {
	for _, seed := range []string{
		least, byHand, strings.ReplaceAll(byHand, "\n", "\r\n"), "", "{}", "---\n...\n", "- a", "url: |\n  x\n",
		"{url: https://a.example.com, username: u, route: otp}", least + "tags: [a, 'b', \"c\"] # d\n", least + "proof: {text: x}\n",
		least + "a: &a [*a]\n", "? url\n: https://a.example.com\n", "\"url\": x\n<<: y\n", "url: !!str x\n", least + "tags:\n-\n - x\n",
		"%YAML 1.1\n---\n" + least, "\ufeff" + least, least + "tags:\n  - >-\n    x\n  - y # z\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d := &document{name: "targets/shop.yaml", path: "/targets/shop.yaml"}
		err := d.parse(text)
		var target Target
		if err == nil {
			target, err = decodeTarget("shop", d)
		}
		if err != nil {
			var field *FieldError
			if !errors.As(err, &field) || !strings.HasPrefix(err.Error(), d.name) || !utf8.ValidString(err.Error()) {
				t.Errorf("not an error of this file: %q", err)
			}
			return
		}
		if err := target.Validate(); err != nil {
			t.Fatalf("it was read and is not valid: %v", err)
		}
		if !sameTarget(target, target.normal()) {
			t.Fatalf("it was read and is not normal: %+v", target)
		}
		for _, change := range []func(*Target){
			func(t *Target) { t.Username = "new # 'name'" },
			func(t *Target) { t.Tags = append(t.Tags, "new-tag-of-the-fuzzer") },
			func(t *Target) { t.Origins, t.Proof = nil, Proof{Text: "x"} },
			func(t *Target) { t.Origins = append(Grants("https://new.example.net"), t.Origins...) },
		} {
			want := target.normal()
			change(&want)
			if want.Validate() != nil {
				continue
			}
			_, err := d.edit(target.entries(), want.entries(), func(d *document) bool {
				got, err := decodeTarget("shop", d)
				return err == nil && sameTarget(got, want)
			})
			if err != nil {
				t.Errorf("edit: %v\n%q", err, text)
			}
		}
	})
}

// FuzzOrigin: an origin that is accepted is spelled in one way, over TLS or on this
// machine, and has nothing but scheme, host and port.
func FuzzOrigin(f *testing.F) {
	for _, seed := range []string{"https://a.example:443", "http://[::1]:1", "https://BÜCHER.example", "https://a@b", "http://127.1", "https://a.example/x", "https://a\\@b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		origin, err := ParseOrigin(s)
		if err != nil {
			return
		}
		again, err := ParseOrigin(origin)
		if err != nil || again != origin {
			t.Errorf("%q gives %q, which gives %q, %v", s, origin, again, err)
		}
		rest, secure := strings.CutPrefix(origin, "https://")
		if !secure {
			rest = strings.TrimPrefix(origin, "http://")
			if !strings.HasPrefix(rest, "localhost") && !strings.HasPrefix(rest, "127.") && !strings.HasPrefix(rest, "[::1]") {
				t.Errorf("%q is plain http elsewhere", origin)
			}
		}
		if rest == "" || strings.ContainsAny(rest, "/?#@\\ *") || strings.ToLower(rest) != rest {
			t.Errorf("%q is more than an origin", origin)
		}
	})
}
