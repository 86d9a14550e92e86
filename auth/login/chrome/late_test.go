package chrome

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"

	"gatepass/auth/login"
)

// A desk is a page that a script keeps fresh: it asks its server for news again and
// again, and on every key as well. What is filled in goes to /check, whose answer is
// held back until the test lets it go, and is shown a while after it came.
type desk struct {
	page  string
	asked chan struct{} // was asked for news
	had   chan string   // what came to be checked
	let   chan struct{} // lets the answer go
	once  sync.Once
}

func newDesk(page string) *desk {
	return &desk{page: page, asked: make(chan struct{}, 1000), had: make(chan string, 10), let: make(chan struct{})}
}

func (k *desk) release() { k.once.Do(func() { close(k.let) }) }

const deskScript = `<script>
const news = to => fetch(to, {method: "POST", body: "{}"}), form = document.querySelector("form"), say = document.getElementById("say");
const poll = () => news("/news").then(() => setTimeout(poll, 100));
poll();
form.addEventListener("input", () => news(form.dataset.keys));
form.addEventListener("submit", async event => {
  event.preventDefault();
  const values = [...form.querySelectorAll("input")].map(i => i.value).join("");
  const said = await (await fetch("/check", {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({values})})).json();
  setTimeout(() => { say.textContent = said.text }, 600);
});
for (const [i, box] of form.querySelectorAll("[maxlength='1']").entries())
  box.addEventListener("input", () => form.querySelectorAll("input")[i + 1]?.focus());
</script>`

func (k *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/news", "/keys":
		k.asked <- struct{}{}
	case "/check":
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		k.had <- string(body)
		select {
		case <-k.let:
		case <-r.Context().Done():
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"text": "That was not right."})
	default:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, `<!doctype html><title>Sign in</title><h1>Sign in</h1>`+k.page+`<p id="say"></p>`+deskScript)
	}
}

const (
	codePage = `<form data-keys="/keys"><label>Passcode <input autocomplete="one-time-code" inputmode="numeric"></label><button>Verify</button></form>`
	sixPage  = `<form data-keys="/news"><p>Enter the 6-digit code from your authenticator app</p>` +
		`<input maxlength="1" inputmode="numeric" aria-label="Digit 1"><input maxlength="1" inputmode="numeric" aria-label="Digit 2"><input maxlength="1" inputmode="numeric" aria-label="Digit 3">` +
		`<input maxlength="1" inputmode="numeric" aria-label="Digit 4"><input maxlength="1" inputmode="numeric" aria-label="Digit 5"><input maxlength="1" inputmode="numeric" aria-label="Digit 6"><button>Verify</button></form>`
	passPage = `<form data-keys="/keys"><label>Username <input autocomplete="username"></label><label>Password <input type="password"></label><button>Sign in</button></form>`
	namePage = `<form data-keys="/keys"><label>Username <input autocomplete="username"></label><button>Next</button></form>`
)

// newsWhileHeld is how often a page asks for news while its answer is held back: that
// takes it longer than any request that does not matter is waited for.
const newsWhileHeld = 45

// What was filled in is sent, once, whatever else the page sends while it is filled
// in; and nothing is made of the page before its answer has come and was shown.
func TestTheAnswerIsWaitedFor(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]string{"a code": codePage, "six boxes": sixPage, "a password": passPage, "a username": namePage} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newDesk(page)
			s := serve(t, k)
			t.Cleanup(k.release)
			d := open(t, Options{Guard: allowing(s.URL)})
			p := see(t, d, s.URL)
			f := fill(t, p)
			type end struct {
				page login.Page
				err  error
			}
			done := make(chan end, 1)
			go func() {
				after, err := d.Submit(t.Context(), p, f)
				done <- end{after, err}
			}()
			early := func(e end) { t.Fatalf("the answer was not waited for: %q %v", e.page.Lines, e.err) }
			select {
			case <-k.had:
			case e := <-done:
				early(e)
			}
			for range newsWhileHeld {
				select {
				case <-k.asked:
				case e := <-done:
					early(e)
				}
			}
			for len(k.asked) > 0 {
				<-k.asked
			}
			k.release()
			e := <-done
			if e.err != nil || !strings.Contains(e.page.Text, "That was not right.") {
				t.Errorf("got %q %v", e.page.Lines, e.err)
			}
			if len(k.had) > 0 {
				t.Errorf("it was sent more than once: %s", <-k.had)
			}
		})
	}
}

// The page before may say that it has stopped loading when the way to the next has
// begun. The next is waited for all the same; and where none comes, the page before
// stays.
func TestALateStop(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"/in": "Welcome", "/none": "Sign in"} {
		reached, let := make(chan struct{}, 1), make(chan struct{})
		var once sync.Once
		release := func() { once.Do(func() { close(let) }) }
		s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != path {
				_, _ = io.WriteString(w, form(path))
				return
			}
			reached <- struct{}{}
			select {
			case <-let:
			case <-r.Context().Done():
			}
			if path == "/none" {
				w.WriteHeader(http.StatusNoContent)
				return
			}
			_, _ = io.WriteString(w, `<!doctype html><title>In</title><h1>Welcome</h1>`)
		}))
		t.Cleanup(release)
		d := open(t, Options{Guard: allowing(s.URL)})
		p := see(t, d, s.URL)
		f := fill(t, p)
		done := make(chan string, 1)
		go func() {
			after, err := d.Submit(t.Context(), p, f)
			if err != nil {
				after.Text = explain(err)
			}
			done <- after.Text
		}()
		<-reached
		front := d.asItIs().tab
		d.event(front.main.id, &cdppage.EventFrameStoppedLoading{FrameID: cdp.FrameID(front.main.info.TargetID)})
		if d.readable(front) {
			t.Errorf("%s: the page before is taken for the next", path)
		}
		release()
		if text := <-done; !strings.Contains(text, want) {
			t.Errorf("%s: got %q, want %q", path, text, want)
		}
	}
}
