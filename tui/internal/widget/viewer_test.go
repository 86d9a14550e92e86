package widget_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"gatepass/tui/internal/text"
	"gatepass/tui/internal/uitest"
	"gatepass/tui/internal/widget"
)

func TestAMeterOnlyEverShrinks(t *testing.T) {
	const whole = 30 * time.Second
	level := func(bar string) int {
		sum := 0
		for _, r := range bar {
			sum += strings.IndexRune("▁▂▃▄▅▆", r) / 3
		}
		return sum
	}
	last, steps := 1000, 0
	for left := whole; left >= 0; left -= 100 * time.Millisecond {
		bar := widget.Meter(uitest.Plain, left, whole, 12)
		if text.Width(bar) != 12 {
			t.Fatalf("at %v the meter is %d cells wide: %q", left, text.Width(bar), bar)
		}
		now := level(bar)
		if now > last {
			t.Errorf("at %v the meter grew: %q", left, bar)
		}
		if now < last {
			steps++
		}
		last = now
	}
	if steps < 60 {
		t.Errorf("a meter of 12 cells has %d steps: it does not run smoothly", steps)
	}
	for left, want := range map[time.Duration]string{
		-time.Hour: "▁▁▁▁", 0: "▁▁▁▁", 1: "▂▁▁▁", whole: "▆▆▆▆", 2 * whole: "▆▆▆▆",
	} {
		if got := widget.Meter(uitest.Plain, left, whole, 4); got != want {
			t.Errorf("with %v left of %v it is %q, want %q", left, whole, got, want)
		}
	}
	if got := widget.Meter(uitest.Plain, 1, 0, 4) + widget.Meter(uitest.Plain, 1, 1, 0); got != "" {
		t.Errorf("a meter of nothing is %q", got)
	}
	if got := text.Width(widget.Meter(uitest.Plain, whole/2, whole, 200)); got != 200 {
		t.Errorf("a wide meter is %d cells wide", got)
	}
}

func TestAGaugeIsFullWhenAllIsDone(t *testing.T) {
	for _, c := range []struct {
		done, all int
		want      string
	}{{0, 10, "▁▁▁▁"}, {9, 10, "▆▆▆▁"}, {10, 10, "▆▆▆▆"}, {99, 10, "▆▆▆▆"}, {-1, 10, "▁▁▁▁"}, {1, 0, ""}} {
		if got := widget.Gauge(uitest.Plain, c.done, c.all, 4); got != c.want {
			t.Errorf("%d of %d is %q, want %q", c.done, c.all, got, c.want)
		}
	}
}

func TestBigIsAsLargeAsFits(t *testing.T) {
	for _, c := range []struct {
		groups  []string
		w, h    int
		scale   int
		stacked bool
	}{
		{[]string{"123", "456"}, 78, 16, 2, false},
		{[]string{"1234", "5678"}, 78, 16, 2, true},
		{[]string{"1234", "5678"}, 118, 32, 4, true},
		{[]string{"123", "456"}, 198, 42, 5, false},
		{[]string{"GJ2F4"}, 78, 16, 2, false},
		{[]string{"123", "456"}, 30, 4, 0, false},
	} {
		lines := widget.Big(c.groups, c.w, c.h)
		if c.scale == 0 {
			if lines != nil {
				t.Errorf("%q in %dx%d: %q", c.groups, c.w, c.h, lines)
			}
			continue
		}
		tall := (7*c.scale + 1) / 2
		if c.stacked {
			tall = 2*tall + (c.scale+1)/2
		}
		if len(lines) != tall {
			t.Errorf("%q in %dx%d has %d lines, want %d", c.groups, c.w, c.h, len(lines), tall)
		}
		for _, l := range lines {
			if text.Width(l) > c.w {
				t.Errorf("%q in %dx%d is %d wide", c.groups, c.w, c.h, text.Width(l))
			}
		}
	}
}

// Every character that a code can have is drawn, and no two are drawn alike.
func TestBigLettersDiffer(t *testing.T) {
	seen := map[string]rune{}
	for _, r := range "0123456789BCDFGHJKMNPQRTVWXY*" {
		drawn := strings.Join(widget.Big([]string{string(r)}, 5, 4), "\n")
		if strings.TrimSpace(drawn) == "" {
			t.Errorf("%q is not drawn", r)
		}
		if other, ok := seen[drawn]; ok {
			t.Errorf("%q looks like %q", r, other)
		}
		seen[drawn] = r
	}
}

func TestFuzzyFindsTheBestPlace(t *testing.T) {
	for _, c := range []struct {
		word, text string
		at         []int
	}{
		{"shop", "shop / scan-bot", []int{0, 1, 2, 3}},
		{"bot", "robot / scan-bot", []int{13, 14, 15}}, // where a word begins
		{"ssb", "shop / scan-bot", []int{0, 7, 12}},
		{"sb", "shop-s / b", []int{5, 9}}, // as close together as it can
		{"ö", "köln", []int{1}},
		{"xyz", "shop", nil},
		{"pohs", "shop", nil},
		{"", "shop", []int{}},
	} {
		m, ok := widget.Fuzzy(c.word, c.text)
		if ok != (c.at != nil) || ok && !slices.Equal(m.At, c.at) {
			t.Errorf("%q in %q is at %v (%v), want %v", c.word, c.text, m.At, ok, c.at)
		}
	}
	score := func(word, text string) int { m, _ := widget.Fuzzy(word, text); return m.Score }
	for _, order := range [][]string{
		{"admin / x", "x-admin / x", "sadmin / x", "aXdmin / x", "a-d-m-i-n / x"},
	} {
		for i := 1; i < len(order); i++ {
			if score("admin", order[i-1]) <= score("admin", order[i]) {
				t.Errorf("%q is not better than %q", order[i-1], order[i])
			}
		}
	}
}

func FuzzFuzzy(f *testing.F) {
	f.Add("sh", "Shop")
	f.Add("İ", "iİ")
	f.Fuzz(func(t *testing.T, word, in string) {
		folded := widget.Fold(in)
		m, ok := widget.Fuzzy(widget.Fold(word), folded)
		runes := []rune(folded)
		for i, at := range m.At {
			if !ok || at < 0 || at >= len(runes) || i > 0 && m.At[i-1] >= at {
				t.Fatalf("%q in %q is at %v", word, in, m.At)
			}
		}
	})
}

type modules []string

func (m modules) Size() int { return len(m) }
func (m modules) Dark(x, y int) bool {
	return y >= 0 && y < len(m) && x >= 0 && x < len(m[y]) && m[y][x] == '#'
}

func TestAQRCodeBothWaysRound(t *testing.T) {
	m := modules{"##.", "..#", "#.#"}
	dark := strings.Join(widget.QR(m, 1, true), "|")
	if dark != " ▄▄  | ▄ █ |     " {
		t.Errorf("dark modules drawn: %q", dark)
	}
	light := strings.Join(widget.QR(m, 1, false), "|")
	if light != "█▀▀██|█▀█ █|█████" {
		t.Errorf("light modules drawn: %q", light)
	}
	if w, h := widget.QRSize(m, 1); w != 5 || h != 3 {
		t.Errorf("it takes %dx%d", w, h)
	}
}
