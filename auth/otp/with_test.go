package otp_test

import (
	"errors"
	"strings"
	"testing"

	"gatepass/auth/otp"
)

func TestNamedKeepsEverythingElse(t *testing.T) {
	k, err := otp.Parse("otpauth://hotp/?secret=" + greenSeed)
	if err != nil {
		t.Fatal(err)
	}
	named, err := k.Named("Acme", "Acme:\x1bbob")
	if err != nil {
		t.Fatal(err)
	}
	if named.Issuer() != "Acme" || named.Account() != "bob" || !named.Seed().Equal(k.Seed()) || named.Type() != otp.HOTP {
		t.Errorf("named %q, %q", named.Issuer(), named.Account())
	}
	if len(named.Notes()) != len(k.Notes()) || len(k.Notes()) == 0 {
		t.Error("the notes did not come along")
	}
	if _, err := k.Named(strings.Repeat("a", otp.MaxName+1), ""); err == nil {
		t.Error("a name that is too long was taken")
	}
}

func TestWithCounterMovesOnlyTheCounter(t *testing.T) {
	k, err := otp.Parse("otpauth://hotp/Acme:bob?secret=" + greenSeed + "&counter=5")
	if err != nil {
		t.Fatal(err)
	}
	moved, err := k.WithCounter(9)
	if err != nil || moved.Counter() != 9 || k.Counter() != 5 || moved.Account() != "bob" {
		t.Errorf("counter %d, %v", moved.Counter(), err)
	}
	if _, err := k.WithCounter(otp.MaxCounter + 1); !errors.Is(err, otp.ErrOutOfRange) {
		t.Error(err)
	}
	timed, err := otp.Parse(greenSeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := timed.WithCounter(1); !errors.Is(err, otp.ErrWrongType) {
		t.Error(err)
	}
}
