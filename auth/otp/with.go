package otp

// Named gives the same key under other names, cleaned as [New] cleans them. It
// answers a *[ParseError] if a name is too long.
func (k Key) Named(issuer, account string) (Key, error) {
	if k.IsZero() {
		return Key{}, ErrNoKey
	}
	if err := k.setNames(issuer, account); err != nil {
		return Key{}, err
	}
	return k, nil
}

// WithCounter gives the same counting key with another first counter, as an export
// needs it after codes were used. It answers ErrNoKey, ErrWrongType for a timed
// key, or ErrOutOfRange above [MaxCounter].
func (k Key) WithCounter(counter uint64) (Key, error) {
	switch {
	case k.IsZero():
		return Key{}, ErrNoKey
	case k.typ != HOTP:
		return Key{}, ErrWrongType
	case counter > MaxCounter:
		return Key{}, ErrOutOfRange
	}
	k.counter = counter
	return k, nil
}
