package zsets

// Sorted sets, and sets, as what other sets are made of: the members of a set have the score 1.

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/miniredisd/miniredisd/command"
	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/set"
	"github.com/miniredisd/miniredisd/store/ds/zset"
)

// input is a set that is read, the empty one when there is no such key.
type input struct {
	key    []byte
	sorted store.ZSet
	plain  *set.Set // nil: it is a sorted set
	weight float64
	size   int
}

// open looks an input up, and replies an error when it is no set at all.
func (in *input) open(c *command.Ctx, key []byte) bool {
	e := c.Tx.Read(key)
	in.key, in.weight = key, 1
	if e != nil && e.Kind() == store.SetKind {
		in.plain = &set.Set{}
		e.Set(in.plain)
		in.size = in.plain.Len()
		return true
	}
	if !c.Want(e, store.ZSetKind) {
		return false
	}
	in.sorted = e.ZSet()
	in.size = in.sorted.Len()
	return true
}

// each visits the members until visit returns false.
func (in *input) each(visit func(member []byte, score float64) bool) {
	if in.plain != nil {
		in.plain.Each(func(member []byte) bool { return visit(member, 1) })
		return
	}
	it := in.sorted.All()
	for member, ok := it.Next(); ok && visit(member, it.Score()); {
		member, ok = it.Next()
	}
}

func (in *input) find(member []byte) (score float64, ok bool) {
	if in.plain != nil {
		return 1, in.plain.Has(member)
	}
	return in.sorted.Score(member)
}

// smallestFirst puts the inputs in the order of their sizes.
func smallestFirst(inputs []input) {
	slices.SortStableFunc(inputs, func(a, b input) int { return cmp.Compare(a.size, b.size) })
}

// union adds up the scores of a member in the order of the inputs' sizes: that decides how sums are rounded.
func (r *combineRequest) union() *zset.Builder {
	smallestFirst(r.inputs)
	b := zset.NewBuilder(r.inputs[len(r.inputs)-1].size)
	for i := range r.inputs {
		in := &r.inputs[i]
		in.each(func(member []byte, score float64) bool {
			score = number(in.weight * score)
			if at, old, ok := b.Find(member); ok {
				b.SetScore(at, r.aggregate(old, score))
			} else {
				b.Add(at, member, score)
			}
			return true
		})
	}
	return b
}

func (r *combineRequest) inter() *zset.Builder {
	smallestFirst(r.inputs)
	b := zset.NewBuilder(0)
	first, others := &r.inputs[0], r.inputs[1:]
	first.each(func(member []byte, score float64) bool {
		score = number(first.weight * score)
		for i := range others {
			other, ok := others[i].find(member)
			if !ok {
				return true
			}
			score = r.aggregate(score, others[i].weight*other)
		}
		b.Put(member, score)
		return true
	})
	return b
}

// interCard counts the members that are in all inputs, until there are as many as the limit.
func (r *combineRequest) interCard() (n int64) {
	smallestFirst(r.inputs)
	others := r.inputs[1:]
	r.inputs[0].each(func(member []byte, _ float64) bool {
		if !foundIn(others, member) {
			return true
		}
		n++
		return n != r.limit
	})
	return n
}

func foundIn(all []input, member []byte) bool {
	for i := range all {
		if _, ok := all[i].find(member); !ok {
			return false
		}
	}
	return true
}

// diff is the members of the first input that are in no other. There are two ways, and it takes the one that looks at less:
// ask all others for each member of the first; or take all members of the others away from the first's. The first way may
// stop early for each member, and counts half.
func (r *combineRequest) diff() *zset.Builder {
	first, others := &r.inputs[0], r.inputs[1:]
	asking, taking := 0, 0
	for i := range r.inputs {
		if i > 0 && bytes.Equal(r.inputs[i].key, first.key) {
			return zset.NewBuilder(0)
		}
		asking += first.size
		taking += r.inputs[i].size
	}
	if asking/2 <= taking {
		return diffAsking(first, others)
	}
	return diffTaking(first, others)
}

// diffAsking asks the largest first: it is the one most likely to have a member.
func diffAsking(first *input, others []input) *zset.Builder {
	smallestFirst(others)
	slices.Reverse(others)
	b := zset.NewBuilder(0)
	first.each(func(member []byte, score float64) bool {
		for i := range others {
			if _, ok := others[i].find(member); ok {
				return true
			}
		}
		b.Put(member, score)
		return true
	})
	return b
}

func diffTaking(first *input, others []input) *zset.Builder {
	b := zset.NewBuilder(first.size)
	first.each(func(member []byte, score float64) bool {
		b.Put(member, score)
		return true
	})
	for i := range others {
		others[i].each(func(member []byte, _ float64) bool {
			b.Remove(member)
			return b.Len() > 0
		})
	}
	return b
}
