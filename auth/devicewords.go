package auth

import (
	"time"

	"gatepass/store"
)

// DeviceCaveat is what nobody but the second factor knows about a device that is
// trusted.
const DeviceCaveat = "The policy, another address or another browser may end it sooner."

// CaptureAgain is the command that has a device trusted anew.
func CaptureAgain(target string) string {
	return "gatepass verify " + target + " --trust-device --headful"
}

// DeviceWords says in a clause until when a trusted device holds, as far as its cookies
// tell, and when it was captured. Times are in now's place.
func DeviceWords(d store.DeviceTrust, now time.Time) string {
	captured := ""
	if !d.Made.IsZero() {
		captured = "; captured " + dayAndTime(d.Made, now)
	}
	switch _, over := d.Over(now); {
	case over && !d.Ended.IsZero():
		return "not trusted any more: the login of " + dayAndTime(d.Ended, now) + " was asked for a second factor" + captured
	case over:
		return "not trusted any more: its time was over on " + dayAndTime(d.Until, now) + captured
	case !d.Until.IsZero():
		return "trusted until " + dayAndTime(d.Until, now) + ", when the browser's cookie for it ends" + captured
	case !d.Made.IsZero():
		return "trusted, and the browser's cookie for it does not tell until when" + captured
	}
	return "kept, and not known until when; the next login finds out"
}

// ShortDeviceWords is DeviceWords where there is little room: "trusted until 28 Nov
// 09:10".
func ShortDeviceWords(d store.DeviceTrust, now time.Time) string {
	since, over := d.Over(now)
	switch {
	case over:
		return "trust ended " + dayAndTime(since, now)
	case d.Until.IsZero():
		return "trusted, end not known"
	}
	return "trusted until " + dayAndTime(d.Until, now)
}

// dayAndTime writes a moment in now's place, with the year where it is another one.
func dayAndTime(t, now time.Time) string {
	t = t.In(now.Location())
	if t.Year() != now.Year() {
		return t.Format("2 Jan 2006 15:04")
	}
	return t.Format("2 Jan 15:04")
}
