package lab

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// A duoRequest is a request whose signature was good.
type duoRequest struct {
	r      *http.Request
	params map[string]string          // of query, form or JSON body; JSON values that are no strings as JSON
	body   map[string]json.RawMessage // of a JSON body; nil without one
	by     *integration
	signed string // signatureV2 or signatureV5
}

// readDuoRequest reads a request's body, chunked or not, without judging it.
func readDuoRequest(w http.ResponseWriter, r *http.Request) (q *duoRequest, body []byte, form url.Values, failure *duoError) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return nil, nil, nil, invalid("body")
		}
		return nil, nil, nil, duoFail(50000, "")
	}
	q = &duoRequest{r: r, params: map[string]string{}}
	form = r.URL.Query()
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // An unreadable type is not JSON.
	switch {
	case len(body) == 0:
	case kind == "application/json":
		if json.Unmarshal(body, &q.body) != nil {
			return nil, nil, nil, invalid("body")
		}
	default:
		given, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, nil, nil, invalid("body")
		}
		for name, values := range given {
			form[name] = append(form[name], values...)
		}
	}
	for name, values := range form {
		q.params[name] = values[0]
	}
	for name, raw := range q.body {
		q.params[name] = plain(raw)
	}
	return q, body, form, nil
}

// plain gives a JSON string's content, and anything else as it is written.
func plain(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
}

// id gives a part of the path.
func (q *duoRequest) id(name string) string { return q.r.PathValue(name) }

// need gives a parameter that must be there.
func (q *duoRequest) need(name string) (string, *duoError) {
	if q.params[name] == "" {
		return "", missing(name)
	}
	return q.params[name], nil
}

// number gives a whole number from least to most, or the usual one if it is not there.
func (q *duoRequest) number(name string, usual, least, most int) (int, *duoError) {
	given, ok := q.params[name]
	if !ok || given == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(given)
	if err != nil || n < least || n > most {
		return 0, invalid(name)
	}
	return n, nil
}

// flag gives a parameter that is yes or no.
func (q *duoRequest) flag(name string, usual bool) (bool, *duoError) {
	switch strings.ToLower(q.params[name]) {
	case "":
		return usual, nil
	case "1", "true":
		return true, nil
	case "0", "false":
		return false, nil
	default:
		return false, invalid(name)
	}
}

// address gives a parameter that is an address; one that is not there is not valid.
func (q *duoRequest) address(name string) (netip.Addr, *duoError) {
	given := q.params[name]
	if given == "" {
		return netip.Addr{}, nil
	}
	a, err := netip.ParseAddr(given)
	if err != nil {
		return netip.Addr{}, invalid(name)
	}
	return a.Unmap(), nil
}

// list gives a parameter that is a JSON list of strings, or else separated by commas.
func (q *duoRequest) list(name string) []string {
	given := q.params[name]
	if given == "" {
		return nil
	}
	var all []string
	if json.Unmarshal([]byte(given), &all) == nil {
		return all
	}
	for _, s := range strings.Split(given, ",") {
		all = append(all, strings.TrimSpace(s))
	}
	return all
}

// read decodes one key of a JSON body. A key that is not there leaves v as it is.
func (q *duoRequest) read(name string, v any) *duoError {
	raw, ok := q.body[name]
	if !ok {
		return nil
	}
	if json.Unmarshal(raw, v) != nil {
		return invalid(name)
	}
	return nil
}

// from is the address of the connection.
func (q *duoRequest) from() netip.Addr { return connection(q.r) }

// connection gives the address that a connection comes from; what a header says
// about it is not asked.
func connection(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap()
}

// A paged answer is one page of a list.
type paged struct {
	items any
	meta  map[string]any
}

// pageOf cuts the page out of a list that limit and offset ask for.
func pageOf[T any](q *duoRequest, all []T, usual, most int) (any, *duoError) {
	limit, failure := q.number("limit", usual, 1, most)
	if failure != nil {
		return nil, failure
	}
	offset, failure := q.number("offset", 0, 0, 1<<31-1)
	if failure != nil {
		return nil, failure
	}
	from, to := min(offset, len(all)), min(offset+limit, len(all))
	meta := map[string]any{"total_objects": len(all), "prev_offset": max(0, offset-limit)}
	if to < len(all) {
		meta["next_offset"] = to
	}
	return paged{append([]T{}, all[from:to]...), meta}, nil
}
