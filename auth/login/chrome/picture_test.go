package chrome

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"

	"gatepass/auth/login"
	"gatepass/store"
)

// shown takes a picture as the browser gives it.
func shown(t *testing.T, d *Driver) image.Image {
	t.Helper()
	shot, err := call(within(t), d.front.main, page.CaptureScreenshot, page.CaptureScreenshotParams{})
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, shot.Data)
}

func decoded(t *testing.T, data []byte) image.Image {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// places asks the page itself where things are.
func places(t *testing.T, d *Driver, expression string) map[string][]float64 {
	t.Helper()
	r, err := call(within(t), d.front.main, runtime.Evaluate, runtime.EvaluateParams{Expression: expression, ReturnByValue: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	var all map[string][]float64
	if err := jsonv2.Unmarshal(r.Result.Value, &all, protocol); err != nil {
		t.Fatalf("%v: %s", err, r.Result.Value)
	}
	return all
}

func rect(p []float64) image.Rectangle {
	return image.Rect(int(p[0]+0.5), int(p[1]+0.5), int(p[0]+p[2]), int(p[1]+p[3]))
}

// colours counts those of a part of a picture, up to 2.
func colours(m image.Image, in image.Rectangle) int {
	seen := map[color.Color]bool{}
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			if seen[color.NRGBAModel.Convert(m.At(x, y))] = true; len(seen) > 1 {
				return 2
			}
		}
	}
	return len(seen)
}

// What was typed is not to be seen in a picture: neither in its fields nor in what
// the page makes of it. All else is.
func TestAPictureShowsNoSecret(t *testing.T) {
	t.Parallel()
	inner := serve(t, site{"/frame": `<body style="margin:8px"><p id="echo">nothing yet</p><script>onmessage = e => document.getElementById("echo").textContent = "got " + e.data</script>`})
	// The page does not go on: it stays with all that was typed into it.
	s := serve(t, site{"/": `<!doctype html><title>Sign in</title><style>body>*{display:block;margin:6px}</style>
<h1 id="title">Sign in</h1>
<form onsubmit="tell();return false"><label>Username <input id="who" name="u"></label><label>Password <input id="pw" name="p" type="password"></label>
<label>One-time code <input id="code" name="otp" inputmode="numeric" maxlength="6"></label><button id="go">Log in</button></form>
<p id="whole">-</p><p id="gaps">-</p><p id="parts"><b>-</b><i>-</i></p><p id="pseudo">-</p><input id="copy" value="-"><textarea id="area">-</textarea><canvas id="drawn" width="200" height="30"></canvas>
<p id="plain">This stays as it is, 12345.</p><div id="host"></div>
<iframe id="same" srcdoc="<p>nothing yet</p>" width="300" height="60"></iframe><iframe id="cross" src="` + other(inner) + `/frame" width="300" height="60"></iframe>
<style id="sheet"></style>
<script>
const $ = id => document.getElementById(id), root = $("host").attachShadow({mode: "closed"});
root.innerHTML = "<span>-</span>";
function tell() {
  const c = $("code").value, p = $("pw").value;
  $("whole").textContent = "You typed " + c;
  $("gaps").textContent = "That is " + c.slice(0, 3) + " " + c.slice(3);
  $("parts").firstChild.textContent = c.slice(0, 2); $("parts").lastChild.textContent = c.slice(2);
  $("sheet").textContent = "#pseudo::after{content:'" + c + "'}";
  $("copy").value = c; $("area").value = "Your password is " + p;
  const g = $("drawn").getContext("2d"); g.font = "20px sans-serif"; g.fillText(c, 5, 20);
  root.firstChild.textContent = "inside " + c;
  $("same").contentDocument.querySelector("p").textContent = "same " + c;
  $("cross").contentWindow.postMessage(c, "*");
}
const at = (e, o = {left: 0, top: 0}) => { const r = e.getBoundingClientRect(); return [r.left + o.left, r.top + o.top, r.width, r.height] };
const all = () => Object.fromEntries([..."title who pw code whole gaps parts pseudo copy area drawn plain go".split(" ").map(id => [id, at($(id))]),
  ["shadow", at(root.firstChild)], ["inside", at($("same").contentDocument.querySelector("p"), {left: at($("same"))[0] + 2, top: at($("same"))[1] + 2})], ["cross", at($("cross"))]]);
</script>`})
	for _, o := range bothKinds {
		t.Run("browser "+o.Path, func(t *testing.T) {
			o.Guard = allowing(s.URL, other(inner))
			d := open(t, o)
			p := see(t, d, s.URL)
			var in login.Submission
			in.Button = login.Read(p).Button
			in.Form = 0
			for i, f := range p.Fields {
				switch f.ID {
				case "who":
					in.Inputs = append(in.Inputs, login.Input{Field: i, Role: login.RoleUsername, Value: store.NewSecret(username)})
				case "pw":
					in.Inputs = append(in.Inputs, login.Input{Field: i, Role: login.RolePassword, Value: store.NewSecret(password)})
				case "code":
					in.Inputs = append(in.Inputs, login.Input{Field: i, Role: login.RoleCode, Value: store.NewSecret(passcode)})
				}
			}
			if _, err := d.Submit(within(t), p, in); err != nil {
				t.Fatal(explain(err))
			}
			raw := shown(t, d)
			got, err := d.Picture(within(t))
			if err != nil {
				t.Fatal(err)
			}
			masked := decoded(t, got.PNG)
			if masked.Bounds() != raw.Bounds() || got.Width != masked.Bounds().Dx() || got.Height != masked.Bounds().Dy() {
				t.Fatalf("the picture is %v (%d×%d), the page %v", masked.Bounds(), got.Width, got.Height, raw.Bounds())
			}
			at := places(t, d, "all()")
			for _, id := range strings.Fields("pw code whole gaps pseudo copy area drawn shadow inside") {
				// Of a line of text the part with the text counts.
				r := rect(at[id])
				if id != "pw" && id != "code" && id != "copy" && id != "area" && id != "drawn" {
					r.Max.X = min(r.Max.X, r.Min.X+60)
					r = r.Inset(2)
				}
				if r.Empty() || !r.In(raw.Bounds()) || colours(raw, r) < 2 {
					t.Errorf("%s at %v says nothing without a mask either", id, r)
				}
				if colours(masked, r) != 1 {
					t.Errorf("%s at %v is to be seen", id, r)
				}
			}
			for id, from := range map[string]int{"parts": 0, "cross": 10} {
				r := rect(at[id])
				line := image.Rect(r.Min.X+from+1, r.Min.Y, r.Min.X+from+20, r.Max.Y)
				if colours(raw, line) < 2 || !differs(raw, masked, line) {
					t.Errorf("%s at %v is to be seen", id, line)
				}
			}
			for _, id := range strings.Fields("title who plain go") {
				if r := rect(at[id]).Inset(3); differs(raw, masked, r) || colours(raw, r) < 2 {
					t.Errorf("%s at %v is covered, or empty", id, r)
				}
			}
		})
	}
}

func differs(a, b image.Image, in image.Rectangle) bool {
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			if color.NRGBAModel.Convert(a.At(x, y)) != color.NRGBAModel.Convert(b.At(x, y)) {
				return true
			}
		}
	}
	return false
}

// What an authenticator is set up with is a secret of the account, though nobody
// typed it.
func TestAPictureShowsNoSeed(t *testing.T) {
	t.Parallel()
	s := serve(t, site{"/": `<!doctype html><title>Set up two-step verification</title><h1 id="title">Set up your authenticator app</h1>
<p>Scan the QR code with your authenticator app.</p><img id="qr" alt="QR code" width="120" height="120" src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='120' height='120'><rect width='60' height='60'/></svg>">
<p id="seed">JBSW Y3DP EHPK 3PXP</p><form method="post"><label>Code <input name="code" autocomplete="one-time-code"></label><button>Verify</button></form>
<a href="otpauth://totp/x?secret=JBSWY3DPEHPK3PXP">open</a>
<script>const at = id => { const r = document.getElementById(id).getBoundingClientRect(); return [r.left, r.top, r.width, r.height] }</script>`})
	d := open(t, Options{})
	see(t, d, s.URL)
	raw := shown(t, d)
	got, err := d.Picture(within(t))
	if err != nil {
		t.Fatal(err)
	}
	masked := decoded(t, got.PNG)
	at := places(t, d, `({qr: at("qr"), seed: at("seed"), title: at("title")})`)
	seed := rect(at["seed"])
	seed.Max.X = seed.Min.X + 120
	for name, r := range map[string]image.Rectangle{"qr": rect(at["qr"]), "seed": seed.Inset(2)} {
		if colours(raw, r) < 2 || colours(masked, r) != 1 {
			t.Errorf("%s at %v is to be seen", name, r)
		}
	}
	if differs(raw, masked, rect(at["title"])) {
		t.Error("the heading is covered")
	}
}

// A page that never holds still, and one whose scripts never end, cost a picture and
// no more than that.
func TestAPictureIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	s := serve(t, site{
		"/moves": form("/in") + `<style>input{position:relative}</style><script>let x = 0; (function f() { for (const i of document.querySelectorAll("input")) i.style.left = (x += 3) % 500 + "px"; requestAnimationFrame(f) })()</script>`,
		"/hangs": form("/in") + `<script>addEventListener("message", () => { for (;;); })</script>`,
	})
	d := open(t, Options{Guard: allowing(s.URL)})
	see(t, d, s.URL+"/moves")
	if _, err := d.Picture(within(t)); err == nil {
		t.Error("a page that moves was taken")
	}
	see(t, d, s.URL+"/hangs")
	send(d.front.main, runtime.Evaluate, runtime.EvaluateParams{Expression: `postMessage("now", "*")`})
	begun := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if _, err := d.Picture(ctx); err == nil || time.Since(begun) > 2*time.Second {
		t.Errorf("a page that hangs: %v after %s", err, time.Since(begun))
	}
	if _, err := (&Driver{}).Picture(within(t)); err == nil {
		t.Error("a picture of nothing")
	}
}
