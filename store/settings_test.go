package store

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
)

func TestSettingsAreRemembered(t *testing.T) {
	file := filepath.Join(t.TempDir(), "gatepass", "settings.yaml")
	if s, err := LoadSettings(file); err != nil || s != (Settings{}) {
		t.Errorf("without a file: %+v, %v", s, err)
	}
	for _, b := range []Backend{BackendFile, BackendKeyring, BackendKeyring, "", BackendFile} {
		if err := SaveSettings(file, Settings{Store: b}); err != nil {
			t.Fatalf("SaveSettings(%q): %v", b, err)
		}
		if s, err := LoadSettings(file); err != nil || s.Store != b {
			t.Errorf("LoadSettings = %+v, %v; want %q", s, err, b)
		}
	}
	wantMode(t, file, 0o600)
	wantMode(t, filepath.Dir(file), 0o700)
}

func TestSettingsKeepComments(t *testing.T) {
	file := filepath.Join(t.TempDir(), "settings.yaml")
	for _, c := range []struct{ before, after string }{
		{"# mine\n\nstore:  file   # no keyring here\n# end\n", "# mine\n\nstore:  keyring   # no keyring here\n# end\n"},
		{"# nothing yet\n", "# nothing yet\nstore: keyring\n"},
		{"# nothing yet", "# nothing yet\nstore: keyring\n"},
		{"", "store: keyring\n"},
		{"{}\n", "{store: keyring}\n"},
	} {
		mustWrite(t, file, c.before)
		if err := SaveSettings(file, Settings{Store: BackendKeyring}); err != nil {
			t.Fatalf("%q: %v", c.before, err)
		}
		wantText(t, file, c.after)
	}
}

func TestWrongSettingsSayWhatIsWrong(t *testing.T) {
	file := filepath.Join(t.TempDir(), "gp", "settings.yaml")
	if err := ensureFolder(filepath.Dir(file)); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"stor: file\n":                 `gp/settings.yaml:1: unknown key "stor"; did you mean "store"? allowed: store`,
		"# a\nstore: kering\n":         `gp/settings.yaml:2: store: "kering" is not a place for secrets; did you mean "keyring"? allowed: keyring, file`,
		"store: memory\n":              `gp/settings.yaml:1: store: "memory" is not a place for secrets; allowed: keyring, file`,
		"store: [file]\n":              `gp/settings.yaml:1: store must be one value, not a list`,
		"store: file\nstore: file\n":   `gp/settings.yaml:2: key "store" stands here a second time; keep one`,
		"store: file\n---\nstore: x\n": `gp/settings.yaml:2: a second document begins here; one file holds one, so remove the --- line and what follows`,
	} {
		mustWrite(t, file, text)
		_, err := LoadSettings(file)
		var field *FieldError
		if !errors.As(err, &field) || err.Error() != want {
			t.Errorf("%q: %v\nwant %s", text, err, want)
		}
		if err := SaveSettings(file, Settings{Store: BackendFile}); err == nil {
			t.Errorf("%q was edited", text)
		}
		wantText(t, file, text)
	}
	if err := SaveSettings(file, Settings{Store: BackendMemory}); err == nil || !strings.Contains(err.Error(), "keyring, file") {
		t.Errorf("memory was remembered: %v", err)
	}
}
