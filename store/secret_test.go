package store

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"log"
	"log/slog"
	"strings"
	"testing"
	texttemplate "text/template"

	"go.yaml.in/yaml/v3"
)

// canary is a secret that no output may hold in any spelling.
const canary = "hunter2-canary"

// carriers are the ways in which a secret travels through a program.
func carriers() map[string]any {
	s := NewSecret(canary)
	type exported struct{ Secret Secret }
	type unexported struct{ secret Secret }
	type pointer struct{ Secret *Secret }
	type embedded struct{ Secret }
	type deep struct {
		in  exported
		all []unexported
		by  map[string]pointer
		any any
		err error
	}
	return map[string]any{
		"itself":            s,
		"pointer":           &s,
		"interface":         any(s),
		"exported field":    exported{s},
		"unexported field":  unexported{s},
		"pointer field":     pointer{&s},
		"embedded":          embedded{s},
		"pointer to struct": &unexported{s},
		"slice":             []Secret{s},
		"slice of pointers": []*Secret{&s},
		"array":             [1]Secret{s},
		"map value":         map[string]Secret{"k": s},
		"map of any":        map[string]any{"k": s, "l": &s},
		"deep":              deep{exported{s}, []unexported{{s}}, map[string]pointer{"k": {&s}}, s, fmt.Errorf("with %v", s)},
		"error":             fmt.Errorf("sign in with %v, %s, %q, %x, %+v, %#v", s, s, s, s, s, s),
		"joined error":      errors.Join(fmt.Errorf("first %v", s), fmt.Errorf("then %v", &s)),
		"ledger key":        LedgerKey{key: s},
		"ledger key within": struct{ key LedgerKey }{LedgerKey{key: s}},
		"memory":            &Memory{kept: map[Ref]Secret{{Owner: "shop", Kind: KindPassword}: s}},
		"file contents":     contents{Secrets: map[string]sealed{"shop/otp": {s}}},
	}
}

func wantNoCanary(t *testing.T, how, out string) {
	t.Helper()
	if spelling := holds([]byte(out), canary); spelling != "" {
		t.Errorf("%s shows the secret in %s: %s", how, spelling, out)
	}
}

func TestASecretIsNotPrintedByAnyVerb(t *testing.T) {
	for name, v := range carriers() {
		for verb := byte('A'); verb <= 'z'; verb++ {
			for _, flags := range []string{"", "+", "#", " ", "0", "-20", "20.3", "+#", " #"} {
				format := "%" + flags + string(verb)
				wantNoCanary(t, name+" with "+format, fmt.Sprintf(format, v))
			}
		}
		wantNoCanary(t, name+" printed", fmt.Sprint(v)+fmt.Sprintln(v, v))
		wantNoCanary(t, name+" as width", fmt.Sprintf("%*d", v, 1))
		for _, mistake := range []string{"nothing", "%", "%!", "%[2]v", "%z"} {
			wantNoCanary(t, name+" by mistake", fmt.Sprintf(mistake, v))
		}
	}
}

func TestASecretSaysThatItIsOne(t *testing.T) {
	s := NewSecret(canary)
	for _, format := range []string{"%v", "%s", "%+v", "%#v", "%x", "%d", "%q"} {
		if got := fmt.Sprintf(format, s); got != redacted {
			t.Errorf("%s prints %q, want %q", format, got, redacted)
		}
	}
	if s.String() != redacted || s.GoString() != redacted || s.LogValue().String() != redacted {
		t.Error("String, GoString or LogValue say something else than [secret]")
	}
}

func TestASecretIsNotWrittenByAnyEncoder(t *testing.T) {
	for name, v := range carriers() {
		if name == "file contents" {
			continue // its one purpose is to be encoded, and encrypted next
		}
		j, _ := json.Marshal(v)
		wantNoCanary(t, name+" as JSON", string(j))
		y, _ := yaml.Marshal(v)
		wantNoCanary(t, name+" as YAML", string(y))
		x, _ := xml.Marshal(v)
		wantNoCanary(t, name+" as XML", string(x))
		var b bytes.Buffer
		_ = gob.NewEncoder(&b).Encode(v)
		wantNoCanary(t, name+" as gob", b.String())
	}
	m, err := json.Marshal(struct{ S Secret }{NewSecret(canary)})
	if err != nil || string(m) != `{"S":"[secret]"}` {
		t.Errorf("JSON = %s, %v", m, err)
	}
	y, err := yaml.Marshal(map[string]Secret{"s": NewSecret(canary)})
	if err != nil || strings.TrimSpace(string(y)) != "s: '[secret]'" {
		t.Errorf("YAML = %s, %v", y, err)
	}
	text, err := NewSecret(canary).MarshalText()
	if err != nil || string(text) != redacted {
		t.Errorf("text = %s, %v", text, err)
	}
}

func TestASecretIsNotLogged(t *testing.T) {
	for name, v := range carriers() {
		if name == "file contents" {
			continue
		}
		var b bytes.Buffer
		for _, logger := range []*slog.Logger{
			slog.New(slog.NewTextHandler(&b, nil)),
			slog.New(slog.NewJSONHandler(&b, nil)),
		} {
			logger.With("with", v).Info("message", "value", v, slog.Group("group", "in", v))
		}
		log.New(&b, "", 0).Print(v)
		wantNoCanary(t, name+" in a log", b.String())
	}
}

func TestASecretIsNotRenderedByATemplate(t *testing.T) {
	for name, v := range carriers() {
		var b bytes.Buffer
		const text = `{{.}} {{printf "%v %s %q" . . .}} {{print .}}`
		_ = texttemplate.Must(texttemplate.New("").Parse(text)).Execute(&b, v)
		_ = template.Must(template.New("").Parse(`<a href="{{.}}">`+text+`</a>`)).Execute(&b, v)
		wantNoCanary(t, name+" in a template", b.String())
	}
}

func TestSecretKeepsItsValue(t *testing.T) {
	for _, v := range []string{"x", canary, "\x00", strings.Repeat("z", 1<<16)} {
		if s := NewSecret(v); s.Reveal() != v || s.IsZero() {
			t.Errorf("a secret of %d bytes changed", len(v))
		}
	}
	if s := NewSecret(""); !s.IsZero() || s.Reveal() != "" {
		t.Error("nothing became something")
	}
	if !(Secret{}).IsZero() {
		t.Error("the zero Secret is not empty")
	}
}

func TestSecretEqual(t *testing.T) {
	a := NewSecret("a")
	for _, c := range []struct {
		x, y Secret
		want bool
	}{
		{a, a, true},
		{a, NewSecret("a"), true},
		{a, NewSecret("b"), false},
		{a, NewSecret("aa"), false},
		{a, Secret{}, false},
		{Secret{}, NewSecret(""), true},
	} {
		if got := c.x.Equal(c.y); got != c.want {
			t.Errorf("Equal(%d bytes, %d bytes) = %v", len(c.x.Reveal()), len(c.y.Reveal()), got)
		}
	}
}
