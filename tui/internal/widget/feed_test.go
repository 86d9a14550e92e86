package widget_test

import (
	"testing"

	"gatepass/tui/internal/widget"
)

func TestAFeedStaysWithWhoReadsIt(t *testing.T) {
	f := widget.NewFeed[int](5)
	f.SetHeight(3)
	if f.Cursor() != -1 || f.Last() != nil {
		t.Error("an empty feed has a row")
	}
	for i := range 5 {
		f.Add(i)
	}
	if f.Cursor() != 4 || *f.Last() != 4 {
		t.Errorf("the cursor is on %d, not on the newest", f.Cursor())
	}
	f.Select(3)
	for i := 5; i < 7; i++ {
		f.Add(i)
	}
	if got := f.Rows()[f.Cursor()]; got != 3 || len(f.Rows()) != 5 {
		t.Errorf("the cursor went from row 3 to %d of %d", got, len(f.Rows()))
	}
	if from, to := f.Window(); from > f.Cursor() || to <= f.Cursor() {
		t.Errorf("row %d is not among %d to %d", f.Cursor(), from, to)
	}
	for i := 7; i < 20; i++ { // its row is not kept any more
		f.Add(i)
	}
	if f.Cursor() != 0 || *f.Last() != 19 {
		t.Errorf("the cursor is on %d, and the newest is %d", f.Cursor(), *f.Last())
	}
	f.Reset()
	if f.Cursor() != -1 || len(f.Rows()) != 0 {
		t.Error("something is left")
	}
}
