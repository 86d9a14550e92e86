package login

import (
	"bytes"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// ReadDocument makes a Page of an HTML document in UTF-8, as a reader without
// scripts gets it. base is the document's address after redirects. It never
// fails: a document that cannot be parsed as a whole is read as far as its forms
// go.
func ReadDocument(body string, base *url.URL) Page {
	for _, flat := range []bool{false, true} {
		root, err := html.ParseWithOptions(owned(body, flat), html.ParseOptionEnableScripting(false))
		if err == nil {
			return ReadHTML(root, base)
		}
	}
	return Page{URL: base}
}

// ownerAttr and formAttr mark in the source which form a control belongs to. The
// tree alone does not tell: in "<table><form><tr><td><input>", and where a form
// is closed by its parent, HTML's form element pointer goes on while the element
// is already closed (HTML, parsing, "form owner"). Old pages are full of both.
// The first of several attributes with one name counts, so a page cannot forge
// the marks.
const (
	ownerAttr = "gatepass-owner"
	formAttr  = "gatepass-form"
)

// owned gives the document with the marks. With flat, everything is left out that
// matters to nobody here: a document nested too deeply for the parser becomes
// one that is not.
func owned(body string, flat bool) *bytes.Buffer {
	var out bytes.Buffer
	out.Grow(len(body) + len(body)/16)
	z := html.NewTokenizer(strings.NewReader(body))
	forms, open := 0, -1
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return &out
		}
		raw := z.Raw()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken && kind != html.EndTagToken {
			out.Write(raw)
			continue
		}
		name, _ := z.TagName() // lower-cases it in raw, which changes nothing
		tag := atom.Lookup(name)
		if flat && !flatTags[tag] {
			out.WriteByte(' ')
			continue
		}
		if kind == html.EndTagToken {
			if tag == atom.Form {
				open = -1
			}
			out.Write(raw)
			continue
		}
		mark := ""
		switch tag {
		case atom.Form:
			if open < 0 {
				open = forms
				mark = " " + formAttr + `="` + strconv.Itoa(forms) + `"`
				forms++
			}
		case atom.Input, atom.Button, atom.Select, atom.Textarea:
			if open >= 0 {
				mark = " " + ownerAttr + `="` + strconv.Itoa(open) + `"`
			}
		case atom.Noscript:
			z.NextIsNotRawText()
		}
		if mark == "" {
			out.Write(raw)
			continue
		}
		at := 1 + len(name)
		out.Write(raw[:at])
		out.WriteString(mark)
		out.Write(raw[at:])
	}
}

// flatTags are kept of a document that is nested too deeply.
var flatTags = map[atom.Atom]bool{
	atom.Html: true, atom.Head: true, atom.Body: true, atom.Title: true, atom.Base: true, atom.Meta: true,
	atom.Script: true, atom.Style: true, atom.Template: true, atom.Noscript: true,
	atom.Form: true, atom.Input: true, atom.Button: true, atom.Select: true, atom.Option: true, atom.Textarea: true,
	atom.Label: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.A: true, atom.Iframe: true, atom.P: true,
}

// TextPage makes a Page of an answer that is text but no HTML.
func TextPage(body string, base *url.URL) Page {
	text := Clean(clipBytes(body, maxText))
	return Page{URL: base, Text: text, Plain: text}
}
