package handoff

// header are the lines of a request that carry the session.
type header struct{}

func (header) Name() string                  { return "header" }
func (header) Title() string                 { return "Header lines" }
func (header) Variants() []Variant           { return sessionOnly("Cookie, Authorization, or both") }
func (header) refuse(string, *view) []string { return nil }

func (header) write(_ string, v *view) (draft, error) {
	text, err := writeHeaders(v)
	if err != nil {
		return draft{}, err
	}
	return draft{
		files: []draftFile{{".headers", text}},
		run: []string{
			"curl --header @" + shell(v.base+".headers") + " " + shell(v.origin()+"/"),
			"On a command line a header can be read by everybody on the machine: give it by a file or the environment.",
		},
		check: v.see(),
		silent: []string{
			"A fixed header is sent wherever the scanner is told to, other hosts included. Limit it to " + v.origin() + ".",
			"Cookies that the application changes during the scan are lost.",
		},
	}, nil
}
