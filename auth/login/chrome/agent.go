package chrome

import (
	"runtime"
	"strings"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
)

// agent is what the browser calls itself: in the User-Agent header, in the client
// hints that go with it (User-Agent Client Hints §3), and to scripts. nil leaves the
// browser's own words.
//
// Without a window Chromium calls itself HeadlessChrome. Identity providers refuse
// the name, or take it for a browser that is out of date, and so a login would fail
// that succeeds for a person. So the word "Headless" is left out. All else is true:
// the engine, its version and the system are the browser's own, it names itself
// Chromium and no other product, and navigator.webdriver still says that a program
// is at the wheel.
func agent(v browser.GetVersionResult) *emulation.SetUserAgentOverrideParams {
	before, after, without := strings.Cut(v.UserAgent, headless)
	if !without {
		return nil
	}
	_, version, _ := strings.Cut(v.Product, "/")
	major, _, _ := strings.Cut(version, ".")
	_, rest, _ := strings.Cut(after, " ")
	name := before + "Chrome/" + major + ".0.0.0 " + rest // browsers tell no more of their version there
	list := func(version, other string) []*emulation.UserAgentBrandVersion {
		return []*emulation.UserAgentBrandVersion{{Brand: "Chromium", Version: version}, {Brand: "Not.A/Brand", Version: other}}
	}
	system := systems[runtime.GOOS]
	if system == "" {
		system = "Unknown"
	}
	return &emulation.SetUserAgentOverrideParams{
		UserAgent: name,
		UserAgentMetadata: &emulation.UserAgentMetadata{
			Brands: list(major, "8"), FullVersionList: list(version, "8.0.0.0"),
			Platform: system, Architecture: architectures[runtime.GOARCH], Bitness: "64", FormFactors: []string{"Desktop"},
		},
	}
}

// headless is what Chromium calls itself where it has no window.
const headless = "HeadlessChrome/"

// systems and architectures are the words of the client hints for them.
var (
	systems       = map[string]string{"linux": "Linux", "darwin": "macOS", "windows": "Windows"}
	architectures = map[string]string{"amd64": "x86", "arm64": "arm"}
)
