package chrome

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"gatepass/auth/login"
)

// Options say which browser to use and how.
type Options struct {
	Path      string           // the browser's program; "" looks for one
	Headful   bool             // with a window
	Guard     *login.Guard     // who may be sent what; nil: nobody anything
	Proxy     *url.URL         // http, https or socks5; nil for none
	Now       func() time.Time // required
	TempDir   string           // where the profile's folder is made; "" means the system's own
	UserAgent string           // "" for the browser's own, without the word Headless
	// Environ is the environment of which the browser gets what it needs and no
	// more, as in [os.Environ]. Empty means the least that it starts with.
	Environ []string
	// Guardian is the command line of a program that cleans up where this process is
	// killed, as [vanish.Make] takes it; nil for none.
	Guardian []string
	// SiteIsolation gives every site a process of its own in the headless shell
	// too, as whole browsers do.
	SiteIsolation bool
}

// New finds the browser and makes a driver; the browser itself is started by the
// first step. Close ends it. The error is [ErrNoBrowser] when there is none.
func New(o Options) (*Driver, error) {
	if o.Now == nil {
		return nil, errors.New("a browser driver needs a clock")
	}
	path, err := Find(o.Path, o.Headful, o.Environ)
	if err != nil {
		return nil, err
	}
	life, end := context.WithCancel(context.Background())
	return &Driver{
		o: o, path: path, guard: guard{allowed: o.Guard, typed: &login.Secrets{}}, life: life, end: end,
		wake: make(chan struct{}, 1), sessions: map[sessionID]*session{}, tabs: map[targetID]*tab{},
	}, nil
}

// args is the browser's command line.
func (o Options) args(folder string) []string {
	args := []string{
		"--remote-debugging-pipe",
		"--user-data-dir=" + folder,
		"--no-first-run", "--no-default-browser-check",
		"--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions", "--disable-sync",
		"--disable-breakpad", "--disable-crash-reporter", "--disable-client-side-phishing-detection", "--disable-domain-reliability",
		"--disable-field-trial-config", "--metrics-recording-only", "--no-pings", "--safebrowsing-disable-auto-update",
		"--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows", "--disable-renderer-backgrounding",
		"--disable-popup-blocking", "--disable-prompt-on-repost", "--disable-search-engine-choice-screen",
		"--disable-dev-shm-usage", "--password-store=basic", "--use-mock-keychain",
		"--disable-features=Translate,AutofillServerCommunication,OptimizationHints,MediaRouter,DialMediaRouteProvider,PasswordLeakDetection,Prerender2,InterestFeedContentSuggestions",
		// What leaves without a request that could be judged.
		"--dns-prefetch-disable", "--disable-quic", "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
		"--window-size=1280,1000",
	}
	if !o.Headful {
		args = append(args, "--headless", "--hide-scrollbars", "--mute-audio", "--disable-gpu", "--disable-software-rasterizer")
	}
	if asRoot() {
		args = append(args, "--no-sandbox")
	}
	if o.SiteIsolation {
		args = append(args, "--site-per-process")
	}
	if o.UserAgent != "" {
		args = append(args, "--user-agent="+o.UserAgent)
	}
	if o.Proxy != nil {
		// The browser would go around the proxy for this very machine.
		scheme := strings.Replace(o.Proxy.Scheme, "socks5h", "socks5", 1)
		args = append(args, "--proxy-server="+scheme+"://"+o.Proxy.Host, "--proxy-bypass-list=<-loopback>")
	} else {
		args = append(args, "--no-proxy-server")
	}
	return append(args, "about:blank")
}
