package chrome

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"slices"
	"time"

	"github.com/chromedp/cdproto/page"

	"gatepass/auth/login"
)

const (
	pictureTime  = 3 * time.Second // a picture is worth no more
	pictureTries = 3
	maxSide      = 1400    // pixels
	maxPicture   = 1 << 20 // bytes
)

// blot is what covers a secret.
var blot = color.NRGBA{R: 0x2b, G: 0x2f, B: 0x36, A: 0xff}

// errRestless says that a page does not hold still for a picture.
var errRestless = errors.New("the page does not hold still")

var _ login.Pictured = (*Driver)(nil)

// Picture implements [login.Pictured]. Fields for passwords and codes, whatever took
// in a secret, and every text that repeats one are painted over before anybody gets
// to see the picture. What is to be covered is found out before it is taken and after:
// if a page moves meanwhile it is taken again, and in the end there is none.
//
// An error here is no failure of the login.
func (d *Driver) Picture(ctx context.Context) (login.Picture, error) {
	d.mu.Lock()
	t := d.front
	d.mu.Unlock()
	if t == nil || d.closed {
		return login.Picture{}, errors.New("there is no page to take a picture of")
	}
	ctx, cancel := context.WithTimeout(ctx, pictureTime)
	defer cancel()
	before, err := d.cover(ctx, t)
	for range pictureTries {
		if err != nil {
			return login.Picture{}, fmt.Errorf("find what to cover: %w", err)
		}
		shot, wrong := call(ctx, t.main, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng, OptimizeForSpeed: new(true)})
		if wrong != nil {
			return login.Picture{}, fmt.Errorf("take a picture: %w", wrong)
		}
		var after cover
		if after, err = d.cover(ctx, t); err == nil && slices.Equal(before.boxes, after.boxes) && before.width == after.width {
			return develop(shot.Data, after)
		}
		before = after
	}
	return login.Picture{}, errRestless
}

// develop paints over what is to be covered.
func develop(data []byte, c cover) (login.Picture, error) {
	shot, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return login.Picture{}, fmt.Errorf("read a picture: %w", err)
	}
	b := shot.Bounds()
	flat := image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), shot, b.Min, draw.Over)
	scale := float64(b.Dx()) / c.width
	for _, box := range c.boxes {
		draw.Draw(flat, box.pixels(scale), image.NewUniform(blot), image.Point{}, draw.Src)
	}
	for max(flat.Rect.Dx(), flat.Rect.Dy()) > maxSide {
		flat = halved(flat)
	}
	for {
		var out bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&out, flat); err != nil {
			return login.Picture{}, fmt.Errorf("write a picture: %w", err)
		}
		if out.Len() <= maxPicture {
			return login.Picture{PNG: out.Bytes(), Width: flat.Rect.Dx(), Height: flat.Rect.Dy()}, nil
		}
		flat = halved(flat)
	}
}

// pixels is the part of a picture that a box covers, and a pixel around it.
func (b box) pixels(scale float64) image.Rectangle {
	return image.Rect(int(b.left*scale)-1, int(b.top*scale)-1, int(b.right*scale)+2, int(b.bottom*scale)+2)
}

// halved makes one pixel of four.
func halved(from *image.NRGBA) *image.NRGBA {
	to := image.NewNRGBA(image.Rect(0, 0, max(from.Rect.Dx()/2, 1), max(from.Rect.Dy()/2, 1)))
	for y := range to.Rect.Dy() {
		for x := range to.Rect.Dx() {
			at, right := from.PixOffset(2*x, 2*y), 4*min(1, from.Rect.Dx()-1)
			below := from.Stride * min(1, from.Rect.Dy()-1)
			for k := range 4 {
				sum := int(from.Pix[at+k]) + int(from.Pix[at+right+k]) + int(from.Pix[at+below+k]) + int(from.Pix[at+right+below+k])
				to.Pix[to.PixOffset(x, y)+k] = uint8(sum / 4)
			}
		}
	}
	return to
}
