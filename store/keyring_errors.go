package store

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"

	"github.com/godbus/dbus/v5"
	"github.com/zalando/go-keyring"
)

// classes lists the errors that need no naming any more.
var classes = []error{ErrNotFound, ErrLocked, ErrUnavailable, ErrTimeout, ErrTooBig, ErrCrashed, context.Canceled}

// explain gives err one of our names, if it has none, and the hints for it.
func (m machine) explain(err error) error {
	if err == nil {
		return nil
	}
	class := err
	if !isNamed(err) {
		class = m.classify(err)
		err = fmt.Errorf("%w: %w", class, err)
	}
	for _, name := range classes {
		if errors.Is(class, name) {
			return WithHint(err, m.hints(name)...)
		}
	}
	return err
}

func isNamed(err error) bool {
	for _, name := range classes {
		if errors.Is(err, name) {
			return true
		}
	}
	return false
}

// classify names what a keyring's client reported on this platform. What nobody has
// described yet is ErrUnavailable: no secret came, and none was kept.
func (m machine) classify(err error) error {
	var exit *exec.ExitError
	var busError dbus.Error
	var errno syscall.Errno
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, keyring.ErrSetDataTooBig):
		return ErrTooBig
	case errors.As(err, &busError):
		return classifyBus(busError.Name)
	case m.goos == "darwin" && errors.As(err, &exit):
		return classifySecurity(exit.ExitCode())
	case m.goos == "windows" && errors.As(err, &errno):
		return classifyCredential(errno)
	case strings.HasPrefix(err.Error(), "failed to unlock correct collection"):
		// The client has no error value for it. Which collection it is tells a
		// locked one from none at all, if lookCloser has not.
		if strings.Contains(err.Error(), "/aliases/default") {
			return ErrUnavailable
		}
		return ErrLocked
	default:
		return ErrUnavailable
	}
}

// classifyBus goes by the name of a D-Bus error, which its text leaves out: Secret
// Service API, "Errors", https://specifications.freedesktop.org/secret-service/.
func classifyBus(name string) error {
	switch name {
	case "org.freedesktop.Secret.Error.IsLocked":
		return ErrLocked
	case "org.freedesktop.Secret.Error.NoSuchObject":
		return ErrNotFound // removed between the search and the reading
	case "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.DBus.Error.Timeout", "org.freedesktop.DBus.Error.TimedOut":
		return ErrTimeout
	default:
		return ErrUnavailable
	}
}

// classifySecurity goes by the exit code of macOS' security command, which is the
// low byte of an OSStatus.
func classifySecurity(code int) error {
	switch code {
	case 36, // errSecInteractionNotAllowed
		51,  // errSecAuthFailed
		128, // errSecUserCanceled
		154: // locked, over SSH
		return ErrLocked
	case 44: // errSecItemNotFound
		return ErrNotFound
	default: // 37, 50, 53: no keychain; the rest is undescribed
		return ErrUnavailable
	}
}

// classifyCredential goes by Windows' system error codes.
func classifyCredential(errno syscall.Errno) error {
	switch errno {
	case 1168: // ERROR_NOT_FOUND
		return ErrNotFound
	case 1783: // RPC_X_BAD_STUB_DATA, what CredWrite says to a blob too large
		return ErrTooBig
	default: // 1312, ERROR_NO_SUCH_LOGON_SESSION: a network logon, such as SSH
		return ErrUnavailable
	}
}

// lookCloser tells a locked default collection from none at all, which the client's
// error does not: KWallet has no collection called "login", so for it everything
// goes through the alias. It runs behind the guard, like the call whose error it
// looks at.
func lookCloser(err error) error {
	const unlock = "failed to unlock correct collection '/org/freedesktop/secrets/aliases/default'"
	if err == nil || err.Error() != unlock {
		return err
	}
	conn, dialErr := dbus.SessionBus()
	if dialErr != nil {
		return err
	}
	var collection dbus.ObjectPath
	call := conn.Object("org.freedesktop.secrets", "/org/freedesktop/secrets").
		Call("org.freedesktop.Secret.Service.ReadAlias", dbus.FlagNoAutoStart, "default")
	if call.Store(&collection) != nil || collection == "/" || !collection.IsValid() {
		return err
	}
	return fmt.Errorf("%w: %w", ErrLocked, err)
}
