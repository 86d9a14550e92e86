package widget

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"strings"

	"gatepass/tui/internal/theme"
)

// A Picture is a still that can be drawn in any size. It is kept small: a terminal has
// few cells, and a page is drawn many times. The zero Picture is none.
type Picture struct {
	w, h int
	dots []dot // row by row

	drawn  []string // as it was drawn last
	as     [2]int
	shades theme.Shades
}

type dot = [3]uint8

const (
	// keptWide and keptTall bound what is kept of a picture.
	keptWide, keptTall = 320, 320
	// maxPixels bounds what is decoded: a broken header must not ask for gigabytes.
	maxPixels = 50_000_000
)

// ReadPicture reads a PNG. It takes a while: call it in a command.
func ReadPicture(data []byte) (*Picture, error) {
	head, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read a picture: %w", err)
	}
	if head.Width <= 0 || head.Height <= 0 || head.Width > maxPixels/head.Height {
		return nil, fmt.Errorf("read a picture: it is %d by %d", head.Width, head.Height)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read a picture: %w", err)
	}
	w, h := fit(head.Width, head.Height, keptWide, keptTall)
	p := &Picture{w: min(w, head.Width), h: min(h, head.Height)}
	p.dots = shrink(p.w, p.h, head.Width, head.Height, func(x, y int) dot { return colourAt(img, x, y) })
	return p, nil
}

// colourAt is a pixel on white paper, which is what a page without a background has.
func colourAt(img image.Image, x, y int) dot {
	at := img.Bounds().Min
	r, g, b, a := img.At(at.X+x, at.Y+y).RGBA()
	rest := 0xffff - a
	return dot{uint8((r + rest) >> 8), uint8((g + rest) >> 8), uint8((b + rest) >> 8)}
}

// fit is the largest size within w and h that keeps the picture's shape.
func fit(pw, ph, w, h int) (int, int) {
	if pw*h > w*ph {
		return max(w, 1), max(ph*w/pw, 1)
	}
	return max(pw*h/ph, 1), max(h, 1)
}

// shrink takes the mean of the pixels that fall into one dot.
func shrink(w, h, pw, ph int, at func(x, y int) dot) []dot {
	out := make([]dot, 0, w*h)
	for y := range h {
		y0, y1 := y*ph/h, max((y+1)*ph/h, y*ph/h+1)
		for x := range w {
			x0, x1 := x*pw/w, max((x+1)*pw/w, x*pw/w+1)
			out = append(out, mean(x0, x1, y0, y1, at))
		}
	}
	return out
}

func mean(x0, x1, y0, y1 int, at func(x, y int) dot) dot {
	var sum [3]int
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			for i, v := range at(x, y) {
				sum[i] += int(v)
			}
		}
	}
	n := (x1 - x0) * (y1 - y0)
	return dot{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n)}
}

// View draws the picture as large as w cells and h lines allow: two dots above one
// another in each cell. It gives nil where there are no colours to draw it in.
func (p *Picture) View(s *theme.Styles, w, h int) []string {
	if p == nil || p.w == 0 || s.Shades == theme.NoShades || w < 1 || h < 1 {
		return nil
	}
	cells, dots := fit(p.w, p.h, w, 2*h)
	if p.drawn == nil || p.as != [2]int{cells, dots} || p.shades != s.Shades {
		p.as, p.shades = [2]int{cells, dots}, s.Shades
		p.drawn = p.draw(cells, dots)
	}
	return p.drawn
}

func (p *Picture) draw(w, h int) []string {
	small := shrink(w, h, p.w, p.h, func(x, y int) dot { return p.dots[y*p.w+x] })
	lines := make([]string, 0, (h+1)/2)
	for y := 0; y < h; y += 2 {
		var b strings.Builder
		last := ""
		for x := range w {
			upper, lower := small[y*w+x], small[y*w+x]
			if y+1 < h {
				lower = small[(y+1)*w+x]
			}
			if cell := p.shades.Cell(upper, lower); cell != last {
				b.WriteString(cell)
				last = cell
			}
			b.WriteString("▀")
		}
		b.WriteString(theme.EndCell)
		lines = append(lines, b.String())
	}
	return lines
}
