//go:build unix

package streams

import (
	"os"

	"golang.org/x/sys/unix"
)

// ReaderGone reports whether nobody reads Out any more: the other end of its pipe
// was closed. Without a look a program that writes seldom would not notice for long.
func (s *Streams) ReaderGone() bool {
	out, ok := s.Out.(*os.File)
	if !ok {
		return false
	}
	fds := []unix.PollFd{{Fd: int32(out.Fd())}}
	n, err := unix.Poll(fds, 0)
	return err == nil && n > 0 && fds[0].Revents&(unix.POLLERR|unix.POLLNVAL) != 0
}
