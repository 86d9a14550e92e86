package duo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// Clean makes text that came from Duo safe for a terminal and a log: escape
// sequences, control and formatting characters are dropped and white space is
// folded. Names of users and devices are whatever somebody typed, and an answer may
// come from somebody in between.
func Clean(s string) string {
	s = ansi.Strip(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// maxText bounds one string of an answer, in bytes; a QR code is the longest.
const maxText = 8 << 10

// cleanJSON cleans every string of a JSON text, the names of its keys too. Doing it
// before anything is decoded means that no field can be forgotten.
func cleanJSON(text []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if dec.More() {
		return nil, fmt.Errorf("there is something after the JSON value")
	}
	return json.Marshal(cleanValue(v))
}

func cleanValue(v any) any {
	switch v := v.(type) {
	case string:
		if len(v) > maxText {
			v = v[:maxText]
		}
		return Clean(v)
	case []any:
		for i := range v {
			v[i] = cleanValue(v[i])
		}
		return v
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, value := range v {
			out[Clean(key)] = cleanValue(value)
		}
		return out
	}
	return v
}
