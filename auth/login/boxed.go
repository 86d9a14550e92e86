package login

// CollectingField is the field that a script collects a code in which is typed into
// boxes without names: the only one of its form that is empty, not to be seen, and
// called like a code; -1 if there is none.
func CollectingField(p Page, form int) int {
	found := -1
	for i, f := range p.Fields {
		if f.Form != form || f.Name == "" || f.Value != "" || f.Disabled || f.Fillable() {
			continue
		}
		switch f.Type {
		case "hidden", "text", "tel", "number", "password":
		default:
			continue
		}
		if name := namesOf(f.Name, f.ID); codeNames.in(name) || weakCodeNames.in(name) {
			if found >= 0 {
				return -1
			}
			found = i
		}
	}
	return found
}

// AsksToSignIn reports whether a page asks for credentials or a code.
func AsksToSignIn(p Page) bool { return asksToSignIn(Read(p).Kind) && !logoutLink(p) }

// SignedInLooking reports whether a page offers to sign out.
func SignedInLooking(p Page) bool { return logoutLink(p) }
