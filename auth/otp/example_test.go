package otp_test

import (
	"errors"
	"fmt"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

func ExampleParse() {
	key, err := otp.Parse("otpauth://totp/Acme:alice?secret=gezd-gnbv-gy3t-qojq-gezd-gnbv-gy3t-qojq&digits=8")
	if err != nil {
		fmt.Println(err)
		return
	}
	now := time.Unix(1111111109, 0)
	code, err := key.At(key.Step(now))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(key.Issuer(), key.Account(), code.Reveal(), code.Left(now))
	fmt.Println(key, code)
	// Output:
	// Acme alice 07081804 1s
	// [secret] [secret]
}

func ExampleParseError() {
	_, err := otp.Parse("JBSW Y3DP EHPK 3PX0")
	var refused *otp.ParseError
	if errors.As(err, &refused) {
		fmt.Println(refused.Field)
	}
	fmt.Println(err)
	fmt.Println(store.Hints(err)[0])
	// Output:
	// secret
	// otp secret: it is not base32: character 16 is a digit that base32 does not use
	// Base32 has the letters A to Z and the digits 2 to 7; compare the secret with its source.
}
