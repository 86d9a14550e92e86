package wizard

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"gatepass/auth/advice"
	"gatepass/store"
	"gatepass/tui/internal/form"
	"gatepass/tui/internal/text"
	"gatepass/tui/internal/ui"
	"gatepass/tui/internal/widget"
)

// letterState is the request to whoever grants the route.
type letterState struct {
	opened   bool // it was asked for, though nobody need be asked
	markdown bool
	filling  bool // its blanks are filled in
	naming   bool // the path to save it at is typed

	from, until, logins, by *form.Field
	path                    widget.Input

	saving ui.Task
	err    error // from saving
}

type savedResult struct{ path string }

func (p *Page) newLetter() letterState {
	l := letterState{path: widget.NewInput()}
	l.from = form.Line("First day", "2026-12-01 or 2026-12-01T18:00; may stay empty", nil)
	l.until = form.Line("Last day", "when the scans end; may stay empty", nil)
	l.logins = form.Line("Sign-ins", "about how many; may stay empty", nil)
	l.by = form.Line("Your name", "who asks; may stay empty", nil)
	l.from.Check = func() error { return p.checkDay(l.from) }
	l.until.Check = func() error { return p.checkDay(l.until) }
	l.logins.Check = func() error { return checkCount(l.logins, true) }
	return l
}

// fields are the blanks of the letter. The account and the addresses are asked for
// again where the wizard needs them, and stand there by then.
func (l *letterState) fields(account, addresses *form.Field) []*form.Field {
	return []*form.Field{account, addresses, l.from, l.until, l.logins, l.by}
}

func (p *Page) letterKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	l := &p.letter
	switch {
	case l.naming:
		return p.pathKey(msg, k)
	case l.filling:
		return p.fillKey(msg, k)
	case key.Matches(msg, k.Next):
		return p.forward()
	case key.Matches(msg, k.Fill):
		l.filling = true
		p.form.Set(p.fields()...)
		p.form.Focus(0)
	case key.Matches(msg, k.Copy):
		p.env.Host.Copy(ui.Copying{Secret: store.NewSecret(p.letterText()), Label: "the request"})
	case key.Matches(msg, k.Save):
		l.naming, l.err = true, nil
		if l.path.Empty() {
			l.path.SetValue("request-" + p.name.Value() + map[bool]string{false: ".txt", true: ".md"}[l.markdown])
		}
		l.path.Focus()
	case key.Matches(msg, k.Markdown):
		l.markdown = !l.markdown
	default:
		p.scroll.Update(msg, k.List)
	}
	return nil
}

// fillKey fills in the blanks; the last one brings the letter back.
func (p *Page) fillKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	switch {
	case key.Matches(msg, k.Field):
		p.form.Move(+1)
	case key.Matches(msg, k.Before):
		p.form.Move(-1)
	case key.Matches(msg, k.Next):
		f := p.form.Focused()
		if !f.Empty() && !f.Leave() {
			return nil
		}
		if !p.form.Last() {
			p.form.Move(+1)
			return nil
		}
		p.letter.filling = false
		p.form.Set()
		p.scroll.Reset()
	default:
		p.form.Edit(msg)
	}
	return nil
}

func (p *Page) pathKey(msg tea.KeyMsg, k keyMap) tea.Cmd {
	switch {
	case p.letter.saving.Busy():
	case key.Matches(msg, k.Next):
		if !p.letter.path.Empty() {
			return p.saveLetter(false)
		}
	default:
		p.letter.path.Update(msg)
		p.letter.err = nil
	}
	return nil
}

func (p *Page) saveLetter(replace bool) tea.Cmd {
	save, path, letter := p.env.Save, strings.TrimSpace(p.letter.path.Value()), p.letterText()
	return ui.Do(p.letter.saving.Begin(p.env), func(ctx context.Context) (savedResult, error) {
		full, err := save(ctx, path, letter, replace)
		return savedResult{full}, err
	})
}

// letterSaved asks before a file is replaced.
func (p *Page) letterSaved(r savedResult, err error) {
	l := &p.letter
	switch {
	case errors.Is(err, fs.ErrExist):
		p.question(widget.NewConfirm("Replace the file?", "replace", "keep it",
			"There is a file of that name already: "+text.Clean(l.path.Value())),
			func() tea.Cmd { return p.saveLetter(true) }, nil)
	case err != nil:
		l.err = err
	default:
		l.naming = false
		l.path.Blur()
		p.env.Host.Say(ui.Notice{Level: ui.Success, Text: "Saved the request as " + r.path + "."})
	}
}

// request is what the letter is about, as far as it is known.
func (p *Page) request() advice.Request {
	l := &p.letter
	r := advice.Request{
		Route: p.route(), Application: p.name.Value(), URL: p.url.Value(), Integration: p.duo.integration.Value(),
		Account: strings.TrimSpace(p.user.Value()), Addresses: fieldsOf(p.own.addresses.Value()),
		Requester: strings.TrimSpace(l.by.Value()), Foreign: p.foreign(),
	}
	r.From, _ = p.day(l.from)
	r.Until, _ = p.day(l.until)
	r.Logins, _ = strconv.Atoi(strings.TrimSpace(l.logins.Value()))
	return r
}

func (p *Page) letterText() string {
	letter := advice.Write(p.request())
	if p.letter.markdown {
		return letter.Markdown()
	}
	return letter.Text()
}

// fieldsOf takes a list apart that was typed with commas or spaces.
func fieldsOf(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
}

// checkAddresses checks a list of addresses and networks.
func (p *Page) checkAddresses() error {
	for i, a := range fieldsOf(p.own.addresses.Value()) {
		_, one := netip.ParseAddr(a)
		_, network := netip.ParsePrefix(a)
		if one != nil && network != nil {
			return store.WithHint(fmt.Errorf("number %d is no address", i+1), "One looks like 203.0.113.10, a network like 203.0.113.0/28.")
		}
	}
	return nil
}

func (p *Page) day(f *form.Field) (time.Time, error) {
	v := strings.TrimSpace(f.Value())
	if v == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(layout, v, p.env.Now().Location()); err == nil {
			return t, nil
		}
	}
	return time.Time{}, errors.New("a day looks like 2026-12-01, or 2026-12-01T18:00 with the time")
}

func (p *Page) checkDay(f *form.Field) error {
	_, err := p.day(f)
	return err
}

// checkCount checks a number that people count with.
func checkCount(f *form.Field, mayMiss bool) error {
	v := strings.TrimSpace(f.Value())
	if v == "" && mayMiss {
		return nil
	}
	if n, err := strconv.Atoi(v); err != nil || n < 1 {
		return errors.New("a number from 1 on is needed")
	}
	return nil
}

// letterLines draw the letter, or what is filled in or asked for.
func (p *Page) letterView() string {
	s, w := p.env.Styles, p.readable()
	l := &p.letter
	var head []string
	switch {
	case l.filling:
		head = append(text.Wrap("What the request still leaves open. What you do not know may stay empty: it stands there as a blank in brackets.", w), "")
		return strings.Join(append(head, p.form.View(s, w)...), "\n")
	case l.naming:
		head = []string{s.Bright.Of("Save the request as"), "", "> " + l.path.View(s, w-2), ""}
		if l.err != nil {
			return strings.Join(append(head, ui.ErrorLines(s, l.err, w)...), "\n")
		}
		return strings.Join(append(head, dimLines(s, "There is no secret in it: everybody may read the file.", w)...), "\n")
	}
	letter := advice.Write(p.request())
	if len(letter.Blanks) > 0 {
		head = ui.Hanging(s.Warn.Of("! "), "Still to be filled in (e): "+strings.Join(letter.Blanks, "; ")+".", w)
	} else {
		head = []string{s.Good.Of("✓ ") + "Nothing is left blank."}
	}
	head = append(head, s.Dim.Of(strings.Repeat("─", w)))
	var lines []string
	for line := range strings.SplitSeq(strings.TrimRight(p.letterText(), "\n"), "\n") {
		lines = append(lines, wrapped(line, w)...)
	}
	p.scroll.SetHeight(p.h - len(head))
	return strings.Join(head, "\n") + "\n" + p.scroll.View(s, lines)
}

// wrapped breaks a line, and keeps how far it is indented.
func wrapped(line string, w int) []string {
	body := strings.TrimLeft(line, " ")
	in := min(len(line)-len(body), w/2)
	lines := text.Wrap(text.Clean(body), w-in)
	if len(lines) == 0 {
		return []string{""}
	}
	for i := range lines {
		lines[i] = text.Blank(in) + lines[i]
	}
	return lines
}
