package otp_test

import (
	"strings"
	"testing"

	"gatepass/auth/otp"
)

func TestSecretsAsPeoplePasteThem(t *testing.T) {
	rows := []pasted{
		{what: "lower case", input: "jbswy3dpehpk3pxp", seed: appleSeed},
		{what: "first letters in upper case, as phones do", input: "Jbsw y3dp ehpk 3pxp", seed: appleSeed},
		{what: "white space around", input: " \t" + appleSeed + "\r\n\n", seed: appleSeed},
		{what: "line breaks inside", input: "JBSWY3DP\r\nEHPK3PXP", seed: appleSeed},
		{what: "line break inside a group", input: "JBSW Y3\n  DP EHPK 3PXP", seed: appleSeed, notes: 1},
		{what: "a name in front, which is base32 too", input: "GITHUB JBSWY3DPEHPK3PXP", seed: "GITHUBJBSWY3DPEHPK3PW", notes: 1},
		{what: "no-break spaces", input: "JBSW\u00a0Y3DP\u202fEHPK\u30003PXP", seed: appleSeed},
		{what: "zero-width characters", input: "\ufeffJBSW\u200bY3DP\u2060EHPK\u00ad3PXP\u200e", seed: appleSeed},
		{what: "typographic dashes", input: "JBSW–Y3DP—EHPK\u22123PXP", seed: appleSeed},
		{what: "padding with spaces", input: "JBSW Y3DP EHPK 3PXP = = =", seed: appleSeed},
		{what: "left-over bits, 1 of 8", input: greenSeed + "B", seed: greenSeed},
		{what: "left-over bits, 3 of 8", input: greenSeed + "AAB", seed: greenSeed + "AA"},
		{what: "left-over bits, 6 of 8", input: greenSeed + "AAAAAB", seed: greenSeed + "AAAAA"},
		{what: "left-over bits within the last byte", input: greenSeed + "AB", seed: greenSeed + "AA"},
		{what: "8 characters, the shortest", input: "JBSW Y3DP", seed: "JBSWY3DP", notes: 1},
		{what: "a seed whose base32 is a word", input: "otpauth://totp/?secret=PASSWORD", seed: "PASSWORD", notes: 1},
		{what: "64 bytes", input: strings.Repeat(greenSeed, 3) + "GEZDGNA", seed: strings.Repeat(greenSeed, 3) + "GEZDGNA"},
		{what: "quotes", input: `"` + appleSeed + `"`, seed: appleSeed},
		{what: "quotes with space on both sides", input: " ' " + appleSeed + " ' ", seed: appleSeed},
		{what: "typographic quotes", input: "“" + appleSeed + "”", seed: appleSeed},
		{what: "backquotes in quotes", input: "\"`" + appleSeed + "`\"", seed: appleSeed},
		{what: "percent escapes in a link", input: "otpauth://totp/?secret=%4A%42%53%57Y3DPEHPK3PXP%0A", seed: appleSeed},
		{what: "raw + in a link", input: "otpauth://totp/?secret=JBSW+Y3DP+EHPK+3PXP", seed: appleSeed},
		{what: "escaped spaces in a link", input: "otpauth://totp/?secret=JBSWY3DP%20EHPK3PXP", seed: appleSeed},
		{what: "steam:// with a slash, escapes and lower case", input: "STEAM://jbswy3dp%20ehpk3pxp/", typ: otp.Steam, seed: appleSeed, digits: 5},
	}
	checkAll(t, rows)
}

func TestLinksAsPeoplePasteThem(t *testing.T) {
	const link = "otpauth://totp/Acme:bob?secret=" + appleSeed
	bob := pasted{issuer: "Acme", account: "bob", seed: appleSeed}
	for what, input := range map[string]string{
		"plain":                           link,
		"quotes":                          `"` + link + `"`,
		"angle brackets":                  "<" + link + ">",
		"quotes in angle brackets":        "< \"" + link + "\" >",
		"HTML's &amp;":                    "otpauth://totp/Acme:bob?secret=" + appleSeed + "&amp;issuer=Acme&amp;digits=6",
		"&amp; twice over":                "otpauth://totp/Acme:bob?secret=" + appleSeed + "&amp;amp;issuer=Acme&amp;amp;digits=6",
		"HTML's numeric &":                "otpauth://totp/Acme:bob?digits=6&#38;secret=" + appleSeed + "&#x26;issuer=Acme",
		"JSON's escapes":                  `"otpauth:\/\/totp\/Acme:bob?secret=` + appleSeed + `\u0026issuer=Acme"`,
		"a shell's escapes":               `otpauth://totp/Acme:bob\?secret\=` + appleSeed + `\&issuer\=Acme`,
		"; between parameters":            "otpauth://totp/Acme:bob?secret=" + appleSeed + ";issuer=Acme;digits=6",
		"an e-mail's line breaks":         "otpauth://totp/Ac\n  me:b\r\nob?sec" + "ret=JBSWY3DP\nEHPK3PXP\n&issuer=Ac\n  me",
		"bare &issuer&":                   "otpauth://totp/Acme:bob?secret=" + appleSeed + "&issuer&digits=6",
		"issuer twice, once empty":        "otpauth://totp/bob?issuer=&secret=" + appleSeed + "&issuer=Acme",
		"issuer twice, the first counts":  "otpauth://totp/bob?issuer=Acme&secret=" + appleSeed + "&issuer=Other",
		"secret twice, alike":             link + "&secret=" + appleSeed,
		"empty parameters":                link + "&digits=&period&algorithm=&counter=&encoder=",
		"escaped colon":                   "otpauth://totp/Acme%3Abob?secret=" + appleSeed,
		"escaped colon and space":         "otpauth://totp/Acme%3A%20bob?secret=" + appleSeed,
		"space behind the colon":          "otpauth://totp/Acme:%20%20bob?secret=" + appleSeed,
		"issuer as parameter alone":       "otpauth://totp/bob?secret=" + appleSeed + "&issuer=Acme",
		"issuer in both":                  link + "&issuer=Acme",
		"issuer twice in the label":       "otpauth://totp/Acme:Acme:bob?secret=" + appleSeed + "&issuer=Acme",
		"slash behind the label":          "otpauth://totp/Acme:bob/?secret=" + appleSeed,
		"a counter on a timed key":        link + "&counter=x",
		"a leading zero and a space":      link + "&digits=06&period=+30",
		"a question mark on its own":      link + "&",
		"control characters in the names": "otpauth://totp/Ac%1B%07me:b%00o%C2%9Bb\x1b?secret=" + appleSeed,
		"a name that runs backwards":      "otpauth://totp/Acme:b%E2%80%AEob?secret=" + appleSeed,
	} {
		bob.what, bob.input = what, input
		t.Run(what, bob.check)
	}
}

func TestLabels(t *testing.T) {
	const q = "?secret=" + appleSeed
	checkAll(t, []pasted{
		{what: "none", input: "otpauth://totp/" + q, seed: appleSeed},
		{what: "none, without a slash", input: "otpauth://totp" + q, seed: appleSeed},
		{what: "raw spaces", input: "otpauth://totp/My Company:alice smith" + q, issuer: "My Company", account: "alice smith", seed: appleSeed},
		{what: "no-break space becomes a space", input: "otpauth://totp/My%C2%A0Company:alice" + q, issuer: "My Company", account: "alice", seed: appleSeed},
		{what: "plus stays in the label", input: "otpauth://totp/Acme:bob+test@example.com" + q, issuer: "Acme", account: "bob+test@example.com", seed: appleSeed},
		{what: "plus is a space in the parameter", input: "otpauth://totp/My+Company:bob" + q + "&issuer=My+Company", issuer: "My Company", account: "bob", seed: appleSeed},
		{what: "an escaped plus stays one", input: "otpauth://totp/bob" + q + "&issuer=A%2BB", issuer: "A+B", account: "bob", seed: appleSeed},
		{what: "raw percent", input: "otpauth://totp/100% sure:bob%" + q, issuer: "100% sure", account: "bob%", seed: appleSeed},
		{what: "percent that spells no UTF-8", input: "otpauth://totp/50%be:bob%zz" + q, issuer: "50%be", account: "bob%zz", seed: appleSeed},
		{what: "UTF-8, raw and escaped", input: "otpauth://totp/Züri:%E6%97%A5本" + q, issuer: "Züri", account: "日本", seed: appleSeed},
		{what: "raw question mark", input: "otpauth://totp/Who?:bob?x@y" + q, issuer: "Who?", account: "bob?x@y", seed: appleSeed},
		{what: "raw # and ? in a parameter", input: "otpauth://totp/bob" + q + "&issuer=C#?", issuer: "C#?", account: "bob", seed: appleSeed},
		{what: "semicolon in a parameter", input: "otpauth://totp/bob" + q + "&issuer=A;B", issuer: "A;B", account: "bob", seed: appleSeed},
		{what: "a line separator becomes a space", input: "otpauth://totp/a%E2%80%A8b" + q, account: "a b", seed: appleSeed},
		{what: "slash", input: "otpauth://totp/a/b:c/d" + q, issuer: "a/b", account: "c/d", seed: appleSeed},
		{what: "backslash", input: `otpauth://totp/CORP\alice` + q, account: `CORP\alice`, seed: appleSeed},
		{what: "HTML in both places", input: "otpauth://totp/AT&amp;T:bob" + q + "&amp;issuer=AT%26T", issuer: "AT&T", account: "bob", seed: appleSeed},
		{what: "escaped colon inside the issuer", input: "otpauth://totp/A%3AB:bob" + q, issuer: "A:B", account: "bob", seed: appleSeed},
		{what: "an emoji with a joiner", input: "otpauth://totp/%F0%9F%A7%91%E2%80%8D%F0%9F%9A%80" + q, account: "🧑\u200d🚀", seed: appleSeed},
		{what: "parameter wins over prefix", input: "otpauth://totp/Acme:bob" + q + "&issuer=Example", issuer: "Example", account: "bob", seed: appleSeed, notes: 1},
		{what: "parameter that differs in case only", input: "otpauth://totp/ACME:bob" + q + "&issuer=Acme", issuer: "Acme", account: "bob", seed: appleSeed},
		{what: "colon in front", input: "otpauth://totp/:x:y" + q, issuer: "x", account: "y", seed: appleSeed},
	})
}

func TestLinkParameters(t *testing.T) {
	const link = "otpauth://totp/a?secret=" + greenSeed
	var rows []pasted
	for algorithm, spellings := range map[otp.Algorithm][]string{
		otp.SHA1:   {"SHA1", "sha1", "SHA-1", "HmacSHA1", "hmac-sha1", "HMAC_SHA1", "Algorithm.sha1", "+sha1+"},
		otp.SHA256: {"SHA256", "sha256", "Sha-256", "SHA_256", "SHA%20256", "HmacSHA256", "HMAC-SHA-256", "Algorithm.sha256"},
		otp.SHA512: {"SHA512", "sha512", "SHA-512", "HmacSHA512", "HMACSHA512", "Algorithm.SHA512"},
	} {
		for _, spelling := range spellings {
			rows = append(rows, pasted{what: "algorithm=" + spelling, input: link + "&algorithm=" + spelling, account: "a", seed: greenSeed, algorithm: algorithm})
		}
	}
	rows = append(rows,
		pasted{what: "digits=5", input: link + "&digits=5", account: "a", seed: greenSeed, digits: 5},
		pasted{what: "digits=7", input: link + "&digits=7", account: "a", seed: greenSeed, digits: 7},
		pasted{what: "digits=8", input: link + "&digits=8", account: "a", seed: greenSeed, digits: 8},
		pasted{what: "digits=9", input: link + "&digits=9", account: "a", seed: greenSeed, digits: 9},
		pasted{what: "digits=10", input: link + "&digits=10", account: "a", seed: greenSeed, digits: 10},
		pasted{what: "period=1", input: link + "&period=1", account: "a", seed: greenSeed, period: 1},
		pasted{what: "period=15", input: link + "&period=15", account: "a", seed: greenSeed, period: 15},
		pasted{what: "period=20", input: link + "&period=20", account: "a", seed: greenSeed, period: 20},
		pasted{what: "period=50", input: link + "&period=50", account: "a", seed: greenSeed, period: 50},
		pasted{what: "period=60", input: link + "&period=60", account: "a", seed: greenSeed, period: 60},
		pasted{what: "period=86400", input: link + "&period=86400", account: "a", seed: greenSeed, period: 86400},
		pasted{what: "image, color, lock, pin, tags", input: link + "&image=x&color=112233&lock=true&pin=1234&tags=a,b&algo", account: "a", seed: greenSeed},
		pasted{what: "no counter", input: "otpauth://hotp/a?secret=" + greenSeed, typ: otp.HOTP, account: "a", seed: greenSeed, notes: 1},
		pasted{what: "the largest counter", input: "otpauth://hotp/a?secret=" + greenSeed + "&counter=9223372036854775806", typ: otp.HOTP, account: "a", seed: greenSeed, counter: otp.MaxCounter},
		pasted{what: "a period on a counting key", input: "otpauth://hotp/a?secret=" + greenSeed + "&counter=1&period=0", typ: otp.HOTP, account: "a", seed: greenSeed, counter: 1},
		pasted{what: "all at once", input: "otpauth://totp/a?algorithm=SHA512&digits=8&period=60&secret=" + greenSeed, account: "a", seed: greenSeed, algorithm: otp.SHA512, digits: 8, period: 60},
	)
	checkAll(t, rows)
}

func TestSteamKeys(t *testing.T) {
	steam := func(what, input string, notes int) pasted {
		return pasted{what: what, input: input, typ: otp.Steam, issuer: "Steam", account: "gabe", seed: longSeed, digits: 5, notes: notes}
	}
	const q = "?secret=" + longSeed
	checkAll(t, []pasted{
		steam("type", "otpauth://steam/Steam:gabe"+q, 0),
		steam("type, with Steam's own numbers", "otpauth://steam/Steam:gabe"+q+"&issuer=Steam&algorithm=SHA1&digits=5&period=30", 0),
		steam("type, with an app's usual numbers", "otpauth://steam/Steam:gabe"+q+"&digits=6", 1),
		steam("type, with another hash and period", "otpauth://steam/Steam:gabe"+q+"&algorithm=SHA256&period=60", 1),
		steam("encoder", "otpauth://totp/Steam:gabe"+q+"&digits=5&period=30&encoder=steam", 0),
		steam("encoder in upper case", "otpauth://totp/Steam:gabe"+q+"&encoder=STEAM", 0),
		steam("issuer alone", "otpauth://totp/Steam:gabe"+q+"&issuer=Steam", 1),
		steam("issuer and five digits", "otpauth://totp/gabe"+q+"&issuer=Steam&digits=5", 1),
		{what: "a link that insists on decimal digits", input: "otpauth://totp/Steam:gabe" + q + "&digits=6", issuer: "Steam", account: "gabe", seed: longSeed},
	})
}

func TestNotesAreSentencesWithoutTheKey(t *testing.T) {
	k := mustParse(t, "otpauth://hotp/JBSWY3DP:bob?secret=JBSWY3DP&issuer=Example")
	notes := k.Notes()
	if len(notes) != 3 {
		t.Fatalf("notes are %q, want one each for counter, issuers and the short seed", notes)
	}
	for _, note := range notes {
		if !strings.HasSuffix(note, ".") || strings.Contains(note, "JBSW") || strings.Contains(note, "Example") {
			t.Errorf("note %q is no sentence, or tells of the key", note)
		}
	}
	notes[0] = ""
	if k.Notes()[0] == "" {
		t.Error("a caller can change a key's notes")
	}
}
