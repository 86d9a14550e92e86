package login_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

func at(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// TestGuard_GivesEachSecretToItsOwn: the password to the identity provider, the code
// to the second factor's host, and neither to the other.
func TestGuard_GivesEachSecretToItsOwn(t *testing.T) {
	g := login.NewGuard(login.GrantsOf([]store.Grant{
		{Origin: "https://app.example.com"},
		{Origin: "https://idp.example.com", For: []string{store.ForUsername, store.ForPassword}},
		{Origin: "https://duo.example.com", For: []string{store.ForPasscode}},
	}), nil)
	for _, c := range []struct {
		to    string
		roles []login.Role
		may   bool
	}{
		{"https://app.example.com/login", []login.Role{login.RoleUsername, login.RolePassword, login.RoleCode}, true},
		{"https://idp.example.com/", []login.Role{login.RoleUsername, login.RolePassword}, true},
		{"https://idp.example.com/", []login.Role{login.RoleCode}, false},
		{"https://duo.example.com/", []login.Role{login.RoleCode}, true},
		{"https://duo.example.com/", []login.Role{login.RoleBackupCode}, true},
		{"https://duo.example.com/", []login.Role{login.RolePassword}, false},
		{"https://duo.example.com/", nil, true},
		{"https://DUO.example.com:443/", []login.Role{login.RoleCode}, true},
		{"https://duo.example.com:8443/", []login.Role{login.RoleCode}, false},
		{"http://app.example.com/", []login.Role{login.RolePassword}, false},
		{"https://evil.example.com/", nil, false},
	} {
		if got := g.May(at(t, c.to), c.roles...); got != c.may {
			t.Errorf("%s, %v: got %v", c.to, c.roles, got)
		}
	}
	if err := g.Check(t.Context(), at(t, "https://duo.example.com/"), login.RolePassword); err == nil || !strings.Contains(err.Error(), "the password") {
		t.Errorf("what is refused is not named: %v", err)
	}
	var none *login.Guard
	if none.May(at(t, "https://app.example.com/")) || none.Check(t.Context(), at(t, "https://app.example.com/")) == nil {
		t.Error("no guard allows something")
	}
}

// TestGuard_AsksOnce and remembers yes and no, and never asks about what is not
// encrypted.
func TestGuard_AsksOnce(t *testing.T) {
	var asked []string
	g := login.NewGuard([]login.Grant{{Origin: "https://app.example.com"}}, func(_ context.Context, origin string, roles []login.Role) (bool, error) {
		asked = append(asked, fmt.Sprint(origin, roles))
		return !strings.Contains(origin, "evil"), nil
	})
	for range 3 {
		if err := g.Check(t.Context(), at(t, "https://idp.example.com/login"), login.RoleUsername, login.RolePassword); err != nil {
			t.Error(err)
		}
		if g.Check(t.Context(), at(t, "https://evil.example.com/login"), login.RolePassword) == nil {
			t.Error("what was denied was allowed")
		}
		if g.Check(t.Context(), at(t, "http://idp.example.com/login"), login.RolePassword) == nil {
			t.Error("plain http was allowed")
		}
		if err := g.Check(t.Context(), at(t, "https://app.example.com/login"), login.RolePassword); err != nil {
			t.Error(err)
		}
	}
	if want := []string{"https://idp.example.com[username password]", "https://evil.example.com[password]"}; !slices.Equal(asked, want) {
		t.Errorf("asked %q, want %q", asked, want)
	}
	if g.May(at(t, "https://idp.example.com/"), login.RoleCode) {
		t.Error("a yes for the password is one for the code")
	}
	kept := login.Keep(g.Learned())
	if len(kept) != 1 || kept[0].Origin != "https://idp.example.com" || !slices.Equal(kept[0].For, []string{store.ForUsername, store.ForPassword}) {
		t.Errorf("learned %+v", kept)
	}
}

// TestGuard_AYesToWhatSignsInIsNoneToThePassword.
func TestGuard_AYesToWhatSignsInIsNoneToThePassword(t *testing.T) {
	g := login.NewGuard(nil, func(context.Context, string, []login.Role) (bool, error) { return true, nil })
	if err := g.Check(t.Context(), at(t, "https://app.example.com/acs")); err != nil {
		t.Fatal(err)
	}
	if g.May(at(t, "https://app.example.com/"), login.RolePassword) || g.May(at(t, "https://app.example.com/"), login.RoleCode) {
		t.Error("it may have the password as well")
	}
}

func TestGuard_AnErrorLeavesTheQuestionOpen(t *testing.T) {
	fail := true
	g := login.NewGuard(nil, func(context.Context, string, []login.Role) (bool, error) {
		if fail {
			return true, errBroken
		}
		return true, nil
	})
	if err := g.Check(t.Context(), at(t, "https://idp.example.com/"), login.RolePassword); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	fail = false
	if err := g.Check(t.Context(), at(t, "https://idp.example.com/"), login.RolePassword); err != nil {
		t.Errorf("got %v", err)
	}
}

// TestGuard_OneQuestionAtATime: many requests that wait for the same answer put the
// question once.
func TestGuard_OneQuestionAtATime(t *testing.T) {
	open, most, asked := 0, 0, 0
	var mu sync.Mutex
	g := login.NewGuard(nil, func(context.Context, string, []login.Role) (bool, error) {
		mu.Lock()
		open++
		most, asked = max(most, open), asked+1
		mu.Unlock()
		defer func() { mu.Lock(); open--; mu.Unlock() }()
		return true, nil
	})
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := g.Check(t.Context(), at(t, "https://idp.example.com/"), login.RolePassword); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if asked != 1 || most != 1 {
		t.Errorf("asked %d times, %d at once", asked, most)
	}
}

// asking is a driver that asks its guard before the form is sent.
type asking struct {
	*application
	guard *login.Guard
	to    string
}

func (a asking) Submit(ctx context.Context, p login.Page, s login.Submission) (login.Page, error) {
	if err := a.guard.Check(ctx, at(a.t, a.to), login.RolesOf(s.Inputs)...); err != nil {
		return login.Page{}, login.Stop(login.UnexpectedOrigin, err, "%s.", err)
	}
	return a.application.Submit(ctx, p, s)
}

// TestRun_ThinkingCostsNoTime: while somebody is asked, the time for the pages stands
// still, whichever clock it is measured by.
func TestRun_ThinkingCostsNoTime(t *testing.T) {
	for _, yes := range []bool{true, false} {
		clock := newClock()
		app := &application{t: t, clock: clock, pages: []answer{{body: loginPage}, {body: homePage, sets: "sid"}}, proof: answer{body: homePage}, control: answer{body: loginPage}}
		const budget = 200 * time.Millisecond
		var late error
		guard := login.NewGuard([]login.Grant{{Origin: "https://app.example.com"}}, func(ctx context.Context, _ string, _ []login.Role) (bool, error) {
			clock.advance(time.Hour)
			select {
			case <-ctx.Done():
				late = ctx.Err()
			case <-time.After(2 * budget):
			}
			return yes, nil
		})
		r := login.Run(t.Context(), asking{app, guard, "https://idp.example.com/login"}, login.Plan{
			Target:   store.Target{Name: "shop", URL: "https://app.example.com/start", Username: "scan-bot", Route: store.RouteExemption, Proof: goodProof},
			Password: store.NewSecret(canaryPassword), Budget: budget, Now: clock.now, Guard: guard,
		})
		want := login.Code("")
		if !yes {
			want = login.UnexpectedOrigin
		}
		if code(r) != want || late != nil {
			t.Errorf("%v: got %s (%v): %+v", yes, code(r), late, r.Diagnosis)
		}
		if learned := len(r.Learned) == 1; learned != yes {
			t.Errorf("%v: learned %v", yes, r.Learned)
		}
	}
}
