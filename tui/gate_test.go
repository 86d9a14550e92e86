package tui

import "gatepass/auth"

var _ Gate = (*auth.Gate)(nil)
