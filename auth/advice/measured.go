package advice

import "gatepass/store"

// Measured is what was found out rather than said. The zero value is nothing.
type Measured struct {
	// Provider is who asks for the second factor, as the page or a verification
	// showed it: "duo", "app", the name of another provider, or "" when not seen.
	Provider string
	// Preauth is what Duo's /auth/v2/preauth answered for the account from the
	// scanner's address: "allow", "auth", "deny", "enroll", or "" when not asked.
	Preauth string
	// AddressSent reports that Preauth was asked with an address. Without one,
	// Duo does not apply its rules about networks.
	AddressSent bool
	// Token reports that the account has a hardware token in Duo, as Preauth
	// lists it.
	Token bool
	// Phone reports that the account has a device that takes pushes; nil when
	// not asked.
	Phone *bool
	// Blocked names, by route, the section of the effective policy that stands
	// against it.
	Blocked map[store.Route]string
	// Allowed lists the routes that the effective policy grants or leaves open.
	Allowed map[store.Route]bool
	// Seed reports that the target's seed is kept here.
	Seed bool
	// BypassLeft is how many uses of bypass codes are kept here.
	BypassLeft int
	// Device reports that a trusted device's state is kept here.
	Device bool
	// Unasked reports that the last verification was proven without having been
	// asked for a second factor.
	Unasked bool
}

// A situation is the answers with what was measured put in their place.
type situation struct {
	Answers
	Measured
}

// settle puts what was measured over what was said.
func settle(a Answers, m Measured) situation {
	s := situation{Answers{}, m}
	for topic, value := range a {
		if value != Unsaid && value != "" {
			s.Answers[topic] = value
		}
	}
	switch m.Provider {
	case "":
	case "duo":
		s.Answers[Challenge] = ChallengeDuo
	case "app":
		s.Answers[Challenge] = ChallengeCodes
	default:
		s.Answers[Challenge] = ChallengeOther
	}
	if m.Seed {
		s.Answers[Token] = TokenSeed
	}
	switch s.Answers[Place] {
	case PlaceLaptop:
		s.Answers[Address] = AddressChanging
	case PlaceCloud:
		s.Answers[Address] = AddressFixed
	}
	return s
}

// is reports whether a topic was answered with one of the values.
func (s situation) is(t Topic, values ...string) bool {
	for _, v := range values {
		if s.Answers[t] == v {
			return true
		}
	}
	return false
}

// silent reports that a topic was not answered.
func (s situation) silent(t Topic) bool { return s.Answers[t] == "" }
