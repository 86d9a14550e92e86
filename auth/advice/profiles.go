package advice

import "gatepass/store"

// A profile is what is true of a route in every situation, and the rules for the
// rest.
type profile struct {
	base  int
	plain string // why, when no rule applies
	who   func(situation) string
	cost  string
	lasts string
	check string
	rules []rule
}

var profiles = map[store.Route]profile{
	store.RouteOTP:           otpProfile,
	store.RouteExemption:     exemptionProfile,
	store.RouteBypassCode:    bypassProfile,
	store.RouteTrustedDevice: deviceProfile,
	store.RoutePush:          pushProfile,
}

// said makes a condition of an answer.
func said(t Topic, values ...string) func(situation) bool {
	return func(s situation) bool { return s.is(t, values...) }
}

// both makes a condition of several that hold together.
func both(conditions ...func(situation) bool) func(situation) bool {
	return func(s situation) bool {
		for _, holds := range conditions {
			if !holds(s) {
				return false
			}
		}
		return true
	}
}

func not(holds func(situation) bool) func(situation) bool {
	return func(s situation) bool { return !holds(s) }
}

var otpProfile = profile{
	base:  70,
	plain: "Codes are made here, from any address, and nothing has to be renewed.",
	who: func(s situation) string {
		switch {
		case s.is(Token, TokenSeed):
			return "nobody: the seed is in hand"
		case s.is(Token, TokenSelf), s.is(Challenge, ChallengeCodes):
			return "the account's owner, once"
		case s.is(Challenge, ChallengeOther):
			return "the account's owner, or the provider's administrator, once"
		case s.is(Admin, AdminMe):
			return "you, as a Duo administrator, once: import a token and attach it to the account"
		case s.is(Admin, AdminNone):
			return "the account's owner, once, if the account can enrol an authenticator itself"
		}
		return "a Duo administrator, once: import a token and attach it to the account"
	},
	cost:  "The second factor stays in force. Whoever has the seed has the factor, so it lives in the secret store.",
	lasts: "Until the token is taken away from the account.",
	check: "One verification must end signed in, with the challenge met and a one-time code accepted.",
	rules: []rule{
		{said(Token, TokenSeed), 40, "The seed is in hand: it works tonight.", ""},
		{said(Token, TokenSelf), 15, "The account can enrol it itself; nobody has to be asked.", ""},
		{both(said(Token, TokenNo), not(func(s situation) bool { return s.Seed })), blocks, "The account may not have a token whose seed is kept here.", "Ask for a hardware token that is imported for the test account alone."},
		{both(said(Token, TokenAdmin), said(Admin, AdminNone)), -60, "A token would have to be imported, and there is nobody to do it.", "Find out who administers Duo, or whether the account may enrol an authenticator itself."},
		{both(func(s situation) bool { return s.silent(Token) }, said(Admin, AdminNone)), -25, "Without an administrator it takes an account that can enrol itself.", "Look whether the account's own page offers another device or an authenticator app."},
		{said(Challenge, ChallengeCodes), 15, "The application's own codes are made for this.", ""},
		{said(Challenge, ChallengeOther), -30, "Codes that come by SMS or e-mail cannot be made from a seed.", "Look whether the provider also takes an authenticator app."},
		{func(s situation) bool { return s.Token && !s.is(Token, TokenNo) }, 10, "The account has a token already; whoever imported it has the seed.", ""},
		{said(Logins, LoginsHundreds), -30, "One seed gives one login per 30 seconds, and hundreds are needed.", "Have the scanner keep its session, or ask for an exemption."},
		{said(Logins, LoginsDozens), -5, "Each login takes a time step of its own, 30 seconds.", ""},
		{said(Place, PlaceCloud), -15, "A vendor's cloud has to be given the seed itself, or a session.", "Use an account that has no other rights."},
		{both(said(Cadence, CadenceOnce), said(Challenge, ChallengeDuo), func(s situation) bool { return s.is(Token, TokenAdmin) || s.silent(Token) },
			not(said(Admin, AdminNone)), func(s situation) bool { return !s.Measured.Token }), -25, "For one scan an imported token is more work than codes that end by themselves.", ""},
	},
}

var exemptionProfile = profile{
	base:  50,
	plain: "The scanner is not asked at all, so it can sign in as often as it likes.",
	who: func(s situation) string {
		switch {
		case s.is(Challenge, ChallengeCodes):
			return "the application's owner"
		case s.is(Challenge, ChallengeOther):
			return "the provider's administrator"
		case s.is(Admin, AdminMe):
			return "you, as a Duo administrator"
		}
		return "a Duo administrator"
	},
	cost:  "From the exempted network the password is all there is. Keep it to this application, this account's group and the scanner's own address, never in the global policy.",
	lasts: "Until somebody takes it back: name the day in the request.",
	check: "The policy says so, Duo's preauth says so for the scanner's address, and a verification from there is not challenged.",
	rules: []rule{
		{both(said(Address, AddressFixed), not(said(Challenge, ChallengeCodes))), 15, "The scanner keeps its address, which is what a policy can name.", ""},
		{both(said(Address, AddressChanging), not(said(Challenge, ChallengeCodes))), -40, "The address changes; it would have to be the account's group or status, which lets the account in from everywhere.", "Send the scanner through a fixed egress address."},
		{both(said(Admin, AdminMe), not(said(Challenge, ChallengeCodes))), 15, "You can change the policy yourself.", ""},
		{both(said(Admin, AdminOther), not(said(Challenge, ChallengeCodes))), 5, "There is somebody who can change the policy.", ""},
		{both(said(Admin, AdminNone), not(said(Challenge, ChallengeCodes)), func(s situation) bool { return !s.granted() }), blocks, "Nobody can be asked to change the policy.", "Find out who administers Duo for this application."},
		{both(said(Logins, LoginsHundreds), not(said(Address, AddressChanging))), 30, "Hundreds of logins, in parallel too, cost nothing.", ""},
		{both(said(Logins, LoginsHundreds), said(Address, AddressChanging)), 10, "Hundreds of logins, in parallel too, cost nothing.", ""},
		{said(Logins, LoginsDozens), 10, "Every login goes straight through.", ""},
		{said(Place, PlaceCloud), 10, "The vendor publishes its addresses, and its scanner needs to know nothing. Other customers of the vendor come from there too.", ""},
		{said(Challenge, ChallengeCodes), -35, "The application would have to stop asking this account, which few can.", "Ask its owner for a test account without a second factor."},
		{said(Challenge, ChallengeOther), 10, "What the scanner is not asked it need not answer.", ""},
		{both(said(Cadence, CadenceOnce), said(Logins, LoginsFew)), -20, "For a few logins tonight a change of policy is much.", ""},
		{said(Account, AccountShared), -10, "People use this account too, and would be exempt with it.", "Use an account that only the scanner has."},
		{func(s situation) bool { return s.Preauth == "allow" && s.AddressSent }, 60, "Duo already lets this account in from the scanner's address.", ""},
		{func(s situation) bool { return s.Allowed[store.RouteExemption] }, 90, "The effective policy of the application already lets this account in without.", ""},
		{func(s situation) bool { return s.Unasked }, 60, "The last verification was not asked for a second factor.", ""},
	},
}

// granted reports whether an exemption was seen at work.
func (s situation) granted() bool {
	return s.Unasked || s.Allowed[store.RouteExemption] || s.Preauth == "allow" && s.AddressSent
}

var bypassProfile = profile{
	base:  40,
	plain: "Codes that an administrator issues pass the prompt, a counted number of times.",
	who: func(s situation) string {
		switch {
		case s.BypassLeft > 0:
			return "nobody while they last"
		case s.is(Admin, AdminMe):
			return "you, as a Duo administrator, or the Admin API"
		}
		return "a Duo administrator, or the Admin API"
	},
	cost:  "Each code is a way in for whoever reads it. Issue few, for hours and not for good, and say so to those who watch the alerts.",
	lasts: "As long as they were issued for, or until they are used.",
	check: "The stock says how many are left; a verification costs one.",
	rules: []rule{
		{func(s situation) bool { return s.BypassLeft > 0 }, 30, "There are codes in the secret store.", ""},
		{both(said(Admin, AdminNone), func(s situation) bool { return s.BypassLeft <= 0 }), blocks, "Nobody can be asked to issue codes.", "Find out who administers Duo; a help desk may issue them too."},
		{said(Admin, AdminMe), 20, "You can issue them yourself, also by the Admin API.", ""},
		{said(Admin, AdminOther), 10, "There is somebody who can issue them.", ""},
		{said(Cadence, CadenceOnce), 20, "For one scan they end by themselves, and nothing stays behind.", ""},
		{said(Cadence, CadenceNightly), -10, "Every night needs codes again.", "The Admin API can issue them for each window: gatepass duo bypass issue NAME --count 12 --valid 2h"},
		{said(Cadence, CadencePipeline), -15, "A pipeline would use them up all day.", "The Admin API can issue them for each run: gatepass duo bypass issue NAME --count 12 --valid 2h"},
		{both(said(Cadence, CadencePipeline), said(Admin, AdminOther)), -10, "Somebody would have to be asked for each batch.", ""},
		{said(Logins, LoginsFew), 5, "A few logins are a few codes.", ""},
		{said(Logins, LoginsHundreds), -10, "Hundreds of logins need codes with many uses, or a session that is kept.", "Have the scanner keep its session."},
		{said(Place, PlaceCloud), -30, "Bypass codes are not given to a vendor's cloud; it would get a session.", ""},
		{said(Account, AccountShared), -5, "The codes are good for everybody who knows the account.", "Use an account that only the scanner has."},
		{said(Challenge, ChallengeCodes, ChallengeOther), blocks, "Bypass codes are Duo's; printed backup codes of others are a person's last way in.", ""},
	},
}

var deviceProfile = profile{
	base:  25,
	plain: "A person signs in once and has the browser trusted; the proof of that is reused.",
	who:   func(situation) string { return "a person, once per period" },
	cost:  "The proof is a cookie of the second factor's host. Who steals it needs only the password.",
	lasts: "As long as the policy remembers devices, often a day to a month; less when the address or the browser changes.",
	check: "A later verification is not challenged, and says until when.",
	rules: []rule{
		{func(s situation) bool { return s.Device }, 30, "A trusted device's state is kept here.", ""},
		{said(Place, PlaceCloud), blocks, "The proof belongs to the browser that was trusted, and a vendor's cloud has its own.", ""},
		{said(Place, PlaceCI), -15, "Every runner is a new machine; the proof has to travel in the encrypted store.", ""},
		{said(Place, PlaceLaptop), -5, "The laptop has to be the one that scans.", ""},
		{said(Address, AddressChanging), -15, "Risk-based policies ask again when the address changes.", "Send the scanner through a fixed egress address."},
		{said(Admin, AdminNone), 10, "No administrator has to act, if the policy remembers devices.", ""},
		{said(Logins, LoginsHundreds), 10, "Any number of logins go with it.", ""},
		{said(Challenge, ChallengeCodes), -15, "Not every application remembers devices.", ""},
	},
}

var pushProfile = profile{
	base:  10,
	plain: "A person approves each login on the phone. No interface approves a push, by design.",
	who:   func(situation) string { return "a person, at every login" },
	cost:  "None beyond the login itself. Many pushes teach people to approve without looking.",
	lasts: "One login.",
	check: "A verification waits while the person approves.",
	rules: []rule{
		{said(Person, PersonNo), blocks, "Nobody is there to approve.", "Have somebody with the phone there, for a scan that signs in once."},
		{said(Cadence, CadencePipeline), blocks, "A pipeline has nobody who approves.", ""},
		{said(Logins, LoginsHundreds), blocks, "Nobody approves hundreds of pushes, and Duo takes it for an attack.", "Have the scanner keep its session."},
		{func(s situation) bool { return s.Phone != nil && !*s.Phone }, blocks, "The account has no device that takes pushes.", ""},
		{said(Challenge, ChallengeCodes), blocks, "The application asks for codes, not for approval.", ""},
		{said(Cadence, CadenceNightly), -15, "Somebody would have to approve every night.", ""},
		{said(Logins, LoginsDozens), -5, "Dozens of pushes are dozens of interruptions.", ""},
		{both(said(Person, PersonYes), said(Cadence, CadenceOnce), said(Logins, LoginsFew)), 25, "Somebody is there, and it is a few logins.", ""},
		{said(Place, PlaceCloud, PlaceCI), -20, "The login would have to be made here and its session handed over.", ""},
	},
}
