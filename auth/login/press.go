package login

// buttonsOf lists what could send a form. Outside of forms any button could, by
// its script; inside, those that only run a script count if there is no other.
func (v *view) buttonsOf(form int) []int {
	var submits, scripted []int
	for i, b := range v.Buttons {
		switch {
		case b.Form != form || b.Disabled && form != NoForm || b.Type == "reset":
		case b.Submits():
			submits = append(submits, i)
		default:
			scripted = append(scripted, i)
		}
	}
	if form == NoForm {
		return inOrder(submits, scripted)
	}
	if len(submits) == 0 {
		return scripted
	}
	return submits
}

func inOrder(a, b []int) []int {
	all := make([]int, 0, len(a)+len(b))
	for len(a) > 0 || len(b) > 0 {
		if len(b) == 0 || len(a) > 0 && a[0] < b[0] {
			all, a = append(all, a[0]), a[1:]
		} else {
			all, b = append(all, b[0]), b[1:]
		}
	}
	return all
}

// press is the button that a person would press to go on: not one that leads
// away, and rather the first after the fields.
func (c *candidate) press() int {
	best, score := -1, -100
	end := -1
	for _, i := range c.fields {
		end = max(end, c.v.Fields[i].Order)
	}
	after := 0
	for _, i := range c.buttons {
		b := c.v.Buttons[i]
		label, s := proseOf(b.Label), 0
		if b.Visible || c.v.form(c.form).concealed {
			s += 8
		}
		if b.Submits() {
			s += 4
		}
		if loginWords.in(label) {
			s += 2
		}
		for _, away := range []*vocabulary{recoveryWords, signupWords, searchWords, passkeyWords, awayWords, newsletterWords} {
			if away.in(label) {
				s -= 5
			}
		}
		if b.Order > end {
			s += max(3-after, 1)
			after++
		}
		if s > score {
			best, score = i, s
		}
	}
	return best
}
