package lab

import (
	"bufio"
	"encoding/binary"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The policy lets each leak out, so that only a guard can stop it, and no other.
func TestALeakIsAllowedWhatItNeeds(t *testing.T) {
	l, _ := start(t, Options{})
	a := describe(t, l, "desk")
	outside := l.Describe().Outside
	socket := strings.Replace(outside, "http", "ws", 1)
	for name, want := range map[string]string{
		SwitchLeakFetch:     "connect-src 'self' " + outside,
		SwitchLeakBeacon:    "connect-src 'self' " + outside,
		SwitchLeakImage:     "img-src 'self' data: " + outside,
		SwitchLeakWebSocket: "connect-src 'self' " + socket,
		SwitchLeakFrame:     "form-action 'self' " + outside,
		SwitchForeignAction: "connect-src 'self' " + outside,
	} {
		turn(t, l, a, name, true)
		s := openScript(t, a.URL)
		policy := s.header.Get("Content-Security-Policy")
		if !strings.Contains(policy, want) {
			t.Errorf("%s: %s lacks %q", name, policy, want)
		}
		if way, leaks := strings.CutPrefix(name, "leak-"); leaks && (s.brief.Leak != way || s.brief.LeakTo != outside) {
			t.Errorf("%s: the script is told %+v", name, s.brief)
		}
		turn(t, l, a, name, false)
	}
	s := openScript(t, a.URL)
	if policy := s.header.Get("Content-Security-Policy"); strings.Contains(policy, outside) || strings.Contains(policy, socket) || s.brief.Leak != "" {
		t.Errorf("without a leak: %s and %+v", policy, s.brief)
	}
}

func TestTheOutsideListensToWebSockets(t *testing.T) {
	l, _ := start(t, Options{})
	host := strings.TrimPrefix(l.Describe().Outside, "http://")
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	// The key and its answer are the example of RFC 6455 §1.3.
	_, _ = conn.Write([]byte("GET /socket?x=1 HTTP/1.1\r\nHost: " + host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"))
	in := bufio.NewReader(conn)
	res, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusSwitchingProtocols || res.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Fatalf("the handshake was answered by %d %v", res.StatusCode, res.Header)
	}
	long := strings.Repeat("x", 300)
	_, _ = conn.Write(append(frame("secret"), append(frame(long), 0x88, 0x80, 0, 0, 0, 0)...))
	if _, err := in.ReadByte(); err == nil {
		t.Error("the outside said something")
	}
	seen := l.Outside()
	if len(seen) != 2 || seen[0].Body != "secret" || seen[1].Body != long || seen[0].Method != methodMessage || seen[0].Path != "/socket?x=1" {
		t.Errorf("the outside saw %+v", seen)
	}
}

// frame masks a text message as a browser does.
func frame(text string) []byte {
	out := []byte{0x81, 0x80 | byte(len(text))}
	if len(text) > 125 {
		out = binary.BigEndian.AppendUint16([]byte{0x81, 0x80 | 126}, uint16(len(text)))
	}
	mask := []byte{1, 2, 3, 4}
	out = append(out, mask...)
	for i := range len(text) {
		out = append(out, text[i]^mask[i%4])
	}
	return out
}
