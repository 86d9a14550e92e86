package chrome

import (
	"encoding/json"
	"net/url"
	"strings"

	"gatepass/auth/login"
)

// binding is how the hook tells what a page tried. The page itself does not see it:
// the hook takes it away.
const binding = "gatepassTell"

// hook runs in every document, frames without an address included, before the
// page's own scripts.
//
// WebSockets pass no guard: the browser shows their frames but cannot be told to
// hold them. (Network.setBlockedURLs does not reach them, and a policy that is
// added to an answer with Fetch.continueResponse is not obeyed.) So the hook opens
// sockets to allowed origins alone. It keeps what it needs before a page can change
// it, and leaves no way to the real constructor. WebRTC and WebTransport, which
// have no requests either, are taken away.
//
// A call for a passkey (Web Authentication §5.1) is answered as by somebody who
// declines, so that nothing waits for a device, and told of. A call of the
// conditional kind only offers passkeys in a field's list and waits for ever, as it
// does for people who pick none.
func hook(allowed login.Origins) string {
	sockets := map[string]bool{}
	for _, origin := range allowed {
		if rest, ok := strings.CutPrefix(origin, "http"); ok {
			sockets["ws"+rest] = true
		}
	}
	list, err := json.Marshal(sockets)
	if err != nil { // a map of strings always can be
		list = []byte("{}")
	}
	return strings.NewReplacer("BINDING", binding, "SOCKETS", string(list)).Replace(hookSource)
}

const hookSource = `(() => {
  const tell = globalThis.BINDING;
  delete globalThis.BINDING;
  for (const way of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport", "WebSocketStream"]) delete globalThis[way];
  const Socket = globalThis.WebSocket;
  if (Socket) {
    const allowed = Object.assign(Object.create(null), SOCKETS), Address = URL, make = Reflect.construct, apply = Reflect.apply;
    const part = name => { const get = Object.getOwnPropertyDescriptor(URL.prototype, name).get; return u => apply(get, u, []); };
    const origin = part("origin"), whole = part("href"), scheme = part("protocol"), Refused = DOMException, base = document;
    const baseOf = Object.getOwnPropertyDescriptor(Node.prototype, "baseURI").get;
    const ws = "ws:", wss = "wss:", http = "http:", https = "https:";
    const setScheme = Object.getOwnPropertyDescriptor(URL.prototype, "protocol").set;
    const Guarded = function WebSocket(address, protocols) {
      if (!new.target) throw new TypeError("Please use the 'new' operator");
      const u = new Address(address, apply(baseOf, base, []));
      if (scheme(u) === http) apply(setScheme, u, [ws]);
      if (scheme(u) === https) apply(setScheme, u, [wss]);
      if (allowed[origin(u)] !== true) {
        if (tell) tell("socket " + whole(u));
        throw new Refused("The connection was refused.", "SecurityError");
      }
      return make(Socket, arguments.length > 1 ? [whole(u), protocols] : [whole(u)], new.target === Guarded ? Socket : new.target);
    };
    for (const name of ["CONNECTING", "OPEN", "CLOSING", "CLOSED"]) Object.defineProperty(Guarded, name, {value: Socket[name], enumerable: true});
    Guarded.prototype = Socket.prototype;
    Object.defineProperty(Socket.prototype, "constructor", {value: Guarded, writable: true, configurable: true});
    Object.defineProperty(globalThis, "WebSocket", {value: Guarded, writable: true, configurable: true});
  }
  const of = globalThis.CredentialsContainer && CredentialsContainer.prototype;
  if (!of) return;
  for (const name of ["get", "create"]) {
    of[name] = function (options) {
      if (options && options.mediation === "conditional")
        return new Promise((_, no) => options.signal && options.signal.addEventListener("abort", () => no(options.signal.reason)));
      if (!options || !options.publicKey) return Promise.resolve(null);
      if (tell) tell(name);
      return Promise.reject(new DOMException("The operation either timed out or was not allowed.", "NotAllowedError"));
    };
  }
  const known = globalThis.PublicKeyCredential;
  if (known) known.isUserVerifyingPlatformAuthenticatorAvailable = () => Promise.resolve(false);
})()`

// workerHook takes all of these ways from workers, which no login needs there.
const workerHook = `for (const way of ["WebSocket", "WebSocketStream", "WebTransport", "RTCPeerConnection"]) delete globalThis[way]`

// socket takes note of a WebSocket that the hook kept from opening.
func (d *Driver) socket(s *session, at string) {
	u, err := url.Parse(at)
	if err != nil || !d.guard.any {
		return
	}
	u.Scheme = strings.Replace(u.Scheme, "ws", "http", 1)
	var stop *login.Stopped
	if d.guard.typed.In(at) {
		stop = login.Stop(login.UnexpectedOrigin, nil, "A WebSocket with %s in its address was to be opened to %s.", d.guard.typed.Names(at), login.Origin(u))
	}
	d.hold(s, u, stop)
}
