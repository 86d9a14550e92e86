package importer

import (
	"bytes"
	"encoding/binary"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"gatepass/auth/otp/qr"
)

// A document is a file with what was found out about it on the way in.
type document struct {
	// Where nothing in the file says what it is, its name counts, and that somebody gave
	// a password for it.
	name   string
	sealed bool
	data   []byte // as text: UTF-8 without a byte order mark
	text   bool   // whether it is text at all
	json   jsonKind
	// keys are those of the outermost JSON object, or those of the first object in
	// the outermost array; of a damaged file, those before the damage.
	keys []string
}

type jsonKind int

const (
	noJSON jsonKind = iota
	object
	array
	broken // it begins like JSON; no key was found
)

func newDocument(data []byte) *document {
	d := &document{data: data}
	if qr.IsPicture(data) {
		return d
	}
	d.data = asUTF8(data)
	if isLatin1(d.data) {
		d.data = fromLatin1(d.data)
	}
	d.text = utf8.Valid(d.data) && !bytes.ContainsRune(d.data, 0)
	if d.text {
		d.json, d.keys = outline(d.data)
	}
	return d
}

// has reports whether the file is JSON of a kind, with all of the keys.
func (d *document) has(kind jsonKind, keys ...string) bool {
	if d.json != kind {
		return false
	}
	for _, key := range keys {
		if !slices.Contains(d.keys, key) {
			return false
		}
	}
	return true
}

// asUTF8 takes off a byte order mark, and undoes UTF-16, which is what Windows
// programs call "Unicode".
func asUTF8(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return fromUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return fromUTF16(data[2:], binary.BigEndian)
	}
	if order := unmarkedUTF16(data); order != nil {
		return fromUTF16(data, order)
	}
	return data
}

// unmarkedUTF16 knows UTF-16 that lost its byte order mark by where its zeros are; nil
// if it is none.
func unmarkedUTF16(data []byte) binary.ByteOrder {
	const sample = 512
	data = data[:min(len(data), sample)&^1]
	var zeros [2]int
	for i, b := range data {
		if b == 0 {
			zeros[i%2]++
		}
	}
	most := len(data) / 2 / 10 * 9
	switch {
	case len(data) < 32:
	case zeros[0] == 0 && zeros[1] > most:
		return binary.LittleEndian
	case zeros[1] == 0 && zeros[0] > most:
		return binary.BigEndian
	}
	return nil
}

// isLatin1 reports whether data is text in one of the old encodings of a byte a
// letter: no UTF-8, no control characters, and mostly ASCII.
func isLatin1(data []byte) bool {
	if utf8.Valid(data) {
		return false
	}
	ascii := 0
	for _, b := range data {
		switch {
		case b < ' ' && b != '\t' && b != '\r' && b != '\n':
			return false
		case b < utf8.RuneSelf:
			ascii++
		}
	}
	return ascii >= len(data)/4*3
}

func fromLatin1(data []byte) []byte {
	out := make([]byte, 0, len(data)+len(data)/4)
	for _, b := range data {
		out = utf8.AppendRune(out, rune(b))
	}
	return out
}

func fromUTF16(data []byte, order binary.ByteOrder) []byte {
	out := make([]byte, 0, len(data)/2+len(data)/8)
	for len(data) >= 2 {
		r := rune(order.Uint16(data))
		data = data[2:]
		if utf16.IsSurrogate(r) && len(data) >= 2 {
			if pair := utf16.DecodeRune(r, rune(order.Uint16(data))); pair != utf8.RuneError {
				r, data = pair, data[2:]
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}
