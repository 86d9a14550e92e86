package lab

import (
	"context"
	"time"
)

const (
	// maxTransactions bounds the sign-ins by API that are remembered.
	maxTransactions = 1000
	// glance is how often somebody who waits looks at a clock that a test moves.
	glance = 50 * time.Millisecond
)

// A transaction is a sign-in by API that waits for its person, or has waited.
type transaction struct {
	t     *tenant
	id    string
	visit duoVisit
	sent  time.Time
	told  bool           // its first state was asked for
	end   map[string]any // what was answered in the end; nil: it waits
}

// newTransaction keeps a sign-in. The caller holds t.mu.
func (t *tenant) newTransaction(v duoVisit) *transaction {
	tx := &transaction{t: t, id: newUUID(), visit: v, sent: t.life()}
	t.transactions[tx.id] = tx
	if t.order = append(t.order, tx.id); len(t.order) > maxTransactions {
		delete(t.transactions, t.order[0])
		t.order = append([]string{}, t.order[1:]...)
	}
	return tx
}

// waiting is what a client hears while the person has said nothing.
func (tx *transaction) waiting() map[string]any {
	return map[string]any{
		"auth_delayed": false, "result": "waiting", "status": "pushed", "status_msg": "Pushed a login request to your device...",
	}
}

// expire ends a transaction that waited for too long. The caller holds t.mu.
func (tx *transaction) expire() {
	if tx.end == nil && !tx.t.life().Before(tx.sent.Add(pushTime)) {
		tx.t.note(tx.visit, logEntry{factor: "duo_push", reason: "no_response", result: "denied", device: tx.t.ownPhone.label()})
		tx.finish(duoAnswer("deny", "timeout", "Login timed out."))
	}
}

func (tx *transaction) finish(end map[string]any) {
	tx.end = end
	tx.t.stir()
}

func (tx *transaction) answered(says phoneAnswer, number string) (bool, error) {
	t := tx.t
	t.mu.Lock()
	defer t.mu.Unlock()
	tx.expire()
	if tx.end != nil {
		return false, nil
	}
	if number != "" {
		return true, advised{ErrPushNumber, "A push of the API shows no number."}
	}
	t.notePush(tx.visit, says)
	if says == phoneApproves {
		tx.finish(t.allowed(tx.visit))
		return true, nil
	}
	status := map[phoneAnswer]string{phoneDenies: "deny", phoneReports: "fraud"}[says]
	tx.finish(duoAnswer("deny", status, "Login request denied."))
	return true, nil
}

// wait returns what the transaction came to, or nil if ctx ended first.
func (tx *transaction) wait(ctx context.Context) map[string]any {
	ticker := time.NewTicker(glance)
	defer ticker.Stop()
	for {
		tx.t.mu.Lock()
		tx.expire()
		end, changed := tx.end, tx.t.changed
		tx.t.mu.Unlock()
		if end != nil {
			return end
		}
		select {
		case <-changed:
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// authStatus tells at once that a transaction waits, the first time; then it answers
// when there is something new to say.
func (t *tenant) authStatus(q *duoRequest) (any, *duoError) {
	id, failure := q.need("txid")
	if failure != nil {
		return nil, failure
	}
	t.mu.Lock()
	tx := t.transactions[id]
	first := tx != nil && tx.visit.at == q.by && !tx.told && tx.end == nil
	if first {
		tx.told = true
	}
	t.mu.Unlock()
	switch {
	case tx == nil || tx.visit.at != q.by:
		return nil, invalid("txid")
	case first:
		return tx.waiting(), nil
	}
	if end := tx.wait(q.r.Context()); end != nil {
		return end, nil
	}
	return nil, duoFail(50000, "")
}
