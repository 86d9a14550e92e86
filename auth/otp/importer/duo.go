package importer

import "gatepass/auth/otp"

// Duo Mobile's files/duokit/accounts.json, as it lies on a rooted phone. Its push
// accounts are left alone: their keys approve logins, which is the control that is
// being tested.

func init() {
	register(format{
		name: "Duo Mobile", rank: byShape,
		is: func(d *document) bool {
			return d.has(array, "otpGenerator") || d.has(array, "accountType") || d.has(array, "pkey")
		},
		read: readDuo,
	})
}

type duoAccount struct {
	Type      text `json:"accountType"`
	Name      text `json:"name"`
	Generator *struct {
		Secret  text   `json:"otpSecret"`
		Counter number `json:"counter"`
	} `json:"otpGenerator"`
}

func readDuo(r *reading) error {
	return eachItem(r, r.document.data, "accounts", func(where string, a duoAccount) error {
		name := string(a.Name)
		if a.Generator == nil || a.Type != "" && a.Type != "OtpAccount" {
			r.refuse(where, name, "this is a Duo push account, not a one-time-password key. "+
				"Ask your Duo administrator for a hardware token or for bypass codes.")
			return nil
		}
		f := fields{account: name, secret: string(a.Generator.Secret)}
		if a.Generator.Counter.given {
			f.typ, f.counter = "hotp", a.Generator.Counter
		}
		if otp.IsDuoActivation(f.secret) {
			r.add(where, name, nil, otp.Key{}, otp.RefuseDuoActivation())
			return nil
		}
		k, err := f.key()
		r.add(where, name, nil, k, err)
		return nil
	})
}
