package handoff

// curl is a script around curl, for everything that is no scanner.
type curl struct{}

func (curl) Name() string  { return "curl" }
func (curl) Title() string { return "curl" }

func (curl) Variants() []Variant {
	return []Variant{{Name: "session", Title: "a script that takes the session from the environment, or a file for --config", Session: Inline}}
}

func (curl) refuse(string, *view) []string { return nil }

func (c curl) write(_ string, v *view) (draft, error) {
	d := draft{silent: []string{
		"curl does not follow a redirect to the login page unless told to (--location), and an empty answer is no error: compare with the proof.",
		"When the session ends curl is answered with a login page, and status 200 in many applications.",
	}}
	if v.inline() {
		return c.config(d, v)
	}
	command, want := `--cookie "$`+EnvCookiesTxt+`"`, EnvCookiesTxt
	if v.byHeader() {
		// A header on the command line can be read by everybody on the machine, so it
		// goes in by a file that is none.
		command, want = "--header @-", EnvHeader
	}
	text := "#!/bin/sh\n" + comment(v.head("curl")) +
		`: "${` + want + `:?run this through: gatepass exec ` + v.in.Target.Name + " -- sh ./" + v.base + `.curl.sh}"` + "\n" +
		"[ $# -gt 0 ] || set -- " + shell(v.proofURL()) + "\n"
	start := "exec "
	if v.byHeader() {
		start = `printf '%s\n' "$` + EnvHeader + `" | `
	}
	text += start + "curl --fail-with-body --silent --show-error " + command + ` "$@"` + "\n"
	script := shell("./" + v.base + ".curl.sh")
	d.wants = []Variable{{want, "given by gatepass exec"}}
	d.run = []string{"gatepass exec " + shell(v.in.Target.Name) + " -- sh " + script + " " + shell(v.origin()+"/")}
	d.check = curlCheck(v, "gatepass exec "+shell(v.in.Target.Name)+" -- sh "+script)
	d.files = []draftFile{{".curl.sh", text + "\n" + comment(tail(d))}}
	return d, nil
}

// curlCheck asks for the proof and looks for its text.
func curlCheck(v *view, command string) []string {
	if text := v.proof().Text; text != "" {
		return []string{command + " " + shell(v.proofURL()) + " | grep -cF -- " + shell(text)}
	}
	return v.see()
}

func (curl) config(d draft, v *view) (draft, error) {
	text, err := writeCurlConfig(v)
	if err != nil {
		return draft{}, err
	}
	command := "curl --silent --show-error --config " + shell(v.base+".curlrc")
	d.run = []string{command + " " + shell(v.origin()+"/")}
	d.check = curlCheck(v, command)
	d.files = []draftFile{{".curlrc", text + "\n" + comment(tail(d))}}
	return d, nil
}
