package otp_test

import (
	"fmt"
	"testing"
	"time"

	"gatepass/auth/otp"
	"gatepass/store"
)

func BenchmarkParse(b *testing.B) {
	for name, input := range map[string]string{
		"link": "otpauth://totp/Acme:alice%40example.com?secret=" + greenSeed + "&issuer=Acme&algorithm=SHA1&digits=6&period=30",
		"bare": "gezd gnbv gy3t qojq gezd gnbv gy3t qojq",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := otp.Parse(input); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAt(b *testing.B) {
	for _, a := range []otp.Algorithm{otp.SHA1, otp.SHA256, otp.SHA512} {
		k := mustNew(b, otp.Params{Seed: store.NewSecret(rfcSeed), Algorithm: a})
		b.Run(string(a), func(b *testing.B) {
			b.ReportAllocs()
			step := k.Step(instant)
			for b.Loop() {
				if _, err := k.At(step); err != nil {
					b.Fatal(err)
				}
				step++
			}
		})
	}
}

// BenchmarkThousandRows is a viewer's refresh: 1,000 keys, one code each.
func BenchmarkThousandRows(b *testing.B) {
	const rows = 1000
	keys := make([]otp.Key, rows)
	for i := range keys {
		keys[i] = mustNew(b, otp.Params{Account: fmt.Sprint(i), Seed: store.NewSecret(fmt.Sprintf("seed number %8d", i))})
	}
	b.ReportAllocs()
	at := instant
	for b.Loop() {
		for _, k := range keys {
			if _, err := k.At(k.Step(at)); err != nil {
				b.Fatal(err)
			}
		}
		at = at.Add(30 * time.Second)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
