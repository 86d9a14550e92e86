package lab

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
)

// showAutopost writes a page whose form sends itself to another address.
func showAutopost(w http.ResponseWriter, to string, values url.Values) {
	body := struct {
		Action string
		Fields []hidden
	}{Action: to}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		body.Fields = append(body.Fields, hidden{name, values.Get(name)})
	}
	render(w, http.StatusOK, "autopost", body)
}
