package advice

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Topic is what a question is about. Topics are the keys of an answers file and
// are added, never changed.
type Topic string

// The topics.
const (
	Challenge Topic = "challenge" // what asks for the second factor
	Place     Topic = "scanner"   // where the scanner runs
	Address   Topic = "address"   // whether it keeps its address
	Admin     Topic = "admin"     // who can change Duo
	Token     Topic = "token"     // whether the account can have a seed
	Account   Topic = "account"   // whose account it is
	Cadence   Topic = "cadence"   // how often it scans
	Logins    Topic = "logins"    // how often it signs in during a scan
	Person    Topic = "person"    // whether somebody is there
)

// A Choice is one of a question's answers.
type Choice struct {
	Value string // as answers files have it
	Label string // as people read it
}

// A Question is one screen of the interview.
type Question struct {
	Topic   Topic
	Text    string
	Why     string // what the answer decides
	Choices []Choice
}

// Choices as answers spell them.
const (
	ChallengeDuo   = "duo"
	ChallengeCodes = "codes"
	ChallengeOther = "other"

	PlaceCloud   = "cloud"
	PlaceNetwork = "network"
	PlaceLaptop  = "laptop"
	PlaceCI      = "ci"

	AddressFixed    = "fixed"
	AddressChanging = "changing"

	AdminMe    = "me"
	AdminOther = "ask"
	AdminNone  = "nobody"

	TokenSeed  = "seed"
	TokenSelf  = "self"
	TokenAdmin = "admin"
	TokenNo    = "no"

	AccountDedicated = "dedicated"
	AccountShared    = "shared"

	CadenceOnce     = "once"
	CadenceNightly  = "nightly"
	CadencePipeline = "pipeline"

	LoginsFew      = "few"
	LoginsDozens   = "dozens"
	LoginsHundreds = "hundreds"

	PersonYes = "yes"
	PersonNo  = "no"

	// Unsaid answers a question with "I do not know", as no answer does.
	Unsaid = "unknown"
)

// interview is all questions in their order.
var interview = []Question{
	{Challenge, "What asks for the second factor?",
		"Duo's routes are an administrator's to grant; an application's own codes are the account owner's.",
		[]Choice{
			{ChallengeDuo, "Cisco Duo"},
			{ChallengeCodes, "the application itself, with codes of an authenticator app"},
			{ChallengeOther, "something else: SMS, e-mail, another provider"},
		}},
	{Place, "Where will the scanner run?",
		"A fixed address can be exempted by policy. A vendor's cloud cannot ask gatepass for codes.",
		[]Choice{
			{PlaceCloud, "a vendor's cloud"},
			{PlaceNetwork, "our own network or data centre"},
			{PlaceLaptop, "a laptop"},
			{PlaceCI, "CI runners, a new one each time"},
		}},
	{Address, "Does it come from a fixed public address?",
		"Policies know networks by address; one that changes cannot be exempted.",
		[]Choice{
			{AddressFixed, "yes, one or a few that stay"},
			{AddressChanging, "no, it changes"},
		}},
	{Admin, "Who can change Duo?",
		"Exemptions, bypass codes and imported tokens are granted by a Duo administrator.",
		[]Choice{
			{AdminMe, "I am a Duo administrator"},
			{AdminOther, "somebody whom I can ask"},
			{AdminNone, "nobody whom I can reach"},
		}},
	{Token, "Can the account have a token whose seed we keep?",
		"With a seed, codes are made here, and nobody has to do anything again.",
		[]Choice{
			{TokenSeed, "I have its seed: a QR code, a key, an otpauth link"},
			{TokenSelf, "the account can enrol an authenticator itself"},
			{TokenAdmin, "an administrator could import one"},
			{TokenNo, "no, that is not allowed"},
		}},
	{Account, "Whose account is it?",
		"What is granted to an account is granted to everybody who uses it.",
		[]Choice{
			{AccountDedicated, "a test account that only the scanner uses"},
			{AccountShared, "an account that people use too"},
		}},
	{Cadence, "How often will it scan?",
		"Codes that run out and people who approve are for one evening, not for every night.",
		[]Choice{
			{CadenceOnce, "once, tonight"},
			{CadenceNightly, "every night"},
			{CadencePipeline, "in a pipeline, with every change"},
		}},
	{Logins, "How often does it sign in during one scan?",
		"One seed gives one login per time step; a bypass code gives as many as were granted.",
		[]Choice{
			{LoginsFew, "a few times"},
			{LoginsDozens, "dozens of times"},
			{LoginsHundreds, "hundreds of times, or in parallel"},
		}},
	{Person, "Is somebody with the phone there while it scans?",
		"Pushes are approved by people, each time.",
		[]Choice{
			{PersonYes, "yes"},
			{PersonNo, "no"},
		}},
}

// Questions lists the questions that matter, given the answers so far, in the order
// in which they are best asked.
func Questions(a Answers) []Question {
	var asked []Question
	for _, q := range interview {
		if matters(q.Topic, a) {
			q.Choices = slices.Clone(q.Choices)
			asked = append(asked, q)
		}
	}
	return asked
}

// matters reports whether a question's answer can change anything.
func matters(t Topic, a Answers) bool {
	switch t {
	case Address: // elsewhere the place tells
		return a[Place] == PlaceNetwork || a[Place] == PlaceCI
	case Admin:
		return a[Challenge] != ChallengeCodes
	}
	return true
}

// Answers are what is known, by topic; a topic that is missing, or [Unsaid], was
// not answered.
type Answers map[Topic]string

// ErrAnswer marks an answer that no question has.
var ErrAnswer = errors.New("not an answer")

// Validate reports each topic that does not exist and each answer that its question
// does not have, joined; they match [ErrAnswer].
func (a Answers) Validate() error {
	var problems []error
	for _, t := range sortedTopics(a) {
		i := slices.IndexFunc(interview, func(q Question) bool { return q.Topic == t })
		if i < 0 {
			problems = append(problems, fmt.Errorf("%w: nothing is asked about %q (%s)", ErrAnswer, string(t), list(interview, func(q Question) string { return string(q.Topic) })))
			continue
		}
		q := interview[i]
		if !q.has(a[t]) {
			problems = append(problems, fmt.Errorf("%w: %s is %q (%s, %s)", ErrAnswer, t, a[t], list(q.Choices, func(c Choice) string { return c.Value }), Unsaid))
		}
	}
	return errors.Join(problems...)
}

func (q Question) has(value string) bool {
	return value == Unsaid || value == "" || slices.ContainsFunc(q.Choices, func(c Choice) bool { return c.Value == value })
}

func sortedTopics(a Answers) []Topic {
	var topics []Topic
	for t := range a {
		topics = append(topics, t)
	}
	slices.Sort(topics)
	return topics
}

func list[T any](all []T, name func(T) string) string {
	names := make([]string, len(all))
	for i, one := range all {
		names[i] = name(one)
	}
	return strings.Join(names, ", ")
}

// AllQuestions lists every question there is, whatever was answered.
func AllQuestions() []Question { return slices.Clone(interview) }
