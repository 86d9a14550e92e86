package lab

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
)

// The forms of SwitchSAML look like SAML's POST binding from outside. Inside they
// are simpler: the signature is one over the bytes of the assertion.

const samlPath = "/saml/acs"

// An authnRequest is what the application asks.
type authnRequest struct {
	XMLName xml.Name `xml:"urn:oasis:names:tc:SAML:2.0:protocol AuthnRequest"`
	ID      string   `xml:"ID,attr"`
	Target  string   `xml:"AssertionConsumerServiceURL,attr"`
	Issuer  string   `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
}

// A samlResponse is what the provider answers.
type samlResponse struct {
	XMLName   xml.Name `xml:"urn:oasis:names:tc:SAML:2.0:protocol Response"`
	Target    string   `xml:"Destination,attr"`
	Signature string   `xml:"SignatureValue"`
	Assertion struct {
		Inner []byte `xml:",innerxml"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:assertion Assertion"`
}

// An assertion is the part of the answer that is signed.
type assertion struct {
	XMLName  xml.Name `xml:"Statement"`
	Issuer   string   `xml:"Issuer"`
	Audience string   `xml:"Audience"`
	Answers  string   `xml:"InResponseTo"`
	NameID   string   `xml:"NameID"`
	Until    int64    `xml:"NotOnOrAfter"`
}

// A samlRequest waits at the provider for its visitor to sign in.
type samlRequest struct{ id, relay string }

// askByForm sends the visitor to the provider with a form.
func (f *wikiFlow) askByForm(w http.ResponseWriter, state string) {
	raw, err := xml.Marshal(authnRequest{ID: "_" + codeChallenge(state), Target: f.a.url + samlPath, Issuer: wikiClient})
	if err != nil {
		http.Error(w, "The request could not be written.", http.StatusInternalServerError)
		return
	}
	showAutopost(w, f.provider.annex.url+"/saml/sso", url.Values{
		"SAMLRequest": {base64.StdEncoding.EncodeToString(raw)},
		"RelayState":  {state},
	})
}

// takeSAMLRequest begins a sign-in at the provider.
func (i *identity) takeSAMLRequest(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	var asked authnRequest
	if err := readXML(r.PostFormValue("SAMLRequest"), &asked); err != nil || asked.Issuer != i.client.id || asked.Target != i.client.app.url+samlPath {
		i.message(w, r, http.StatusBadRequest, "Unknown application", "No application is registered under this name and address.")
		return
	}
	name := i.requests.put(samlRequest{asked.ID, r.PostFormValue("RelayState")})
	seeOther(w, r, "/saml/continue?"+url.Values{"request": {name}}.Encode())
}

// continueSAML answers the application once its visitor is signed in.
func (i *identity) continueSAML(w http.ResponseWriter, r *http.Request) {
	v := i.visitor(w, r)
	if v.stage != signedIn {
		http.Redirect(w, r, withNext(loginPath, r.URL.RequestURI()), http.StatusFound)
		return
	}
	asked, ok := i.requests.take(r.URL.Query().Get("request"))
	if !ok {
		i.message(w, r, http.StatusBadRequest, "Page expired", saysExpired)
		return
	}
	answer, err := i.assert(asked, v.user)
	if err != nil {
		http.Error(w, "The answer could not be written.", http.StatusInternalServerError)
		return
	}
	showAutopost(w, i.client.app.url+samlPath, url.Values{
		"SAMLResponse": {base64.StdEncoding.EncodeToString(answer)},
		"RelayState":   {asked.relay},
	})
}

func (i *identity) assert(asked samlRequest, user string) ([]byte, error) {
	inner, err := xml.Marshal(assertion{
		Issuer: i.annex.url, Audience: i.client.id, Answers: asked.id, NameID: user,
		Until: i.now().Add(tokenTime).Unix(),
	})
	if err != nil {
		return nil, fmt.Errorf("write the assertion: %w", err)
	}
	answer := samlResponse{
		Target:    i.client.app.url + samlPath,
		Signature: base64.StdEncoding.EncodeToString(identityKey().sign(inner)),
	}
	answer.Assertion.Inner = inner
	raw, err := xml.Marshal(answer)
	if err != nil {
		return nil, fmt.Errorf("write the answer: %w", err)
	}
	return raw, nil
}

// takeAssertion ends the sign-in at the application.
func (f *wikiFlow) takeAssertion(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	state := r.PostFormValue("RelayState")
	req, ok := f.owned(r, state)
	if !ok {
		f.fail(w, r, http.StatusBadRequest, "This sign-in was not begun here, or it has expired.")
		return
	}
	user, err := f.asserted(r.PostFormValue("SAMLResponse"), "_"+codeChallenge(state))
	if err != nil {
		f.fail(w, r, http.StatusForbidden, "The sign-in could not be confirmed: "+err.Error()+".")
		return
	}
	v, _ := f.a.known(r)
	f.a.goIn(w, r, v, session{user: user, next: req.next})
}

// asserted checks an answer and gives the name in it.
func (f *wikiFlow) asserted(encoded, id string) (string, error) {
	var answer samlResponse
	if err := readXML(encoded, &answer); err != nil {
		return "", err
	}
	signature, err := base64.StdEncoding.DecodeString(answer.Signature)
	if err != nil || !identityKey().verifies(answer.Assertion.Inner, signature) {
		return "", fmt.Errorf("%w: its signature is wrong", errToken)
	}
	var says assertion
	if err := xml.Unmarshal(answer.Assertion.Inner, &says); err != nil {
		return "", fmt.Errorf("%w: it cannot be read", errToken)
	}
	if says.Answers != id {
		return "", fmt.Errorf("%w: it answers another request", errToken)
	}
	c := claims{Issuer: says.Issuer, Audience: says.Audience, Issued: f.a.now().Unix(), Expires: says.Until}
	return says.NameID, c.good(f.provider.annex.url, wikiClient, f.a.now())
}

func readXML(encoded string, v any) error {
	raw, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return fmt.Errorf("%w: it is not base64", errToken)
	}
	if err := xml.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("%w: it is not the XML that it should be", errToken)
	}
	return nil
}
