package store

import (
	"errors"
	"testing"
	"time"
)

func TestUsesTellOfManyKeysAtOnce(t *testing.T) {
	l := newLedger(t)
	acct := anAccount("acct")
	timed, fresh := Holder{Account: acct, Period: period}, Holder{Account: anAccount("fresh"), Period: period}
	counting := Holder{Account: anAccount("counting"), First: 41}
	if uses, err := l.Uses(t.Context(), []Holder{timed, counting}); err != nil || uses[0].Known || uses[1].Known || uses[1].Next != 41 {
		t.Errorf("without a ledger: %+v, %v", uses, err)
	}
	if err := l.SpendStep(t.Context(), acct, period, 7, "verify"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.NextCounter(t.Context(), counting.Account, counting.First, "code"); err != nil {
		t.Fatal(err)
	}
	uses, err := l.Uses(t.Context(), []Holder{fresh, timed, counting, {Account: acct, Period: time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	if uses[0].Known || uses[3].Known {
		t.Errorf("keys that were never used are known: %+v", uses)
	}
	if u := uses[1]; !u.Known || u.Step != 7 || u.By != "verify" || u.At.IsZero() {
		t.Errorf("a step that was spent is %+v", u)
	}
	if u := uses[2]; !u.Known || u.Step != 41 || u.Next != 42 || u.By != "code" {
		t.Errorf("a counter that was taken is %+v", u)
	}
	if _, err := l.Uses(t.Context(), []Holder{{Account: "../x"}}); !errors.Is(err, errBadAccount) {
		t.Errorf("a bad account gives %v", err)
	}
}
