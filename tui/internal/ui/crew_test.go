package ui_test

import (
	"context"
	"testing"
	"time"

	"gatepass/tui/internal/ui"
)

// Work that would leave something half done says so for as long as it lasts.
func TestVitalWorkIsKnownUntilItIsOver(t *testing.T) {
	crew := &ui.Crew{}
	e := &ui.Env{Context: t.Context(), Crew: crew}
	var task ui.Task
	begun, end := make(chan struct{}), make(chan struct{})
	cmd := ui.Do(task.Begin(e), func(context.Context) (int, error) {
		defer crew.Vital()()
		close(begun)
		<-end
		return 1, nil
	})
	done := make(chan struct{})
	go func() { cmd(); close(done) }()
	<-begun
	if !crew.HasVital() || crew.Wait(time.Millisecond) {
		t.Error("vital work is on, and nobody knows")
	}
	close(end)
	<-done
	if crew.HasVital() || !crew.Wait(time.Second) {
		t.Error("the work is over, and is waited for")
	}
}
