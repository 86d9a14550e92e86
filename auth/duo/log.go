package duo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// What Duo says of its authentication log: entries appear two minutes late, and one
// call a minute is all that is allowed.
const (
	LogDelay = 2 * time.Minute
	LogPace  = time.Minute
	logPage  = 1000
)

// An Entry is one login as Duo recorded it.
type Entry struct {
	Time   int64  `json:"timestamp"` // Unix seconds
	Event  string `json:"event_type"`
	Result string `json:"result"` // "success", "denied", "fraud"
	Reason string `json:"reason"`
	Factor string `json:"factor"`
	TxID   string `json:"txid"`
	User   struct {
		Key  string `json:"key"`
		Name string `json:"name"`
	} `json:"user"`
	Application struct {
		Key  string `json:"key"`
		Name string `json:"name"`
	} `json:"application"`
	Access struct {
		IP       string `json:"ip"`
		Browser  string `json:"browser"`
		Version  string `json:"browser_version"`
		OS       string `json:"os"`
		Location struct {
			City    string `json:"city"`
			State   string `json:"state"`
			Country string `json:"country"`
		} `json:"location"`
	} `json:"access_device"`
	Device struct {
		Name string `json:"name"`
	} `json:"auth_device"`
}

// At is when it happened.
func (e Entry) At() time.Time { return when(e.Time) }

// A LogQuery says which entries are wanted.
type LogQuery struct {
	From, To    time.Time
	UserID      string
	Application string // integration key; "" for every application
}

// AuthLog reads a page of the authentication log, newest first. more says that there
// are older entries within the time that was asked for.
func (a *Admin) AuthLog(ctx context.Context, q LogQuery) (entries []Entry, more bool, err error) {
	v := url.Values{
		"mintime": {milliseconds(q.From)},
		"maxtime": {milliseconds(q.To)},
		"limit":   {strconv.Itoa(logPage)},
		"sort":    {"ts:desc"},
	}
	if !q.From.Before(q.To) {
		return nil, false, fmt.Errorf("%w: a log that ends before it begins", ErrConfig)
	}
	if q.UserID != "" {
		if err := CheckID("a user's id", q.UserID); err != nil {
			return nil, false, err
		}
		v.Set("users", q.UserID)
	}
	if q.Application != "" {
		if err := CheckID("an application's integration key", q.Application); err != nil {
			return nil, false, err
		}
		v.Set("applications", q.Application)
	}
	var out struct {
		Entries  []Entry `json:"authlogs"`
		Metadata struct {
			Next json.RawMessage `json:"next_offset"`
		} `json:"metadata"`
	}
	_, err = a.call(ctx, request{method: http.MethodGet, path: "/admin/v2/logs/authentication", params: v, needs: NeedsLog}, &out)
	next := strings.TrimSpace(string(out.Metadata.Next))
	return out.Entries, next != "" && next != "null" && next != "[]", err
}

func milliseconds(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
