package handoff

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"gatepass/auth/login"
	"gatepass/store"
)

// nasty are texts that some format takes for something else.
var nasty = []string{
	"a", "", " ", "a b", "it's", `say "x"`, `a'b"c`, "$HOME", "`id`", "$(id)", "a;b", "a|b", "a&b", "*", "~", "#x", "!x", "%x", "@x", "{a}", "[a]", "a: b", "- a", "yes", "no", "null", "1e3", "0x10", "2026-01-02", "12:30:45",
	`\`, `\\n`, `\E`, `\Qa\E`, "${VAR}", "é€😀", "\u00a0", "<b>&amp;</b>", "|", ">", "? a", "--", "-n", "=", "<<",
}

func TestShellQuotesForARealShell(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell here")
	}
	for _, word := range nasty {
		out, err := exec.Command(sh, "-c", "printf %s "+shell(word)).Output()
		if err != nil || string(out) != word {
			t.Errorf("%q became %q: %v", word, out, err)
		}
		if out, err = exec.Command(sh, "-c", "x="+quoted(word)+"; printf %s \"$x\"").Output(); err != nil || string(out) != word {
			t.Errorf("%q became %q: %v", word, out, err)
		}
	}
}

func TestYAMLComesBack(t *testing.T) {
	for _, word := range nasty {
		text, err := toYAML([]string{word}, map[string]string{"v": word}, []string{word + "\nv: injected"})
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]string
		if err := yaml.Unmarshal([]byte(text), &back); err != nil || len(back) != 1 || back["v"] != word {
			t.Errorf("%q became %q: %v\n%s", word, back, err, text)
		}
		node := ordered([]string{"A"}, []string{word})
		text, err = toYAML(nil, node, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal([]byte(text), &back); err != nil || back["A"] != word {
			t.Errorf("%q became %q: %v\n%s", word, back, err, text)
		}
	}
}

func TestSelectorsAreEscaped(t *testing.T) {
	for name, want := range map[string]string{
		"username": "username", "1st": `\31 st`, "-1": `-\31 `, "user:login": `user\:login`, "user[login]": `user\[login\]`, "-": `\-`, "é": "é", "a b": `a\ b`,
	} {
		if got := cssName(name); got != want {
			t.Errorf("%q is %s, not %s", name, got, want)
		}
	}
	if got := byCSS(login.Selectors{Name: `user"[x]\`}); got != `[name="user\"[x]\\"]` {
		t.Errorf("got %s", got)
	}
	for text, want := range map[string]string{
		`a`: `"a"`, `a"b`: `'a"b'`, `a"b'c`: `concat("a", '"', "b'c")`,
	} {
		if got := xpathText(text); got != want {
			t.Errorf("%q is %s, not %s", text, got, want)
		}
	}
	if got := byXPath(login.Selectors{ID: `x"y`}); got != `//*[@id='x"y']` {
		t.Errorf("got %s", got)
	}
}

// A pattern matches its text and nothing that lacks it, whatever the text is.
func FuzzJavaLiteral(f *testing.F) {
	for _, text := range nasty {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.TrimSpace(text) == "" || strings.ContainsRune(text, '\ufffd') || !strings.EqualFold(strings.ToValidUTF8(text, ""), text) {
			return
		}
		pattern, err := regexp.Compile(javaLiteral(text))
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if !pattern.MatchString("before "+strings.ReplaceAll(text, "\u3000", " ")+" after") && !strings.ContainsFunc(text, odd) {
			t.Errorf("%s does not match %q", pattern, text)
		}
		if pattern.MatchString("") {
			t.Errorf("%s matches anything", pattern)
		}
	})
}

// odd finds the spaces that \s of neither Java nor Go knows.
func odd(r rune) bool {
	return r > 0x7f && r != 0xa0 && strings.TrimSpace(string(r)) == "" || r == '\v'
}

func TestHostileNamesStayInTheirPlace(t *testing.T) {
	for _, text := range []string{"x\nevil: true", "x\r\n- evil", "x # y", "\u2028evil: true", `x"y`, "x'y"} {
		in := with(signedIn(shop()), func(in *Input) {
			in.Proven.ProofText, in.Proven.Run, in.Target.Username = text, text, text
			in.Session.Agent = text
		})
		for _, s := range Scanners() {
			for _, v := range s.Variants() {
				out, err := Make(s.Name(), variantOf(in, v.Name))
				if err != nil {
					continue
				}
				name := out.Files[0].Name
				switch {
				case strings.HasSuffix(name, ".yaml"), strings.HasSuffix(name, ".yml"):
					if fromYAML(t, first(out))["evil"] != nil {
						t.Errorf("%s broke out with %q", name, text)
					}
				case strings.HasSuffix(name, ".json"), strings.HasSuffix(name, ".side"):
					fromJSON(t, first(out))
				}
			}
		}
	}
}

// A scanner's variable must not be found in what is meant literally.
func TestReferencesInLiteralsAreRefused(t *testing.T) {
	in := with(shop(), func(in *Input) { in.Target.Username = "bot${HOME}" })
	if _, err := Make("zap", in); err == nil {
		t.Error("a username that ZAP would replace was written")
	}
	in = signedIn(inlined(variantOf(shop(), "session")))
	in.Session.Cookies[0].Value = store.NewSecret("a${HOME}b")
	if _, err := Make("stackhawk", in); err == nil {
		t.Error("a session that StackHawk would replace was written")
	}
}
