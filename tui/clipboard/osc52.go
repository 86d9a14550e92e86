package clipboard

import (
	"strings"

	"github.com/aymanbagabas/go-osc52/v2"

	"gatepass/store"
)

// sequence is the OSC 52 sequence that makes a terminal take text. A multiplexer
// stands in between: tmux takes the plain one if its option set-clipboard is on,
// and passes the wrapped one through if allow-passthrough is. Which of them is
// on cannot be seen from inside, and to do it twice does no harm.
func sequence(o Options, text store.Secret) string {
	seq := osc52.New(text.Reveal())
	switch {
	case o.Tmux != "":
		return seq.String() + seq.Tmux().String()
	case strings.HasPrefix(o.Term, "screen"):
		return seq.Screen().String()
	}
	return seq.String()
}
