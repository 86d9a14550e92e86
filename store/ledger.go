package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// What the [Ledger] answers with, wrapped.
var (
	// ErrSpent is a one-time code that was handed out before.
	ErrSpent = errors.New("this code is spent")
	// ErrLedgerDamaged is a ledger that cannot be read, or is another program's file.
	ErrLedgerDamaged = errors.New("the ledger cannot be read")
)

// Ledger records what has been spent, by whom and when. Any number of processes
// and goroutines may use one ledger together: the file is opened for each operation
// and closed again, under a lock file of ours whose waiters poll every few
// milliseconds (bbolt's own wait for 50). When a call that writes returns without
// error, its record has reached the disk.
type Ledger struct {
	file string
	now  func() time.Time
}

// NewLedger keeps the ledger in file, which is made at the first record. now dates
// the records.
func NewLedger(file string, now func() time.Time) *Ledger {
	return &Ledger{file: file, now: now}
}

// schema is the form of the database that this program writes.
const schema = 1

var (
	bucketMeta          = []byte("meta")
	bucketSteps         = []byte("steps")         // account/period → Spent
	bucketCounters      = []byte("counters")      // account → counted
	bucketVerifications = []byte("verifications") // target → Verification
	keySchema           = []byte("schema")
)

// Further buckets are made at their first record: a ledger without them is as good.

// update runs change in a transaction that is on disk when update returns.
func (l *Ledger) update(ctx context.Context, change func(*bbolt.Tx) error) error {
	return l.locked(ctx, lockToWrite, func() error {
		if err := l.create(); err != nil {
			return err
		}
		// Opening it to write follows pointers in the file before we can look
		// whether they lead anywhere; opening it to read does not.
		if err := l.open(true, func(*bbolt.Tx) error { return nil }); err != nil {
			return err
		}
		return l.open(false, change)
	})
}

// view runs look in a transaction. Without a ledger it does nothing: nothing is
// spent.
func (l *Ledger) view(ctx context.Context, look func(*bbolt.Tx) error) error {
	if _, err := os.Lstat(l.file); errors.Is(err, fs.ErrNotExist) {
		return ctx.Err()
	}
	return l.locked(ctx, lockToRead, func() error {
		err := l.open(true, look)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

func (l *Ledger) locked(ctx context.Context, kind lockKind, f func() error) error {
	unlock, err := lockFile(ctx, strings.TrimSuffix(l.file, filepath.Ext(l.file))+".lock", kind)
	if errors.Is(err, context.DeadlineExceeded) {
		return WithHint(err, "Another gatepass is using the ledger. Try again.")
	}
	if err != nil {
		return err
	}
	defer unlock()
	return f()
}

// create makes the database when there is none, whole before it has its name.
func (l *Ledger) create() error {
	if _, err := os.Lstat(l.file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	temp := l.file + ".new" // ours alone: the lock is held
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("make ledger: %w", err)
	}
	db, err := bbolt.Open(temp, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return fmt.Errorf("make ledger: %w", err)
	}
	err = db.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{bucketMeta, bucketSteps, bucketCounters, bucketVerifications} {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		return tx.Bucket(bucketMeta).Put(keySchema, fmt.Append(nil, schema))
	})
	if closeErr := db.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(temp, l.file)
	}
	if err != nil {
		return fmt.Errorf("make ledger: %w", err)
	}
	return syncFolder(filepath.Dir(l.file))
}

// open opens the database for one transaction. bbolt maps the file into memory and
// trusts what it finds there: pages that are damaged make it panic, and ones that
// are missing fault. Both become ErrLedgerDamaged.
func (l *Ledger) open(readOnly bool, run func(*bbolt.Tx) error) (err error) {
	if err := checkPrivate(l.file, refuseLinks); err != nil {
		return err
	}
	var file *os.File
	defer func(faults bool) {
		debug.SetPanicOnFault(faults)
		if p := recover(); p != nil {
			// The database itself is past closing.
			dropLock(file)
			_ = file.Close()
			err = l.damaged(fmt.Sprint(p))
		}
	}(debug.SetPanicOnFault(true))

	db, err := bbolt.Open(l.file, 0o600, &bbolt.Options{
		ReadOnly:     readOnly,
		Timeout:      time.Second,
		NoStatistics: true,
		OpenFile: func(name string, flag int, mode os.FileMode) (*os.File, error) {
			f, err := os.OpenFile(name, flag&^os.O_CREATE, mode)
			if err != nil {
				return nil, err
			}
			if err := refuseEmpty(f); err != nil {
				_ = f.Close()
				return nil, err
			}
			file = f
			return f, nil
		},
	})
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return WithHint(fmt.Errorf("open ledger %q: another program holds it open", l.file), "End that program and try again.")
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("open ledger: %w", err)
	case isSystem(err): // a full or read-only disk, missing rights: the file itself is well
		return WithHint(fmt.Errorf("open ledger: %w", err), "Look whether its folder can be written to: "+QuoteShell(filepath.Dir(l.file)))
	case err != nil:
		return l.damaged(err.Error())
	}
	transact := db.Update
	if readOnly {
		transact = db.View
	}
	err = transact(func(tx *bbolt.Tx) error {
		if info, err := file.Stat(); err != nil || info.Size() < tx.Size() {
			return l.damaged("it is cut short")
		}
		if err := l.checkSchema(tx); err != nil {
			return err
		}
		return run(tx)
	})
	if closeErr := db.Close(); err == nil && closeErr != nil {
		err = fmt.Errorf("close ledger: %w", closeErr)
	}
	return err
}

// isSystem reports whether it was the operating system that refused.
func isSystem(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path)
}

// refuseEmpty keeps bbolt from making a new database of an empty file: ours has its
// name only once it is whole, so an empty one has lost what it held.
func refuseEmpty(f *os.File) error {
	info, err := f.Stat()
	if err == nil && info.Size() == 0 {
		return errEmptyFile
	}
	return err
}

var errEmptyFile = errors.New("the file is empty")

// checkSchema refuses a database that is not ours, or not yet.
func (l *Ledger) checkSchema(tx *bbolt.Tx) error {
	for _, name := range [][]byte{bucketMeta, bucketSteps, bucketCounters, bucketVerifications} {
		if tx.Bucket(name) == nil {
			return l.damaged("it is another program's database")
		}
	}
	var found int
	if _, err := fmt.Sscanf(string(tx.Bucket(bucketMeta).Get(keySchema)), "%d", &found); err != nil || found < 1 {
		return l.damaged("it does not say which form it has")
	}
	if found > schema {
		return WithHint(fmt.Errorf("ledger %q was %w (form %d, this one knows %d)", l.file, ErrNewer, found, schema),
			"Update gatepass on this machine.")
	}
	return nil
}

func (l *Ledger) damaged(why string) error {
	return WithHint(fmt.Errorf("%w: %q: %s", ErrLedgerDamaged, l.file, why),
		"Move the file away; a new ledger is begun: "+l.moveAway(),
		"The new one does not know what was spent: wait a minute before the next code, and check the counters of HOTP keys.")
}

// moveAway is the command that puts the ledger aside.
func (l *Ledger) moveAway() string {
	return "mv " + QuoteShell(l.file) + " " + QuoteShell(l.file+".old")
}
