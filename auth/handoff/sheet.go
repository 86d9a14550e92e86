package handoff

import (
	"fmt"
	"strings"
)

// sheet is an output as text for people.
func (o Output) sheet() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)\n", o.Title, o.Variant)
	if o.Unproven {
		b.WriteString("\n" + o.standing + "\n")
	}
	for _, f := range o.Files {
		secret := ""
		if f.Secret {
			secret = "  (holds a secret)"
		}
		fmt.Fprintf(&b, "\nFile: %s%s\n", f.Name, secret)
	}
	steps(&b, o.Steps)
	paragraph(&b, "Set in the environment", variables(o.Wants))
	paragraph(&b, "Run", o.Run)
	paragraph(&b, "Check that it is signed in", o.Check)
	paragraph(&b, "How it fails without saying so", o.Silent)
	for _, r := range o.Refusals {
		paragraph(&b, "Not written: "+r.Variant, r.Reasons)
	}
	paragraph(&b, "To know", o.Notes)
	return b.String()
}

func steps(b *strings.Builder, all []Step) {
	if len(all) == 0 {
		return
	}
	b.WriteString("\nDo\n")
	for _, s := range all {
		value := s.Value
		if !s.Secret.IsZero() {
			value = s.Secret.Reveal()
		}
		b.WriteString("  [ ] " + s.Do)
		if value != "" {
			b.WriteString(": " + value)
		}
		b.WriteByte('\n')
	}
}

func paragraph(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	b.WriteString("\n" + title + "\n")
	for _, line := range lines {
		b.WriteString("  " + line + "\n")
	}
}

func variables(all []Variable) []string {
	var lines []string
	for _, v := range all {
		lines = append(lines, v.Name+"  "+v.Holds)
	}
	return lines
}

// head is the comment above a file.
func (v *view) head(title string) []string {
	return []string{
		"The login of " + v.in.Target.Name + " for " + title + ", written by gatepass at " + stamp(v.in.Options.Now) + ".",
		v.in.standing(),
	}
}

// tail is the comment below a file: how to run it, how to check it, how it fails.
func tail(d draft) []string {
	var lines []string
	for _, part := range []struct {
		title string
		lines []string
	}{{"Run:", d.run}, {"Check that it is signed in:", d.check}, {"How it fails without saying so:", d.silent}} {
		if len(part.lines) == 0 {
			continue
		}
		lines = append(lines, part.title)
		for _, line := range part.lines {
			lines = append(lines, "  "+line)
		}
	}
	return lines
}

// wants lists the variables of a login that the scanner makes by itself.
func (v *view) wants() []Variable {
	if v.inline() {
		return nil
	}
	all := []Variable{{EnvPassword, "the password of " + v.in.Target.Username}}
	if v.otp() {
		all = append(all, Variable{EnvSeed, "the seed of its one-time codes, in base32; gatepass export " + shell(v.in.Target.Name) + " --to otpauth shows it"})
	}
	return all
}

// give is a command that gatepass runs with the password, and the seed if there is one,
// in its environment: one that signs in by itself.
func (v *view) give(command string) string {
	what := "password"
	if v.otp() {
		what += ",seed"
	}
	return "gatepass exec " + shell(v.in.Target.Name) + " --no-session --give " + what + " -- " + command
}

// brokerToken is the variable that holds the token of "gatepass serve".
func (v *view) brokerToken() Variable {
	return Variable{EnvBrokerToken, "the token, which stands in the file that gatepass serve names"}
}

// exec is a command that gatepass runs with what it needs in its environment.
func (v *view) exec(command string) string {
	return "gatepass exec " + shell(v.in.Target.Name) + " -- sh -c " + shell(command)
}

// see is the check that holds for every session: the proof with it.
func (v *view) see() []string {
	p := v.proof()
	if p.Text != "" {
		return []string{fmt.Sprintf("%s must show %q; without the session it does not.", p.URL, p.Text)}
	}
	return []string{p.URL + " must show what only a signed-in user sees; without the session it does not."}
}

// SheetName is the name of the sheet that a hand-off to a scanner ends with.
func SheetName(base, scanner string) string { return base + "." + scanner + ".txt" }
