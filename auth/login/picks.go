package login

import (
	"net/url"
	"strings"
)

// Some prompts offer their methods as radio buttons, or as the options of a list, beside
// one button that sends what was chosen.

// A Choice is a method that is chosen before a button is pressed.
type Choice struct {
	Field int    // index in Page.Fields: a radio button, or a select
	Value string // what the form sends for it
	Label string // what stands on it
}

// Picks are the choices that lead to a method, nil for one that is not offered, and
// what sends them.
type Picks struct {
	Code   *Choice // takes a code from a seed
	Bypass *Choice
	Push   *Choice
	Form   int // index in Page.Forms, or NoForm
	Button int // index in Page.Buttons
}

// serving is the choice that a route can go on with; nil if there is none.
func (k *Picks) serving(m Memory) *Choice {
	switch {
	case m.Push:
		return k.Push
	case m.Bypass:
		return k.Bypass
	}
	return k.Code
}

// sortPicks looks through what can be chosen. Where methods are, the buttons are none:
// one of them sends the choice, whatever stands on it.
func (v *view) sortPicks(o *offers) {
	if v.asksForSomething() || enrolWords.in(v.top) {
		return
	}
	picks, count, likingCode, likingBypass := Picks{}, 0, 0, 0
	duo := providerOf(v.Page) == "duo"
	for _, c := range v.choices() {
		label := proseOf(c.Label)
		like := likingOf(c, label)
		if _, method := methodOf(label); !method || count > 0 && v.Fields[c.Field].Form != picks.Form {
			continue
		}
		picks.Form, count = v.Fields[c.Field].Form, count+1
		if like > likingCode {
			picks.Code, likingCode = &c, like
		}
		if s := bypassLiking(label, like, duo); s > likingBypass {
			picks.Bypass, likingBypass = &c, s
		}
		if like == 0 && picks.Push == nil && pushWords.in(label) {
			picks.Push = &c
		}
	}
	if count == 0 || count == 1 && o.ways.Count > 0 {
		return
	}
	o.ways, o.lead = noWays, nil
	o.ways.Count = count
	if picks.Button = v.sender(picks.Form); picks.Button >= 0 {
		o.picks = &picks
	}
}

// likingOf is methodOf's for a choice. A code whose label shows part of a number or of an
// address is sent there.
func likingOf(c Choice, label prose) int {
	like, _ := methodOf(label)
	if like == 1 && (textedWords.in(label) || strings.ContainsAny(c.Label, "*•●∙·@#+")) {
		return 0
	}
	return like
}

// bypassLiking is how well a choice takes a bypass code. Duo takes one as a passcode, and
// some prompts in front of it call it a backup code; what an app or a token shows is
// another.
func bypassLiking(label prose, like int, duo bool) int {
	switch {
	case bypassWords.in(label):
		return 3
	case duo && backupWords.in(label):
		return 2
	case like == 1:
		return 1
	}
	return 0
}

// choices lists what can be chosen. A list counts where one of its options takes a code:
// lists of ways to be reached stand on many pages.
func (v *view) choices() []Choice {
	var all []Choice
	for i, f := range v.Fields {
		switch {
		case !f.Visible || f.Disabled:
		case f.Type == "radio":
			value := f.Value
			if value == "" {
				value = "on"
			}
			all = append(all, Choice{Field: i, Value: value, Label: f.Label})
		case f.Type == "select":
			var list []Choice
			methods, liked := 0, false
			for _, o := range f.Options {
				c := Choice{Field: i, Value: o.Value, Label: o.Label}
				label := proseOf(c.Label)
				if _, method := methodOf(label); method {
					methods, liked = methods+1, liked || likingOf(c, label) > 0
				}
				list = append(list, c)
			}
			if methods > 1 && liked {
				all = append(all, list...)
			}
		}
	}
	return all
}

// sender is the button that sends a choice: one of its form, or one outside of forms that
// says that it goes on; -1 if there is none. It may be one that can be pressed only after
// the choice.
func (v *view) sender(form int) int {
	best, score := -1, 0
	for i, b := range v.Buttons {
		label := proseOf(b.Label)
		goesOn := goOnWords.in(label)
		if !b.Visible || b.Type == "reset" || b.Form != form && b.Form != NoForm || b.Form == NoForm && !goesOn ||
			leadsAway(label) || noWords.in(label) || otherWayWords.in(label) || troubleWords.in(label) {
			continue
		}
		s := 1
		for _, better := range [...]bool{goesOn, b.Submits(), b.Form == form, !b.Disabled} {
			if s *= 2; better {
				s++
			}
		}
		if s > score {
			best, score = i, s
		}
	}
	return best
}

// pick chooses the method that the route serves, once.
func pick(p Page, r Reading, m Memory) Step {
	c := r.Picks.serving(m)
	if c == nil || m.Answered[r.Kind] {
		return Step{Reading: r, Stop: notOffered(r), Said: first(p.Headings)}
	}
	r.Form, r.Button = r.Picks.Form, r.Picks.Button
	return Step{Do: DoContinue, Reading: r, Choice: c}
}

// place is where a choice stands, so that a click on it makes it: an option is found
// inside its list.
func (c Choice) place(p Page) (at Selectors, frame *url.URL, shadow bool) {
	f := p.Fields[c.Field]
	if f.Type != "select" {
		return f.Place.selectors(""), f.Place.Frame, f.Place.Shadow
	}
	if f.Place.CSS != "" && quotable(c.Value) {
		at.CSS = f.Place.CSS + ` option[value="` + c.Value + `"]`
	}
	return at, f.Place.Frame, f.Place.Shadow
}
