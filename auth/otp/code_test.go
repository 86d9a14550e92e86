package otp_test

import (
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

func TestStepsAndWindows(t *testing.T) {
	for _, c := range []struct {
		what        string
		period      time.Duration
		at          time.Time
		step        int64
		from, until int64 // seconds since 1970
	}{
		{"the first second", 30 * time.Second, time.Unix(0, 0), 0, 0, 30},
		{"the last instant of a step", 30 * time.Second, time.Unix(29, 999999999), 0, 0, 30},
		{"the first instant of the next", 30 * time.Second, time.Unix(30, 0), 1, 30, 60},
		{"the instant before 1970", 30 * time.Second, time.Unix(-1, 999999999), -1, -30, 0},
		{"a whole step before 1970", 30 * time.Second, time.Unix(-30, 0), -1, -30, 0},
		{"just before that", 30 * time.Second, time.Unix(-31, 0), -2, -60, -30},
		{"a period of one second", time.Second, time.Unix(1111111109, 5), 1111111109, 1111111109, 1111111110},
		{"a period of a day", otp.MaxPeriod, time.Date(2009, 2, 13, 23, 31, 30, 0, time.UTC), 14288, 14288 * 86400, 14289 * 86400},
		{"a time in another zone", 30 * time.Second, time.Unix(1111111109, 0).In(time.FixedZone("", 20700)), 0x23523EC, 1111111080, 1111111110},
		{"the year 2603", 30 * time.Second, time.Unix(20000000000, 0), 0x27BC86AA, 19999999980, 20000000010},
	} {
		t.Run(c.what, func(t *testing.T) {
			k := mustNew(t, otp.Params{Seed: store.NewSecret(rfcSeed), Period: c.period})
			if got := k.Step(c.at); got != c.step {
				t.Errorf("Step = %d, want %d", got, c.step)
			}
			from, until := k.Window(c.step)
			if from.Unix() != c.from || until.Unix() != c.until {
				t.Errorf("Window = %d to %d, want %d to %d", from.Unix(), until.Unix(), c.from, c.until)
			}
			if from.Location() != time.UTC || until.Location() != time.UTC {
				t.Error("Window is not in UTC")
			}
			if c.at.Before(from) || !c.at.Before(until) {
				t.Errorf("%s is outside its own window, %s to %s", c.at, from, until)
			}
		})
	}
}

func TestCodeKnowsItsTime(t *testing.T) {
	k := mustNew(t, otp.Params{Seed: store.NewSecret(rfcSeed), Digits: 8})
	c, err := k.At(k.Step(time.Unix(1111111109, 0)))
	if err != nil {
		t.Fatal(err)
	}
	if c.Step != 0x23523EC || c.From.Unix() != 1111111080 || c.Until.Unix() != 1111111110 {
		t.Errorf("code belongs to step %#x, %s to %s", c.Step, c.From, c.Until)
	}
	for second, want := range map[int64]time.Duration{
		1111111080: 30 * time.Second,
		1111111109: time.Second,
		1111111110: 0,
		1111111200: 0,
		1111111070: 40 * time.Second, // asked for early
	} {
		if got := c.Left(time.Unix(second, 0)); got != want {
			t.Errorf("Left(%d) = %s, want %s", second, got, want)
		}
	}
}

func TestNoCodeOutsideOfTime(t *testing.T) {
	for _, period := range []time.Duration{time.Second, 30 * time.Second, otp.MaxPeriod} {
		k := mustNew(t, otp.Params{Seed: store.NewSecret(rfcSeed), Period: period})
		last := k.Step(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)) - 1
		if c, err := k.At(last); err != nil || c.Until.Year() > 9999 {
			t.Errorf("period %s: the last step gave %s, %v", period, c.Until, err)
		}
		for _, step := range []int64{math.MinInt64, -1, last + 1, math.MaxInt64} {
			if c, err := k.At(step); !errors.Is(err, otp.ErrOutOfRange) || !c.IsZero() {
				t.Errorf("period %s: At(%d) = %v, want ErrOutOfRange", period, step, err)
			}
			if from, until := k.Window(step); until.Sub(from) != period || from.Year() < -20 || until.Year() > 9999 {
				t.Errorf("period %s: Window(%d) = %s to %s", period, step, from, until)
			}
		}
		if _, err := k.At(k.Step(time.Time{})); !errors.Is(err, otp.ErrOutOfRange) {
			t.Errorf("period %s: the zero time gave %v, want ErrOutOfRange", period, err)
		}
	}
}

func TestEachTypeAnswersItsOwnQuestion(t *testing.T) {
	seed := store.NewSecret(rfcSeed)
	for _, typ := range []otp.Type{otp.TOTP, otp.Steam} {
		if _, err := mustNew(t, otp.Params{Type: typ, Seed: seed}).HOTP(1); !errors.Is(err, otp.ErrWrongType) {
			t.Errorf("%s.HOTP = %v, want ErrWrongType", typ, err)
		}
	}
	k := mustNew(t, otp.Params{Type: otp.HOTP, Seed: seed, Counter: 7})
	if _, err := k.At(1); !errors.Is(err, otp.ErrWrongType) {
		t.Errorf("HOTP key's At = %v, want ErrWrongType", err)
	}
	if k.Step(instant) != 0 || k.Period() != 0 {
		t.Error("a counting key has time steps")
	}
	if from, until := k.Window(5); !from.IsZero() || !until.IsZero() {
		t.Error("a counting key has windows")
	}
	c, err := k.HOTP(otp.MaxCounter)
	if err != nil {
		t.Fatal(err)
	}
	if c.Step != int64(otp.MaxCounter) || !c.From.IsZero() || !c.Until.IsZero() || c.Left(instant) != 0 {
		t.Errorf("a counted code has step %d, %s to %s", c.Step, c.From, c.Until)
	}
	if _, err := k.HOTP(otp.MaxCounter + 1); !errors.Is(err, otp.ErrOutOfRange) {
		t.Errorf("HOTP above MaxCounter = %v, want ErrOutOfRange", err)
	}
}

func TestZeroKeyAndCodeDoNothing(t *testing.T) {
	var k otp.Key
	if _, err := k.At(1); !errors.Is(err, otp.ErrNoKey) {
		t.Errorf("At = %v, want ErrNoKey", err)
	}
	if _, err := k.HOTP(1); !errors.Is(err, otp.ErrNoKey) {
		t.Errorf("HOTP = %v, want ErrNoKey", err)
	}
	if !k.IsZero() || !k.URI().IsZero() || !k.Seed().IsZero() || k.Step(instant) != 0 || len(k.Notes()) != 0 {
		t.Error("the zero Key has something in it")
	}
	if from, until := k.Window(1); !from.IsZero() || !until.IsZero() {
		t.Error("the zero Key has windows")
	}
	if !k.Equal(otp.Key{}) {
		t.Error("zero Keys differ")
	}
	var c otp.Code
	if !c.IsZero() || c.Reveal() != "" || c.Left(instant) != 0 {
		t.Error("the zero Code has something in it")
	}
}

func TestEqualSeesEveryPart(t *testing.T) {
	base := otp.Params{Issuer: "Acme", Account: "bob", Seed: store.NewSecret(rfcSeed)}
	k := mustNew(t, base)
	if !k.Equal(mustNew(t, base)) {
		t.Error("a key differs from itself")
	}
	for what, change := range map[string]func(*otp.Params){
		"type":      func(p *otp.Params) { p.Type = otp.HOTP },
		"issuer":    func(p *otp.Params) { p.Issuer = "Example" },
		"account":   func(p *otp.Params) { p.Account = "alice" },
		"seed":      func(p *otp.Params) { p.Seed = store.NewSecret("12345678901234567891") },
		"algorithm": func(p *otp.Params) { p.Algorithm = otp.SHA256 },
		"digits":    func(p *otp.Params) { p.Digits = 8 },
		"period":    func(p *otp.Params) { p.Period = time.Minute },
	} {
		p := base
		change(&p)
		if k.Equal(mustNew(t, p)) {
			t.Errorf("Equal does not see the %s", what)
		}
	}
	first := otp.Params{Type: otp.HOTP, Seed: base.Seed}
	second := first
	second.Counter = 1
	if mustNew(t, first).Equal(mustNew(t, second)) {
		t.Error("Equal does not see the counter")
	}
}

// One Key serves the viewer, a verification and a command at once.
func TestKeysAreSafeForConcurrentUse(t *testing.T) {
	k := mustParse(t, "otpauth://totp/a?secret="+greenSeed+"&digits=8")
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			for range 500 {
				if c, err := k.At(0x23523EC); err != nil || c.Reveal() != "07081804" {
					t.Errorf("code = %s, %v", c.Reveal(), err)
					return
				}
			}
		})
	}
	all.Wait()
}
