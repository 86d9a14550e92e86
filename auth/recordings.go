package auth

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"gatepass/auth/login"
	"gatepass/auth/login/recording"
	"gatepass/store"
)

// ReadRecording makes a login that somebody recorded fit to be kept for a target: what
// was typed is replaced by what it is. What it is, is told by the target's own values;
// password is the one that is about to be kept, zero for the one that is. roles says of
// steps, by their numbers, what nothing else tells.
func (g *Gate) ReadRecording(ctx context.Context, t store.Target, password store.Secret, raw []byte, roles map[int]login.Role) (recording.Imported, error) {
	if password.IsZero() && t.Has(store.KindPassword) {
		kept, err := g.Secrets.Get(ctx, store.Ref{Owner: t.Name, Kind: store.KindPassword})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return recording.Imported{}, fmt.Errorf("read the password of %q, to find it in the recording: %w", t.Name, err)
		}
		password = kept
	}
	return recording.Import(raw, recording.Known{Username: t.Username, Password: password, Roles: roles})
}

// KeepRecording gives a target a recording that [Gate.ReadRecording] made; with nil the
// target has none from now on.
func (g *Gate) KeepRecording(ctx context.Context, name string, file []byte) error {
	return g.Targets.Change(ctx, func() error {
		t, err := g.Targets.Get(name)
		if err != nil {
			return err
		}
		if file == nil {
			t.Recording = ""
			return errors.Join(g.Targets.Save(t), g.removeRecording(name))
		}
		undo, err := g.writeRecording(&t, file)
		if err != nil {
			return err
		}
		if err := g.Targets.Save(t); err != nil {
			return errors.Join(err, undo())
		}
		return nil
	})
}

// recordingOf reads a target's recording; nil if it has none.
func (g *Gate) recordingOf(t store.Target) (*login.Recording, error) {
	if t.Recording == "" {
		return nil, nil
	}
	file, err := os.ReadFile(filepath.Join(g.Home.RecordingsDir(), t.Recording))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, store.WithHint(fmt.Errorf("%w: the recording %s of %q is not there", ErrUsage, t.Recording, t.Name),
			fmt.Sprintf("Bring it in again: gatepass edit %s --recording FILE. To sign in without it: gatepass edit %s --recording ''", t.Name, t.Name))
	}
	if err != nil {
		return nil, fmt.Errorf("read the recording: %w", err)
	}
	r, err := recording.Parse(file)
	if err != nil {
		return nil, fmt.Errorf("%w: the recording %s of %q: %w", ErrUsage, t.Recording, t.Name, err)
	}
	return r, nil
}

func (g *Gate) ownRecording(name string) string {
	return filepath.Join(g.Home.RecordingsDir(), name+".json")
}

// writeRecording keeps a target's recording under the target's name, and gives the way
// to take it back.
func (g *Gate) writeRecording(t *store.Target, file []byte) (undo func() error, err error) {
	path := g.ownRecording(t.Name)
	before, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the recording: %w", err)
	}
	if err := replaceFile(path, file); err != nil {
		return nil, fmt.Errorf("keep the recording: %w", err)
	}
	t.Recording = filepath.Base(path)
	return func() error {
		if before == nil {
			return os.Remove(path)
		}
		return replaceFile(path, before)
	}, nil
}

// moveRecording has a recording follow a target that was given another name. One that
// has a name of its own stays where it is.
func (g *Gate) moveRecording(t store.Target, to string) error {
	from := g.ownRecording(t.Name)
	if t.Recording != filepath.Base(from) {
		return nil
	}
	file, err := os.ReadFile(from)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("move the recording: %w", err)
	}
	renamed, err := g.Targets.Get(to)
	if err != nil {
		return err
	}
	if _, err := g.writeRecording(&renamed, file); err != nil {
		return err
	}
	return errors.Join(g.Targets.Save(renamed), g.removeRecording(t.Name))
}

// removeRecording deletes the recording of a name, unless a target names it.
func (g *Gate) removeRecording(name string) error {
	path := g.ownRecording(name)
	all, _ := g.Targets.List() // files that cannot be read name nothing
	for _, t := range all {
		if t.Recording == filepath.Base(path) {
			return nil
		}
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the recording: %w", err)
	}
	return nil
}

// replaceFile writes a file as a whole or not at all; nobody else may read it.
func replaceFile(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*") // which makes it 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// both undoes two things, the later one first.
func both(first, later func() error) func() error {
	return func() error { return errors.Join(later(), first()) }
}
