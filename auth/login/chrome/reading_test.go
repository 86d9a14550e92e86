package chrome

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gatepass/auth/login"
)

const shadowPage = `<!doctype html><title>Vault</title><vault-login></vault-login><script>
customElements.define("vault-login", class extends HTMLElement {
  connectedCallback() {
    const root = this.attachShadow({mode: "closed"});
    root.innerHTML = '<form action="/in" method="post"><h1>Sign in</h1><label for="a">Username</label><input id="a" name="u"><label for="b">Password</label><input id="b" name="p" type="password"><button>Log in</button></form>';
  }
});
</script>`

func form(action string) string {
	return `<!doctype html><title>Sign in</title><h1>Sign in</h1><form method="post" action="` + action + `"><label>Username <input name="u"></label><label>Password <input name="p" type="password"></label><button>Log in</button></form>`
}

// accept answers the form of these tests.
func accept(pages site) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			if r.FormValue("u") == username && r.FormValue("p") == password {
				_, _ = io.WriteString(w, "<!doctype html><title>In</title><h1>Welcome</h1>")
				return
			}
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = fmt.Fprintf(w, "<!doctype html><title>No</title><p>user %t, password %t", r.FormValue("u") == username, r.FormValue("p") == password)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// other gives a server's address under the machine's other name, which is another
// site to a browser.
func other(s *httptest.Server) string {
	return strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
}

// A login inside a closed shadow root, in a frame of the same site and in one of
// another site is read and filled in, in both kinds of browser.
func TestLoginsInsideOfOtherThings(t *testing.T) {
	t.Parallel()
	inner := serve(t, accept(site{"/login": form("/in")}))
	s := serve(t, accept(site{
		"/shadow": shadowPage,
		"/same":   `<!doctype html><title>Outer</title><p>Before</p><iframe src="/login" width="500" height="300"></iframe>`,
		"/cross":  `<!doctype html><title>Outer</title><p>Before</p><iframe src="` + other(inner) + `/login" width="500" height="300"></iframe>`,
		"/deep":   `<!doctype html><title>Outer</title><iframe src="` + other(inner) + `/login" style="margin-left:40px" width="500" height="300"></iframe>`,
		"/login":  form("/in"),
	}))
	for _, o := range bothKinds {
		o.Guard = allowing(s.URL, other(inner))
		d := open(t, o)
		for _, where := range []string{"/shadow", "/same", "/cross"} {
			t.Run(where+" "+o.Path, func(t *testing.T) {
				p := see(t, d, s.URL+where)
				if r := login.Read(p); r.Kind != login.KindBoth {
					t.Fatalf("read as %s: %+v", r.Kind, p)
				}
				p = answer(t, d, p)
				if !strings.Contains(p.Text, "Welcome") {
					t.Errorf("after the login: %q", p.Text)
				}
			})
		}
	}
}

// A frame of another site that is not on the list gets nothing typed.
func TestAForeignFrameGetsNothing(t *testing.T) {
	t.Parallel()
	inner := serve(t, accept(site{"/login": form("/in")}))
	s := serve(t, site{"/": `<!doctype html><title>Outer</title><iframe src="` + other(inner) + `/login" width="500" height="300"></iframe>`})
	d := open(t, Options{Guard: allowing(s.URL)})
	p := see(t, d, s.URL)
	_, err := d.Submit(within(t), p, fill(t, p))
	if stop := stopOf(err); stop == nil || stop.Diagnosis.Code != login.UnexpectedOrigin || !strings.Contains(stop.Diagnosis.Detail, other(inner)) {
		t.Errorf("typing into a foreign frame: %v", err)
	}
}

// What is not to be seen is not offered for filling in, however it is hidden; what
// is to be seen is, whatever it is called.
func TestOnlyWhatIsSeenCounts(t *testing.T) {
	t.Parallel()
	s := serve(t, site{"/": `<!doctype html><title>Sign in</title><style>.x{position:absolute;left:-4000px}.gone{display:none}.hide{display:block!important}</style>
<form method="post"><div class="gone"><input name="none" ></div><input name="off" class="x"><input name="pale" style="opacity:0"><input name="unseen" style="visibility:hidden">
<div style="height:0;overflow:hidden"><input name="cut"></div><input name="tiny" style="width:0;height:0;border:0;padding:0">
<div class="hide"><input name="seen" placeholder="Username"></div><input type="password" name="pw"><button>Log in</button><p style="display:none" role="alert">Wrong password</p></form>`})
	d := open(t, Options{})
	p := see(t, d, s.URL)
	var seen []string
	for _, f := range p.Fields {
		if f.Visible {
			seen = append(seen, f.Name)
		}
	}
	if got := strings.Join(seen, " "); got != "seen pw" {
		t.Errorf("visible fields: %s", got)
	}
	if len(p.Messages) > 0 {
		t.Errorf("a message that nobody sees: %q", p.Messages)
	}
}

// What was typed does not come back in a Page.
func TestAPageDoesNotHoldWhatWasTyped(t *testing.T) {
	t.Parallel()
	s := serve(t, site{"/": `<!doctype html><title>Sign in</title><form onsubmit="return false"><input name="u"><input type="password" name="p"><input type="hidden" name="copy" id="copy"><button>Log in</button></form>
<script>document.querySelector("[name=p]").oninput = e => document.getElementById("copy").value = e.target.value</script>`})
	d := open(t, Options{Guard: allowing(s.URL)})
	p := answer(t, d, see(t, d, s.URL))
	for _, f := range p.Fields {
		if strings.Contains(f.Value, password) || f.Value == username {
			t.Errorf("the field %s holds what was typed", f.Name)
		}
	}
}
