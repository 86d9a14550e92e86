package login

import "strings"

// markBoxes finds one field for each character of a code: four to ten alike in a
// row, each taking one.
func (v *view) markBoxes(usable []int) {
	for start := 0; start < len(usable); {
		end := start
		for end < len(usable) && v.isBox(usable[end]) && v.alike(usable[start], usable[end]) {
			end++
		}
		if n := end - start; n >= 4 && n <= 10 {
			role := v.channel(usable[start])
			for _, i := range usable[start:end] {
				v.role[i] = role
			}
		}
		start = max(end, start+1)
	}
}

// isBox reports whether a field takes one character. The first of a row may take
// them all, for those who paste.
func (v *view) isBox(i int) bool {
	f := v.Fields[i]
	switch f.Type {
	case "text", "tel", "number", "password":
	default:
		return false
	}
	if f.MaxLength == 1 || f.Size == 1 {
		return true
	}
	switch strings.TrimSuffix(f.Pattern, "{1}") {
	case "[0-9]", `\d`, "[0-9]?", `\d?`, "[0-9]*", `\d*`:
		return f.MaxLength == 0 && numbered(f) || f.MaxLength >= 4 && f.MaxLength <= 10 && numbered(f)
	}
	return numbered(f) && (f.InputMode == "numeric" || f.Type == "tel" || f.Type == "number") && (f.MaxLength == 0 || f.MaxLength <= 10)
}

// numbered reports whether a field is called by its number: digit-3, otp[2], "Digit 1 of 6".
func numbered(f Field) bool {
	for _, s := range []string{f.Name, f.ID, f.Label} {
		if strings.ContainsAny(s, "0123456789") {
			return true
		}
	}
	return false
}

// alike reports whether two fields are of one row.
func (v *view) alike(i, j int) bool {
	a, b := v.Fields[i], v.Fields[j]
	return a.Type == b.Type && stem(a.Name) == stem(b.Name) && (a.Class == b.Class || a.MaxLength == 1 && b.MaxLength == 1) ||
		a.MaxLength == 1 && b.MaxLength == 1
}

// stem is a name without its numbers.
func stem(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, s)
}
