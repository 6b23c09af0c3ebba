// Package quicklist is the list of strings behind Redis's list type: a doubly linked list of nodes, each a
// listpack with as many elements as the fill limit allows.
//
//	List ─ head                                             tail
//	        │                                                │
//	   ┌────▼─────┐      ┌──────────┐      ┌───────┐      ┌──▼───────┐
//	   │ listpack │ ◄──► │ listpack │ ◄──► │ plain │ ◄──► │ listpack │
//	   └──────────┘      └──────────┘      └───────┘      └──────────┘
//
// Small nodes keep both ends cheap (moving a few KB costs less than a cache miss or two), long nodes keep the
// overhead per element at a byte or two. An element too large for a listpack has a plain node of its own, which
// holds its bytes and nothing else.
//
// Invariants: no node is empty; a plain node has one element; a listpack node of more than one element is within
// the fill limit it was filled under, or as the first one of a list over it by the overhead of one element; in
// listpack encoding there is at most one node, a listpack.
//
// The package imports the listpack and nothing else of this module. A List is not safe for concurrent use.
package quicklist

import (
	"unsafe"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

const (
	listBytes = int(unsafe.Sizeof(List{}))
	nodeBytes = int(unsafe.Sizeof(node{}))
)

// List is a list of strings. New makes one.
type List struct {
	head, tail *node
	count      int // elements in all nodes
	bytes      int // memory of all nodes: the structs and the capacities of their data
	nodes      int32
	fill       int16
	depth      int16 // list-compress-depth, kept for its reader only: nodes are not compressed
	linked     bool  // the encoding is "quicklist", not "listpack"; see encoding.go
}

type node struct {
	prev, next *node
	data       []byte // a listpack, or the bytes of the one element of a plain node
	count      int32
	plain      bool
}

func (n *node) lp() listpack.Listpack { return listpack.Listpack(n.data) }

// New returns an empty list. fill is list-max-listpack-size: -1 to -5 limit a node to 4, 8, 16, 32 or 64 KB, a
// positive number to so many elements (and 8 KB), 0 means one element.
func New(fill int) *List {
	l := &List{}
	l.SetFill(fill)
	return l
}

// SetFill changes the fill limit for what is added from now on; nodes stay as they are.
func (l *List) SetFill(fill int) { l.fill = int16(max(minFill, min(fill, maxFill))) }

// Fill returns the fill limit.
func (l *List) Fill() int { return int(l.fill) }

// SetCompressDepth takes list-compress-depth. It is remembered and has no effect: nodes are never compressed.
func (l *List) SetCompressDepth(depth int) { l.depth = int16(max(0, min(depth, maxFill))) }

// CompressDepth returns what SetCompressDepth took.
func (l *List) CompressDepth() int { return int(l.depth) }

// Len returns the number of elements.
func (l *List) Len() int { return l.count }

// Nodes returns the number of nodes.
func (l *List) Nodes() int { return int(l.nodes) }

// Bytes returns the memory that the list takes.
func (l *List) Bytes() int { return listBytes + l.bytes }

// PushFront adds a copy of v as the first element.
func (l *List) PushFront(v []byte) { l.push(v, true) }

// PushBack adds a copy of v as the last element.
func (l *List) PushBack(v []byte) { l.push(v, false) }

func (l *List) push(v []byte, front bool) {
	l.growing(len(v), 1)
	n := l.tail
	if front {
		n = l.head
	}
	switch {
	case n != nil && l.allows(n, len(v)):
		l.addAtEnd(n, v, front)
	case front:
		l.link(l.newNode(v, n), nil, n)
	default:
		l.link(l.newNode(v, n), n, nil)
	}
}

// PopFront removes the first element and appends its text to dst. It returns false if the list is empty.
func (l *List) PopFront(dst []byte) ([]byte, bool) {
	if l.head == nil {
		return dst, false
	}
	return l.pop(dst, l.head, listpack.HeaderSize), true
}

// PopBack removes the last element and appends its text to dst. It returns false if the list is empty.
func (l *List) PopBack(dst []byte) ([]byte, bool) {
	if l.tail == nil {
		return dst, false
	}
	return l.pop(dst, l.tail, l.tail.lastPos()), true
}

func (l *List) pop(dst []byte, n *node, p int) []byte {
	dst = n.value(p).AppendTo(dst)
	l.removeRun(n, p, 1)
	l.shrinking()
	return dst
}

// Move takes the first element of from, or the last, adds it as the first or the last of to, and appends its text to
// dst. The two may be one list. It returns false if from is empty. What encoding a list has is decided when both are
// done.
func Move(dst []byte, from, to *List, first, front bool) ([]byte, bool) {
	n, p, start := from.head, listpack.HeaderSize, len(dst)
	if n == nil {
		return dst, false
	}
	if !first {
		n = from.tail
		p = n.lastPos()
	}
	dst = n.value(p).AppendTo(dst)
	from.removeRun(n, p, 1)
	to.push(dst[start:], front)
	from.shrinking()
	return dst, true
}

// Index returns the i-th element, counted from 0, or from the end if i is negative: -1 is the last.
func (l *List) Index(i int) (Value, bool) {
	n, k := l.locate(i)
	if n == nil {
		return Value{}, false
	}
	return n.value(n.seek(k)), true
}

// Clone returns a copy that shares no memory with l.
func (l *List) Clone() *List {
	c := &List{fill: l.fill, depth: l.depth, linked: l.linked}
	for n := l.head; n != nil; n = n.next {
		c.link(&node{data: append([]byte(nil), n.data...), count: n.count, plain: n.plain}, c.tail, nil)
	}
	return c
}

// locate returns the node of the i-th element and its index there, or nil. It walks from the nearer end.
func (l *List) locate(i int) (*node, int) {
	if i < 0 {
		i += l.count
	}
	if i < 0 || i >= l.count {
		return nil, 0
	}
	if i < l.count/2 {
		n := l.head
		for ; i >= int(n.count); n = n.next {
			i -= int(n.count)
		}
		return n, i
	}
	n, behind := l.tail, l.count-1-i
	for ; behind >= int(n.count); n = n.prev {
		behind -= int(n.count)
	}
	return n, int(n.count) - 1 - behind
}
