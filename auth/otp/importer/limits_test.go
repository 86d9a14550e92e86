package importer_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"runtime"
	"strings"
	"testing"

	"gatepass/auth/otp/importer"
	"gatepass/store"
)

func TestHostileFilesAreRefused(t *testing.T) {
	slot := `{"version":1,"header":{"slots":[{"type":1,"uuid":"x","key":"00","key_params":{"nonce":"000000000000000000000000","tag":"00000000000000000000000000000000"},"n":%d,"r":%d,"p":%d,"salt":"00"}],"params":{"nonce":"000000000000000000000000","tag":"00000000000000000000000000000000"}},"db":"AAAA"}`
	ente := `{"version":1,"kdfParams":{"memLimit":%d,"opsLimit":%d,"salt":"AAAAAAAAAAAAAAAAAAAAAA=="},"encryptedData":"AAAAAAAAAAAAAAAAAAAAAAAAAAAA","encryptionNonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`
	head := append([]byte("IHDR"), 0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10, 8, 2, 0, 0, 0)
	bigPNG := append(append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...), binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(head))...)
	for what, c := range map[string]struct {
		data []byte
		want error
	}{
		"a file of 50 MB":              {[]byte(strings.Repeat(link1()+"\n", 50_000_000/(len(link1())+1))), importer.ErrTooLarge},
		"a line of 4 MB":               {[]byte(strings.Repeat("a,", 2<<20)), importer.ErrUnknownFormat},
		"a 100-megapixel PNG":          {append(bigPNG, "\x00\x00\x01\x00IDAT\x78\x9c"...), importer.ErrTooLarge},
		"scrypt with 16 GiB":           {fmt.Appendf(nil, slot, 1<<24, 8, 1), importer.ErrTooCostly},
		"scrypt for an hour":           {fmt.Appendf(nil, slot, 1<<15, 8, 1<<20), importer.ErrTooCostly},
		"scrypt with a huge r":         {fmt.Appendf(nil, slot, 2, 1<<40, 1<<40), importer.ErrTooCostly},
		"scrypt with impossible N":     {fmt.Appendf(nil, slot, 1000, 8, 1), importer.ErrDamaged},
		"Argon2 with 10 GiB":           {fmt.Appendf(nil, ente, int64(10)<<30, 3), importer.ErrTooCostly},
		"Argon2 for an hour":           {fmt.Appendf(nil, ente, 1<<30, 1_000_000), importer.ErrTooCostly},
		"Argon2 with no passes":        {fmt.Appendf(nil, ente, 1<<20, 0), importer.ErrDamaged},
		"JSON nested 100,000 deep":     {[]byte(`{"encrypted":false,"items":` + strings.Repeat("[", 100_000)), importer.ErrDamaged},
		"JSON nested inside an entry":  {[]byte(`{"encrypted":false,"items":[` + strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500) + `]}`), importer.ErrDamaged},
		"XML nested 100,000 deep":      {[]byte("<KeePassFile>" + strings.Repeat("<a>", 100_000)), importer.ErrDamaged},
		"a million empty entries":      {[]byte(`{"encrypted":false,"items":[` + strings.Repeat("{},", 1_000_000) + `{}]}`), importer.ErrTooMany},
		"a million lines":              {[]byte(link1() + strings.Repeat("\nx", 1_000_000)), importer.ErrTooMany},
		"a million groups":             {[]byte(`{"services":[],"schemaVersion":4,"groups":[` + strings.Repeat("{},", 1_000_000) + `{}]}`), importer.ErrTooMany},
		"a million columns":            {[]byte("name,totp\n" + strings.Repeat(",", 1_000_000)), importer.ErrDamaged},
		"a ZIP that unpacks to 200 MB": {zipped("a.txt", strings.Repeat("\n", 40<<20), "b.txt", strings.Repeat("\n", 40<<20), "c.txt", strings.Repeat("\n", 40<<20)), importer.ErrTooLarge},
		"a ZIP with one huge file":     {zipped("a.txt", strings.Repeat("\n", importer.MaxBytes+1)), importer.ErrTooLarge},
		"a ZIP with 1,000 files":       {manyFiles(1000), importer.ErrTooMany},
		"a ZIP in a ZIP":               {zipped("a.zip", string(zipped("b.txt", link1()))), importer.ErrUnsupported},
		"a gzip that unpacks to 60 MB": {gzipped(make([]byte, 60<<20)), importer.ErrTooLarge},
		"a tree of a million values":   {[]byte(`{"secret":[` + strings.Repeat("0,", 2_000_000) + `0]}`), importer.ErrTooMany},
		"preferences nested too deep":  {[]byte(`<map><string name="x">y</string>` + strings.Repeat("<a>", 100_000)), importer.ErrDamaged},
		"Authy with a billion rounds":  {[]byte(`{"authenticator_tokens":[{"encrypted_seed":"AAAAAAAAAAAAAAAAAAAAAA==","salt":"x","key_derivation_iterations":1000000000}]}`), importer.ErrTooCostly},
		"Aegis with 10,000 slots":      {[]byte(`{"version":1,"header":{"slots":[` + strings.Repeat(`{"type":1},`, 10_000) + `{}],"params":{"nonce":"000000000000000000000000","tag":"00000000000000000000000000000000"}},"db":"AAAA"}`), importer.ErrDamaged},
	} {
		t.Run(what, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := importer.Read(t.Context(), "hostile", c.data, answer(password))
			runtime.ReadMemStats(&after)
			if !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 400<<20 {
				t.Errorf("it took %d MB", grown>>20)
			}
		})
	}
}

func manyFiles(n int) []byte {
	var files []string
	for i := range n {
		files = append(files, fmt.Sprintf("%d.txt", i), link1())
	}
	return zipped(files...)
}

// A line of many links once cost its length for each of them.
func TestALongLineIsReadInOnePass(t *testing.T) {
	got := read(t, strings.Repeat(link1()+" ", 50_000))
	if len(got.Entries) != 50_000 {
		t.Errorf("%d entries", len(got.Entries))
	}
	if _, err := importer.Read(t.Context(), "x", []byte("otpauth://"+strings.Repeat("a ", 5<<20)), importer.Options{}); err != nil {
		t.Error(err)
	}
}

func TestProgressAndCancel(t *testing.T) {
	text := strings.Repeat(link1()+"\n", 1000)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	calls := 0
	got, err := importer.Read(ctx, "list", []byte(text), importer.Options{Progress: func(done, total int) {
		if calls++; done != calls || total < 1000 {
			t.Fatalf("call %d says %d of %d", calls, done, total)
		}
		if done == 500 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || calls != 500 || len(got.Entries) != 0 {
		t.Errorf("after %d: %v, %d entries", calls, err, len(got.Entries))
	}
	if _, err := importer.ReadAll(ctx, []importer.File{{Name: "a", Data: []byte(text)}}, importer.Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// The derivation itself cannot be interrupted; waiting for it can.
func TestCancelWhileAKeyIsDerived(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	_, err := importer.Read(ctx, "vault", aegisEncrypted(1<<4), importer.Options{Password: func(context.Context, importer.Ask) (store.Secret, error) {
		cancel()
		return store.NewSecret("x"), nil
	}})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestFormatsAreNamed(t *testing.T) {
	all := strings.Join(importer.Formats(), ", ")
	for _, f := range fixtures() {
		name, _, _ := strings.Cut(f.format, " (enc")
		if name, _, _ = strings.Cut(name, ", "); !strings.Contains(all, name) && f.format != "Google Authenticator export" {
			t.Errorf("%s is not among %s", f.format, all)
		}
	}
	if bytes.Contains([]byte(all), []byte("7z")) {
		t.Error("a format that cannot be read is among those that can")
	}
}
