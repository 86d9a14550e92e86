package handoff

// cookiesTxt is the file that curl, wget, yt-dlp, Python and many scanners read.
type cookiesTxt struct{}

func (cookiesTxt) Name() string                  { return "cookies.txt" }
func (cookiesTxt) Title() string                 { return "cookies.txt" }
func (cookiesTxt) Variants() []Variant           { return sessionOnly("Netscape's cookies.txt") }
func (cookiesTxt) refuse(string, *view) []string { return nil }

func (cookiesTxt) write(_ string, v *view) (draft, error) {
	text, err := writeCookiesTxt(v)
	if err != nil {
		return draft{}, err
	}
	file := shell(v.base + ".cookies.txt")
	d := draft{
		files: []draftFile{{".cookies.txt", text}},
		run: []string{
			"curl --cookie " + file + " " + shell(v.origin()+"/"),
			"wget --load-cookies " + file + " " + shell(v.origin()+"/"),
		},
		check: v.see(),
		silent: []string{
			"A line with spaces for tabs is left out by every reader, without a word. Do not edit it by hand.",
			"Cookies that end with the browser are given a week here, because Python takes the format's own spelling for one that is over. The server may end them at any time.",
			"The mark #HttpOnly_ is left out, because wget, and Python before 3.10, take a line that begins with it for a comment. Into a browser, where the mark matters, take the session by --for playwright.",
		},
	}
	if v.bearer != "" {
		d.notes = append(d.notes, "The application also sends an Authorization header, which cookies.txt does not hold: --for header has it.")
	}
	return d, nil
}
