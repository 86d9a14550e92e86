package otp_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"gatepass/auth/otp"
	"gatepass/store"
)

// holder has a key and a code where fmt reaches by reflection without calling any
// of their methods.
type holder struct {
	key  otp.Key
	code otp.Code
	deep struct{ keys []otp.Key }
	ref  *otp.Key
	any  any
	dict map[string]otp.Code
}

func TestNothingPrintsASeedOrACode(t *testing.T) {
	const raw = "gatepass's own seed!"
	k := mustNew(t, otp.Params{Issuer: "Acme", Account: "bob", Seed: store.NewSecret(raw), Digits: 10})
	c, err := k.At(k.Step(instant))
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{
		raw, k.Seed().Reveal(), hex.EncodeToString([]byte(raw)), base64.StdEncoding.EncodeToString([]byte(raw)),
		hex.EncodeToString([]byte(k.Seed().Reveal())), base64.StdEncoding.EncodeToString([]byte(k.Seed().Reveal())),
		c.Reveal(), hex.EncodeToString([]byte(c.Reveal())), strings.Trim(fmt.Sprint([]byte(raw)), "[]"),
		strings.Trim(fmt.Sprint([]byte(k.Seed().Reveal())), "[]"), strings.Trim(fmt.Sprint([]byte(c.Reveal())), "[]"),
	}
	h := holder{key: k, code: c, ref: &k, any: c, dict: map[string]otp.Code{"x": c}}
	h.deep.keys = []otp.Key{k}
	params := otp.Params{Seed: store.NewSecret(raw)}

	for _, v := range []any{k, &k, c, &c, h, &h, []any{k, c}, map[string]any{"k": k, "c": c}, params, struct{ otp.Key }{k}, errors.Join(fmt.Errorf("%v %v", k, c))} {
		for _, said := range everyPrint(t, v) {
			for _, secret := range secrets {
				if strings.Contains(strings.ToLower(said), strings.ToLower(secret)) {
					t.Errorf("%T prints a secret: %.200q", v, said)
				}
			}
		}
	}
	for _, v := range []any{k, c} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%08.3f"} {
			if said := fmt.Sprintf(verb, v); said != "[secret]" {
				t.Errorf("%T with %s prints %q, want [secret]", v, verb, said)
			}
		}
	}
}

// everyPrint shows v in each way that the program and its libraries have.
func everyPrint(t *testing.T, v any) []string {
	t.Helper()
	var said []string
	for _, verb := range "vTtbcdoOqxXUeEfFgGspw" {
		for _, flags := range []string{"", "+", "#", "-20", "020", " ", ".3"} {
			said = append(said, fmt.Sprintf("%"+flags+string(verb), v))
		}
	}
	said = append(said, fmt.Sprint(v), fmt.Sprintln(v))
	if encoded, err := json.Marshal(v); err == nil {
		said = append(said, string(encoded))
	}
	if encoded, err := yaml.Marshal(v); err == nil {
		said = append(said, string(encoded))
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("text", "v", v)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("json", "v", v)
	return append(said, log.String())
}

func TestMarshalledKeysAreRedacted(t *testing.T) {
	k := mustParse(t, "otpauth://totp/Acme:bob?secret="+greenSeed)
	c, err := k.At(1)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(map[string]any{"key": k, "code": c})
	if err != nil || string(got) != `{"code":"[secret]","key":"[secret]"}` {
		t.Errorf("JSON is %s, %v", got, err)
	}
	got, err = yaml.Marshal(map[string]any{"key": k, "code": &c})
	if err != nil || string(got) != "code: '[secret]'\nkey: '[secret]'\n" {
		t.Errorf("YAML is %s, %v", got, err)
	}
	if text, err := k.MarshalText(); err != nil || string(text) != "[secret]" {
		t.Errorf("text is %s, %v", text, err)
	}
}
