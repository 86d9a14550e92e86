package handoff

// wapiti is Wapiti: its cookie file takes a ready session.
type wapiti struct{}

func (wapiti) Name() string                  { return "wapiti" }
func (wapiti) Title() string                 { return "Wapiti" }
func (wapiti) Variants() []Variant           { return sessionOnly("its cookie file with a ready session") }
func (wapiti) refuse(string, *view) []string { return nil }

func (wapiti) write(_ string, v *view) (draft, error) {
	text, err := writeWapiti(v)
	if err != nil {
		return draft{}, err
	}
	command := "wapiti -u " + shell(v.origin()+"/") + " -s " + shell(v.proofURL()) + " -c " + shell(v.base+".wapiti.json")
	for _, address := range v.logout {
		command += " -x " + shell(address)
	}
	return draft{
		files: []draftFile{{".wapiti.json", text}},
		run:   []string{command},
		check: v.see(),
		silent: []string{
			"Wapiti keeps what it crawled: a second run goes on with the first one's pages, signed out ones too. Say --flush-session after a new login.",
			"It sends the forms that it finds, the one that signs out as well, unless that is excluded with -x. Wapiti 3.0.4 on Python 3.11 or newer, as in Debian 12, breaks off with an error at any -x: use a newer one.",
			"Its own check of a login is one pattern for \"log out\" in a page; with a cookie file it checks nothing.",
			"A cookie file that it cannot read is taken for an empty one, and then overwritten.",
		},
	}, nil
}
