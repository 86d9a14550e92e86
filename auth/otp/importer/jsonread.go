package importer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxDepth is how deep JSON and XML may be nested; real backups have six levels.
const maxDepth = 64

// outline tells what a JSON text is and its outermost keys, without building any
// of it, and as far as the text is whole.
func outline(data []byte) (jsonKind, []string) {
	const most = 64
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return noJSON, nil
	}
	if isSection(trimmed) {
		return noJSON, nil
	}
	kind, level := object, 1
	if trimmed[0] == '[' {
		kind, level = array, 2
	}
	var keys []string
	s := scanner{data: trimmed}
	for len(keys) < most {
		t, ok := s.next()
		if !ok || kind == array && s.closed {
			break
		}
		if t.key && s.depth == level {
			keys = append(keys, string(t.text))
		}
	}
	for len(keys) == 0 { // to its end, so as to know whether it has one
		if _, ok := s.next(); !ok {
			if !s.whole() {
				return broken, nil
			}
			break
		}
	}
	return kind, keys
}

// isSection reports whether a text begins with a heading in brackets, as settings
// do, which is no array: a word stands alone in it.
func isSection(text []byte) bool {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	line = bytes.TrimSpace(line)
	if len(line) < 3 || line[0] != '[' || line[len(line)-1] != ']' {
		return false
	}
	return !bytes.ContainsAny(line[1:len(line)-1], `"{}[],`) && !json.Valid(line)
}

// A scanner walks the strings of a JSON text and knows their depth. It is no
// parser: it serves to find a format, and the bounds of nesting.
type scanner struct {
	data   []byte
	at     int
	depth  int
	closed bool // the first object of an outermost array has ended
}

type jsonString struct {
	text []byte
	key  bool
}

func (s *scanner) next() (jsonString, bool) {
	for s.at < len(s.data) && s.depth <= maxDepth {
		c := s.data[s.at]
		s.at++
		switch c {
		case '{', '[':
			s.depth++
		case '}', ']':
			s.depth--
			if s.depth == 1 {
				s.closed = true
			}
		case '"':
			from := s.at
			for s.at < len(s.data) && s.data[s.at] != '"' {
				if s.data[s.at] == '\\' {
					s.at++
				}
				s.at++
			}
			if s.at >= len(s.data) {
				return jsonString{}, false
			}
			text := s.data[from:s.at]
			s.at++
			rest := bytes.TrimLeft(s.data[s.at:min(len(s.data), s.at+64)], " \t\r\n")
			return jsonString{text, len(rest) > 0 && rest[0] == ':'}, true
		}
	}
	return jsonString{}, false
}

// whole reports whether the text ended where its outermost bracket closed.
func (s *scanner) whole() bool { return s.at >= len(s.data) && s.depth == 0 }

// tooDeep reports whether JSON is nested deeper than maxDepth anywhere.
func tooDeep(data []byte) bool {
	s := scanner{data: data}
	for {
		if _, ok := s.next(); !ok {
			return s.depth > maxDepth
		}
	}
}

// decodeJSON reads data into v. The decoder's own errors quote their input, so
// only the place is told.
func decodeJSON(data []byte, v any) error {
	if tooDeep(data) {
		return fmt.Errorf("%w: its JSON is nested too deeply", ErrDamaged)
	}
	switch err := json.Unmarshal(data, v).(type) { //nolint:errorlint // the decoder returns these unwrapped
	case nil:
		return nil
	case *json.SyntaxError:
		line := bytes.Count(data[:min(max(int(err.Offset), 0), len(data))], []byte("\n")) + 1
		return fmt.Errorf("%w: its JSON breaks off or is wrong at line %d, byte %d", ErrDamaged, line, err.Offset)
	default:
		return fmt.Errorf("%w: its JSON holds something else than this format does", ErrDamaged)
	}
}

// eachItem reads the elements of a JSON array of entries. An element that is of
// another kind than T is refused by itself. name is the array's, for places:
// "items" gives "items[3]".
func eachItem[T any](r *reading, raw json.RawMessage, name string, item func(where string, v T) error) error {
	const longest = 4 << 20 // an entry may have a picture
	return eachElement(raw, name, func(i int, element json.RawMessage) error {
		if err := r.count(0); err != nil {
			return err
		}
		where := name + "[" + strconv.Itoa(i) + "]"
		var v T
		if len(element) > longest || json.Unmarshal(element, &v) != nil {
			r.refuse(where, "", "it holds something else than this format does")
			return nil
		}
		return item(where, v)
	})
}

// eachElement gives the elements of a JSON array one by one, so that a file of
// millions of empty ones costs no memory. null and nothing are empty arrays.
func eachElement(raw json.RawMessage, name string, take func(i int, element json.RawMessage) error) error {
	if trimmed := bytes.TrimSpace(raw); len(trimmed) == 0 || string(trimmed) == "null" {
		return nil
	}
	if tooDeep(raw) {
		return fmt.Errorf("%w: its JSON is nested too deeply", ErrDamaged)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if t, err := dec.Token(); err != nil || t != json.Delim('[') {
		return fmt.Errorf("%w: %s is not a list", ErrDamaged, name)
	}
	for i := 0; dec.More(); i++ {
		if i >= MaxEntries {
			return fmt.Errorf("%w: over %d in %s", ErrTooMany, MaxEntries, name)
		}
		var element json.RawMessage
		if err := dec.Decode(&element); err != nil {
			return fmt.Errorf("%w: its JSON breaks off or is wrong in %s[%d]", ErrDamaged, name, i)
		}
		if err := take(i, element); err != nil {
			return err
		}
	}
	if t, err := dec.Token(); err != nil || t != json.Delim(']') {
		return fmt.Errorf("%w: its JSON breaks off at the end of %s", ErrDamaged, name)
	}
	if _, err := dec.Token(); err != io.EOF { //nolint:errorlint // the decoder returns it bare
		return fmt.Errorf("%w: there is something after the end of %s", ErrDamaged, name)
	}
	return nil
}

// namesOf reads a list of groups: their names by their ids. Groups are a
// convenience, so one of another shape is passed over.
func namesOf(raw json.RawMessage) (map[text]string, error) {
	names := map[text]string{}
	err := eachElement(raw, "the list of groups", func(_ int, element json.RawMessage) error {
		var g struct {
			ID   text `json:"id"` // also "Id", for JSON's names are matched without case
			UUID text `json:"uuid"`
			Name text `json:"name"`
		}
		if json.Unmarshal(element, &g) == nil {
			names[text(firstText(g.ID, g.UUID))] = string(g.Name)
		}
		return nil
	})
	return names, err
}

// A number is a whole number that a format writes as a number, or as a text; or
// not at all.
type number struct {
	value int64
	given bool
	wrong bool
}

// UnmarshalJSON takes what is no whole number as a wrong number: it costs its
// entry, not the file.
func (n *number) UnmarshalJSON(b []byte) error {
	text := string(b)
	if text == "null" {
		return nil
	}
	*n = numberOf(strings.Trim(text, `"`))
	return nil
}

func numberOf(text string) number {
	text = strings.TrimSpace(text)
	if text == "" {
		return number{}
	}
	v, err := strconv.ParseInt(text, 10, 64)
	return number{value: v, given: true, wrong: err != nil}
}

// within gives the number if it lies from low to high, or absent if there is none.
func (n number) within(low, high, absent int64) (int64, bool) {
	if !n.given {
		return absent, true
	}
	return n.value, !n.wrong && low <= n.value && n.value <= high
}

// A text is a string that a format may also leave null, or write as a number.
type text string

// UnmarshalJSON reads a string, null or a number.
func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = text(s)
		return nil
	}
	if string(b) != "null" && (b[0] == '{' || b[0] == '[') {
		return refused("not a text")
	}
	if string(b) != "null" {
		*t = text(b)
	}
	return nil
}
