package lab

import (
	"fmt"
	"io"
)

// letters has 32 characters, so that five bits choose one evenly; none is easily
// taken for another.
const letters = "abcdefghkmnpqrstuvwxyzACEFHKMNP2"

// newPassword draws a password of 100 bits. It has one of each character that
// goes wrong where forms are encoded or options read by hand: plus, percent, equals, minus.
func newPassword(random io.Reader) (string, error) {
	raw := make([]byte, 20)
	if _, err := io.ReadFull(random, raw); err != nil {
		return "", fmt.Errorf("draw a password: %w", err)
	}
	for i, b := range raw {
		raw[i] = letters[b&31]
	}
	return fmt.Sprintf("%s+%s%%%s=%s-%s", raw[:4], raw[4:8], raw[8:12], raw[12:16], raw[16:]), nil
}
