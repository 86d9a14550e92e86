package lab

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// controlDuo serves the controls of the simulated Duo at the control origin.
func (l *Lab) controlDuo(mux *http.ServeMux) {
	d := l.Duo()
	mux.HandleFunc("GET /duo/faults", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, d.Faults()) })
	mux.HandleFunc("GET /duo/seen", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, d.Seen()) })
	mux.HandleFunc("GET /duo/codes", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, d.Codes()) })
	mux.HandleFunc("GET /duo/calls", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, http.StatusOK, d.Calls()) })
	mux.HandleFunc("GET /duo/policy", func(w http.ResponseWriter, r *http.Request) {
		sections, err := d.Policy(r.URL.Query().Get("of"))
		if err != nil {
			refuse(w, err)
			return
		}
		writeJSON(w, http.StatusOK, sections)
	})
	for path, do := range map[string]func(*http.Request) error{
		"/duo/fault":   d.controlFault,
		"/duo/advance": d.controlAdvance,
		"/duo/skew":    d.controlSkew,
		"/duo/policy":  d.controlPolicy,
		"/duo/user":    func(r *http.Request) error { return d.SetStatus(r.URL.Query().Get("status")) },
		"/duo/deny":    d.controlDeny,
	} {
		mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
			if err := do(r); err != nil {
				refuse(w, err)
				return
			}
			w.WriteHeader(http.StatusNoContent)
		})
	}
}

func (d DuoControl) controlFault(r *http.Request) error {
	on, err := strconv.ParseBool(r.URL.Query().Get("on"))
	if err != nil {
		return advised{errors.New("the position of a fault is missing"), "Say on=1 or on=0."}
	}
	return d.SetFault(r.URL.Query().Get("name"), on)
}

// controlDuration reads the parameter by.
func controlDuration(r *http.Request) (time.Duration, error) {
	by, err := time.ParseDuration(r.URL.Query().Get("by"))
	if err != nil {
		return 0, advised{errors.New("the time is missing"), "Say by=130s."}
	}
	return by, nil
}

func (d DuoControl) controlAdvance(r *http.Request) error {
	by, err := controlDuration(r)
	if err == nil {
		d.Advance(by)
	}
	return err
}

func (d DuoControl) controlSkew(r *http.Request) error {
	by, err := controlDuration(r)
	if err == nil {
		d.Skew(by)
	}
	return err
}

func (d DuoControl) controlDeny(r *http.Request) error {
	fraud, err := strconv.ParseBool(r.URL.Query().Get("fraud"))
	return d.Deny(err == nil && fraud)
}

func (d DuoControl) controlPolicy(r *http.Request) error {
	var sections map[string]json.RawMessage
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxBody)).Decode(&sections); err != nil {
		return advised{errors.New("the sections could not be read"), `Send JSON, such as {"authentication_methods":{"blocked_auth_list":["bypass"]}}.`}
	}
	return d.SetPolicy(r.URL.Query().Get("of"), sections)
}
