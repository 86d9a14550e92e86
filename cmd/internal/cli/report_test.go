package cli

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
)

func refusedResult() login.Result {
	r := login.Result{
		Target: "shop", Run: "7f3a", Route: "otp", Driver: "http", Verdict: login.Refused, Elapsed: 1500 * time.Millisecond,
		Diagnosis: &login.Diagnosis{Code: login.ClockSkew, Title: "The clocks differ", Detail: `64 s <ahead> & "more"`, Remedy: "Set this machine's clock."},
	}
	for _, s := range login.Stages() {
		r.Stages = append(r.Stages, login.StageResult{Name: s, State: login.Pass, Took: time.Second})
	}
	r.Stages[3].State = login.Fail
	r.Stages[4].State = login.Skip
	return r
}

func TestJUnitTellsARefusalAsAFailure(t *testing.T) {
	good := refusedResult()
	good.Verdict, good.Diagnosis = login.SignedIn, nil
	for i := range good.Stages {
		good.Stages[i].State = login.Pass
	}
	unsure := refusedResult()
	unsure.Verdict = login.Errored
	text, err := junitReport([]login.Result{refusedResult(), good, unsure}, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	var all junitSuites
	if err := xml.Unmarshal(text, &all); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if all.Tests != 21 || all.Failures != 1 || all.Errors != 1 || all.Skipped != 2 || len(all.Suites) != 3 {
		t.Errorf("%+v", all)
	}
	failed := all.Suites[0].Cases[3]
	if failed.Failure == nil || failed.Failure.Type != "clock-skew" || !strings.Contains(failed.Failure.Text, `64 s <ahead> & "more"`) {
		t.Errorf("%+v", failed)
	}
	if all.Suites[2].Cases[3].Error == nil {
		t.Error("what could not be found out is no error")
	}
}

func TestSARIFHasARuleForEachDiagnosis(t *testing.T) {
	text, err := sarifReport([]login.Result{refusedResult(), refusedResult()}, func(target string) string { return ".gatepass/targets/" + target + ".yaml" })
	if err != nil {
		t.Fatal(err)
	}
	var got sarifLog
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	run := got.Runs[0]
	if got.Version != "2.1.0" || len(run.Tool.Driver.Rules) != 1 || len(run.Results) != 2 {
		t.Fatalf("%s", text)
	}
	r := run.Results[0]
	if r.RuleID != "clock-skew" || r.Level != "error" || r.Locations[0].Physical.Artifact.URI != ".gatepass/targets/shop.yaml" || r.Locations[0].Logical[0].Name != "passcode" {
		t.Errorf("%+v", r)
	}
}
