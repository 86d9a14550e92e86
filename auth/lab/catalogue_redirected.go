package lab

import "net/http"

func wiki() spec {
	return spec{
		site: site{
			Name: "wiki", Title: "Wiki",
			Tagline: "What one of us knows, all of us know.",
			Search:  "Search the wiki",
			Nav:     []string{"New pages", "Style guide"},
			About: []string{
				"How to restore the ledger from last night's copy.",
				"Write for the colleague who is tired and in a hurry.",
			},
			Members: members{
				Proof: "Pages watched by " + user,
				Intro: "What changed since you were here.",
				Head:  []string{"Page", "Changed by", "When"},
				Rows: [][]string{
					{"Restore the ledger", "grace", "an hour ago"},
					{"Who has the keys", "ada", "yesterday"},
				},
			},
		},
		cookie:       "wiki_session",
		token:        "edit_token",
		tokenRefused: http.StatusForbidden,
		hash:         &hashSHA1,
		digits:       6,
		own:          []string{SwitchFormPost, SwitchSAML, SwitchConsentAlways},
		flow:         newWikiFlow,
	}
}

func bank() spec {
	return spec{
		site: site{
			Name: "bank", Title: "Bank",
			Tagline: "We keep it, you spend it.",
			Nav:     []string{"Branches", "Rates"},
			About: []string{
				"Two branches, both with a place to sit.",
				"Savings earn a little; overdrafts cost more than a little.",
			},
			Members: members{
				Proof: "Accounts of " + user,
				Intro: "As of this morning.",
				Head:  []string{"Account", "Currency", "Balance"},
				Rows: [][]string{
					{"Everyday", "EUR", "1,204.17"},
					{"Rainy day", "EUR", "8,000.00"},
				},
			},
		},
		signIn: signIn{
			passwordPath: "/login",
			codePath:     "/login/duo",
			username:     field{Name: "customer", ID: "customer", Label: "Customer number or username", Type: "text", Autocomplete: "username"},
			password:     field{Name: "pin", ID: "pin", Label: "Password", Type: "password", Autocomplete: "current-password"},
		},
		cookie:       "bank_session",
		token:        "token",
		tokenRefused: http.StatusForbidden,
		hash:         &hashSHA1,
		digits:       6,
		own: []string{
			SwitchPrompt2021, SwitchPushOnly, SwitchVerifiedPush, SwitchLockedOut, SwitchExempt, SwitchNag, SwitchNoTrust,
		},
		flow: newBankFlow,
	}
}
