package qr

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"strings"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/encoder"

	"gatepass/store"
)

// MaxText is the longest text that Encode takes, in bytes: a code of version 25
// with error correction M, 117 modules a side. Larger ones exist, but phones read
// them badly from a screen.
const MaxText = 997

// QuietZone is the light margin around a code, in modules; ISO/IEC 18004 asks for
// four.
const QuietZone = 4

// Errors of Encode; match them with errors.Is.
var (
	// ErrTooLong: the text has more than [MaxText] bytes.
	ErrTooLong = errors.New("the text is too long for one QR code")
	// ErrNotText: there is nothing to encode, or it is not UTF-8.
	ErrNotText = errors.New("there is no text to make a QR code of")
)

// A Matrix is a drawn QR code: a square of dark and light modules. It holds a
// secret, so it cannot be printed by accident; [Matrix.Dark] and what is built on
// it are the ways out.
type Matrix struct {
	size int
	dark func(x, y int) bool // a function, which nothing prints by reflection
}

// Encode draws text with error correction M, which a screen needs and a phone
// reads. It answers ErrTooLong or ErrNotText.
func Encode(text store.Secret) (Matrix, error) {
	return encode(text, decoder.ErrorCorrectionLevel_M)
}

// EncodeSmall is Encode with error correction L, for a screen that has no room for
// more: the code is smaller, and a camera must see it more clearly.
func EncodeSmall(text store.Secret) (Matrix, error) {
	return encode(text, decoder.ErrorCorrectionLevel_L)
}

func encode(text store.Secret, level decoder.ErrorCorrectionLevel) (m Matrix, err error) {
	defer func() {
		if recover() != nil {
			m, err = Matrix{}, ErrNotText
		}
	}()
	plain := text.Reveal()
	switch {
	case plain == "" || strings.ToValidUTF8(plain, "") != plain:
		return Matrix{}, ErrNotText
	case len(plain) > MaxText:
		return Matrix{}, store.WithHint(ErrTooLong, "Split it over several codes, or shorten the names.")
	}
	hints := map[gozxing.EncodeHintType]any{}
	if strings.ContainsFunc(plain, func(r rune) bool { return r > 127 }) {
		hints[gozxing.EncodeHintType_CHARACTER_SET] = "UTF-8"
	}
	code, werr := encoder.Encoder_encode(plain, level, hints)
	if werr != nil {
		return Matrix{}, ErrTooLong
	}
	drawn := code.GetMatrix()
	return Matrix{size: drawn.GetWidth(), dark: func(x, y int) bool { return drawn.Get(x, y) == 1 }}, nil
}

// Size is the number of modules along a side, without the quiet zone: 21 to 177.
func (m Matrix) Size() int { return m.size }

// Dark reports whether the module in column x and row y is dark. Outside the code,
// as in the quiet zone, all is light.
func (m Matrix) Dark(x, y int) bool {
	return x >= 0 && y >= 0 && x < m.size && y < m.size && m.dark(x, y)
}

// PNG draws the code with its quiet zone as a black and white picture, scale
// pixels a module, from 1 to 64.
func (m Matrix) PNG(scale int) ([]byte, error) {
	scale = min(max(scale, 1), 64)
	side := (m.size + 2*QuietZone) * scale
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range side {
		for x := range side {
			if m.Dark(x/scale-QuietZone, y/scale-QuietZone) {
				img.Pix[y*img.Stride+x] = 1
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("write the PNG: %w", err)
	}
	return b.Bytes(), nil
}

// HalfBlocks draws the code with a quiet zone of two modules in the characters
// ' ', '▀', '▄' and '█', two modules above one another in a cell. Every line has
// Size()+4 cells. On a dark terminal with light letters, lightIsInk must be true:
// then the light modules are drawn and the dark ones are left out, which is the
// way round that every reader takes.
func (m Matrix) HalfBlocks(lightIsInk bool) []string {
	const margin = 2
	cells := [2][2]string{{" ", "▄"}, {"▀", "█"}} // by upper, lower
	lines := make([]string, 0, (m.size+2*margin+1)/2)
	ink := func(x, y int) int {
		if y < m.size+margin && m.Dark(x, y) != lightIsInk {
			return 1
		}
		return 0
	}
	for y := -margin; y < m.size+margin; y += 2 {
		var b strings.Builder
		for x := -margin; x < m.size+margin; x++ {
			b.WriteString(cells[ink(x, y)][ink(x, y+1)])
		}
		lines = append(lines, b.String())
	}
	return lines
}

const redacted = "[secret]"

// Format implements [fmt.Formatter] and so covers every verb.
func (m Matrix) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// String implements [fmt.Stringer].
func (m Matrix) String() string { return redacted }

// LogValue implements [slog.LogValuer].
func (m Matrix) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON implements [json.Marshaler].
func (m Matrix) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
