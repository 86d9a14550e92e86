package importer

import (
	"crypto/subtle"
	"encoding/binary"

	"golang.org/x/crypto/chacha20"
	//lint:ignore SA1019 libsodium's stream pads its message in its own way, so chacha20poly1305 does not fit
	"golang.org/x/crypto/poly1305" //nolint:staticcheck // see above
)

// Reading libsodium's crypto_secretstream_xchacha20poly1305, of which golang.org/x/
// crypto has the parts and not the whole. The construction is in libsodium's
// documentation: https://doc.libsodium.org/secret-key_cryptography/secretstream

const (
	streamHeader   = 24
	streamOverhead = 1 + poly1305.TagSize // a tag byte before, the MAC behind
	streamFinal    = 3                    // the tag of a stream's last message
)

// pullStream opens a stream that is one message long and marked as the last one,
// without additional data. ok is false if key, header and message do not belong
// together.
func pullStream(key, header, sealed []byte) (plain []byte, ok bool) {
	if len(header) != streamHeader || len(sealed) < streamOverhead {
		return nil, false
	}
	subkey, err := chacha20.HChaCha20(key, header[:16])
	if err != nil {
		return nil, false
	}
	// The nonce is a message counter, from 1, and the rest of the header.
	nonce := append([]byte{1, 0, 0, 0}, header[16:]...)
	cipher, err := chacha20.NewUnauthenticatedCipher(subkey, nonce)
	if err != nil {
		return nil, false
	}
	// Block 0 of the key stream keys the MAC, block 1 hides the tag byte, and the
	// message begins with block 2.
	var macKey [32]byte
	var block [64]byte
	cipher.XORKeyStream(block[:], block[:])
	copy(macKey[:], block[:])

	body, mac := sealed[1:len(sealed)-poly1305.TagSize], sealed[len(sealed)-poly1305.TagSize:]
	block = [64]byte{sealed[0]}
	cipher.XORKeyStream(block[:], block[:])
	tag := block[0]
	block[0] = sealed[0]

	if subtle.ConstantTimeCompare(mac, streamMAC(&macKey, block[:], body)) != 1 || tag != streamFinal {
		return nil, false
	}
	plain = make([]byte, len(body))
	cipher.XORKeyStream(plain, body)
	return plain, true
}

// streamMAC is Poly1305 over the block with the tag, the message, padding, and both
// lengths. The padding is as libsodium has it, len%16 bytes, which does not align
// the message; changing that would break every stream ever written.
func streamMAC(key *[32]byte, block, body []byte) []byte {
	mac := poly1305.New(key)
	_, _ = mac.Write(block)
	_, _ = mac.Write(body)
	_, _ = mac.Write(make([]byte, len(body)%16))
	lengths := binary.LittleEndian.AppendUint64(nil, 0) // no additional data
	lengths = binary.LittleEndian.AppendUint64(lengths, uint64(len(block)+len(body)))
	_, _ = mac.Write(lengths)
	return mac.Sum(nil)
}
