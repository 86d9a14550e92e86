package chrome

import "testing"

// Another run's folder may be called alike at its beginning; its browser is not ours.
func TestAnotherRunsBrowserIsNotOurs(t *testing.T) {
	const folder = "/tmp/gatepass-browser-12"
	for line, want := range map[string]bool{
		"chromium\x00--user-data-dir=/tmp/gatepass-browser-12\x00--headless\x00":                    true,
		"chromium\x00--headless\x00--user-data-dir=/tmp/gatepass-browser-12":                        true,
		"crashpad\x00--database=/tmp/gatepass-browser-12/Crashpad\x00":                              true,
		"chromium\x00--user-data-dir=/tmp/gatepass-browser-123\x00":                                 false,
		"chromium\x00--a=/tmp/gatepass-browser-123\x00--user-data-dir=/tmp/gatepass-browser-12\x00": true,
		"gatepass\x00browser-guardian\x00/tmp/gatepass-browser-12\x00":                              false,
		"chromium\x00--type=renderer\x00":                                                           false,
	} {
		if got := inOption([]byte(line), folder); got != want {
			t.Errorf("%q: %t", line, got)
		}
	}
}
