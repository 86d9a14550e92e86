package clipboard

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"gatepass/store"
)

// ErrEmpty is answered where the clipboard has neither a picture nor text.
var ErrEmpty = errors.New("there is nothing on the clipboard that could be read")

// pictures are the media types that are asked for, the best first.
var pictures = []string{"image/png", "image/webp", "image/jpeg", "image/bmp", "image/tiff", "image/gif"}

// Paste gives what is on this machine's clipboard: its picture, or else its text, up
// to limit bytes. Over SSH that is the far machine's. It answers ErrNone, ErrEmpty or
// what failed.
func (c *Clipboard) Paste(ctx context.Context, limit int64) ([]byte, error) {
	t, ok := choose(c.opts)
	if !ok {
		return nil, store.WithHint(ErrNone, hintNone)
	}
	if t.as != nil {
		kind, err := t.picture(ctx)
		if err != nil {
			return nil, err
		}
		if kind != "" {
			data, err := run(ctx, t.as(kind), "", limit)
			if errors.Is(err, errTooMuch) {
				return nil, err
			}
			if err == nil && len(data) > 0 {
				return data, nil
			}
		}
	}
	data, err := run(ctx, t.paste, "", limit)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, fmt.Errorf("read the clipboard: %w", err)
	}
	if len(strings.TrimSpace(string(data))) == 0 {
		return nil, ErrEmpty
	}
	return data, nil
}

// picture gives the best media type of a picture that the clipboard offers; "" for
// none. Where types cannot be listed, it is worth trying.
func (t tool) picture(ctx context.Context) (string, error) {
	if t.kinds == nil {
		return pictures[0], nil
	}
	out, err := run(ctx, t.kinds, "", maxRead)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the clipboard: %w", err)
	}
	offered := strings.Fields(string(out))
	for _, kind := range pictures {
		if slices.Contains(offered, kind) {
			return kind, nil
		}
	}
	return "", nil
}
