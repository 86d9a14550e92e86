package auth_test

import (
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/store"
)

func TestStockWords(t *testing.T) {
	zone := time.FixedZone("CEST", 2*60*60)
	now := time.Date(2026, 5, 4, 14, 0, 0, 0, zone)
	tonight, later := time.Date(2026, 5, 4, 16, 0, 0, 0, time.UTC), time.Date(2026, 5, 6, 6, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		stock       store.Stock
		long, short string
		low         bool
	}{
		{store.Stock{Total: 10, Codes: 3, Uses: 3, Ends: tonight}, "3 of 10 codes left, end 18:00", "3 of 10 left, end 18:00", true},
		{store.Stock{Total: 10, Codes: 9, Uses: 9, Ends: later}, "9 of 10 codes left, end 6 May 08:30", "9 of 10 left, end 6 May", false},
		{store.Stock{Total: 10, Codes: 9, Uses: 9}, "9 of 10 codes left", "9 of 10 left", false},
		{store.Stock{Total: 2, Codes: 2, Uses: 7}, "2 of 2 codes left (7 uses)", "2 of 2 left", false},
		{store.Stock{Total: 1, Codes: 1, Uses: -1}, "1 of 1 codes left", "1 of 1 left", false},
		{store.Stock{Total: 10}, "none of 10 codes left", "none of 10 left", true},
	} {
		if got := auth.StockWords(c.stock, now); got != c.long {
			t.Errorf("%+v is %q, want %q", c.stock, got, c.long)
		}
		if got := auth.ShortStockWords(c.stock, now); got != c.short {
			t.Errorf("%+v is %q, want %q", c.stock, got, c.short)
		}
		if got := auth.StockLow(c.stock, now); got != c.low {
			t.Errorf("%+v is low: %v", c.stock, got)
		}
	}
}
