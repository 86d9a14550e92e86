package importer_test

import (
	"fmt"
	"strings"
	"testing"

	"gatepass/auth/otp/importer"
)

// BenchmarkThousand reads 1,000 entries of each format of text, and one QR code.
func BenchmarkThousand(b *testing.B) {
	repeat := func(before, entry, between, after string) []byte {
		var all []string
		for i := range 1000 {
			all = append(all, strings.ReplaceAll(entry, "#", fmt.Sprint(i)))
		}
		return []byte(before + strings.Join(all, between) + after)
	}
	var accounts [][]byte
	for i := range 1000 {
		accounts = append(accounts, pbBytes(1, join(pbBytes(1, raw(seed1)), pbBytes(2, fmt.Append(nil, "Acme:user", i)), pbBytes(3, []byte("Acme")))))
	}
	info := `"info":{"secret":"` + seed1 + `","algo":"SHA1","digits":6,"period":30}`
	files := map[string][]byte{
		"links":        repeat("", "otpauth://totp/Acme:user#?secret="+seed1+"&issuer=Acme", "\n", ""),
		"migration":    []byte(migrationLink(join(accounts...))),
		"aegis":        repeat(`{"version":1,"header":{"slots":null,"params":null},"db":{"version":3,"entries":[`, `{"type":"totp","name":"user#","issuer":"Acme",`+info+`}`, ",", `]}}`),
		"2fas":         repeat(`{"schemaVersion":4,"services":[`, `{"name":"Acme","secret":"`+seed1+`","otp":{"account":"user#","tokenType":"TOTP"}}`, ",", `]}`),
		"bitwarden":    repeat(`{"encrypted":false,"items":[`, `{"name":"Acme","login":{"username":"user#","totp":"`+seed1+`"}}`, ",", `]}`),
		"bitwardencsv": repeat("name,login_username,login_totp\n", "Acme,user#,"+seed1, "\n", "\n"),
		"andotp":       repeat("[", `{"secret":"`+seed1+`","issuer":"Acme","label":"user#","digits":6,"type":"TOTP","algorithm":"SHA1","period":30}`, ",", "]"),
		"freeotp":      repeat(`{"tokens":[`, `{"algo":"SHA1","counter":0,"digits":6,"issuerExt":"Acme","label":"user#","period":30,"secret":[1,-2,3,-4,5,-6,7,-8,9,-10],"type":"TOTP"}`, ",", `],"tokenOrder":[]}`),
		"proton":       repeat(`{"version":1,"entries":[`, `{"content":{"uri":"otpauth://totp/Acme:user#?secret=`+seed1+`","name":"x"}}`, ",", `]}`),
		"stratum":      repeat(`{"Authenticators":[`, `{"Type":2,"Issuer":"Acme","Username":"user#","Secret":"`+seed1+`","Algorithm":0,"Digits":6,"Period":30}`, ",", `]}`),
		"duo":          repeat("[", `{"accountType":"OtpAccount","name":"user#","otpGenerator":{"otpSecret":"`+seed1+`"}}`, ",", "]"),
		"keepass":      repeat("<KeePassFile><Root><Group>", "<Entry><String><Key>Title</Key><Value>user#</Value></String><String><Key>otp</Key><Value>"+seed1+"</Value></String></Entry>", "\n", "</Group></Root></KeePassFile>"),
	}
	for name, data := range files {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				got, err := importer.Read(b.Context(), "", data, importer.Options{})
				if err != nil || len(got.Entries) != 1000 {
					b.Fatal(len(got.Entries), err)
				}
			}
		})
	}
	b.Run("qr", func(b *testing.B) {
		data := qrPNG(link1())
		for b.Loop() {
			if _, err := importer.Read(b.Context(), "", data, importer.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
