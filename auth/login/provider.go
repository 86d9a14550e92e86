package login

import "strings"

// knownProvider names an identity provider by what its pages carry: hosts, and names
// that its own scripts or its own server rely on. "" if it is none of those known.
func knownProvider(p Page) string {
	if providerOf(p) == "duo" {
		return "duo"
	}
	host := "." + strings.ToLower(p.URL.Hostname())
	for _, known := range providerHosts {
		if strings.HasSuffix(host, known.suffix) {
			return known.name
		}
	}
	for _, f := range p.Forms {
		if name := providerOfForm(f); name != "" {
			return name
		}
	}
	for _, f := range p.Fields {
		if name := providerOfField(f); name != "" {
			return name
		}
	}
	for _, b := range p.Buttons {
		if b.Name == "_eventId_proceed" {
			return "shibboleth"
		}
	}
	return ""
}

var providerHosts = []struct{ suffix, name string }{
	{".login.microsoftonline.com", "entra"}, {".login.microsoftonline.us", "entra"}, {".login.live.com", "entra"},
	{".okta.com", "okta"}, {".oktapreview.com", "okta"}, {".okta-emea.com", "okta"},
	{".auth0.com", "auth0"}, {".accounts.google.com", "google"}, {".onelogin.com", "onelogin"},
	{".pingone.com", "ping"}, {".pingone.eu", "ping"}, {".pingidentity.com", "ping"}, {".signin.aws.amazon.com", "aws"},
}

func providerOfForm(f Form) string {
	switch {
	case strings.HasPrefix(f.ID, "kc-"):
		return "keycloak"
	case f.ID == "i0281":
		return "entra"
	case strings.Contains(f.Class, "ion-form o-form"), strings.Contains(f.Class, "primary-auth-form o-form"):
		return "okta"
	case strings.Contains(f.Class, "_form-login-id"), strings.Contains(f.Class, "_form-login-password"):
		return "auth0"
	case strings.HasPrefix(path(f.Action), "/idp/profile/"):
		return "shibboleth"
	case strings.Contains(path(f.Action), "/module.php/core/"):
		return "simplesamlphp"
	}
	return ""
}

func providerOfField(f Field) string {
	switch f.ID {
	case "i0116", "i0118", "idTxtBx_SAOTCC_OTC":
		return "entra"
	case "okta-signin-username", "okta-signin-password":
		return "okta"
	case "identifierId":
		return "google"
	}
	switch {
	case f.Name == "AuthMethod" && f.Type == "hidden":
		return "adfs"
	case strings.HasPrefix(f.Name, "pf.") && f.Type != "hidden":
		return "ping"
	case f.Name == "credentials.passcode":
		return "okta"
	}
	return ""
}
