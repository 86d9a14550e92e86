package exporter_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gatepass/auth/otp"
	"gatepass/auth/otp/exporter"
	"gatepass/auth/otp/importer"
	"gatepass/auth/otp/qr"
	"gatepass/store"
)

// The tools that others use, on what we write and for what we read. Where
// GATEPASS_TEST_REQUIRE names otptools, a missing one fails.

func tool(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if slices.Contains(strings.Split(os.Getenv("GATEPASS_TEST_REQUIRE"), ","), "otptools") {
			t.Fatalf("%s is not installed, and GATEPASS_TEST_REQUIRE asks for it", name)
		}
		t.Skipf("%s is not installed; apt-get install oathtool qrencode zbar-tools pass-extension-otp", name)
	}
}

func run(t *testing.T, stdin, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v: %s", name, err, complaint.String())
	}
	return out.String()
}

func picture(t *testing.T, data []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "code.png")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func drawn(t *testing.T, text store.Secret) []byte {
	t.Helper()
	m, err := qr.Encode(text)
	if err != nil {
		t.Fatal(err)
	}
	data, err := m.PNG(4)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestZbarReadsOurCodes(t *testing.T) {
	tool(t, "zbarimg")
	items := every(t)
	links, _, err := exporter.Migration(items)
	if err != nil {
		t.Fatal(err)
	}
	texts := links
	for _, item := range items {
		texts = append(texts, item.Key.URI())
	}
	for i, text := range texts {
		got := run(t, "", "zbarimg", "--quiet", "--raw", picture(t, drawn(t, text)))
		if strings.TrimSpace(got) != text.Reveal() {
			t.Errorf("zbarimg reads code %d otherwise", i)
		}
	}
}

func TestZbarReadsTheTerminalCode(t *testing.T) {
	tool(t, "zbarimg")
	k := every(t)[0].Key
	m, err := exporter.Code(k)
	if err != nil {
		t.Fatal(err)
	}
	for _, lightIsInk := range []bool{true, false} {
		got := run(t, "", "zbarimg", "--quiet", "--raw", picture(t, screen(t, m.HalfBlocks(lightIsInk), lightIsInk)))
		if strings.TrimSpace(got) != k.URI().Reveal() {
			t.Errorf("light as ink %v: zbarimg reads it otherwise", lightIsInk)
		}
	}
}

// screen draws lines of half blocks as a terminal shows them.
func screen(t *testing.T, lines []string, lightInk bool) []byte {
	t.Helper()
	const px = 4
	ink, ground := color.Gray{0}, color.Gray{255}
	if lightInk {
		ink, ground = ground, ink
	}
	width := len([]rune(lines[0]))
	img := image.NewGray(image.Rect(0, 0, width*px, 2*len(lines)*px))
	for row, line := range lines {
		for column, r := range []rune(line) {
			for half, inked := range []bool{r == '▀' || r == '█', r == '▄' || r == '█'} {
				c := ground
				if inked {
					c = ink
				}
				for i := range px * px {
					img.SetGray(column*px+i%px, (2*row+half)*px+i/px, c)
				}
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// The whole way round: our picture, zbarimg's reading of it, oathtool's code from
// that; and our own code.
func TestOathtoolGivesTheSameCodes(t *testing.T) {
	tool(t, "zbarimg")
	tool(t, "oathtool")
	for _, item := range every(t) {
		k := item.Key
		if k.Type() == otp.Steam || k.Digits() > 8 {
			continue // oathtool has no such codes
		}
		read := strings.TrimSpace(run(t, "", "zbarimg", "--quiet", "--raw", picture(t, drawn(t, k.URI()))))
		back := key(t, read)
		args := []string{"--base32", "--digits", fmt.Sprint(back.Digits())}
		var ours otp.Code
		var err error
		if back.Type() == otp.HOTP {
			args = append(args, "--hotp", "--counter", fmt.Sprint(back.Counter()))
			ours, err = k.HOTP(k.Counter())
		} else {
			args = append(args, "--totp="+string(back.Algorithm()), "--time-step-size", fmt.Sprintf("%ds", int(back.Period().Seconds())), "--now", instant.UTC().Format("2006-01-02 15:04:05 UTC"))
			ours, err = k.At(k.Step(instant))
		}
		if err != nil {
			t.Fatal(err)
		}
		theirs := strings.TrimSpace(run(t, back.Seed().Reveal()+"\n", "oathtool", append(args, "-")...))
		if theirs != ours.Reveal() {
			t.Errorf("%s: oathtool says %s, we say %s", k.Account(), theirs, ours.Reveal())
		}
	}
}

func TestPassAcceptsOurLinks(t *testing.T) {
	tool(t, "pass")
	for _, item := range every(t) {
		if item.Key.Type() == otp.Steam || item.Key.Account() == "" {
			continue // pass-otp knows neither
		}
		run(t, "", "pass", "otp", "validate", item.Key.URI().Reveal())
	}
}

func TestWeReadQrencode(t *testing.T) {
	tool(t, "qrencode")
	for _, level := range []string{"L", "M", "Q", "H"} {
		for _, size := range []string{"1", "3", "8"} {
			for i, item := range every(t) {
				if (i > 0 || testing.Short()) && (level != "L" || size != "3") {
					continue
				}
				file := filepath.Join(t.TempDir(), "code.png")
				run(t, item.Key.URI().Reveal(), "qrencode", "-l", level, "-s", size, "-o", file)
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				got, err := importer.Read(t.Context(), "code.png", data, importer.Options{})
				if err != nil {
					t.Fatalf("level %s, size %s: %v", level, size, err)
				}
				same(t, got, []exporter.Item{item})
			}
		}
	}
}
