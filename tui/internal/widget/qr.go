package widget

// Modules are the squares of a QR code; [qr.Matrix] has them. Outside the code all
// is light.
type Modules interface {
	Size() int
	Dark(x, y int) bool
}

// QRSize is how many cells and lines a QR code takes with a margin of so many
// modules.
func QRSize(m Modules, margin int) (w, h int) {
	side := m.Size() + 2*margin
	return side, (side + 1) / 2
}

// QR draws a code in half blocks with its margin. The letters are the dark modules
// if ink is true, and the light ones, margin included, if it is not: the way round
// that is right depends on the colours it is painted in.
func QR(m Modules, margin int, ink bool) []string {
	side := m.Size() + 2*margin
	return halfBlocks(side, side+side%2, func(x, y int) bool { return m.Dark(x-margin, y-margin) == ink })
}
