package qr_test

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"gatepass/auth/otp/qr"
	"gatepass/store"
)

// A shot is how a picture of a code was taken.
type shot struct {
	module   float64 // pixels a module in the picture
	angle    float64 // radians
	tilt     float64 // how much shorter the far side is, as a part
	blur     float64 // pixels, the spread of a point
	noise    float64 // the spread of grey values
	contrast float64 // between dark and light, of 255
	slope    float64 // how much darker one corner is, as a part
	inverted bool
}

// taken gives the picture that a camera would make of a code on a page.
func taken(m qr.Matrix, s shot, seed uint64) *image.Gray {
	const quiet = 4
	side := float64(m.Size()+2*quiet) * s.module
	size := int(side*1.5) + 40
	mid := float64(size) / 2
	sin, cos := math.Sincos(s.angle)
	r := rand.New(rand.NewPCG(seed, 7))
	at := func(x, y float64) float64 { // the light at a point of the picture
		dx, dy := x-mid, y-mid
		u, v := cos*dx+sin*dy, -sin*dx+cos*dy
		depth := 1 + s.tilt*v/side
		u, v = u*depth, v*depth
		mx, my := int(math.Floor(u/s.module+float64(m.Size())/2)), int(math.Floor(v/s.module+float64(m.Size())/2))
		light := !m.Dark(mx, my)
		if s.inverted {
			light = !light
		}
		level := 128 - s.contrast/2
		if light {
			level += s.contrast
		}
		return level * (1 - s.slope*(x+y)/float64(2*size))
	}
	img := image.NewGray(image.Rect(0, 0, size, size))
	const samples = 12
	for y := range size {
		for x := range size {
			sum := 0.0
			for range samples {
				sum += at(float64(x)+0.5+r.NormFloat64()*s.blur, float64(y)+0.5+r.NormFloat64()*s.blur)
			}
			img.SetGray(x, y, color.Gray{uint8(min(max(sum/samples+r.NormFloat64()*s.noise, 0), 255))})
		}
	}
	return img
}

// What a phone makes of a code on a page or a screen, held at an angle.
func TestPhotographedCodes(t *testing.T) {
	m, err := qr.Encode(store.NewSecret(link))
	if err != nil {
		t.Fatal(err)
	}
	for what, s := range map[string]shot{
		"tilted and turned":                   {module: 5.8, angle: -0.222, tilt: 0.13, blur: 0.23, noise: 1.3, contrast: 125, slope: 0.07},
		"tilted and blurred, in uneven light": {module: 6.8, angle: 0.145, tilt: 0.1, blur: 1.1, noise: 6.3, contrast: 168, slope: 0.36},
		"a dark screen, tilted and turned":    {module: 6.4, angle: -0.269, tilt: 0.13, blur: 0.8, noise: 8, contrast: 239, slope: 0.31, inverted: true},
		"a dark screen of low contrast":       {module: 4.7, angle: -0.04, tilt: 0.13, blur: 0.38, noise: 7.4, contrast: 97, slope: 0.16, inverted: true},
		"upside down, dim, with grain":        {module: 5, angle: 3.0, tilt: 0.05, blur: 0.5, noise: 10, contrast: 90, slope: 0.2},
	} {
		t.Run(what, func(t *testing.T) {
			codes, err := qr.ReadImage(t.Context(), taken(m, s, 1))
			if err != nil || len(codes) != 1 || codes[0].Text.Reveal() != link {
				t.Errorf("%d codes, %v", len(codes), err)
			}
		})
	}
}
