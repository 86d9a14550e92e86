package lab

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestTheSessionIDChangesWithEachProof(t *testing.T) {
	l, c := start(t, Options{})
	for _, a := range formApps(l) {
		t.Run(a.Name, func(t *testing.T) {
			b := newBrowser(t).open(a.URL)
			seen := map[string]bool{b.cookie(a): true}
			b.givePassword(a, a.Username, a.Password)
			if seen[b.cookie(a)] {
				t.Error("the password kept the anonymous id")
			}
			seen[b.cookie(a)] = true
			if a.OTPAuth == "" {
				return
			}
			b.giveCode(a, codeAt(t, a, serverTime(a, c)))
			if seen[b.cookie(a)] {
				t.Error("the code kept an earlier id")
			}
		})
	}
}

// The attack: somebody plants a session id, waits for the sign-in, and uses it.
func TestAPlantedSessionIDIsWorthNothing(t *testing.T) {
	l, c := start(t, Options{})
	for _, a := range formApps(l) {
		t.Run(a.Name, func(t *testing.T) {
			u, err := url.Parse(a.URL)
			if err != nil {
				t.Fatal(err)
			}
			planted := &http.Cookie{Name: specOf(t, a.Name).cookie, Value: newID(), Path: "/"}
			victim, attacker := newBrowser(t), newBrowser(t)
			victim.client.Jar.SetCookies(u, []*http.Cookie{planted})
			attacker.client.Jar.SetCookies(u, []*http.Cookie{planted})
			victim.signIn(a, serverTime(a, c)).expectInside(a)
			attacker.expectOutside(a)
		})
	}
}

func TestTheOldIDOfTheHalfwaySessionIsGone(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "shop")
	b := newBrowser(t).givePassword(a, a.Username, a.Password)
	half := b.cookie(a)
	b.giveCode(a, codeAt(t, a, c.now())).expectInside(a)
	u, _ := url.Parse(a.URL)
	thief := newBrowser(t)
	thief.client.Jar.SetCookies(u, []*http.Cookie{{Name: "shop_session", Value: half, Path: "/"}})
	thief.expectOutside(a)
	if thief.open("/login/code"); thief.at.Path != loginPath {
		t.Error("the id of the half-done sign-in still leads to the code page")
	}
}

func TestSessionCookiesAreHiddenFromScriptsAndOtherSites(t *testing.T) {
	l, c := start(t, Options{})
	for _, a := range formApps(l) {
		b := newBrowser(t)
		b.signIn(a, serverTime(a, c))
		if len(b.set) == 0 {
			t.Errorf("%s set no cookie at sign-in", a.Name)
		}
		for _, set := range b.set {
			for _, want := range []string{"; HttpOnly", "; SameSite=Lax", "; Path=/"} {
				if !strings.Contains(set, want) {
					t.Errorf("%s: a cookie lacks %s", a.Name, want)
				}
			}
		}
	}
}

func TestSigningOutEndsTheSession(t *testing.T) {
	l, c := start(t, Options{})
	for _, a := range formApps(l) {
		t.Run(a.Name, func(t *testing.T) {
			b := newBrowser(t).signIn(a, serverTime(a, c))
			stolen := b.cookie(a)
			form := elements(b.doc, "form")
			var out url.Values
			for _, f := range form {
				if attr(f, "action") == "/logout" {
					out = hiddenValues(f)
				}
			}
			b.post("/logout", out)
			if got := b.withRole("status"); got != saysSignedOut {
				t.Errorf("signing out says %q", got)
			}
			b.expectOutside(a)
			u, _ := url.Parse(a.URL)
			thief := newBrowser(t)
			thief.client.Jar.SetCookies(u, []*http.Cookie{{Name: specOf(t, a.Name).cookie, Value: stolen, Path: "/"}})
			thief.expectOutside(a)
		})
	}
}

func TestNobodyIsSignedOutFromElsewhere(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "shop")
	b := newBrowser(t).signIn(a, c.now())
	b.post("/logout", url.Values{}).expectStatus(http.StatusForbidden)
	b.open(a.ProofURL).expectInside(a)
}

func TestTheAccountMayBeSignedInManyTimes(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "shop")
	var all []*browser
	for range 3 {
		all = append(all, newBrowser(t).signIn(a, c.now()))
		c.move(30 * time.Second)
	}
	for i, b := range all {
		b.open(a.ProofURL).expectInside(a)
		if i > 0 && b.cookie(a) == all[0].cookie(a) {
			t.Error("two sessions have one id")
		}
	}
}

func TestASessionLivesWhileItIsUsed(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "shop")
	b := newBrowser(t).signIn(a, c.now())
	for range 4 {
		c.move(sessionTime - time.Second)
		b.open(a.ProofURL).expectInside(a)
	}
	c.move(sessionTime)
	b.expectOutside(a)
}

func TestASessionMayBeShortHoweverItIsUsed(t *testing.T) {
	l, c := start(t, Options{Session: 3 * time.Second})
	a := describe(t, l, "shop")
	b := newBrowser(t).signIn(a, c.now())
	for range 2 {
		c.move(time.Second)
		b.open("/api/me").expectStatus(http.StatusOK)
	}
	c.move(time.Second)
	b.open("/api/me").expectStatus(http.StatusUnauthorized)
}

func TestWithoutASessionThereIsNoMembersPage(t *testing.T) {
	l, _ := start(t, Options{})
	for _, a := range formApps(l) {
		b := newBrowser(t)
		b.expectOutside(a)
		if want := "302 /login?next=%2Faccount"; b.trail[0] != want {
			t.Errorf("%s: turned away with %q, want %q", a.Name, b.trail[0], want)
		}
		b.open("/api/me").expectStatus(http.StatusUnauthorized)
	}
}

func TestACrawlerWithoutCookiesCostsNoSessions(t *testing.T) {
	l, c := start(t, Options{})
	a := describe(t, l, "shop")
	for range 20 {
		newBrowser(t).open(a.URL)
	}
	app, err := l.find("shop")
	if err != nil {
		t.Fatal(err)
	}
	if got := len(app.sessions.by); got != 0 {
		t.Errorf("%d anonymous sessions are kept", got)
	}
	newBrowser(t).signIn(a, c.now())
	if got := len(app.sessions.by); got != 1 {
		t.Errorf("%d sessions are kept after one sign-in", got)
	}
}

func TestWhenSessionsAreManyTheHalfDoneGoFirst(t *testing.T) {
	c := newClock()
	s := newSessions(c.now)
	s.max = 10
	for i := range 3 {
		s.put(fmt.Sprint("member", i), session{stage: signedIn})
	}
	for i := range 100 {
		c.move(time.Second / 100)
		s.put(fmt.Sprint("visitor", i), session{stage: identified})
	}
	if len(s.by) != 10 {
		t.Errorf("%d sessions are kept, want 10", len(s.by))
	}
	for i := range 3 {
		if _, ok := s.get(fmt.Sprint("member", i)); !ok {
			t.Errorf("member %d was thrown out for a visitor", i)
		}
	}
	if _, ok := s.get("visitor99"); !ok {
		t.Error("the newest visitor was thrown out")
	}
	if _, ok := s.get("visitor0"); ok {
		t.Error("the oldest visitor was kept")
	}
}

func TestSessionIDsAreLongAndDifferent(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := newID()
		if seen[id] || !wellFormed(id) || len(id) != 43 {
			t.Fatalf("a bad id of %d characters", len(id))
		}
		seen[id] = true
	}
	for _, bad := range []string{"", "x", strings.Repeat("A", 42), strings.Repeat("A", 44), strings.Repeat("!", 43)} {
		if wellFormed(bad) {
			t.Errorf("%q passes for an id", bad)
		}
	}
}
