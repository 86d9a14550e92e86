package chrome

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/storage"

	"gatepass/auth/login"
)

// Cookies implements [login.Driver]. Cookies are named name@host. What scripts keep
// in the storages of the page in front is named localStorage:key@host and
// sessionStorage:key@host.
func (d *Driver) Cookies() map[string]string {
	all := map[string]string{}
	if d.proc == nil || d.closed {
		return all
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	jar, err := call(ctx, d.browser, storage.GetCookies, storage.GetCookiesParams{})
	if err != nil {
		return all
	}
	for _, c := range jar.Cookies {
		all[login.Clean(c.Name)+"@"+strings.TrimPrefix(c.Domain, ".")] = token(c.Value)
	}
	d.storages(ctx, all)
	return all
}

// stored lists both storages. A document without an origin has none.
const stored = `(() => {
  const all = [];
  for (const name of ["localStorage", "sessionStorage"]) {
    try { for (const [key, value] of Object.entries(globalThis[name])) all.push([name, key, String(value)]); } catch {}
  }
  return all.slice(0, 200);
})()`

func (d *Driver) storages(ctx context.Context, all map[string]string) {
	d.mu.Lock()
	t, at := d.front, d.last.URL
	d.mu.Unlock()
	if t == nil || at == nil {
		return
	}
	r, err := call(ctx, t.main, runtime.Evaluate, runtime.EvaluateParams{Expression: stored, ReturnByValue: new(true), Silent: new(true)})
	if err != nil || r.Result == nil {
		return
	}
	var list [][]string
	if jsonv2.Unmarshal(r.Result.Value, &list, protocol) != nil {
		return
	}
	for _, e := range list {
		if len(e) == 3 {
			all[e[0]+":"+login.Clean(e[1])+"@"+at.Hostname()] = token(e[2])
		}
	}
}

// token changes when a value does, and does not tell it.
func token(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:6])
}
