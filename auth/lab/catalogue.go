package lab

import (
	"net/http"
	"slices"
)

// A spec says everything that makes an application itself: its words, how its
// sign-in goes, and how it behaves before anybody touches a switch.
type spec struct {
	site   site
	signIn signIn
	cookie string
	token  string // name of the hidden field with the CSRF token
	// tokenRefused is the status of a form with a wrong token: frameworks differ.
	tokenRefused int
	hash         *hashing // nil: no code is asked
	digits       int
	switchesOn   []string
	own          []string // switches beyond those that most applications have
	lacks        []string // of those that most have
	// flow makes the sign-in of an application that does more than ask by forms.
	flow func(a *app, o Options) (flow, error)
}

// switches names the switches that the application has.
func (s spec) switches() []string {
	var names []string
	for _, w := range shared() {
		if !slices.Contains(s.lacks, w.Name) && (s.hash != nil || w.Name != SwitchNoMFA) {
			names = append(names, w.Name)
		}
	}
	return append(names, s.own...)
}

// A site is what an application shows to everybody and to its members.
type site struct {
	Name       string
	Title      string // also the issuer in authenticator apps
	Tagline    string
	Search     string // what the search box in the header searches; "" for no box
	Newsletter bool
	SignUp     bool
	Nav        []string // headings of the home page, linked from the header
	About      []string // a paragraph each
	Members    members
}

// Members' content. Proof is a text that stands nowhere else.
type members struct {
	Proof string
	Intro string
	Head  []string
	Rows  [][]string
}

// A signIn is the shape of an application's login.
type signIn struct {
	// passwordPath is where the password is asked; "/login" if together with the
	// username.
	passwordPath string
	codePath     string
	username     field
	password     field
	code         field
	remember     bool
	cancel       bool // the code page has a second button that gives up
}

// A field is an input with its label.
type field struct {
	Name         string `json:"name"`
	ID           string `json:"id"`
	Label        string `json:"label"`
	Type         string `json:"type"`
	Autocomplete string `json:"autocomplete"`
	InputMode    string `json:"-"`
	MaxLength    int    `json:"-"`
	Wrapped      bool   `json:"-"` // the label wraps the input
	// Value and Invalid are of the moment, not of the field.
	Value   string `json:"-"`
	Invalid bool   `json:"-"`
}

// user is the account that every application has.
const user = "scan-bot"

// catalogue lists the applications. New ones go to the end, so that ports and
// seeded secrets of the others stay.
func catalogue() []spec {
	return []spec{shop(), intranet(), portal(), payroll(), desk(), mail(), wiki(), bank()}
}

func shop() spec {
	return spec{
		site: site{
			Name: "shop", Title: "Shop",
			Tagline: "Good coffee, sent the day it is roasted.",
			Search:  "Search the shop", Newsletter: true, SignUp: true,
			Nav: []string{"Coffee", "Grinders", "Delivery"},
			About: []string{
				"Eleven coffees from six farms, roasted on Tuesdays and Fridays.",
				"Hand grinders that outlive their owners, and spare parts for all of them.",
				"Orders before noon leave the same day. Beyond 30 euros the post is on us.",
			},
			Members: members{
				Proof: "Orders of " + user,
				Intro: "Everything that you have bought, newest first.",
				Head:  []string{"Order", "What", "Total"},
				Rows: [][]string{
					{"10482", "Yirgacheffe, 500 g", "17.90"},
					{"10377", "Hand grinder, steel", "89.00"},
					{"10201", "Filter papers, 200", "6.50"},
				},
			},
		},
		signIn: signIn{
			passwordPath: "/login",
			codePath:     "/login/code",
			username:     field{Name: "username", ID: "username", Label: "Username", Type: "text", Autocomplete: "username"},
			password:     field{Name: "password", ID: "password", Label: "Password", Type: "password", Autocomplete: "current-password"},
			code: field{
				Name: "code", ID: "code", Label: "6-digit code from your authenticator app", Type: "text",
				Autocomplete: "one-time-code", InputMode: "numeric", MaxLength: 6,
			},
			remember: true,
		},
		cookie:       "shop_session",
		token:        "csrf_token",
		tokenRefused: http.StatusForbidden,
		hash:         &hashSHA1,
		digits:       6,
	}
}

func intranet() spec {
	return spec{
		site: site{
			Name: "intranet", Title: "Intranet",
			Tagline: "Everything that is not for customers.",
			Search:  "Search people and pages",
			Nav:     []string{"News", "Canteen", "Help desk"},
			About: []string{
				"The car park is closed on Thursday while the lines are painted.",
				"This week: lentils, dumplings, and on Friday whatever is left.",
				"The help desk answers between 8 and 17, extension 4357.",
			},
			Members: members{
				Proof: "Good to see you, " + user,
				Intro: "Your teams and what they are up to.",
				Head:  []string{"Team", "Next meeting", "Room"},
				Rows: [][]string{
					{"Security", "Monday, 10:00", "Ada"},
					{"Release", "Tuesday, 14:30", "Grace"},
				},
			},
		},
		signIn: signIn{
			passwordPath: "/login/password",
			codePath:     "/login/verify",
			username:     field{Name: "user_id", ID: "user-id", Label: "User ID", Type: "text", Autocomplete: "username"},
			password:     field{Name: "pass", ID: "pass", Label: "Password", Type: "password", Autocomplete: "current-password"},
			code: field{
				Name: "otp", ID: "otp", Label: "Enter the 8-digit verification code", Type: "tel",
				Autocomplete: "off", InputMode: "numeric", MaxLength: 8,
			},
			cancel: true,
		},
		cookie:       "intranet_sid",
		token:        "_token",
		tokenRefused: statusPageExpired,
		hash:         &hashSHA256,
		digits:       8,
	}
}

func portal() spec {
	return spec{
		site: site{
			Name: "portal", Title: "Portal",
			Tagline:    "Ask us anything; we answer within the hour.",
			Newsletter: true, SignUp: true,
			Nav: []string{"Guides", "Status"},
			About: []string{
				"Forty guides, from the first sign-in to the yearly statement.",
				"All systems work. The last disturbance was nine weeks ago.",
			},
			Members: members{
				Proof: "Tickets of " + user,
				Intro: "What you asked us, and how far we are.",
				Head:  []string{"Ticket", "Subject", "State"},
				Rows: [][]string{
					{"T-311", "Statement for last year", "answered"},
					{"T-298", "Change of address", "closed"},
				},
			},
		},
		signIn: signIn{
			passwordPath: "/login",
			username:     field{Name: "user[login]", ID: "user_login", Label: "Login", Type: "text", Wrapped: true},
			password:     field{Name: "user[password]", ID: "user_password", Label: "Password", Type: "password", Wrapped: true},
		},
		cookie:       "_portal_session",
		token:        "authenticity_token",
		tokenRefused: http.StatusForbidden,
	}
}

func payroll() spec {
	return spec{
		site: site{
			Name: "payroll", Title: "Payroll",
			Tagline: "Payslips, leave and expenses.",
			Nav:     []string{"Deadlines", "Forms"},
			About: []string{
				"Expenses handed in by the 20th are paid with the same month's salary.",
				"The leave form has moved to the members' page.",
			},
			Members: members{
				Proof: "Payslips of " + user,
				Intro: "The last three months.",
				Head:  []string{"Month", "Gross", "Net"},
				Rows: [][]string{
					{"March", "3,200.00", "2,184.10"},
					{"February", "3,200.00", "2,184.10"},
					{"January", "3,100.00", "2,121.60"},
				},
			},
		},
		signIn: signIn{
			passwordPath: "/login",
			codePath:     "/login/two-factor",
			username:     field{Name: "username", ID: "id_username", Label: "Username:", Type: "text", Autocomplete: "username"},
			password:     field{Name: "password", ID: "id_password", Label: "Password:", Type: "password", Autocomplete: "current-password"},
			code: field{
				Name: "otp_token", ID: "id_otp_token", Label: "Token from your authenticator:", Type: "text",
				InputMode: "numeric", MaxLength: 6,
			},
		},
		cookie:       "payroll_sessionid",
		token:        "csrfmiddlewaretoken",
		tokenRefused: http.StatusForbidden,
		hash:         &hashSHA1,
		digits:       6,
		switchesOn:   []string{SwitchClockAhead},
	}
}
