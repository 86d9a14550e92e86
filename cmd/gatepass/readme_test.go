package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

const (
	readmeFile  = "../../README.md"
	readmeBegin = "<!-- generated: go test ./cmd/gatepass -run Readme -u -->\n"
	readmeEnd   = "<!-- end -->"
)

var (
	waiting = regexp.MustCompile(`(?m)^  … .*\n`) // near the end of a time step
	labPort = regexp.MustCompile(`127\.0\.0\.1:\d+`)
	took    = regexp.MustCompile(`( {2,}|in )(\d+ ms|\d+\.\d s)`)
)

// The transcript in the README is what the program prints, but for what differs at
// every run: ports and times.
func TestReadmeShowsWhatTheProgramPrints(t *testing.T) {
	text, err := os.ReadFile(readmeFile)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), readmeBegin)
	have, after, ok2 := strings.Cut(rest, readmeEnd)
	if !ok || !ok2 {
		t.Fatal("the README has no place for the transcript")
	}
	want := "```console\n$ go run ./cmd/gatepass demo\n" + steady(excerpt(t)) + "```\n"
	if have == want {
		return
	}
	if !*updateScripts {
		t.Fatalf("the README's transcript is not what the program prints; go test ./cmd/gatepass -run Readme -u rewrites it. It prints:\n%s", want)
	}
	if err := os.WriteFile(readmeFile, []byte(before+readmeBegin+want+readmeEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// excerpt is one login that goes well and the one that does not, of the demo.
func excerpt(t *testing.T) string {
	t.Helper()
	w := newWorld(t)
	blocks := strings.Split(strings.TrimSpace(w.must("", "demo")), "\n\n")
	if len(blocks) != 5 {
		t.Fatalf("the demo prints %d blocks", len(blocks))
	}
	return blocks[0] + "\n\n" + blocks[3] + "\n"
}

func steady(s string) string {
	s = waiting.ReplaceAllString(s, "")
	s = labPort.ReplaceAllString(s, "127.0.0.1:8443")
	return took.ReplaceAllStringFunc(s, func(m string) string {
		if strings.HasPrefix(m, "in ") {
			return "in 0.1 s"
		}
		return strings.Repeat(" ", len(m)-len("0.1 s")) + "0.1 s"
	})
}
