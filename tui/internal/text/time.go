package text

import (
	"fmt"
	"strconv"
	"time"
)

// Ago says how long before now at was, as people say it: "just now", "12 s ago",
// "2 min ago", "3 h ago", "5 days ago", then the date.
func Ago(at, now time.Time) string {
	d := now.Sub(at)
	switch {
	case at.IsZero():
		return "never"
	case d < -time.Minute:
		return at.Format("2 Jan 2006") // another clock, or a broken one
	case d < 2*time.Second:
		return "just now"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s ago"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min ago"
	case d < 24*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + " h ago"
	case d < 48*time.Hour:
		return "yesterday"
	case d < 30*24*time.Hour:
		return strconv.Itoa(int(d/(24*time.Hour))) + " days ago"
	}
	return at.Format("2 Jan 2006")
}

// Took says how long something lasted: "12 ms", "0.4 s", "12.0 s", "1:05 min".
func Took(d time.Duration) string {
	d = max(d, 0)
	if d < 99500*time.Microsecond {
		return strconv.FormatInt(d.Round(time.Millisecond).Milliseconds(), 10) + " ms"
	}
	if d < time.Minute-50*time.Millisecond {
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	d = d.Round(time.Second)
	return fmt.Sprintf("%d:%02d min", int(d/time.Minute), int(d%time.Minute/time.Second))
}

// Left says how much time remains, in whole seconds rounded up, so that it shows
// 1 until the very end: "22 s", "4:59 min", "23:00 h".
func Left(d time.Duration) string {
	if d < 0 {
		d = 0
	}
	s := int((d + time.Second - 1) / time.Second)
	switch {
	case s < 120:
		return strconv.Itoa(s) + " s"
	case s < 2*3600:
		return fmt.Sprintf("%d:%02d min", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d h", s/3600, s%3600/60)
}

// ShortLeft is Left in at most five cells: "22 s", "4:59m", "23 h".
func ShortLeft(d time.Duration) string {
	s := int((max(d, 0) + time.Second - 1) / time.Second)
	switch {
	case s < 600 && s >= 120:
		return fmt.Sprintf("%d:%02dm", s/60, s%60)
	case s >= 2*3600:
		return strconv.Itoa(s/3600) + " h"
	case s >= 120:
		return strconv.Itoa(s/60) + " m"
	}
	return strconv.Itoa(s) + " s"
}

// Span says how much time lies between two moments, in its largest unit: "12 s",
// "3 min", "5 h", "2 days".
func Span(d time.Duration) string {
	d = max(d, -d)
	switch {
	case d < 2*time.Minute:
		return strconv.Itoa(int(d.Round(time.Second)/time.Second)) + " s"
	case d < 2*time.Hour:
		return strconv.Itoa(int(d.Round(time.Minute)/time.Minute)) + " min"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Round(time.Hour)/time.Hour)) + " h"
	}
	return strconv.Itoa(int(d.Round(24*time.Hour)/(24*time.Hour))) + " days"
}

// Moment writes when something is, in now's place: the time of day, with the day where it
// is not today's.
func Moment(at, now time.Time) string {
	at = at.In(now.Location())
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format("15:04")
	}
	return at.Format("2 Jan 15:04")
}
