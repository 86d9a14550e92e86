package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// An ImportPhase says how far an import had come.
type ImportPhase string

// The phases. While seeds are kept no target names them, so an import that is cut off
// there is taken back; once all are kept, one that is cut off is finished.
const (
	ImportSeeds   ImportPhase = "seeds"   // seeds are being kept; no target is written yet
	ImportTargets ImportPhase = "targets" // every seed is kept; the targets are being written
	ImportBack    ImportPhase = "back"    // it was given up; both are being removed
)

// An Import is what an import is about to keep: the targets, each of which gets a
// seed. It holds no secret.
type Import struct {
	Phase   ImportPhase
	Targets []Target
}

// An ImportJournal remembers an import while it goes on, so that one that is killed
// can be finished or taken back. There is one for each backend: what is in one cannot
// be taken out of another.
type ImportJournal struct{ file, lock string }

// NewImportJournal is the journal of imports into a backend.
func NewImportJournal(h Home, b Backend) *ImportJournal {
	return &ImportJournal{
		file: filepath.Join(h.State, "import-"+string(b)+".json"),
		lock: filepath.Join(h.State, "import-"+string(b)+".lock"),
	}
}

// Lock waits until no other process imports, and lets none begin before unlock.
func (j *ImportJournal) Lock(ctx context.Context) (unlock func(), err error) {
	unlock, err = lockFile(ctx, j.lock, lockToWrite)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, WithHint(fmt.Errorf("%w: %w", ErrTimeout, err), "Another gatepass is importing. Try again when it is done.")
	}
	return unlock, err
}

// Open reports whether an import has begun and not ended.
func (j *ImportJournal) Open() bool {
	_, err := os.Lstat(j.file)
	return err == nil
}

const (
	importJournalVersion = 1
	maxImportJournal     = 256 << 20
)

type importRecord struct {
	Version int         `json:"version"`
	Phase   ImportPhase `json:"phase"`
	Targets []Target    `json:"targets"`
}

// Read gives the import that has begun and not ended; false when there is none.
func (j *ImportJournal) Read() (Import, bool, error) {
	text, err := readPrivate(j.file, maxImportJournal, refuseLinks)
	if errors.Is(err, fs.ErrNotExist) {
		return Import{}, false, nil
	}
	if err != nil {
		return Import{}, false, fmt.Errorf("read the import's journal: %w", err)
	}
	var r importRecord
	if err := json.Unmarshal(text, &r); err != nil {
		return Import{}, false, WithHint(fmt.Errorf("the import's journal %q cannot be read: %w", j.file, err),
			"It names what an import that was cut off had kept. Remove the file if you do not need to know.")
	}
	if r.Version > importJournalVersion {
		return Import{}, false, WithHint(fmt.Errorf("the import's journal %q was %w", j.file, ErrNewer), "Update gatepass on this machine.")
	}
	return Import{r.Phase, r.Targets}, true, nil
}

// Write remembers i, down to the disk, in place of what was remembered.
func (j *ImportJournal) Write(i Import) error {
	text, err := json.Marshal(importRecord{importJournalVersion, i.Phase, i.Targets})
	if err == nil {
		err = ensureFolder(filepath.Dir(j.file))
	}
	if err == nil {
		err = writeFile(j.file, text)
	}
	if err != nil {
		return fmt.Errorf("write the import's journal: %w", err)
	}
	return nil
}

// Remove ends the import.
func (j *ImportJournal) Remove() error {
	if err := os.Remove(j.file); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the import's journal: %w", err)
	}
	return nil
}
