package chrome

import (
	"errors"
	"fmt"

	"gatepass/store/vanish"
)

// newProfile makes the folder of one browser, for its profile and its temporary files.
// Where no guardian can be had, what a killed run leaves is swept up by the next.
func newProfile(o Options) (*vanish.Folder, error) {
	p, err := vanish.Make(o.TempDir, "browser", o.Guardian)
	if errors.Is(err, vanish.ErrNoGuardian) {
		p, err = vanish.Make(o.TempDir, "browser", nil)
	}
	if err != nil {
		return nil, fmt.Errorf("make the browser's profile: %w", err)
	}
	return p, nil
}
