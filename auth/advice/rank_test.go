package advice

import (
	"slices"
	"strings"
	"testing"

	"gatepass/store"
)

// The table was written before the rules.
func TestTheFirstRouteForEachSituation(t *testing.T) {
	no := false
	table := []struct {
		name  string
		said  string // "topic=choice …"
		seen  Measured
		first store.Route
	}{
		{name: "nothing is known", first: store.RouteOTP},
		{name: "Duo, and no more", said: "challenge=duo", first: store.RouteOTP},
		{name: "the application's own codes", said: "challenge=codes", first: store.RouteOTP},
		{name: "own codes, a vendor's cloud, self-enrolled", said: "challenge=codes scanner=cloud token=self", first: store.RouteOTP},
		{name: "own codes whose seed nobody may have", said: "challenge=codes scanner=network token=no", first: store.RouteExemption},
		{name: "another provider", said: "challenge=other", first: store.RouteExemption},
		{name: "another provider and nobody to ask", said: "challenge=other admin=nobody", first: store.RouteTrustedDevice},
		{name: "another provider, seed in hand", said: "challenge=other admin=nobody token=seed", first: store.RouteOTP},

		{name: "data centre, own administrator, hundreds of logins", said: "challenge=duo scanner=network address=fixed admin=me logins=hundreds", first: store.RouteExemption},
		{name: "data centre, the account may enrol itself", said: "challenge=duo scanner=network address=fixed admin=ask token=self", first: store.RouteOTP},
		{name: "the same with hundreds of logins", said: "challenge=duo scanner=network address=fixed admin=ask token=self logins=hundreds", first: store.RouteExemption},
		{name: "data centre, seed in hand, hundreds of logins, nobody to ask", said: "challenge=duo scanner=network address=fixed admin=nobody token=seed logins=hundreds", first: store.RouteOTP},
		{name: "data centre, one scan, a few logins, own administrator", said: "challenge=duo scanner=network address=fixed admin=me cadence=once logins=few", first: store.RouteBypassCode},
		{name: "data centre, every night", said: "challenge=duo scanner=network address=changing admin=ask cadence=nightly", first: store.RouteOTP},
		{name: "data centre, nobody to ask, no token, somebody there", said: "challenge=duo scanner=network address=fixed admin=nobody token=no person=yes cadence=nightly", first: store.RouteTrustedDevice},
		{name: "data centre, shared account that may enrol", said: "challenge=duo scanner=network address=fixed admin=ask token=self account=shared", first: store.RouteOTP},
		{name: "data centre, seed in hand, dozens of logins", said: "challenge=duo scanner=network address=fixed admin=ask token=seed logins=dozens", first: store.RouteOTP},

		{name: "cloud scanner, somebody to ask", said: "challenge=duo scanner=cloud admin=ask", first: store.RouteExemption},
		{name: "cloud scanner, nobody to ask", said: "challenge=duo scanner=cloud admin=nobody token=self", first: store.RouteOTP},
		{name: "cloud scanner, seed in hand", said: "challenge=duo scanner=cloud admin=me token=seed logins=few", first: store.RouteOTP},
		{name: "cloud scanner, shared account", said: "challenge=duo scanner=cloud admin=ask account=shared", first: store.RouteExemption},
		{name: "cloud scanner, one scan, a few logins", said: "challenge=duo scanner=cloud admin=me cadence=once logins=few", first: store.RouteExemption},
		{name: "cloud scanner, hundreds of logins, seed, nobody to ask", said: "challenge=duo scanner=cloud admin=nobody logins=hundreds", seen: Measured{Seed: true}, first: store.RouteOTP},

		{name: "laptop, the account may enrol itself", said: "challenge=duo scanner=laptop admin=ask token=self", first: store.RouteOTP},
		{name: "laptop, no token, one scan", said: "challenge=duo scanner=laptop admin=ask token=no cadence=once", first: store.RouteBypassCode},
		{name: "laptop, no token, every night", said: "challenge=duo scanner=laptop admin=ask token=no cadence=nightly", first: store.RouteBypassCode},
		{name: "laptop, no token, shared account", said: "challenge=duo scanner=laptop admin=ask token=no account=shared", first: store.RouteBypassCode},
		{name: "laptop, own administrator, one scan tonight", said: "challenge=duo scanner=laptop admin=me cadence=once logins=few", first: store.RouteBypassCode},
		{name: "laptop, one scan, the account may enrol itself", said: "challenge=duo scanner=laptop admin=ask token=self cadence=once", first: store.RouteOTP},
		{name: "laptop, one scan, a token would have to be imported", said: "challenge=duo scanner=laptop admin=ask token=admin cadence=once", first: store.RouteBypassCode},
		{name: "laptop, every night, a token can be imported", said: "challenge=duo scanner=laptop admin=ask token=admin cadence=nightly", first: store.RouteOTP},
		{name: "laptop, hundreds of logins once, no token", said: "challenge=duo scanner=laptop admin=me token=no cadence=once logins=hundreds", first: store.RouteBypassCode},
		{name: "laptop, nobody to ask, somebody with the phone", said: "challenge=duo scanner=laptop admin=nobody token=no person=yes cadence=once logins=few", first: store.RoutePush},
		{name: "laptop, nobody to ask, somebody there, hundreds of logins", said: "challenge=duo scanner=laptop admin=nobody token=no person=yes cadence=once logins=hundreds", first: store.RouteTrustedDevice},

		{name: "CI, own administrator, no token", said: "challenge=duo scanner=ci address=changing admin=me token=no cadence=pipeline", first: store.RouteBypassCode},
		{name: "CI, a token can be imported", said: "challenge=duo scanner=ci address=changing admin=ask token=admin", first: store.RouteOTP},
		{name: "CI behind a fixed address, hundreds of logins", said: "challenge=duo scanner=ci address=fixed admin=me logins=hundreds", first: store.RouteExemption},
		{name: "CI, nobody to ask, the account may enrol itself", said: "challenge=duo scanner=ci address=changing admin=nobody token=self", first: store.RouteOTP},
		{name: "CI, nobody to ask, no token", said: "challenge=duo scanner=ci address=changing admin=nobody token=no cadence=pipeline", first: store.RouteTrustedDevice},
		{name: "CI, hundreds of logins, a token can be imported", said: "challenge=duo scanner=ci address=changing admin=me token=admin cadence=pipeline logins=hundreds", first: store.RouteOTP},

		{name: "Duo lets this address in already", said: "challenge=duo scanner=network admin=ask token=self", seen: Measured{Preauth: "allow", AddressSent: true}, first: store.RouteExemption},
		{name: "an allow without an address means nothing", said: "challenge=duo scanner=network admin=ask token=self", seen: Measured{Preauth: "allow"}, first: store.RouteOTP},
		{name: "the last login was not asked", said: "challenge=duo token=seed", seen: Measured{Unasked: true}, first: store.RouteExemption},
		{name: "tokens are blocked by policy", said: "challenge=duo scanner=network address=fixed admin=ask token=seed", seen: Measured{Blocked: map[store.Route]string{store.RouteOTP: "authentication_methods"}}, first: store.RouteExemption},
		{name: "bypass codes are blocked by policy, no token", said: "challenge=duo scanner=laptop admin=ask token=no", seen: Measured{Blocked: map[store.Route]string{store.RouteBypassCode: "authentication_methods"}}, first: store.RouteExemption},
		{name: "the page says otherwise: own codes", said: "challenge=duo scanner=network address=fixed admin=me logins=hundreds", seen: Measured{Provider: "app"}, first: store.RouteOTP},
		{name: "the page says otherwise: Duo", said: "challenge=codes scanner=network address=fixed admin=me logins=hundreds", seen: Measured{Provider: "duo"}, first: store.RouteExemption},
		{name: "the page says otherwise: another provider", said: "challenge=duo", seen: Measured{Provider: "okta"}, first: store.RouteExemption},
		{name: "bypass codes are here", said: "challenge=duo scanner=laptop admin=nobody token=no cadence=once logins=few", seen: Measured{BypassLeft: 5}, first: store.RouteBypassCode},
		{name: "bypass codes are here, but hundreds of logins from a fixed address", said: "challenge=duo scanner=network address=fixed admin=me logins=hundreds", seen: Measured{BypassLeft: 5}, first: store.RouteExemption},
		{name: "a trusted device is here", said: "challenge=duo scanner=network address=fixed admin=nobody token=no", seen: Measured{Device: true}, first: store.RouteTrustedDevice},
		{name: "the account has nothing yet and may enrol", said: "challenge=duo scanner=laptop token=self", seen: Measured{Preauth: "enroll", AddressSent: true}, first: store.RouteOTP},
		{name: "a token hangs on the account", said: "challenge=duo scanner=network address=changing admin=ask cadence=once", seen: Measured{Token: true}, first: store.RouteOTP},
		{name: "the policy exempts it already", said: "challenge=duo scanner=laptop admin=nobody token=self", seen: Measured{Allowed: map[store.Route]bool{store.RouteExemption: true, store.RouteOTP: true}}, first: store.RouteExemption},
		{name: "nobody has a phone", said: "challenge=duo admin=nobody token=no person=yes", seen: Measured{Phone: &no}, first: store.RouteTrustedDevice},
	}
	for _, c := range table {
		t.Run(c.name, func(t *testing.T) {
			a := parseAnswers(c.said)
			if err := a.Validate(); err != nil {
				t.Fatal(err)
			}
			ranked := Rank(a, c.seen)
			if ranked[0].Route != c.first {
				for _, r := range ranked {
					t.Logf("%-15s %3d %s %q", r.Route, r.Score, r.Fit, r.Why)
				}
				t.Errorf("the first route is %s, want %s", ranked[0].Route, c.first)
			}
			for _, r := range ranked {
				if r.Who == "" || r.Cost == "" || r.Lasts == "" || r.Check == "" || len(r.Why) == 0 {
					t.Errorf("%s is told without reason, cost or end: %+v", r.Route, r)
				}
			}
		})
	}
}

func parseAnswers(s string) Answers {
	a := Answers{}
	for _, pair := range strings.Fields(s) {
		topic, choice, _ := strings.Cut(pair, "=")
		a[Topic(topic)] = choice
	}
	return a
}

func TestARefusalByDuoStandsAgainstEveryRoute(t *testing.T) {
	for _, r := range Rank(parseAnswers("challenge=duo token=seed admin=me"), Measured{Preauth: "deny", AddressSent: true}) {
		if r.Fit != Blocked {
			t.Errorf("%s is %s although Duo refuses the account", r.Route, r.Fit)
		}
	}
}

func TestWhatBlocksARouteIsNamed(t *testing.T) {
	ranked := Rank(Answers{}, Measured{Blocked: map[store.Route]string{store.RouteBypassCode: "authentication_methods"}})
	i := slices.IndexFunc(ranked, func(r Ranked) bool { return r.Route == store.RouteBypassCode })
	if r := ranked[i]; r.Fit != Blocked || !strings.Contains(strings.Join(r.Why, " "), "authentication_methods") || r.Better == "" {
		t.Errorf("%+v", r)
	}
}

func TestAnswersAreRefusedWithWhatIsPossible(t *testing.T) {
	err := Answers{Place: "moon", "weather": "fine"}.Validate()
	if err == nil || !strings.Contains(err.Error(), "cloud") || !strings.Contains(err.Error(), "weather") {
		t.Error(err)
	}
	if err := (Answers{Place: Unsaid, Admin: ""}).Validate(); err != nil {
		t.Error(err)
	}
}

// Who cannot be reached is not told to act.
func TestNobodyWhoIsNotThereIsToAct(t *testing.T) {
	for said, want := range map[string]string{
		"challenge=duo admin=me":     "you, as a Duo administrator",
		"challenge=duo admin=ask":    "a Duo administrator",
		"challenge=duo admin=nobody": "the account's owner",
		"challenge=other admin=ask":  "the account's owner, or the provider's administrator",
	} {
		ranked := Rank(parseAnswers(said), Measured{})
		i := slices.IndexFunc(ranked, func(r Ranked) bool { return r.Route == store.RouteOTP })
		if who := ranked[i].Who; !strings.HasPrefix(who, want) {
			t.Errorf("%s: %q is to act, want %q", said, who, want)
		}
	}
}

func TestEveryChoiceChangesSomething(t *testing.T) {
	for _, q := range interview {
		seen := map[string]bool{}
		for _, c := range q.Choices {
			base := parseAnswers("challenge=duo scanner=network admin=ask")
			base[q.Topic] = c.Value
			var picture []string
			for _, r := range Rank(base, Measured{}) {
				picture = append(picture, string(r.Route), strings.Join(r.Why, "|"))
			}
			seen[strings.Join(picture, "\n")] = true
		}
		if len(seen) < 2 {
			t.Errorf("the answer to %q changes nothing", q.Text)
		}
	}
}

func FuzzRank(f *testing.F) {
	f.Add("challenge=duo scanner=cloud", "duo", "allow", 3)
	f.Add("challenge=\x00 =", "", "", -1)
	f.Fuzz(func(t *testing.T, said, provider, preauth string, left int) {
		a := parseAnswers(said)
		_ = a.Validate()
		for _, q := range Questions(a) {
			if len(q.Choices) < 2 {
				t.Errorf("%s has no choices", q.Topic)
			}
		}
		ranked := Rank(a, Measured{Provider: provider, Preauth: preauth, BypassLeft: left})
		if len(ranked) != len(store.Routes()) {
			t.Errorf("%d routes are ranked", len(ranked))
		}
		for i, r := range ranked {
			if r.Score < 0 || r.Score > 100 || i > 0 && r.Score > ranked[i-1].Score {
				t.Errorf("the scores are out of order: %+v", ranked)
			}
		}
	})
}
