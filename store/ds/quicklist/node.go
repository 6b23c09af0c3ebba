package quicklist

// Nodes: what one may hold, how it is changed, and the links between them. All changes of nodes go through link,
// unlink and set, which keep the list's counts.

import (
	"math"
	"sync/atomic"

	"github.com/miniredisd/miniredisd/store/ds/listpack"
)

const (
	minFill = -5
	maxFill = math.MaxInt16
	// safeBytes is the most a node may hold when the fill limit counts elements.
	safeBytes = 8 << 10
	// entryOverhead is what an element is taken to add to a listpack beside its text. It is more than most do.
	entryOverhead = 8
	// maxPackedThreshold keeps SetPackedThreshold from letting a listpack come near its 4 GB.
	maxPackedThreshold = 1<<32 - 1<<20
)

// packedThreshold is for tests alone; 0 is the normal state, in which the fill limit decides.
var packedThreshold atomic.Int64

// SetPackedThreshold sets the length from which an element has a plain node of its own, for all lists, as DEBUG
// QUICKLIST-PACKED-THRESHOLD does; 0 leaves it to the fill limit again. It returns false if n is out of range.
func SetPackedThreshold(n int64) bool {
	if n < 0 || n > maxPackedThreshold {
		return false
	}
	packedThreshold.Store(n)
	return true
}

// maxBytes returns how many bytes a node of several elements may have.
func maxBytes(fill int16) int {
	if fill >= 0 {
		return safeBytes
	}
	return 4 << 10 << (-fill - 1)
}

// maxCount returns how many elements a node may have.
func maxCount(fill int16) int {
	if fill >= 0 {
		return max(1, int(fill))
	}
	return math.MaxInt
}

// exceeds tells whether a listpack of so many bytes and elements is over the fill limit.
func (l *List) exceeds(bytes, count int) bool {
	return bytes > maxBytes(l.fill) || count > maxCount(l.fill)
}

// large tells whether an element of size bytes needs a plain node.
func (l *List) large(size int) bool {
	if t := packedThreshold.Load(); t != 0 {
		return int64(size) >= t
	}
	return size > maxBytes(l.fill)
}

// allows tells whether an element of size bytes may be added to n. The one node of a list in listpack encoding
// takes all: what it may hold is decided by growing.
func (l *List) allows(n *node, size int) bool {
	if !l.linked {
		return true
	}
	return !n.plain && !l.large(size) && !l.exceeds(len(n.data)+size+entryOverhead, int(n.count)+1)
}

// roomFor returns n's listpack with room for an element of size bytes more.
func (l *List) roomFor(n *node, size int) listpack.Listpack {
	return n.lp().Reserve(size+entryOverhead, maxBytes(l.fill))
}

// newNode returns a node that holds v alone. beside is the full node next to it, if any: the new one will likely
// grow as large, so it takes as much room at once, or half while that would be much for the list as a whole.
func (l *List) newNode(v []byte, beside *node) *node {
	if l.linked && l.large(len(v)) {
		return &node{data: append(make([]byte, 0, len(v)), v...), count: 1, plain: true}
	}
	room := listpack.EmptyBytes + listpack.EntrySize(v)
	if beside != nil && !beside.plain {
		likely := len(beside.data)
		if l.nodes < 4 {
			likely /= 2
		}
		room = max(room, likely)
	}
	return &node{data: listpack.New(room).Append(v), count: 1}
}

// link puts n between prev and next, which are neighbours or nil at the list's ends.
func (l *List) link(n, prev, next *node) {
	n.prev, n.next = prev, next
	if prev == nil {
		l.head = n
	} else {
		prev.next = n
	}
	if next == nil {
		l.tail = n
	} else {
		next.prev = n
	}
	l.nodes++
	l.count += int(n.count)
	l.bytes += nodeBytes + cap(n.data)
}

// unlink takes n and its elements out of the list.
func (l *List) unlink(n *node) {
	if n.prev == nil {
		l.head = n.next
	} else {
		n.prev.next = n.next
	}
	if n.next == nil {
		l.tail = n.prev
	} else {
		n.next.prev = n.prev
	}
	n.prev, n.next = nil, nil
	l.nodes--
	l.count -= int(n.count)
	l.bytes -= nodeBytes + cap(n.data)
}

// set gives n new data, which holds added elements more.
func (l *List) set(n *node, data []byte, added int) {
	l.bytes += cap(data) - cap(n.data)
	l.count += added
	n.count += int32(added)
	n.data = data
}

// removeRun deletes count elements of n from the one at p on, and n with its last one; n.count is 0 then.
func (l *List) removeRun(n *node, p, count int) {
	if count == int(n.count) {
		l.unlink(n)
		n.count = 0
		return
	}
	lp, _ := n.lp().DeleteAt(p, count)
	l.set(n, lp, -count)
}

// value returns the element at p.
func (n *node) value(p int) Value {
	if n.plain {
		return strValue(n.data)
	}
	return valueOf(n.lp().Get(p))
}

// seek returns the position of n's i-th element. In a plain node every position is that of its one element.
func (n *node) seek(i int) int {
	if n.plain {
		return listpack.HeaderSize
	}
	return n.lp().Seek(i)
}

// lastPos returns the position of n's last element.
func (n *node) lastPos() int {
	if n.plain {
		return listpack.HeaderSize
	}
	return n.lp().Last()
}

// nextPos returns the position of the element behind the one at p, or 0.
func (n *node) nextPos(p int) int {
	if n.plain {
		return 0
	}
	return n.lp().Next(p)
}

// behind is nextPos, but of the last element returns the position of the end, before which a new one can be inserted.
func (n *node) behind(p int) int {
	if q := n.nextPos(p); q != 0 {
		return q
	}
	return len(n.data) - 1
}

// prevPos returns the position of the element before the one at p, or 0.
func (n *node) prevPos(p int) int {
	if n.plain {
		return 0
	}
	return n.lp().Prev(p)
}
