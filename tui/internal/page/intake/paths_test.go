package intake

import (
	"slices"
	"testing"
)

func TestPathsAsTerminalsDropThem(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"bare":                   {"/home/ada/codes.png", []string{"/home/ada/codes.png"}},
		"with a space behind it": {"/home/ada/codes.png ", []string{"/home/ada/codes.png"}},
		"in single quotes":       {"'/home/ada/My Files/codes.png' ", []string{"/home/ada/My Files/codes.png"}},
		"with an apostrophe":     {`'/home/ada/Ada'\''s/codes.png'`, []string{"/home/ada/Ada's/codes.png"}},
		"in double quotes":       {`"/home/ada/My Files/codes.png"`, []string{"/home/ada/My Files/codes.png"}},
		"with escaped spaces":    {`/home/ada/My\ Files/a\(1\).png`, []string{"/home/ada/My Files/a(1).png"}},
		"several":                {`/tmp/a.png '/tmp/b c.png' /tmp/d\ e.json`, []string{"/tmp/a.png", "/tmp/b c.png", "/tmp/d e.json"}},
		"a line each":            {"/tmp/a.png\r/tmp/b.png\n", []string{"/tmp/a.png", "/tmp/b.png"}},
		"with bare spaces":       {"/home/ada/My Files/a.png", []string{"/home/ada/My Files/a.png"}},
		"as an address":          {"file:///home/ada/My%20Files/a%23.png", []string{"/home/ada/My Files/a#.png"}},
		"as several addresses":   {"file:///tmp/a.png\r\nfile://localhost/tmp/b.png\r\n", []string{"/tmp/a.png", "/tmp/b.png"}},
		"Windows, in quotes":     {`"C:\Users\Ada\My Files\a.png"`, []string{`C:\Users\Ada\My Files\a.png`}},
		"Windows, bare":          {`C:\Users\Ada\a.png`, []string{`C:\Users\Ada\a.png`}},
		"Windows, a share":       {`"\\server\share\a.png"`, []string{`\\server\share\a.png`}},
		"Windows, as an address": {"file:///C:/Users/Ada/a.png", []string{"C:/Users/Ada/a.png"}},
		"PowerShell":             {`& 'C:\Users\Ada\My Files\a.png'`, []string{`C:\Users\Ada\My Files\a.png`}},
		"from home":              {"~/codes", []string{"~/codes"}},
		"a name":                 {"backup.json", []string{"backup.json"}},

		"a link":             {"otpauth://totp/A:b?secret=JBSWY3DPEHPK3PXP&issuer=A", nil},
		"links":              {"otpauth://totp/A?secret=JBSWY3DPEHPK3PXP\notpauth://totp/B?secret=JBSWY3DPEHPK3PXP", nil},
		"an export":          {"otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU", nil},
		"a seed":             {"JBSW Y3DP EHPK 3PXP", nil},
		"a path and a link":  {"/tmp/a.png otpauth://totp/A?secret=JBSWY3DPEHPK3PXP", nil},
		"JSON":               {`{"services":[{"name":"a.b"}]}`, nil},
		"nothing":            {" \n ", nil},
		"half a quote":       {"'", nil},
		"another machine's":  {"file://elsewhere/tmp/a.png", nil},
		"only a slash":       {"/", nil},
		"an address of mail": {"ada@example.com", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := pathsIn(c.text); !slices.Equal(got, c.want) {
				t.Errorf("%q gives %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func FuzzPaths(f *testing.F) {
	f.Add(`'/a b' "C:\x" file:///c%20d \`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range pathsIn(text) {
			if p == "" {
				t.Errorf("%q gives an empty path", text)
			}
		}
		looksLikePath(text)
	})
}
