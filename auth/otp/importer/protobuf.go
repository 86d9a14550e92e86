package importer

import "encoding/binary"

// A reader for the few kinds of field that protocol buffers are made of. See
// https://protobuf.dev/programming-guides/encoding/. Sixty lines do for two
// messages; a library with its generated code would be larger than all of this
// package.

type wireKind byte

const (
	varintKind  wireKind = 0
	fixed64Kind wireKind = 1
	lengthKind  wireKind = 2
	fixed32Kind wireKind = 5
)

// A field is one field of a message.
type field struct {
	number uint64
	kind   wireKind
	value  uint64 // of a varint
	bytes  []byte // of a text, bytes or a message; part of the message's own
}

// int takes a varint's value. Negative numbers come as ten bytes, those of 32 bits
// too.
func (f field) int(v *int64) bool {
	*v = int64(f.value)
	return f.kind == varintKind
}

func (f field) slice(v *[]byte) bool {
	*v = f.bytes
	return f.kind == lengthKind
}

// eachField gives every field in order, unknown ones included. It is false if the
// message breaks the rules, or take was.
func eachField(b []byte, take func(field) bool) bool {
	for len(b) > 0 {
		tag, n := binary.Uvarint(b)
		if n <= 0 || tag>>3 == 0 {
			return false
		}
		b = b[n:]
		f := field{number: tag >> 3, kind: wireKind(tag & 7)}
		switch f.kind {
		case varintKind:
			f.value, n = binary.Uvarint(b)
		case fixed64Kind:
			n = 8
		case fixed32Kind:
			n = 4
		case lengthKind:
			var length uint64
			length, n = binary.Uvarint(b)
			if n <= 0 || length > uint64(len(b)-n) {
				return false
			}
			f.bytes = b[n : n+int(length)]
			n += int(length)
		default: // groups, which proto3 has no more
			return false
		}
		if n <= 0 || n > len(b) || !take(f) {
			return false
		}
		b = b[n:]
	}
	return true
}
