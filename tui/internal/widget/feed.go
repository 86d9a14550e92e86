package widget

// A Feed is a list that grows at its end, of which the newest rows are kept. Whoever
// looks at the newest row goes on doing so; a cursor elsewhere stays on its row.
type Feed[T any] struct {
	List
	rows []T
	most int
}

// NewFeed makes a Feed that keeps at most so many rows.
func NewFeed[T any](most int) Feed[T] { return Feed[T]{most: most} }

// Add puts a row at the end.
func (f *Feed[T]) Add(row T) {
	newest := f.Cursor() == len(f.rows)-1
	f.rows = append(f.rows, row)
	if over := len(f.rows) - f.most; over > 0 {
		f.rows = append([]T(nil), f.rows[over:]...)
		f.cursor -= over
		f.top -= over
	}
	f.SetCount(len(f.rows))
	if newest {
		f.Select(len(f.rows) - 1)
	}
}

// Reset forgets every row.
func (f *Feed[T]) Reset() {
	f.rows = nil
	f.SetCount(0)
}

// Rows are those that are kept, the oldest first. They are the Feed's own.
func (f *Feed[T]) Rows() []T { return f.rows }

// Last is the newest row; nil if there is none.
func (f *Feed[T]) Last() *T {
	if len(f.rows) == 0 {
		return nil
	}
	return &f.rows[len(f.rows)-1]
}
