package theme

import (
	"strconv"

	"github.com/muesli/termenv"
)

// Shades is how finely a terminal can colour a picture. Meanings have the sixteen
// colours; only pictures of something else want more.
type Shades int

// The Shades.
const (
	NoShades   Shades = iota // no colours, or too few for a picture
	CubeShades               // the 6×6×6 colours and 24 greys of 256
	TrueShades               // red, green and blue of 8 bits each
)

func shades(p termenv.Profile) Shades {
	switch p {
	case termenv.TrueColor:
		return TrueShades
	case termenv.ANSI256:
		return CubeShades
	default:
		return NoShades
	}
}

// EndCell ends what Cell began.
const EndCell = "\x1b[0m"

// Cell begins a character whose ink and paper have these colours. Cells that follow one
// another need no end between them.
func (s Shades) Cell(ink, paper [3]uint8) string {
	return "\x1b[" + s.colour("38", ink) + ";" + s.colour("48", paper) + "m"
}

func (s Shades) colour(what string, c [3]uint8) string {
	if s == TrueShades {
		return what + ";2;" + strconv.Itoa(int(c[0])) + ";" + strconv.Itoa(int(c[1])) + ";" + strconv.Itoa(int(c[2]))
	}
	return what + ";5;" + strconv.Itoa(cube(c))
}

// The steps of the cube, and where the greys begin (xterm's 256 colours).
var steps = [...]int{0, 95, 135, 175, 215, 255}

const (
	cubeAt = 16
	greyAt = 232
)

// cube finds the nearest of the 256 colours.
func cube(c [3]uint8) int {
	at, near := cubeAt, 0
	for i, v := range c {
		n := nearestStep(int(v))
		at += n * [3]int{36, 6, 1}[i]
		near += square(steps[n] - int(v))
	}
	mean := (int(c[0]) + int(c[1]) + int(c[2])) / 3
	grey := min(max((mean-3)/10, 0), 23)
	far := 0
	for _, v := range c {
		far += square(8 + 10*grey - int(v))
	}
	if far < near {
		return greyAt + grey
	}
	return at
}

func nearestStep(v int) int {
	best := 0
	for i := range steps {
		if square(steps[i]-v) < square(steps[best]-v) {
			best = i
		}
	}
	return best
}

func square(n int) int { return n * n }
