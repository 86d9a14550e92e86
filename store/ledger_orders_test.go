package store

import (
	"testing"
	"time"
)

// ordered is an order of two codes for an account.
func ordered(id, user string) BypassOrdered {
	return BypassOrdered{
		ID: id, Tenant: "acme", Account: BypassAccount{Host: "api-1.duosecurity.com", User: user}, Stock: "shop",
		Count: 2, Uses: 1, Valid: time.Hour, Before: []string{"DB1"},
	}
}

func orders(t *testing.T, l *Ledger) []BypassOrdered {
	t.Helper()
	all, err := l.BypassOrders(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// An order is known from before it is sent until what Duo calls its codes is known.
func TestAnOrderIsKnownUntilItIsSettled(t *testing.T) {
	l := newLedger(t)
	if len(orders(t, l)) != 0 {
		t.Error("a new ledger knows of orders")
	}
	for _, id := range []string{"one", "two"} {
		if err := l.OrderBypass(t.Context(), ordered(id, "scan-bot")); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.OrderBypass(t.Context(), ordered("one", "scan-admin")); err == nil {
		t.Error("an order took another's place")
	}
	codes := []BypassCode{{ID: "a", Uses: 1, Issued: true, Order: "one"}, {ID: "b", Uses: 1, Issued: true, Order: "one"}}
	if err := l.AddBypass(t.Context(), "shop", codes); err != nil {
		t.Fatal(err)
	}
	if all := orders(t, l); len(all) != 2 || all[0].ID != "one" || !all[0].Kept || all[1].Kept || all[1].Before[0] != "DB1" {
		t.Errorf("when its codes are kept: %+v", all)
	}
	if err := l.NameBypass(t.Context(), "shop", []string{"a", "b"}, []string{"DB2", "DB3"}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if all := orders(t, l); len(all) != 1 || all[0].ID != "two" {
		t.Errorf("when they are named: %+v", all)
	}
	if err := l.SettleBypassOrders(t.Context(), "two", "three"); err != nil {
		t.Error(err)
	}
	if all := orders(t, l); len(all) != 0 {
		t.Errorf("when it is settled: %+v", all)
	}
	if err := l.OrderBypass(t.Context(), BypassOrdered{ID: "none"}); err == nil {
		t.Error("an order of nothing is recorded")
	}
}

// What Duo does not have any more is neither counted nor drawn, until it is seen again.
func TestACodeThatDuoHasNotIsNotDrawn(t *testing.T) {
	l := newLedger(t)
	codes := []BypassCode{{ID: "a", Uses: 1, Issued: true, DuoID: "DB1"}, {ID: "b", Uses: 1, Issued: true, DuoID: "DB2"}}
	if err := l.AddBypass(t.Context(), "shop", codes); err != nil {
		t.Fatal(err)
	}
	both := []string{"a", "b"}
	left := func(seen, missing []string) Stock {
		t.Helper()
		if err := l.MissBypass(t.Context(), "shop", seen, missing); err != nil {
			t.Fatal(err)
		}
		stocks, err := l.Stocks(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return stocks["shop"]
	}
	if s := left(both, []string{"a"}); s.Codes != 1 || s.Open != 1 || s.States[CodeMissing] != 1 {
		t.Errorf("without one: %+v", s)
	}
	if r, err := l.ReserveBypass(t.Context(), "shop", "code", ""); err != nil || r.ID != "b" {
		t.Errorf("drew %s, %v", r.ID, err)
	}
	if s := left([]string{"b"}, nil); s.Codes != 0 {
		t.Errorf("what was not looked at: %+v", s)
	}
	if s := left(both, nil); s.Codes != 1 {
		t.Errorf("when it is there again: %+v", s)
	}
}

// What is removed while it stays at Duo is remembered by Duo's id; what is dead is not.
func TestCodesThatAreLeftAtDuoStayKnown(t *testing.T) {
	l := newLedger(t)
	codes := []BypassCode{{ID: "a", Uses: 1, Issued: true, DuoID: "DB1"}, {ID: "b", Uses: 1}, {ID: "c", Uses: 1, Issued: true, DuoID: "DB3"}}
	if err := l.AddBypass(t.Context(), "shop", codes); err != nil {
		t.Fatal(err)
	}
	if err := l.LeaveBypass(t.Context(), "shop", "a", "b"); err != nil {
		t.Fatal(err)
	}
	if err := l.RemoveBypass(t.Context(), "shop", "c"); err != nil {
		t.Fatal(err)
	}
	all, err := l.KnownBypass(t.Context())
	if err != nil || len(all["shop"]) != 1 || all["shop"][0].DuoID != "DB1" || !all["shop"][0].Opens(noon) {
		t.Errorf("known are %+v, %v", all, err)
	}
	if listed, err := l.Bypass(t.Context(), "shop"); err != nil || len(listed) != 0 {
		t.Errorf("listed are %+v, %v", listed, err)
	}
}

func TestAccountsAreTheSameUnlessTheyAreSureToDiffer(t *testing.T) {
	bot := BypassAccount{Host: "api-1.duosecurity.com", User: "scan-bot"}
	for other, want := range map[BypassAccount]bool{
		bot: false, {User: "scan-bot"}: false, {User: "Scan-Bot", Host: "API-1.duosecurity.com"}: false, {}: false, {Host: "api-2.duosecurity.com"}: false,
		{User: "scan-bot", Host: "api-2.duosecurity.com"}: true, {User: "somebody"}: true,
	} {
		if bot.Other(other) != want || other.Other(bot) != want {
			t.Errorf("%+v is another: %v", other, !want)
		}
	}
}
