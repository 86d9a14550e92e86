package login

import (
	"strings"
)

// view is a page made ready for judging: what there is to fill in, form by form,
// and every text folded once.
type view struct {
	Page
	forms []formView // 0 stands for NoForm, i+1 for form i
	names []prose    // what a field is called by the page's author, by field
	words []prose    // what a field is called for people, by field
	top   prose      // title and headings
	plain prose      // what the page itself says
	role  []Role     // by field
}

// formView is one form, or what stands outside of every form.
type formView struct {
	usable    []int // fields that count, in order
	typeable  int   // fields that could be filled in, seen or not
	concealed bool  // none of them can be seen, as in an overlay before a click
	heading   prose
	text      prose
}

const maxProse = 3000 // what a person reads before filling in a form

func newView(p Page) *view {
	v := &view{
		Page:  p,
		forms: make([]formView, len(p.Forms)+1),
		names: make([]prose, len(p.Fields)),
		words: make([]prose, len(p.Fields)),
		role:  make([]Role, len(p.Fields)),
		top:   proseOf(append([]string{p.Title}, clipList(p.Headings, 20)...)...),
		plain: proseOf(clip(p.Plain, maxProse)),
	}
	v.forms[0].heading, v.forms[0].text = v.top, v.plain
	for i, f := range p.Forms {
		v.forms[i+1].heading = proseOf(f.Heading)
		v.forms[i+1].text = proseOf(clip(f.Text, maxProse))
	}
	for i, f := range p.Fields {
		if !f.typeable() {
			continue
		}
		v.names[i] = namesOf(f.Name, f.ID)
		v.words[i] = proseOf(f.Label, sampled(f.Placeholder), f.Title)
		if len(v.words[i].words) == 0 && (!telling(v.names[i]) || f.Type == "password" && saysCode(f.Near)) {
			v.words[i] = proseOf(f.Near)
		}
	}
	v.chooseUsable()
	v.assignRoles()
	return v
}

// sampled is what a placeholder says: an address in it is a sample of one, whatever it
// is made up of.
func sampled(placeholder string) string {
	words := strings.Fields(placeholder)
	for i, w := range words {
		if at := strings.IndexByte(w, '@'); at > 0 && strings.Contains(w[at:], ".") {
			words[i] = "email"
		}
	}
	return strings.Join(words, " ")
}

// saysCode reports whether what stands beside a field of type password calls it a code.
func saysCode(near string) bool {
	said := proseOf(near)
	return speaksOfCode(said) && !passwordWords.in(said)
}

// telling reports whether a name says by itself what its field is for.
func telling(name prose) bool {
	return usernameNames.in(name) || passwordNames.in(name) && !weakCodeNames.in(name) || codeNames.in(name)
}

func clipList(list []string, n int) []string { return list[:min(len(list), n)] }

func (v *view) form(i int) *formView { return &v.forms[i+1] }

// chooseUsable decides which fields count: those that a person could fill in.
// Two kinds that cannot be seen count too. In a form that is hidden as a whole,
// an overlay before a click, all do. And a password that waits behind a lone
// field for the username shows up once that one is filled in.
func (v *view) chooseUsable() {
	hiddenPasswords := make([][]int, len(v.forms))
	hidden := make([][]int, len(v.forms))
	for i, f := range v.Fields {
		if !f.typeable() {
			continue
		}
		form := v.form(f.Form)
		form.typeable++
		switch {
		case f.Decoy:
		case f.Visible:
			form.usable = append(form.usable, i)
		default:
			hidden[f.Form+1] = append(hidden[f.Form+1], i)
			if f.Type == "password" {
				hiddenPasswords[f.Form+1] = append(hiddenPasswords[f.Form+1], i)
			}
		}
	}
	for k := range v.forms {
		form := &v.forms[k]
		switch {
		case len(hiddenPasswords[k]) == 0:
		case len(form.usable) == 0:
			form.usable, form.concealed = hidden[k], true
		case len(form.usable) == 1 && len(hiddenPasswords[k]) == 1 && form.usable[0] < hiddenPasswords[k][0]:
			if v.roleOf(form.usable[0]) == RoleUsername && !v.inSteps(hiddenPasswords[k][0]) {
				form.usable = append(form.usable, hiddenPasswords[k][0])
			}
		}
	}
}

// inSteps reports whether the password that cannot be seen yet has a button of its own,
// and what is to be seen has one that only goes on: then the name is sent alone.
func (v *view) inSteps(password int) bool {
	goesOn, own := false, false
	for _, b := range v.Buttons {
		switch label := proseOf(b.Label); {
		case b.Form != v.Fields[password].Form:
		case b.Visible && b.Order < v.Fields[password].Order:
			goesOn = goesOn || goOnWords.in(label) && !loginWords.in(label)
		case !b.Visible && b.Order > v.Fields[password].Order:
			own = true
		}
	}
	return goesOn && own
}

// alone reports whether a field is all there is to fill in within its form.
func (v *view) alone(i int) bool {
	usable := v.form(v.Fields[i].Form).usable
	return len(usable) == 1 && usable[0] == i
}

// own is all that is said of a field itself.
func (v *view) own(i int) prose { return v.names[i].and(v.words[i]) }

// afterPassword reports whether a password stands before a field in its form.
func (v *view) afterPassword(i int) bool {
	for _, j := range v.form(v.Fields[i].Form).usable {
		if j < i && v.Fields[j].Type == "password" {
			return true
		}
	}
	return false
}

// masked reports whether a text names an address or a number of which most is
// blotted out, as in j•••@example.com: whatever was sent there, no authenticator
// shows it.
func masked(text string) bool {
	for word := range strings.FieldsSeq(text) {
		stars := strings.Count(word, "*") + strings.Count(word, "•") + strings.Count(word, "●") + strings.Count(word, "∙") + strings.Count(word, "·")
		if stars >= 2 && (strings.Contains(word, "@") || strings.ContainsAny(word, "0123456789")) || stars >= 4 {
			return true
		}
	}
	return strings.Contains(text, "••• ") || strings.Contains(text, "*** ")
}
