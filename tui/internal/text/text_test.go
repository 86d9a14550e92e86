package text_test

import (
	"strings"
	"testing"
	"time"

	"gatepass/tui/internal/text"
)

func TestPadIsExactInCells(t *testing.T) {
	for _, s := range []string{"", "shop", "日本語の名前", "e\u0301clair", "👩‍👩‍👧 family", "\x1b[1mbold\x1b[0m"} {
		for w := range 12 {
			if got := text.Width(text.Pad(s, w)); got != w {
				t.Errorf("Pad(%q, %d) is %d wide", s, w, got)
			}
			if got := text.Width(text.PadLeft(s, w)); got != w {
				t.Errorf("PadLeft(%q, %d) is %d wide", s, w, got)
			}
		}
	}
}

func TestCutLeftKeepsTheEnd(t *testing.T) {
	if got := text.CutLeft("https://shop.example.com/login", 10); got != "…com/login" {
		t.Errorf("got %q", got)
	}
	for w := 1; w < 14; w++ {
		if got := text.CutLeft("日本語の名前", w); text.Width(got) > w {
			t.Errorf("CutLeft to %d cells gives %q, %d wide", w, got, text.Width(got))
		}
	}
}

func TestWrapNeverExceedsTheWidth(t *testing.T) {
	s := "The target's clock is 64 s ahead: https://a-very-long-host-name.example.com/with/a/path 日本語日本語日本語"
	for w := 1; w < 60; w++ {
		for _, line := range text.Wrap(s, w) {
			if got := text.Width(line); got > max(w, 2) {
				t.Errorf("at %d cells the line %q is %d wide", w, line, got)
			}
		}
	}
}

// A number and its unit stay on one line: an "s." alone on the next one says nothing.
func TestWrapKeepsANumberWithItsUnit(t *testing.T) {
	for _, s := range []string{
		"Copied the code of shop-admin; cleared in 30 s.",
		"The clock is 0.2 s ahead (± 0.3 s), and it ends in 4:59 min, or 12 h.",
	} {
		for w := 12; w < 60; w++ {
			for i, line := range text.Wrap(s, w) {
				if first := strings.Trim(strings.Fields(line)[0], ".,()"); i > 0 && (first == "s" || first == "min" || first == "h") {
					t.Errorf("at %d cells a line begins with the unit: %q", w, line)
				}
			}
			if got := strings.Join(text.Wrap(s, w), " "); got != s {
				t.Errorf("at %d cells it says %q", w, got)
			}
		}
	}
}

func TestFitIsExact(t *testing.T) {
	got := text.Fit("one\n日本語日本語\nthree\nfour", 7, 3)
	lines := strings.Split(got, "\n")
	if len(lines) != 3 {
		t.Fatalf("want 3 lines, got %q", lines)
	}
	for _, l := range lines {
		if text.Width(l) != 7 {
			t.Errorf("%q is %d wide, want 7", l, text.Width(l))
		}
	}
}

func TestCleanTakesTheTeethOutOfForeignText(t *testing.T) {
	for in, want := range map[string]string{
		"Sign in – Shop":              "Sign in – Shop",
		"a\x1b[2Jb\x1b]52;c;aGk=\x07": "ab",
		"two\nlines\tand tab":         "two lines and tab",
		"evil\u202egpj.exe":           "evilgpj.exe",
		"bell\x07 nul\x00":            "bell nul",
		"日本語":                         "日本語",
		"c1\u009b31m":                 "c131m",
	} {
		if got := text.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzCleanLeavesNoControl(f *testing.F) {
	f.Add("a\x1b[2Jb")
	f.Add("\u009b31m\u2028\u202e")
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range text.Clean(s) {
			if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
				t.Fatalf("Clean(%q) left %U", s, r)
			}
		}
	})
}

func TestTimesReadLikePeopleSayThem(t *testing.T) {
	now := time.Date(2030, 5, 6, 12, 0, 0, 0, time.UTC)
	for ago, want := range map[time.Duration]string{
		time.Second:         "just now",
		12 * time.Second:    "12 s ago",
		2 * time.Minute:     "2 min ago",
		3 * time.Hour:       "3 h ago",
		30 * time.Hour:      "yesterday",
		5 * 24 * time.Hour:  "5 days ago",
		90 * 24 * time.Hour: "5 Feb 2030",
		-time.Hour:          "6 May 2030",
	} {
		if got := text.Ago(now.Add(-ago), now); got != want {
			t.Errorf("%v ago reads %q, want %q", ago, got, want)
		}
	}
	if got := text.Ago(time.Time{}, now); got != "never" {
		t.Errorf("the zero time reads %q", got)
	}
	for d, want := range map[time.Duration]string{0: "0 ms", 12345 * time.Microsecond: "12 ms", 99700 * time.Microsecond: "0.1 s", 400 * time.Millisecond: "0.4 s", 59970 * time.Millisecond: "1:00 min", 65 * time.Second: "1:05 min", -1: "0 ms"} {
		if got := text.Took(d); got != want {
			t.Errorf("%v took %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{0: "0 s", 1: "1 s", 22 * time.Second: "22 s", 5 * time.Minute: "5:00 min", 24 * time.Hour: "24:00 h", -5: "0 s"} {
		if got := text.Left(d); got != want {
			t.Errorf("%v left reads %q, want %q", d, got, want)
		}
	}
}

func TestShortLeftFitsItsColumn(t *testing.T) {
	for d := time.Duration(0); d <= 24*time.Hour; d += 7 * time.Second {
		if got := text.ShortLeft(d); text.Width(got) > 5 {
			t.Fatalf("%v is %q", d, got)
		}
	}
	for d, want := range map[time.Duration]string{22 * time.Second: "22 s", 299 * time.Second: "4:59m", 45 * time.Minute: "45 m", 23 * time.Hour: "23 h", -1: "0 s"} {
		if got := text.ShortLeft(d); got != want {
			t.Errorf("%v is %q, want %q", d, got, want)
		}
	}
}
