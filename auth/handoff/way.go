package handoff

import (
	"gatepass/auth/login"
)

// A way is a trail sorted into the parts that scanners tell apart.
type way struct {
	username, password, code *login.Act // where each is typed; nil if it is not
	// How each page was sent: nil where nothing was, and without a selector where
	// Enter did it. One act may send more than one of them.
	sendUsername, sendPassword, sendCode *login.Act
	before                               []login.Act // presses before anything is typed
	between                              []login.Act // presses between the password and the code
	after                                []login.Act // presses after the last thing was typed
	again                                login.Role  // what was typed twice, or ""
	foreign                              login.Role  // something typed that is none of the three, or ""
}

// follow sorts a trail. What pages do by themselves is left out: a scanner's browser
// does it too.
func follow(trail login.Trail) way {
	var w way
	var typed []*login.Act // since something was sent last
	for i := range trail {
		act := &trail[i]
		switch {
		case act.Do == login.ActFill:
			w.fill(act)
			typed = append(typed, act)
		case act.Do == login.ActSubmit && len(typed) > 0:
			w.sent(act, typed)
			typed = nil
		case act.Do == login.ActSubmit && act.Kind != login.KindAutoSubmit:
			w.press(*act)
		}
	}
	return w
}

func (w *way) fill(act *login.Act) {
	var field **login.Act
	switch act.Role {
	case login.RoleUsername:
		field = &w.username
	case login.RolePassword:
		field = &w.password
	case login.RoleCode:
		field = &w.code
	default:
		w.foreign = act.Role
		return
	}
	if *field != nil {
		w.again = act.Role
		return
	}
	*field = act
}

func (w *way) sent(act *login.Act, typed []*login.Act) {
	for _, t := range typed {
		switch t {
		case w.username:
			w.sendUsername = act
		case w.password:
			w.sendPassword = act
		case w.code:
			w.sendCode = act
		}
	}
}

func (w *way) press(act login.Act) {
	switch {
	case w.username == nil && w.password == nil:
		w.before = append(w.before, act)
	case w.code == nil:
		w.between = append(w.between, act)
	default:
		w.after = append(w.after, act)
	}
}

// settled puts presses after the password where they belong if no code followed.
func (w way) settled() (between, after []login.Act) {
	if w.code == nil {
		return nil, w.between
	}
	return w.between, w.after
}

// usernameFirst reports whether the username has a page of its own.
func (w way) usernameFirst() bool {
	return w.username != nil && w.password != nil && w.sendUsername != w.sendPassword
}

// together reports whether the code is sent with the password.
func (w way) together() bool { return w.code != nil && w.sendCode == w.sendPassword }

// acts are everything that was done to an element, in order.
func (w way) acts() []*login.Act {
	var all []*login.Act
	add := func(acts ...*login.Act) {
		for _, a := range acts {
			if a != nil {
				all = append(all, a)
			}
		}
	}
	presses := func(acts []login.Act) {
		for i := range acts {
			add(&acts[i])
		}
	}
	presses(w.before)
	add(w.username)
	if w.usernameFirst() {
		add(w.sendUsername)
	}
	add(w.password)
	if !w.together() {
		add(w.sendPassword)
	}
	presses(w.between)
	add(w.code, w.sendCode)
	presses(w.after)
	return all
}
