package auth

import (
	"context"
	"slices"
	"time"

	"gatepass/auth/duo"
	"gatepass/store"
)

// missingCodes gives the ids of those codes that Duo does not have any more, though they
// could be drawn by our record. Somebody deleted them there.
//
// Of codes that were made in one call Duo does not tell which id is which code's, so
// that they are compared by number: where Duo has fewer of them than could be drawn, as
// many are missing as it has less. Which those are nobody knows; the last to be drawn
// are taken for them. Of codes without an id, which others gave us, those that are not
// known here are counted.
func missingCodes(codes []store.BypassCode, have, elsewhere []duo.BypassCode, now time.Time) []string {
	groups := map[string][]store.BypassCode{}
	for _, c := range codes {
		c.Missing = false // as it was before it was ever looked
		key := "without an id"
		if c.DuoID != "" {
			key = c.Order + "/" + c.Batch
		}
		groups[key] = append(groups[key], c)
	}
	var missing []string
	for _, group := range groups {
		there := 0
		for _, c := range group {
			if slices.ContainsFunc(have, func(b duo.BypassCode) bool { return b.ID == c.DuoID }) {
				there++
			}
		}
		if group[0].DuoID == "" {
			there = len(elsewhere)
		}
		group = slices.DeleteFunc(group, func(c store.BypassCode) bool { return c.Left(now) == 0 })
		slices.SortStableFunc(group, store.BypassCode.DrawnBefore)
		for _, c := range group[min(there, len(group)):] {
			missing = append(missing, c.ID)
		}
	}
	return missing
}

// miss records what was seen of a stock's codes at Duo, and gives them as they are now.
func (g *Gate) miss(ctx context.Context, stock string, codes []store.BypassCode, have, elsewhere []duo.BypassCode) ([]store.BypassCode, error) {
	missing := missingCodes(codes, have, elsewhere, g.Now())
	if err := g.Ledger.MissBypass(ctx, stock, idsOf(codes), missing); err != nil {
		return codes, err
	}
	now := slices.Clone(codes)
	for i := range now {
		now[i].Missing = slices.Contains(missing, now[i].ID)
	}
	return now, nil
}
