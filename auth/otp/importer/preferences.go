package importer

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Android's shared preferences, as they lie on a rooted phone or in a backup of one:
// a map of strings, which FreeOTP, Authy and TOTP Authenticator fill with JSON.

func init() {
	register(format{
		name: "Android preferences", rank: byShape,
		is: func(d *document) bool {
			head := d.data[:min(len(d.data), 1<<10)]
			return d.text && bytes.Contains(head, []byte("<map>")) && bytes.Contains(d.data, []byte("<string name="))
		},
		read: readPreferences,
	})
}

type preference struct {
	Name  string `xml:"name,attr"`
	Value string `xml:",chardata"`
}

func readPreferences(r *reading) error {
	if hasHugeTag(r.document.data) {
		return fmt.Errorf("%w: its XML has an element with far too many attributes", ErrDamaged)
	}
	all, err := preferences(r.document.data)
	if err != nil {
		return err
	}
	whole := r.document
	defer func() { r.document = whole }()
	known := 0
	for _, p := range all {
		text := strings.TrimSpace(p.Value)
		var token freeOTPToken
		if json.Unmarshal([]byte(text), &token) == nil && len(token.Secret) > 0 { // FreeOTP: one token a preference
			if err := r.count(len(all)); err != nil {
				return err
			}
			known++
			r.format = "FreeOTP"
			r.freeOTPToken("preference "+safeName(p.Name), token)
			continue
		}
		r.document = newDocument([]byte(text))
		if holdsNamedSeeds(r.document) {
			known++
			if err := readAnyJSON(r); err != nil {
				return err
			}
		}
	}
	if known == 0 {
		return fmt.Errorf("%w: none of its preferences holds a one-time-password key that is known", ErrUnsupported)
	}
	return nil
}

// preferences gives the strings of the map.
func preferences(data []byte) ([]preference, error) {
	dec := xml.NewDecoder(bytes.NewReader(data))
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	var all []preference
	for depth := 0; ; {
		token, err := dec.Token()
		switch {
		case errors.Is(err, io.EOF) && depth == 0:
			return all, nil
		case err != nil:
			line, _ := dec.InputPos()
			return nil, fmt.Errorf("%w: its XML breaks off or is wrong at line %d", ErrDamaged, line)
		case len(all) > MaxEntries:
			return nil, fmt.Errorf("%w: over %d preferences", ErrTooMany, MaxEntries)
		case depth > maxDepth:
			return nil, fmt.Errorf("%w: its XML is nested too deeply", ErrDamaged)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth == 1 && t.Name.Local == "string" {
				var p preference
				if err := dec.DecodeElement(&p, &t); err != nil {
					return nil, fmt.Errorf("%w: its XML breaks off or is wrong", ErrDamaged)
				}
				all = append(all, p)
				continue
			}
			depth++
		case xml.EndElement:
			depth--
		}
	}
}
