package cli

import (
	"net/url"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gatepass/store"
)

// targetFlags are the flags that describe a target, shared by add and edit.
type targetFlags struct {
	url, username, route, proofURL, proofText, driver string
	tenant, integration, duoName, stock, newStock     string
	origins, tags                                     []string
}

func (t *targetFlags) define(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&t.url, "url", "", "the login page")
	f.StringVar(&t.username, "username", "", "the test account's name")
	f.StringVar(&t.route, "route", "", "the way past the challenge: exemption, otp, bypass-code, trusted-device or push")
	f.StringArrayVar(&t.origins, "allow-origin", nil, "a further origin that may receive credentials, all or some: https://sso.example.com=password,passcode (repeat for more)")
	f.StringVar(&t.proofURL, "proof-url", "", "a page that only a signed-in user can see; a path such as /account is enough")
	f.StringVar(&t.proofText, "proof-text", "", "a text that is on that page only when signed in")
	f.StringVar(&t.driver, "driver", "", "how to sign in: auto, http or browser")
	f.StringArrayVar(&t.tags, "tag", nil, "a word to group targets by (repeat for more)")
	f.StringVar(&t.stock, "stock", "", "the bypass codes to draw from, where targets of one account share them; its own name unless given")
	f.StringVar(&t.newStock, "new-stock", "", "the same, for a name under which there are no codes yet")
	f.StringVar(&t.tenant, "duo-tenant", "", "the Duo tenant that knows the account (gatepass duo add)")
	f.StringVar(&t.integration, "duo-integration", "", "the integration key of the protected application in Duo, DI…")
	f.StringVar(&t.duoName, "duo-username", "", "the account's name in Duo, where it is another one")
	must(cmd.RegisterFlagCompletionFunc("route", oneOf(store.Routes()...)))
	must(cmd.RegisterFlagCompletionFunc("driver", oneOf("auto", "http", "browser")))
}

// apply puts the flags that were given into a target, and reports whether any was.
func (t *targetFlags) apply(target *store.Target, given *pflag.FlagSet) bool {
	any := false
	set := func(flag string, put func()) {
		if given.Changed(flag) {
			put()
			any = true
		}
	}
	set("url", func() { target.URL = t.url })
	set("username", func() { target.Username = t.username })
	set("route", func() { target.Route = store.Route(t.route) })
	set("allow-origin", func() { target.Origins = grants(t.origins) })
	set("proof-url", func() { target.Proof.URL = t.proofURL })
	set("proof-text", func() { target.Proof.Text = t.proofText })
	set("driver", func() { target.Driver = t.driver })
	set("tag", func() { target.Tags = t.tags })
	set("stock", func() { target.Stock = t.stock })
	set("new-stock", func() { target.Stock = t.newStock })
	set("duo-tenant", func() { target.Duo.Tenant = t.tenant })
	set("duo-integration", func() { target.Duo.Integration = t.integration })
	set("duo-username", func() { target.Duo.Username = t.duoName })
	target.Proof.URL = onTarget(target.URL, target.Proof.URL)
	return any
}

// grants reads origins with what each may be sent: ORIGIN, or ORIGIN=USE,USE.
func grants(given []string) []store.Grant {
	var all []store.Grant
	for _, s := range given {
		origin, uses, limited := strings.Cut(s, "=")
		g := store.Grant{Origin: origin}
		if limited {
			g.For = strings.Split(uses, ",")
		}
		all = append(all, g)
	}
	return all
}

// onTarget completes an address that is given as a path alone, "/account".
func onTarget(login, address string) string {
	base, err := url.Parse(login)
	if err != nil || !strings.HasPrefix(address, "/") || strings.HasPrefix(address, "//") {
		return address
	}
	u, err := base.Parse(address)
	if err != nil {
		return address
	}
	return u.String()
}

// must is for what cannot fail in a program that was built right.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
