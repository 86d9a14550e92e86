package handoff

// nuclei is ProjectDiscovery's Nuclei: its secrets file takes a ready session, and it
// cannot sign in with a second factor.
type nuclei struct{}

func (nuclei) Name() string                  { return "nuclei" }
func (nuclei) Title() string                 { return "Nuclei" }
func (nuclei) Variants() []Variant           { return sessionOnly("its secrets file with a ready session") }
func (nuclei) refuse(string, *view) []string { return nil }

// sessionOnly is the one variant of what takes nothing but a session.
func sessionOnly(title string) []Variant {
	return []Variant{{Name: "session", Title: title, Session: Always}}
}

type (
	nucleiTemplate struct {
		ID   string          `yaml:"id"`
		Info nucleiInfo      `yaml:"info"`
		HTTP []nucleiRequest `yaml:"http"`
	}
	nucleiRequest struct {
		Method   string          `yaml:"method"`
		Path     []string        `yaml:"path"`
		Matchers []nucleiMatcher `yaml:"matchers"`
	}
	nucleiMatcher struct {
		Type   string   `yaml:"type"`
		Part   string   `yaml:"part,omitempty"`
		Words  []string `yaml:"words,omitempty"`
		Status []int    `yaml:"status,omitempty"`
	}
)

func (nuclei) write(_ string, v *view) (draft, error) {
	secrets, err := writeNuclei(v)
	if err != nil {
		return draft{}, err
	}
	matcher := nucleiMatcher{Type: "status", Status: []int{200}}
	if text := v.proof().Text; text != "" {
		matcher = nucleiMatcher{Type: "word", Part: "body", Words: []string{text}}
	}
	d := draft{
		run:   []string{"nuclei -u " + shell(v.origin()) + " -sf " + shell(v.base+".nuclei.yaml") + " -ps" + nucleiExcluded(v)},
		check: []string{"nuclei -u " + shell(v.origin()) + " -sf " + shell(v.base+".nuclei.yaml") + " -ps -t " + shell(v.base+".nuclei-check.yaml"), "It must report signed-in; without -sf and -ps it must not."},
		silent: []string{
			"Without -ps a secrets file that fails is passed over, and Nuclei scans signed out.",
			"Nuclei never signs in again: when the session ends, the rest of the scan is signed out. " + v.ends(),
			"A host that is not listed letter by letter, port included, is asked without the session.",
		},
	}
	check, err := toYAML(v.head("Nuclei: a template that tells whether the session holds"), nucleiTemplate{
		ID:   "signed-in",
		Info: nucleiInfo{Name: "The session holds", Author: "gatepass", Severity: "info"},
		HTTP: []nucleiRequest{{Method: "GET", Path: []string{v.proofURL()}, Matchers: []nucleiMatcher{matcher}}},
	}, tail(draft{check: d.check}))
	d.files = []draftFile{{".nuclei.yaml", secrets + "\n" + comment(tail(d))}, {".nuclei-check.yaml", check}}
	return d, err
}

// nucleiExcluded keeps Nuclei's fuzzing from what is not to be touched.
func nucleiExcluded(v *view) string {
	var options string
	for _, host := range v.outside {
		options += " -eh " + shell(host)
	}
	return options
}
