package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/auth/otp"
	"gatepass/cmd/internal/prompt"
	"gatepass/store"
)

// An interview sets a target up as the wizard's screens do, a question a line. It
// asks on the terminal itself, and an answer that will not do is asked for again.
type interview struct {
	*app
	gate *auth.Gate
	e    auth.Enrolment
}

// tries is how often a question is asked before it is given up.
const tries = 5

// setupByLine asks everything, stores it when that is agreed to, and offers to sign in.
func (a *app) setupByLine(ctx context.Context, name string) error {
	gate, err := a.gate()
	if err != nil {
		return err
	}
	iv := &interview{app: a, gate: gate}
	iv.e.Target.Name = name
	for _, step := range []func(context.Context) error{iv.where, iv.called, iv.route, iv.who, iv.seed, iv.proof, iv.agree} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := gate.Add(ctx, iv.e); err != nil {
		return err
	}
	a.kept(gate, iv.e, auth.BypassAdded{})
	return iv.verify(ctx)
}

// ask asks until check is content with the answer. fallback is what an empty answer
// stands for; it is told.
func (iv *interview) ask(ctx context.Context, question, fallback string, check func(string) error) error {
	if fallback != "" {
		question += " [" + fallback + "]"
	}
	for range tries {
		answer, err := iv.app.ask.Line(ctx, question+": ")
		if err != nil {
			return err
		}
		if answer == "" {
			answer = fallback
		}
		if err = check(answer); err == nil {
			return nil
		}
		iv.wrong(err)
	}
	return fmt.Errorf("%w: the question was answered %d times in vain", prompt.ErrCancelled, tries)
}

// wrong says what is wrong with an answer.
func (iv *interview) wrong(err error) {
	iv.say("  That will not do: %s.\n", strings.ReplaceAll(err.Error(), "\n", "; "))
	for _, h := range store.Hints(err) {
		iv.say("  %s\n", h)
	}
}

// yes asks a question that only a clear yes answers with yes.
func (iv *interview) yes(ctx context.Context, question string) (bool, error) {
	answer, err := iv.app.ask.Line(ctx, question+" yes or no [no]: ")
	return strings.EqualFold(answer, "yes") || strings.EqualFold(answer, "y"), err
}

// where asks for the login page and looks at it.
func (iv *interview) where(ctx context.Context) error {
	iv.say("Setting up a target. Nothing is stored before you agree; ctrl+c leaves.\n")
	t := &iv.e.Target
	err := iv.ask(ctx, "Login page, such as https://app.example.com/login", "", func(v string) error {
		if v == "" {
			return errors.New("the address of the login page is needed")
		}
		if !strings.Contains(v, "://") {
			v = "https://" + v
		}
		t.URL = v
		_, err := store.ParseTargetURL(v)
		return err
	})
	if err != nil {
		return err
	}
	iv.say("  Looking at the page.\n")
	seen, err := iv.gate.Inspect(ctx, t.URL)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		iv.say("  It could not be looked at: %s.\n", err)
		return nil
	}
	iv.tellPage(seen)
	return iv.elsewhere(ctx, seen)
}

// tellPage says what a login page asks for.
func (iv *interview) tellPage(seen login.Inspection) {
	var wants []string
	for _, w := range []struct {
		there bool
		name  string
	}{{seen.Username, "a username"}, {seen.Password, "a password"}, {seen.OTP, "a one-time code"}} {
		if w.there {
			wants = append(wants, w.name)
		}
	}
	if seen.Title != "" {
		iv.say("  Its title is %q.\n", seen.Title)
	}
	if len(wants) > 0 {
		iv.say("  It asks for %s.\n", strings.Join(wants, " and "))
	}
	if d := seen.Diagnosis; d != nil {
		iv.say("  %s. %s\n  %s\n", d.Title, d.Detail, d.Remedy)
	}
	for _, n := range seen.Notes {
		iv.say("  %s\n", n)
	}
}

// elsewhere asks whether another site than the one that was named may receive what is
// typed, if that is where the login turned out to be.
func (iv *interview) elsewhere(ctx context.Context, seen login.Inspection) error {
	asked, err := url.Parse(iv.e.Target.URL)
	if err != nil || !seen.Username && !seen.Password {
		return nil
	}
	ended, err := url.Parse(seen.URL)
	if err != nil || store.OriginOf(asked) == store.OriginOf(ended) {
		return nil
	}
	origin := store.OriginOf(ended)
	may, err := iv.yes(ctx, "  The login is at "+origin+". May username, password and codes be sent there?")
	if err == nil && may {
		iv.e.Target.Origins = store.Grants(origin)
	}
	return err
}

// called asks for a name.
func (iv *interview) called(ctx context.Context) error {
	targets, _ := iv.gate.Targets.List()
	taken := map[string]bool{}
	for _, t := range targets {
		taken[t.Name] = true
	}
	suggestion := iv.e.Target.Name
	if u, err := url.Parse(iv.e.Target.URL); suggestion == "" && err == nil {
		suggestion = freeName(nameOfHost(u.Hostname()), taken)
	}
	return iv.ask(ctx, "Name, what you will call it", suggestion, func(v string) error {
		if taken[v] {
			return store.WithHint(fmt.Errorf("there is a target called %s already", v), "Call this one "+freeName(v, taken)+".")
		}
		iv.e.Target.Name = v
		return store.CheckName(v)
	})
}

// nameOfHost is the part of a host's name that people call it by.
func nameOfHost(host string) string {
	labels := strings.Split(strings.ToLower(strings.Trim(host, ".")), ".")
	last := labels[len(labels)-1]
	if len(labels) < 2 || last != "" && last[0] >= '0' && last[0] <= '9' {
		return strings.Join(labels, ".")
	}
	for _, l := range labels[:len(labels)-1] {
		switch l {
		case "www", "login", "signin", "sso", "auth", "accounts", "account", "id", "idp", "app", "my", "portal":
			continue
		}
		return l
	}
	return labels[0]
}

// freeName is a name, or with a number that makes it one that no target has.
func freeName(name string, taken map[string]bool) string {
	if store.CheckName(name) != nil {
		return ""
	}
	free := name
	for n := 2; taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	return free
}

// routesTold are the ways past a challenge, in the order of their numbers.
var routesTold = []struct {
	route store.Route
	brief string
}{
	{store.RouteExemption, "a policy of the MFA's administrator asks this account for nothing"},
	{store.RouteOTP, "gatepass makes the codes from a seed that it keeps"},
	{store.RouteBypassCode, "an administrator issues codes, each for one login or for some hours"},
	{store.RouteTrustedDevice, "a browser is remembered from a login by a person"},
	{store.RoutePush, "a person approves every login on a phone"},
}

func (iv *interview) route(ctx context.Context) error {
	iv.say("Ways past the challenge:\n")
	for i, r := range routesTold {
		iv.say("  %d. %s: %s\n", i+1, r.route, r.brief)
	}
	return iv.ask(ctx, "Number or name of the way", "2", func(v string) error {
		for i, r := range routesTold {
			if v == strconv.Itoa(i+1) || strings.EqualFold(v, string(r.route)) {
				iv.e.Target.Route = r.route
				return nil
			}
		}
		return fmt.Errorf("it is a number from 1 to %d, or one of their names", len(routesTold))
	})
}

// who asks for the test account.
func (iv *interview) who(ctx context.Context) error {
	err := iv.ask(ctx, "Username of the scanner's test account", "", func(v string) error {
		if v == "" {
			return errors.New("the username is needed")
		}
		iv.e.Target.Username = v
		return nil
	})
	if err != nil {
		return err
	}
	iv.e.Password, err = iv.app.ask.Optional(ctx, "Password, not shown while you type; may stay empty: ")
	return err
}

// seed asks for the seed, where the route needs one.
func (iv *interview) seed(ctx context.Context) error {
	if iv.e.Target.Route != store.RouteOTP {
		return nil
	}
	for range tries {
		typed, err := iv.app.ask.Secret(ctx, "Seed, the otpauth link or the letters, not shown: ")
		if err != nil {
			return err
		}
		key, err := otp.Parse(typed.Reveal())
		if err == nil {
			iv.e.OTP = &key
			iv.say("  Read as %s.\n", describeKey(key))
			return nil
		}
		iv.wrong(err)
	}
	return fmt.Errorf("%w: no seed could be read", prompt.ErrCancelled)
}

// proof asks what only somebody who is signed in can see.
func (iv *interview) proof(ctx context.Context) error {
	t := &iv.e.Target
	err := iv.ask(ctx, "Address that only works when signed in, /account is enough; may stay empty", "", func(v string) error {
		if base, err := url.Parse(t.URL); err == nil && strings.HasPrefix(v, "/") {
			if u, err := base.Parse(v); err == nil {
				v = u.String()
			}
		}
		t.Proof.URL = v
		if v == "" {
			return nil
		}
		_, err := store.ParseTargetURL(v)
		return err
	})
	if err != nil {
		return err
	}
	return iv.ask(ctx, "Text there, such as Sign out; may stay empty", "", func(v string) error {
		t.Proof.Text = v
		return nil
	})
}

// agree shows all of it, and asks for a word.
func (iv *interview) agree(ctx context.Context) error {
	t := iv.e.Target
	iv.say("\n%s: %s as %s by %s\n", t.Name, t.URL, t.Username, t.Route)
	for _, o := range t.AllowedOrigins() {
		iv.say("  may be sent to %s\n", o)
	}
	if t.Proof.URL != "" || t.Proof.Text != "" {
		iv.say("  proven by %s\n", strings.TrimSpace(t.Proof.URL+" "+t.Proof.Text))
	}
	if iv.e.Password.IsZero() {
		iv.say("  no password\n")
	} else {
		iv.say("  a password, kept in the %s\n", iv.gate.Secrets.Backend())
	}
	if iv.e.OTP != nil {
		iv.say("  a seed, kept in the %s: %s\n", iv.gate.Secrets.Backend(), describeKey(*iv.e.OTP))
	}
	sure, err := iv.app.ask.Confirm(ctx, "Type yes to store it: ", "yes")
	if err == nil && !sure {
		iv.say("nothing was stored\n")
		err = status(exitFailed)
	}
	return err
}

// verify offers to sign in.
func (iv *interview) verify(ctx context.Context) error {
	now, err := iv.yes(ctx, "Sign in now, to see whether it works?")
	if err != nil || !now {
		return err
	}
	return iv.verifyInLines(ctx, iv.gate, iv.e.Target.Name, auth.VerifyOptions{}, &reports{}, false)
}
