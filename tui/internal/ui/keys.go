package ui

import "github.com/charmbracelet/bubbles/key"

// GlobalKeys work on every page. Those without a modifier give way to typing.
type GlobalKeys struct {
	Help    key.Binding // gives way
	Quit    key.Binding
	Suspend key.Binding
}

// DefaultGlobalKeys are the ones of gatepass.
func DefaultGlobalKeys() GlobalKeys {
	return GlobalKeys{
		Help:    key.NewBinding(key.WithKeys("?", "f1"), key.WithHelp("?", "all keys")),
		Quit:    key.NewBinding(key.WithKeys("ctrl+c"), key.WithHelp("ctrl+c", "quit at once")),
		Suspend: key.NewBinding(key.WithKeys("ctrl+z"), key.WithHelp("ctrl+z", "suspend")),
	}
}

// Bind makes a binding whose help shows its first key.
func Bind(desc string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown(keys[0]), desc))
}

// shown is how a key is written in the help.
func shown(k string) string {
	switch k {
	case " ":
		return "space"
	case "up":
		return "↑"
	case "down":
		return "↓"
	}
	return k
}
