package qr_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/bmp"
	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/tiff"

	"gatepass/auth/otp/qr"
	"gatepass/store"
)

const link = "otpauth://totp/Acme:alice%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Acme&algorithm=SHA1&digits=6&period=30"

// drawn gives a QR code as a picture with its quiet zone.
func drawn(t testing.TB, text string, scale int) image.Image {
	t.Helper()
	m, err := qr.Encode(store.NewSecret(text))
	if err != nil {
		t.Fatal(err)
	}
	data, err := m.PNG(scale)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func page(width, height int, shade color.Color) *image.RGBA {
	p := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(p, p.Rect, image.NewUniform(shade), image.Point{}, draw.Src)
	return p
}

func put(onto *image.RGBA, img image.Image, x, y int) {
	draw.Draw(onto, img.Bounds().Add(image.Pt(x, y)), img, image.Point{}, draw.Src)
}

// turned gives img on a grey page, turned about its middle.
func turned(img image.Image, cos, sin float64) image.Image {
	side := img.Bounds().Dx() * 2
	p := page(side, side, color.Gray{225})
	c, o := float64(side)/2, float64(img.Bounds().Dx())/2
	xdraw.BiLinear.Transform(p, f64.Aff3{cos, -sin, c - cos*o + sin*o, sin, cos, c - sin*o - cos*o}, img, img.Bounds(), draw.Over, nil)
	return p
}

func inverted(img image.Image) image.Image {
	n := page(img.Bounds().Dx(), img.Bounds().Dy(), color.White)
	for y := range n.Rect.Dy() {
		for x := range n.Rect.Dx() {
			g := color.GrayModel.Convert(img.At(x, y)).(color.Gray)
			n.Set(x, y, color.Gray{255 - g.Y})
		}
	}
	return n
}

// shaded gives a code in two other colours.
func shaded(img image.Image, ink, ground color.Color) image.Image {
	n := page(img.Bounds().Dx(), img.Bounds().Dy(), ground)
	for y := range n.Rect.Dy() {
		for x := range n.Rect.Dx() {
			if r, _, _, _ := img.At(x, y).RGBA(); r == 0 {
				n.Set(x, y, ink)
			}
		}
	}
	return n
}

// noisy gives img with grain, and light that falls off towards one corner.
func noisy(img image.Image) image.Image {
	r := rand.New(rand.NewPCG(1, 2))
	n := page(img.Bounds().Dx(), img.Bounds().Dy(), color.White)
	for y := range n.Rect.Dy() {
		for x := range n.Rect.Dx() {
			g := float64(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
			g = g*(1-0.5*float64(x+y)/float64(n.Rect.Dx()+n.Rect.Dy())) + r.NormFloat64()*18
			n.Set(x, y, color.Gray{uint8(min(max(g, 0), 255))})
		}
	}
	return n
}

func TestCodesInPicturesAsPeopleHaveThem(t *testing.T) {
	plain := drawn(t, link, 4)
	clear := image.NewNRGBA(plain.Bounds()) // black modules on nothing at all
	white := image.NewNRGBA(plain.Bounds())
	for y := range clear.Rect.Dy() {
		for x := range clear.Rect.Dx() {
			if r, _, _, _ := plain.At(x, y).RGBA(); r == 0 {
				clear.Set(x, y, color.Black)
				white.Set(x, y, color.White)
			}
		}
	}
	dark := page(1280, 800, color.RGBA{24, 26, 32, 255})
	put(dark, inverted(plain), 500, 200)
	cut := plain.(interface {
		SubImage(image.Rectangle) image.Image
	}).SubImage(plain.Bounds().Inset(16)) // no quiet zone left
	large := page(4000, 3000, color.Gray{180})
	put(large, drawn(t, link, 12), 1800, 900)
	screen := page(3840, 2160, color.White)
	put(screen, drawn(t, link, 3), 3300, 1700)
	for what, img := range map[string]image.Image{
		"as drawn":                         plain,
		"one pixel a module":               drawn(t, link, 1),
		"two pixels a module":              drawn(t, link, 2),
		"light on dark":                    inverted(plain),
		"a dark page":                      dark,
		"transparent ground":               clear,
		"light on transparent ground":      white,
		"no margin":                        cut,
		"turned by 3 degrees":              turned(plain, 0.99863, 0.05234),
		"turned by 15 degrees":             turned(plain, 0.96593, 0.25882),
		"turned by 45 degrees":             turned(plain, 0.70711, 0.70711),
		"upside down":                      turned(plain, -1, 0),
		"light grey on grey":               shaded(plain, color.Gray{0x77}, color.Gray{0xbb}),
		"a browser's dark mode":            shaded(plain, color.RGBA{0xe8, 0xea, 0xed, 255}, color.RGBA{0x3c, 0x40, 0x43, 255}),
		"red on green":                     shaded(plain, color.RGBA{255, 0, 0, 255}, color.RGBA{0, 0xaa, 0, 255}),
		"yellow on white, dark blue":       shaded(plain, color.RGBA{0, 0, 160, 255}, color.RGBA{255, 255, 120, 255}),
		"a photo's grain and uneven light": noisy(turned(drawn(t, link, 6), 0.99, 0.141)),
		"a 12-megapixel photo":             large,
		"a small code on a 4K screenshot":  screen,
	} {
		t.Run(what, func(t *testing.T) {
			if b := img.Bounds(); testing.Short() && b.Dx()*b.Dy() > 2_000_000 {
				t.Skip("a large picture takes long with -short, which is for the race detector")
			}
			codes, err := qr.Read(t.Context(), asPNG(t, img))
			if err != nil {
				t.Fatal(err)
			}
			if len(codes) != 1 || codes[0].Text.Reveal() != link {
				t.Errorf("%d codes", len(codes))
			}
		})
	}
}

func TestEveryPictureFormat(t *testing.T) {
	img := drawn(t, link, 4)
	var jpg, gifs bytes.Buffer
	if err := jpeg.Encode(&jpg, img, &jpeg.Options{Quality: 40}); err != nil {
		t.Fatal(err)
	}
	if err := gif.Encode(&gifs, img, nil); err != nil {
		t.Fatal(err)
	}
	webp, err := os.ReadFile("testdata/link.webp")
	if err != nil {
		t.Fatal(err)
	}
	tool, err := os.ReadFile("testdata/qrencode.png")
	if err != nil {
		t.Fatal(err)
	}
	var bmps, tiffs bytes.Buffer
	if err := bmp.Encode(&bmps, img); err != nil {
		t.Fatal(err)
	}
	if err := tiff.Encode(&tiffs, img, &tiff.Options{Compression: tiff.Deflate, Predictor: true}); err != nil {
		t.Fatal(err)
	}
	for format, data := range map[string][]byte{"BMP": bmps.Bytes(), "TIFF": tiffs.Bytes(), "JPEG": jpg.Bytes(), "GIF": gifs.Bytes(), "WebP": webp, "PNG by qrencode": tool} {
		codes, err := qr.Read(t.Context(), data)
		if err != nil || len(codes) != 1 || codes[0].Text.Reveal() != link {
			t.Errorf("%s: %d codes, %v", format, len(codes), err)
		}
	}
}

func TestSeveralCodesInOnePictureInReadingOrder(t *testing.T) {
	p := page(1600, 1200, color.White)
	var want []string
	for i := range 9 {
		text := fmt.Sprintf("otpauth://totp/Acme:user%d?secret=JBSWY3DPEHPK3PXP&issuer=Acme", i)
		want = append(want, text)
		code := drawn(t, text, 3+i%3)
		put(p, code, 60+520*(i%3)+3*(i%2), 40+380*(i/3)+5*(i%2))
	}
	codes, err := qr.Read(t.Context(), asPNG(t, p))
	if err != nil {
		t.Fatal(err)
	}
	if len(codes) != len(want) {
		t.Fatalf("%d codes, want %d", len(codes), len(want))
	}
	for i, c := range codes {
		if c.Text.Reveal() != want[i] {
			t.Errorf("code %d is another", i+1)
		}
	}
}

func TestLightAndDarkCodesBesideOneAnother(t *testing.T) {
	p := page(900, 450, color.White)
	draw.Draw(p, image.Rect(450, 0, 900, 450), image.Black, image.Point{}, draw.Src)
	put(p, drawn(t, link, 4), 40, 60)
	put(p, inverted(drawn(t, link+"&x=2", 4)), 500, 60)
	codes, err := qr.Read(t.Context(), asPNG(t, p))
	if err != nil || len(codes) != 2 {
		t.Fatalf("%d codes, %v", len(codes), err)
	}
}

func TestTextSurvives(t *testing.T) {
	for _, text := range []string{"A", "otpauth://totp/Käse:jürgen?secret=GEZDGNBV", "日本語:アリス", "emoji 🔐 in a label", strings.Repeat("0", qr.MaxText), strings.Repeat("x", qr.MaxText)} {
		codes, err := qr.ReadImage(t.Context(), drawn(t, text, 3))
		if err != nil || len(codes) != 1 || codes[0].Text.Reveal() != text {
			t.Errorf("%.20q: %d codes, %v", text, len(codes), err)
		}
	}
}

// hugePNG is a valid header and the start of data that would never end.
func hugePNG(width, height uint32, depth, colour byte) []byte {
	head := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)...)
	head = append(head, depth, colour, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(head))
	return append(b, "\x00\x00\x01\x00IDAT\x78\x9c"...)
}

func hugeBMP(width, height uint32) []byte {
	b := append([]byte("BM\x00\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00"), binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, width), height)...)
	return append(b, "\x01\x00\x18\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
}

func hugeTIFF(width, height uint32) []byte {
	b := []byte("II*\x00\x08\x00\x00\x00")
	fields := []struct {
		tag   uint16
		value uint32
	}{{256, width}, {257, height}, {258, 8}, {259, 1}, {262, 1}, {273, 8}, {277, 1}, {278, height}, {279, 4}}
	b = binary.LittleEndian.AppendUint16(b, uint16(len(fields)))
	for _, f := range fields {
		b = binary.LittleEndian.AppendUint16(b, f.tag)
		b = binary.LittleEndian.AppendUint16(b, 4)
		b = binary.LittleEndian.AppendUint32(b, 1)
		b = binary.LittleEndian.AppendUint32(b, f.value)
	}
	return append(b, 0, 0, 0, 0)
}

func TestHugePicturesAreRefusedFromTheirHeader(t *testing.T) {
	for what, data := range map[string][]byte{
		"100 megapixels":              hugePNG(10000, 10000, 8, 2),
		"sides that overflow":         hugePNG(0x7fffffff, 0x7fffffff, 8, 2),
		"a BMP of 100 megapixels":     hugeBMP(10000, 10000),
		"a TIFF of 100 megapixels":    hugeTIFF(10000, 10000),
		"a line":                      hugePNG(40_000_000, 1, 8, 0),
		"40 megapixels of 16-bit RGB": hugePNG(8000, 5000, 16, 6),
	} {
		before := testing.AllocsPerRun(1, func() {
			if _, err := qr.Read(t.Context(), data); !errors.Is(err, qr.ErrTooLarge) && !errors.Is(err, qr.ErrDamaged) {
				t.Errorf("%s: %v", what, err)
			}
		})
		if before > 200 {
			t.Errorf("%s: %v allocations", what, before)
		}
	}
}

func TestWhatIsNoCode(t *testing.T) {
	whole := asPNG(t, drawn(t, link, 4))
	for _, c := range []struct {
		what string
		data []byte
		want error
	}{
		{"nothing", nil, qr.ErrNotPicture},
		{"text", []byte("hello"), qr.ErrNotPicture},
		{"half a picture", whole[:len(whole)/2], qr.ErrDamaged},
		{"a blank page", asPNG(t, page(300, 200, color.White)), qr.ErrNoCode},
		{"one pixel", asPNG(t, page(1, 1, color.White)), qr.ErrNoCode},
	} {
		if _, err := qr.Read(t.Context(), c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.what, err, c.want)
		}
	}
}

// A page full of corners makes a search over all triples of them take an hour.
func TestAPageOfCornersEndsSoon(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long with -short, which is for the race detector")
	}
	p := page(1000, 1000, color.White)
	for y := 0; y+9 <= 1000; y += 10 {
		for x := 0; x+9 <= 1000; x += 10 {
			draw.Draw(p, image.Rect(x, y, x+7, y+7), image.Black, image.Point{}, draw.Src)
			draw.Draw(p, image.Rect(x+1, y+1, x+6, y+6), image.White, image.Point{}, draw.Src)
			draw.Draw(p, image.Rect(x+2, y+2, x+5, y+5), image.Black, image.Point{}, draw.Src)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := qr.ReadImage(ctx, p); !errors.Is(err, qr.ErrNoCode) {
		t.Error(err)
	}
}

func TestReadingStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := qr.Read(ctx, asPNG(t, drawn(t, link, 4))); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := qr.ReadImage(ctx, drawn(t, link, 4)); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	small := drawn(f, "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP", 2)
	f.Add(asPNG(f, small))
	var jpg, gifs bytes.Buffer
	_ = jpeg.Encode(&jpg, small, nil)
	_ = gif.Encode(&gifs, small, nil)
	f.Add(jpg.Bytes())
	f.Add(gifs.Bytes())
	f.Add(hugePNG(10000, 10000, 8, 2))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		codes, err := qr.Read(t.Context(), data)
		if (err == nil) != (len(codes) > 0) {
			t.Errorf("%d codes, %v", len(codes), err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	photo := page(4000, 3000, color.Gray{200})
	put(photo, drawn(b, link, 12), 1800, 900)
	for what, data := range map[string][]byte{"code": asPNG(b, drawn(b, link, 4)), "photo": asPNG(b, photo)} {
		b.Run(what, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := qr.Read(b.Context(), data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
