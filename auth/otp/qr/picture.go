package qr

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/gif" // the formats that screenshots and photos come in
	_ "image/jpeg"
	_ "image/png"

	"github.com/makiuchi-d/gozxing"
	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"

	"gatepass/store"
)

// Limits of a picture.
const (
	// MaxPixels is the largest picture that is decoded: what a good phone takes.
	MaxPixels = 50_000_000
	// maxBytes bounds the decoded picture, which may have 8 bytes a pixel.
	maxBytes = 4 * MaxPixels
	maxSide  = 30_000
)

// Errors of reading a picture; match them with errors.Is.
var (
	// ErrNotPicture: the bytes are no PNG, JPEG, GIF, WebP, BMP or TIFF.
	ErrNotPicture = errors.New("this is not a picture in PNG, JPEG, GIF, WebP, BMP or TIFF")
	// ErrTooLarge: the picture has more than [MaxPixels], or too deep ones.
	ErrTooLarge = errors.New("the picture is too large")
	// ErrDamaged: the picture breaks off, or contradicts itself.
	ErrDamaged = errors.New("the picture is damaged")
	// ErrNoCode: there is no QR code in the picture that could be read.
	ErrNoCode = errors.New("no QR code was found in the picture")
)

// IsPicture reports whether data begins like one of the formats that Read knows.
func IsPicture(data []byte) bool {
	for _, magic := range []string{"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a", "II*\x00", "MM\x00*"} {
		if bytes.HasPrefix(data, []byte(magic)) {
			return true
		}
	}
	return len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP" || isBMP(data)
}

// isBMP looks further than the two letters that a text may begin with: at the four
// bytes that are kept free, and the length of the second header.
func isBMP(data []byte) bool {
	const shortest = 26
	if len(data) < shortest || string(data[:2]) != "BM" || string(data[6:10]) != "\x00\x00\x00\x00" {
		return false
	}
	switch binary.LittleEndian.Uint32(data[14:]) {
	case 12, 40, 52, 56, 64, 108, 124:
		return true
	}
	return false
}

// measure reads the header and refuses a picture that would take too much memory.
func measure(data []byte) (err error) {
	defer caught(&err)
	if !IsPicture(data) {
		return ErrNotPicture
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || c.Width <= 0 || c.Height <= 0 {
		return ErrDamaged
	}
	// Divided, because a product of two sides from a file may overflow.
	if c.Width > maxSide || c.Height > maxSide || c.Width > MaxPixels/c.Height ||
		c.Width*c.Height > maxBytes/bytesPerPixel(c.ColorModel) {
		return store.WithHint(fmt.Errorf("%w: %d by %d pixels", ErrTooLarge, c.Width, c.Height),
			"Cut out the part with the QR code, and use that.")
	}
	return nil
}

func bytesPerPixel(m color.Model) int {
	switch m {
	case color.RGBA64Model, color.NRGBA64Model:
		return 8
	}
	return 4
}

// decode gives the measured picture. The image packages promise no panics, but
// they have had some, and these bytes come from anywhere.
func decode(data []byte) (img image.Image, err error) {
	defer caught(&err)
	img, _, err = image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, ErrDamaged
	}
	return img, nil
}

func caught(err *error) {
	if recover() != nil {
		*err = ErrDamaged
	}
}

// A grey picture is what codes are looked for in: one byte a pixel.
type grey struct {
	gozxing.LuminanceSourceBase
	pix []byte
}

func newGrey(width, height int) *grey {
	return &grey{gozxing.LuminanceSourceBase{Width: width, Height: height}, make([]byte, width*height)}
}

// greyOf gives img in grey, with whatever shines through on a background: codes
// with a transparent background are black on nothing, or white on nothing.
func greyOf(ctx context.Context, img image.Image, background color.Color) (*grey, error) {
	const band = 256 // rows at a time, so that a large picture can be given up
	b := img.Bounds()
	g := newGrey(b.Dx(), b.Dy())
	for y := 0; y < b.Dy(); y += band {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		g.paint(img, y, min(y+band, b.Dy()), background)
	}
	return g, nil
}

// paint fills the rows from top to bottom with img's.
func (g *grey) paint(img image.Image, top, bottom int, background color.Color) {
	b := img.Bounds()
	row := func(y int) []byte { return g.pix[y*g.Width : (y+1)*g.Width] }
	switch i := img.(type) {
	case *image.Gray:
		for y := top; y < bottom; y++ {
			copy(row(y), i.Pix[i.PixOffset(b.Min.X, b.Min.Y+y):])
		}
		return
	case *image.YCbCr: // JPEG and WebP keep their brightness apart
		for y := top; y < bottom; y++ {
			copy(row(y), i.Y[i.YOffset(b.Min.X, b.Min.Y+y):])
		}
		return
	}
	flat := image.NewRGBA(image.Rect(0, top, g.Width, bottom))
	draw.Draw(flat, flat.Rect, image.NewUniform(background), image.Point{}, draw.Src)
	draw.Draw(flat, flat.Rect, img, b.Min.Add(flat.Rect.Min), draw.Over)
	for n := range (bottom - top) * g.Width {
		p := flat.Pix[4*n : 4*n+3]
		g.pix[top*g.Width+n] = byte((299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])) / 1000)
	}
}

// scaled gives the picture with other sides: each new pixel is the mean of those
// that it covers, and the nearest when there are fewer. A screenshot's modules keep
// their sharp edges that way, and a photo loses its grain. It gives nil for sides
// that would be none.
func (g *grey) scaled(width, height int) *grey {
	if width < 1 || height < 1 {
		return nil
	}
	s := newGrey(width, height)
	for y := range height {
		top := y * g.Height / height
		bottom := max(top+1, (y+1)*g.Height/height)
		for x := range width {
			left := x * g.Width / width
			right := max(left+1, (x+1)*g.Width/width)
			sum := 0
			for from := top; from < bottom; from++ {
				for _, v := range g.pix[from*g.Width+left : from*g.Width+right] {
					sum += int(v)
				}
			}
			s.pix[y*width+x] = byte(sum / ((bottom - top) * (right - left)))
		}
	}
	return s
}

// stretched gives the picture with its shades drawn apart, where they lie so close
// together that they would be taken for one; nil where they do not. A hundredth of
// the pixels at either end are not looked at, for a pointer or an icon.
func (g *grey) stretched() *grey {
	const near = 100
	var count [256]int
	for _, v := range g.pix {
		count[v]++
	}
	spare := len(g.pix) / 100
	low, high := 0, 255
	for n := count[low]; n <= spare && low < 255; n += count[low] {
		low++
	}
	for n := count[high]; n <= spare && high > 0; n += count[high] {
		high--
	}
	if high-low >= near || high-low < 4 {
		return nil
	}
	s := newGrey(g.Width, g.Height)
	for i, v := range g.pix {
		s.pix[i] = byte(min(max(int(v)-low, 0), high-low) * 255 / (high - low))
	}
	return s
}

// inverted gives the picture with light and dark exchanged.
func (g *grey) inverted() *grey {
	i := newGrey(g.Width, g.Height)
	for n, v := range g.pix {
		i.pix[n] = 255 - v
	}
	return i
}

// framed gives the picture with a margin, for codes that touch the edge.
func (g *grey) framed(margin int, shade byte) *grey {
	f := newGrey(g.Width+2*margin, g.Height+2*margin)
	for i := range f.pix {
		f.pix[i] = shade
	}
	for y := range g.Height {
		copy(f.pix[(y+margin)*f.Width+margin:], g.pix[y*g.Width:(y+1)*g.Width])
	}
	return f
}

// The rest is what gozxing asks of a picture.

func (g *grey) GetMatrix() []byte { return g.pix }

func (g *grey) GetRow(y int, row []byte) ([]byte, error) {
	if y < 0 || y >= g.Height {
		return nil, ErrDamaged
	}
	return append(row[:0], g.pix[y*g.Width:(y+1)*g.Width]...), nil
}

func (g *grey) Invert() gozxing.LuminanceSource { return g.inverted() }
func (g *grey) String() string                  { return "[picture]" }
