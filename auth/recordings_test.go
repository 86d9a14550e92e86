package auth_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gatepass/auth"
	"gatepass/store"
)

const recordedLogin = `{"title":"x","steps":[
 {"type":"navigate","url":"https://shop.example.com/login?once=recorded-canary-77"},
 {"type":"change","selectors":[["#f1"]],"value":"scan-bot"},
 {"type":"change","selectors":[["#f2"]],"value":"recorded-canary-77"},
 {"type":"keyDown","key":"Enter"}]}`

func recordingFile(g *auth.Gate, name string) string {
	return filepath.Join(g.Home.RecordingsDir(), name+".json")
}

// TestRecordingsFollowTheirTargets: a recording is told apart by the password that the
// store has, is kept for its owner's eyes only, and goes where its target goes.
func TestRecordingsFollowTheirTargets(t *testing.T) {
	g := newGate(t, time.Now)
	add(t, g, auth.Enrolment{Target: target("shop"), Password: store.NewSecret("recorded-canary-77")})
	shop, err := g.Targets.Get("shop")
	if err != nil {
		t.Fatal(err)
	}
	r, err := g.ReadRecording(t.Context(), shop, store.Secret{}, []byte(recordedLogin), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.KeepRecording(t.Context(), "shop", r.File); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(recordingFile(g, "shop"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("kept as %v, %v", info, err)
	}
	if text, _ := os.ReadFile(recordingFile(g, "shop")); strings.Contains(string(text), "canary") {
		t.Errorf("what was typed is kept: %s", text)
	}
	if err := g.Rename(t.Context(), "shop", "store"); err != nil {
		t.Fatal(err)
	}
	moved, err := g.Targets.Get("store")
	if err != nil || moved.Recording != "store.json" {
		t.Errorf("after the renaming: %q, %v", moved.Recording, err)
	}
	if _, err := os.Stat(recordingFile(g, "shop")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the old file stayed: %v", err)
	}

	// Another target that names the file keeps it.
	other := target("other")
	other.Recording = "store.json"
	add(t, g, auth.Enrolment{Target: other})
	if err := g.Remove(t.Context(), "store"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(recordingFile(g, "store")); err != nil {
		t.Errorf("a recording that another target names is gone: %v", err)
	}
	if err := g.KeepRecording(t.Context(), "other", nil); err != nil {
		t.Fatal(err)
	}
}

// TestARecordingIsTakenBack when the target could not be kept after all.
func TestARecordingIsTakenBack(t *testing.T) {
	g := newGate(t, time.Now)
	e := auth.Enrolment{Target: target("shop"), Password: store.NewSecret("recorded-canary-77"), Recording: []byte("{}")}
	folder := g.Home.TargetsDir()
	if err := os.MkdirAll(filepath.Join(folder, "shop.yaml", "in-the-way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := g.Add(t.Context(), e); err == nil {
		t.Fatal("a target was kept where there is no place for it")
	}
	if _, err := os.Stat(recordingFile(g, "shop")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the recording stayed: %v", err)
	}
}
