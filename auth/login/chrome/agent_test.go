package chrome

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// A browser without a window calls itself by its own name and version, in whatever
// it requests from: a page, a frame of another site, a worker.
func TestNothingCallsItselfHeadless(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: each kind of browser begins anew")
	}
	t.Parallel()
	var mu sync.Mutex
	seen := map[string]http.Header{}
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen[r.URL.Path] = r.Header.Clone()
		mu.Unlock()
		switch r.URL.Path {
		case "/w.js", "/sw.js":
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = io.WriteString(w, `fetch("/by`+r.URL.Path+`")`)
		case "/inner":
			_, _ = io.WriteString(w, `<p>inner</p>`)
		default:
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, `<!doctype html><title>Agent</title><iframe src="`+"http://localhost:"+r.Host[strings.LastIndex(r.Host, ":")+1:]+`/inner"></iframe><p id="p"></p>
<script>new Worker("/w.js"); navigator.serviceWorker.register("/sw.js");
const told = JSON.stringify(navigator.userAgentData ? navigator.userAgentData.toJSON() : {});
document.getElementById("p").textContent = navigator.userAgent + " " + told + " webdriver=" + navigator.webdriver;
fetch("/by/sw.js?page");</script>`)
		}
	})
	s := serve(t, h)
	for _, o := range bothKinds {
		clear(seen)
		o.Guard = allowing(s.URL)
		d := open(t, o)
		p := see(t, d, s.URL)
		if strings.Contains(p.Text, "Headless") || !strings.Contains(p.Text, "Chrome/") || !strings.Contains(p.Text, "Chromium") || !strings.Contains(p.Text, "webdriver=true") {
			t.Errorf("what a script is told: %s", p.Text)
		}
		mu.Lock()
		for _, path := range []string{"/", "/inner", "/w.js", "/by/w.js", "/sw.js", "/by/sw.js"} {
			h := seen[path]
			name, hints := h.Get("User-Agent"), h.Get("Sec-Ch-Ua")
			if strings.Contains(name+hints, "Headless") || !strings.Contains(name, " Chrome/") || hints != "" && !strings.Contains(hints, "Chromium") {
				t.Errorf("%s %s: User-Agent %q, Sec-CH-UA %q", o.Path, path, name, hints)
			}
		}
		if h := seen["/"]; !strings.Contains(h.Get("Sec-Ch-Ua"), `"Chromium";v=`) || h.Get("Sec-Ch-Ua-Platform") != `"Linux"` {
			t.Errorf("%s: client hints: %q", o.Path, h)
		}
		mu.Unlock()
	}
}
