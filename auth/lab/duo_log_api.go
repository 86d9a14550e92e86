package lab

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// authLog answers GET /admin/v2/logs/authentication.
func (t *tenant) authLog(q *duoRequest) (any, *duoError) {
	from, failure := q.millis("mintime")
	if failure != nil {
		return nil, failure
	}
	until, failure := q.millis("maxtime")
	if failure != nil {
		return nil, failure
	}
	if !from.Before(until) {
		return nil, invalid("mintime")
	}
	limit, failure := q.number("limit", 100, 1, 1000)
	if failure != nil {
		return nil, failure
	}
	found := t.entries(q, from, until)
	switch q.params["sort"] {
	case "", "ts:desc":
		slices.Reverse(found)
	case "ts:asc":
	default:
		return nil, invalid("sort")
	}
	begin, failure := q.cursor(found)
	if failure != nil {
		return nil, failure
	}
	end := min(begin+limit, len(found))
	shown := []map[string]any{}
	for _, e := range found[begin:end] {
		shown = append(shown, e.show())
	}
	meta := map[string]any{"total_objects": len(found)}
	if end < len(found) {
		last := found[end-1]
		meta["next_offset"] = []string{strconv.FormatInt(last.at.UnixMilli(), 10), last.txid}
	}
	return map[string]any{"authlogs": shown, "metadata": meta}, nil
}

// millis reads a time of 13 digits.
func (q *duoRequest) millis(name string) (time.Time, *duoError) {
	given, failure := q.need(name)
	if failure != nil {
		return time.Time{}, failure
	}
	n, err := strconv.ParseInt(given, 10, 64)
	if err != nil || len(given) != 13 || n < 0 {
		return time.Time{}, invalid(name)
	}
	return time.UnixMilli(n), nil
}

// cursor finds where the page after next_offset begins.
func (q *duoRequest) cursor(found []logEntry) (int, *duoError) {
	given := q.params["next_offset"]
	if given == "" {
		return 0, nil
	}
	_, txid, ok := strings.Cut(given, ",")
	i := slices.IndexFunc(found, func(e logEntry) bool { return e.txid == txid })
	if !ok || i < 0 {
		return 0, invalid("next_offset")
	}
	return i + 1, nil
}

// entries gives what the log shows of a time, oldest first: nothing before it is two
// minutes old, or after half a year.
func (t *tenant) entries(q *duoRequest, from, until time.Time) []logEntry {
	life := t.life()
	filters := map[string]func(logEntry) string{
		"applications": func(e logEntry) string { return e.app.ikey },
		"users":        func(e logEntry) string { return e.key },
		"event_types":  func(logEntry) string { return "authentication" },
		"factors":      func(e logEntry) string { return e.factor },
		"reasons":      func(e logEntry) string { return e.reason },
		"results":      func(e logEntry) string { return e.result },
	}
	var found []logEntry
	for _, e := range t.log {
		shown := !life.Before(e.ready) && life.Before(e.ready.Add(logLife)) && !e.at.Before(from) && !e.at.After(until)
		for name, of := range filters {
			if wanted := q.all(name); len(wanted) > 0 && !slices.Contains(wanted, of(e)) {
				shown = false
			}
		}
		if shown {
			found = append(found, e)
		}
	}
	return found
}

// all gives every value of a parameter that may come more than once.
func (q *duoRequest) all(name string) []string {
	var out []string
	for _, value := range q.r.URL.Query()[name] {
		out = append(out, strings.Split(value, ",")...)
	}
	return out
}
