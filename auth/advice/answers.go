package advice

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// ParseAnswers reads a file of answers: "topic: choice" lines, or a JSON object,
// which is YAML too. The error matches [ErrAnswer].
func ParseAnswers(text []byte) (Answers, error) {
	answers := Answers{}
	if err := yaml.Unmarshal(text, &answers); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return answers, answers.Validate()
}
