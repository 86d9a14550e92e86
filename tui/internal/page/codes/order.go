package codes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"gatepass/tui/internal/widget"
)

// order is how rows are sorted.
type order int

const (
	byName order = iota
	byLeft       // the code that ends first
	byUse        // the seed that was used last
	orders
)

// needsSeeds reports whether rows must be read to know their place.
func (o order) needsSeeds() bool { return o != byName }

// note says how rows are sorted, for the status.
func (o order) note(r *ranks, rows int) string {
	name := map[order]string{byLeft: " · by time left", byUse: " · by last use"}[o]
	if o.needsSeeds() && r.read < rows {
		name += fmt.Sprintf(", %d of %d read", r.read, rows)
	}
	return name
}

// grouping is how rows are put together under heads.
type grouping int

const (
	ungrouped grouping = iota
	bySite
	byTag
	groupings
)

func (g grouping) note() string {
	return map[grouping]string{bySite: " · by site", byTag: " · by tag"}[g]
}

// heads are the groups that a row belongs to: one, or one for each of its tags.
func (g grouping) heads(r *row) []string {
	if g == byTag {
		return r.target.Tags
	}
	if site := r.site(); site != "" {
		return []string{site}
	}
	return nil
}

// rest heads the rows that belong to no group.
func (g grouping) rest() string {
	if g == byTag {
		return "without a tag"
	}
	return "without a login page"
}

// An item is a line of the list: a row, or the head of a group.
type item struct {
	row  int
	head string
	size int // of the group
}

func (i item) isHead() bool { return i.head != "" }

// ranks remember what the order of the rows depends on, so that the rows are sorted
// anew when it changes and not at every tick.
type ranks struct {
	periods []time.Duration // those that rows have, the one that ends first in front
	read    int             // rows whose seed was read, or could not be
	next    int             // where to look for one that was not
	stale   bool            // something was found out since the rows were sorted
}

func (k *ranks) restart() { k.next, k.read = 0, 0 }

// meet notes a period.
func (k *ranks) meet(period time.Duration) {
	if period > 0 && !slices.Contains(k.periods, period) {
		k.periods = append(k.periods, period)
		k.stale = true
	}
}

// turned reports whether the rows must be sorted anew. The filter looks at issuers,
// which are kept with the seeds.
func (k *ranks) turned(o order, filtered bool, now time.Time) bool {
	if !o.needsSeeds() {
		return filtered && k.stale
	}
	ends := func(a, b time.Duration) int {
		return cmp.Or(endOf(a, now).Compare(endOf(b, now)), cmp.Compare(a, b))
	}
	if o == byLeft && !slices.IsSortedFunc(k.periods, ends) {
		slices.SortFunc(k.periods, ends)
		k.stale = true
	}
	return k.stale
}

// endOf is when the present time step of a period ends.
func endOf(period time.Duration, now time.Time) time.Time {
	return time.Unix((now.Unix()/int64(period/time.Second)+1)*int64(period/time.Second), 0)
}

// sift applies filter, order and groups, and keeps name under the cursor if it is
// there still.
func (p *Page) sift(name string) {
	p.ranks.stale = false
	rows := p.sorted()
	p.found = len(rows)
	p.items = p.grouped(rows)
	at := slices.IndexFunc(p.items, func(i item) bool { return !i.isHead() && p.rows[i.row].target.Name == name })
	p.arrange()
	p.list.SetCount(len(p.items))
	if at < 0 {
		at = p.list.Cursor()
	}
	p.choose(at, +1)
}

// sorted are the rows that pass the filter, in their order.
func (p *Page) sorted() []int {
	rows := make([]int, 0, len(p.rows))
	words := p.words()
	scores := make(map[int]int)
	for i := range p.rows {
		score, ok := p.rows[i].matches(words)
		if !ok {
			continue
		}
		rows = append(rows, i)
		if len(words) > 0 {
			scores[i] = score
		}
	}
	now := p.env.Now()
	switch {
	case p.order == byLeft:
		slices.SortStableFunc(rows, func(a, b int) int { return p.rows[a].ends(now).Compare(p.rows[b].ends(now)) })
	case p.order == byUse:
		slices.SortStableFunc(rows, func(a, b int) int { return p.rows[b].lastUse().Compare(p.rows[a].lastUse()) })
	case len(words) > 0:
		slices.SortStableFunc(rows, func(a, b int) int { return cmp.Compare(scores[b], scores[a]) })
	}
	return rows
}

// never is later than every code.
var never = time.Unix(1<<40, 0)

// ends is when the row's code ends; never, for one that is not known or counts.
func (r *row) ends(now time.Time) time.Time {
	if r.state != ready || r.counted() {
		return never
	}
	return endOf(r.key.Period(), now)
}

// mostSought is among how many rows the filter has every seed read for its issuer. Among
// more it takes a store minutes; there the filter looks at the issuers that were on the
// screen, and at those that are part of a name, as imported ones are.
const mostSought = 2_000

// seeking reports whether rows are looked for by what is kept with their seeds. One
// letter finds too much to read them all for it.
func (p *Page) seeking() bool {
	return len(p.rows) <= mostSought && len(strings.TrimSpace(p.filter.Value())) > 1
}

// matches reports whether every word is somewhere in the row, and how well.
func (r *row) matches(words []string) (int, bool) {
	total := 0
	for _, w := range words {
		m, ok := widget.Fuzzy(w, r.folded)
		switch {
		case ok:
			total += m.Score
		case strings.Contains(r.holder.folded, w):
			total += 300
		case strings.Contains(r.others, w):
			total += 100
		default:
			return 0, false
		}
	}
	return total, true
}

// grouped puts rows under heads.
func (p *Page) grouped(rows []int) []item {
	items := make([]item, 0, len(rows))
	if p.groups == ungrouped {
		for _, r := range rows {
			items = append(items, item{row: r})
		}
		return items
	}
	members := map[string][]int{}
	var rest []int
	for _, r := range rows {
		heads := p.groups.heads(&p.rows[r])
		if len(heads) == 0 {
			rest = append(rest, r)
		}
		for _, head := range heads {
			members[head] = append(members[head], r)
		}
	}
	heads := make([]string, 0, len(members))
	for head := range members {
		heads = append(heads, head)
	}
	slices.Sort(heads)
	for _, head := range heads {
		items = under(items, head, members[head])
	}
	return under(items, p.groups.rest(), rest)
}

func under(items []item, head string, rows []int) []item {
	if len(rows) == 0 {
		return items
	}
	items = append(items, item{row: -1, head: head, size: len(rows)})
	for _, r := range rows {
		items = append(items, item{row: r})
	}
	return items
}

// choose puts the cursor on item i or, where that is a head, on the row next to it.
func (p *Page) choose(i, by int) {
	p.list.Select(i)
	i = p.list.Cursor()
	if i < 0 || !p.items[i].isHead() {
		return
	}
	if by < 0 && i > 0 {
		p.list.Select(i - 1)
		return
	}
	p.list.Select(i + 1) // the head stays in sight, for the list moved to it first
}
