package otp

import (
	"strings"

	"gatepass/store"
)

// ShortURI is [Key.URI] without what readers know all the same: SHA1, six digits and
// thirty seconds, which are the default, and the issuer's second mention, which is in
// the label too. A QR code of it is smaller. [Parse] reads an equal key from it.
func (k Key) ShortURI() store.Secret {
	link := k.URI().Reveal()
	usual := []string{"&algorithm=SHA1", "&digits=6", "&period=30"}
	if k.typ == Steam { // there readers agree on less
		usual = nil
	}
	if k.issuer != "" && k.account != "" {
		usual = append(usual, "&issuer="+escape(k.issuer))
	}
	for _, u := range usual {
		before, after, found := strings.Cut(link, u)
		if found && (after == "" || after[0] == '&') {
			link = before + after
		}
	}
	return store.NewSecret(link)
}
