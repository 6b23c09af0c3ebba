package store

import (
	"github.com/miniredisd/miniredisd/resp"
	"github.com/miniredisd/miniredisd/store/ds/stream"
)

// Stream is a stream value. Unlike other collections it may be there without elements.
type Stream struct{ *stream.Stream }

// Kind implements Object.
func (Stream) Kind() Kind { return StreamKind }

// Encoding implements Object.
func (Stream) Encoding() string { return "stream" }

// Release implements Object: a stream lives on the Go heap.
func (Stream) Release() {}

// Clone implements Object.
func (s Stream) Clone() Object { return Stream{s.Stream.Clone()} }

// Stream is the value of a stream entry.
func (e *Entry) Stream() *stream.Stream { return e.Object().(Stream).Stream }

// emitStream is the commands that make a stream: its entries, what it remembers beside them, its groups, and for each
// consumer what it has. Pending entries that were deleted since are lost that way, as in a log that Redis rewrites.
func emitStream(e *Entry, dst []byte) []byte {
	s, key := e.Stream(), e.keyBytes()
	for it := s.Range(stream.ID{}, stream.MaxID, false); it.Next(); {
		dst = resp.AppendCommand(dst, appendFields([][]byte{[]byte("XADD"), key, it.ID().Append(nil)}, &it)...)
	}
	if s.Len() == 0 { // there must be an entry before it can be gone
		dst = resp.AppendCommand(dst, words("XADD", key, "MAXLEN", "0", "0-1", "x", "y")...)
	}
	st := s.State()
	dst = resp.AppendCommand(dst, words("XSETID", key, st.Last, "ENTRIESADDED", st.Added, "MAXDELETEDID", st.MaxDeleted)...)
	for g := range s.EachGroup() {
		dst = emitGroup(key, g, dst)
	}
	return dst
}

func emitGroup(key []byte, g *stream.Group, dst []byte) []byte {
	dst = resp.AppendCommand(dst, words("XGROUP", "CREATE", key, g.Name(), g.LastID, "ENTRIESREAD", g.Read)...)
	for c := range g.EachConsumer() {
		if c.Pending() == 0 {
			dst = resp.AppendCommand(dst, words("XGROUP", "CREATECONSUMER", key, g.Name(), c.Name())...)
		}
		for id := range c.EachPending(stream.ID{}) {
			p := g.PendingEntry(id)
			dst = resp.AppendCommand(dst, words("XCLAIM", key, g.Name(), c.Name(), "0", id, "TIME", p.Time, "RETRYCOUNT",
				p.Count, "JUSTID", "FORCE")...)
		}
	}
	return dst
}

// words are the arguments of a command.
func words(list ...any) [][]byte {
	args := make([][]byte, len(list))
	for i, w := range list {
		switch w := w.(type) {
		case string:
			args[i] = []byte(w)
		case []byte:
			args[i] = w
		case int64:
			args[i] = AppendInt(nil, w)
		case stream.ID:
			args[i] = w.Append(nil)
		}
	}
	return args
}

// appendFields appends the fields and values of the entry that the iterator shows.
func appendFields(list [][]byte, it *stream.Iter) [][]byte {
	for range it.Fields() {
		f, v := it.Field()
		list = append(list, f.Text(new([20]byte)), v.Text(new([20]byte)))
	}
	return list
}

// streamElements visits the entries, each as its id with its fields and values, then what the stream remembers, then the
// groups with their consumers. Of what is pending the times are left out, and so are entries that were deleted since.
func streamElements(e *Entry, yield func(parts ...[]byte) bool) {
	s := e.Stream()
	for it := s.Range(stream.ID{}, stream.MaxID, false); it.Next(); {
		if !yield(appendFields([][]byte{it.ID().Append(nil)}, &it)...) {
			return
		}
	}
	st := s.State()
	if !yield(words(st.Last, st.Added, st.MaxDeleted)...) {
		return
	}
	for g := range s.EachGroup() {
		if !yield(words("group", g.Name(), g.LastID, g.Read)...) {
			return
		}
		for c := range g.EachConsumer() {
			parts := words("consumer", c.Name())
			for id := range c.EachPending(stream.ID{}) {
				if s.Contains(id) {
					parts = append(parts, id.Append(nil))
				}
			}
			if !yield(parts...) {
				return
			}
		}
	}
}
