package lab

// The shapes of this file's answers are recalled, not recorded from a real tenant.

func (t *tenant) infoSummary(*duoRequest) (any, *duoError) {
	return map[string]int{
		"admin_count": 1, "integration_count": len(t.integrations), "telephony_credits_remaining": 1000, "user_count": len(t.users),
	}, nil
}

func (t *tenant) infoAttempts(q *duoRequest) (any, *duoError) {
	count := attempts()
	for _, e := range t.log {
		count[attemptOf(e)]++
	}
	return count, nil
}

func (t *tenant) infoUserAttempts(q *duoRequest) (any, *duoError) {
	all := map[string]map[string]int{}
	for _, e := range t.log {
		if e.key == "" {
			continue
		}
		if all[e.key] == nil {
			all[e.key] = attempts()
		}
		all[e.key][attemptOf(e)]++
	}
	return map[string]any{"users": all}, nil
}

func (t *tenant) infoTelephony(*duoRequest) (any, *duoError) {
	return map[string]int{"telephony_credits_used": 0}, nil
}

func attempts() map[string]int {
	return map[string]int{"ERROR": 0, "FAILURE": 0, "FRAUD": 0, "SUCCESS": 0}
}

func attemptOf(e logEntry) string {
	return map[string]string{"success": "SUCCESS", "denied": "FAILURE", "fraud": "FRAUD"}[e.result]
}
