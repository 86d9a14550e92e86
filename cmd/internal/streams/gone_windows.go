package streams

// ReaderGone reports whether nobody reads Out any more. Here only writing tells.
func (s *Streams) ReaderGone() bool { return false }
