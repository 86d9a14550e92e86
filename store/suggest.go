package store

import "fmt"

// DidYouMean is the hint which of the options word was probably meant to be; none where
// no option is like it.
func DidYouMean(word string, options []string) []string {
	if guess := nearest(word, options); guess != "" {
		return []string{fmt.Sprintf("Did you mean %q?", guess)}
	}
	return nil
}

// nearest gives the option that word was probably meant to be, or "". One slip is
// forgiven in a short word, two in a longer one.
func nearest(word string, options []string) string {
	allowed := 1
	if len(word) > 4 {
		allowed = 2
	}
	best := ""
	for _, o := range options {
		if d := slips(word, o); d <= allowed {
			best, allowed = o, d-1
		}
	}
	return best
}

// slips counts the letters to add, drop, change or swap with their neighbour that
// make b of a (optimal string alignment).
func slips(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := range x {
		row[0] = i + 1
		for j := range y {
			change := last[j]
			if x[i] != y[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
