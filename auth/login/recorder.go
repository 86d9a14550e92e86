package login

import (
	"time"
)

// recorder keeps how the stages stand and tells the sink.
type recorder struct {
	run    string
	now    func() time.Time
	start  time.Time
	latest time.Duration // since start
	hide   *Secrets
	emit   func(Event)
	stages map[Stage]*StageResult
	ended  func(Stage) // told when a stage has passed or failed; may be nil

	until  time.Time // of a wait that is being told
	number string    // likewise
	person bool      // likewise
}

func newRecorder(run string, now func() time.Time, hide *Secrets, emit func(Event)) *recorder {
	r := &recorder{run: run, now: now, start: now(), hide: hide, emit: emit, stages: map[Stage]*StageResult{}}
	if r.emit == nil {
		r.emit = func(Event) {}
	}
	return r
}

// elapsed is how long the run has taken. It never goes back, even if somebody sets
// the clock meanwhile.
func (r *recorder) elapsed() time.Duration {
	r.latest = max(r.latest, r.now().Sub(r.start))
	return r.latest
}

// begin starts a stage; one that has begun stays as it is.
func (r *recorder) begin(s Stage) {
	if r.stages[s] != nil {
		return
	}
	r.stages[s] = &StageResult{Name: s, State: Running, At: r.elapsed()}
	r.tell(s)
}

// note tells what a running stage is about.
func (r *recorder) note(s Stage, note string) {
	r.begin(s)
	if r.stages[s].State != Running {
		return
	}
	r.stages[s].Note = r.hide.Clean(note)
	r.tell(s)
}

// wait is note for a stage that waits until then, for a code.
func (r *recorder) wait(s Stage, note string, until time.Time) {
	r.begin(s)
	r.until = until
	r.note(s, note)
	r.until = time.Time{}
}

// await is note for a stage that waits for a person, who may have a number to type.
func (r *recorder) await(s Stage, note string, until time.Time, number string) {
	r.begin(s)
	r.until, r.number, r.person = until, number, true
	r.note(s, note)
	r.until, r.number, r.person = time.Time{}, "", false
}

// settled reports whether a stage has ended.
func (r *recorder) settled(s Stage) bool {
	st := r.stages[s]
	return st != nil && st.State != Running
}

// end settles a stage for good. Ending one that has ended changes nothing.
func (r *recorder) end(s Stage, state State, page Page, note string) {
	if r.settled(s) {
		return
	}
	r.begin(s)
	st := r.stages[s]
	st.State, st.Note, st.URL = state, r.hide.Clean(note), r.hide.Bare(page.URL)
	st.Took = r.elapsed() - st.At
	r.tell(s)
	if r.ended != nil && state != Skip {
		r.ended(s)
	}
}

// fail settles the stage that is to blame: the one at work, or else the next one,
// which did not come to begin.
func (r *recorder) fail(page Page, note string) {
	s := r.running()
	if r.settled(s) {
		for _, next := range Stages() {
			if r.stages[next] == nil {
				s = next
				break
			}
		}
	}
	r.end(s, Fail, page, note)
}

func (r *recorder) tell(s Stage) {
	st := r.stages[s]
	took := st.Took
	if st.State == Running {
		took = r.elapsed() - st.At
	}
	r.emit(Event{Run: r.run, Stage: s, State: st.State, At: st.At, Took: took, URL: st.URL, Note: st.Note, Until: r.until, Number: r.number, Person: r.person})
}

// running is the stage at work: the last in order that has begun and not ended;
// if none is, the last that has begun.
func (r *recorder) running() Stage {
	at, begun := Stage(""), StageReach
	for _, s := range Stages() {
		st := r.stages[s]
		if st == nil {
			continue
		}
		begun = s
		if st.State == Running {
			at = s
		}
	}
	if at == "" {
		return begun
	}
	return at
}

// finish settles what was not reached and gives all seven in order. Nothing is told
// after it: a stage that is settled stays so.
func (r *recorder) finish() []StageResult {
	all := make([]StageResult, 0, len(Stages()))
	for _, s := range Stages() {
		switch st := r.stages[s]; {
		case st == nil:
			r.stages[s] = &StageResult{Name: s, State: Skip, At: r.elapsed()}
			r.tell(s)
		case st.State == Running: // another stage failed meanwhile
			st.State, st.Took = Skip, r.elapsed()-st.At
			r.tell(s)
		}
		all = append(all, *r.stages[s])
	}
	return all
}
