package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"
)

func TestHints(t *testing.T) {
	base := errors.New("base")
	for _, c := range []struct {
		name string
		err  error
		want []string
	}{
		{"nothing", nil, nil},
		{"an error without hints", base, nil},
		{"one", WithHint(base, "a", "b"), []string{"a", "b"}},
		{"wrapped", fmt.Errorf("more: %w", WithHint(base, "a")), []string{"a"}},
		{"outer ones first", WithHint(fmt.Errorf("more: %w", WithHint(base, "inner")), "outer"), []string{"outer", "inner"}},
		{"both of two joined", errors.Join(WithHint(base, "a"), WithHint(base, "b")), []string{"a", "b"}},
		{"each once", errors.Join(WithHint(base, "a"), WithHint(base, "a")), []string{"a"}},
		{"several wrapped at once", fmt.Errorf("%w and %w", WithHint(base, "a"), WithHint(base, "b")), []string{"a", "b"}},
		{"of a wrong field", &FieldError{Path: "/x/targets/shop.yaml", Problem: "p"}, []string{"Edit the file: /x/targets/shop.yaml"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Hints(c.err); !slices.Equal(got, c.want) {
				t.Errorf("Hints = %q, want %q", got, c.want)
			}
		})
	}
}

func TestWithHintKeepsTheError(t *testing.T) {
	if WithHint(nil, "x") != nil {
		t.Error("a hint made an error of none")
	}
	err := WithHint(fmt.Errorf("read: %w", ErrNotFound), "Look elsewhere.")
	if !errors.Is(err, ErrNotFound) || err.Error() != "read: no such secret" {
		t.Errorf("err = %v", err)
	}
}
