package lab

import "sync"

// What a person says to a push.
type phoneAnswer int

const (
	phoneApproves phoneAnswer = iota
	phoneDenies
	phoneReports // as a fraud
)

// A phonePush is a question on the phone, from the prompt or from the API.
type phonePush interface {
	// answered takes what the person said, and the number that they typed. waited is
	// false if nobody waits for it any more.
	answered(says phoneAnswer, number string) (waited bool, err error)
}

// A phoneLine keeps the questions on the phone, oldest first.
type phoneLine struct {
	mu    sync.Mutex
	asked []phonePush
}

func (l *phoneLine) ask(p phonePush) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, p)
	if len(l.asked) > maxPushes {
		l.asked = append([]phonePush{}, l.asked[len(l.asked)-maxPushes:]...)
	}
}

// answer answers the newest question that waits, as its person would.
func (l *phoneLine) answer(says phoneAnswer, number string) error {
	l.mu.Lock()
	asked := append([]phonePush{}, l.asked...)
	l.mu.Unlock()
	for i := len(asked) - 1; i >= 0; i-- {
		if waited, err := asked[i].answered(says, number); waited {
			return err
		}
	}
	return advised{ErrNoPush, "A push is sent when the prompt is shown, and waits for a minute."}
}
