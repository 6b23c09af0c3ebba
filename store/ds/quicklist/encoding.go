package quicklist

// The encoding that OBJECT ENCODING names, and whole nodes as rdb files and DUMP payloads carry them.
//
// A new list is a "listpack". It becomes a "quicklist" when an element is about to be added that takes it over
// the fill limit, and a "listpack" again when removals leave one listpack of at most half the limit: without that
// gap, a list near the limit would change to and fro. The data is the same in both: a listpack is the one node.

import (
	"slices"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

// Names that Encoding returns.
const (
	EncodingListpack  = "listpack"
	EncodingQuicklist = "quicklist"
)

// IsListpack tells whether the list is in listpack encoding: at most one node, a listpack.
func (l *List) IsListpack() bool { return !l.linked }

// Encoding returns the name of the list's encoding.
func (l *List) Encoding() string {
	if l.linked {
		return EncodingQuicklist
	}
	return EncodingListpack
}

// Grow decides on the encoding before n elements, of size bytes together, are added. Every method that adds does
// so for its own element; a command that adds many calls Grow first, so that the encoding depends on all of them.
func (l *List) Grow(n, size int) { l.growing(size, n) }

func (l *List) growing(size, n int) {
	if l.linked {
		return
	}
	bytes := listpack.EmptyBytes
	if l.head != nil {
		bytes = len(l.head.data)
	}
	l.linked = l.exceeds(bytes+size, l.count+n)
}

// shrinking is called after elements were removed.
func (l *List) shrinking() {
	if l.linked && l.nodes <= 1 {
		l.tryListpack(2)
	}
}

// tryListpack changes the encoding to listpack if the list is one listpack of at most limit/part.
func (l *List) tryListpack(part int) {
	if l.nodes > 1 || l.head != nil && l.head.plain {
		return
	}
	// With a limit of elements, Redis takes no notice of the bytes here.
	if l.head == nil || l.count <= maxCount(l.fill)/part && (l.fill >= 0 || len(l.head.data) <= maxBytes(l.fill)/part) {
		l.linked = false
	}
}

// AppendListpack adds a listpack, which must be valid and now belongs to the list, as a node of its own at the
// end; an empty one is ignored. A list that is loaded node by node ends with Loaded.
func (l *List) AppendListpack(lp listpack.Listpack) {
	if n := lp.Len(); n > 0 {
		l.linked = true
		l.link(&node{data: slices.Clip(lp), count: int32(n)}, l.tail, nil)
	}
}

// AppendPlain adds an element, whose bytes now belong to the list, as a plain node at the end.
func (l *List) AppendPlain(v []byte) {
	l.linked = true
	l.link(&node{data: v, count: 1, plain: true}, l.tail, nil)
}

// Loaded chooses the encoding of a list that was put together of whole nodes.
func (l *List) Loaded() { l.tryListpack(1) }

// EachNode calls visit with each node's data: a listpack, or for a plain node the bytes of its element. The data
// is the list's own. It stops when visit returns false.
func (l *List) EachNode(visit func(data []byte, plain bool) bool) {
	for n := l.head; n != nil && visit(n.data, n.plain); n = n.next {
	}
}
