package rdb

// Streams: their blocks as they are in memory, what they remember beside the entries, and their groups.
//
//	blocks      number, then for each its id, 16 bytes as a string, and its listpack
//	state       length, last id; since type 19 also first id, highest deleted id, entries added
//	groups      number, then for each: name, last id, since type 19 entries read,
//	  pending     number, then id (16 bytes), time of delivery (8), deliveries
//	  consumers   number, then name, seen time (8), since type 21 active time (8), number and ids of what it has
//
// Ids are two lengths each where nothing else is said.

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/miniredisd/miniredisd/store"
	"github.com/miniredisd/miniredisd/store/ds/listpack"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

const idBytes = 16

func appendRawID(dst []byte, id stream.ID) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(dst, id.MS), id.Seq)
}

func appendID(dst []byte, id stream.ID) []byte { return appendLength(appendLength(dst, id.MS), id.Seq) }

func appendMillis(dst []byte, ms int64) []byte {
	return binary.LittleEndian.AppendUint64(dst, uint64(ms))
}

func (o Options) appendStream(dst []byte, s *stream.Stream) []byte {
	dst = appendLength(dst, uint64(s.Blocks()))
	s.EachBlock(func(base stream.ID, lp listpack.Listpack) bool {
		dst = appendRawID(append(dst, idBytes), base)
		dst = o.appendString(dst, lp)
		return true
	})
	st := s.State()
	dst = appendID(appendLength(dst, uint64(s.Len())), st.Last)
	dst = appendID(appendID(dst, s.First()), st.MaxDeleted)
	dst = appendLength(appendLength(dst, uint64(st.Added)), uint64(s.Groups()))
	for g := range s.EachGroup() {
		dst = o.appendGroup(dst, g)
	}
	return dst
}

func (o Options) appendGroup(dst []byte, g *stream.Group) []byte {
	dst = appendID(o.appendString(dst, []byte(g.Name())), g.LastID)
	dst = appendLength(appendLength(dst, uint64(g.Read)), uint64(g.Pending()))
	for id, p := range g.EachPending(stream.ID{}) {
		dst = appendLength(appendMillis(appendRawID(dst, id), p.Time), uint64(p.Count))
	}
	dst = appendLength(dst, uint64(g.Consumers()))
	for c := range g.EachConsumer() {
		dst = appendMillis(appendMillis(o.appendString(dst, []byte(c.Name())), c.Seen), c.Active)
		dst = appendLength(dst, uint64(c.Pending()))
		for id := range c.EachPending(stream.ID{}) {
			dst = appendRawID(dst, id)
		}
	}
	return dst
}

func (r *reader) rawID() (id stream.ID) {
	if p := r.take(idBytes); p != nil {
		id = stream.ID{MS: binary.BigEndian.Uint64(p), Seq: binary.BigEndian.Uint64(p[8:])}
	}
	return id
}

func (r *reader) id() stream.ID {
	ms := r.length()
	return stream.ID{MS: ms, Seq: r.length()}
}

// millis is a time in ms.
func (r *reader) millis() int64 {
	if p := r.take(8); p != nil {
		return int64(binary.LittleEndian.Uint64(p))
	}
	return 0
}

// int64 is a length that is a number; what is no count (all bits set) is -1.
func (r *reader) int64() int64 {
	n := r.length()
	if n > math.MaxInt64 && n != math.MaxUint64 {
		r.fail()
	}
	return int64(n)
}

func readStream(r *reader, _ *Limits) *store.Value  { return r.stream(TypeStream) }
func readStream2(r *reader, _ *Limits) *store.Value { return r.stream(TypeStream2) }
func readStream3(r *reader, _ *Limits) *store.Value { return r.stream(TypeStream3) }

func (r *reader) stream(typ Type) *store.Value {
	s := stream.New()
	for range r.count(idBytes + 2) {
		base := reader{b: r.string()}
		id := base.rawID()
		if r.bad || base.bad || len(base.b) > 0 || s.AddBlock(id, bytes.Clone(r.string())) != nil {
			return nil
		}
	}
	length := r.length()
	st := stream.State{Last: r.id(), Added: int64(s.Len())}
	if typ >= TypeStream2 {
		r.id() // the first one, which the blocks tell
		st.MaxDeleted, st.Added = r.id(), r.int64()
	}
	if last, ok := s.LastEntry(); r.bad || length != uint64(s.Len()) || ok && last.Compare(st.Last) > 0 || st.Added < 0 {
		return nil
	}
	s.SetState(st)
	for range r.count(8) {
		if !r.group(s, typ) {
			return nil
		}
	}
	return store.ObjectValue(store.Stream{Stream: s})
}

func (r *reader) group(s *stream.Stream, typ Type) bool {
	name, last := r.string(), r.id()
	read := s.NumberOf(last) // what older servers did not write is told by the entries, if it can be
	if typ >= TypeStream2 {
		read = r.int64()
	}
	if r.bad {
		return false
	}
	g := s.CreateGroup(name, last, read)
	if g == nil {
		return false
	}
	type delivery struct{ time, count int64 }
	pending := map[stream.ID]delivery{}
	n := r.count(idBytes + 9)
	for range n {
		pending[r.rawID()] = delivery{r.millis(), r.int64()}
	}
	if len(pending) != n {
		return false // one came twice
	}
	for range r.count(10) {
		c := g.CreateConsumer(r.string(), r.millis())
		if r.bad || c == nil {
			return false
		}
		c.Active = c.Seen
		if typ >= TypeStream3 {
			c.Active = r.millis()
		}
		for range r.count(idBytes) {
			id := r.rawID()
			d, ok := pending[id]
			if !ok {
				return false // nobody's, or somebody else's already
			}
			delete(pending, id)
			g.Assign(id, c, d.time, d.count)
		}
	}
	return !r.bad && len(pending) == 0
}
