package httpdriver

import (
	"net/http"
	"strconv"
	"time"

	"gatepass/auth/login"
)

// clock keeps the best sample of the difference between the target's clock and
// ours. A Date header (RFC 9110 §6.6.1) names a whole second, so the instant
// meant lies within it; when the answer was written lies between sending and
// receiving. The sample with the quickest answer is the sharpest.
type clock struct {
	skew login.Skew
}

func (c *clock) sample(h http.Header, sent, received time.Time) {
	at, err := http.ParseTime(h.Get("Date"))
	if err != nil || received.Before(sent) {
		return
	}
	// A cache keeps the Date of what it kept, and says how old that is
	// (RFC 9111 §5.1).
	if age, err := strconv.Atoi(h.Get("Age")); err == nil && age > 0 {
		at = at.Add(time.Duration(age) * time.Second)
	}
	trip := received.Sub(sent)
	within := trip/2 + 500*time.Millisecond
	if c.skew.Known && c.skew.Within <= within {
		return
	}
	c.skew = login.Skew{
		Offset: at.Add(500 * time.Millisecond).Sub(sent.Add(trip / 2)),
		Within: within,
		Known:  true,
	}
}
