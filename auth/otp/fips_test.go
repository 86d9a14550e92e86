package otp_test

import (
	"crypto/fips140"
	"errors"
	"os"
	"os/exec"
	"testing"

	"gatepass/auth/otp"
	"gatepass/store"
)

// GODEBUG=fips140=only makes HMAC panic on keys under 112 bits, which the most
// common seeds are. The test runs itself again in that mode.
func TestFIPSModeAnswersWithAnError(t *testing.T) {
	if !fips140.Enforced() {
		again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
		again.Env = append(os.Environ(), "GODEBUG=fips140=only")
		if out, err := again.CombinedOutput(); err != nil {
			t.Fatalf("in FIPS mode: %v\n%s", err, out)
		}
		return
	}
	_, err := mustParse(t, appleSeed).At(1)
	if !errors.Is(err, otp.ErrGenerator) {
		t.Errorf("a seed of 80 bits gave %v, want ErrGenerator", err)
	}
	if len(store.Hints(err)) == 0 {
		t.Error("nothing says that FIPS mode is the reason")
	}
	if _, err := mustParse(t, "otpauth://totp/a?algorithm=SHA256&secret="+greenSeed).At(1); err != nil {
		t.Errorf("a seed of 160 bits gave %v", err)
	}
}
