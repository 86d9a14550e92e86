package store

import (
	"context"
	"fmt"
	"sync"
)

// Memory is a [Secrets] that forgets everything when the process ends. It serves
// tests and the demo.
type Memory struct {
	mu   sync.Mutex
	kept map[Ref]Secret
}

// NewMemory gives an empty Memory.
func NewMemory() *Memory { return &Memory{kept: map[Ref]Secret{}} }

// Backend implements [Secrets].
func (*Memory) Backend() Backend { return BackendMemory }

// Get implements [Secrets].
func (m *Memory) Get(ctx context.Context, ref Ref) (Secret, error) {
	if err := admit(ctx, ref); err != nil {
		return Secret{}, fmt.Errorf("read %s: %w", ref, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.kept[ref]
	if !ok {
		return Secret{}, fmt.Errorf("read %s: %w", ref, ErrNotFound)
	}
	return s, nil
}

// Set implements [Secrets].
func (m *Memory) Set(ctx context.Context, ref Ref, s Secret) error {
	if err := admitSet(ctx, ref, s); err != nil {
		return fmt.Errorf("keep %s: %w", ref, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[ref] = s
	return nil
}

// Delete implements [Secrets].
func (m *Memory) Delete(ctx context.Context, ref Ref) error {
	if err := admit(ctx, ref); err != nil {
		return fmt.Errorf("remove %s: %w", ref, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kept, ref)
	return nil
}
