package codes

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth/otp"
	"gatepass/auth/otp/qr"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// exposure is how long a QR code stays on the screen by itself.
const exposure = 2 * time.Minute

// print is the seed of one target as a QR code, to enrol a phone beside the scanner.
type print struct {
	task   ui.Task
	name   string
	err    error
	drawn  bool
	firm   qr.Matrix // with more correction, for a camera that shakes
	small  qr.Matrix // with less, for a screen that is small
	turned bool      // dark and light have changed places
	until  time.Time // when it is covered by itself
}

type printResult struct{ firm, small qr.Matrix }

// phoneWord is what must be typed before a seed is on the screen.
const phoneWord = "show"

// askQR warns first: of all that this program can show, only this cannot be taken
// back by waiting half a minute.
func (p *Page) askQR() {
	r := p.selected()
	p.mode = warning
	p.print = print{name: r.target.Name}
	if p.cramped() { // nor is there room for the code: it will say so
		p.ask = widget.NewTypedConfirm("Show the QR code of "+r.target.Name+"?", phoneWord, "show it", "leave it covered",
			"It is the seed itself: whoever photographs it makes these codes.")
		return
	}
	lines := []string{
		"It is the seed itself: whoever photographs it makes this account's codes from then on, and only a new enrolment ends that. Look who can see this screen, and whether it is shared or recorded.",
		"It is covered again after two minutes, with esc, and when the program is suspended.",
	}
	if r.counted() {
		lines = append(lines, "This seed counts its codes. Two devices that count apart lock each other out sooner or later.")
	}
	p.ask = widget.NewTypedConfirm("Show the QR code of "+r.target.Name+"?", phoneWord, "show it", "leave it covered", lines...)
}

func (p *Page) answerQR(msg tea.KeyMsg) tea.Cmd {
	switch p.ask.Update(msg) {
	case widget.Yes:
		return p.drawQR()
	case widget.No:
		p.leaveQR()
	case widget.Undecided:
	}
	return nil
}

// leaveQR forgets the code, so that nothing is left to draw.
func (p *Page) leaveQR() {
	p.print.task.Stop()
	p.mode, p.ask, p.print = listing, nil, print{}
}

// drawQR makes the code in the background.
func (p *Page) drawQR() tea.Cmd {
	r := p.selected()
	if r == nil || r.state != ready || r.target.Name != p.print.name {
		p.leaveQR()
		return nil
	}
	p.mode, p.ask = qrCode, nil
	p.print.until = p.env.Now().Add(exposure)
	key, name, next := r.key, r.target.Name, r.spent.Next
	return ui.Do(p.print.task.Begin(p.env), func(context.Context) (printResult, error) {
		key, err := forPhone(key, name, next)
		if err != nil {
			return printResult{}, err
		}
		firm, err := qr.Encode(key.URI())
		if err != nil {
			return printResult{}, err
		}
		small, err := qr.EncodeSmall(key.ShortURI())
		return printResult{firm, small}, err
	})
}

// forPhone is a key as a phone should have it: with a name to find it by, and
// counting from where it stands.
func forPhone(k otp.Key, name string, next uint64) (otp.Key, error) {
	if k.Issuer() == "" && k.Account() == "" {
		named, err := k.Named("", name)
		if err != nil {
			return k, err
		}
		k = named
	}
	if k.Type() == otp.HOTP {
		return k.WithCounter(next)
	}
	return k, nil
}

func (p *Page) printed(res printResult, err error) {
	p.print.firm, p.print.small, p.print.err = res.firm, res.small, err
	p.print.drawn = err == nil
}

// expire covers a code that was forgotten on the screen. A clock that went back is
// no reason to leave it there longer.
func (q *print) expire(p *Page, now time.Time) {
	if p.mode != qrCode {
		return
	}
	if left := q.until.Sub(now); left <= 0 || left > exposure {
		name := q.name
		p.leaveQR()
		p.env.Host.Say(ui.Notice{Text: "The QR code of " + name + " is covered again."})
	}
}

// margins are how many light modules are left around a code: four are right, and
// two are what readers still take.
var margins = [...]int{4, 2}

// fitting is the code, of those that there are, that is best to read in w by h.
func (q *print) fitting(w, h int) (m widget.Modules, margin int, ok bool) {
	for _, margin := range margins {
		for _, m := range []qr.Matrix{q.firm, q.small} {
			if qw, qh := widget.QRSize(m, margin); qw <= w && qh <= h {
				return m, margin, true
			}
		}
	}
	return nil, 0, false
}

// fits reports whether the code is there and has room in w by h.
func (q *print) fits(w, h int) bool {
	if !q.drawn {
		return false
	}
	_, _, ok := q.fitting(w, h)
	return ok
}

func (p *Page) qrView(now time.Time) string {
	s, q := p.env.Styles, &p.print
	switch {
	case q.err != nil:
		return strings.Join(ui.ErrorLines(s, q.err, p.readable()), "\n")
	case !q.drawn:
		return s.Dim.Of("Drawing the QR code…")
	}
	m, margin, ok := q.fitting(p.w, p.h)
	if !ok {
		return strings.Join(p.tooSmall(), "\n")
	}
	lines := widget.QR(m, margin, p.ink())
	for i, l := range lines {
		lines[i] = s.Print.Of(l)
	}
	w, _ := widget.QRSize(m, margin)
	return strings.Join(beside(lines, w, p.qrNotes(p.w-w-3, now)), "\n")
}

// ink reports whether the dark modules are what is drawn. Where colours work they
// are painted black on white; where not, it depends on the terminal's own colours,
// and who knows better can turn it round.
func (p *Page) ink() bool {
	s := p.env.Styles
	return (!s.Plain() || !s.Dark) != p.print.turned
}

// qrNotes stand beside a code where there is room.
func (p *Page) qrNotes(w int, now time.Time) []string {
	if w < 24 {
		return nil
	}
	s := p.env.Styles
	notes := []string{s.Bright.Of(text.Cut(p.print.name, w)), ""}
	notes = append(notes, text.Wrap("Scan it with the phone's authenticator app. It holds the seed.", w)...)
	notes = append(notes, "")
	notes = append(notes, text.Wrap("If the phone does not take it, press i: dark and light change places.", w)...)
	return append(notes, "", s.Dim.Of("covered in "+text.Left(p.print.until.Sub(now))))
}

// beside puts notes to the right of lines that are w cells wide.
func beside(lines []string, w int, notes []string) []string {
	for i, n := range notes {
		if i+1 < len(lines) {
			lines[i+1] += "   " + n
		}
	}
	return lines
}

// tooSmall says how much room a code needs: half of one, no camera reads.
func (p *Page) tooSmall() []string {
	w, h := widget.QRSize(p.print.small, margins[len(margins)-1])
	var more []string
	if w > p.w {
		more = append(more, fmt.Sprintf("%d columns wider", w-p.w))
	}
	if h > p.h {
		more = append(more, lines(h-p.h)+" taller")
	}
	s := p.env.Styles
	if p.cramped() {
		return ui.Hanging(s.Bad.Of("✗ "), fmt.Sprintf("The QR code does not fit: it needs %d columns and %d lines, and here are %d and %d.", w, h, p.w, p.h), p.readable())
	}
	out := ui.Hanging(s.Bad.Of("✗ "), fmt.Sprintf("The QR code does not fit: it needs %d columns and %d lines, and here are %d and %d.", w, h, p.w, p.h), p.readable())
	out = append(out, ui.Hanging(s.Accent.Of("→ "), "Make the terminal "+strings.Join(more, " and ")+", or its letters smaller.", p.readable())...)
	return append(out, ui.Hanging(s.Accent.Of("→ "), "Or write it as a picture: gatepass export "+p.print.name+" --to qr --out FILE.png", p.readable())...)
}

func lines(n int) string {
	if n == 1 {
		return "1 line"
	}
	return fmt.Sprintf("%d lines", n)
}
