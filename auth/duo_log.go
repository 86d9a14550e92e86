package auth

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"gatepass/auth/duo"
	"gatepass/store"
)

// near is how far apart Duo's record of a login and ours may be: a login takes its
// time, and the clocks may differ.
const near = 90 * time.Second

// A LogLine is one login as Duo recorded it, and what gatepass did at that time.
type LogLine struct {
	duo.Entry
	Sentence string
	Remedy   string // "" where there is nothing to do
	Ours     *OwnUse
}

// An OwnUse is something that gatepass did that Duo should have a record of.
type OwnUse struct {
	At   time.Time
	What string // "verify", "code", "duo token"
	Run  string // a verification's, else ""
}

// A DuoLog is Duo's record of a target's account beside ours.
type DuoLog struct {
	From, To time.Time // what was asked for
	Complete time.Time // Duo shows all logins up to then; later ones may be missing yet
	Lines    []LogLine // newest first
	More     bool      // there are more than one call gives
	// Missing is what gatepass did in that time that Duo has no record of.
	Missing []OwnUse
	// Recent is what gatepass did since Complete and Duo does not show yet.
	Recent []OwnUse
}

// DuoLog reads what Duo recorded of a target's account in the target's application
// since a time, and lays our own record beside it. Duo shows entries two minutes late
// and wants to be asked once a minute at most: where this machine asked within the
// last minute, it waits and tells so.
func (g *Gate) DuoLog(ctx context.Context, name string, since time.Duration, tell DuoSink) (DuoLog, error) {
	if since <= duo.LogDelay {
		return DuoLog{}, fmt.Errorf("%w: Duo shows logins two minutes late, so --since must be longer than that", ErrUsage)
	}
	a, err := g.duoOf(ctx, name, tell)
	if err != nil {
		return DuoLog{}, err
	}
	defer a.close()
	if err := a.needAdmin("the log"); err != nil {
		return DuoLog{}, err
	}
	user, err := a.findUser(ctx)
	if err != nil {
		return DuoLog{}, err
	}
	if err := g.logTurn(ctx, a); err != nil {
		return DuoLog{}, err
	}
	now := g.Now()
	l := DuoLog{From: now.Add(-since), To: now, Complete: now.Add(-duo.LogDelay)}
	tell.doing("reading the authentication log")
	entries, more, err := a.admin.AuthLog(ctx, duo.LogQuery{From: l.From, To: l.To, UserID: user.ID, Application: a.target.Duo.Integration})
	g.askedLog(a.tenant.Name, err)
	if err != nil {
		return DuoLog{}, err
	}
	l.More = more
	ours, err := g.ownUses(ctx, a.target, l.From.Add(-near))
	l.join(entries, ours)
	for i := range l.Lines {
		l.Lines[i].Remedy = aimed(l.Lines[i].Remedy, name)
	}
	return l, err
}

// logTurn waits until the log may be asked for again.
func (g *Gate) logTurn(ctx context.Context, a *duoAccount) error {
	last, lately := g.lastLog(a.tenant.Name)
	if !lately {
		return nil
	}
	return g.wait(ctx, last.At.Add(duo.LogPace), CodeOptions{Waiting: func(until time.Time) {
		a.tell.waiting(until, "Duo's log may be asked for once a minute")
	}})
}

// join lays our record beside Duo's: each entry takes the nearest of ours in time.
func (l *DuoLog) join(entries []duo.Entry, ours []OwnUse) {
	taken := make([]bool, len(ours))
	for _, e := range entries {
		line := LogLine{Entry: e, Sentence: e.Sentence(), Remedy: e.Remedy()}
		best := -1
		for i, use := range ours {
			gap := e.At().Sub(use.At).Abs()
			if !taken[i] && gap <= near && (best < 0 || gap < e.At().Sub(ours[best].At).Abs()) {
				best = i
			}
		}
		if best >= 0 {
			taken[best] = true
			line.Ours = &ours[best]
		}
		l.Lines = append(l.Lines, line)
	}
	for i, use := range ours {
		switch {
		case taken[i]:
		case use.At.After(l.Complete):
			l.Recent = append(l.Recent, use)
		case !use.At.Before(l.From):
			l.Missing = append(l.Missing, use)
		}
	}
}

// ownUses lists what gatepass did with a target's account since a time: the runs whose
// evidence is kept, the newest verification, the bypass codes that were drawn, and the
// newest passcode. A run and the code that it used are one.
func (g *Gate) ownUses(ctx context.Context, t store.Target, since time.Time) ([]OwnUse, error) {
	var all []OwnUse
	add := func(u OwnUse) {
		same := func(o OwnUse) bool {
			return o.Run != "" && o.Run == u.Run || u.What == "verify" && o.What == "verify" && o.At.Sub(u.At).Abs() < 2*time.Minute && (o.Run == "" || u.Run == "")
		}
		if !u.At.Before(since) && !slices.ContainsFunc(all, same) {
			all = append(all, u)
		}
	}
	for _, u := range g.keptRuns(t.Name) {
		add(u)
	}
	verified, err := g.Ledger.Verifications(ctx)
	if v, ok := verified[t.Name]; ok {
		add(OwnUse{At: v.At.Add(-v.Took), What: "verify", Run: v.Run})
	}
	stock, err2 := g.Ledger.Bypass(ctx, t.StockName())
	for _, code := range stock {
		for _, d := range code.Draws {
			add(OwnUse{At: d.At, What: d.By, Run: d.Run})
		}
	}
	err3 := g.lastPasscode(ctx, t, add)
	slices.SortFunc(all, func(a, b OwnUse) int { return b.At.Compare(a.At) })
	return all, errors.Join(err, err2, err3)
}

func (g *Gate) lastPasscode(ctx context.Context, t store.Target, add func(OwnUse)) error {
	if !t.Has(store.KindSeed) {
		return nil
	}
	key, err := g.keyOf(ctx, t)
	if err != nil {
		return err
	}
	if key.Period() == 0 {
		return nil
	}
	spent, known, err := g.Spent(ctx, key)
	// The proof of a new token is a login to the Auth API application, not to this one.
	if known && (spent.By != byToken || t.Duo.Integration == "") {
		add(OwnUse{At: spent.At, What: spent.By})
	}
	return err
}

// keptRuns reads the moments of a target's kept runs off the names of their evidence.
func (g *Gate) keptRuns(name string) []OwnUse {
	entries, err := os.ReadDir(g.Home.EvidenceDir(name))
	if err != nil {
		return nil
	}
	var all []OwnUse
	for _, e := range entries {
		at, run, ok := strings.Cut(strings.TrimSuffix(e.Name(), ".json"), "-")
		when, err := time.Parse(evidenceTime, at)
		if ok && err == nil {
			all = append(all, OwnUse{At: when, What: "verify", Run: run})
		}
	}
	return all
}

// evidenceTime is how the names of evidence begin.
const evidenceTime = "20060102T150405.000000Z"
