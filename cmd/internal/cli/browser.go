package cli

import (
	"os"

	"gatepass/auth/login/chrome"
)

// browserGuardian is how this program is started to look after a browser's profile; nil if
// it does not know where it is itself.
func browserGuardian() []string {
	self, err := os.Executable()
	if err != nil {
		return nil
	}
	return []string{self, chrome.GuardianArg}
}

// guardBrowser looks after the profile in a folder. Nobody hears what it would say.
func guardBrowser(folder string) int {
	if err := chrome.Guard(folder, os.Stdin); err != nil {
		return exitFailed
	}
	return exitDone
}
