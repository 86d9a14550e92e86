package chrome

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"gatepass/store"
)

// ErrNoBrowser says that no browser of the Chromium family was found. Its hint
// has the command that installs one on this platform.
var ErrNoBrowser = errors.New("no browser was found")

// Find gives the program of a browser: the given path or name, or else the first
// one that is installed. The headless shell comes first, because it starts in half
// the time and takes half the memory; headful asks for one with a window.
// environ is where the platform's folders are looked up, as in [os.Environ].
func Find(path string, headful bool, environ []string) (string, error) {
	if path != "" {
		found, err := exec.LookPath(path)
		if err != nil {
			return "", store.WithHint(fmt.Errorf("%w at %q: %w", ErrNoBrowser, path, err), "Check the path given with --browser. "+install(runtime.GOOS))
		}
		return found, nil
	}
	for _, name := range names(runtime.GOOS, headful, environ) {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", store.WithHint(ErrNoBrowser, install(runtime.GOOS))
}

// names lists programs in the order in which they are preferred.
func names(goos string, headful bool, environ []string) []string {
	// Debian puts a script around its own, which is one process more to start and to end.
	headless := []string{"/usr/lib/chromium/chromium-headless-shell", "chromium-headless-shell", "chrome-headless-shell", "headless_shell", "headless-shell"}
	whole := []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "/snap/bin/chromium", "microsoft-edge", "microsoft-edge-stable", "msedge"}
	switch goos {
	case "darwin":
		for _, app := range []string{"Chromium.app/Contents/MacOS/Chromium", "Google Chrome.app/Contents/MacOS/Google Chrome", "Microsoft Edge.app/Contents/MacOS/Microsoft Edge"} {
			whole = append(whole, "/Applications/"+app)
			if home := lookup(environ, "HOME"); home != "" {
				whole = append(whole, filepath.Join(home, "Applications", app))
			}
		}
	case "windows":
		whole = append(whole, "chrome")
		for _, root := range []string{"ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"} {
			folder := lookup(environ, root)
			if folder == "" {
				continue
			}
			for _, program := range []string{`Google\Chrome\Application\chrome.exe`, `Chromium\Application\chrome.exe`, `Microsoft\Edge\Application\msedge.exe`} {
				whole = append(whole, filepath.Join(folder, program))
			}
		}
	}
	if headful {
		return whole
	}
	return append(headless, whole...)
}

// install is the sentence with the command that installs a browser.
func install(goos string) string {
	switch goos {
	case "darwin":
		return "Install one: brew install --cask chromium"
	case "windows":
		return "Install one: winget install --id Google.Chrome"
	case "linux":
		for _, way := range [...]struct{ program, command string }{
			{"apt-get", "sudo apt-get install chromium-headless-shell"},
			{"dnf", "sudo dnf install chromium-headless"},
			{"apk", "sudo apk add chromium"},
			{"pacman", "sudo pacman -S chromium"},
			{"zypper", "sudo zypper install chromium"},
		} {
			if _, err := exec.LookPath(way.program); err == nil {
				return "Install one: " + way.command
			}
		}
	}
	return "Install Chromium, Google Chrome or Microsoft Edge, or name one with --browser PATH."
}

// asRoot reports whether this runs as root, where Chromium refuses to start with
// its sandbox. On Windows there is no such user, and Geteuid answers -1.
func asRoot() bool { return os.Geteuid() == 0 }
