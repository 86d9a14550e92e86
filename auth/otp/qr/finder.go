package qr

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/detector"
)

// Bounds of the search in one black and white picture. A page with 20 codes has 60
// corners; noise has a few hundred that resemble one.
const (
	maxCorners = 200
	maxTriples = 600
)

// corners looks for the three squares that every code has, row by row: dark, light,
// dark, light, dark in the ratio 1:1:3:1:1, which gozxing then confirms downwards
// and across.
func corners(ctx context.Context, bits *gozxing.BitMatrix) ([]*detector.FinderPattern, error) {
	const rowStep = 2
	finder := detector.NewFinderPatternFinder(bits, nil)
	for y := 1; y < bits.GetHeight(); y += rowStep {
		if y%64 == 1 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		searchRow(finder, bits, y)
		if len(finder.GetPossibleCenters()) > maxCorners {
			break
		}
	}
	found := finder.GetPossibleCenters()
	// What was seen in several rows is the likelier corner.
	slices.SortStableFunc(found, func(a, b *detector.FinderPattern) int { return cmp.Compare(b.GetCount(), a.GetCount()) })
	return found[:min(len(found), maxCorners)], nil
}

// searchRow counts the runs of one row, and asks for a confirmation wherever five
// of them have the ratio.
func searchRow(finder *detector.FinderPatternFinder, bits *gozxing.BitMatrix, y int) {
	runs := make([]int, 5) // the last five runs; the newest at the end
	dark := false
	length := 0
	width := bits.GetWidth()
	for x := 0; x <= width; x++ {
		now := x < width && bits.Get(x, y)
		if now == dark && x < width {
			length++
			continue
		}
		copy(runs, runs[1:])
		runs[4] = length
		if dark && detector.FinderPatternFinder_foundPatternCross(runs) {
			finder.HandlePossibleCenter(runs, y, x)
		}
		dark, length = now, 1
	}
}

// A triple is three corners that may belong to one code.
type triple struct {
	info  *detector.FinderPatternInfo
	wrong float64 // how far it is from a right angle with two equal sides
}

// triples gives the likeliest sets of three corners, best first.
func triples(ctx context.Context, found []*detector.FinderPattern) ([]triple, error) {
	slices.SortFunc(found, func(a, b *detector.FinderPattern) int {
		return cmp.Compare(a.GetEstimatedModuleSize(), b.GetEstimatedModuleSize())
	})
	var all []triple
	for i, a := range found {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		largest := a.GetEstimatedModuleSize()*1.5 + 0.5
		for j := i + 1; j < len(found) && found[j].GetEstimatedModuleSize() <= largest; j++ {
			for k := j + 1; k < len(found) && found[k].GetEstimatedModuleSize() <= largest; k++ {
				if t, ok := fit(a, found[j], found[k]); ok {
					all = append(all, t)
				}
			}
		}
		all = best(all, 4*maxTriples)
	}
	return best(all, maxTriples), nil
}

// best sorts and cuts all, once there are more than n.
func best(all []triple, n int) []triple {
	slices.SortStableFunc(all, func(a, b triple) int { return cmp.Compare(a.wrong, b.wrong) })
	return all[:min(len(all), n)]
}

// fit reports whether three corners can be a code's: about a right angle, sides
// about equal, and as many modules apart as the standard's smallest to largest.
func fit(a, b, c *detector.FinderPattern) (triple, bool) {
	const (
		fewest, most = 11, 185 // modules between two corners: 14 and 170, and some error
		askew        = 0.35
	)
	bl, tl, tr := gozxing.ResultPoint_OrderBestPatterns(a, b, c)
	left, top := gozxing.ResultPoint_Distance(tl, bl), gozxing.ResultPoint_Distance(tl, tr)
	diagonal := gozxing.ResultPoint_Distance(bl, tr)
	module := (a.GetEstimatedModuleSize() + b.GetEstimatedModuleSize() + c.GetEstimatedModuleSize()) / 3
	if n := (left + top) / 2 / module; n < fewest || n > most {
		return triple{}, false
	}
	unequal := math.Abs(left-top) / min(left, top)
	angle := math.Abs(diagonal-math.Hypot(left, top)) / diagonal
	if !(unequal < askew) || !(angle < askew) { // so that NaN is refused too
		return triple{}, false
	}
	sizes := math.Abs(a.GetEstimatedModuleSize()-b.GetEstimatedModuleSize()) +
		math.Abs(a.GetEstimatedModuleSize()-c.GetEstimatedModuleSize())
	return triple{
		info:  detector.NewFinderPatternInfo(bl.(*detector.FinderPattern), tl.(*detector.FinderPattern), tr.(*detector.FinderPattern)),
		wrong: unequal + angle + sizes/module/4,
	}, true
}
