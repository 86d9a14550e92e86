package widget_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"gatepass/tui/internal/text"
	"gatepass/tui/internal/uitest"
	"gatepass/tui/internal/widget"

	tea "github.com/charmbracelet/bubbletea"
)

func paste(s string) tea.KeyMsg { return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(s), Paste: true} }

func TestAMaskedInputNeverShowsItsText(t *testing.T) {
	in := widget.NewMasked()
	in.Focus()
	in.Update(paste(uitest.CanarySeed + "\n"))
	for _, keys := range [][]string{{}, {"left", "left"}, {"home"}, {"end"}, {"backspace"}, {"ctrl+w"}} {
		for _, k := range keys {
			in.Update(uitest.KeyMsg(k))
		}
		for w := 4; w < 80; w++ {
			view := in.View(uitest.Plain, w)
			if strings.ContainsAny(view, uitest.CanarySeed) {
				t.Fatalf("after %q the view is %q", keys, view)
			}
			if text.Width(view) > w {
				t.Fatalf("%q is wider than %d", view, w)
			}
		}
	}
	if s := fmt.Sprintf("%v %+v", in.Secret(), in.Secret()); strings.Contains(s, uitest.CanarySeed[:8]) {
		t.Errorf("its secret prints as %s", s)
	}
}

func TestAPastedPasswordHasNoLineBreakAtItsEnd(t *testing.T) {
	in := widget.NewMasked()
	in.Focus()
	in.Update(paste(" with spaces \r\n"))
	if got := in.Secret().Reveal(); got != " with spaces " {
		t.Errorf("kept %q", got)
	}
}

func TestAnInputKeepsItsCaretInSight(t *testing.T) {
	in := widget.NewInput()
	in.Focus()
	in.Update(paste(strings.Repeat("日本語abc", 30)))
	for range 200 {
		for _, w := range []int{8, 13, 40} {
			view := in.View(uitest.Plain, w)
			if !strings.Contains(view, "▏") || text.Width(view) > w {
				t.Fatalf("%q in %d cells", view, w)
			}
		}
		in.Update(uitest.KeyMsg("left"))
	}
}

func TestAnInputWithoutFocusTakesNothing(t *testing.T) {
	in := widget.NewInput()
	if in.Update(paste("x")) || !in.Empty() {
		t.Error("an input took text that was not for it")
	}
	in.Focus()
	in.Blur()
	if in.Update(uitest.KeyMsg("x")) || strings.Contains(in.View(uitest.Plain, 9), "▏") {
		t.Error("an input without focus shows a caret")
	}
}

func TestAnInputIsBounded(t *testing.T) {
	in := widget.NewInput()
	in.Focus()
	in.Update(paste(strings.Repeat("x", 1<<20)))
	if n := len(in.Value()); n > 4096 {
		t.Errorf("it holds %d characters", n)
	}
}

func TestAListKeepsItsCursorOnTheScreen(t *testing.T) {
	var l widget.List
	k := widget.DefaultListKeys()
	if l.Cursor() != -1 {
		t.Error("an empty list has a cursor")
	}
	l.Update(uitest.KeyMsg("down"), k)
	l.SetCount(100)
	l.SetHeight(10)
	for _, key := range []string{"down", "pgdown", "G", "up", "pgup", "g", "up", "pgdown", "end", "home", "down"} {
		l.Update(uitest.KeyMsg(key), k)
		from, to := l.Window()
		if l.Cursor() < from || l.Cursor() >= to || to-from != 10 {
			t.Fatalf("after %s the cursor is %d and the window %d to %d", key, l.Cursor(), from, to)
		}
	}
	l.Update(uitest.KeyMsg("G"), k)
	l.SetCount(3)
	if from, to := l.Window(); l.Cursor() != 2 || from != 0 || to != 3 {
		t.Errorf("shrunk: cursor %d, window %d to %d", l.Cursor(), from, to)
	}
	l.SetCount(0)
	if from, to := l.Window(); l.Cursor() != -1 || from != 0 || to != 0 {
		t.Errorf("emptied: cursor %d, window %d to %d", l.Cursor(), from, to)
	}
	if l.Update(uitest.KeyMsg("v"), k) {
		t.Error("a list took a key that is not its own")
	}
}

func TestABarIsNeverEmptyBeforeTheEnd(t *testing.T) {
	const whole = 30 * time.Second
	for left := time.Duration(0); left <= whole; left += 100 * time.Millisecond {
		bar := widget.Bar(uitest.Plain, left, whole, 12)
		full := strings.Count(bar, "▄")
		if text.Width(bar) != 12 || (full == 0) != (left == 0) || (full == 12) != (left > 27500*time.Millisecond) {
			t.Fatalf("%v left is %q", left, bar)
		}
	}
	if got := widget.Bar(uitest.Plain, -time.Second, whole, 4); got != "▁▁▁▁" {
		t.Errorf("over is %q", got)
	}
	if got := widget.Bar(uitest.Plain, 2*whole, whole, 4); got != "▄▄▄▄" {
		t.Errorf("more than all is %q", got)
	}
	if got := text.Width(widget.Bar(uitest.Plain, whole/2, whole, 200)); got != 200 {
		t.Errorf("a wide bar is %d wide", got)
	}
	if got := widget.Bar(uitest.Plain, 1, 0, 4) + widget.Bar(uitest.Plain, 1, 1, 0); got != "" {
		t.Errorf("without a whole or room it is %q", got)
	}
}

func TestMarksDifferByCharacterAlone(t *testing.T) {
	seen := map[string]widget.Mark{}
	for _, m := range []widget.Mark{widget.MarkNone, widget.MarkRunning, widget.MarkGood, widget.MarkBad, widget.MarkWarn} {
		c := m.Of(uitest.Plain, 3)
		if text.Width(c) != 1 {
			t.Errorf("mark %d is %q", m, c)
		}
		if other, ok := seen[c]; ok {
			t.Errorf("marks %d and %d look the same without colour", m, other)
		}
		seen[c] = m
	}
	if widget.MarkRunning.Of(uitest.Plain, 1) == widget.MarkRunning.Of(uitest.Plain, 2) {
		t.Error("the running mark stands still")
	}
	_ = widget.MarkRunning.Of(uitest.Plain, -5) // a clock before 1970
}

func TestStepsWrapTheirNotes(t *testing.T) {
	steps := []widget.Step{{Mark: widget.MarkGood, Name: "proof", Took: "0.1 s", Note: strings.Repeat("word ", 40)}, {Name: "control"}}
	for w := 40; w < 120; w += 7 {
		wrapped := widget.Steps(uitest.Plain, steps, 0, w, 99)
		short := widget.Steps(uitest.Plain, steps, 0, w, 1)
		if len(short) != 2 || len(wrapped) <= 2 {
			t.Errorf("at %d: %d lines wrapped, %d in short", w, len(wrapped), len(short))
		}
		for _, l := range append(wrapped, short...) {
			if text.Width(l) > w {
				t.Errorf("%q is wider than %d", l, w)
			}
		}
	}
}

func TestAScrollSaysWhatIsBelow(t *testing.T) {
	var c widget.Scroll
	lines := strings.Split("1 2 3 4 5 6 7 8 9", " ")
	c.SetHeight(4)
	k := widget.DefaultListKeys()
	if got := c.View(uitest.Plain, lines); got != "1\n2\n3\n↓ 6 more" {
		t.Errorf("at first %q", got)
	}
	c.Update(uitest.KeyMsg("G"), k)
	if got := c.View(uitest.Plain, lines); got != "7\n8\n9\n↑ the end" {
		t.Errorf("at the end %q", got)
	}
	c.SetHeight(20)
	if got := c.View(uitest.Plain, lines); strings.Contains(got, "more") || !strings.HasPrefix(got, "1") {
		t.Errorf("with room %q", got)
	}
	if c.Update(uitest.KeyMsg("down"), k) {
		t.Error("it scrolls though all is seen")
	}
}

func TestAChoiceIsWhatIsMarked(t *testing.T) {
	c := widget.NewChoice(widget.Option{Name: "one"}, widget.Option{Name: "two", Note: "the second"}, widget.Option{Name: "three"})
	k := widget.DefaultListKeys()
	for _, key := range []string{"2", "3", "1"} {
		if want := int(key[0] - '1'); !c.Update(uitest.KeyMsg(key), k) || c.Cursor() != want {
			t.Errorf("%s marks %d", key, c.Cursor())
		}
	}
	c.Update(uitest.KeyMsg("9"), k)
	c.Update(paste("2"), k)
	if c.Cursor() != 0 {
		t.Errorf("a number without an option, or a paste, marks %d", c.Cursor())
	}
	view := ansi.Strip(strings.Join(c.View(uitest.Dark, 40), "\n"))
	if strings.Count(view, "(•)") != 1 || !strings.Contains(view, "(•) one") {
		t.Errorf("it shows\n%s", view)
	}
}

func TestAQuestionIsNotAnsweredByAccident(t *testing.T) {
	q := widget.NewConfirm("Leave?", "leave", "stay")
	for _, k := range []string{"enter", " ", "x", "tab"} {
		if got := q.Update(uitest.KeyMsg(k)); got != widget.Undecided {
			t.Errorf("%s answers %d", k, got)
		}
	}
	if got := q.Update(paste("y")); got != widget.Undecided {
		t.Errorf("a paste answers %d", got)
	}
	if q.Update(uitest.KeyMsg("y")) != widget.Yes || q.Update(uitest.KeyMsg("n")) != widget.No || q.Update(uitest.KeyMsg("esc")) != widget.No {
		t.Error("y, n and esc do not answer")
	}
}
