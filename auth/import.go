package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gatepass/store"
)

// An import keeps every seed, and then writes every target: while seeds are kept no
// target names them, and once targets are written every seed is there. A journal
// remembers which of the two it is about, so that an import that is killed can be
// taken back or finished, and leaves all or nothing either way.

// ImportProgress is how far an import is.
type ImportProgress struct {
	Back        bool // it failed or was stopped, and what it had kept is being removed
	Done, Total int
}

// Importing is what an import may be given by its caller.
type Importing struct {
	// Progress is told how far it is, from the import's own goroutine; nil: nobody is.
	Progress func(ImportProgress)
	// Leave, once closed, ends taking back as well: what is left is for [Gate.SettleImport]
	// to do. nil: never.
	Leave <-chan struct{}
}

func (o Importing) tell(back bool, done, total int) {
	if o.Progress != nil {
		o.Progress(ImportProgress{back, done, total})
	}
}

func (o Importing) left() bool {
	select {
	case <-o.Leave:
		return true
	default:
		return false
	}
}

// ErrImportLeft says that an import ended before it had taken back all that it had
// kept. No target has it, and [Gate.SettleImport] removes it.
var ErrImportLeft = errors.New("the import was left before all was taken back")

// AddAll keeps every enrolment or none: when one fails, or ctx ends, what was kept
// before is removed again. Each is a new target with a seed and nothing else.
func (g *Gate) AddAll(ctx context.Context, list []Enrolment, o Importing) error {
	if len(list) == 0 {
		return nil
	}
	targets, seeds, err := g.importOf(ctx, list)
	if err != nil {
		return err
	}
	journal := store.NewImportJournal(g.Home, g.Secrets.Backend())
	unlock, err := journal.Lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := g.settleLocked(ctx, journal, o); err != nil {
		return err
	}
	run := &importRun{g: g, o: o, journal: journal, targets: targets, seeds: seeds}
	if err := run.keep(ctx); err != nil {
		return errors.Join(err, run.takeBack(ctx))
	}
	return journal.Remove()
}

// importOf makes targets and seeds of enrolments, and refuses those that cannot be
// kept before any is.
func (g *Gate) importOf(ctx context.Context, list []Enrolment) ([]store.Target, []store.Kept, error) {
	stocks, err := g.stockNames(ctx) // looked at once: it means to read every target
	if err != nil {
		return nil, nil, err
	}
	var targets []store.Target
	var seeds []store.Kept
	for _, e := range list {
		t := e.Target
		if e.OTP == nil || !e.Password.IsZero() || e.Bypass != nil || e.Recording != nil || e.Replace {
			return nil, nil, fmt.Errorf("%w: an import brings new targets with seeds, and %s is something else", ErrUsage, t.Name)
		}
		t.Secrets = []store.Kind{store.KindSeed}
		err := t.Validate()
		if err == nil && g.Targets.Exists(t.Name) {
			err = fmt.Errorf("%w: %q", store.ErrTargetExists, t.Name)
		}
		if err == nil && stocks[t.StockName()] {
			err = g.freeStock(ctx, t)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("keep %s: %w", t.Name, err)
		}
		targets = append(targets, t)
		seeds = append(seeds, store.Kept{Ref: seedRef(t), Secret: e.OTP.URI()})
	}
	return targets, seeds, nil
}

func seedRef(t store.Target) store.Ref { return store.Ref{Owner: t.Name, Kind: store.KindSeed} }

// An importRun is one import on its way in, or back.
type importRun struct {
	g       *Gate
	o       Importing
	journal *store.ImportJournal
	targets []store.Target
	seeds   []store.Kept

	phase  store.ImportPhase
	before map[store.Ref]store.Secret // what lay where seeds went: it belongs to no target here
	tried  int                        // seeds that may have been kept
}

// enter begins a phase: the journal says so first.
func (r *importRun) enter(phase store.ImportPhase) error {
	r.phase = phase
	return r.journal.Write(store.Import{Phase: phase, Targets: r.targets})
}

func (r *importRun) keep(ctx context.Context) error {
	err := ctx.Err()
	if err == nil {
		err = r.lookBefore(ctx)
	}
	if err == nil {
		err = r.enter(store.ImportSeeds)
	}
	if err == nil {
		err = r.keepSeeds(ctx)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err == nil {
		err = r.enter(store.ImportTargets)
	}
	if err != nil {
		return err
	}
	_, together := r.g.Secrets.(store.Batch)
	return r.g.Targets.Change(ctx, func() error {
		return r.g.Targets.CreateAll(ctx, r.targets, func(done int) {
			if together { // else the seeds were counted, which took the time
				r.o.tell(false, done, len(r.targets))
			}
		})
	})
}

// lookBefore remembers what lies where the seeds will: the seeds of another folder of
// targets, in a keyring that both share, or what an older program left.
func (r *importRun) lookBefore(ctx context.Context) error {
	if _, together := r.g.Secrets.(store.Batch); !together {
		r.before = map[store.Ref]store.Secret{}
		return nil // each is looked at on its turn
	}
	var refs []store.Ref
	for _, s := range r.seeds {
		refs = append(refs, s.Ref)
	}
	var err error
	r.before, err = store.GetMany(ctx, r.g.Secrets, refs)
	return err
}

func (r *importRun) keepSeeds(ctx context.Context) error {
	if b, ok := r.g.Secrets.(store.Batch); ok {
		r.tried = len(r.seeds)
		return b.SetMany(ctx, r.seeds)
	}
	for i, s := range r.seeds {
		was, err := r.g.Secrets.Get(ctx, s.Ref)
		switch {
		case err == nil:
			r.before[s.Ref] = was
		case !errors.Is(err, store.ErrNotFound):
			return fmt.Errorf("look for %s: %w", s.Ref, err)
		}
		r.tried = i + 1
		if err := r.g.Secrets.Set(ctx, s.Ref, s.Secret); err != nil {
			return fmt.Errorf("keep %s: %w", r.targets[i].Name, err)
		}
		r.o.tell(false, i+1, len(r.seeds))
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// takeBack removes what was kept: the targets first, for those must not name seeds
// that are gone.
func (r *importRun) takeBack(ctx context.Context) error {
	if r.phase == "" {
		return nil // nothing was begun
	}
	ctx = context.WithoutCancel(ctx) // it may be what ended
	err := r.withdraw(ctx)
	if err == nil {
		err = r.removeSeeds(ctx, r.targets[:r.tried])
	}
	if err != nil {
		return store.WithHint(err, "What is left is in no target. The next gatepass import takes it back, and so does gatepass doctor.")
	}
	return r.journal.Remove()
}

func (r *importRun) withdraw(ctx context.Context) error {
	if r.phase == store.ImportSeeds {
		return nil
	}
	if err := r.enter(store.ImportBack); err != nil {
		return err
	}
	return r.g.Targets.Change(ctx, func() error { return r.g.Targets.Withdraw(r.targets) })
}

// removeSeeds removes the seeds of those targets that are not there, or puts back
// what was in their place. A target that is there is somebody else's by now.
func (r *importRun) removeSeeds(ctx context.Context, targets []store.Target) error {
	const patience = 10 * time.Second // for each
	var gone []store.Ref
	for _, t := range targets {
		if !r.g.Targets.Exists(t.Name) {
			gone = append(gone, seedRef(t))
		}
	}
	if b, ok := r.g.Secrets.(store.Batch); ok {
		return r.removeTogether(ctx, b, gone)
	}
	var errs []error
	for i, ref := range gone {
		if r.o.left() {
			return fmt.Errorf("%w: %d of %d were", ErrImportLeft, i, len(gone))
		}
		r.o.tell(true, i, len(gone))
		ctx, cancel := context.WithTimeout(ctx, patience)
		err := r.restore(ctx, ref)
		cancel()
		if err != nil {
			errs = append(errs, fmt.Errorf("take back %s: %w", ref.Owner, err))
		}
		if errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrLocked) {
			break // the next would say the same
		}
	}
	r.o.tell(true, len(gone), len(gone))
	return errors.Join(errs...)
}

func (r *importRun) restore(ctx context.Context, ref store.Ref) error {
	if was, ok := r.before[ref]; ok {
		return r.g.Secrets.Set(ctx, ref, was)
	}
	return r.g.Secrets.Delete(ctx, ref)
}

func (r *importRun) removeTogether(ctx context.Context, b store.Batch, gone []store.Ref) error {
	var back []store.Kept
	for _, ref := range gone {
		if was, ok := r.before[ref]; ok {
			back = append(back, store.Kept{Ref: ref, Secret: was})
		}
	}
	gone = slices.DeleteFunc(gone, func(ref store.Ref) bool { _, ok := r.before[ref]; return ok })
	return errors.Join(b.DeleteMany(ctx, gone), b.SetMany(ctx, back))
}

// A SettledImport says what became of an import that had been cut off.
type SettledImport struct {
	Entries  int  // that it was about; 0: no import was cut off
	Finished bool // its seeds were all kept, so its targets were written; else it was taken back
}

// String is a sentence about it, or "" when there was none.
func (s SettledImport) String() string {
	switch {
	case s.Entries == 0:
		return ""
	case s.Finished:
		return fmt.Sprintf("An earlier import of %d was cut off when all its seeds were kept; it was finished.", s.Entries)
	}
	return fmt.Sprintf("An earlier import of %d was cut off; what it had kept was taken back.", s.Entries)
}

// SettleImport finishes or takes back what an import that was killed left behind. It
// leaves one alone that is going on.
func (g *Gate) SettleImport(ctx context.Context, o Importing) (SettledImport, error) {
	const moment = 100 * time.Millisecond
	journal := store.NewImportJournal(g.Home, g.Secrets.Backend())
	if !journal.Open() {
		return SettledImport{}, nil
	}
	soon, cancel := context.WithTimeout(ctx, moment)
	defer cancel()
	unlock, err := journal.Lock(soon)
	if errors.Is(err, store.ErrTimeout) && ctx.Err() == nil {
		return SettledImport{}, nil // another process is at it
	}
	if err != nil {
		return SettledImport{}, err
	}
	defer unlock()
	return g.settleLocked(ctx, journal, o)
}

// settleLocked is SettleImport for who holds the lock.
func (g *Gate) settleLocked(ctx context.Context, journal *store.ImportJournal, o Importing) (SettledImport, error) {
	was, there, err := journal.Read()
	if err != nil || !there {
		return SettledImport{}, err
	}
	settled := SettledImport{Entries: len(was.Targets), Finished: was.Phase == store.ImportTargets}
	if settled.Finished {
		missing := slices.DeleteFunc(slices.Clone(was.Targets), func(t store.Target) bool { return g.Targets.Exists(t.Name) })
		err := g.Targets.Change(ctx, func() error { return g.Targets.CreateAll(ctx, missing, func(int) {}) })
		if err != nil {
			return SettledImport{}, fmt.Errorf("finish an import that was cut off: %w", err)
		}
		return settled, journal.Remove()
	}
	run := &importRun{g: g, o: o, journal: journal, targets: was.Targets, phase: was.Phase, tried: len(was.Targets)}
	if err := run.takeBack(ctx); err != nil {
		return SettledImport{}, fmt.Errorf("take back an import that was cut off: %w", err)
	}
	return settled, nil
}
