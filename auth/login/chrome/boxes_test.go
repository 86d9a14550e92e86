package chrome

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"gatepass/auth/login"
)

// app is a single-page application: it is drawn by a script, signs in with fetch
// and JSON, and asks for the code in six boxes of the kind named in its address.
type app struct {
	mu   sync.Mutex
	seen []string
}

const appPage = `<!doctype html><title>Workspace</title><div id="root"></div><script>
const root = document.getElementById("root"), kind = location.pathname.slice(1);
const post = (to, body) => fetch(to, {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body)}).then(r => r.json());
function first() {
  root.innerHTML = '<h1>Sign in</h1><div><label>E-mail <input type="email" id="who"></label><label>Password <input type="password" id="pw"></label><button type="button" id="go">Sign in</button><p id="say"></p></div>';
  document.getElementById("go").onclick = async () => {
    document.getElementById("go").disabled = true;
    const r = await post("/api/login", {user: document.getElementById("who").value, password: document.getElementById("pw").value});
    r.ok ? setTimeout(second, 150) : (document.getElementById("say").textContent = "Wrong password.", document.getElementById("go").disabled = false);
  };
}
function second() {
  root.innerHTML = '<h1>Two-step verification</h1><p>Enter the 6-digit code from your authenticator app</p><div id="boxes"></div>' + (kind === "auto" ? "" : '<button type="button" id="go">Verify</button>');
  const boxes = document.getElementById("boxes"), all = [];
  for (let i = 0; i < 6; i++) {
    const b = document.createElement("input");
    b.inputMode = "numeric"; b.maxLength = 1; b.ariaLabel = "Digit " + (i + 1); b.style.width = "30px";
    if (kind === "turns" && i > 0) b.disabled = true;
    b.addEventListener("input", () => {
      if (kind === "keys") return;
      const next = all[i + 1];
      if (kind === "turns" && next) next.disabled = false;
      if (kind !== "plain" && kind !== "turns" && next) setTimeout(() => next.focus(), kind === "slow" ? 20 : 0);
      if (kind === "auto" && all.every(b => b.value)) send();
    });
    if (kind === "keys") b.addEventListener("keydown", e => {
      if (!/^[0-9]$/.test(e.key)) return;
      e.preventDefault(); b.value = e.key; if (all[i + 1]) all[i + 1].focus();
    });
    all.push(b); boxes.append(b);
  }
  const send = async () => {
    const r = await post("/api/code", {code: all.map(b => b.value).join("")});
    if (r.ok) root.innerHTML = '<h1>Your workspace</h1><a href="/logout">Sign out</a>';
    else root.querySelector("p").textContent = "Wrong code.";
  };
  if (kind !== "auto") document.getElementById("go").onclick = send;
  all[0].focus();
}
setTimeout(first, 50);
</script>`

func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(appPage))
		return
	}
	var body struct{ User, Password, Code string }
	err := json.NewDecoder(r.Body).Decode(&body)
	a.mu.Lock()
	a.seen = append(a.seen, r.URL.Path+" "+body.Code)
	a.mu.Unlock()
	ok := err == nil && (body.User == username && body.Password == password || body.Code == passcode)
	if strings.HasSuffix(r.URL.Path, "login") && ok {
		http.SetCookie(w, &http.Cookie{Name: "ws", Value: "1", HttpOnly: true})
	}
	_ = json.NewEncoder(w).Encode(map[string]bool{"ok": ok})
}

// A code goes into six boxes, whatever moves the cursor from one to the next, and
// it is sent exactly once.
func TestSixBoxes(t *testing.T) {
	t.Parallel()
	a := &app{}
	s := serve(t, a)
	d := open(t, Options{Guard: allowing(s.URL)})
	for _, kind := range []string{"plain", "advance", "slow", "turns", "keys", "auto"} {
		t.Run(kind, func(t *testing.T) {
			a.mu.Lock()
			a.seen = nil
			a.mu.Unlock()
			p := see(t, d, s.URL+"/"+kind)
			if r := login.Read(p); r.Kind != login.KindBoth {
				t.Fatalf("the first page is read as %s: %+v", r.Kind, p)
			}
			p = answer(t, d, p)
			if r := login.Read(p); r.Kind != login.KindCode || len(r.Code) != 6 {
				t.Fatalf("the second page is read as %s with %d boxes: %q", r.Kind, len(r.Code), p.Text)
			}
			p = answer(t, d, p)
			if !strings.Contains(p.Text, "Your workspace") {
				t.Fatalf("after the code: %q", p.Text)
			}
			a.mu.Lock()
			defer a.mu.Unlock()
			if got := strings.Join(a.seen, ", "); got != "/api/login , /api/code "+passcode {
				t.Errorf("what was sent: %s", got)
			}
		})
	}
}

// A refusal that the page writes into itself is waited for and read.
func TestARefusalWithoutANewPage(t *testing.T) {
	t.Parallel()
	s := serve(t, &app{})
	d := open(t, Options{Guard: allowing(s.URL)})
	p := see(t, d, s.URL+"/plain")
	f := fill(t, p)
	f.Inputs = f.Inputs[:1] // no password
	p, err := d.Submit(within(t), p, f)
	if err != nil {
		t.Fatal(explain(err))
	}
	if !strings.Contains(p.Text, "Wrong password.") {
		t.Errorf("what the page says was not waited for: %q", p.Text)
	}
}
