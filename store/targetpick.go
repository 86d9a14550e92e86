package store

import (
	"fmt"
	"strings"
)

// Called reports whether t has this name or this tag, in whatever case.
func (t Target) Called(name string) bool {
	if strings.EqualFold(t.Name, name) {
		return true
	}
	for _, tag := range t.Tags {
		if strings.EqualFold(tag, name) {
			return true
		}
	}
	return false
}

// Pick gives those of all that have one of names as their name or tag, in their order;
// all of them if there are no names. It answers ErrNoTarget for a name that none has.
func Pick(all []Target, names []string) ([]Target, error) {
	if len(names) == 0 {
		return all, nil
	}
	found := make([]bool, len(names))
	var picked []Target
	for _, t := range all {
		wanted := false
		for i, name := range names {
			if t.Called(name) {
				found[i], wanted = true, true
			}
		}
		if wanted {
			picked = append(picked, t)
		}
	}
	for i, name := range names {
		if !found[i] {
			return nil, nobodyCalled(name, all)
		}
	}
	return picked, nil
}

// nobodyCalled is the error of a name or tag that none of all has.
func nobodyCalled(name string, all []Target) error {
	err := fmt.Errorf("%w: none is called or tagged %q", ErrNoTarget, name)
	var words []string
	for _, t := range all {
		words = append(append(words, t.Name), t.Tags...)
	}
	if guess := nearest(strings.ToLower(name), words); guess != "" {
		return WithHint(err, fmt.Sprintf("Did you mean %q?", guess))
	}
	return WithHint(err, "See them all: gatepass list")
}
