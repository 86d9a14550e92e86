package store

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// ErrBadName is a target's name that is not a file's name on every platform.
var ErrBadName = errors.New("not a name for a target")

var namePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,62}$`)

// secretLike is what a seed or a link with one looks like. People give those where a
// name is wanted, and errors are kept in logs.
var secretLike = regexp.MustCompile(`[:=+]|^[A-Z2-7 ]{16,}$`)

// Windows takes these for devices, with any extension too: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
var devicePattern = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)

// CheckName answers ErrBadName for a name that a target cannot have. The file of a
// good one is safe on every platform and in every keyring.
func CheckName(name string) error {
	why := nameProblem(name)
	if why == "" {
		return nil
	}
	if secretLike.MatchString(name) {
		return fmt.Errorf("%w: %s", ErrBadName, why)
	}
	err := fmt.Errorf("%w: %q: %s", ErrBadName, name, why)
	if better := betterName(name); better != "" {
		return WithHint(err, fmt.Sprintf("Call it %q.", better))
	}
	return err
}

// nameProblem says why name is no name for a target, "" if it is one.
func nameProblem(name string) string {
	switch {
	case name == "":
		return "it is empty"
	case devicePattern.MatchString(name):
		return "Windows takes it for a device"
	case !namePattern.MatchString(name):
		return "names have 1 to 63 small letters, digits, dots, dashes and underscores, and begin with a letter or digit"
	case strings.HasSuffix(name, "."):
		return "Windows drops a dot at the end"
	case strings.HasSuffix(name, fileExt) || strings.HasSuffix(name, ".yml"):
		return "a name leaves out the file's ending"
	default:
		return ""
	}
}

// betterName gives the nearest good name, or "".
func betterName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9', r == '.', r == '_', r == '-':
			return r
		default:
			return '-'
		}
	}, strings.ToLower(strings.TrimSpace(name)))
	name = strings.TrimSuffix(strings.TrimSuffix(name, fileExt), ".yml")
	name = strings.Trim(name, "._-")
	if len(name) > 63 {
		name = strings.TrimRight(name[:63], "._-")
	}
	if devicePattern.MatchString(name) {
		name = "target-" + name
	}
	if nameProblem(name) != "" {
		return ""
	}
	return name
}
