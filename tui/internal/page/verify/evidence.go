package verify

import (
	"context"
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth"
	"gatepass/auth/login"
	"gatepass/tui/internal/signin"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
)

// readEvidence reads what was kept of the run.
func (p *Page) readEvidence() tea.Cmd {
	gate, file := p.env.Gate, p.result.Evidence
	return ui.Do(p.read.Begin(p.env), func(ctx context.Context) (auth.Timeline, error) {
		return gate.Timeline(ctx, file)
	})
}

func (p *Page) readDone(msg ui.Result[auth.Timeline]) {
	switch {
	case !p.read.Done(msg.Run), p.run.Busy():
	case msg.Err != nil:
		p.env.Host.Say(ui.Notice{Level: ui.Failure, Text: ui.OneLine(msg.Err)})
	default:
		p.kept = &msg.Value
		p.scroll.Reset()
	}
}

func (p *Page) readKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	switch {
	case key.Matches(msg, k.Close):
		p.kept = nil
		p.scroll.Reset()
	case key.Matches(msg, k.Open):
		return p.open(p.kept.Folder())
	case key.Matches(msg, k.OpenFile):
		return p.open(p.kept.File)
	default:
		p.scroll.Update(msg, k.List)
	}
	return nil
}

func (p *Page) open(path string) tea.Cmd {
	open := p.env.Outside.Open
	return ui.Do(p.opener.Begin(p.env), func(ctx context.Context) (openResult, error) {
		return openResult{}, open(ctx, path)
	})
}

// evidence draws what was kept: where, the timeline, and every request.
func (p *Page) evidence() []string {
	s, t := p.env.Styles, p.kept
	lines := []string{
		s.Dim.Of("folder    ") + text.CutLeft(text.Clean(t.Folder()), p.w-10),
		s.Dim.Of("file      ") + text.CutLeft(text.Clean(strings.TrimPrefix(t.File, t.Folder())[1:]), p.w-10),
	}
	if n := len(t.Pictures); n > 0 {
		lines = append(lines, s.Dim.Of("pictures  ")+text.Cut(fmt.Sprintf("%d, what was typed is covered: %s", n, text.Clean(strings.Join(t.Pictures, ", "))), p.w-10))
	}
	lines = append(lines, s.Dim.Of("began     ")+t.At.In(p.env.Now().Location()).Format("2006-01-02 15:04:05"), "", s.Dim.Of("TIMELINE"))
	for _, st := range t.Stages {
		lines = append(lines, p.keptStage(st)...)
	}
	lines = append(lines, "", s.Dim.Of(fmt.Sprintf("TRAFFIC · %d requests, names only: the same value has the same token", len(t.Traffic))))
	for _, x := range t.Traffic {
		lines = append(lines, p.exchange(x)...)
	}
	return lines
}

func (p *Page) keptStage(st login.StageResult) []string {
	s := p.env.Styles
	took := ""
	if st.State != login.Skip {
		took = text.Took(st.Took)
	}
	head := "  " + signin.Mark(st.State).Of(s, 0) + " " + text.Pad(string(st.Name), 12) + s.Dim.Of(text.PadLeft(took, 8)) + "  "
	about := text.Clean(strings.Trim(st.URL+" · "+st.Note, " ·"))
	if about == "" {
		return []string{head}
	}
	return ui.Hanging(head, about, p.w)
}

// exchange draws one request and its answer.
func (p *Page) exchange(x login.Exchange) []string {
	s := p.env.Styles
	status := "–"
	if x.Status > 0 {
		status = fmt.Sprint(x.Status)
	}
	after := s.Dim.Of(text.PadLeft(text.Took(x.At.Sub(p.kept.At)), 8))
	paint := s.Good
	if x.Status == 0 || x.Status >= 400 {
		paint = s.Bad
	}
	head := "  " + after + " " + paint.Of(text.Pad(status, 4)) + " " + text.Pad(text.Clean(x.Method), 5)
	lines := []string{head + text.Cut(text.Clean(x.URL), p.w-text.Width(head))}
	var more []string
	for _, v := range x.Values {
		pair := v.In + " " + v.Name
		if v.Token != "" {
			pair += "=" + v.Token
		}
		more = append(more, pair)
	}
	if len(x.Cookies) > 0 {
		more = append(more, "sets "+strings.Join(x.Cookies, ", "))
	}
	if x.Status == 0 {
		more = append(more, "no answer")
	}
	if x.Note != "" {
		more = append(more, x.Note)
	}
	if len(more) == 0 {
		return lines
	}
	in := text.Blank(text.Width(head))
	for _, l := range text.Wrap(text.Clean(strings.Join(more, " · ")), p.w-text.Width(head)) {
		lines = append(lines, in+s.Dim.Of(l))
	}
	return lines
}
