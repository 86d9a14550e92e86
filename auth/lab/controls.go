package lab

// A Control is a request to the control origin, by which a range that is open is looked
// at and turned.
type Control struct {
	Method string
	Path   string
	Query  string // as it is given, with what is to be filled in in capitals; "" for none
	What   string // one sentence
}

// Controls lists what the control origin answers to. What cannot be done is answered
// with 400 and JSON that says why and what is possible.
func Controls() []Control {
	return []Control{
		{"GET", "/", "", "The range as lab --json prints it."},
		{"GET", "/switches", "", "Every application's switches, and which are on."},
		{"POST", "/switch", "app=APP&name=SWITCH&on=1", "Turns a switch on, or off with on=0."},
		{"POST", "/reset", "app=APP", "Unlocks an application's account."},
		{"POST", "/approve", "app=bank&code=CODE", "Approves the push that waits; code is for a verified push."},
		{"GET", "/accepted", "app=APP", "How many sign-ins an application took, and with which time steps."},
		{"GET", "/outside", "", "What was sent to the foreign origin, where nothing should arrive."},
		{"GET", "/duo/faults", "", "Duo's faults, and which are on."},
		{"POST", "/duo/fault", "name=FAULT&on=1", "Turns a fault of Duo's on, or off with on=0."},
		{"POST", "/duo/user", "status=STATUS", "The account's status: active, bypass, disabled or locked out."},
		{"POST", "/duo/policy", "of=bank", "Puts the sections in the body, as Duo's JSON, into a policy: global, bank or auth. null takes one out."},
		{"GET", "/duo/policy", "of=bank", "A policy's sections."},
		{"POST", "/duo/deny", "fraud=1", "Denies the push that waits; with fraud=1 as fraud."},
		{"POST", "/duo/advance", "by=130s", "Makes time pass for what expires or ripens: codes, trusted browsers, lockouts, the log."},
		{"POST", "/duo/skew", "by=-64s", "Puts Duo's clock ahead or behind."},
		{"GET", "/duo/codes", "", "Every bypass code that there ever was, and whether it is good."},
		{"GET", "/duo/calls", "", "The calls of the API that Duo has had."},
		{"GET", "/duo/seen", "", "Every passcode that was given at the prompt or to the API."},
	}
}
