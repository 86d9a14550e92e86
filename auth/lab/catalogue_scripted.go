package lab

import "net/http"

func desk() spec {
	return spec{
		site: site{
			Name: "desk", Title: "Desk",
			Tagline: "Every question has a number, and somebody who answers it.",
			Search:  "Search the desk",
			Nav:     []string{"Queues", "Answers"},
			About: []string{
				"Three queues: hardware, accounts, and everything else.",
				"The ten answers that solve nine of ten questions.",
			},
			Members: members{
				Proof: "Queue of " + user,
				Intro: "What waits for you, oldest first.",
				Head:  []string{"Number", "Question", "Since"},
				Rows: [][]string{
					{"#2210", "The printer on the third floor speaks French", "Monday"},
					{"#2214", "New starter on the first", "Tuesday"},
				},
			},
		},
		cookie:       "desk_session",
		token:        "csrf",
		tokenRefused: http.StatusForbidden,
		hash:         &hashSHA1,
		digits:       6,
		own:          append([]string{SwitchBoxesPlain, SwitchBoxesDisabled, SwitchBoxesHidden, SwitchBearer}, leaks...),
		lacks:        []string{SwitchNeedsScript, SwitchCaptcha},
		flow:         newDeskFlow,
	}
}

func mail() spec {
	return spec{
		site: site{
			Name: "mail", Title: "Mail",
			Tagline: "Letters, without the envelope.",
			Nav:     []string{"About", "Etiquette"},
			About: []string{
				"One inbox for every address that you have.",
				"Answer within a day, or say when you will.",
			},
			Members: members{
				Proof: "Inbox of " + user,
				Intro: "Three letters, one of them new.",
				Head:  []string{"From", "Subject", "Date"},
				Rows: [][]string{
					{"Ada", "The engine runs", "today"},
					{"Grace", "A moth in the relay", "yesterday"},
					{"Hedy", "About those frequencies", "Friday"},
				},
			},
		},
		cookie:       "mail_session",
		token:        "form_token",
		tokenRefused: http.StatusForbidden,
		hash:         &hashSHA1,
		digits:       6,
		own:          []string{SwitchShadow, SwitchFrame},
		lacks:        []string{SwitchNeedsScript, SwitchCaptcha},
		flow:         newMailFlow,
	}
}
