package stream

// A sorted map, made for keys that come in ascending order.
//
//	chunks   | 1 5 7 … |   | 20 21 25 … |   | 31 33 …  |
//
// The pairs lie in chunks of at most chunkMax, sorted. A new highest key is appended to the last chunk or begins a new
// one; any other is inserted within its chunk, which is cut in two when it is full. A chunk that has become small joins
// its neighbour, and none is empty.

import (
	"iter"
	"slices"
	"unsafe"
)

const (
	// chunkMax is how many pairs a chunk may have: few enough to be moved within less than a microsecond.
	chunkMax = 128
	// chunkMin is how few make a chunk look for a neighbour to join, if both together are no more than chunkJoined.
	chunkMin, chunkJoined = chunkMax / 4, chunkMax / 2
)

// key is what can be compared with its like: the result is negative, 0 or positive.
type key[K any] interface{ Compare(K) int }

// name is the key of groups and consumers.
type name string

// Compare orders names by their bytes.
func (n name) Compare(m name) int {
	switch {
	case n < m:
		return -1
	case n > m:
		return 1
	}
	return 0
}

// pair has the value first, so that one without size takes no room.
type pair[K key[K], V any] struct {
	val V
	key K
}

type ordered[K key[K], V any] struct {
	chunks [][]pair[K, V]
	n      int // pairs
}

// place is where a pair stands, until the map is changed.
type place struct{ chunk, i int }

func (o *ordered[K, V]) at(p place) *pair[K, V] { return &o.chunks[p.chunk][p.i] }

// valid reports whether there is a pair at p: not before the first, not behind the last.
func (o *ordered[K, V]) valid(p place) bool { return p.chunk >= 0 && p.chunk < len(o.chunks) }

func (o *ordered[K, V]) begin() place { return place{} }

// next is the place behind p.
func (o *ordered[K, V]) next(p place) place {
	if p.i++; p.i == len(o.chunks[p.chunk]) {
		p = place{p.chunk + 1, 0}
	}
	return p
}

// prev is the place before p, which may be the one behind the last pair.
func (o *ordered[K, V]) prev(p place) place {
	if p.i > 0 {
		return place{p.chunk, p.i - 1}
	}
	if p.chunk == 0 {
		return place{-1, 0}
	}
	return place{p.chunk - 1, len(o.chunks[p.chunk-1]) - 1}
}

// search returns the place of the first pair whose key is not below k, and whether it is k.
func (o *ordered[K, V]) search(k K) (p place, found bool) {
	last := len(o.chunks) - 1
	if last < 0 {
		return place{}, false
	}
	if c := o.chunks[last]; c[len(c)-1].key.Compare(k) < 0 {
		return place{last + 1, 0}, false
	}
	// The last key of the chunk lo is not below k; that of the one before is.
	lo, hi := 0, last
	for lo < hi {
		m := int(uint(lo+hi) / 2)
		if c := o.chunks[m]; c[len(c)-1].key.Compare(k) < 0 {
			lo = m + 1
		} else {
			hi = m
		}
	}
	c := o.chunks[lo]
	i, j := 0, len(c)-1
	for i < j {
		m := int(uint(i+j) / 2)
		if c[m].key.Compare(k) < 0 {
			i = m + 1
		} else {
			j = m
		}
	}
	return place{lo, i}, c[i].key.Compare(k) == 0
}

// floor is the place of the last pair whose key is not above k; not valid when there is none.
func (o *ordered[K, V]) floor(k K) place {
	p, found := o.search(k)
	if found || o.n == 0 {
		return p
	}
	return o.prev(p)
}

// get returns the pair of k, nil when there is none.
func (o *ordered[K, V]) get(k K) *pair[K, V] {
	if p, found := o.search(k); found {
		return o.at(p)
	}
	return nil
}

// last returns the pair with the highest key, nil when there is none.
func (o *ordered[K, V]) last() *pair[K, V] {
	if o.n == 0 {
		return nil
	}
	c := o.chunks[len(o.chunks)-1]
	return &c[len(c)-1]
}

// put returns the pair of k, which it adds when there is none. The pair is good until the map is changed.
func (o *ordered[K, V]) put(k K) (p *pair[K, V], had bool) {
	at, found := o.search(k)
	if found {
		return o.at(at), true
	}
	o.n++
	if at.chunk == len(o.chunks) { // behind all others
		at = o.end()
	} else if len(o.chunks[at.chunk]) == chunkMax {
		at = o.split(at)
	}
	c := &o.chunks[at.chunk]
	*c = slices.Insert(*c, at.i, pair[K, V]{key: k})
	return &(*c)[at.i], false
}

// end is the place behind the last pair, in a chunk with room.
func (o *ordered[K, V]) end() place {
	last := len(o.chunks) - 1
	if last < 0 || len(o.chunks[last]) == chunkMax {
		var c []pair[K, V]
		if last >= 0 { // it will fill as the one before did
			c = make([]pair[K, V], 0, chunkMax)
		}
		o.chunks = append(o.chunks, c)
		last++
	}
	return place{last, len(o.chunks[last])}
}

// split cuts the chunk of a place in two, and returns where the place is then.
func (o *ordered[K, V]) split(at place) place {
	c := o.chunks[at.chunk]
	right := append(make([]pair[K, V], 0, chunkMax), c[chunkMax/2:]...)
	clear(c[chunkMax/2:])
	o.chunks[at.chunk] = c[:chunkMax/2]
	o.chunks = slices.Insert(o.chunks, at.chunk+1, right)
	if at.i > chunkMax/2 {
		return place{at.chunk + 1, at.i - chunkMax/2}
	}
	return at
}

// delete removes k and reports whether it was there.
func (o *ordered[K, V]) delete(k K) bool {
	at, found := o.search(k)
	if !found {
		return false
	}
	o.n--
	c := slices.Delete(o.chunks[at.chunk], at.i, at.i+1)
	o.chunks[at.chunk] = c
	switch {
	case len(c) == 0:
		o.chunks = slices.Delete(o.chunks, at.chunk, at.chunk+1)
	case len(c) < chunkMin:
		o.join(at.chunk)
	}
	return true
}

// join puts a chunk and the one behind it, or before it, together when they are small enough.
func (o *ordered[K, V]) join(i int) {
	if i+1 == len(o.chunks) {
		i--
	}
	if i < 0 || len(o.chunks[i])+len(o.chunks[i+1]) > chunkJoined {
		return
	}
	o.chunks[i] = append(o.chunks[i], o.chunks[i+1]...)
	o.chunks = slices.Delete(o.chunks, i+1, i+2)
}

// from visits the keys from a key on, or all of them, with their values, which may be changed. The map may not.
func (o *ordered[K, V]) from(k *K) iter.Seq2[K, *V] {
	return func(yield func(K, *V) bool) {
		at := o.begin()
		if k != nil {
			at, _ = o.search(*k)
		}
		for ; o.valid(at); at = o.next(at) {
			if p := o.at(at); !yield(p.key, &p.val) {
				return
			}
		}
	}
}

// clone copies the map, and each value with f.
func (o *ordered[K, V]) clone(f func(V) V) ordered[K, V] {
	c := ordered[K, V]{chunks: make([][]pair[K, V], len(o.chunks)), n: o.n}
	for i, chunk := range o.chunks {
		c.chunks[i] = slices.Clone(chunk)
		for j := range c.chunks[i] {
			c.chunks[i][j].val = f(c.chunks[i][j].val)
		}
	}
	return c
}

// bytes is about what the map occupies in memory, without what its values point to.
func (o *ordered[K, V]) bytes() int {
	return len(o.chunks)*int(unsafe.Sizeof([]byte(nil))) + o.n*int(unsafe.Sizeof(pair[K, V]{}))
}
