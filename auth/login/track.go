package login

// track adds an act on the page in front to the trail.
func (r *run) track(a Act) {
	a.Page = r.hide.Bare(r.page.URL)
	r.trail = append(r.trail, a)
}

// trackForm adds what is about to be filled in and sent.
func (r *run) trackForm(s Submission, kind Kind) {
	var last *Act
	for _, in := range s.Inputs {
		if last != nil && in.Role == RoleCode && last.Role == RoleCode {
			last.Boxes++
			continue
		}
		f := r.page.Fields[in.Field]
		r.track(Act{
			Do: ActFill, Kind: kind, Role: in.Role, Boxes: 1,
			Frame: r.hide.Bare(f.Place.Frame), At: f.Place.selectors(""), Shadow: f.Place.Shadow,
		})
		last = &r.trail[len(r.trail)-1]
	}
	if s.Choice != nil { // to a scanner, it is one more thing to press
		at, frame, shadow := s.Choice.place(r.page)
		r.track(Act{Do: ActSubmit, Kind: kind, Frame: r.hide.Bare(frame), At: at, Shadow: shadow})
	}
	sent := Act{Do: ActSubmit, Kind: kind}
	if s.Button >= 0 {
		b := r.page.Buttons[s.Button]
		sent.Frame, sent.At, sent.Shadow = r.hide.Bare(b.Place.Frame), b.Place.selectors(r.soleLabel(s.Button)), b.Place.Shadow
	}
	r.track(sent)
}

// soleLabel is what stands on a button, if it stands on no other button or link.
func (r *run) soleLabel(button int) string {
	label := r.page.Buttons[button].Label
	count := 0
	for _, b := range r.page.Buttons {
		if b.Visible && b.Label == label {
			count++
		}
	}
	for _, l := range r.page.Links {
		if l.Text == label {
			count++
		}
	}
	if count != 1 {
		return ""
	}
	return r.hide.Clean(label)
}

// forgetCode takes the acts of a code that was refused off the trail: the way that
// the login took is the one that led on.
func (r *run) forgetCode() {
	for i, a := range r.trail {
		if a.Do == ActFill && a.Role == RoleCode {
			r.trail = r.trail[:i]
			return
		}
	}
}
