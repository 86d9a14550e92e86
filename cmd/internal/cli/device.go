package cli

import (
	"time"

	"gatepass/auth"
	"gatepass/store"
)

// trustOutput is what is told of a trusted device.
type trustOutput struct {
	Trusted  bool    `json:"trusted"`  // false once it is known not to be
	Captured *string `json:"captured"` // RFC 3339; null: not known
	Until    *string `json:"until"`    // when its cookie ends; null: it does not tell
	Ended    *string `json:"ended"`    // since when it is not trusted any more; null: it may be
	Sentence string  `json:"sentence"`
	Capture  string  `json:"capture"` // the command that has it trusted anew
}

func trustJSON(d *store.DeviceTrust, target string, now time.Time) *trustOutput {
	if d == nil {
		return nil
	}
	ended, over := d.Over(now)
	return &trustOutput{
		Trusted: !over, Captured: stampOrNull(d.Made), Until: stampOrNull(d.Until), Ended: stampOrNull(ended),
		Sentence: "The device is " + auth.DeviceWords(*d, now) + ".", Capture: auth.CaptureAgain(target),
	}
}

// trustLine tells of a trusted device, and how to have another where it has ended.
func trustLine(d *store.DeviceTrust, target string, now time.Time) string {
	if d == nil {
		return ""
	}
	line := auth.DeviceWords(*d, now)
	if _, over := d.Over(now); over {
		return line + ". Capture it again: " + auth.CaptureAgain(target)
	}
	return line + ". " + auth.DeviceCaveat
}
