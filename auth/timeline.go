package auth

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"gatepass/auth/login"
)

// A Timeline is what was kept of a verification, as it is read back.
type Timeline struct {
	File    string // it was read from
	Run     string
	Target  string
	At      time.Time // when the run began
	Driver  string
	Verdict login.Verdict
	Stages  []login.StageResult
	Traffic []login.Exchange
	// Pictures are the files of the pages' pictures, in their order.
	Pictures []string
}

// Folder is where the run's files lie.
func (t Timeline) Folder() string { return filepath.Dir(t.File) }

// Timeline reads what a verification kept, by [login.Result.Evidence].
func (g *Gate) Timeline(_ context.Context, file string) (Timeline, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Timeline{}, fmt.Errorf("read the evidence: %w", err)
	}
	var e evidence
	if err := json.Unmarshal(text, &e); err != nil {
		return Timeline{}, fmt.Errorf("read the evidence %s: %w", file, err)
	}
	t := Timeline{File: file, Run: e.Run, Target: e.Target, At: e.At, Driver: e.Driver, Verdict: e.Verdict}
	for _, s := range e.Stages {
		t.Stages = append(t.Stages, login.StageResult{
			Name: s.Name, State: s.State, URL: s.URL, Note: s.Note,
			At: time.Duration(s.AtMS) * time.Millisecond, Took: time.Duration(s.TookMS) * time.Millisecond,
		})
	}
	for _, x := range e.Traffic {
		kept := login.Exchange{At: x.At, Method: x.Method, URL: x.URL, Status: x.Status, Type: x.Type, Cookies: x.Cookies, Note: x.Note}
		for _, v := range x.Values {
			kept.Values = append(kept.Values, login.Value(v))
		}
		t.Traffic = append(t.Traffic, kept)
	}
	for _, p := range e.Pictures {
		t.Pictures = append(t.Pictures, p.File)
	}
	return t, nil
}
