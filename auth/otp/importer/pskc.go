package importer

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"gatepass/auth/otp"
)

// PSKC, the XML in which the makers of hardware tokens deliver seeds (RFC 6030), as
// far as its values are plain.

func init() {
	register(format{
		name: "PSKC", rank: byShape,
		is: func(d *document) bool {
			return d.text && bytes.Contains(d.data[:min(len(d.data), 4<<10)], []byte("KeyContainer"))
		},
		read: readPSKC,
	})
}

type pskcPackage struct {
	Device struct {
		Serial string `xml:"SerialNo"`
		Maker  string `xml:"Manufacturer"`
	} `xml:"DeviceInfo"`
	Key struct {
		ID        string `xml:"Id,attr"`
		Algorithm string `xml:"Algorithm,attr"`
		Issuer    string `xml:"Issuer"`
		Friendly  string `xml:"FriendlyName"`
		Format    struct {
			Length string `xml:"Length,attr"`
		} `xml:"AlgorithmParameters>ResponseFormat"`
		Suite   string    `xml:"AlgorithmParameters>Suite"`
		Secret  pskcValue `xml:"Data>Secret"`
		Counter pskcValue `xml:"Data>Counter"`
		Period  pskcValue `xml:"Data>TimeInterval"`
	} `xml:"Key"`
}

type pskcValue struct {
	Plain     string    `xml:"PlainValue"`
	Encrypted *struct{} `xml:"EncryptedValue"`
}

func readPSKC(r *reading) error {
	damaged := fmt.Errorf("%w: its XML breaks off or is wrong", ErrDamaged)
	if hasHugeTag(r.document.data) {
		return damaged
	}
	dec := xml.NewDecoder(bytes.NewReader(r.document.data))
	dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	for n := 0; ; {
		token, err := dec.Token()
		if err == io.EOF { //nolint:errorlint // the decoder returns it bare
			return nil
		}
		if err != nil {
			return damaged
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "KeyPackage" {
			continue
		}
		n++
		if err := r.count(0); err != nil {
			return err
		}
		var p pskcPackage
		if dec.DecodeElement(&p, &start) != nil {
			return damaged
		}
		account := p.Device.Serial
		if account == "" {
			account = p.Key.ID
		}
		issuer := p.Key.Issuer
		if issuer == "" {
			issuer = p.Device.Maker
		}
		k, err := p.key(strings.TrimSpace(issuer), strings.TrimSpace(account))
		r.add("key "+strconv.Itoa(n), title(issuer, account), nil, k, err)
	}
}

func (p pskcPackage) key(issuer, account string) (otp.Key, error) {
	if p.Key.Secret.Encrypted != nil {
		return otp.Key{}, refused("its seed is encrypted with a key of its maker", "Ask for the file with plain values, or decrypt it with the maker's tool.")
	}
	kind := strings.ToLower(p.Key.Algorithm[strings.LastIndexByte(p.Key.Algorithm, ':')+1:])
	if kind != "hotp" && kind != "totp" {
		return otp.Key{}, refused("the type is not totp or hotp")
	}
	return fields{
		typ: kind, issuer: issuer, account: account, secret: p.Key.Secret.Plain, form: otp.SeedBase64,
		algorithm: p.Key.Suite, digits: numberOf(p.Key.Format.Length), period: numberOf(p.Key.Period.Plain), counter: numberOf(p.Key.Counter.Plain),
	}.key()
}
