package store_test

import (
	"errors"
	"strings"
	"testing"

	"gatepass/store"
)

func TestTargetsArePickedByNameOrTag(t *testing.T) {
	all := []store.Target{{Name: "shop", Tags: []string{"prod", "night"}}, {Name: "vpn", Tags: []string{"Prod"}}, {Name: "prod-db"}}
	for words, want := range map[string]string{
		"":          "shop vpn prod-db",
		"shop":      "shop",
		"SHOP":      "shop",
		"prod":      "shop vpn", // and no name that only begins so
		"vpn shop":  "shop vpn",
		"night vpn": "shop vpn",
	} {
		picked, err := store.Pick(all, strings.Fields(words))
		var got []string
		for _, p := range picked {
			got = append(got, p.Name)
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%q picks %v, %v; want %s", words, got, err, want)
		}
	}
	for words, hint := range map[string]string{"shp": `Did you mean "shop"?`, "shop nigth": `Did you mean "night"?`, "sho": `Did you mean "shop"?`, "elsewhere": "gatepass list"} {
		picked, err := store.Pick(all, strings.Fields(words))
		if hints := strings.Join(store.Hints(err), " "); !errors.Is(err, store.ErrNoTarget) || picked != nil || !strings.Contains(hints, hint) {
			t.Errorf("%q picks %v, %v; hints: %s", words, picked, err, hints)
		}
	}
}
