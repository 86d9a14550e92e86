package lab

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"time"
)

// A hashing is an HMAC hash of RFC 6238 with the name that otpauth URIs give it
// and the seed length that suits it (RFC 4226 R6, RFC 6238 §5.1).
type hashing struct {
	name    string
	new     func() hash.Hash
	seedLen int
}

var (
	hashSHA1   = hashing{"SHA1", sha1.New, sha1.Size}
	hashSHA256 = hashing{"SHA256", sha256.New, sha256.Size}
)

// A factor is what one account's authenticator app was set up with.
type factor struct {
	hash   hashing
	digits int
	period time.Duration // whole seconds
	seed   []byte
}

// step gives the number of the time step that at falls in (RFC 6238 §4.2).
func (f factor) step(at time.Time) int64 {
	seconds, period := at.Unix(), int64(f.period/time.Second)
	step := seconds / period
	if seconds%period < 0 { // Go rounds to zero, time steps do not.
		step--
	}
	return step
}

// code computes the passcode of a time step (RFC 4226 §5.3).
func (f factor) code(step int64) string {
	mac := hmac.New(f.hash.new, f.seed)
	_ = binary.Write(mac, binary.BigEndian, step) // A hash never fails to take bytes.
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0x0f
	value := uint64(binary.BigEndian.Uint32(sum[offset:]) & 0x7fffffff)
	modulus := uint64(1)
	for range f.digits {
		modulus *= 10
	}
	return fmt.Sprintf("%0*d", f.digits, value%modulus)
}

// matches gives the steps around at, one to each side (RFC 6238 §5.2), whose
// passcode is code; oldest first. More than one is a rare accident.
func (f factor) matches(code string, at time.Time) []int64 {
	var steps []int64
	now := f.step(at)
	for step := now - 1; step <= now+1; step++ {
		if hmac.Equal([]byte(f.code(step)), []byte(code)) {
			steps = append(steps, step)
		}
	}
	return steps
}
