package httpdriver

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/url"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"gatepass/auth/login"
)

// entries is what a form sends, in the order of its controls (HTML, constructing
// the entry list).
type entries struct {
	list    []entry
	encoder *encoding.Encoder // nil for UTF-8
}

type entry struct{ name, value string }

func newEntries(p login.Page, s login.Submission) *entries {
	e := &entries{}
	name := e.choose(p.Forms[s.Form].Charset, p.Charset)
	typed := map[int]string{}
	for _, in := range s.Inputs {
		typed[in.Field] = in.Value.Reveal()
	}
	var button *login.Button
	if s.Button >= 0 {
		button = &p.Buttons[s.Button]
	}
	for i, f := range p.Fields {
		if f.Form != s.Form || f.Name == "" || f.Disabled {
			continue
		}
		if button != nil && button.Order < f.Order {
			e.press(*button)
			button = nil
		}
		if value, ok := typed[i]; ok {
			e.add(f.Name, value)
		} else if s.Choice != nil && s.Choice.Field == i {
			e.add(f.Name, s.Choice.Value)
		} else if s.Choice != nil && f.Type == "radio" && f.Name == p.Fields[s.Choice.Field].Name {
			continue // of one name only one is checked
		} else if f.Type == "hidden" && f.Name == "_charset_" {
			e.add(f.Name, name)
		} else {
			e.leave(f)
		}
	}
	if button != nil {
		e.press(*button)
	}
	return e
}

// choose takes the encoding that the form asks for, or else the page's. What cannot
// be sent (UTF-16) is sent as UTF-8.
func (e *entries) choose(form, page string) string {
	for _, label := range []string{form, page} {
		enc, err := htmlindex.Get(label)
		if err != nil {
			continue
		}
		name, err := htmlindex.Name(enc)
		if err != nil || name == "utf-8" || strings.HasPrefix(name, "utf-16") || name == "replacement" {
			break
		}
		e.encoder = encoding.HTMLEscapeUnsupported(enc.NewEncoder())
		return name
	}
	return "UTF-8"
}

// leave adds a control as the page left it.
func (e *entries) leave(f login.Field) {
	switch f.Type {
	case "checkbox", "radio":
		if f.Checked {
			e.add(f.Name, or(f.Value, "on"))
		}
	case "select":
		if f.Checked {
			e.add(f.Name, f.Value)
		}
	case "file":
	default:
		e.add(f.Name, f.Value)
	}
}

// press adds the button that sends the form.
func (e *entries) press(b login.Button) {
	switch {
	case b.Type == "image":
		prefix := ""
		if b.Name != "" {
			prefix = b.Name + "."
		}
		e.add(prefix+"x", "1")
		e.add(prefix+"y", "1")
	case b.Name != "" && b.Submits():
		e.add(b.Name, b.Value)
	}
}

// add puts in a pair, with line ends as forms send them, in the form's encoding.
func (e *entries) add(name, value string) {
	e.list = append(e.list, entry{e.bytes(name), e.bytes(value)})
}

func (e *entries) bytes(s string) string {
	if strings.ContainsAny(s, "\r\n") {
		s = strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n"), "\n", "\r\n")
	}
	if e.encoder != nil {
		if encoded, err := e.encoder.String(s); err == nil {
			return encoded
		}
	}
	return s
}

// encode gives the body and its media type.
func (e *entries) encode(enc string) (body, media string, err error) {
	switch enc {
	case login.EncMultipart:
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for _, p := range e.list {
			if err := w.WriteField(p.name, p.value); err != nil {
				return "", "", fmt.Errorf("encode the form: %w", err)
			}
		}
		if err := w.Close(); err != nil {
			return "", "", fmt.Errorf("encode the form: %w", err)
		}
		return b.String(), w.FormDataContentType(), nil
	case login.EncText:
		var b strings.Builder
		for _, p := range e.list {
			b.WriteString(p.name + "=" + p.value + "\r\n")
		}
		return b.String(), login.EncText, nil
	}
	return e.urlencoded(), login.EncURL, nil
}

// urlencoded keeps the order of the controls, which url.Values would not.
func (e *entries) urlencoded() string {
	var b strings.Builder
	for i, p := range e.list {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(url.QueryEscape(p.name) + "=" + url.QueryEscape(p.value))
	}
	return b.String()
}
