package prompt

import "os"

// openTTY reads from the console. Its output has a handle of its own; questions
// go to the standard error, which is the console unless somebody redirected it.
func openTTY() (in, out *os.File, err error) {
	in, err = os.OpenFile("CONIN$", os.O_RDWR, 0)
	return in, os.Stderr, err
}

// suspensions never tells: nothing is suspended here.
func suspensions() (asked <-chan os.Signal, stop func()) { return nil, func() {} }

func suspend() {}
