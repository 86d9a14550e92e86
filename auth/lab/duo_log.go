package lab

import (
	"net/netip"
	"time"
)

const (
	// logDelay is how late an entry appears.
	logDelay = 2 * time.Minute
	// logLife is how long an entry can be read.
	logLife = 180 * 24 * time.Hour
	maxLog  = 20_000
)

// A logEntry is one line of the authentication log.
type logEntry struct {
	factor, reason, result, device string

	at    time.Time // as clients see it
	ready time.Time // when it appears
	txid  string
	app   *integration
	user  string // the name
	key   string // the user's id; "" for a stranger
	from  netip.Addr
	agent string
}

// note writes a visit's outcome into the log. The caller holds t.mu.
func (t *tenant) note(v duoVisit, e logEntry) {
	e.at, e.ready = t.wall(), t.life().Add(logDelay)
	e.txid, e.app, e.user, e.from, e.agent = newUUID(), v.at, v.name, v.from, v.agent
	if v.user != nil {
		e.user, e.key = v.user.name, v.user.id
	}
	if t.log = append(t.log, e); len(t.log) > maxLog {
		t.log = append([]logEntry{}, t.log[len(t.log)-maxLog/2:]...)
	}
}

// noteRuling logs a visit that needed no factor, or that none could help.
func (t *tenant) noteRuling(v duoVisit, r ruling) {
	result := "denied"
	if r.result == rulesAllow {
		result = "success"
	}
	t.note(v, logEntry{factor: r.factor, reason: r.reason, result: result})
}

// notePush logs and counts what the person with the phone said.
func (t *tenant) notePush(v duoVisit, says phoneAnswer) {
	e := logEntry{factor: "duo_push", reason: "user_approved", result: "success", device: t.ownPhone.label()}
	if v.user == nil {
		return // Deleted while the phone rang.
	}
	switch says {
	case phoneApproves:
		t.succeed(v.user)
	case phoneDenies:
		e.reason, e.result = "user_cancelled", "denied"
		t.fail(v.user)
	case phoneReports:
		e.reason, e.result = "user_marked_fraud", "fraud"
		t.fail(v.user)
	}
	t.note(v, e)
}

func (p *duoPhone) label() string { return p.name + " (" + p.number + ")" }

// show gives an entry as the log API does. Places, versions and the like are unknown
// on loopback.
func (e logEntry) show() map[string]any {
	nowhere := map[string]any{"city": "Unknown", "state": "Unknown", "country": "Unknown"}
	key := any(e.key)
	if e.key == "" {
		key = nil
	}
	access := map[string]any{
		"browser": "Unknown", "browser_version": "Unknown", "flash_version": "uninstalled", "hostname": nil, "ip": nil,
		"java_version": "uninstalled", "location": nowhere, "os": "Unknown", "os_version": "Unknown",
	}
	if e.from.IsValid() {
		access["ip"] = e.from.String()
	}
	if e.agent != "" {
		access["browser"] = e.agent
	}
	device := any(e.device)
	if e.device == "" {
		device = nil
	}
	return map[string]any{
		"access_device": access, "alias": "unknown",
		"application": map[string]any{"key": e.app.ikey, "name": e.app.name},
		"auth_device": map[string]any{"ip": nil, "location": map[string]any{}, "name": device},
		"email":       "", "event_type": "authentication", "factor": e.factor,
		"isotimestamp": e.at.UTC().Format("2006-01-02T15:04:05-07:00"), "ood_software": "",
		"reason": e.reason, "result": e.result, "timestamp": e.at.Unix(), "trusted_endpoint_status": "unknown",
		"txid": e.txid, "user": map[string]any{"groups": []string{}, "key": key, "name": e.user},
	}
}
