package qr

import (
	"cmp"
	"context"
	"image"
	"image/color"
	"math"
	"slices"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/detector"

	"gatepass/store"
)

// A Code is one QR code in a picture.
type Code struct {
	Text store.Secret
	X, Y int // its middle in the picture, in pixels from the top left
}

// Sides of the picture in which codes are looked for, in pixels.
const (
	smallSide  = 700   // below it, thin modules are made thicker first
	normalSide = 2200  // photos have noise above it that looks like modules
	maxWork    = 60e06 // pixels that are looked at in one picture, over all attempts
	maxTries   = 1500  // codes that are tried in one picture, over all attempts
)

// Read gives the QR codes in a PNG, JPEG, GIF, WebP, BMP or TIFF, ordered as one reads
// a page: from top to bottom, then from left to right. The same text is given once. It
// answers ErrNotPicture, ErrTooLarge, ErrDamaged or ErrNoCode, or the context's
// error.
func Read(ctx context.Context, picture []byte) ([]Code, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := measure(picture); err != nil {
		return nil, err
	}
	img, err := decode(picture)
	if err != nil {
		return nil, err
	}
	codes, err := ReadImage(ctx, img)
	return codes, err
}

// ReadImage is Read for a picture that is decoded already, as a clipboard has it.
// It answers ErrNoCode, ErrTooLarge or the context's error.
func ReadImage(ctx context.Context, img image.Image) ([]Code, error) {
	b := img.Bounds()
	if b.Empty() {
		return nil, ErrNoCode
	}
	if b.Dx() > MaxPixels/b.Dy() {
		return nil, ErrTooLarge
	}
	s := search{ctx: ctx, left: maxWork + 6*float64(b.Dx())*float64(b.Dy())}
	grounds := []color.Color{color.White}
	if o, ok := img.(interface{ Opaque() bool }); !ok || !o.Opaque() {
		grounds = append(grounds, color.Black)
	}
	for _, ground := range grounds {
		g, err := greyOf(ctx, img, ground)
		if err != nil {
			return nil, err
		}
		if pale := g.stretched(); pale != nil {
			g = pale
		}
		if err := s.everySize(g); err != nil {
			return nil, err
		}
	}
	if len(s.found) == 0 {
		return nil, store.WithHint(ErrNoCode, "Use a sharper picture, or one in which the QR code is larger and whole.")
	}
	return s.inOrder(), nil
}

// A search gathers codes over several looks at a picture.
type search struct {
	ctx   context.Context
	left  float64 // pixels that may still be looked at
	tries int
	found []Code
}

// everySize looks at the picture in the size it is likeliest to be read in, then in
// others. Once something was found and no corner was left over, it is done.
func (s *search) everySize(g *grey) error {
	long := max(g.Width, g.Height)
	var factors []float64
	switch {
	case long < smallSide:
		factors = []float64{3, 1, 2}
	case long > normalSide:
		factors = []float64{float64(normalSide) / float64(long), 1, 0.5 * float64(normalSide) / float64(long)}
	default:
		factors = []float64{1, 0.5, 2}
	}
	for _, factor := range factors {
		view := g
		if factor != 1 {
			view = g.scaled(int(float64(g.Width)*factor), int(float64(g.Height)*factor))
		}
		if view == nil {
			continue
		}
		complete, err := s.bothShades(view, factor)
		if err != nil {
			return err
		}
		if complete {
			break
		}
	}
	return nil
}

// bothShades looks for dark codes on light ground and for light ones on dark.
func (s *search) bothShades(g *grey, factor float64) (complete bool, err error) {
	const margin = 16
	complete = true
	for _, view := range []*grey{g.framed(margin, 255), g.inverted().framed(margin, 255)} {
		done, err := s.look(view, factor, margin)
		if err != nil {
			return false, err
		}
		complete = complete && done
	}
	return complete && len(s.found) > 0, nil
}

// look tries two ways of telling black from white: one for light that changes over
// a photo, one for the even shades of a screen.
func (s *search) look(g *grey, factor float64, margin int) (complete bool, err error) {
	complete = true
	for i, binarize := range []func(gozxing.LuminanceSource) gozxing.Binarizer{
		gozxing.NewHybridBinarizer, gozxing.NewGlobalHistgramBinarizer,
	} {
		if err := s.ctx.Err(); err != nil {
			return false, err
		}
		s.left -= float64(len(g.pix))
		if s.left < 0 {
			return true, nil
		}
		bits := blackAndWhite(binarize, g)
		if bits == nil {
			continue
		}
		rest, err := s.decodeAll(bits, factor, margin)
		if err != nil {
			return false, err
		}
		if i == 0 && rest == 0 {
			return true, nil
		}
		complete = complete && rest == 0
	}
	return complete, nil
}

func blackAndWhite(binarize func(gozxing.LuminanceSource) gozxing.Binarizer, g *grey) (bits *gozxing.BitMatrix) {
	defer func() {
		if recover() != nil {
			bits = nil
		}
	}()
	bits, err := binarize(g).GetBlackMatrix()
	if err != nil {
		return nil
	}
	return bits
}

// decodeAll reads every code whose corners can be found, and tells how many
// likely codes were left unread.
func (s *search) decodeAll(bits *gozxing.BitMatrix, factor float64, margin int) (rest int, err error) {
	found, err := corners(s.ctx, bits)
	if err != nil {
		return 0, err
	}
	candidates, err := triples(s.ctx, found)
	if err != nil {
		return 0, err
	}
	used := map[*detector.FinderPattern]bool{}
	taken := func(t triple) bool {
		return used[t.info.GetTopLeft()] || used[t.info.GetTopRight()] || used[t.info.GetBottomLeft()]
	}
	bent := 0
	for _, t := range candidates {
		if err := s.ctx.Err(); err != nil {
			return 0, err
		}
		if taken(t) {
			continue
		}
		if s.tries++; s.tries > maxTries {
			break
		}
		text, ok := readAt(bits, t.info)
		if !ok && bent < mostBent {
			bent++
			text, ok = readBent(bits, t.info)
		}
		if !ok {
			continue
		}
		for _, corner := range []*detector.FinderPattern{t.info.GetTopLeft(), t.info.GetTopRight(), t.info.GetBottomLeft()} {
			used[corner] = true
		}
		tr, bl := t.info.GetTopRight(), t.info.GetBottomLeft()
		s.add(text, ((tr.GetX()+bl.GetX())/2-float64(margin))/factor, ((tr.GetY()+bl.GetY())/2-float64(margin))/factor)
	}
	for _, corner := range found {
		if !used[corner] && corner.GetCount() > 1 {
			rest++
		}
	}
	return rest / 3, nil
}

// readAt reads the code with the given corners. gozxing panics on some.
func readAt(bits *gozxing.BitMatrix, info *detector.FinderPatternInfo) (text string, ok bool) {
	defer func() {
		if recover() != nil {
			text, ok = "", false
		}
	}()
	sampled, err := detector.NewDetector(bits).ProcessFinderPatternInfo(info)
	if err != nil {
		return "", false
	}
	result, err := decoder.NewDecoder().Decode(sampled.GetBits(), nil)
	if err != nil || result.GetText() == "" {
		return "", false
	}
	return result.GetText(), true
}

func (s *search) add(text string, x, y float64) {
	if slices.ContainsFunc(s.found, func(c Code) bool { return c.Text.Reveal() == text }) {
		return
	}
	s.found = append(s.found, Code{Text: store.NewSecret(text), X: int(math.Round(x)), Y: int(math.Round(y))})
}

// inOrder sorts codes into rows, for two codes side by side are rarely level to
// the pixel.
func (s *search) inOrder() []Code {
	const level = 24 // pixels by which codes of a row may differ
	slices.SortStableFunc(s.found, func(a, b Code) int { return cmp.Compare(a.Y, b.Y) })
	for from := 0; from < len(s.found); {
		to := from + 1
		for to < len(s.found) && s.found[to].Y-s.found[to-1].Y <= level {
			to++
		}
		slices.SortStableFunc(s.found[from:to], func(a, b Code) int { return cmp.Compare(a.X, b.X) })
		from = to
	}
	return s.found
}
