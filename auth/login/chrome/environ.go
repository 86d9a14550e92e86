package chrome

import (
	"path/filepath"
	"runtime"
	"strings"
)

// passed are the variables that a browser needs of its environment: where its
// files, its screen and its libraries are. Nothing else is handed on, so that no
// secret of the caller's environment comes into a process that runs pages.
var passed = map[string]bool{
	"HOME": true, "PATH": true, "LANG": true, "LC_ALL": true, "TZ": true, "USER": true, "LOGNAME": true,
	"DISPLAY": true, "WAYLAND_DISPLAY": true, "XAUTHORITY": true, "XDG_RUNTIME_DIR": true, "DBUS_SESSION_BUS_ADDRESS": true,
	"LD_LIBRARY_PATH": true, "FONTCONFIG_FILE": true, "FONTCONFIG_PATH": true,
	"SSL_CERT_FILE": true, "SSL_CERT_DIR": true,
	"SYSTEMROOT": true, "SYSTEMDRIVE": true, "WINDIR": true, "COMSPEC": true, "PATHEXT": true, "USERPROFILE": true,
	"LOCALAPPDATA": true, "APPDATA": true, "PROGRAMDATA": true, "PROGRAMFILES": true, "PROGRAMFILES(X86)": true,
}

// maxSocketFolder is how long the path of a folder may be in which the browser
// makes a socket: the system takes no more than 104 bytes (macOS; 108 on Linux),
// of which the browser needs 56 for its own names.
const maxSocketFolder = 48

// browserEnviron is the browser's environment. Its temporary files go into the
// profile's folder, which is removed.
func browserEnviron(environ []string, folder string) []string {
	var env []string
	have := map[string]bool{}
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		if key := strings.ToUpper(name); passed[key] && !have[key] {
			have[key] = true
			env = append(env, pair)
		}
	}
	if !have["PATH"] && runtime.GOOS != "windows" {
		env = append(env, "PATH=/usr/local/bin:/usr/bin:/bin")
	}
	if !have["HOME"] && runtime.GOOS != "windows" {
		env = append(env, "HOME="+folder)
	}
	if len(folder) > maxSocketFolder {
		folder = filepath.Dir(folder)
	}
	return append(env, "TMPDIR="+folder, "TEMP="+folder, "TMP="+folder)
}

// lookup finds a variable; names are compared as Windows does.
func lookup(environ []string, name string) string {
	for _, pair := range environ {
		if key, value, ok := strings.Cut(pair, "="); ok && strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}
