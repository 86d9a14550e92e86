package qr

import (
	"math"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/detector"
)

// A code that was photographed from the side has its fourth corner elsewhere than the
// three others say, and seems to have more or fewer modules. gozxing relies on a small
// square near that corner, which blur and grain hide. So where its reading fails, some
// places and sizes near the estimate are tried: a code's own check tells the right one.

// mostBent is for how many sets of corners that is done in one look; the likeliest
// come first.
const mostBent = 3

// readBent reads the code with the given corners by trying.
func readBent(bits *gozxing.BitMatrix, info *detector.FinderPatternInfo) (text string, ok bool) {
	defer func() {
		if recover() != nil { // gozxing panics on some
			text, ok = "", false
		}
	}()
	tl, tr, bl := info.GetTopLeft(), info.GetTopRight(), info.GetBottomLeft()
	module := (tl.GetEstimatedModuleSize() + tr.GetEstimatedModuleSize() + bl.GetEstimatedModuleSize()) / 3
	between := (gozxing.ResultPoint_Distance(tl, tr) + gozxing.ResultPoint_Distance(tl, bl)) / 2 / module
	guess := 4*int(math.Round((between+7-17)/4)) + 17
	for _, size := range []int{guess, guess - 4, guess + 4} {
		if size < 21 || size > 177 {
			continue
		}
		for _, right := range bends {
			for _, down := range bends {
				if text, ok := readAs(bits, tl, tr, bl, size, 1+right, 1+down); ok {
					return text, true
				}
			}
		}
	}
	return "", false
}

// bends are how far off the fourth corner is looked for, as parts of a side.
var bends = []float64{0, -0.03, 0.03, -0.06, 0.06, -0.1, 0.1}

// readAs reads a code of so many modules, whose fourth corner lies so far along its
// two sides.
func readAs(bits *gozxing.BitMatrix, tl, tr, bl *detector.FinderPattern, size int, right, down float64) (string, bool) {
	const before = 3 // modules from the fourth corner's middle to that of the small square
	part := 1 - before/float64(size-7)
	x := tl.GetX() + part*(right*(tr.GetX()-tl.GetX())+down*(bl.GetX()-tl.GetX()))
	y := tl.GetY() + part*(right*(tr.GetY()-tl.GetY())+down*(bl.GetY()-tl.GetY()))
	corner := detector.NewAlignmentPattern(x, y, tl.GetEstimatedModuleSize())
	transform := detector.Detector_createTransform(tl, tr, bl, corner, size)
	sampled, err := detector.Detector_sampleGrid(bits, transform, size)
	if err != nil {
		return "", false
	}
	result, err := decoder.NewDecoder().Decode(sampled, nil)
	if err != nil || result.GetText() == "" {
		return "", false
	}
	return result.GetText(), true
}
