package store

import (
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
	"github.com/miniredisd/miniredisd/store/ds/zset"
)

// ZSetTree is the value of a sorted set that is not packed.
type ZSetTree struct{ *zset.Set }

// Kind implements Object.
func (ZSetTree) Kind() Kind { return ZSetKind }

// Encoding implements Object. The structure is another one; the name is what clients know.
func (ZSetTree) Encoding() string { return "skiplist" }

// Clone implements Object.
func (t ZSetTree) Clone() Object { return ZSetTree{t.Set.Clone()} }

// ZSetLimits say how far a sorted set is packed.
type ZSetLimits struct {
	Entries int // members
	Value   int // bytes of a member
}

// ZSet is a sorted set as commands that read it see it, packed or not. Its members are counted in their order, from 0: every
// range is one of ranks, from, included, to to, excluded. The members that it hands out are good until the key is changed,
// those of an Iter until its next step.
type ZSet struct {
	tree   *zset.Set // nil: packed
	packed zset.Packed
}

// noZSet stands for the sorted set of a key that does not exist.
var noZSet = zset.NewPacked()

// ZSet is the value of a sorted set; the empty one when e is nil.
func (e *Entry) ZSet() ZSet {
	if e == nil {
		return ZSet{packed: noZSet}
	}
	if obj := e.Object(); obj != nil {
		return ZSet{tree: obj.(ZSetTree).Set}
	}
	val, _ := e.Packed()
	return ZSet{packed: val}
}

// Len is the number of members.
func (z *ZSet) Len() int {
	if z.tree != nil {
		return z.tree.Len()
	}
	return z.packed.Len()
}

// Score looks a member up.
func (z *ZSet) Score(member []byte) (score float64, ok bool) {
	if z.tree != nil {
		_, score, ok = z.tree.Find(member)
		return score, ok
	}
	at, score := z.packed.Find(member)
	return score, at != 0
}

// Rank is the number of members before this one, with its score.
func (z *ZSet) Rank(member []byte) (rank int, score float64, ok bool) {
	if z.tree != nil {
		return z.tree.Rank(member)
	}
	return z.packed.Rank(member)
}

// ScoreRange is the members whose scores are in r.
func (z *ZSet) ScoreRange(r zset.ScoreRange) (from, to int) {
	if z.tree != nil {
		return z.tree.ScoreRange(r)
	}
	return z.packed.ScoreRange(r)
}

// LexRange is the members that are in r, for a set of which all scores are the same. Where they are not, the answer may
// depend on the end from which the range will be read.
func (z *ZSet) LexRange(r zset.LexRange, reverse bool) (from, to int) {
	if z.tree != nil {
		return z.tree.LexRange(r)
	}
	return z.packed.LexRange(r, reverse)
}

// Iter walks a range, backwards when reverse.
func (z *ZSet) Iter(from, to int, reverse bool) zset.Iter {
	if z.tree != nil {
		return z.tree.Iter(from, to, reverse)
	}
	return z.packed.Iter(from, to, reverse)
}

// All walks all members.
func (z *ZSet) All() zset.Iter { return z.Iter(0, z.Len(), false) }

// Packed is the listpack of a set that is packed: members and the texts of their scores by turns.
func (z *ZSet) Packed() (lp listpack.Listpack, ok bool) {
	return listpack.Listpack(z.packed), z.tree == nil
}

// Scan is one step of an iteration over a set that is not packed.
func (z *ZSet) Scan(cursor uint64, visit func(member []byte, score float64)) (next uint64) {
	return z.tree.Scan(cursor, visit)
}

// ZSetEditor is a sorted set as commands that change it see it. It makes the key with the first member and deletes it with
// the last; it counts every member that comes, goes or gets another score as a change. The key must not be changed by
// other means meanwhile.
type ZSetEditor struct {
	ZSet
	tx     *Tx
	key    []byte
	e      *Entry // nil: there is no such key
	limits ZSetLimits
	expect int // members that may come
}

// EditZSet begins to change the sorted set e, which was found under key, or to make it when e is nil. expect is how many
// members may come at once.
func (tx *Tx) EditZSet(key []byte, e *Entry, limits ZSetLimits, expect int) ZSetEditor {
	return ZSetEditor{ZSet: e.ZSet(), tx: tx, key: key, e: e, limits: limits, expect: expect}
}

// Exists reports whether there is such a key, now.
func (z *ZSetEditor) Exists() bool { return z.e != nil }

// Add adds a member, or changes its score, as rule has it. now is the score that it has then.
func (z *ZSetEditor) Add(member []byte, score float64, rule zset.Rule) (what zset.Outcome, now float64) {
	var spot zset.Spot
	var old float64
	var at int
	var found bool
	if z.tree != nil {
		spot, old, found = z.tree.Find(member)
	} else {
		at, old = z.packed.Find(member)
		found = at != 0
	}
	switch what, now = rule.Decide(old, score, found); what {
	case zset.Added:
		z.insert(spot, member, now)
	case zset.Updated:
		z.tx.Mutate(z.e)
		if z.tree != nil {
			z.tree.SetScore(spot, member, now)
		} else {
			room := zset.Packed(z.tx.Room(z.e, zset.PackedRoom(member)))
			z.repack(room.SetScore(at, member, now))
		}
	}
	return what, now
}

// insert adds a member that is not there; spot is where, if the set is no longer packed.
func (z *ZSetEditor) insert(spot zset.Spot, member []byte, score float64) {
	if z.e == nil {
		z.create(len(member))
	} else {
		z.tx.Mutate(z.e)
	}
	switch {
	case z.tree != nil && spot != zset.Spot{}:
		z.tree.Add(spot, member, score)
		return
	case z.tree != nil:
	case z.packed.Len() < z.limits.Entries && z.expect <= z.limits.Entries && len(member) <= z.limits.Value && z.packed.Fits(len(member)):
		room := zset.Packed(z.tx.Room(z.e, zset.PackedRoom(member)))
		z.repack(room.Add(member, score))
		return
	default:
		z.tree = z.packed.Unpack(max(z.packed.Len()+1, z.expect))
		z.tx.Unpack(z.e, ZSetTree{z.tree})
	}
	spot, _, _ = z.tree.Find(member)
	z.tree.Add(spot, member, score)
}

// create makes the key, for a first member of size bytes.
func (z *ZSetEditor) create(size int) {
	if z.expect > z.limits.Entries || size > z.limits.Value {
		z.tree = zset.New()
		z.tree.Reserve(z.expect)
		z.e = z.tx.Put(z.key, ZSetTree{z.tree})
		return
	}
	z.e = z.tx.PutPacked(z.key, ZSetKind, EncListpack, noZSet)
	z.packed, _ = z.e.Packed()
}

func (z *ZSetEditor) repack(packed zset.Packed) {
	z.tx.Repack(z.e, EncListpack, packed)
	z.packed, _ = z.e.Packed()
}

// Remove takes a member out and reports whether it was there.
func (z *ZSetEditor) Remove(member []byte) bool {
	if z.tree == nil {
		at, _ := z.packed.Find(member)
		switch {
		case at == 0:
			return false
		case z.packed.Len() == 1:
			z.delete()
		default:
			z.tx.Mutate(z.e)
			z.repack(z.packed.RemoveAt(at))
		}
		return true
	}
	if z.tree.Len() == 1 {
		_, _, found := z.tree.Find(member)
		if found {
			z.delete()
		}
		return found
	}
	// Whether the member is there shows when it goes: the key is marked as changed right after instead of before. A table that is being
	// resized gets on with that in any case.
	z.tx.touched = true
	if !z.tree.Remove(member) {
		return false
	}
	z.tx.Mutate(z.e)
	return true
}

// RemoveRange takes the members of a range out.
func (z *ZSetEditor) RemoveRange(from, to int) {
	n := to - from
	switch {
	case n <= 0:
		return
	case n == z.Len():
		z.delete()
	default:
		z.tx.Mutate(z.e)
		if z.tree != nil {
			z.tree.RemoveRange(from, to)
		} else {
			z.repack(z.packed.RemoveRange(from, to))
		}
	}
	z.tx.AddDirty(n - 1)
}

// delete deletes the key.
func (z *ZSetEditor) delete() {
	z.tx.Delete(z.key)
	z.e, z.ZSet = nil, ZSet{packed: noZSet}
}

// PutZSet stores what a builder has gathered, at least one member, under key, whatever was there before, without a deadline.
// The builder must not be used any more.
func (tx *Tx) PutZSet(key []byte, b *zset.Builder, limits ZSetLimits) {
	tx.put(key, zsetContent(b, limits), lifetime{})
}

// ZSetValue is what a builder has gathered, at least one member, as a value for Tx.Give. The builder must not be used any
// more.
func ZSetValue(b *zset.Builder, limits ZSetLimits) *Value {
	return &Value{content: zsetContent(b, limits)}
}

func zsetContent(b *zset.Builder, limits ZSetLimits) content {
	s := b.Build()
	if s.Len() > limits.Entries || b.Longest() > limits.Value && s.Longest() > limits.Value {
		return content{kind: ZSetKind, obj: ZSetTree{s}}
	}
	packed := s.Pack()
	s.Release()
	return content{kind: ZSetKind, enc: EncListpack, bytes: packed}
}

// emitZSet is the commands that make a sorted set.
func emitZSet(e *Entry, dst []byte) []byte {
	m := emit(dst, "ZADD", e.keyBytes())
	zsetElements(e, func(parts ...[]byte) bool {
		m.add(append([]byte(nil), parts[1]...), append([]byte(nil), parts[0]...))
		return true
	})
	return m.finish()
}

// withoutSign makes a negative zero, which a packed set does not have, the other one.
func withoutSign(score float64) float64 {
	if score == 0 {
		return 0
	}
	return score
}

// zsetElements visits the members in their order, with the texts of their scores.
func zsetElements(e *Entry, yield func(parts ...[]byte) bool) {
	z := e.ZSet()
	var text []byte
	it := z.All()
	for member, ok := it.Next(); ok; member, ok = it.Next() {
		text = resp.AppendDouble(text[:0], withoutSign(it.Score()))
		if !yield(member, text) {
			return
		}
	}
}
