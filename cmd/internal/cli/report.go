package cli

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"gatepass/auth"
	"gatepass/auth/login"
)

// JUnit's XML as CI systems read it (the schema of Ant's junitreport): one suite a
// target, one case a stage.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name    string        `xml:"name,attr"`
		Class   string        `xml:"classname,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitTrouble `xml:"failure,omitempty"`
		Error   *junitTrouble `xml:"error,omitempty"`
		Skipped *junitSkipped `xml:"skipped,omitempty"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitTrouble struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
	junitSkipped struct {
		Message string `xml:"message,attr,omitempty"`
	}
)

// junitReport writes verifications as JUnit XML. A refusal is a failure, and what
// could not be found out is an error. Results hold no secrets.
func junitReport(results []login.Result, began time.Time) ([]byte, error) {
	all := junitSuites{Name: "gatepass verify"}
	var took time.Duration
	for _, r := range results {
		suite := junitOf(r, began.Add(took))
		took += r.Elapsed
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Errors += suite.Errors
		all.Skipped += suite.Skipped
		all.Suites = append(all.Suites, suite)
	}
	all.Time = junitTime(took)
	text, err := xml.MarshalIndent(all, "", "  ")
	return append([]byte(xml.Header), append(text, '\n')...), err
}

func junitOf(r login.Result, began time.Time) junitSuite {
	s := junitSuite{
		Name: "login " + r.Target, Time: junitTime(r.Elapsed), Timestamp: began.UTC().Format("2006-01-02T15:04:05"),
		Properties: []junitProperty{
			{"run", r.Run}, {"route", string(r.Route)}, {"driver", r.Driver}, {"verdict", string(r.Verdict)},
			{"mfa.challenged", fmt.Sprint(r.MFA.Challenged)}, {"mfa.provider", r.MFA.Provider}, {"mfa.factor", r.MFA.Factor},
		},
	}
	if r.Verdict == login.Errored && !slices.ContainsFunc(r.Stages, func(s login.StageResult) bool { return s.State == login.Fail }) {
		// It never got as far as a stage: CI systems must see that all the same.
		s.Cases = append(s.Cases, junitCase{Name: "start", Class: "gatepass." + r.Target, Time: junitTime(0), Error: junitTroubleOf(r, login.StageResult{})})
		s.Errors++
	}
	for _, stage := range r.Stages {
		c := junitCase{Name: string(stage.Name), Class: "gatepass." + r.Target, Time: junitTime(stage.Took), Out: stage.Note}
		switch stage.State {
		case login.Skip:
			c.Skipped, c.Out = &junitSkipped{stage.Note}, ""
			s.Skipped++
		case login.Fail:
			trouble := junitTroubleOf(r, stage)
			if r.Verdict == login.Refused {
				c.Failure = trouble
				s.Failures++
			} else {
				c.Error = trouble
				s.Errors++
			}
		}
		s.Cases = append(s.Cases, c)
	}
	s.Tests = len(s.Cases)
	return s
}

func junitTroubleOf(r login.Result, stage login.StageResult) *junitTrouble {
	if d := r.Diagnosis; d != nil {
		return &junitTrouble{Message: d.Title, Type: string(d.Code), Text: strings.TrimSpace(d.Detail + "\n" + d.Remedy)}
	}
	return &junitTrouble{Message: stage.Note, Type: string(r.Verdict)}
}

func junitTime(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// SARIF 2.1.0 (OASIS), as code scanning takes it. A login that went well has no
// results.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID    string    `json:"id"`
		Short sarifText `json:"shortDescription"`
		Help  sarifText `json:"help"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifInvocation struct {
		Successful bool `json:"executionSuccessful"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		Physical sarifPhysical  `json:"physicalLocation"`
		Logical  []sarifLogical `json:"logicalLocations"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifLogical struct {
		Name string `json:"name"`
		Kind string `json:"kind"`
	}
)

// sarifReport writes verifications as SARIF. The place of a finding is the target's
// file, which is what a team changes and reviews; place gives its address.
func sarifReport(results []login.Result, place func(target string) string) ([]byte, error) {
	run := sarifRun{
		Tool:    sarifTool{sarifDriver{Name: "gatepass", Version: version(), Rules: []sarifRule{}}},
		Results: []sarifResult{}, Invocations: []sarifInvocation{{Successful: true}},
	}
	known := map[login.Code]bool{}
	for _, r := range results {
		d := r.Diagnosis
		if d == nil {
			continue
		}
		if d.Code == notStartedCode {
			run.Invocations[0].Successful = false
		}
		if !known[d.Code] {
			known[d.Code] = true
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{string(d.Code), sarifText{d.Title}, sarifText{orDash(d.Remedy)}})
		}
		run.Results = append(run.Results, sarifResult{
			RuleID: string(d.Code), Level: sarifLevel(r.Verdict),
			Message: sarifText{strings.TrimSpace(fmt.Sprintf("%s: %s. %s %s", r.Target, d.Title, d.Detail, d.Remedy))},
			Locations: []sarifLocation{{
				Physical: sarifPhysical{sarifArtifact{place(r.Target)}},
				Logical:  []sarifLogical{{failedStage(r), "function"}},
			}},
		})
	}
	text, err := json.MarshalIndent(sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run},
	}, "", "  ")
	return append(text, '\n'), err
}

func sarifLevel(v login.Verdict) string {
	if v == login.SignedIn {
		return "note"
	}
	return "error"
}

// failedStage is the stage that is to blame, or the last.
func failedStage(r login.Result) string {
	for _, s := range r.Stages {
		if s.State == login.Fail {
			return string(s.Name)
		}
	}
	return string(login.StageControl)
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// reports are the files that a pipeline wants of a verification.
type reports struct {
	junit, sarif string
	results      []login.Result
	gate         *auth.Gate // whose targets they are; nil: it could not be had
}

func (r *reports) add(c flagSet) {
	c.StringVar(&r.junit, "junit", "", "also write the verdict as JUnit XML into this file")
	c.StringVar(&r.sarif, "sarif", "", "also write the diagnosis as SARIF into this file")
}

// none reports that no file was asked for.
func (r *reports) none() bool { return r.junit == "" && r.sarif == "" }

// ready looks whether the files could be written, before a code is spent on what is to
// stand in them.
func (r *reports) ready() error {
	for _, file := range []string{r.junit, r.sarif} {
		if file == "" {
			continue
		}
		if file == stdout {
			return usage{errors.New("a report goes into a file, and - is none: the verdict is on standard output"), "Name a file: --junit login.xml"}
		}
		if err := placeForFile(file); err != nil {
			return err
		}
	}
	return nil
}

// notStarted writes a login that could not begin as the error that it is, and gives the
// error with what else went wrong.
func (r *reports) notStarted(name string, err error, began time.Time) error {
	r.results = append(r.results, notStarted(name, err))
	return errors.Join(err, r.write(began))
}

// placeOf is the address of a target's file as code scanning wants it: from the folder
// that the pipeline works in, if it is below that.
func (r *reports) placeOf(target string) string {
	place := "targets/" + target + ".yaml"
	if r.gate == nil {
		return place
	}
	here, err := os.Getwd()
	if err != nil {
		return place
	}
	file, err := filepath.Abs(r.gate.Targets.Path(target))
	if err != nil {
		return place
	}
	if path, err := filepath.Rel(here, file); err == nil && filepath.IsLocal(path) {
		return filepath.ToSlash(path)
	}
	return place
}

// write writes the files that were asked for, whatever the verdict is.
func (r *reports) write(began time.Time) error {
	for _, one := range []struct {
		file  string
		write func() ([]byte, error)
	}{
		{r.junit, func() ([]byte, error) { return junitReport(r.results, began) }},
		{r.sarif, func() ([]byte, error) { return sarifReport(r.results, r.placeOf) }},
	} {
		if one.file == "" {
			continue
		}
		text, err := one.write()
		if err == nil {
			err = os.WriteFile(one.file, text, 0o644)
		}
		if err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	return nil
}
