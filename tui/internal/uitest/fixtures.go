package uitest

import (
	"fmt"
	"time"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/store"
)

// The canaries are secrets that must be in no View, whatever happens.
const (
	CanarySeed     = "KNSWK3DMNFXGOIDTMVSWI2DFOJSSAYLSMU"
	CanaryPassword = "correct-horse-canary-staple"
)

// MustKey reads a key that a test brings along.
func MustKey(s string) otp.Key {
	k, err := otp.Parse(s)
	if err != nil {
		panic("a test's key: " + err.Error())
	}
	return k
}

// Key makes an otpauth link of the canary seed's kind, different for each n.
func Key(issuer, account string, n int) otp.Key {
	return MustKey(fmt.Sprintf("otpauth://totp/%s:%s?secret=%s&issuer=%s", issuer, account, seedNumber(n), issuer))
}

// seedNumber is the canary seed with its last four characters counting.
func seedNumber(n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	b := []byte(CanarySeed[:32])
	for i := range 4 {
		b[28+i] = letters[n&31]
		n >>= 5
	}
	return string(b)
}

// Target makes a target with one line.
func Target(name, url, user string, route store.Route, kinds ...store.Kind) store.Target {
	return store.Target{Name: name, URL: url, Username: user, Route: route, Secrets: kinds}
}

// Verified makes a verification that lies ago before Noon.
func Verified(name, verdict, diagnosis string, ago time.Duration) *store.Verification {
	return &store.Verification{
		Target: name, Run: "7f3a09c2", Verdict: verdict, Diagnosis: diagnosis, Driver: "http",
		At: Noon.Add(-ago), Took: 2300 * time.Millisecond,
	}
}

// Codes makes a stock of single-use bypass codes that end some time after Noon.
func Codes(name string, total, left int, ends time.Duration) *store.Stock {
	return &store.Stock{
		Name: name, Total: total, Codes: left, Uses: left, Ends: Noon.Add(ends), Last: Noon.Add(ends),
		States: map[store.CodeState]int{store.CodeFresh: left, store.CodeUsed: total - left},
	}
}

// Town fills a Gate with a few targets of every kind: the ones on the goldens.
func Town(g *Gate) {
	both := []store.Kind{store.KindPassword, store.KindSeed}
	shop := Target("shop", "https://shop.example.com/login", "scan-bot", store.RouteOTP, both...)
	shop.Proof = store.Proof{URL: "https://shop.example.com/account", Text: "Sign out"}
	shop.Tags = []string{"prod"}
	g.Targets = []auth.Summary{
		{Target: Target("intranet", "https://intra.example.com/", "scan-bot", store.RouteBypassCode, store.KindPassword, store.KindBypass),
			Stock: Codes("intranet", 10, 3, 6*time.Hour)},
		{Target: Target("legacy-hotp", "https://vpn.example.com/dana-na/auth/welcome.cgi", "scan-bot", store.RouteOTP, both...),
			Last: Verified("legacy-hotp", "error", "needs-browser", 3*time.Hour)},
		{Target: Target("payroll", "https://pay.example.com/signin", "スキャン", store.RoutePush, store.KindPassword),
			Last: Verified("payroll", "refused", "needs-person", 26*time.Hour)},
		{Target: Target("portal", "https://a-rather-long-host-name.department.region.corporation.example.com/portal/signin/index.html", "scanner@corporation.example.com", store.RouteExemption, store.KindPassword),
			Last: Verified("portal", "signed-in", "", 40*24*time.Hour)},
		{Target: shop, Last: Verified("shop", "signed-in", "", 2*time.Minute)},
		{Target: Target("shop-admin", "https://shop.example.com/admin", "scan-admin", store.RouteOTP, both...),
			Last: Verified("shop-admin", "refused", "clock-skew", 12*time.Minute)},
	}
	g.Keys["shop"] = Key("Shop", "scan-bot", 1)
	g.Keys["shop-admin"] = MustKey("otpauth://totp/Shop:scan-admin?secret=" + seedNumber(2) + "&digits=8&algorithm=SHA256&period=60")
	g.Keys["legacy-hotp"] = MustKey("otpauth://hotp/VPN:scan-bot?secret=" + seedNumber(3) + "&counter=41")
	g.Counters[g.Keys["legacy-hotp"].Seed().Reveal()] = 41
	g.LastUsed[g.Keys["shop-admin"].Seed().Reveal()] = store.Spent{
		Step: g.Keys["shop-admin"].Step(Noon), At: Noon.Add(-4 * time.Second), By: "verify",
	}
	g.Pages["https://shop.example.com/login"] = login.Survey{Inspection: login.Inspection{
		URL: "https://shop.example.com/login", Status: 200, Title: "Sign in – Shop", Kind: login.KindBoth, Username: true, Password: true,
	}, Driver: "http"}
	g.Logins["shop"] = Green("shop")
	g.Logins["shop-admin"] = Refused("shop-admin")
}

// crowdHost is a host of its own for each target of a crowd.
const crowdHost = "https://app%05d.example.com/login"

// Crowd fills a Gate with n targets that each have a seed.
func Crowd(g *Gate, n int) {
	for i := range n {
		name := fmt.Sprintf("app-%05d", i)
		g.Targets = append(g.Targets, auth.Summary{Target: Target(name, fmt.Sprintf(crowdHost, i), "scan-bot", store.RouteOTP, store.KindPassword, store.KindSeed)})
		g.Keys[name] = Key("App", "scan-bot", i)
	}
}

// stage makes the two events of one stage.
func stage(name login.Stage, at, took time.Duration, state login.State, note string) []login.Event {
	const url = "https://shop.example.com/login"
	return []login.Event{
		{Run: "7f3a09c2", Stage: name, State: login.Running, At: at},
		{Run: "7f3a09c2", Stage: name, State: state, At: at, Took: took, URL: url, Note: note},
	}
}

const ms = time.Millisecond

// Green is a login that goes well.
func Green(target string) Login {
	var events []login.Event
	events = append(events, stage(login.StageReach, 0, 412*ms, login.Pass, "“Sign in – Shop”")...)
	events = append(events, stage(login.StageCredentials, 412*ms, 903*ms, login.Pass, "scan-bot, password accepted")...)
	events = append(events, stage(login.StageChallenge, 1315*ms, 2*ms, login.Pass, "asked for a one-time code")...)
	events = append(events, stage(login.StagePasscode, 1317*ms, 310*ms, login.Pass, "accepted")...)
	events = append(events, stage(login.StageSession, 1627*ms, 0, login.Pass, "1 new cookie: sid")...)
	events = append(events, stage(login.StageProof, 1627*ms, 120*ms, login.Pass, "“Sign out” is on https://shop.example.com/account")...)
	events = append(events, stage(login.StageControl, 1747*ms, 98*ms, login.Pass, "without the session the page asks to sign in")...)
	return Login{Events: events, Result: login.Result{
		Run: "7f3a09c2", Target: target, Route: store.RouteOTP, Driver: "http", Verdict: login.SignedIn,
		MFA: login.MFA{Challenged: true, Provider: "app", Factor: "totp"}, Stages: results(events), Elapsed: 1845 * ms,
		Evidence: "/home/ada/.local/state/gatepass/evidence/" + target + "/7f3a09c2.json",
	}}
}

// Refused is a login whose code is refused for a wrong clock.
func Refused(target string) Login {
	var events []login.Event
	events = append(events, stage(login.StageReach, 0, 412*ms, login.Pass, "“Sign in – Shop”")...)
	events = append(events, stage(login.StageCredentials, 412*ms, 903*ms, login.Pass, "scan-admin, password accepted")...)
	events = append(events, stage(login.StageChallenge, 1315*ms, 2*ms, login.Pass, "asked for a one-time code")...)
	events = append(events, stage(login.StagePasscode, 1317*ms, 1100*ms, login.Fail, "The clocks differ, so the code was not right there")...)
	for _, s := range []login.Stage{login.StageSession, login.StageProof, login.StageControl} {
		events = append(events, login.Event{Run: "7f3a09c2", Stage: s, State: login.Skip})
	}
	return Login{Events: events, Result: login.Result{
		Run: "7f3a09c2", Target: target, Route: store.RouteOTP, Driver: "http", Verdict: login.Refused,
		MFA: login.MFA{Challenged: true, Provider: "app", Factor: "totp"}, Stages: results(events), Elapsed: 2417 * ms,
		Diagnosis: &login.Diagnosis{
			Code: login.ClockSkew, Title: "The clocks differ, so the code was not right there",
			Detail: "The target's clock is 1m4s ahead of this machine's (± 500ms, by its Date header). The page says: “Incorrect passcode. Please try again.”",
			Remedy: "Set this machine's clock (timedatectl set-ntp true), or have the target's clock set, and verify again.",
		},
		Evidence: "/home/ada/.local/state/gatepass/evidence/" + target + "/7f3a09c2.json",
	}}
}

// results are the last events of each stage.
func results(events []login.Event) []login.StageResult {
	last := map[login.Stage]login.Event{}
	for _, e := range events {
		last[e.Stage] = e
	}
	var out []login.StageResult
	for _, s := range login.Stages() {
		e := last[s]
		out = append(out, login.StageResult{Name: s, State: e.State, At: e.At, Took: e.Took, URL: e.URL, Note: e.Note})
	}
	return out
}
