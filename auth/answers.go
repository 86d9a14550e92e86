package auth

import (
	"context"
	"fmt"
	"time"

	"gatepass/auth/advice"
)

// KeptAnswers are what was answered the last time when a route was looked for.
type KeptAnswers struct {
	At      time.Time      `json:"at"`
	Answers advice.Answers `json:"answers"`
}

// KeepAnswers keeps what was answered for a target, "" for none, so that the request to
// an administrator needs no second interview. There is no secret in it.
func (g *Gate) KeepAnswers(ctx context.Context, target string, a advice.Answers) error {
	return g.Ledger.KeepAnswers(ctx, target, KeptAnswers{g.Now().UTC().Round(0), a})
}

// Answers gives what was answered the last time; false where nothing was. Answers that
// no question has any more are left out.
func (g *Gate) Answers(ctx context.Context, target string) (KeptAnswers, bool, error) {
	var kept KeptAnswers
	known, err := g.Ledger.Answers(ctx, target, &kept)
	if err != nil {
		return KeptAnswers{}, false, fmt.Errorf("read the answers of the last time: %w", err)
	}
	for topic, said := range kept.Answers {
		if (advice.Answers{topic: said}).Validate() != nil {
			delete(kept.Answers, topic)
		}
	}
	return kept, known && len(kept.Answers) > 0, nil
}
