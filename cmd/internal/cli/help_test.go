package cli

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"gatepass/cmd/internal/streams"
)

// helped is the command without a name, as its help sees it.
func helped() *cobra.Command {
	a := &app{Streams: &streams.Streams{}, getenv: func(string) string { return "" }}
	root := a.root()
	root.InitDefaultHelpCmd() // as running it does
	root.InitDefaultVersionFlag()
	return root
}

// commands calls look with every command that does something, and with its path
// without the program's name.
func commands(c *cobra.Command, look func(path []string, c *cobra.Command)) {
	if path := strings.Fields(c.CommandPath())[1:]; c.Runnable() && len(path) > 0 && !c.Hidden && c.Name() != "help" {
		look(path, c)
	}
	for _, sub := range c.Commands() {
		commands(sub, look)
	}
}

// Every command shows how it is called, and each of those calls is one of that command
// with flags and arguments that it takes.
func TestExamplesAreCalls(t *testing.T) {
	commands(helped(), func(path []string, c *cobra.Command) {
		if c.HasSubCommands() {
			return
		}
		calls := examples(t, c)
		if len(calls) == 0 {
			t.Errorf("%s has no example", c.CommandPath())
		}
		for _, args := range calls {
			found, err := called(args)
			if err != nil {
				t.Errorf("%q: %v", strings.Join(args, " "), err)
			} else if found != c.CommandPath() {
				t.Errorf("an example of %q calls %q", c.CommandPath(), found)
			}
		}
	})
}

// called is the command that arguments call, with an error if it does not take them.
func called(args []string) (command string, err error) {
	c, rest, err := helped().Find(args) // anew each time: flags keep what they were given
	if err != nil {
		return "", err
	}
	if err := c.ParseFlags(rest); err != nil {
		return "", err
	}
	if yes, _ := c.Flags().GetBool("help"); yes {
		return c.CommandPath(), nil
	}
	return c.CommandPath(), errors.Join(c.ValidateArgs(c.Flags().Args()), c.ValidateRequiredFlags(), c.ValidateFlagGroups())
}

// What the papers say to type can be typed.
func TestThePapersCallCommands(t *testing.T) {
	blocks := regexp.MustCompile("(?s)\n```sh\n(.*?)\n```\n")
	inline := regexp.MustCompile("`(gatepass [^`]+)`")
	calls := 0
	for _, paper := range []string{"README.md", "SECURITY.md", "CONTRIBUTING.md"} {
		text, err := os.ReadFile("../../../" + paper)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, m := range blocks.FindAllStringSubmatch(string(text), -1) {
			lines = append(lines, strings.Split(strings.ReplaceAll(m[1], "\\\n", " "), "\n")...)
		}
		for _, m := range inline.FindAllStringSubmatch(strings.ReplaceAll(string(text), "\n", " "), -1) {
			lines = append(lines, m[1])
		}
		for _, line := range lines {
			words := shellWords(strings.ReplaceAll(line, `"`, ""))
			if len(words) < 2 || words[0] != "gatepass" {
				continue
			}
			calls++
			if _, err := called(words[1:]); err != nil {
				t.Errorf("%s: %s: %v", paper, line, err)
			}
		}
	}
	if calls < 30 {
		t.Errorf("%d calls were found: the test does not find what it looks for", calls)
	}
}

// examples are a command's example calls, split into words without the program's name.
func examples(t *testing.T, c *cobra.Command) (calls [][]string) {
	t.Helper()
	text := strings.ReplaceAll(c.Example, "\\\n", " ")
	for line := range strings.SplitSeq(text, "\n") {
		words := shellWords(line)
		if len(words) == 0 {
			continue
		}
		if words[0] != "gatepass" {
			t.Errorf("an example of %q is no call of gatepass: %s", c.CommandPath(), line)
			continue
		}
		calls = append(calls, words[1:])
	}
	return calls
}

// shellWords splits a line as a shell does that knows single quotes, and ends where a
// redirection or a comment begins.
func shellWords(line string) (words []string) {
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		for _, w := range strings.Fields(part) {
			if w == "<" || w == ">" || w == "|" || w == "#" {
				return words
			}
			words = append(words, w)
		}
	}
	return words
}

// The help and the README tell the same exit codes.
func TestExitCodesAreToldAlike(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(readme), "| exit code | meaning |\n|---|---|\n")
	var told []string
	for line := range strings.SplitSeq(table, "\n") {
		if !strings.HasPrefix(line, "|") {
			break
		}
		told = append(told, line)
	}
	var meant []string
	for _, m := range exitMeanings {
		meant = append(meant, fmt.Sprintf("| %d | %s |", m.code, m.meaning))
	}
	if !slices.Equal(told, meant) {
		t.Errorf("the README has\n%s\nand the help\n%s", strings.Join(told, "\n"), strings.Join(meant, "\n"))
	}
}

// Texts that people read first have the same shape everywhere: a short one is a phrase
// without a full stop, a long one is sentences, and no flag is without a word.
func TestHelpTextsAreAlike(t *testing.T) {
	commands(helped(), func(_ []string, c *cobra.Command) {
		if c.Short == "" || strings.HasSuffix(c.Short, ".") {
			t.Errorf("%s: the short text is %q", c.CommandPath(), c.Short)
		}
		for line := range strings.SplitSeq(c.Long, "\n") {
			if len([]rune(line)) > 120 && !strings.HasPrefix(line, "  ") {
				t.Errorf("%s: a line of %d characters: %s", c.CommandPath(), len([]rune(line)), line)
			}
		}
		for line := range strings.SplitSeq(c.LocalFlags().FlagUsages(), "\n") {
			if words := strings.Fields(line); len(words) > 0 && strings.HasPrefix(words[0], "--") && len(words) < 3 {
				t.Errorf("%s: the flag %s has no text", c.CommandPath(), words[0])
			}
		}
	})
}
