package cli

import (
	"context"

	"gatepass/store"
)

// checkImport finishes or takes back an import that was cut off, and says so; there
// is nothing to say when none was.
func (a *app) checkImport(ctx context.Context, home store.Home) []check {
	c, err := a.chosen(home)
	if err != nil || !store.NewImportJournal(home, c.backend).Open() {
		return nil
	}
	said, err := a.settleImport(ctx, a.gateAt(home, a.secrets(home, c.backend)))
	if err != nil {
		return []check{amiss("import", failing, err)}
	}
	if said == "" {
		said = "one is going on"
	}
	return []check{{Name: "import", State: fine, Detail: said, Remedy: []string{}}}
}
