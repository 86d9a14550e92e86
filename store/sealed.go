package store

import (
	"encoding/json"
	"unicode/utf8"
)

// sealed is a Secret that does reveal itself to JSON: what it is written into is
// encrypted next. A value that is not UTF-8, which JSON cannot hold, is written in
// base64: {"base64": "…"}.
type sealed struct{ Secret }

type inBase64 struct {
	Base64 []byte `json:"base64"`
}

// MarshalJSON implements [json.Marshaler].
func (s sealed) MarshalJSON() ([]byte, error) {
	v := s.Reveal()
	if utf8.ValidString(v) {
		return json.Marshal(v)
	}
	return json.Marshal(inBase64{[]byte(v)})
}

// UnmarshalJSON implements [json.Unmarshaler].
func (s *sealed) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		var v inBase64
		if err := json.Unmarshal(b, &v); err != nil {
			return err
		}
		s.Secret = NewSecret(string(v.Base64))
		return nil
	}
	var v string
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	s.Secret = NewSecret(v)
	return nil
}
