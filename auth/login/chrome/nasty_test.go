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

const fields = `<label>Username <input name="u"></label><label>Password <input name="p" type="password"></label><button>Log in</button>`

// nasty are pages as they are met now and then, and worse. Each takes a login.
var nasty = map[string]string{
	// It never stops changing.
	"restless":  form("/in") + `<ul id="l"></ul><script>let n=0;setInterval(()=>{const e=document.createElement("li");e.innerHTML='<a href="/x'+(n++)+'">news '+n+'</a>';document.getElementById("l").append(e);document.title="Sign in ("+n+")"},20)</script>`,
	"redrawing": `<!doctype html><title>Sign in</title><h1>Sign in</h1><div id="r"></div><script>let v={};const draw=()=>{const a=document.activeElement&&document.activeElement.name;for(const i of document.querySelectorAll("input"))v[i.name]=i.value;document.getElementById("r").innerHTML='<form method="post" action="/in">` + fields + `</form>';for(const i of document.querySelectorAll("input")){i.value=v[i.name]||"";if(i.name===a)i.focus()}};draw();let n=0;const t=setInterval(()=>{draw();if(++n>15)clearInterval(t)},40)</script>`,
	// Its script, or a style sheet, takes its time.
	"slow script": `<!doctype html><title>Sign in</title><div id="r"></div><script src="/slow.js"></script>`,
	"slow answer": form("/slow"),
	"slow style":  `<!doctype html><title>Sign in</title><link rel="stylesheet" href="/slow.css"><h1>Sign in</h1><form method="post" action="/in">` + fields + `</form>`,
	// It talks to whoever sits in front of it.
	"dialogs":      `<!doctype html><title>Sign in</title><h1>Sign in</h1><form method="post" action="/in">` + fields + `</form><script>alert("Welcome");confirm("Cookies?");prompt("Your name?");addEventListener("beforeunload",e=>{e.preventDefault();e.returnValue="x"});for(const i of document.querySelectorAll("input"))i.onfocus=()=>alert("Careful")</script>`,
	"printing":     form("/in") + `<script>addEventListener("load",()=>print())</script>`,
	"notification": form("/in") + `<script>Notification.requestPermission();navigator.geolocation.getCurrentPosition(()=>0,()=>0);navigator.mediaDevices&&navigator.mediaDevices.getUserMedia({audio:true}).catch(()=>0)</script>`,
	// It is more than a login.
	"huge":        form("/in") + `<script>const f=document.createDocumentFragment();for(let i=0;i<8000;i++){const d=document.createElement("div");d.className="c"+i;d.textContent="row "+i;f.append(d)}document.body.append(f)</script>`,
	"deep":        form("/in") + `<script>let at=document.body;for(let i=0;i<600;i++){const d=document.createElement("div");at.append(d);at=d}at.textContent="deep"</script>`,
	"pushes":      form("/in") + `<script>let n=0;const t=setInterval(()=>{history.pushState({},"","?at="+n);if(++n>20)clearInterval(t)},20)</script>`,
	"replaced":    form("/nowhere") + `<script>setTimeout(()=>{document.open();document.write(` + "`" + form("/in") + "`" + `);document.close()},120)</script>`,
	"held open":   form("/in") + `<script>fetch("/never").catch(()=>0);new EventSource("/events")</script>`,
	"debugged":    form("/in") + `<script>setInterval(()=>{debugger},50)</script>`,
	"long busy":   form("/in") + `<script>document.querySelector("form").onsubmit=()=>{const t=Date.now();while(Date.now()-t<900);}</script>`,
	"typed twice": form("/in") + `<script>for(const i of document.querySelectorAll("input"))i.addEventListener("input",()=>{const v=i.value;i.value="";i.value=v})</script>`,
	"moves focus": form("/in") + `<script>document.querySelector("[name=u]").addEventListener("change",()=>document.querySelector("[name=u]").focus())</script>`,
	"new window":  `<!doctype html><title>Portal</title><h1>Sign in</h1><form onsubmit="window.open('/plain');return false"><label>Username <input name="u" autocomplete="username"></label><button>Continue</button></form>`,
	"plain":       form("/in"),
	"by script":   `<!doctype html><title>…</title><script>setTimeout(()=>location.replace("/plain"),150)</script>`,
	"refreshes":   `<!doctype html><title>…</title><meta http-equiv="refresh" content="0;url=/plain">`,
}

func nastySite(stop chan struct{}) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		late := func(d time.Duration) {
			select {
			case <-time.After(d):
			case <-stop:
			case <-r.Context().Done():
			}
		}
		switch {
		case name == "slow.js":
			late(1800 * time.Millisecond)
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, `document.getElementById("r").innerHTML='<h1>Sign in</h1><form method="post" action="/in">`+fields+`</form>'`)
		case name == "slow.css":
			late(1200 * time.Millisecond)
			w.Header().Set("Content-Type", "text/css")
		case name == "never" || name == "events":
			late(time.Minute)
		case name == "in" || name == "slow":
			if name == "slow" {
				late(4 * time.Second)
			}
			if r.FormValue("u") == username && r.FormValue("p") == password {
				_, _ = io.WriteString(w, "<!doctype html><title>In</title><h1>Welcome</h1>")
				return
			}
			_, _ = fmt.Fprintf(w, "<!doctype html><title>No</title><p>user %q, password %t", r.FormValue("u"), r.FormValue("p") == password)
		case nasty[name] != "":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = io.WriteString(w, nasty[name])
		default:
			http.NotFound(w, r)
		}
	})
}

// A login goes through whatever the page does beside it.
func TestNastyPages(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: some of these pages are left only when time is up")
	}
	t.Parallel()
	stop := make(chan struct{})
	s := serve(t, nastySite(stop))
	t.Cleanup(func() { close(stop) })
	d := open(t, Options{Guard: allowing(s.URL)})
	for name := range nasty {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			begun := time.Now()
			p, err := d.Open(ctx, address(t, s.URL+"/"+strings.ReplaceAll(name, " ", "%20")))
			for range 2 { // a page before the login, at most
				if err != nil {
					t.Fatalf("after %s: %s", time.Since(begun), explain(err))
				}
				r := login.Read(p)
				if r.Kind != login.KindBoth && r.Kind != login.KindUsername {
					t.Fatalf("after %s it is read as %s: %q, fields %d", time.Since(begun), r.Kind, p.Text[:min(len(p.Text), 200)], len(p.Fields))
				}
				p, err = d.Submit(ctx, p, fill(t, p))
				if err == nil && strings.Contains(p.Text, "Welcome") {
					t.Logf("took %s", time.Since(begun))
					return
				}
			}
			t.Errorf("after %s: %v %q %q", time.Since(begun), err, p.Title, p.Text[:min(len(p.Text), 200)])
		})
	}
}

// A page that goes elsewhere while it is being filled in does not get what was meant
// for another.
func TestAPageThatGoesWhileItIsFilledIn(t *testing.T) {
	t.Parallel()
	s := serve(t, site{
		"/":     `<!doctype html><title>Sign in</title><form method="post" action="/in"><label>Username <input name="u"></label><label>Password <input name="p" type="password"></label><button>Log in</button></form><script>document.querySelector("[name=u]").oninput=()=>{location="/else"}</script>`,
		"/else": `<!doctype html><title>Search</title><input name="q" autofocus><script>const q=document.querySelector("input");q.focus();q.oninput=()=>fetch("/log?"+q.value)</script>`,
	})
	d := open(t, Options{Guard: allowing(s.URL)})
	p := see(t, d, s.URL)
	_, err := d.Submit(within(t), p, fill(t, p))
	for _, e := range d.Traffic() {
		if strings.Contains(e.URL, "/log") {
			t.Errorf("something was typed into the next page")
		}
	}
	if err == nil {
		t.Log("the page that came instead was given back")
	}
}

// What comes of a login that leads nowhere is said, and nothing hangs.
func TestLoginsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/")
		switch {
		case r.Method == http.MethodGet && strings.HasPrefix(name, "login-"):
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, form("/"+strings.TrimPrefix(name, "login-")))
		case name == "loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case name == "download":
			w.Header().Set("Content-Disposition", "attachment; filename=x.bin")
			_, _ = io.WriteString(w, "file")
		case name == "nothing":
			w.WriteHeader(http.StatusNoContent)
		case name == "closes":
			_, _ = io.WriteString(w, `<!doctype html><title>Bye</title><p>Bye<script>window.close();open("","_self").close()</script>`)
		case name == "hangs":
			_, _ = io.WriteString(w, `<!doctype html><title>Hm</title><p>Hm<script>for(;;);</script>`)
		case name == "scripted-loop":
			_, _ = io.WriteString(w, `<!doctype html><title>Again</title><script>location.replace("/scripted-loop?"+Math.random())</script>`)
		case name == "cut":
			w.Header().Set("Content-Length", "100000")
			_, _ = io.WriteString(w, `<!doctype html><title>Cut</title><p>Half a page`)
		}
	})
	s := serve(t, h)
	sound := open(t, Options{Guard: allowing(s.URL)})
	for name, want := range map[string]func(login.Page, error) bool{
		"loop":          func(_ login.Page, err error) bool { return code(err) == login.RedirectLoop },
		"download":      func(p login.Page, err error) bool { return err == nil && login.Read(p).Kind == login.KindBoth },
		"nothing":       func(p login.Page, err error) bool { return err == nil && login.Read(p).Kind == login.KindBoth },
		"closes":        func(p login.Page, err error) bool { return err == nil || stopOf(err) != nil },
		"hangs":         func(_ login.Page, err error) bool { return errors.Is(err, context.DeadlineExceeded) },
		"scripted-loop": func(_ login.Page, err error) bool { return err == nil || errors.Is(err, context.DeadlineExceeded) },
		"cut": func(p login.Page, err error) bool {
			return err == nil && strings.Contains(p.Text, "Half a page") || stopOf(err) != nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := sound
			switch name {
			case "closes", "hangs", "scripted-loop": // after which it is of no more use
				d = open(t, Options{Guard: allowing(s.URL)})
			}
			p := see(t, d, s.URL+"/login-"+name)
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			begun := time.Now()
			next, err := d.Submit(ctx, p, fill(t, p))
			if !want(next, err) {
				t.Errorf("after %s: %v %q", time.Since(begun), err, next.Text)
			}
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
			t.Logf("took %s: %v", time.Since(begun), err)
		})
	}
}
