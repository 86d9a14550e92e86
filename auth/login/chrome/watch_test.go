package chrome

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
)

// approvals is a page that waits for a person and changes in one of many ways once
// release is closed.
func approvals(release chan struct{}) http.Handler {
	const top = `<!doctype html><title>Two-step verification</title><h1>Check for a push</h1><p id="p">We sent a push to your phone.</p>`
	// It asks a little later, so that the page comes to rest first.
	const poll = `setTimeout(() => fetch("/wait").then(r => r.text()).then(t => %s), 400)`
	way := map[string]string{
		"navigation": `location = "/done"`,
		"text":       `document.getElementById("p").textContent = "Denied."`,
		"shadow":     `root.firstChild.textContent = "482"`,
		"later":      `0`,
		"class":      `document.getElementById("h").className = ""`,
		"frame":      `document.getElementById("f").srcdoc = "<p>Approved in here</p>"`,
		"window":     `open("/done")`,
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		name := strings.TrimPrefix(r.URL.Path, "/")
		switch {
		case name == "wait":
			select {
			case <-release:
			case <-r.Context().Done():
			}
		case name == "done":
			_, _ = io.WriteString(w, "<!doctype html><title>Home</title><h1>Welcome</h1>")
		case way[name] != "":
			_, _ = io.WriteString(w, top+`<style>.hide{display:none}</style><p id="h" class="hide">Approved</p><iframe id="f" width="300" height="50"></iframe><div id="s"></div>
<script>const root = document.getElementById("s").attachShadow({mode: "closed"}); root.innerHTML = "<span></span>";
const later = document.createElement("div"); later.innerHTML = "<p><b></b></p>";`+
				`document.body.append(later);`+fmt.Sprintf(poll, way[name])+`;
if (location.pathname == "/later") setTimeout(() => fetch("/wait").then(() => { later.innerHTML = "<section><p><i></i></p></section>"; setTimeout(() => later.querySelector("i").textContent = "Timed out", 700) }), 400)</script>`)
		default:
			http.NotFound(w, r)
		}
	})
}

// However a page goes on while somebody is waited for, it is seen, and at once; until
// then nothing is read over and over.
func TestAPageIsWatched(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"navigation": "Welcome", "text": "Denied", "shadow": "482", "later": "Timed out",
		"class": "Approved", "frame": "Approved in here", "window": "Welcome",
	}
	for _, o := range bothKinds {
		d := open(t, o)
		for name, text := range want {
			if o.Path != "" && name != "frame" && name != "navigation" {
				continue
			}
			t.Run(name+" "+o.Path, func(t *testing.T) {
				release := make(chan struct{})
				s := serve(t, approvals(release))
				p := see(t, d, s.URL+"/"+name)
				type answer struct {
					page login.Page
					err  error
				}
				got := make(chan answer, 1)
				go func() {
					next, err := d.Watch(within(t), p)
					got <- answer{next, err}
				}()
				select {
				case a := <-got:
					t.Fatalf("it did not wait: %q, %v", a.page.Text, a.err)
				case <-time.After(600 * time.Millisecond):
				}
				released := time.Now()
				close(release)
				a := <-got
				if a.err != nil || !strings.Contains(a.page.Text, text) {
					if name == "later" && a.err == nil { // what came first is another page already
						a.page, a.err = d.Watch(within(t), a.page)
					}
					if a.err != nil || !strings.Contains(a.page.Text, text) {
						t.Fatalf("%q, %v", a.page.Text, a.err)
					}
				}
				if took := time.Since(released); took > 5*time.Second {
					t.Errorf("it was seen after %s", took)
				}
			})
		}
	}
}

// Nobody approves: the wait ends with its context, and the browser is still there.
func TestAWatchEnds(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	s := serve(t, approvals(release))
	d := open(t, Options{Guard: allowing(s.URL)})
	p := see(t, d, s.URL+"/navigation")
	ctx, cancel := context.WithTimeout(t.Context(), 400*time.Millisecond)
	defer cancel()
	if _, err := d.Watch(ctx, p); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the wait ended with %v", err)
	}
	if again := see(t, d, s.URL+"/done"); !strings.Contains(again.Text, "Welcome") {
		t.Errorf("afterwards: %q", again.Text)
	}
}

// A page that counts down all the time is read a few times a second, not more.
func TestAWatchDoesNotSpin(t *testing.T) {
	t.Parallel()
	s := serve(t, site{"/": `<!doctype html><title>Wait</title><h1>Check for a push</h1><p data-x="0">Wait.</p><script>let x = 0; setInterval(() => document.querySelector("p").dataset.x = x++, 1)</script>`})
	d := open(t, Options{Guard: allowing(s.URL)})
	p := see(t, d, s.URL)
	d.wire.mu.Lock()
	before := d.wire.last
	d.wire.mu.Unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	if _, err := d.Watch(ctx, p); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("the wait ended with %v", err)
	}
	d.wire.mu.Lock()
	defer d.wire.mu.Unlock()
	if asked := d.wire.last - before; asked > 30 {
		t.Errorf("%d questions in a second and a half", asked)
	}
}
