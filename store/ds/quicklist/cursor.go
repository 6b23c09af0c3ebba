package quicklist

import "github.com/miniredisd/miniredisd/store/ds/listpack"

// Cursor walks a list and changes it on the way. Nothing else may change the list meanwhile.
type Cursor struct {
	l       *List
	n       *node // of the current element; nil past the end
	p, k    int   // position and index of the element in n
	reverse bool
	at      bool // the element at p was returned by Next; else it is the one to return next
}

// Edit returns a cursor that stands before the element at index from (negative: from the end) and walks towards
// the end, or with reverse towards the start. If there is no such element, it has none.
func (l *List) Edit(from int, reverse bool) Cursor {
	c := Cursor{l: l, reverse: reverse}
	if n, k := l.locate(from); n != nil {
		c.n, c.p, c.k = n, n.seek(k), k
	}
	return c
}

// Next moves to the next element and returns it, or false at the end.
func (c *Cursor) Next() (Value, bool) {
	if c.at {
		c.advance()
	}
	if c.n == nil {
		return Value{}, false
	}
	c.at = true
	return c.n.value(c.p), true
}

// Delete removes the current element, the one that Next returned. The cursor goes on with the one behind it. It
// returns false if there is no current element.
func (c *Cursor) Delete() bool {
	if !c.at {
		return false
	}
	gone := *c
	if c.reverse {
		c.advance() // what stands before keeps its position
	} else if c.k == int(c.n.count)-1 {
		c.enter(c.n.next)
	} // else the next element moves to this position
	c.at = false
	gone.l.remove(gone.n, gone.p)
	c.l.shrinking()
	return true
}

// InsertBefore adds a copy of v before the current element. The cursor is at its end then. It returns false if
// there is no current element.
func (c *Cursor) InsertBefore(v []byte) bool {
	if !c.at {
		return false
	}
	c.l.growing(len(v), 1)
	c.l.insert(c.n, c.p, c.k, v)
	c.enter(nil)
	return true
}

// InsertAfter adds a copy of v behind the current element. The cursor is at its end then. It returns false if
// there is no current element.
func (c *Cursor) InsertAfter(v []byte) bool {
	if !c.at {
		return false
	}
	c.l.growing(len(v), 1)
	p := c.n.nextPos(c.p)
	if p == 0 {
		p = len(c.n.data) - 1
	}
	c.l.insert(c.n, p, c.k+1, v)
	c.enter(nil)
	return true
}

// Replace puts a copy of v in the place of the current element. The cursor is at its end then. It returns false
// if there is no current element.
func (c *Cursor) Replace(v []byte) bool {
	if !c.at {
		return false
	}
	c.l.replace(c.n, c.p, c.k, v)
	c.enter(nil)
	return true
}

// advance moves to the neighbour in the cursor's direction.
func (c *Cursor) advance() {
	if c.reverse {
		if c.p = c.n.prevPos(c.p); c.p == 0 {
			c.enter(c.n.prev)
		} else {
			c.k--
		}
	} else if c.p = c.n.nextPos(c.p); c.p == 0 {
		c.enter(c.n.next)
	} else {
		c.k++
	}
}

// enter goes on at the near end of n, which may be nil, with no element returned yet.
func (c *Cursor) enter(n *node) {
	c.n, c.p, c.k, c.at = n, listpack.HeaderSize, 0, false
	if n != nil && c.reverse {
		c.p, c.k = n.lastPos(), int(n.count)-1
	}
}
