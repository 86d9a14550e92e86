package store

import (
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func env(pairs ...string) func(string) string {
	m := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return m[name] }
}

func TestHomeFollowsThePlatform(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the paths below are absolute elsewhere only")
	}
	for _, c := range []struct {
		name, goos    string
		env           []string
		config, state string
	}{
		{"Linux", "linux", []string{"HOME", "/home/u"}, "/home/u/.config/gatepass", "/home/u/.local/state/gatepass"},
		{"Linux with XDG", "linux", []string{"HOME", "/home/u", "XDG_CONFIG_HOME", "/c", "XDG_STATE_HOME", "/s"}, "/c/gatepass", "/s/gatepass"},
		{"FreeBSD", "freebsd", []string{"HOME", "/home/u"}, "/home/u/.config/gatepass", "/home/u/.local/state/gatepass"},
		{"macOS", "darwin", []string{"HOME", "/Users/u", "XDG_CONFIG_HOME", "/c"}, "/Users/u/Library/Application Support/gatepass", "/Users/u/Library/Application Support/gatepass"},
		{"Windows", "windows", []string{"AppData", "/roaming", "LocalAppData", "/local"}, "/roaming/gatepass", "/local/gatepass"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := platformHome(c.goos, env(c.env...))
			if want := (Home{c.config, c.state}); err != nil || got != want {
				t.Errorf("home = %+v, %v; want %+v", got, err, want)
			}
		})
	}
}

func TestHomeThatIsNotKnown(t *testing.T) {
	for _, c := range []struct {
		name, goos string
		env        []string
	}{
		{"nothing is set", "linux", nil},
		{"a relative XDG folder", "linux", []string{"HOME", "/home/u", "XDG_CONFIG_HOME", "config"}},
		{"a relative state folder", "linux", []string{"HOME", "/home/u", "XDG_STATE_HOME", "."}},
		{"a relative HOME", "darwin", []string{"HOME", "u"}},
		{"Windows without AppData", "windows", []string{"LocalAppData", "/local"}},
		{"Windows without LocalAppData", "windows", []string{"AppData", "/roaming"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := platformHome(c.goos, env(c.env...))
			if err == nil || got != (Home{}) {
				t.Fatalf("home = %+v, %v", got, err)
			}
			if len(Hints(err)) == 0 {
				t.Error("the error does not say what to do")
			}
		})
	}
	if _, err := PlatformHome(env()); !errors.Is(err, errNoHome) {
		t.Errorf("PlatformHome = %v", err)
	}
}

func TestHomeAtKeepsEverythingInOneFolder(t *testing.T) {
	h := HomeAt(filepath.FromSlash("/g"))
	for _, c := range []struct{ got, want string }{
		{h.TargetsDir(), "/g/targets"},
		{h.SettingsFile(), "/g/settings.yaml"},
		{h.LedgerFile(), "/g/ledger.db"},
		{h.LedgerKeyLock(), "/g/ledger-key.lock"},
		{h.SecretsFile(), "/g/secrets.age"},
		{h.IdentityFile(), "/g/identity.age"},
		{h.EvidenceDir("shop"), "/g/evidence/shop"},
	} {
		if c.got != filepath.FromSlash(c.want) {
			t.Errorf("path = %s, want %s", c.got, c.want)
		}
	}
}

func TestSecretsStayOutOfTheFolderThatPeopleShare(t *testing.T) {
	h := Home{Config: "/c", State: "/s"}
	for _, path := range []string{h.SecretsFile(), h.IdentityFile(), h.LedgerFile(), h.EvidenceDir("shop")} {
		if strings.HasPrefix(filepath.ToSlash(path), "/c/") {
			t.Errorf("%s is in the folder of settings", path)
		}
	}
}
