package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/auth/login/recording"
	"gatepass/store"
)

// recordingFlags name a recorded login, shared by add and edit.
type recordingFlags struct {
	file  string
	roles []string
}

func (r *recordingFlags) define(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&r.file, "recording", "", `a login recorded with Chrome's Recorder (JSON), or "-"; what was typed is not kept`)
	f.StringArrayVar(&r.roles, "recording-role", nil, "what a step of the recording types, where nothing else tells: 5=password; username, password, code or leave (repeat for more)")
}

// given reports whether a recording is named, or taken away.
func (r *recordingFlags) given(cmd *cobra.Command) bool { return cmd.Flags().Changed("recording") }

// read brings a recording in; nil if none is named.
func (r *recordingFlags) read(ctx context.Context, a *app, cmd *cobra.Command, gate *auth.Gate, t store.Target, password store.Secret) (*recording.Imported, error) {
	roles, err := stepRoles(r.roles)
	switch {
	case err != nil:
		return nil, usageError(cmd, err)
	case r.file == "" && len(roles) > 0:
		return nil, usageError(cmd, errors.New("--recording-role is about a recording, and none is named: --recording FILE"))
	case r.file == "":
		return nil, nil
	}
	raw, err := a.recordingFrom(ctx, r.file)
	if err != nil {
		return nil, err
	}
	imported, err := gate.ReadRecording(ctx, t, password, raw, roles)
	var step *recording.StepError
	switch {
	case errors.As(err, &step), errors.Is(err, recording.ErrNotRecording):
		return nil, misuse("the recording was not taken: %w", err)
	case err != nil:
		return nil, err
	}
	return &imported, nil
}

// stepRoles reads STEP=ROLE.
func stepRoles(given []string) (map[int]login.Role, error) {
	known := map[string]login.Role{"username": login.RoleUsername, "password": login.RolePassword, "code": login.RoleCode, "leave": recording.Leave}
	roles := map[int]login.Role{}
	for _, s := range given {
		number, name, _ := strings.Cut(s, "=")
		n, err := strconv.Atoi(number)
		role, ok := known[name]
		if err != nil || n < 1 || !ok {
			return nil, errors.New("--recording-role wants a step and what it types: 5=username, 5=password, 5=code or 5=leave")
		}
		roles[n] = role
	}
	return roles, nil
}

// recordingFrom reads a recording's file, or standard input for "-".
func (a *app) recordingFrom(ctx context.Context, file string) ([]byte, error) {
	in := a.In
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, store.WithHint(misuse("open the recording: %w", err), "In Chrome: DevTools, Recorder, Export, JSON.")
		}
		defer func() { _ = f.Close() }()
		in = f
	}
	raw, err := readAll(ctx, io.LimitReader(in, recording.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the recording: %w", err)
	}
	return raw, nil
}

// keptRecording says what was kept of a recording.
func (a *app) keptRecording(name string, r recording.Imported) {
	a.say("kept its recording: %d steps, which type %s; what was typed is not in it\n", r.Steps, login.RoleNames(r.Fills))
	for _, note := range r.Notes {
		a.say("  %s\n", note)
	}
	a.say("the file that you exported may have the password in it: delete it\n")
}
