package uitest

import (
	"time"

	"gatepass/auth"
	"gatepass/auth/duo"
	"gatepass/store"
)

// CanaryKey is a secret key of Duo's that must be in no View.
const CanaryKey = "canaryKEYofDuo0123456789abcdefABCDEF0001"

// Integration is the application's key that the goldens show.
const Integration = "DIABCDEFGHIJKLMNOPQR"

// Tenant is a Duo tenant with both applications.
func Tenant(name string, targets ...string) auth.TenantSummary {
	return auth.TenantSummary{Targets: targets, Tenant: store.Tenant{
		Name: name, APIHost: "api-1a2b3c4d.duosecurity.com", AuthIKey: "DIAUTHAUTHAUTHAUTHAU", AdminIKey: "DIADMINADMINADMINADM",
		Secrets: store.TenantKinds(),
	}}
}

// DuoTown puts a Duo tenant behind the targets of Town: intranet has bypass codes and
// devices there.
func DuoTown(g *Gate) {
	Town(g)
	g.Duo.Tenants = []auth.TenantSummary{Tenant("acme", "intranet")}
	for i := range g.Targets {
		if g.Targets[i].Target.Name == "intranet" {
			g.Targets[i].Target.Duo = store.TargetDuo{Tenant: "acme", Integration: Integration}
		}
	}
	g.Duo.Checks = map[string]auth.TenantCheck{"acme": tenantCheck(g.Duo.Tenants[0].Tenant)}
	g.Duo.Apps = []duo.Application{
		{Key: Integration, Name: "Intranet", Type: "websdk"}, {Key: "DISHOPSHOPSHOPSHOPSH", Name: "Shop", Type: "saml"},
	}
	status := account()
	status.Bypass = bypassList(g.Now())
	status.Sentences = append(status.Sentences, status.Bypass.Reminders...)
	g.Duo.Status = map[string]auth.DuoStatus{"intranet": status}
	g.Duo.Plan = auth.BypassPlan{Tenant: "acme", Stock: "intranet", Username: "scan-bot", Existing: 3, Sentences: []string{
		"Duo makes 12 bypass codes for scan-bot, each good once, for 2 hours. Who has one gets past the second factor.",
		"Duo records it, and who watches its alerts sees it: tell them that a scan begins.",
	}}
	g.Duo.Issued = auth.BypassIssued{Stock: "intranet", Codes: []store.Secret{store.NewSecret("004815162"), store.NewSecret("342004815")}, Expires: Noon.Add(2 * time.Hour)}
	g.Duo.Revoke = auth.RevokePlan{Tenant: "acme", Username: "scan-bot", AtDuo: 6, Ours: 5, Going: 5, Here: 5, Sentences: []string{
		"The account scan-bot has 6 bypass codes at Duo: 5 that gatepass had issued here and 1 that is unknown here: an administrator's, perhaps another machine's.",
		"5 bypass codes are deleted at Duo.", "5 codes are taken out of the stock here.",
	}}
	g.Duo.RevokeAll = auth.RevokePlan{Tenant: "acme", Username: "scan-bot", AtDuo: 6, Ours: 5, Going: 6, Here: 5, Sentences: []string{
		"The account scan-bot has 6 bypass codes at Duo: 5 that gatepass had issued here and 1 that is unknown here: an administrator's, perhaps another machine's.",
		"All 6 are deleted, whoever made them, also what people keep for a day without their phone.", "5 codes are taken out of the stock here.",
	}}
	g.Duo.Revoked = auth.BypassRevoked{AtDuo: 5, FromStock: 5, Left: 1}
	g.Duo.Token = auth.TokenEnrolment{Serial: "gatepass-intranet-0a1b2c", TokenID: "DH1", Seen: true, Accepted: true}
	g.Duo.Log = duoLog()
}

func tenantCheck(t store.Tenant) auth.TenantCheck {
	return auth.TenantCheck{Tenant: t, Checks: []auth.Check{
		{What: "reachable", State: auth.CheckGood, Note: "It answers, with one of Duo's certificates."},
		{What: "clock", State: auth.CheckWarning, Note: "Duo's clock is 12 s ahead of this machine's.", Hints: []string{"Set the clock: timedatectl set-ntp true"}},
		{Application: "Auth API", What: "keys", State: auth.CheckGood, Note: "They are right."},
		{Application: "Auth API", What: "kind", State: auth.CheckGood, Note: "It is an Auth API application."},
		{Application: "Admin API", What: "keys", State: auth.CheckGood, Note: "They are right."},
		{Application: "Admin API", What: "Grant read resource", State: auth.CheckGood, Note: "It is granted."},
		{Application: "Admin API", What: "Grant write resource", State: auth.CheckUnknown, Note: "Only making something would tell."},
		{Application: "Admin API", What: "Grant read log", State: auth.CheckBad, Note: "It is not granted."},
	}}
}

func account() auth.DuoStatus {
	return auth.DuoStatus{
		Tenant: "acme", Username: "scan-bot",
		User: duo.User{ID: "DU1", Name: "scan-bot", Status: duo.StatusActive, Enrolled: true,
			Phones: []duo.Phone{{Name: "Ada's phone", Platform: "Apple iOS", Number: "+15551234567", Capabilities: []string{"auto", "push", "sms"}}},
			Tokens: []duo.Token{{ID: "DH1", Type: "t6", Serial: "gatepass-intranet-0a1b2c"}},
		},
		Preauth: auth.DuoPreauth{Username: "scan-bot", Preauth: duo.Preauth{Result: duo.PreauthAuth},
			Sentence: "Duo would ask scan-bot for a second factor; the account has 1 phone and 1 token.",
			Caveats:  []string{"This is the policy of the Auth API application, and not of the one that intranet signs in to."}},
		Policy: auth.DuoPolicy{Application: Integration, Username: "scan-bot", Known: true, Verdicts: []duo.Verdict{
			{Route: store.RouteExemption, State: duo.Blocked, Section: "authorized_networks", Why: "The policy lists no address that may do without a second factor."},
			{Route: store.RouteOTP, State: duo.Open, Why: "Codes of a hardware token are not blocked."},
			{Route: store.RouteBypassCode, State: duo.Open, Why: "Bypass codes are not blocked."},
			{Route: store.RouteTrustedDevice, State: duo.Unknown, Section: "remembered_devices", Why: "The policy that was read does not tell whether browsers are remembered."},
			{Route: store.RoutePush, State: duo.Open, Why: "Pushes are not blocked."},
		}},
		Sentences: []string{"10 refusals in a row lock the account, or it opens by itself after 30 minutes."},
	}
}

// bypassList is a stock of twelve codes that end at two times, of which some are gone.
func bypassList(now time.Time) auth.BypassList {
	var codes []store.BypassCode
	draw := func(o store.Outcome) []store.BypassDraw {
		return []store.BypassDraw{{At: now.Add(-time.Hour), By: "verify", Outcome: o}}
	}
	for i := range 12 {
		c := store.BypassCode{ID: string(rune('a' + i)), Added: now.Add(-2 * time.Hour), Expires: now.Add(6 * time.Hour), Uses: 1, Issued: true}
		switch {
		case i < 4:
			c.Draws = draw(store.OutcomeAccepted)
		case i == 4:
			c.Draws = draw(store.OutcomeUnknown)
		case i > 8:
			c.Expires = now.Add(40 * time.Minute)
		}
		codes = append(codes, c)
	}
	l := auth.BypassList{Target: "intranet", Asked: true, Elsewhere: []duo.BypassCode{{ID: "DB9"}},
		BypassStock: auth.BypassStock{Stock: store.StockOf("intranet", codes, now), Codes: codes},
		Reminders:   []string{"7 codes that gatepass had issued open the account until Mon 6 May 18:00. When the scan is done, revoke them: gatepass duo bypass revoke intranet"}}
	for _, c := range codes {
		l.Lines = append(l.Lines, auth.BypassLine{BypassCode: c, State: c.State(now), Left: c.Left(now)})
	}
	return l
}

func duoLog() auth.DuoLog {
	line := func(ago time.Duration, result, sentence, remedy string, ours *auth.OwnUse) auth.LogLine {
		e := duo.Entry{Time: Noon.Add(-ago).Unix(), Result: result}
		e.Access.IP, e.Access.Browser = "203.0.113.10", "Chrome"
		return auth.LogLine{Entry: e, Sentence: sentence, Remedy: remedy, Ours: ours}
	}
	return auth.DuoLog{From: Noon.Add(-24 * time.Hour), To: Noon, Complete: Noon.Add(-2 * time.Minute),
		Lines: []auth.LogLine{
			line(10*time.Minute, "success", "scan-bot signed in to Intranet with a bypass code.", "", &auth.OwnUse{At: Noon.Add(-10 * time.Minute), What: "verify", Run: "7f3a09c2"}),
			line(3*time.Hour, "denied", "scan-bot was refused at Intranet: nobody answered the push.", "Have somebody with the phone there, or take another route.", nil),
		},
		Recent:  []auth.OwnUse{{At: Noon.Add(-30 * time.Second), What: "verify", Run: "1b2c3d4e"}},
		Missing: []auth.OwnUse{{At: Noon.Add(-5 * time.Hour), What: "code"}},
	}
}
