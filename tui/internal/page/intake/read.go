package intake

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync/atomic"

	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/otp/importer"
	"gatepass/store"
	"gatepass/tui/internal/ui"
)

// A given is what was pasted, dropped or typed: text with entries, or the paths of
// files that have some.
type given struct {
	text  store.Secret
	paths []string
}

// pasted is what text without a file is called.
const pasted = "pasted text"

// readResult is what was found, and what an import would do with it.
type readResult struct {
	read   importer.Result
	broken error // of files that could not be read
	plan   auth.Collection
	// settled is what became of an import that had been cut off.
	settled auth.SettledImport
}

// progress is how far work is. The work counts, and the screen looks.
type progress struct{ done, total atomic.Int64 }

// tell takes the progress of an import, forward or back.
func (g *progress) tell(p auth.ImportProgress) { g.set(p.Done, p.Total) }

func (g *progress) set(done, total int) {
	g.done.Store(int64(done))
	g.total.Store(int64(total))
}

// A question is put by the reading when a backup is encrypted; it waits for reply.
type question struct {
	importer.Ask
	reply chan answer
}

type answer struct {
	password store.Secret
	err      error
}

// errSkipped leaves out a backup whose password was not given.
var errSkipped = errors.New("it was left out, for no password was given")

// start reads everything that was given, from the beginning: the parts of one export
// may have come one by one.
func (p *Page) start() tea.Cmd {
	p.mode, p.failure = reading, nil
	p.progress = &progress{}
	job := job{
		gate: p.env.Gate, files: p.env.Files, given: append([]given{}, p.given...),
		known: maps.Clone(p.passwords), questions: make(chan question), progress: p.progress,
	}
	return tea.Batch(ui.Do(p.reading.Begin(p.env), job.run), p.listen(job.questions))
}

// listen waits for the reading's next question.
func (p *Page) listen(questions chan question) tea.Cmd {
	p.questions = questions
	return ui.Do(p.asking.Begin(p.env), func(ctx context.Context) (question, error) {
		select {
		case q := <-questions:
			return q, nil
		case <-ctx.Done():
			return question{}, ctx.Err()
		}
	})
}

// A job is one reading. It holds copies, so that it never touches the page.
type job struct {
	gate      ui.Gate
	files     ui.Files
	given     []given
	known     map[string]store.Secret
	questions chan question
	progress  *progress
}

func (j *job) run(ctx context.Context) (readResult, error) {
	files, broken := j.open(ctx)
	var res readResult
	var err error
	if len(files) > 0 {
		res.read, err = importer.ReadAll(ctx, files, importer.Options{Password: j.password, Progress: j.progress.set})
	}
	if ctx.Err() != nil {
		return res, ctx.Err()
	}
	if res.broken = errors.Join(broken, err); len(res.read.Entries) == 0 {
		return res, nil
	}
	if res.settled, err = j.gate.SettleImport(ctx, auth.Importing{}); err != nil {
		return res, err
	}
	res.plan, err = j.gate.Collect(ctx, res.read.Entries)
	return res, err
}

// open gives everything that was given as files.
func (j *job) open(ctx context.Context) ([]importer.File, error) {
	var files []importer.File
	var broken []error
	for _, g := range j.given {
		switch {
		case !g.text.IsZero():
			files = append(files, importer.File{Name: pasted, Data: []byte(g.text.Reveal())})
		case j.files == nil:
			broken = append(broken, errors.New("files cannot be read here"))
		default:
			more, err := j.files(ctx, g.paths)
			files, broken = append(files, more...), append(broken, err)
		}
	}
	return files, errors.Join(broken...)
}

// password asks the person for the password of a backup, unless it was given before.
func (j *job) password(ctx context.Context, ask importer.Ask) (store.Secret, error) {
	if known, ok := j.known[ask.Name]; ok && ask.Attempt == 1 {
		return known, nil
	}
	q := question{ask, make(chan answer, 1)}
	select {
	case j.questions <- q:
	case <-ctx.Done():
		return store.Secret{}, ctx.Err()
	}
	select {
	case a := <-q.reply:
		return a.password, a.err
	case <-ctx.Done():
		return store.Secret{}, ctx.Err()
	}
}

// found takes what a reading brought.
func (p *Page) found(msg ui.Result[readResult]) {
	p.asking.Stop()
	p.question = nil
	p.failure = msg.Err
	res := msg.Value
	if msg.Err == nil && len(res.read.Entries)+len(res.read.Refused) == 0 {
		p.failure = res.broken
		if p.failure == nil {
			p.failure = errNothing
		}
	}
	if p.failure != nil {
		p.refuse()
		return
	}
	p.mode, p.res = review, res
	p.draw()
}

// refuse drops what was given last: that is what was wrong. What was found before it
// stays.
func (p *Page) refuse() {
	p.given = p.given[:max(len(p.given)-1, 0)]
	p.mode = waiting
	if len(p.given) > 0 {
		p.env.Host.Say(ui.Notice{Level: ui.Failure, Text: ui.OneLine(p.failure)})
		p.mode, p.failure = review, nil
	}
}

var errNothing = store.WithHint(errors.New("there is no entry in it"),
	"Paste otpauth:// links, seeds in base32, or the path of a backup or of a picture with QR codes.")

// keptResult says how many were kept.
type keptResult struct{ n int }

// keep stores what is new: all of it or nothing.
func (p *Page) keep() tea.Cmd {
	list := p.res.plan.Add
	ctx, cancel := context.WithCancel(p.env.Life)
	p.mode, p.failure, p.cancel = keeping, nil, cancel
	p.progress = &progress{}
	p.progress.set(0, len(list))
	gate, crew, told := p.env.Gate, p.env.Crew, p.progress
	return ui.Do(p.storing.BeginIn(p.env, ctx), func(ctx context.Context) (keptResult, error) {
		defer crew.Vital()()
		return keptResult{len(list)}, gate.AddAll(ctx, list, auth.Importing{Progress: told.tell})
	})
}

// kept leaves when all is stored, and says what went wrong when nothing is.
func (p *Page) kept(msg ui.Result[keptResult]) {
	stopped := p.stopped
	p.cancel()
	p.mode, p.stopped = review, false
	switch {
	case msg.Err == nil:
		p.env.Host.Say(ui.Notice{Level: ui.Success, Text: fmt.Sprintf("Kept %s in %s.", entries(msg.Value.n), ui.Named(p.env.Place.Backend))})
		p.env.Host.Back()
	case stopped && errors.Is(msg.Err, context.Canceled):
		p.env.Host.Say(ui.Notice{Text: "Stopped. Nothing was kept."})
	default:
		p.failure = msg.Err
		p.scroll.Reset()
		p.draw()
	}
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}
