package login

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
)

// Decode turns a document into UTF-8: by the content type that came with it, by its own
// declaration, or, without either, by what it is. It also names the encoding, in which
// forms are sent back.
func Decode(raw []byte, contentType string) (text, name string) {
	enc, name, certain := charset.DetermineEncoding(raw, contentType)
	if !certain && utf8.Valid(raw) && name != "iso-2022-jp" { // which is ASCII with escapes
		return string(raw), "utf-8"
	}
	out, err := enc.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\uFFFD"), "utf-8"
	}
	return string(out), name
}

// wide reports whether a document without a byte order mark has two bytes to a letter,
// and in which order: markup is ASCII, so every other byte of its beginning is zero.
func wide(raw []byte) (unicode.Endianness, bool) {
	start := raw[:min(len(raw), 24)&^1]
	if len(start) < 8 || start[0] >= 0xfe {
		return unicode.LittleEndian, false
	}
	var zeros [2]int
	for i, c := range start {
		if c == 0 {
			zeros[i%2]++
		}
	}
	half := len(start) / 2
	switch {
	case zeros[1] >= half-2 && zeros[0] == 0:
		return unicode.LittleEndian, true
	case zeros[0] >= half-2 && zeros[1] == 0:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

// decodeSaved is Decode for a file: browsers save pages in UTF-8 and leave what the
// page declared of itself as it was.
func decodeSaved(raw []byte, contentType string) (text, name string) {
	if body := bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")); utf8.Valid(body) && !bytes.ContainsRune(body, 0) && !bytes.Contains(body, []byte("\x1b$")) {
		return string(body), "utf-8"
	}
	if order, ok := wide(raw); ok {
		if out, err := unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(raw); err == nil {
			return string(out), "utf-16"
		}
	}
	return Decode(raw, contentType)
}
