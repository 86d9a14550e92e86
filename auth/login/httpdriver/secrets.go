package httpdriver

import (
	"gatepass/auth/login"
)

// mustNotBeSeen reports whether inputs must not stand in an address.
func mustNotBeSeen(inputs []login.Input) bool {
	for _, in := range inputs {
		if in.Role != login.RoleUsername {
			return true
		}
	}
	return false
}

// asked says what a page asks for, for people.
func asked(inputs []login.Input) string {
	return orBearer(login.RoleNames(login.RolesOf(inputs)))
}

// orBearer names what signs in without being one of the secrets that were typed.
func orBearer(names string) string {
	if names == "" {
		return "what signs in"
	}
	return names
}
