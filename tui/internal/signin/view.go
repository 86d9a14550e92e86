package signin

import (
	"time"

	"gatepass/auth/login"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/theme"
	"gatepass/tui/internal/widget"
)

// Lines draws the login in w cells and, as far as it can, in h lines: its stages, and
// beneath them what it waits for.
func (r *Run) Lines(w, h int) []string {
	if r.env == nil {
		return nil
	}
	below := r.below(w, h-len(login.Stages()))
	for _, tall := range []int{3, 2, 1} {
		steps := widget.Steps(r.env.Styles, r.steps(), r.frame(), w, tall)
		if tall == 1 || len(steps)+len(below) <= h {
			return append(steps, below...)
		}
	}
	return below
}

// below is what stands under the stages.
func (r *Run) below(w, h int) []string {
	if r.ask != nil {
		return append([]string{""}, r.question(w)...)
	}
	return r.waiting(w, h)
}

// steps lists all stages, those to come as well.
func (r *Run) steps() []widget.Step {
	var steps []widget.Step
	for _, name := range login.Stages() {
		st, begun := r.stages[name]
		step := widget.Step{Name: string(name), Note: text.Clean(st.Note)}
		if begun {
			step.Mark = Mark(st.State)
			step.Took = r.took(st)
		}
		steps = append(steps, step)
	}
	return steps
}

// Mark is how a stage stands, as a mark.
func Mark(st login.State) widget.Mark {
	switch st {
	case login.Running:
		return widget.MarkRunning
	case login.Pass:
		return widget.MarkGood
	case login.Fail:
		return widget.MarkBad
	default:
		return widget.MarkNone
	}
}

func (r *Run) took(st login.StageResult) string {
	switch {
	case st.State == login.Skip:
		return ""
	case st.State == login.Running && r.Busy():
		return text.Took(r.env.Now().Sub(r.began) - st.At)
	}
	return text.Took(st.Took)
}

func (r *Run) frame() int { return int(r.env.Now().UnixMilli() / 100) }

// waiting counts down to the end of a wait, and says who has to act.
func (r *Run) waiting(w, h int) []string {
	left := r.wait.Until.Sub(r.env.Now())
	if !r.Busy() || r.wait.Until.IsZero() || left <= 0 {
		return nil
	}
	s := r.env.Styles
	bar := "  " + widget.Bar(s, left, max(r.wait.Until.Sub(r.since), left), 12) + " " + text.Left(left)
	why := "  until the next code that was not used yet"
	if r.wait.Person || r.wait.Number != "" {
		why = "  for somebody to act, on the phone or in the browser"
	}
	lines := []string{"", bar + s.Dim.Of(text.Cut(why, w-text.Width(bar)))}
	if r.wait.Number != "" {
		lines = append(lines, r.number(s, w, h-len(lines))...)
	}
	return lines
}

// tallest is how many lines the number takes at most: it is read from across a desk,
// not from across a hall.
const tallest = 14

// number draws what has to be typed into the phone, as large as it fits.
func (r *Run) number(s *theme.Styles, w, h int) []string {
	number := text.Clean(r.wait.Number)
	lines := []string{"", "  " + s.Bright.Of("Type this into the phone:")}
	big := widget.Big([]string{number}, w-4, min(h-len(lines), tallest))
	if big == nil {
		return append(lines[:1], "  "+s.Bright.Of("Type this into the phone: "+number))
	}
	for _, l := range big {
		lines = append(lines, "    "+s.Bright.Of(l))
	}
	return lines
}

// question is the dialog: who asks for what, and what an answer does.
func (r *Run) question(w int) []string {
	s := r.env.Styles
	what := login.RoleNames(r.ask.roles)
	if what == "" {
		what = "what signs in"
	}
	inner := w - 2
	lines := []string{s.Warn.Of("! ") + s.Bright.Of("MAY THIS ORIGIN BE SENT A SECRET?"), ""}
	lines = append(lines, "  "+s.Bright.Of(text.CutLeft(text.Clean(r.ask.origin), inner)))
	say := func(t string) {
		for _, l := range text.Wrap(t, inner) {
			lines = append(lines, "  "+l)
		}
	}
	say("would receive " + text.Clean(what) + ".")
	say("It is not one of the origins of this login, which stands still until you answer. If you do not know it, answer no.")
	yes := "  " + s.Key.Of("y") + " allow it, and pin it to the target for good"
	no := s.Key.Of("n") + " stop here (esc, enter)"
	if text.Width(yes)+3+text.Width(no) <= w {
		return append(lines, "", yes+"   "+no)
	}
	return append(lines, "", yes, "  "+no)
}

// Picture draws the page in front as the browser showed it last, at most w cells by h
// lines; nil where there is none or no colours to draw it in.
func (r *Run) Picture(w, h int) []string {
	if r.env == nil {
		return nil
	}
	return r.shown.View(r.env.Styles, w, h)
}

// HasPicture reports whether there is a picture that could be drawn.
func (r *Run) HasPicture() bool { return r.shown != nil }

// Pulse is how often the run wants to be drawn: stages are timed in tenths of a second.
func (r *Run) Pulse() time.Duration {
	if r.Under() {
		return 100 * time.Millisecond
	}
	return 0
}

// Beside puts a picture to the right of lines, which are cut to what is left of w cells.
func Beside(lines, picture []string, w int) []string {
	if len(picture) == 0 {
		return lines
	}
	left := w - text.Width(picture[0]) - gap
	out := make([]string, 0, max(len(lines), len(picture)))
	for i := range max(len(lines), len(picture)) {
		l := ""
		if i < len(lines) {
			l = lines[i]
		}
		if i < len(picture) {
			l = text.Pad(l, left) + text.Blank(gap) + picture[i]
		}
		out = append(out, l)
	}
	return out
}

// gap is how far a picture is from what stands beside it.
const gap = 3
