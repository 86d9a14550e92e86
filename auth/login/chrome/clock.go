package chrome

import (
	"net/http"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/network"

	"gatepass/auth/login"
)

// clock keeps the sharpest sample of how far the target's clock is ahead, by the
// Date header (RFC 9110 §6.6.1), which names a whole second.
type clock struct {
	skew login.Skew
}

func (c *clock) sample(h network.Headers, sent, received time.Time) {
	at, err := http.ParseTime(header(h, "date"))
	if err != nil || received.Before(sent) {
		return
	}
	if age, err := strconv.Atoi(header(h, "age")); err == nil && age > 0 { // RFC 9111 §5.1
		at = at.Add(time.Duration(age) * time.Second)
	}
	trip := received.Sub(sent)
	within := trip/2 + 500*time.Millisecond
	if c.skew.Known && c.skew.Within <= within {
		return
	}
	c.skew = login.Skew{Offset: at.Add(500 * time.Millisecond).Sub(sent.Add(trip / 2)), Within: within, Known: true}
}
