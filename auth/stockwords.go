package auth

import (
	"fmt"
	"time"

	"gatepass/store"
)

// StockWords says what is left of a stock in one line: "3 of 10 codes left, end
// 18:00". Times are in now's place.
func StockWords(s store.Stock, now time.Time) string {
	if s.Codes == 0 {
		return fmt.Sprintf("none of %d codes left", s.Total)
	}
	text := fmt.Sprintf("%d of %d codes left", s.Codes, s.Total)
	if s.Uses > s.Codes {
		text += fmt.Sprintf(" (%d uses)", s.Uses)
	}
	return text + ends(s, now, "2 Jan 15:04")
}

// ShortStockWords is StockWords where there is less room: "3 of 10 left, end 18:00".
func ShortStockWords(s store.Stock, now time.Time) string {
	if s.Codes == 0 {
		return fmt.Sprintf("none of %d left", s.Total)
	}
	return fmt.Sprintf("%d of %d left", s.Codes, s.Total) + ends(s, now, "2 Jan")
}

// ends says when the first codes expire: the time today, and in the form day later on.
func ends(s store.Stock, now time.Time, day string) string {
	if s.Ends.IsZero() {
		return ""
	}
	at := s.Ends.In(now.Location())
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return ", end " + at.Format("15:04")
	}
	return ", end " + at.Format(day)
}

// StockLow reports whether somebody should see to new codes: few uses are left, or
// they end within a day.
func StockLow(s store.Stock, now time.Time) bool {
	const few = 3
	return s.Uses >= 0 && s.Uses <= few || !s.Ends.IsZero() && s.Ends.Sub(now) < 24*time.Hour
}
