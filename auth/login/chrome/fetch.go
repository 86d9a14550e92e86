package chrome

import (
	"context"
	"net/url"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/target"

	"gatepass/auth/login"
)

// maxBody is how much of an answer's text is kept, in bytes.
const maxBody = 4 << 20

// Fetch implements [login.Driver]. It opens the address in a window of its own:
// with the session in the same profile; without it in a fresh one, as somebody who
// was never there. So what scripts draw is seen in both.
func (d *Driver) Fetch(ctx context.Context, u *url.URL, session bool) (login.Answer, error) {
	if err := d.launch(ctx); err != nil {
		return login.Answer{}, err
	}
	t, end, err := d.window(ctx, session)
	if err != nil {
		return login.Answer{}, d.lost(ctx, err)
	}
	defer end()
	if err := d.navigate(ctx, t, u); err != nil {
		return login.Answer{}, d.lost(ctx, err)
	}
	s, err := d.still(ctx, t, before{})
	if err != nil {
		return login.Answer{}, d.lost(ctx, err)
	}
	return login.Answer{Page: s.page, Body: d.body(ctx, t, s.page.URL.String())}, nil
}

// window opens one beside the login.
func (d *Driver) window(ctx context.Context, session bool) (*tab, func(), error) {
	params := target.CreateTargetParams{URL: "about:blank", Background: new(true)}
	note := ""
	var own cdp.BrowserContextID
	if !session {
		fresh, err := call(ctx, d.browser, target.CreateBrowserContext, target.CreateBrowserContextParams{})
		if err != nil {
			return nil, nil, err
		}
		own, note = fresh.BrowserContextID, "control"
		params.BrowserContextID = own
	}
	made, err := call(ctx, d.browser, target.CreateTarget, params)
	if err != nil {
		return nil, nil, err
	}
	t, err := d.await(ctx, func() *tab { return d.tabs[made.TargetID] })
	if err == nil {
		err = equipped(ctx, t)
	}
	if err != nil {
		return nil, nil, err
	}
	d.mu.Lock()
	d.notes[t] = note
	d.mu.Unlock()
	return t, func() {
		send(d.browser, target.CloseTarget, target.CloseTargetParams(made))
		if own != "" {
			send(d.browser, target.DisposeBrowserContext, target.DisposeBrowserContextParams{BrowserContextID: own})
		}
	}, nil
}

// body is the text of a tab's document as it came; "" if the browser has not kept
// it. What is shown of it is on the Page in any case.
func (d *Driver) body(ctx context.Context, t *tab, address string) string {
	d.mu.Lock()
	doc, ok := t.document(address)
	d.mu.Unlock()
	if !ok {
		return ""
	}
	r, err := call(ctx, t.main, network.GetResponseBody, network.GetResponseBodyParams{RequestID: doc.request})
	if err != nil {
		return ""
	}
	return string(r.Body[:min(len(r.Body), maxBody)])
}
