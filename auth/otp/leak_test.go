package otp_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
)

// seedRun is how much of an input may show up by accident.
const seedRun = 8

// base32Runs finds everything in an input that could be part of a seed.
var base32Runs = regexp.MustCompile(`[A-Za-z0-9]{8,}`)

// vocabulary is this package's source in lower case: all words that a message can
// have of its own. What stands there did not come from an input.
var vocabulary = sync.OnceValue(func() string {
	files, err := filepath.Glob("*.go")
	if err != nil {
		panic(err)
	}
	var all strings.Builder
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			panic(err)
		}
		all.Write(source)
	}
	return strings.ToLower(all.String())
})

// leak finds a run of eight letters and digits of the input, in either case, in
// what was said.
func leak(said, input string) (piece string, found bool) {
	said = strings.ToLower(said)
	for _, run := range base32Runs.FindAllString(input, -1) {
		run = strings.ToLower(run)
		for i := range len(run) - seedRun + 1 {
			piece := run[i : i+seedRun]
			if strings.Contains(said, piece) && !strings.Contains(vocabulary(), piece) {
				return piece, true
			}
		}
	}
	return "", false
}
