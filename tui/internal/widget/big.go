package widget

import "strings"

// The letters of Big are drawn in a grid of 5 by 7 dots.
const (
	dotsWide = 5
	dotsTall = 7
	wordGap  = 3 // dots between two groups; one is between two letters
)

// Big draws groups of characters as large as w cells and h lines allow: beside one
// another, or below one another where they get larger that way. It knows digits,
// the letters of Steam's codes, and * as a dot; others are left blank. It gives nil if not
// even the smallest letters fit.
func Big(groups []string, w, h int) []string {
	rows := [][]string{groups}
	scale := bigScale(rows, w, h)
	if stacked := bigScale(each(groups), w, h); stacked > scale {
		rows, scale = each(groups), stacked
	}
	if scale == 0 {
		return nil
	}
	var lines []string
	for i, row := range rows {
		if i > 0 {
			for range between(scale) {
				lines = append(lines, "")
			}
		}
		lines = append(lines, drawRow(row, scale)...)
	}
	return lines
}

// each puts every group in a row of its own.
func each(groups []string) [][]string {
	rows := make([][]string, len(groups))
	for i, g := range groups {
		rows[i] = []string{g}
	}
	return rows
}

// bigScale is how many cells wide a dot can be. A dot is half a line tall, which
// makes it square.
func bigScale(rows [][]string, w, h int) int {
	widest := 0
	for _, row := range rows {
		widest = max(widest, dotsAcross(row))
	}
	if widest == 0 {
		return 0
	}
	scale := w / widest
	for scale > 0 && len(rows)*linesOf(scale)+(len(rows)-1)*between(scale) > h {
		scale--
	}
	return scale
}

// linesOf is how many lines a letter takes.
func linesOf(scale int) int { return (dotsTall*scale + 1) / 2 }

// between is how many lines two rows of letters are apart.
func between(scale int) int { return (scale + 1) / 2 }

func dotsAcross(groups []string) int {
	dots := 0
	for i, g := range groups {
		if i > 0 {
			dots += wordGap
		}
		if n := len([]rune(g)); n > 0 {
			dots += n*(dotsWide+1) - 1
		}
	}
	return dots
}

// drawRow draws groups beside one another.
func drawRow(groups []string, scale int) []string {
	dots := make([]string, dotsTall)
	for i, g := range groups {
		if i > 0 {
			addDots(dots, strings.Repeat(" ", wordGap))
		}
		for j, r := range []rune(g) {
			if j > 0 {
				addDots(dots, " ")
			}
			for y, line := range glyph(r) {
				dots[y] += line
			}
		}
	}
	return halfBlocks(len(dots[0])*scale, dotsTall*scale, func(x, y int) bool { return dots[y/scale][x/scale] == '#' })
}

func addDots(dots []string, more string) {
	for y := range dots {
		dots[y] += more
	}
}

// halfBlocks draws a picture of w by h dots, two above one another in a cell.
func halfBlocks(w, h int, ink func(x, y int) bool) []string {
	lines := make([]string, 0, (h+1)/2)
	for y := 0; y < h; y += 2 {
		var b strings.Builder
		b.Grow(3 * w)
		for x := range w {
			upper, lower := ink(x, y), y+1 < h && ink(x, y+1)
			switch {
			case upper && lower:
				b.WriteString("█")
			case upper:
				b.WriteString("▀")
			case lower:
				b.WriteString("▄")
			default:
				b.WriteByte(' ')
			}
		}
		lines = append(lines, b.String())
	}
	return lines
}

func glyph(r rune) [dotsTall]string {
	if g, ok := glyphs[r]; ok {
		return g
	}
	return blankGlyph
}

var blankGlyph = [dotsTall]string{"     ", "     ", "     ", "     ", "     ", "     ", "     "}

// glyphs are drawn so that no two can be taken for each other from afar: the zero
// is open, the one has a foot, six and nine have straight necks.
var glyphs = map[rune][dotsTall]string{
	'*': {"     ", "     ", "  #  ", " ### ", "  #  ", "     ", "     "},
	'0': {" ### ", "#   #", "#   #", "#   #", "#   #", "#   #", " ### "},
	'1': {"  #  ", " ##  ", "# #  ", "  #  ", "  #  ", "  #  ", "#####"},
	'2': {" ### ", "#   #", "    #", "  ## ", " #   ", "#    ", "#####"},
	'3': {" ### ", "#   #", "    #", "  ## ", "    #", "#   #", " ### "},
	'4': {"#   #", "#   #", "#   #", "#####", "    #", "    #", "    #"},
	'5': {"#####", "#    ", "#### ", "    #", "    #", "#   #", " ### "},
	'6': {" ### ", "#   #", "#    ", "#### ", "#   #", "#   #", " ### "},
	'7': {"#####", "    #", "   # ", "  #  ", "  #  ", "  #  ", "  #  "},
	'8': {" ### ", "#   #", "#   #", " ### ", "#   #", "#   #", " ### "},
	'9': {" ### ", "#   #", "#   #", " ####", "    #", "#   #", " ### "},
	'B': {"#### ", "#   #", "#   #", "#### ", "#   #", "#   #", "#### "},
	'C': {" ####", "#    ", "#    ", "#    ", "#    ", "#    ", " ####"},
	'D': {"###  ", "#  # ", "#   #", "#   #", "#   #", "#  # ", "###  "},
	'F': {"#####", "#    ", "#    ", "#### ", "#    ", "#    ", "#    "},
	'G': {" ####", "#    ", "#    ", "# ###", "#   #", "#   #", " ####"},
	'H': {"#   #", "#   #", "#   #", "#####", "#   #", "#   #", "#   #"},
	'J': {"  ###", "    #", "    #", "    #", "    #", "#   #", " ### "},
	'K': {"#   #", "#  # ", "# #  ", "##   ", "# #  ", "#  # ", "#   #"},
	'M': {"#   #", "## ##", "# # #", "# # #", "#   #", "#   #", "#   #"},
	'N': {"#   #", "##  #", "# # #", "# # #", "#  ##", "#   #", "#   #"},
	'P': {"#### ", "#   #", "#   #", "#### ", "#    ", "#    ", "#    "},
	'Q': {" ### ", "#   #", "#   #", "#   #", "# # #", "#  # ", " ## #"},
	'R': {"#### ", "#   #", "#   #", "#### ", "# #  ", "#  # ", "#   #"},
	'T': {"#####", "  #  ", "  #  ", "  #  ", "  #  ", "  #  ", "  #  "},
	'V': {"#   #", "#   #", "#   #", "#   #", "#   #", " # # ", "  #  "},
	'W': {"#   #", "#   #", "#   #", "# # #", "# # #", "## ##", "#   #"},
	'X': {"#   #", " # # ", "  #  ", "  #  ", "  #  ", " # # ", "#   #"},
	'Y': {"#   #", "#   #", " # # ", "  #  ", "  #  ", "  #  ", "  #  "},
}
