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
	Pictures  []picture     `json:"pictures,omitempty"`
	Traffic   []exchange    `json:"traffic"`
}

type exchange struct {
	At      time.Time `json:"at"`
	Method  string    `json:"method"`
	URL     string    `json:"url"`
	Status  int       `json:"status"`
	Type    string    `json:"type,omitempty"`
	Cookies []string  `json:"cookies,omitempty"`
	Values  []value   `json:"values,omitempty"`
	Note    string    `json:"note,omitempty"`
}

// value is a value that is not told: a token stands for it, the same for the same.
type value struct {
	In    string `json:"in"`
	Name  string `json:"name"`
	Token string `json:"token,omitempty"`
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

// keepEvidence writes a run's timeline and pictures and gives the timeline's path.
// Notes and details come from the engine without secrets; all the same everything
// that was not written by gatepass itself is searched for every secret of the run, in
// every encoding that secrets travel in, and a hit keeps all of it from being written.
func (g *Gate) keepEvidence(r login.Result, traffic []login.Exchange, shots *album, folder string, began time.Time) (string, error) {
	stem := began.UTC().Format("20060102T150405.000000Z") + "-" + r.Run
	e := timeline(r, traffic, began)
	e.Pictures = shots.names(stem)
	if r.Hidden.In(e.foreign()) {
		return "", errors.New("not written: an address, or a name that the application gives, has a secret of this login in it")
	}
	text, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return "", err
	}
	own := folder == ""
	if own {
		folder = g.Home.EvidenceDir(r.Target)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	if err := shots.write(filepath.Join(folder, stem)); err != nil {
		return "", err
	}
	file := filepath.Join(folder, stem+".json")
	if err := writeWhole(file, append(text, '\n')); err != nil {
		return "", errors.Join(err, os.RemoveAll(filepath.Join(folder, stem)))
	}
	if own {
		prune(folder)
	}
	return file, nil
}

// timeline is a run as a file keeps it.
func timeline(r login.Result, traffic []login.Exchange, began time.Time) evidence {
	e := evidence{
		Run: r.Run, Target: r.Target, At: began.UTC(), Driver: r.Driver, Verdict: r.Verdict,
		Route: r.Route, MFA: mfa(r.MFA),
	}
	for _, x := range traffic {
		kept := exchange{At: x.At, Method: x.Method, URL: x.URL, Status: x.Status, Type: x.Type, Cookies: x.Cookies, Note: x.Note}
		for _, v := range x.Values {
			kept.Values = append(kept.Values, value(v))
		}
		e.Traffic = append(e.Traffic, kept)
	}
	if d := r.Diagnosis; d != nil {
		e.Diagnosis = &diagnosis{d.Code, d.Title, d.Detail}
	}
	for _, s := range r.Stages {
		e.Stages = append(e.Stages, stage{s.Name, s.State, s.At.Milliseconds(), s.Took.Milliseconds(), s.URL, s.Note})
	}
	return e
}

// foreign is all of it that the application had a hand in.
func (e evidence) foreign() string {
	var b strings.Builder
	for _, x := range e.Traffic {
		b.WriteString(x.Method + " " + x.URL + " " + x.Type + " " + x.Note + "\n" + strings.Join(x.Cookies, "\n") + "\n")
		for _, v := range x.Values {
			b.WriteString(v.Name + "\n")
		}
	}
	for _, s := range e.Stages {
		b.WriteString(s.URL + "\n" + s.Note + "\n")
	}
	if e.Diagnosis != nil {
		b.WriteString(e.Diagnosis.Detail)
	}
	return b.String()
}

// writeWhole writes a new file, or none: a full disk must not leave half of one.
func writeWhole(file string, text []byte) error {
	err := os.WriteFile(file, text, 0o600)
	if err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}

// prune removes all but the newest runs, each timeline with its pictures. The names
// sort by time; a file that cannot be removed is left for the next run.
func prune(folder string) {
	entries, err := os.ReadDir(folder) // sorted by name
	if err != nil {
		return
	}
	var runs []string
	for _, e := range entries {
		if stem, ok := strings.CutSuffix(e.Name(), ".json"); ok {
			runs = append(runs, filepath.Join(folder, stem))
		}
	}
	for len(runs) > keptRuns {
		_ = os.Remove(runs[0] + ".json")
		_ = os.RemoveAll(runs[0])
		runs = runs[1:]
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
