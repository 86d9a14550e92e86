package auth

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gatepass/auth/login"
	"gatepass/store"
)

// keptRuns is how many timelines a target keeps.
const keptRuns = 10

// evidence is a run's timeline as a file: what was asked and answered, without
// queries, values and bodies. It is made of what may be kept, not by removing
// what may not.
type evidence struct {
	Run       string        `json:"run"`
	Target    string        `json:"target"`
	At        time.Time     `json:"at"`
	Route     store.Route   `json:"route"`
	Driver    string        `json:"driver"`
	MFA       mfa           `json:"mfa"`
	Verdict   login.Verdict `json:"verdict"`
	Diagnosis *diagnosis    `json:"diagnosis"`
	Stages    []stage       `json:"stages"`
	Traffic   []exchange    `json:"traffic"`
}

type exchange struct {
	At      time.Time `json:"at"`
	Method  string    `json:"method"`
	URL     string    `json:"url"`
	Status  int       `json:"status"`
	Type    string    `json:"type,omitempty"`
	Cookies []string  `json:"cookies,omitempty"`
	Note    string    `json:"note,omitempty"`
}

type mfa struct {
	Challenged bool   `json:"challenged"`
	Provider   string `json:"provider"`
	Factor     string `json:"factor"`
}

type diagnosis struct {
	Code   login.Code `json:"code"`
	Title  string     `json:"title"`
	Detail string     `json:"detail"`
}

type stage struct {
	Name   login.Stage `json:"name"`
	State  login.State `json:"state"`
	AtMS   int64       `json:"at_ms"`
	TookMS int64       `json:"took_ms"`
	URL    string      `json:"url,omitempty"`
	Note   string      `json:"note,omitempty"`
}

// keepEvidence writes a run's timeline and gives the file's path. Notes and details
// come from the engine without secrets; what the application itself named is
// searched for the password first, in every encoding that secrets travel in, and a
// hit keeps the file from being written.
func (g *Gate) keepEvidence(r login.Result, traffic []login.Exchange, plan login.Plan, folder string, began time.Time) (string, error) {
	e := evidence{
		Run: r.Run, Target: r.Target, At: began.UTC(), Driver: r.Driver, Verdict: r.Verdict,
		Route: r.Route, MFA: mfa(r.MFA),
	}
	for _, x := range traffic {
		e.Traffic = append(e.Traffic, exchange(x))
	}
	if d := r.Diagnosis; d != nil {
		e.Diagnosis = &diagnosis{d.Code, d.Title, d.Detail}
	}
	for _, s := range r.Stages {
		e.Stages = append(e.Stages, stage{s.Name, s.State, s.At.Milliseconds(), s.Took.Milliseconds(), s.URL, s.Note})
	}
	text, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return "", err
	}
	if told(traffic, plan.Password) {
		return "", errors.New("not written: an address or a cookie's name of the application has the password in it")
	}
	own := folder == ""
	if own {
		folder = g.Home.EvidenceDir(r.Target)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	file := filepath.Join(folder, began.UTC().Format("20060102T150405.000000Z")+"-"+r.Run+".json")
	if err := writeWhole(file, append(text, '\n')); err != nil {
		return "", err
	}
	if own {
		prune(folder)
	}
	return file, nil
}

// writeWhole writes a new file, or none: a full disk must not leave half of one.
func writeWhole(file string, text []byte) error {
	err := os.WriteFile(file, text, 0o600)
	if err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}

// told reports whether the application's own names have the password in them.
func told(traffic []login.Exchange, password store.Secret) bool {
	var secrets login.Secrets
	secrets.Add(login.RolePassword, password)
	for _, x := range traffic {
		if secrets.In(strings.Join(append([]string{x.URL, x.Type, x.Note}, x.Cookies...), " ")) {
			return true
		}
	}
	return false
}

// prune removes all but the newest timelines. The names sort by time; a file that
// cannot be removed is left for the next run.
func prune(folder string) {
	entries, err := os.ReadDir(folder) // sorted by name
	if err != nil {
		return
	}
	var files []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".json") {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	for len(files) > keptRuns {
		_ = os.Remove(files[0])
		files = files[1:]
	}
}

// moveEvidence takes a target's timelines along to its new name.
func (g *Gate) moveEvidence(from, to string) error {
	err := os.Rename(g.Home.EvidenceDir(from), g.Home.EvidenceDir(to))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
