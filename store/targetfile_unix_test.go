//go:build !windows

package store

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

func TestWhatIsNoFileIsNotOpened(t *testing.T) {
	s := withFile(t, "shop", least)
	pipe := s.Path("pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(s.Path("folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"loop": "loop.yaml", "one": "two.yaml", "two": "one.yaml", "dangling": "nowhere", "device": "/dev/zero"} {
		if err := os.Symlink(to, s.Path(name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"pipe":     "targets/pipe.yaml: this is a pipe, not a file",
		"folder":   "targets/folder.yaml: this is a folder, not a file",
		"device":   "targets/device.yaml: this is a device, not a file",
		"loop":     "too many levels of symbolic links",
		"one":      "too many levels of symbolic links",
		"dangling": "no such target",
	} {
		if _, err := s.Get(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Get(%q) = %v, want %q", name, err, want)
		}
	}
	all, err := s.List()
	if len(all) != 1 || err == nil {
		t.Errorf("List = %d targets, %v; want the good one and the errors", len(all), err)
	}
}
