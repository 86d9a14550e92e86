package broker

import "net/http"

// describe answers with a description of the endpoint (OpenAPI 3.1).
func (b *Broker) describe(w http.ResponseWriter, _ *http.Request) {
	paths := map[string]any{
		"/healthz": map[string]any{"get": operation("Whether it answers.", "application/json", false)},
	}
	if b.o.Codes != nil {
		get := operation("One passcode, recorded as spent before it is given. With Accept: text/plain, or ?format=text, the passcode alone.", "application/json", true)
		get["parameters"] = []any{map[string]any{"name": "format", "in": "query", "schema": map[string]any{"type": "string", "enum": []string{"json", "text"}}}}
		paths["/code"] = map[string]any{"get": get}
	}
	if b.o.Sessions != nil {
		for _, v := range b.o.Views {
			paths[v.Path] = map[string]any{"get": operation(v.What, v.Type, true)}
		}
	}
	write(w, http.StatusOK, map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{
			"title": "gatepass", "version": "1",
			"description": "Fresh codes and sessions for a scan. One code a time step, whoever asks.",
		},
		"paths": paths,
		"components": map[string]any{"securitySchemes": map[string]any{
			"bearer": map[string]any{"type": "http", "scheme": "bearer"},
			"basic":  map[string]any{"type": "http", "scheme": "basic", "description": "The token as the password, for tools that can only be given an address."},
		}},
	})
}

func operation(what, media string, guarded bool) map[string]any {
	answer := func(text string) map[string]any { return map[string]any{"description": text} }
	good := answer("It is there.")
	good["content"] = map[string]any{media: map[string]any{}}
	op := map[string]any{
		"summary": what,
		"responses": map[string]any{
			"200": good,
			"429": answer("Too many requests; Retry-After says when to come back."),
		},
	}
	if guarded {
		op["security"] = []any{map[string]any{"bearer": []any{}}, map[string]any{"basic": []any{}}}
		responses := op["responses"].(map[string]any)
		responses["401"] = answer("The token is missing or wrong.")
		responses["410"] = answer("No code is left.")
		responses["502"] = answer("The login failed; the answer says why.")
		responses["503"] = answer("Not now; Retry-After says when to come back.")
	}
	return op
}
