package prompt

import (
	"context"
	"strings"
)

// Line asks for one line. An empty answer is an answer.
func (t *Terminal) Line(ctx context.Context, question string) (string, error) {
	answer, err := t.ask(ctx, question, readLine)
	return strings.TrimSpace(answer), err
}
