package otp

import "time"

// Seconds since 1970 between which [Key.Window] counts. The end is the last second
// that four digits of a year can write, as RFC 3339 and JSON need; the beginning
// is Go's zero time.
const (
	firstSecond = -62135596800 // 0001-01-01T00:00:00Z
	lastSecond  = 253402300799 // 9999-12-31T23:59:59Z
)

// Step gives the number of the time step that at falls into: RFC 6238's T, with T0
// at 1970-01-01T00:00:00Z, negative before that. HOTP has no steps; it gives 0.
func (k Key) Step(at time.Time) int64 {
	if k.period == 0 {
		return 0
	}
	second := at.Unix() // rounds down, also before 1970
	step := second / k.period
	if second%k.period < 0 {
		step--
	}
	return step
}

// Window gives the time of a step in UTC: its code is right from from until just
// before until. Steps beyond the years 1 to 9999 give the outermost window. HOTP
// has no windows; it gives two zero times.
func (k Key) Window(step int64) (from, until time.Time) {
	if k.period == 0 {
		return time.Time{}, time.Time{}
	}
	step = min(max(step, firstSecond/k.period), k.lastStep())
	return time.Unix(step*k.period, 0).UTC(), time.Unix((step+1)*k.period, 0).UTC()
}

// lastStep is the last step that ends within the year 9999.
func (k Key) lastStep() int64 { return lastSecond/k.period - 1 }
