package importer

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// KeePass 2's XML, which KeePassXC writes too: groups in groups, entries with
// fields, and old versions of each entry in its History, which are not keys.

func init() {
	register(format{
		name: "KeePass XML", rank: byShape,
		is: func(d *document) bool {
			head := d.data[:min(len(d.data), 4<<10)]
			return d.text && bytes.Contains(head, []byte("<KeePassFile"))
		},
		read: readKeePass,
	})
}

// A keePassWalk goes through the XML element by element and keeps only what leads
// to the current one.
type keePassWalk struct {
	r       *reading
	path    []string
	groups  []keePassGroup
	recycle string // the UUID of the recycle bin
	history int    // how many History elements are open
	fields  keyFields
	name    string // of the field that is open
	value   strings.Builder
	entries int
	without int
}

type keePassGroup struct{ uuid, name string }

func readKeePass(r *reading) error {
	if hasHugeTag(r.document.data) {
		return fmt.Errorf("%w: its XML has an element with far too many attributes", ErrDamaged)
	}
	dec := xml.NewDecoder(bytes.NewReader(r.document.data))
	// The text is UTF-8 already, whatever the declaration said before.
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	w := &keePassWalk{r: r}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) && len(w.path) == 0 {
			break
		}
		if err != nil {
			line, _ := dec.InputPos()
			return fmt.Errorf("%w: its XML breaks off or is wrong at line %d", ErrDamaged, line)
		}
		if err := w.take(token); err != nil {
			return err
		}
	}
	r.without(w.without)
	return nil
}

// hasHugeTag finds elements over 1 MB, whose attributes would take ten times the
// memory.
func hasHugeTag(data []byte) bool {
	const longest = 1 << 20
	for {
		from := bytes.IndexByte(data, '<')
		if from < 0 {
			return false
		}
		data = data[from:]
		to := bytes.IndexByte(data, '>')
		if to < 0 {
			to = len(data) - 1
		}
		if to > longest {
			return true
		}
		data = data[to+1:]
	}
}

func (w *keePassWalk) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		if len(w.path) >= maxDepth {
			return fmt.Errorf("%w: its XML is nested too deeply", ErrDamaged)
		}
		w.path = append(w.path, t.Name.Local)
		w.value.Reset()
		w.open(t.Name.Local)
	case xml.CharData:
		if w.value.Len()+len(t) <= 1<<16 { // no field that matters is longer
			w.value.Write(t)
		}
	case xml.EndElement:
		w.path = w.path[:len(w.path)-1]
		return w.close(t.Name.Local)
	}
	return nil
}

func (w *keePassWalk) open(element string) {
	switch element {
	case "History":
		w.history++
	case "Group":
		w.groups = append(w.groups, keePassGroup{})
	case "Entry":
		if w.history == 0 {
			w.fields = keyFields{}
		}
	case "String":
		w.name = ""
	}
}

func (w *keePassWalk) close(element string) error {
	value := w.value.String()
	parent := ""
	if len(w.path) > 0 {
		parent = w.path[len(w.path)-1]
	}
	switch element {
	case "History":
		w.history--
	case "Group":
		w.groups = w.groups[:len(w.groups)-1]
	case "RecycleBinUUID":
		w.recycle = strings.TrimSpace(value)
	case "UUID", "Name":
		if parent != "Group" {
			return nil
		}
		g := &w.groups[len(w.groups)-1]
		if element == "UUID" {
			g.uuid = strings.TrimSpace(value)
		} else {
			g.name = value
		}
	case "Key":
		w.name = value
	case "Value":
		if parent == "String" && w.history == 0 && w.fields != nil {
			w.fields[w.name] = value
		}
	case "Entry":
		if w.history == 0 {
			return w.entry()
		}
	}
	return nil
}

func (w *keePassWalk) entry() error {
	if err := w.r.count(0); err != nil {
		return err
	}
	w.entries++
	name, account := w.fields["Title"], w.fields["UserName"]
	k, found, err := w.fields.key(name, account)
	w.fields = nil
	if !found {
		w.without++
		return nil
	}
	where := "entry " + strconv.Itoa(w.entries)
	var tags []string
	for i, g := range w.groups {
		if w.recycle != "" && g.uuid == w.recycle {
			w.r.refuse(where, name, "it is in KeePass's recycle bin")
			return nil
		}
		if i > 0 { // the outermost is the database itself
			tags = append(tags, g.name)
		}
	}
	if len(tags) > 0 {
		tags = []string{strings.Join(tags, "/")}
	}
	w.r.add(where, name, tags, k, err)
	return nil
}
