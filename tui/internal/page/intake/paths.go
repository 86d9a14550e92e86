package intake

import (
	"net/url"
	"path"
	"strings"
)

// pathsIn finds the paths in what was dropped on the terminal or typed: quoted,
// escaped or bare, with spaces or line breaks between them, or as file:// addresses.
// It gives none if any of it is something else: then it is what shall be read, and
// not where.
func pathsIn(text string) []string {
	text = strings.TrimSpace(text)
	if words, ok := split(text); ok {
		if paths := allPaths(words); paths != nil {
			return paths
		}
	}
	// Some terminals drop a path with its spaces as they are.
	return allPaths(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }))
}

// allPaths gives the paths that words are, or none if one of them is none.
func allPaths(words []string) []string {
	var paths []string
	for _, w := range words {
		w = strings.TrimSpace(w)
		if w == "&" { // PowerShell puts it before a quoted path
			continue
		}
		if strings.HasPrefix(strings.ToLower(w), "file:") {
			w = fromAddress(w)
		}
		if !isPath(w) && !(len(words) == 1 && isName(w)) || strings.Contains(w, "://") {
			return nil
		}
		paths = append(paths, w)
	}
	return paths
}

// split takes text apart as a shell does. It gives false if a quote is not closed.
func split(text string) (words []string, ok bool) {
	var b strings.Builder
	var quote rune
	begun, escaped := false, false
	for _, r := range text {
		switch {
		case escaped:
			if quote == '"' && r != '"' && r != '\\' {
				b.WriteRune('\\') // there it escapes but these, which Windows' paths need
			}
			b.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'' && !windows(b.String()) && !(quote == '"' && strings.Trim(b.String(), `\`) == ""):
			escaped, begun = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, begun = r, true
		case quote == 0 && (r == ' ' || r == '\n' || r == '\r' || r == '\t'):
			if begun {
				words = append(words, b.String())
			}
			b.Reset()
			begun = false
		default:
			b.WriteRune(r)
			begun = true
		}
	}
	if begun {
		words = append(words, b.String())
	}
	return words, quote == 0 && !escaped
}

// windows reports whether a path begins as Windows' do, whose backslashes are no
// escapes.
func windows(begin string) bool {
	return len(begin) >= 2 && begin[1] == ':' && letter(begin[0]) || strings.HasPrefix(begin, `\\`)
}

func letter(b byte) bool { return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' }

// fromAddress is the path of a file:// address, "" if it is of another machine.
func fromAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host != "" && u.Host != "localhost" {
		return ""
	}
	if p := strings.TrimPrefix(u.Path, "/"); windows(p) {
		return p
	}
	return u.Path
}

// isPath reports whether a word begins like the path of a file, as no seed does.
func isPath(w string) bool {
	for _, begin := range []string{"/", "~/", "./", "../", `\\`, `.\`, `..\`} {
		if strings.HasPrefix(w, begin) && len(w) > len(begin) {
			return true
		}
	}
	return windows(w) && len(w) > 3 && (w[2] == '\\' || w[2] == '/')
}

// isName reports whether a word is the name of a file with an ending: no seed has one.
func isName(w string) bool {
	end := path.Ext(w)
	return len(end) >= 3 && len(end) <= 6 && len(end) < len(w) && !strings.ContainsAny(w, " \t:?&=@")
}

// looksLikePath reports whether what is being typed will be a path, so that it can
// be read while it is typed; all else may be a seed.
func looksLikePath(typed string) bool {
	typed = strings.TrimLeft(typed, `'" `)
	for _, begin := range []string{"/", "~/", "./", "../", `\\`, `.\`, `..\`, "file:/"} {
		if strings.HasPrefix(typed, begin) {
			return true
		}
	}
	return len(typed) > 2 && windows(typed) && (typed[2] == '\\' || typed[2] == '/')
}
