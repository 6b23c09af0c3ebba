package store

import (
	"encoding/binary"
	"runtime"

	"github.com/miniredisd/miniredisd/expire"
	"github.com/miniredisd/miniredisd/store/ds/arena"
	"github.com/miniredisd/miniredisd/store/ds/dict"
)

// keyspace is the part of one database that lies in one shard. Its records and the buckets of its dict are in an arena of
// its own, so that emptying a database is to let go of the arena.
type keyspace struct {
	sh      *shard
	arena   *arena.Arena
	entries dict.Dict[arena.Ref, records]
	timers  *expire.Wheel[records]     // nil until the first TTL
	fields  *expire.Wheel[fieldTimers] // of hashes whose fields have deadlines; nil until the first one
	objects objects
}

func newKeyspace(sh *shard) *keyspace {
	ks := &keyspace{sh: sh, arena: new(arena.Arena)}
	ks.entries.Traits = records{ks.arena}
	ks.entries.Memory = tableMemory{ks.arena}
	// For a Store that nobody uses any more.
	runtime.AddCleanup(ks, (*arena.Arena).Release, ks.arena)
	return ks
}

func (ks *keyspace) header(ref arena.Ref) *header { return headerOf(ks.arena, ref) }

// find looks a key up, dead or alive; 0: there is none.
func (ks *keyspace) find(h uint64, key []byte) arena.Ref {
	ref, _ := ks.entries.Find(h, key)
	return ref
}

// content is what is stored under a key.
type content struct {
	kind  Kind
	enc   uint8
	bytes []byte // of a string, unless it is an integer, and of a packed collection
	num   int64  // an integer, or the place of obj in the table of objects
	obj   Object // nil for what lies in the record
}

func intContent(n int64) content { return content{enc: encInt, num: n} }

// textContent is a string that is no integer, in Redis's encoding for its length.
func textContent(val []byte) content {
	if len(val) <= embstrMax {
		return content{enc: encEmbstr, bytes: val}
	}
	return content{enc: encRaw, bytes: val}
}

// stringContent is a value that SET brings, in Redis's encoding for it.
func stringContent(val []byte) content {
	if n, ok := ParseInt(val); ok {
		return intContent(n)
	}
	return textContent(val)
}

// len is the number of bytes that a record holds of it.
func (c *content) len() int {
	switch {
	case c.obj != nil:
		return objectBytes
	case c.kind == String && c.enc == encInt:
		return intBytes
	default:
		return len(c.bytes)
	}
}

// write makes it the value of a record of the right shape.
func (c *content) write(r *header) {
	switch val := r.value(); {
	case c.obj != nil:
		binary.LittleEndian.PutUint32(val, uint32(c.num))
	case c.kind == String && c.enc == encInt:
		binary.LittleEndian.PutUint64(val, uint64(c.num))
	default:
		copy(val, c.bytes)
	}
}

// insert adds a record for a key that is absent. A timed one's node is zero: the caller files it.
func (ks *keyspace) insert(h uint64, key []byte, c content, timed bool) arena.Ref {
	if c.obj != nil {
		c.num = int64(ks.objects.add(c.obj))
	}
	s := shape{len(key), c.len(), timed}
	ref := ks.arena.Alloc(s.size())
	r := ks.header(ref)
	*r = header{}
	r.setKind(c.kind, c.enc)
	r.setShape(s)
	if timed {
		*r.timer() = expire.Node{}
	}
	copy(r.key(), key)
	c.write(r)
	ks.entries.Insert(h, ref)
	return ref
}

// replace gives the record another content. It returns where the record is now, as all that may move one do. A timer is
// kept if timed and the record has one; one that is lost must be out of the wheel before.
func (ks *keyspace) replace(h uint64, ref arena.Ref, c content, timed bool) arena.Ref {
	ks.unfileFields(ref)
	r := ks.header(ref)
	if r.isObject() {
		if c.obj != nil {
			ks.objects.set(r.objectIndex(), c.obj)
			r.setKind(c.kind, EncObject)
			return ks.reshape(h, ref, shape{len(r.key()), objectBytes, timed}, 0)
		}
		ks.objects.remove(r.objectIndex())
	}
	if c.obj != nil {
		c.num = int64(ks.objects.add(c.obj))
	}
	r.setKind(c.kind, c.enc)
	old := r.shape()
	s := shape{old.key, c.len(), timed}
	if ks.staysIn(ref, old, s, false) {
		r.setShape(s)
		c.write(r)
		return ref
	}
	// The new value is copied before the old block goes: it may come from there.
	moved := ks.copyRecord(h, ref, s, 0)
	c.write(ks.header(moved))
	ks.arena.Free(ref)
	return moved
}

// reshape changes the shape of a record. The key is the same, and as much of the value as fits stays. A record that is to
// grow again does not move while its block is large enough, and gets spare bytes more than needed when it does.
func (ks *keyspace) reshape(h uint64, ref arena.Ref, s shape, spare int) arena.Ref {
	r := ks.header(ref)
	old := r.shape()
	if old == s {
		return ref
	}
	if ks.staysIn(ref, old, s, spare > 0) {
		r.setShape(s)
		return ref
	}
	moved := ks.copyRecord(h, ref, s, spare)
	from, to := ks.header(ref).value(), ks.header(moved).value()
	copy(to, from)
	if ks.fields != nil {
		ks.fieldsMoved(moved)
	}
	ks.arena.Free(ref)
	return moved
}

// staysIn reports whether a record can take shape s where it is: the value begins at the same place, the block is large
// enough, and at most a quarter of it is unused, unless it may grow.
func (ks *keyspace) staysIn(ref arena.Ref, old, s shape, grows bool) bool {
	if old.timed != s.timed || old.long() != s.long() {
		return false
	}
	size := s.size()
	if ks.arena.Fits(ref, size) {
		return true
	}
	have := ks.arena.Size(ref)
	return size <= have && (grows || have-size <= have/4)
}

// copyRecord puts a record without its value in another block, and the dict and the wheel up to date. The caller copies
// the value and frees the old block.
func (ks *keyspace) copyRecord(h uint64, ref arena.Ref, s shape, spare int) arena.Ref {
	moved := ks.arena.Alloc(s.size() + spare)
	from, to := ks.header(ref), ks.header(moved)
	*to = *from
	to.setShape(s)
	if s.timed {
		if from.timed() {
			*to.timer() = *from.timer()
			ks.timers.Moved(uint32(moved))
		} else {
			*to.timer() = expire.Node{}
		}
	}
	copy(to.key(), from.key())
	ks.entries.Swap(h, from.key(), moved)
	return moved
}

// remove takes a record out of dict and wheel. Its block is still there, so that the key can be read, until drop.
func (ks *keyspace) remove(h uint64, ref arena.Ref) {
	r := ks.header(ref)
	ks.entries.Delete(h, r.key())
	if r.timed() && r.timer().Filed() {
		ks.timers.Remove(uint32(ref))
	}
	ks.unfileFields(ref)
}

// drop frees what remove left.
func (ks *keyspace) drop(ref arena.Ref) {
	if r := ks.header(ref); r.isObject() {
		ks.objects.remove(r.objectIndex())
	}
	ks.arena.Free(ref)
}

// file sets the deadline of a timed record.
func (ks *keyspace) file(ref arena.Ref, at, now int64) {
	if ks.timers == nil {
		ks.timers = expire.New(now, records{ks.arena})
	}
	if ks.header(ref).timer().Filed() {
		ks.timers.Move(uint32(ref), at)
	} else {
		ks.timers.Add(uint32(ref), at)
	}
}
