package cli

import (
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"gatepass/auth/login"
	"gatepass/store"
)

// maxPage bounds a saved page, in bytes.
const maxPage = 32 << 20

func (a *app) inspectCommand() *cobra.Command {
	var asJSON bool
	var base string
	cmd := &cobra.Command{
		Use:   "inspect URL|FILE",
		Short: "Read a login page without signing in: what it asks for, and what fits",
		Long: `Reads a login page, or a saved one, without signing in: which field is what, which
driver can go through it, who asks, and which routes fit. A page that is drawn by
scripts is read with a browser, if one is installed. A saved page is HTML in any
encoding, or MHTML.`,
		Example: `  gatepass inspect https://shop.example.com/login
  gatepass inspect login.html --base https://shop.example.com/login --json`,
		Args: exactArgs("an address or a file"),
		RunE: func(cmd *cobra.Command, args []string) error {
			survey, err := a.survey(cmd, args[0], base)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(surveyJSON(survey))
			}
			return a.describePage(survey)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON object")
	cmd.Flags().StringVar(&base, "base", "", "the address that a saved page had (otherwise what the file says of it)")
	return cmd
}

func (a *app) survey(cmd *cobra.Command, what, base string) (login.Survey, error) {
	if strings.HasPrefix(what, "http://") || strings.HasPrefix(what, "https://") {
		home, err := a.home()
		if err != nil {
			return login.Survey{}, err
		}
		return a.gateAt(home, store.NewMemory()).Survey(cmd.Context(), what)
	}
	var at *url.URL // nil: where the file says that it comes from
	if cmd.Flags().Changed("base") {
		var err error
		if at, err = url.Parse(base); err != nil || at.Host == "" {
			return login.Survey{}, misuse("--base is %q: it looks like https://app.example.com/login", base)
		}
	}
	info, err := os.Stat(what)
	switch {
	case err != nil:
		return login.Survey{}, usage{error: fmt.Errorf("read the page: %w", err), hint: "An address begins with https:// or http://."}
	case !info.Mode().IsRegular() || info.Size() > maxPage:
		return login.Survey{}, misuse("%s is no saved page of at most %d bytes", what, maxPage)
	}
	text, err := os.ReadFile(what)
	if err != nil {
		return login.Survey{}, fmt.Errorf("read the page: %w", err)
	}
	p, err := login.ReadSaved(text, at)
	if err != nil {
		return login.Survey{}, misuse("%s cannot be read: %s", what, err)
	}
	s := login.SurveyPage(p)
	s.Notes = append(s.Notes, framesBeside(what, p)...)
	return s, nil
}

// framesBeside tells of the documents in frames that a browser saved into a folder of
// their own: the login may be one of them.
func framesBeside(file string, p login.Page) []string {
	var notes []string
	for _, f := range p.Frames {
		if f.URL == nil {
			continue
		}
		folder, name := path.Split(f.URL.Path)
		beside := filepath.Join(filepath.Dir(file), path.Base(folder), name)
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
			notes = append(notes, fmt.Sprintf("The page has a frame that was saved beside it; what it asks for is told by: gatepass inspect %s", login.Clean(beside)))
		}
	}
	return notes
}

// surveyOutput is what inspect --json promises.
type surveyOutput struct {
	URL       string           `json:"url"`
	Kind      login.Kind       `json:"kind"`
	Title     string           `json:"title"`
	Fields    []fieldOutput    `json:"fields"`
	Submit    *selectorOutput  `json:"submit"`
	Provider  *string          `json:"provider"`
	Driver    string           `json:"driver"`
	Routes    []routeOutput    `json:"routes"`
	Diagnosis *diagnosisOutput `json:"diagnosis"`
	Notes     []string         `json:"notes"`
}

type fieldOutput struct {
	Role     login.Role `json:"role"`
	Selector *string    `json:"selector"`
	Name     string     `json:"name"`
	ID       string     `json:"id"`
	Index    int        `json:"index"`
}

type selectorOutput struct {
	Selector string `json:"selector"`
}

type routeOutput struct {
	Route store.Route `json:"route"`
	Fit   string      `json:"fit"`
	Why   string      `json:"why"`
}

func surveyJSON(s login.Survey) surveyOutput {
	out := surveyOutput{
		URL: s.URL, Kind: s.Kind, Title: s.Title, Fields: []fieldOutput{}, Provider: orNull(s.Provider),
		Driver: s.Driver, Routes: []routeOutput{}, Notes: list(s.Notes),
	}
	for _, f := range s.Fields {
		out.Fields = append(out.Fields, fieldOutput{f.Role, orNull(f.Selector), f.Name, f.ID, f.Index})
	}
	if s.Submit != "" {
		out.Submit = &selectorOutput{s.Submit}
	}
	for _, r := range s.Routes {
		out.Routes = append(out.Routes, routeOutput(r))
	}
	if d := s.Diagnosis; d != nil {
		out.Diagnosis = &diagnosisOutput{d.Code, d.Title, d.Detail, d.Remedy}
	}
	return out
}

// describePage tells people what a page is.
func (a *app) describePage(s login.Survey) error {
	w := tabwriter.NewWriter(a.Out, 0, 8, 2, ' ', 0)
	row := func(name, value string) {
		if value != "" {
			_, _ = fmt.Fprintf(w, "%s\t%s\n", name, value)
		}
	}
	row("page", s.URL)
	row("title", s.Title)
	row("asks for", string(s.Kind))
	for _, f := range s.Fields {
		row("  "+string(f.Role), f.Selector)
	}
	row("  button", s.Submit)
	row("provider", s.Provider)
	row("driver", s.Driver)
	for _, r := range s.Routes {
		row("route "+string(r.Route), r.Fit+": "+r.Why)
	}
	for _, n := range s.Notes {
		row("note", n)
	}
	if d := s.Diagnosis; d != nil {
		row(string(d.Code), d.Title+". "+d.Detail)
		row("", d.Remedy)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}
