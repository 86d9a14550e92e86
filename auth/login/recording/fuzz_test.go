package recording_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatepass/auth/login"
	"gatepass/auth/login/recording"
	"gatepass/store"
)

// FuzzImport brings in anything. What is kept can be read, types roles only, and holds
// nothing that was typed but an account's name.
func FuzzImport(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Add([]byte(`{"title":"x","steps":[{"type":"change","selectors":["#password",["a","b"]],"value":"{{password}}"}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		const password = "never-kept-5417"
		imported, err := recording.Import(raw, recording.Known{Username: "u", Password: store.NewSecret(password)})
		if err != nil {
			return
		}
		r, err := recording.Parse(imported.File)
		if err != nil {
			t.Fatalf("what was kept cannot be read: %v\n%s", err, imported.File)
		}
		for _, s := range r.Steps {
			if s.Do == login.RecordedFill && s.Role != login.RoleUsername && s.Role != login.RolePassword && s.Role != login.RoleCode {
				t.Errorf("a step types %q", s.Role)
			}
		}
		var given struct {
			Steps []struct{ Type, Value string }
		}
		if json.Unmarshal(raw, &given) != nil {
			return
		}
		var typed login.Secrets
		for _, s := range given.Steps {
			// What looks like a name is one to the reader as well.
			if s.Type == "change" && len(s.Value) > 12 && strings.Count(s.Value, "-") == 3 && !strings.Contains(s.Value, "@") {
				typed.Add(login.RolePassword, store.NewSecret(s.Value))
			}
		}
		typed.Add(login.RolePassword, store.NewSecret(password))
		if typed.In(string(imported.File)) && strings.Contains(string(raw), password) {
			t.Errorf("what was typed is kept:\n%s", imported.File)
		}
	})
}
