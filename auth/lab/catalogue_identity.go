package lab

// identityPages are the pages of wiki's identity provider. It is not in the
// catalogue: nobody signs in there but on the way to wiki.
func identityPages() spec {
	s := wiki()
	s.site = site{
		Name: "identity", Title: "Keyring",
		Tagline: "One account for everything at work.",
		Nav:     []string{"Help", "Privacy"},
		About: []string{
			"Lost your phone? The help desk gives you a new key within the hour.",
			"We tell an application your name only if you say so.",
		},
		Members: members{
			Proof: "Applications of " + user,
			Intro: "Where your account opens the door.",
			Head:  []string{"Application", "Since"},
			Rows:  [][]string{{"Wiki", "last spring"}},
		},
	}
	s.signIn = signIn{
		passwordPath: "/login/password",
		codePath:     "/login/factor",
		username:     field{Name: "identifier", ID: "identifier", Label: "Username or e-mail", Type: "text", Autocomplete: "username"},
		password:     field{Name: "credentials.passcode", ID: "password", Label: "Password", Type: "password", Autocomplete: "current-password"},
		code: field{
			Name: "credentials.totp", ID: "factor", Label: "Enter code", Type: "text",
			Autocomplete: "off", InputMode: "numeric", MaxLength: 6,
		},
	}
	s.cookie, s.token = "keyring_session", "_csrf"
	return s
}
