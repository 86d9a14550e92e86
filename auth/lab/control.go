package lab

import (
	"errors"
	"net"
	"net/http"
	"strconv"
)

// control is the handler of the control origin.
func (l *Lab) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, l.Describe())
	})
	mux.HandleFunc("GET /switches", func(w http.ResponseWriter, _ *http.Request) {
		all := map[string]map[string]bool{}
		for _, a := range l.apps {
			all[a.spec.site.Name] = a.panel.all()
		}
		writeJSON(w, http.StatusOK, all)
	})
	mux.HandleFunc("GET /outside", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, l.Outside())
	})
	mux.HandleFunc("GET /accepted", l.controlAccepted)
	mux.HandleFunc("POST /switch", l.controlSwitch)
	mux.HandleFunc("POST /reset", l.controlReset)
	mux.HandleFunc("POST /approve", l.controlApprove)
	l.controlDuo(mux)
	return ownNameOnly(l.controlOrigin.host(), http.NewCrossOriginProtection().Handler(mux))
}

func (l *Lab) controlAccepted(w http.ResponseWriter, r *http.Request) {
	a, err := l.find(r.URL.Query().Get("app"))
	if err != nil {
		refuse(w, err)
		return
	}
	signIns, steps := a.account.record()
	writeJSON(w, http.StatusOK, struct {
		App     string  `json:"app"`
		SignIns int     `json:"sign_ins"`
		Steps   []int64 `json:"steps"`
	}{a.spec.site.Name, signIns, steps})
}

func (l *Lab) controlSwitch(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	on, err := strconv.ParseBool(query.Get("on"))
	if err != nil {
		refuse(w, advised{errors.New("the position of a switch is missing"), "Say on=1 or on=0."})
		return
	}
	if err := l.Set(query.Get("app"), query.Get("name"), on); err != nil {
		refuse(w, err)
		return
	}
	writeJSON(w, http.StatusOK, struct {
		App  string `json:"app"`
		Name string `json:"name"`
		On   bool   `json:"on"`
	}{query.Get("app"), query.Get("name"), on})
}

func (l *Lab) controlReset(w http.ResponseWriter, r *http.Request) {
	if err := l.Reset(r.URL.Query().Get("app")); err != nil {
		refuse(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (l *Lab) controlApprove(w http.ResponseWriter, r *http.Request) {
	if err := l.Approve(r.URL.Query().Get("app"), r.URL.Query().Get("code")); err != nil {
		refuse(w, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// refuse answers a request that makes no sense, with the next step.
func refuse(w http.ResponseWriter, err error) {
	answer := map[string]string{"error": err.Error()}
	var a advised
	if errors.As(err, &a) {
		answer["hint"] = a.advice
	}
	writeJSON(w, http.StatusBadRequest, answer)
}

// ownNameOnly refuses requests for another host name. A web page can point a name
// of its own at loopback; it cannot choose the Host header.
func ownNameOnly(host string, next http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(host) // It is a listener's address.
	localhost := net.JoinHostPort("localhost", port)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != host && r.Host != localhost {
			http.Error(w, "This is not the host that you asked for.", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
