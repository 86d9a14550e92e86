package widget_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
	"github.com/muesli/termenv"

	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/uitest"
	"gatepass/tui/internal/widget"
)

func shades(p termenv.Profile) *theme.Styles {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(p)
	r.SetHasDarkBackground(true)
	return theme.New(r)
}

// half is a picture whose upper half is red and whose lower half is blue.
func half(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 0, 0, 255}
			if y >= h/2 {
				c = color.RGBA{0, 0, 255, 255}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAPictureKeepsItsShapeAndColours(t *testing.T) {
	p, err := widget.ReadPicture(half(t, 1280, 800))
	if err != nil {
		t.Fatal(err)
	}
	for _, size := range [][2]int{{40, 30}, {90, 20}, {3, 3}, {200, 200}, {1, 1}} {
		lines := p.View(shades(termenv.TrueColor), size[0], size[1])
		uitest.CheckSize(t, strings.Join(lines, "\n"), size[0], size[1])
		if size == [2]int{40, 30} && len(lines) != 13 { // 40 by 25 dots
			t.Errorf("in %v it has %d lines", size, len(lines))
		}
	}
	lines := p.View(shades(termenv.TrueColor), 40, 30)
	if !strings.HasPrefix(lines[0], "\x1b[38;2;255;0;0;48;2;255;0;0m") || !strings.HasPrefix(lines[12], "\x1b[38;2;0;0;255;48;2;0;0;255m") {
		t.Errorf("red over blue became %q … %q", lines[0], lines[12])
	}
	for _, l := range lines {
		if ansi.StringWidth(l) != 40 || !strings.HasSuffix(l, theme.EndCell) {
			t.Errorf("a line is %q", l)
		}
	}
	if got := p.View(shades(termenv.ANSI256), 40, 30)[0]; !strings.HasPrefix(got, "\x1b[38;5;196;48;5;196m") {
		t.Errorf("with 256 colours red is %q", got)
	}
}

func TestNoPictureWithoutColours(t *testing.T) {
	p, err := widget.ReadPicture(half(t, 8, 8))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*theme.Styles{uitest.Plain, uitest.Dark} {
		if got := p.View(s, 20, 20); got != nil {
			t.Errorf("drew %q", got)
		}
	}
	var none *widget.Picture
	if none.View(shades(termenv.TrueColor), 20, 20) != nil {
		t.Error("drew what is not there")
	}
}

func TestBrokenPicturesAreErrors(t *testing.T) {
	good := half(t, 8, 8)
	huge := bytes.Clone(good)
	copy(huge[16:24], []byte{0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff}) // its size
	for name, data := range map[string][]byte{"nothing": nil, "no picture": []byte("hello"), "cut off": good[:len(good)/2], "huge": huge} {
		if _, err := widget.ReadPicture(data); err == nil {
			t.Errorf("%s was read as a picture", name)
		}
	}
}

func FuzzReadPicture(f *testing.F) {
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := widget.ReadPicture(data)
		if err == nil {
			uitest.CheckSize(t, strings.Join(p.View(shades(termenv.TrueColor), 30, 10), "\n"), 30, 10)
		}
	})
}
