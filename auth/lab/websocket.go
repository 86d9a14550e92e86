package lab

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

const (
	// socketTime is how long a WebSocket may stay open, and so how long its
	// goroutine lives.
	socketTime = 30 * time.Second
	// maxMessages bounds what is read from one WebSocket.
	maxMessages = 100
	// socketGUID makes the answer to a handshake (RFC 6455 §1.3).
	socketGUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
	// methodMessage is the Seen.Method of a WebSocket's message.
	methodMessage = "MESSAGE"
)

var errSocket = errors.New("the WebSocket broke off")

func asksForSocket(r *http.Request) bool {
	return strings.EqualFold(r.Header.Get("Upgrade"), "websocket") && r.Header.Get("Sec-WebSocket-Key") != ""
}

// listenIn accepts a WebSocket and remembers what comes in, until the other side
// closes it, it lasted long enough, or the lab ends.
func (o *outside) listenIn(w http.ResponseWriter, r *http.Request) {
	conn, stream, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "This connection cannot be switched.", http.StatusNotImplemented)
		return
	}
	defer func() { _ = conn.Close() }() // There is nobody to tell.
	ended := context.AfterFunc(r.Context(), func() { _ = conn.Close() })
	defer ended()
	_ = conn.SetDeadline(time.Now().Add(socketTime)) // A connection that refuses one is closed by its end.
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + socketGUID))
	_, _ = fmt.Fprintf(stream, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:])) // What fails here fails in Flush.
	if stream.Flush() != nil {
		return
	}
	for range maxMessages {
		message, err := readFrame(stream.Reader)
		if err != nil {
			return
		}
		o.remember(Seen{
			At: o.now().UTC(), Method: methodMessage, Path: r.RequestURI, Headers: r.Header.Clone(),
			Body: string(message[:min(len(message), maxBody)]), Truncated: len(message) > maxBody,
		})
	}
}

// readFrame reads one text or binary frame of a client (RFC 6455 §5.2). Anything
// else ends the conversation.
func readFrame(in *bufio.Reader) ([]byte, error) {
	const text, binaryData = 1, 2
	var head [2]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return nil, fmt.Errorf("%w: %w", errSocket, err)
	}
	if kind := head[0] & 0x0f; kind != text && kind != binaryData || head[1]&0x80 == 0 {
		return nil, errSocket
	}
	size, err := frameSize(in, head[1]&0x7f)
	if err != nil {
		return nil, err
	}
	var mask [4]byte
	if _, err := io.ReadFull(in, mask[:]); err != nil {
		return nil, fmt.Errorf("%w: %w", errSocket, err)
	}
	message, err := io.ReadAll(io.LimitReader(in, int64(min(size, maxBody+1))))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errSocket, err)
	}
	for i := range message {
		message[i] ^= mask[i%4]
	}
	return message, nil
}

// frameSize reads the length that follows a frame's first two bytes.
func frameSize(in io.Reader, short byte) (uint64, error) {
	long := make([]byte, map[byte]int{126: 2, 127: 8}[short])
	if len(long) == 0 {
		return uint64(short), nil
	}
	if _, err := io.ReadFull(in, long); err != nil {
		return 0, fmt.Errorf("%w: %w", errSocket, err)
	}
	if len(long) == 2 {
		return uint64(binary.BigEndian.Uint16(long)), nil
	}
	return binary.BigEndian.Uint64(long), nil
}
