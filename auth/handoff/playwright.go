package handoff

// playwright is Playwright's storageState, which scanners built on it take as well.
type playwright struct{}

func (playwright) Name() string                  { return "playwright" }
func (playwright) Title() string                 { return "Playwright" }
func (playwright) Variants() []Variant           { return sessionOnly("a storageState") }
func (playwright) refuse(string, *view) []string { return nil }

func (playwright) write(_ string, v *view) (draft, error) {
	text, err := writeStorageState(v)
	if err != nil {
		return draft{}, err
	}
	d := draft{
		files: []draftFile{{".storage-state.json", text}},
		run:   []string{"browser.newContext({ storageState: '" + v.base + ".storage-state.json' })"},
		check: v.see(),
		silent: []string{
			"sessionStorage is not restored: an application that keeps its token there opens signed out.",
			"Without an assertion on the proof a test goes on signed out.",
		},
	}
	if v.bearer != "" {
		d.notes = append(d.notes, "The application sends an Authorization header, which a storageState does not hold: its scripts must find the token in localStorage.")
	}
	return d, nil
}
