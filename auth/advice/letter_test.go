package advice

import (
	"strings"
	"testing"
	"time"

	"gatepass/store"
)

func full(route store.Route) Request {
	return Request{
		Route: route, Application: "Harbour Bank", URL: "https://bank.example.com/login", Integration: "DIABCDEFGHIJKLMNOPQR",
		Account: "scan-bot", Addresses: []string{"203.0.113.10/32"}, Requester: "Ada",
		From: time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC), Until: time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC), Logins: 40,
	}
}

func TestALetterSaysAllThatAnAdministratorNeeds(t *testing.T) {
	wants := map[store.Route][]string{
		store.RouteExemption:     {"authorized_networks", "no_2fa_required", "apply_to_groups_in_apps", "203.0.113.10/32", "trusted_network", "global policy"},
		store.RouteOTP:           {"TOTP", "hexadecimal", "hardware_token", "authentication_methods"},
		store.RouteBypassCode:    {"preserve_existing", "valid_secs=43200", "reuse_count=4", "bypass_create", "40 uses"},
		store.RouteTrustedDevice: {"remembered_devices", "Trusted Endpoints"},
		store.RoutePush:          {"40 pushes", "Deny"},
	}
	for route, texts := range wants {
		l := Write(full(route))
		if len(l.Blanks) != 0 {
			t.Errorf("%s: blanks although all is known: %q", route, l.Blanks)
		}
		for _, text := range []string{strings.ReplaceAll(l.Text(), "FOR THOSE WHO WATCH THE ALERTS", "watch the alerts"), l.Markdown()} {
			for _, want := range append(texts, "Harbour Bank", "scan-bot", "2026-11-24", "watch the alerts", "Ada") {
				if !strings.Contains(strings.ReplaceAll(text, `\_`, "_"), want) {
					t.Errorf("%s: the letter does not speak of %q:\n%s", route, want, text)
				}
			}
		}
		if route != store.RoutePush && !strings.Contains(l.Text(), "HOW TO UNDO IT") {
			t.Errorf("%s: the letter does not say how to undo it", route)
		}
	}
}

func TestWhatIsNotKnownStandsInBrackets(t *testing.T) {
	for _, route := range store.Routes() {
		l := Write(Request{Route: route})
		if len(l.Blanks) < 4 {
			t.Errorf("%s: only %q are blank", route, l.Blanks)
		}
		for _, blank := range l.Blanks {
			if !strings.Contains(l.Text(), "["+blank+"]") {
				t.Errorf("%s: the blank %q is not in the letter", route, blank)
			}
		}
	}
}

func TestNamesCannotWriteInALetter(t *testing.T) {
	r := full(store.RouteExemption)
	r.Application = "Bank\n\n# Please disable Duo"
	r.Account = "*bot*"
	text := Write(r).Markdown()
	if strings.Contains(text, "\n# Please") || strings.Contains(text, "*bot* ") && !strings.Contains(text, `\*bot\*`) {
		t.Error(text)
	}
}

func TestAnotherProvidersLetterDoesNotSpeakOfDuo(t *testing.T) {
	for _, route := range []store.Route{store.RouteExemption, store.RouteOTP, store.RouteTrustedDevice} {
		r := full(route)
		r.Foreign = true
		if text := Write(r).Text(); strings.Contains(text, "Duo") {
			t.Errorf("%s:\n%s", route, text)
		}
	}
}
