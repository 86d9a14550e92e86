package advice

import (
	"fmt"
	"strings"
	"time"

	"gatepass/store"
)

// A Request is what a letter is about. What is left empty stands in the letter as a
// blank in brackets.
type Request struct {
	Route       store.Route
	Application string    // as people call it
	URL         string    // its login page
	Integration string    // its integration key in Duo, DI and 18 characters; no secret
	Account     string    // the test account's username
	Addresses   []string  // from which the scanner comes
	From, Until time.Time // of the scans; zero: not settled
	Requester   string    // who signs
	Logins      int       // how many are expected; 0: not known
	// Cloud reports that the scanner is a vendor's, and that others share its addresses.
	Cloud bool
	// Foreign reports that the second factor is not Duo's.
	Foreign bool
}

// A Letter is a request to whoever grants a route.
type Letter struct {
	Subject  string
	Sections []Section
	// Blanks lists what the writer still has to fill in.
	Blanks []string
}

// A Section is a heading with paragraphs, steps or both.
type Section struct {
	Title string
	Text  []string // paragraphs
	Steps []string // numbered
	Code  string   // to be copied as it is
}

// Write makes the letter for a request.
func Write(r Request) Letter {
	w := &writer{r: r}
	var l Letter
	switch {
	case r.Route == store.RoutePush:
		l = w.push()
	case r.Foreign:
		l = w.foreign()
	case r.Route == store.RouteOTP:
		l = w.token()
	case r.Route == store.RouteBypassCode:
		l = w.bypass()
	case r.Route == store.RouteTrustedDevice:
		l = w.device()
	default:
		l = w.exemption()
	}
	l.Blanks = w.blanks
	return l
}

// Text gives the letter as plain text.
func (l Letter) Text() string { return l.render(plainStyle) }

// Markdown gives the letter as Markdown.
func (l Letter) Markdown() string { return l.render(markdownStyle) }

type style struct {
	subject, title, code func(string) string
	escape               func(string) string
}

var plainStyle = style{
	subject: func(s string) string { return "Subject: " + s },
	title:   func(s string) string { return strings.ToUpper(s) },
	code:    func(s string) string { return "    " + strings.ReplaceAll(s, "\n", "\n    ") },
	escape:  func(s string) string { return s },
}

var markdownStyle = style{
	subject: func(s string) string { return "# " + escapeMarkdown(s) },
	title:   func(s string) string { return "## " + s },
	code:    func(s string) string { return "```\n" + strings.ReplaceAll(s, "```", "'''") + "\n```" },
	escape:  escapeMarkdown,
}

// escapeMarkdown keeps names from becoming markup.
func escapeMarkdown(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", `\<`, "[", `\[`, "#", `\#`, "|", `\|`).Replace(s)
}

func (l Letter) render(s style) string {
	parts := []string{s.subject(l.Subject)}
	for _, section := range l.Sections {
		parts = append(parts, s.title(section.Title))
		for _, text := range section.Text {
			parts = append(parts, s.escape(text))
		}
		if len(section.Steps) > 0 {
			lines := make([]string, len(section.Steps))
			for i, step := range section.Steps {
				lines[i] = fmt.Sprintf("%d. %s", i+1, s.escape(step))
			}
			parts = append(parts, strings.Join(lines, "\n"))
		}
		if section.Code != "" {
			parts = append(parts, s.code(section.Code))
		}
	}
	return strings.Join(parts, "\n\n") + "\n"
}

// A writer fills a letter in and keeps what it had to leave blank.
type writer struct {
	r      Request
	blanks []string
}

// or gives a value on one line, or a blank for it.
func (w *writer) or(value, blank string) string {
	if value = strings.Join(strings.Fields(value), " "); value != "" {
		return value
	}
	for _, b := range w.blanks {
		if b == blank {
			return "[" + blank + "]"
		}
	}
	w.blanks = append(w.blanks, blank)
	return "[" + blank + "]"
}

func (w *writer) application() string { return w.or(w.r.Application, "name of the application") }
func (w *writer) account() string     { return w.or(w.r.Account, "username of the test account") }
func (w *writer) addresses() string {
	return w.or(strings.Join(w.r.Addresses, ", "), "public address of the scanner")
}

func (w *writer) window() string {
	return "from " + w.or(day(w.r.From), "first day of the scans") + " until " + w.or(day(w.r.Until), "last day of the scans")
}

func (w *writer) until() string { return w.or(day(w.r.Until), "last day of the scans") }

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04 MST")
}

// facts is the part that every letter begins with.
func (w *writer) facts(ask string) Section {
	s := Section{Title: "What I ask for", Text: []string{ask}}
	s.Steps = append(s.Steps, "Application: "+w.application()+optional(", sign-in page ", w.r.URL)+optional(", integration key ", w.r.Integration))
	s.Steps = append(s.Steps, "Account: "+w.account()+", a test account")
	if w.r.Route != store.RoutePush {
		s.Steps = append(s.Steps, "The scanner comes from: "+w.addresses())
	}
	s.Steps = append(s.Steps, "When: "+w.window()+w.logins())
	return s
}

func (w *writer) logins() string {
	if w.r.Logins <= 0 {
		return ""
	}
	return fmt.Sprintf("; about %d sign-ins", w.r.Logins)
}

func optional(before, value string) string {
	if value == "" {
		return ""
	}
	return before + value
}

func (w *writer) signed(l Letter) Letter {
	l.Sections = append(l.Sections, Section{Title: "Questions", Text: []string{
		"Please tell me if another way suits you better, or if something here goes against your rules.",
		w.or(w.r.Requester, "your name"),
	}})
	return l
}

// verified says how the route will be checked.
func verified(how string) Section {
	return Section{Title: "How it will be checked", Text: []string{how}}
}
