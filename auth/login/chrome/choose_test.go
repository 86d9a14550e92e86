package chrome

import (
	"net/http"
	"strings"
	"testing"

	"gatepass/auth/login"
)

// What a script hears of a choice is written into the form: which events came, and
// whether the browser or another script made them.
const choosePage = `<!doctype html><title>Second factor</title>
<style>.gone{position:absolute;opacity:0;width:1px;height:1px} .none{display:none} .card{display:block;padding:20px;border:1px solid}</style>
<h1>Choose how to verify</h1><form action="/way"><input type="hidden" name="heard">WAYS<button>Continue</button></form>
<script>
const form = document.querySelector("form"), go = form.querySelector("button"), heard = [];
form.addEventListener("click", e => { if (e.target.type === "radio") heard.push("click:" + e.isTrusted) });
form.addEventListener("change", e => { heard.push("change"); form.heard.value = heard.join(" "); go.disabled = false; REDRAW });
go.disabled = true;
</script>`

const (
	seenWays  = `<label class="card"><input type="radio" name="m" value="sms">Text message</label><label class="card"><input type="radio" name="m" value="app">Authenticator app</label>`
	goneWays  = `<input class="gone" type="radio" name="m" value="sms" id="a"><label class="card" for="a">Text message</label><input class="gone" type="radio" name="m" value="app" id="b"><label class="card" for="b">Authenticator app</label>`
	noneWays  = `<label class="card"><input class="none" type="radio" name="m" value="sms">Text message</label><label class="card"><input class="none" type="radio" name="m" value="app">Authenticator app</label>`
	listWays  = `<select name="m" aria-label="Method"><option value="sms">Text message</option><option value="app">Authenticator app</option></select>`
	atOnce    = `form.submit()`
	redrawing = `if (!form.dataset.again) { form.dataset.again = 1; go.outerHTML = "<button>Continue</button>" }`
)

// TestSubmit_AChoice: a method is chosen as a person would, whether the page shows its
// radio buttons or only their labels, and the button is pressed once it can be.
func TestSubmit_AChoice(t *testing.T) {
	t.Parallel()
	const clicked = "click:true change"
	for name, c := range map[string]struct{ ways, then, heard string }{
		"radio buttons":               {seenWays, "", clicked},
		"beside their labels, unseen": {goneWays, "", clicked},
		"within their labels, absent": {noneWays, "", clicked},
		"a list":                      {listWays, "", "change"},
		"a page that goes on at once": {seenWays, atOnce, clicked},
		"a button that is redrawn":    {goneWays, redrawing, clicked},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := make(chan string, 10)
			s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				if r.URL.Path == "/way" {
					sent <- r.URL.Query().Get("m") + " " + r.URL.Query().Get("heard")
					_, _ = w.Write([]byte(`<!doctype html><h1>Enter your code</h1><form method="post"><label>Code <input name="c" autocomplete="one-time-code"></label><button>Verify</button></form>`))
					return
				}
				page := strings.Replace(strings.Replace(choosePage, "WAYS", c.ways, 1), "REDRAW", c.then, 1)
				_, _ = w.Write([]byte(page))
			}))
			d := open(t, Options{Guard: allowing(s.URL)})
			p := see(t, d, s.URL)
			step := login.Decide(p, login.Memory{SentUsername: true, SentPassword: true})
			if step.Choice == nil {
				t.Fatalf("nothing was chosen: %+v of %+v", step, p.Fields)
			}
			after, err := d.Submit(within(t), p, login.Submission{Form: step.Reading.Form, Choice: step.Choice, Button: step.Reading.Button, Bearer: true})
			if err != nil {
				t.Fatal(explain(err))
			}
			if kind := login.Read(after).Kind; kind != login.KindCode {
				t.Errorf("came to %s, %q", kind, after.Title)
			}
			if got := <-sent; got != "app "+c.heard || len(sent) > 0 {
				t.Errorf("sent %q, and %d times more", got, len(sent))
			}
		})
	}
}
