package store

import (
	"context"
	"errors"
	"fmt"
)

// A Kept is a secret with its address.
type Kept struct {
	Ref    Ref
	Secret Secret
}

// A Batch is a [Secrets] that reads and changes many at once for the price of one.
// The encrypted file is one: it is opened and written as a whole, however little of
// it changes. A keyring is none; there every item is written by itself.
type Batch interface {
	Secrets
	// GetMany gives those of refs that are kept; what is not there is not in the answer
	// and no error.
	GetMany(ctx context.Context, refs []Ref) (map[Ref]Secret, error)
	// SetMany keeps every secret or none, whatever happens meanwhile. Each is checked as
	// by Set; of two with one address the later is kept.
	SetMany(ctx context.Context, list []Kept) error
	// DeleteMany removes all of refs or none; nothing there is no error.
	DeleteMany(ctx context.Context, refs []Ref) error
}

// GetMany reads many secrets: at once where s can, else one after the other.
func GetMany(ctx context.Context, s Secrets, refs []Ref) (map[Ref]Secret, error) {
	if b, ok := s.(Batch); ok {
		return b.GetMany(ctx, refs)
	}
	found := map[Ref]Secret{}
	for _, ref := range refs {
		secret, err := s.Get(ctx, ref)
		switch {
		case errors.Is(err, ErrNotFound):
		case err != nil:
			return nil, err
		default:
			found[ref] = secret
		}
	}
	return found, nil
}

// admitMany is admit for every address.
func admitMany(ctx context.Context, refs []Ref) error {
	if err := ctx.Err(); err != nil {
		return contextError(err)
	}
	for _, ref := range refs {
		if err := ref.Validate(); err != nil {
			return err
		}
	}
	return nil
}

// admitSetMany is admitSet for every secret.
func admitSetMany(ctx context.Context, list []Kept) error {
	for _, k := range list {
		if err := admitSet(ctx, k.Ref, k.Secret); err != nil {
			return fmt.Errorf("%s: %w", k.Ref, err)
		}
	}
	return nil
}

// GetMany implements [Batch].
func (m *Memory) GetMany(ctx context.Context, refs []Ref) (map[Ref]Secret, error) {
	if err := admitMany(ctx, refs); err != nil {
		return nil, fmt.Errorf("read %d secrets: %w", len(refs), err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	found := map[Ref]Secret{}
	for _, ref := range refs {
		if s, ok := m.kept[ref]; ok {
			found[ref] = s
		}
	}
	return found, nil
}

// SetMany implements [Batch].
func (m *Memory) SetMany(ctx context.Context, list []Kept) error {
	if err := admitSetMany(ctx, list); err != nil {
		return fmt.Errorf("keep %d secrets: %w", len(list), err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range list {
		m.kept[k.Ref] = k.Secret
	}
	return nil
}

// DeleteMany implements [Batch].
func (m *Memory) DeleteMany(ctx context.Context, refs []Ref) error {
	if err := admitMany(ctx, refs); err != nil {
		return fmt.Errorf("remove %d secrets: %w", len(refs), err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, ref := range refs {
		delete(m.kept, ref)
	}
	return nil
}

// GetMany implements [Batch], with the errors of Get.
func (f *File) GetMany(ctx context.Context, refs []Ref) (map[Ref]Secret, error) {
	err := admitMany(ctx, refs)
	var kept *contents
	if err == nil {
		kept, err = f.read(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("read %d secrets: %w", len(refs), err)
	}
	found := map[Ref]Secret{}
	for _, ref := range refs {
		if s, ok := kept.get(ref); ok {
			found[ref] = s
		}
	}
	return found, nil
}

// SetMany implements [Batch]: the file is written once, by rename, so that a process
// that is killed has kept all of them or none.
func (f *File) SetMany(ctx context.Context, list []Kept) error {
	err := admitSetMany(ctx, list)
	if err == nil && len(list) > 0 {
		err = f.Unlock(ctx)
	}
	if err == nil && len(list) > 0 {
		err = f.change(ctx, func(c *contents) bool {
			for _, k := range list {
				c.set(k.Ref, k.Secret)
			}
			return true
		})
	}
	if err != nil {
		return fmt.Errorf("keep %d secrets: %w", len(list), err)
	}
	return nil
}

// DeleteMany implements [Batch].
func (f *File) DeleteMany(ctx context.Context, refs []Ref) error {
	err := admitMany(ctx, refs)
	var there bool
	if err == nil {
		there, err = f.exists(f.o.Path)
	}
	if err == nil && there {
		err = f.Unlock(ctx) // before the lock is taken: people type slowly
	}
	if err == nil && there {
		err = f.change(ctx, func(c *contents) bool {
			changed := false
			for _, ref := range refs {
				changed = c.remove(ref) || changed
			}
			return changed
		})
	}
	if err != nil {
		return fmt.Errorf("remove %d secrets: %w", len(refs), err)
	}
	return nil
}
