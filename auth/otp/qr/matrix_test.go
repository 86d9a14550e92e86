package qr_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"gatepass/auth/otp/qr"
	"gatepass/store"
)

func TestMatrixHasThreeCornersAndAQuietZone(t *testing.T) {
	m, err := qr.Encode(store.NewSecret(link))
	if err != nil {
		t.Fatal(err)
	}
	n := m.Size()
	if n < 21 || n%4 != 1 {
		t.Fatalf("size %d is none of a QR code", n)
	}
	for _, at := range [][2]int{{0, 0}, {n - 7, 0}, {0, n - 7}} {
		if !m.Dark(at[0], at[1]) || m.Dark(at[0]+1, at[1]+1) || !m.Dark(at[0]+3, at[1]+3) {
			t.Errorf("no corner at %v", at)
		}
	}
	if m.Dark(-1, 0) || m.Dark(0, n) || m.Dark(n, 0) {
		t.Error("it is dark outside")
	}
}

func TestHalfBlocksAreEvenlyWide(t *testing.T) {
	m, err := qr.Encode(store.NewSecret(link))
	if err != nil {
		t.Fatal(err)
	}
	for _, lightIsInk := range []bool{true, false} {
		lines := m.HalfBlocks(lightIsInk)
		if len(lines) != (m.Size()+5)/2 {
			t.Errorf("%d lines for %d modules", len(lines), m.Size())
		}
		for _, line := range lines {
			if len([]rune(line)) != m.Size()+4 || strings.Trim(line, " ▀▄█") != "" {
				t.Errorf("line %q", line)
			}
		}
	}
}

func TestTextThatNoCodeHolds(t *testing.T) {
	for text, want := range map[string]error{"": qr.ErrNotText, "\xff": qr.ErrNotText, strings.Repeat("x", qr.MaxText+1): qr.ErrTooLong} {
		if _, err := qr.Encode(store.NewSecret(text)); !errors.Is(err, want) {
			t.Errorf("%.5q: %v", text, err)
		}
	}
}

func TestAMatrixCannotBePrinted(t *testing.T) {
	m, err := qr.Encode(store.NewSecret(link))
	if err != nil {
		t.Fatal(err)
	}
	j, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	said := fmt.Sprintf("%v %+v %#v %s %d", m, m, struct{ inner qr.Matrix }{m}, j, m)
	if strings.Contains(said, "true") || strings.Contains(said, "█") {
		t.Error(said)
	}
}

func BenchmarkEncode(b *testing.B) {
	for b.Loop() {
		if _, err := qr.Encode(store.NewSecret(link)); err != nil {
			b.Fatal(err)
		}
	}
}
