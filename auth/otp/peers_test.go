package otp_test

import (
	"testing"
	"time"

	"gatepass/auth/otp"
)

// The time at which pasted keys are tried; with a period of 30 it is RFC 6238's.
var instant = time.Unix(1111111109, 0)

const (
	appleSeed = "JBSWY3DPEHPK3PXP"           // 16 characters, 80 bits
	longSeed  = "JRZCL47CMXVOQMNPZR2F7J4RGI" // 26 characters, padded with six '='
	greenSeed = rfcBase32                    // 32 characters, 160 bits
)

// pasted is an input with all that must be read from it. Zero parts mean the
// usual: TOTP, SHA1, 6 digits, 30 seconds, no names.
type pasted struct {
	what      string
	input     string
	typ       otp.Type
	issuer    string
	account   string
	seed      string
	algorithm otp.Algorithm
	digits    int
	period    int
	counter   uint64
	notes     int // how many
}

// check parses the input and compares every part, and the code besides: a key that
// looks right must also answer right.
func (p pasted) check(t *testing.T) {
	t.Helper()
	if p.typ == "" {
		p.typ = otp.TOTP
	}
	if p.algorithm == "" {
		p.algorithm = otp.SHA1
	}
	if p.digits == 0 {
		p.digits = 6
	}
	if p.period == 0 && p.typ != otp.HOTP {
		p.period = 30
	}
	k, err := otp.Parse(p.input)
	if err != nil {
		t.Fatalf("refused: %v", err)
	}
	if k.Type() != p.typ || k.Algorithm() != p.algorithm || k.Digits() != p.digits ||
		k.Period() != time.Duration(p.period)*time.Second || k.Counter() != p.counter {
		t.Errorf("read as %s %s/%d/%s/%d, want %s %s/%d/%ds/%d",
			k.Type(), k.Algorithm(), k.Digits(), k.Period(), k.Counter(),
			p.typ, p.algorithm, p.digits, p.period, p.counter)
	}
	if k.Issuer() != p.issuer || k.Account() != p.account {
		t.Errorf("names are %q, %q; want %q, %q", k.Issuer(), k.Account(), p.issuer, p.account)
	}
	if got := k.Seed().Reveal(); got != p.seed {
		t.Errorf("seed is %s, want %s", got, p.seed)
	}
	if got := k.Notes(); len(got) != p.notes {
		t.Errorf("notes are %q, want %d", got, p.notes)
	}
	if t.Failed() {
		return
	}
	if p.typ == otp.HOTP {
		if got, want := codeOf(t, k, k.Counter()), referenceCode(t, p.typ, p.seed, p.algorithm, p.digits, p.counter); got != want {
			t.Errorf("first code is %s, want %s", got, want)
		}
		return
	}
	step := uint64(instant.Unix()) / uint64(p.period)
	if got, want := codeAt(t, k, instant), referenceCode(t, p.typ, p.seed, p.algorithm, p.digits, step); got != want {
		t.Errorf("code is %s, want %s", got, want)
	}
}

func checkAll(t *testing.T, rows []pasted) {
	t.Helper()
	for _, row := range rows {
		t.Run(row.what, row.check)
	}
}

// What seven command-line peers (pass-otp, gopass, gauth, keepassxc-cli, oathtool,
// 2fa, totp-cli) refuse, or answer with a wrong code. No one of them reads all.
func TestReadsWhatPeersMisread(t *testing.T) {
	checkAll(t, []pasted{
		{what: "spaces in the secret", input: "JBSW Y3DP EHPK 3PXP", seed: appleSeed},
		{what: "spaces in a link's secret", input: "otpauth://totp/a?secret=JBSW%20Y3DP+EHPK 3PXP", account: "a", seed: appleSeed},
		{what: "dashes in the secret", input: "JBSW-Y3DP-EHPK-3PXP", seed: appleSeed},
		{what: "dashes in a link's secret", input: "otpauth://totp/a?secret=JBSW-Y3DP-EHPK-3PXP", account: "a", seed: appleSeed},
		{what: "%3D padding, 26 characters", input: "otpauth://totp/a?secret=" + longSeed + "%3D%3D%3D%3D%3D%3D", account: "a", seed: longSeed},
		{what: "padding, 26 characters", input: longSeed + "======", seed: longSeed},
		{what: "too much padding", input: appleSeed + "====", seed: appleSeed},
		{what: "a block of padding too much", input: "otpauth://totp/a?secret=" + appleSeed + "========", account: "a", seed: appleSeed},
		{what: "17 characters, left-over bits", input: appleSeed + "A", seed: appleSeed},
		{what: "17 characters, left-over bits set", input: appleSeed + "7", seed: appleSeed},
		{what: "HmacSHA256", input: "otpauth://totp/a?secret=" + greenSeed + "&algorithm=HmacSHA256", account: "a", seed: greenSeed, algorithm: otp.SHA256},
		{what: "SHA-256", input: "otpauth://totp/a?secret=" + greenSeed + "&algorithm=SHA-256", account: "a", seed: greenSeed, algorithm: otp.SHA256},
		{what: "raw # in the label", input: "otpauth://totp/Acme #1:bob#2?secret=" + appleSeed + "&issuer=Acme #1", issuer: "Acme #1", account: "bob#2", seed: appleSeed},
		{
			what: "parameters of other apps", input: "otpauth://totp/a?secret=" + appleSeed +
				"&image=https%3A%2F%2Fexample.com%2Fx.png%3Fy%3D1&color=FF00FF&lock=false&codeDisplay=%7B%22pinned%22%3Atrue%7D",
			account: "a", seed: appleSeed,
		},
		{
			what: "Microsoft's two prefixes", input: "otpauth://totp/Microsoft:Contoso:alice%40contoso.com?secret=" + appleSeed + "&issuer=Microsoft",
			issuer: "Microsoft", account: "Contoso:alice@contoso.com", seed: appleSeed,
		},
		{what: "otpauth://steam", input: "otpauth://steam/Steam:gabe?secret=" + longSeed + "&issuer=Steam", typ: otp.Steam, issuer: "Steam", account: "gabe", seed: longSeed, digits: 5},
		{what: "steam://", input: "steam://" + longSeed, typ: otp.Steam, seed: longSeed, digits: 5},
	})
}

// Single defects found in peers by reading or running them.
func TestDoesNotRepeatPeersDefects(t *testing.T) {
	checkAll(t, []pasted{
		{what: "cotp: escaped & in a label", input: "otpauth://totp/A%26B:bob?secret=" + appleSeed, issuer: "A&B", account: "bob", seed: appleSeed},
		{what: "cotp: escaped # in a label", input: "otpauth://totp/A%23B:bob?secret=" + appleSeed, issuer: "A#B", account: "bob", seed: appleSeed},
		{what: "cotp: escaped ? in a label", input: "otpauth://totp/A%3FB:bob?secret=" + appleSeed, issuer: "A?B", account: "bob", seed: appleSeed},
		{what: "cotp: a period of 15 seconds", input: "otpauth://totp/a?secret=" + appleSeed + "&period=15", account: "a", seed: appleSeed, period: 15},
		{what: "gopass: counter=5 begins at 5", input: "otpauth://hotp/a?secret=" + greenSeed + "&counter=5", typ: otp.HOTP, account: "a", seed: greenSeed, counter: 5},
		{what: "pass-otp, 2fa, FreeOTP: counter=0 begins at 0", input: "otpauth://hotp/a?secret=" + greenSeed + "&counter=0", typ: otp.HOTP, account: "a", seed: greenSeed},
		{what: "gauth: one unknown parameter", input: "otpauth://totp/a?image=x&secret=" + appleSeed, account: "a", seed: appleSeed},
		{what: "gauth: HOTP beside others", input: "otpauth://hotp/a?secret=" + appleSeed + "&counter=1&lock=true", typ: otp.HOTP, account: "a", seed: appleSeed, counter: 1},
		{what: "twofat: colon in the label", input: "otpauth://totp/Acme:bob?secret=" + appleSeed, issuer: "Acme", account: "bob", seed: appleSeed},
		{what: "twofat: percent in the label", input: "otpauth://totp/100%25:bob?secret=" + appleSeed, issuer: "100%", account: "bob", seed: appleSeed},
		{what: "keepassxc-cli: upper-case names", input: "OTPAUTH://TOTP/a?SECRET=" + appleSeed + "&DIGITS=8&Period=60", account: "a", seed: appleSeed, digits: 8, period: 60},
		{what: "keepassxc-cli: # in the label", input: "otpauth://totp/x#y?secret=" + appleSeed, account: "x#y", seed: appleSeed},
		{what: "totp-cli: padding", input: longSeed + "======", seed: longSeed},
		{what: "totp-cli: dashes", input: "jbsw-y3dp-ehpk-3pxp", seed: appleSeed},
		{what: "OTPClient: the issuer twice", input: "otpauth://steam/Steam:gabe?secret=" + longSeed + "&issuer=Steam&issuer=Steam", typ: otp.Steam, issuer: "Steam", account: "gabe", seed: longSeed, digits: 5},
		{what: "pyotp: image before secret", input: "otpauth://totp/a?image=https://example.com/?x=1&secret=" + appleSeed, account: "a", seed: appleSeed},
		{what: "readers that lose a secret that is last", input: "otpauth://totp/a?issuer=Acme&period=30&secret=" + appleSeed, issuer: "Acme", account: "a", seed: appleSeed},
		{what: "one newline behind a piped secret", input: appleSeed + "\n", seed: appleSeed},
	})
}

// The counter that RFC 4226's first code uses is the one in the key.
func TestFirstCountedCodeUsesTheCounterAsItStands(t *testing.T) {
	for input, want := range map[string]string{
		"otpauth://hotp/a?secret=" + greenSeed + "&counter=0": "755224",
		"otpauth://hotp/a?secret=" + greenSeed + "&counter=5": "254676",
	} {
		k := mustParse(t, input)
		if got := codeOf(t, k, k.Counter()); got != want {
			t.Errorf("first code at counter %d is %s, want %s", k.Counter(), got, want)
		}
	}
}
