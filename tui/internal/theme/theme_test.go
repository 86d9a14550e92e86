package theme_test

import (
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"gatepass/tui/internal/theme"
)

func renderer(p termenv.Profile, dark bool) *lipgloss.Renderer {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(p)
	r.SetHasDarkBackground(dark)
	return r
}

func TestWithoutColourEveryPaintLeavesTextAlone(t *testing.T) {
	styles := reflect.ValueOf(*theme.New(renderer(termenv.Ascii, true)))
	for i := range styles.NumField() {
		p, ok := styles.Field(i).Interface().(theme.Paint)
		if !ok {
			continue
		}
		if got := p.Of("✓ signed in"); got != "✓ signed in" {
			t.Errorf("%s paints %q without colour", styles.Type().Field(i).Name, got)
		}
	}
}

func TestPlainIsWhatHasNoPaint(t *testing.T) {
	if !theme.New(renderer(termenv.Ascii, true)).Plain() || theme.New(renderer(termenv.ANSI, false)).Plain() {
		t.Error("which terminals can be painted on is not known")
	}
}

func TestColoursFollowTheBackground(t *testing.T) {
	dark := theme.New(renderer(termenv.ANSI, true))
	light := theme.New(renderer(termenv.ANSI, false))
	if got, want := dark.Warn.Of("soon"), "\x1b[93msoon\x1b[0m"; got != want {
		t.Errorf("on a dark background a warning is %q, want bright yellow %q", got, want)
	}
	if got, want := light.Warn.Of("soon"), "\x1b[35msoon\x1b[0m"; got != want {
		t.Errorf("on a light background a warning is %q, want magenta %q", got, want)
	}
}

func TestOnlyTheSixteenColoursAreUsed(t *testing.T) {
	// Even a terminal with millions of colours gets the ones its owner chose.
	styles := reflect.ValueOf(*theme.New(renderer(termenv.TrueColor, true)))
	for i := range styles.NumField() {
		p, ok := styles.Field(i).Interface().(theme.Paint)
		if !ok {
			continue
		}
		if got := p.Of("x"); strings.Contains(got, "38;2;") || strings.Contains(got, "38;5;") {
			t.Errorf("%s paints %q, outside of the sixteen colours", styles.Type().Field(i).Name, got)
		}
	}
}

func TestNothingPaintedIsNothing(t *testing.T) {
	if got := theme.New(renderer(termenv.ANSI, true)).Bad.Of(""); got != "" {
		t.Errorf("painting nothing gives %q", got)
	}
}
