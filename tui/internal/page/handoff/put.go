package handoff

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

func (p *Page) writingKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	switch {
	case key.Matches(msg, k.Cancel):
		p.put.Stop()
		p.mode, p.err = made, nil
	case key.Matches(msg, k.Accept):
		if strings.TrimSpace(p.folder.Value()) != "" && !p.put.Busy() {
			return p.putFiles(false)
		}
	case p.folder.Update(msg):
		p.err = nil
	}
	return nil
}

// putFiles writes every file into the folder.
func (p *Page) putFiles(replace bool) tea.Cmd {
	put, folder, files := p.env.Outside.Put, strings.TrimSpace(p.folder.Value()), p.out.Files
	p.err = nil
	return ui.Do(p.put.Begin(p.env), func(ctx context.Context) (putResult, error) {
		paths, err := put(ctx, folder, files, replace)
		return putResult{paths}, err
	})
}

func (p *Page) putDone(msg ui.Result[putResult]) {
	switch {
	case !p.put.Done(msg.Run):
	case errors.Is(msg.Err, fs.ErrExist):
		what, _ := ui.Explain(msg.Err)
		p.mode = replacing
		p.ask = widget.NewConfirm("Replace what is there?", "replace", "leave it", append(what, "Files of the same names are overwritten, whatever wrote them.")...)
	case msg.Err != nil:
		p.mode, p.err = writing, msg.Err
	default:
		p.mode, p.written = made, msg.Value.paths
		p.folder.Blur()
		p.tab = 0
		p.sheet.top()
		p.env.Host.Say(ui.Notice{Level: ui.Success, Text: "Written. The files are listed at the top."})
	}
}

func (p *Page) replacingKey(msg tea.KeyMsg) tea.Cmd {
	switch p.ask.Update(msg) {
	case widget.No:
		p.mode = writing
	case widget.Yes:
		p.mode = writing
		return p.putFiles(true)
	case widget.Undecided:
	}
	return nil
}

// writingView asks for the folder and says what will be in it.
func (p *Page) writingView() []string {
	s := p.env.Styles
	lines := []string{"Into which folder? It is made if it is not there, for you alone.", "",
		s.Accent.Of("> ") + p.folder.View(s, p.readable()-2), ""}
	lines = append(lines, p.fileLines(nil)...)
	if p.put.Busy() {
		lines = append(lines, "", "Writing…")
	}
	if p.err != nil {
		lines = append(append(lines, ""), ui.ErrorLines(s, p.err, p.readable())...)
	}
	return lines
}

// fileLines lists the files with their modes; as paths, where they have been written.
func (p *Page) fileLines(paths []string) []string {
	s := p.env.Styles
	var lines []string
	for i, f := range p.out.Files {
		name := f.Name
		if i < len(paths) {
			name = paths[i]
		}
		about := "no secret in it"
		if f.Secret {
			about = "holds a secret: only you can read it"
		}
		mode := fmt.Sprintf("%04o", f.Mode.Perm())
		room := p.readable() - 2 - len(mode) - 2 - text.Width(about) - 2
		lines = append(lines, "  "+s.Dim.Of(mode)+"  "+text.Pad(text.CutLeft(text.Clean(name), room), room)+"  "+s.Dim.Of(about))
	}
	return lines
}
