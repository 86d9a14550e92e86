package cli

import (
	"context"
	"errors"
	"time"

	"gatepass/auth"
	"gatepass/auth/otp"
	"gatepass/store"
)

// stream prints codes as lines, each when it becomes the right one. It looks and
// spends nothing.
type stream struct {
	*app
	gate  *auth.Gate
	names []string
	json  bool

	targets []store.Target
	read    time.Time          // when targets was read
	keys    map[string]otp.Key // by target
	printed map[string]int64   // by target: the step, or the counter, that was printed last
	told    map[string]bool    // targets whose trouble was told
}

// once prints the present codes.
func (s *stream) once(ctx context.Context) error {
	broken := s.look(ctx)
	return errors.Join(broken, s.print(ctx))
}

// again is how often a stream looks for new targets and counters.
const again = 15 * time.Second

// follow prints codes until ctx ends or nobody reads any more.
func (s *stream) follow(ctx context.Context) error {
	if err := s.look(ctx); err != nil {
		if len(s.keys) == 0 {
			return err
		}
		s.tell(err)
	}
	if len(s.targets) == 0 {
		s.say("no target has a seed yet\n")
		return nil
	}
	for {
		if err := s.print(ctx); err != nil {
			return codesEnded(ctx, err)
		}
		if err := s.wait(ctx); err != nil {
			return err
		}
		if age := s.now().Sub(s.read); age >= again || age < 0 {
			if err := s.look(ctx); err != nil && ctx.Err() == nil {
				s.tell(err)
			}
		}
	}
}

// look reads the targets, and the keys of those that are new. Trouble with one is
// told once.
func (s *stream) look(ctx context.Context) error {
	if s.keys == nil {
		s.keys, s.printed, s.told = map[string]otp.Key{}, map[string]int64{}, map[string]bool{}
	}
	first := s.read.IsZero()
	s.read = s.now()
	all, broken := s.gate.Targets.List()
	picked, err := seeded(all, s.names)
	if err != nil {
		if first {
			return err
		}
		picked = nil // they were removed meanwhile
	}
	if !first {
		broken = nil
	}
	s.targets = picked
	for _, t := range picked {
		if _, ok := s.keys[t.Name]; ok || s.told[t.Name] {
			continue
		}
		key, err := s.gate.Key(ctx, t.Name)
		if err != nil {
			s.told[t.Name] = true
			broken = errors.Join(broken, err)
			continue
		}
		s.keys[t.Name] = key
	}
	return broken
}

// wait waits until a code changes. It looks at the clock every second, so that a
// machine that slept or whose clock was set is noticed.
func (s *stream) wait(ctx context.Context) error {
	timer := time.NewTimer(s.pause())
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	}
	if s.ReaderGone() {
		return status(exitDone)
	}
	return nil
}

// pause is how long nothing changes, a second at most.
func (s *stream) pause() time.Duration {
	now := s.now()
	least := time.Second
	for _, key := range s.keys {
		if key.Type() == otp.HOTP {
			continue
		}
		_, until := key.Window(key.Step(now))
		least = min(least, until.Sub(now))
	}
	return max(least, time.Millisecond)
}

// print prints what has changed.
func (s *stream) print(ctx context.Context) error {
	now := s.now()
	var names []string
	var keys []otp.Key
	for _, t := range s.targets {
		key, ok := s.keys[t.Name]
		if !ok {
			continue
		}
		if was, ok := s.printed[t.Name]; ok && key.Type() != otp.HOTP && was == key.Step(now) {
			continue
		}
		names, keys = append(names, t.Name), append(keys, key)
	}
	if len(keys) == 0 {
		return nil
	}
	uses, err := s.gate.Uses(ctx, keys)
	if err != nil {
		return err
	}
	for i, name := range names {
		if err := s.line(name, keys[i], uses[i], now); err != nil {
			return err
		}
	}
	return nil
}

// line prints one code. A counter is told and its code is not: who reads it would
// use it, and then it must be recorded first.
func (s *stream) line(name string, key otp.Key, use store.Use, now time.Time) error {
	if key.Type() == otp.HOTP {
		if was, ok := s.printed[name]; ok && was == int64(use.Next) {
			return nil
		}
		s.printed[name] = int64(use.Next)
		if s.json {
			return s.printJSON(streamedCounter(name, key, use))
		}
		return s.app.print("%s\tcounter %d\ttake its code with: gatepass code %s\n", name, use.Next, name)
	}
	step := key.Step(now)
	code, err := key.At(step)
	if err != nil {
		return err
	}
	s.printed[name] = step
	spent := use.Known && use.Step >= step
	if s.json {
		return s.printJSON(streamedCode(name, key, code, spent, use, now))
	}
	text := untilText(code, now)
	if spent {
		text += ", used by " + use.By + ": a server would refuse it"
	}
	return s.app.print("%s\t%s\t%s\n", name, code.Reveal(), text)
}

// streamOutput is a line of what codes --json promises; the keys that code --json
// has too mean the same.
type streamOutput struct {
	Target    string  `json:"target"`
	Code      *string `json:"code"` // null for a counter: taking it is what code is for
	Type      string  `json:"type"`
	Issuer    string  `json:"issuer"`
	Account   string  `json:"account"`
	Algorithm string  `json:"algorithm"`
	Digits    int     `json:"digits"`
	Period    int     `json:"period"` // seconds; 0 for a counter
	Step      int64   `json:"step"`   // the time step, or the next counter
	From      *string `json:"valid_from"`
	Until     *string `json:"valid_until"`
	Remaining *int    `json:"remaining_seconds"`
	Spent     bool    `json:"spent"`   // given out before: a server would refuse it
	SpentBy   *string `json:"used_by"` // who was given a code last, whichever it was
	SpentAt   *string `json:"used_at"`
}

func streamed(name string, key otp.Key, use store.Use) streamOutput {
	out := streamOutput{
		Target: name, Type: string(key.Type()), Issuer: key.Issuer(), Account: key.Account(),
		Algorithm: string(key.Algorithm()), Digits: key.Digits(), Period: int(key.Period() / time.Second),
	}
	if use.Known {
		at := use.At.UTC().Format(time.RFC3339)
		out.SpentBy, out.SpentAt = &use.By, &at
	}
	return out
}

func streamedCounter(name string, key otp.Key, use store.Use) streamOutput {
	out := streamed(name, key, use)
	out.Step = int64(use.Next)
	return out
}

func streamedCode(name string, key otp.Key, code otp.Code, spent bool, use store.Use, now time.Time) streamOutput {
	out := streamed(name, key, use)
	value := code.Reveal()
	from, until := code.From.UTC().Format(time.RFC3339), code.Until.UTC().Format(time.RFC3339)
	left := int(code.Left(now) / time.Second)
	out.Code, out.Step, out.From, out.Until, out.Remaining, out.Spent = &value, code.Step, &from, &until, &left, spent
	return out
}
